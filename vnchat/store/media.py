"""Rows of kept media. The bytes are in the shelf (library/media.py) under `key`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from vnchat.conversation import Media
from vnchat.errors import NotFound
from vnchat.store.database import reading, writing
from vnchat.store.tables import media


class MediaRows:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, one: str, *, owner: str) -> Media:
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(media).where(media.c.id == one, media.c.owner == owner)
            ).first()
        if row is None:
            raise NotFound("file")
        return _media(row)

    def of_messages(self, messages: Sequence[str], *, owner: str) -> dict[str, list[Media]]:
        """The media of each of these messages, in their order."""
        if not messages:
            return {}
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(media)
                .where(media.c.message.in_(list(messages)), media.c.owner == owner)
                .order_by(media.c.place, media.c.created, media.c.id)
            ).all()
        found: dict[str, list[Media]] = {}
        for row in rows:
            found.setdefault(row.message, []).append(_media(row))
        return found

    def add(self, *rows: Media) -> None:
        with writing(self._engine) as connection:
            for one in rows:
                values = asdict(one)
                values["created"] = one.created or time.time()
                connection.execute(sa.insert(media).values(**values))

    def change(self, one: str, *, owner: str, **values: Any) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(media).where(media.c.id == one, media.c.owner == owner).values(**values)
            )

    def copy(self, one: Media) -> Media:
        """A kept file once more, for the next message: the bytes are shared."""
        new = replace(
            one,
            id=uuid4().hex,
            origin="given",
            message="",
            conversation="",
            run="",
            link="",
            created=time.time(),
        )
        self.add(new)
        return new

    def copy_given(self, message: str, *, owner: str) -> list[Media]:
        """What a person attached to a message, once more."""
        media = self.of_messages([message], owner=owner).get(message, [])
        return [self.copy(one) for one in media if one.origin == "given"]

    def unfetched(self, *, owner: str | None = None) -> list[Media]:
        """Results that a server began to fetch, or never did, and did not end."""
        with reading(self._engine) as connection:
            query = sa.select(media).where(media.c.state.in_(("waiting", "fetching")))
            if owner is not None:
                query = query.where(media.c.owner == owner)
            return [_media(row) for row in connection.execute(query).all()]

    def keys(self) -> set[str]:
        """Every key that a row still names: the rest of the shelf is orphaned."""
        with reading(self._engine) as connection:
            return set(
                connection.execute(sa.select(media.c.key).where(media.c.key != "")).scalars()
            )


def _media(row: sa.Row[Any]) -> Media:
    return Media(**{name: getattr(row, name) for name in Media.__dataclass_fields__})
