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
from vnchat.store.database import now_in, reading, writing
from vnchat.store.tables import instances, media, runs

_OF_MESSAGES = (  # built once: to put it together takes as long as to ask it
    sa.select(media)
    .where(
        media.c.message.in_(sa.bindparam("some", expanding=True)),
        media.c.owner == sa.bindparam("owner"),
    )
    .order_by(media.c.place, media.c.created, media.c.id)
)


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
            rows = connection.execute(_OF_MESSAGES, {"some": list(messages), "owner": owner}).all()
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

    def put(self, row: Media) -> None:
        """Add it, in the place of one with its id."""
        with writing(self._engine) as connection:
            same = sa.and_(media.c.id == row.id, media.c.owner == row.owner)
            connection.execute(sa.delete(media).where(same))
            connection.execute(sa.insert(media).values(**asdict(row)))

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
        with writing(self._engine) as connection:
            # Another server may be letting go of the file: it waits, or has done so.
            source = sa.select(media.c.key).where(media.c.id == one.id)
            if connection.execute(source.with_for_update(read=True)).scalar() != one.key:
                raise NotFound("file")
            connection.execute(sa.insert(media).values(**asdict(new)))
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

    def left_unfetched(self, *, lease: float) -> list[Media]:
        """Results of a server that has not beaten for `lease` seconds and has not fetched them."""
        with reading(self._engine) as connection:
            alive = sa.select(instances.c.id).where(
                instances.c.heartbeat > now_in(connection) - lease
            )
            query = (
                sa.select(media)
                .join(runs, runs.c.id == media.c.run)
                .where(
                    media.c.state.in_(("waiting", "fetching")),
                    runs.c.instance.not_in(alive),
                )
            )
            return [_media(row) for row in connection.execute(query).all()]

    def names_key(self, key: str, *, owner: str | None = None) -> bool:
        """Does any row (of this owner) name a file of the shelf?"""
        with reading(self._engine) as connection:
            query = sa.select(media.c.id).where(media.c.key == key).limit(1)
            if owner is not None:
                query = query.where(media.c.owner == owner)
            return connection.execute(query).first() is not None

    def bytes_kept(self, *, owner: str | None = None) -> int:
        """How much is kept for this owner or for all; the same bytes count once."""
        files = sa.select(media.c.key, sa.func.max(media.c.size).label("size")).where(
            media.c.key != ""
        )
        if owner is not None:
            files = files.where(media.c.owner == owner)
        once = files.group_by(media.c.key).subquery()
        with reading(self._engine) as connection:
            return int(connection.execute(sa.select(sa.func.sum(once.c.size))).scalar() or 0)

    def empty(self, ids: Sequence[str], *, owner: str) -> tuple[list[Media], set[str]]:
        """Let go of these files wherever this owner's messages show them; a card says so there.

        Gives the rows as they were and the keys that were named. A link inside the answer
        (`data:`) is the file itself and goes too. What is attached to a draft stays.
        """
        with writing(self._engine) as connection:
            chosen = _kept_rows(connection, media.c.id.in_(list(ids)), owner)
            same = media.c.key.in_({one.key for one in chosen}) & (media.c.message != "")
            found = _kept_rows(connection, same, owner)
            keys = _drop_posters(connection, found, owner) | {one.key for one in found}
            for one in found:
                inside = one.link.startswith("data:")
                connection.execute(
                    sa.update(media)
                    .where(media.c.id == one.id, media.c.owner == owner)
                    .values(
                        state="refused",
                        reason="deleted",
                        again=bool(one.link) and not inside,
                        link="" if inside else one.link,
                        key="",
                        poster="",
                        size=0,
                    )
                )
        return found, keys

    def forget_conversation(self, conversation: str, *, owner: str) -> set[str]:
        """Delete every row of a conversation for good; gives the keys that they named."""
        with writing(self._engine) as connection:
            return drop_rows(connection, media.c.conversation == conversation, owner)

    def loose(self, before: float) -> int:
        """How many rows `forget_loose` would delete."""
        with reading(self._engine) as connection:
            loose = (media.c.message == "") & (media.c.origin == "given")
            query = sa.select(sa.func.count()).where(loose, media.c.created < before)
            return int(connection.execute(query).scalar_one())

    def forget_loose(self, before: float) -> int:
        """Delete rows of files that were attached to a draft and never sent, older than a time."""
        with writing(self._engine) as connection:
            loose = (media.c.message == "") & (media.c.origin == "given")
            old = sa.and_(loose, media.c.created < before)
            going = [_media(row) for row in connection.execute(sa.select(media).where(old)).all()]
            for owner in {one.owner for one in going}:
                _drop_posters(connection, [one for one in going if one.owner == owner], owner)
            connection.execute(sa.delete(media).where(old))
        return len(going)

    def keys(self, *, loose_before: float = 0.0) -> set[str]:
        """Every key that a row still names: the rest of the shelf is orphaned.

        What `forget_loose` would delete names nothing here.
        """
        loose = (media.c.message == "") & (media.c.origin == "given")
        going = loose & (media.c.created < loose_before)
        poster = media.alias()
        kept = sa.select(media.c.poster).where(~going, media.c.poster != "")
        lost = sa.select(media.c.poster).where(going, media.c.poster.not_in(kept))
        named = sa.select(poster.c.key).where(poster.c.key != "", poster.c.id.not_in(lost))
        given = (poster.c.message == "") & (poster.c.origin == "given")
        named = named.where(~(given & (poster.c.created < loose_before)))
        with reading(self._engine) as connection:
            return set(connection.execute(named).scalars())


def _kept_rows(connection: sa.Connection, which: sa.ColumnElement[bool], owner: str) -> list[Media]:
    rows = connection.execute(
        sa.select(media)
        .where(which, media.c.owner == owner, media.c.key != "")
        .with_for_update()  # a copy that is being made is waited for, and seen
    ).all()
    return [_media(row) for row in rows if row.origin != "poster"]


def drop_rows(connection: sa.Connection, which: sa.ColumnElement[bool], owner: str) -> set[str]:
    """Delete these rows for good, and their posters; gives the keys that they named."""
    every = (which, media.c.origin != "poster", media.c.owner == owner)
    found = [_media(row) for row in connection.execute(sa.select(media).where(*every)).all()]
    connection.execute(sa.delete(media).where(*every))
    return ({one.key for one in found} | _drop_posters(connection, found, owner)) - {""}


def _drop_posters(connection: sa.Connection, going: Sequence[Media], owner: str) -> set[str]:
    """Delete the posters that only these rows name (copies share theirs); gives their keys."""
    keys: set[str] = set()
    ids = [one.id for one in going]
    for poster in {one.poster for one in going} - {""}:
        other = connection.execute(
            sa.select(media.c.id).where(media.c.poster == poster, media.c.id.not_in(ids)).limit(1)
        ).first()
        if other is not None:
            continue
        where = sa.and_(media.c.id == poster, media.c.owner == owner)
        keys |= set(connection.execute(sa.select(media.c.key).where(where)).scalars())
        connection.execute(sa.delete(media).where(where))
    return keys


def _media(row: sa.Row[Any]) -> Media:
    return Media(**{name: getattr(row, name) for name in Media.__dataclass_fields__})
