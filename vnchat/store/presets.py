"""What a person keeps to write with: assistants and prompt templates, each a name and a body.

What a body holds is checked in vnchat/presets.py; here are only rows. Every query names the owner.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import uuid4

import sqlalchemy as sa

from vnchat.errors import NotFound
from vnchat.store.database import reading, writing
from vnchat.store.tables import presets

Kind = Literal["assistant", "template"]
MOST = 500
_ALL = (
    sa.select(presets)
    .where(presets.c.owner == sa.bindparam("owner"), presets.c.kind == sa.bindparam("kind"))
    .order_by(sa.func.lower(presets.c.name), presets.c.id)
    .limit(MOST)
)


@dataclass(frozen=True, slots=True)
class Kept:
    id: str
    name: str
    body: Mapping[str, Any]
    chosen: bool


class Presets:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self, kind: Kind, *, owner: str) -> list[Kept]:
        """By name."""
        with reading(self._engine) as connection:
            rows = connection.execute(_ALL, {"owner": owner, "kind": kind}).all()
        return [Kept(row.id, row.name, row.body or {}, row.chosen) for row in rows]

    def get(self, one: str, *, owner: str) -> Kept:
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(presets).where(presets.c.id == one, presets.c.owner == owner)
            ).first()
        if row is None:
            raise NotFound("preset")
        return Kept(row.id, row.name, row.body or {}, row.chosen)

    def put(
        self, kind: Kind, name: str, body: Mapping[str, Any], *, owner: str, one: str = ""
    ) -> str:
        """Keep a new one, or `one` anew; gives its id. Raises NotFound for a foreign `one`."""
        values: dict[str, Any] = {"name": name, "body": dict(body), "updated": time.time()}
        with writing(self._engine) as connection:
            if one:
                done = connection.execute(
                    sa.update(presets)
                    .where(presets.c.id == one, presets.c.owner == owner, presets.c.kind == kind)
                    .values(**values)
                )
                if not done.rowcount:
                    raise NotFound("preset")
                return one
            one = uuid4().hex
            connection.execute(sa.insert(presets).values(id=one, owner=owner, kind=kind, **values))
        return one

    def choose(self, one: str, *, owner: str) -> None:
        """New conversations begin with this assistant; "" for none."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(presets)
                .where(presets.c.owner == owner, presets.c.kind == "assistant")
                .values(chosen=presets.c.id == one)
            )

    def remove(self, one: str, *, owner: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                sa.delete(presets).where(presets.c.id == one, presets.c.owner == owner)
            )
