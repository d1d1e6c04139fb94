"""Reading the tree of messages without reading all of it.

A page shows a window of the open path: it is walked up from its end, so that the thousandth
message costs what the second did. Every query names the owner. What is written is in
conversations.py; the same rules on values in hand are in vnchat/conversation.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import Message
from vnchat.store.database import reading
from vnchat.store.tables import conversations, messages

LONGEST = 100_000  # messages of a path; a longer one is cut at its beginning


@dataclass(frozen=True, slots=True)
class Node:
    """A message without its words."""

    id: str
    parent: str
    role: str
    seq: int


class Trees:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def path(
        self, end: str, *, owner: str, conversation: str, most: int = 0, before: bool = False
    ) -> list[Message]:
        """The messages up to `end`, in order: the last `most` of them (0: all).

        `before` leaves `end` itself out. Empty for what is foreign, unknown or deleted.
        """
        if not end:
            return []
        with reading(self._engine) as connection:
            return path_of(connection, end, owner, conversation, most=most, before=before)

    def weight(self, end: str, *, owner: str, conversation: str, most: int = 0) -> tuple[int, int]:
        """(letters, octets of UTF-8) of the path up to `end`, without reading its words here."""
        limit = min(most, LONGEST) if most else LONGEST
        told = {"end": end, "owner": owner, "conversation": conversation, "most": limit}
        with reading(self._engine) as connection:
            lite = connection.dialect.name == "sqlite"
            row = connection.execute(_WEIGHT_LITE if lite else _WEIGHT, told).one()
        return int(row[0] or 0), int(row[1] or 0)

    def versions(self, window: Sequence[Message], *, owner: str) -> dict[str, list[str]]:
        """For each of these messages of one conversation its siblings of the same role."""
        if not window:
            return {}
        parents = list({one.parent for one in window})
        told = {"owner": owner, "conversation": window[0].conversation, "parents": parents}
        with reading(self._engine) as connection:
            rows = connection.execute(_VERSIONS, told).all()
        of: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            of.setdefault((row.parent, row.role), []).append(row.id)
        return {one.id: of.get((one.parent, one.role), [one.id]) for one in window}

    def nodes(self, conversation: str, *, owner: str) -> list[Node]:
        """The whole tree in the order of writing, without a word of it."""
        with reading(self._engine) as connection:
            return nodes_of(connection, conversation, owner)

    def conversations(self, *, owner: str) -> list[str]:
        """The ids of all that are not in the trash, oldest first."""
        with reading(self._engine) as connection:
            return list(
                connection.execute(
                    sa.select(conversations.c.id)
                    .where(conversations.c.owner == owner, conversations.c.deleted == 0)
                    .order_by(conversations.c.created, conversations.c.id)
                ).scalars()
            )

    def some(self, ids: Sequence[str], *, owner: str) -> list[Message]:
        """These messages, in the order of writing."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(messages)
                .where(
                    messages.c.id.in_(list(ids)),
                    messages.c.owner == owner,
                    messages.c.deleted == 0,
                )
                .order_by(messages.c.seq)
            ).all()
        return [message_of(row) for row in rows]


def _walked() -> sa.CTE:
    """(id, depth) of :end and of at most :most messages in all above it.

    Built once: for the database it is quick, to put together it is not.
    """
    owner: sa.BindParameter[str] = sa.bindparam("owner")
    conversation: sa.BindParameter[str] = sa.bindparam("conversation")
    start = sa.select(messages.c.id, messages.c.parent, sa.literal(0).label("depth"))
    walk = start.where(
        messages.c.id == sa.bindparam("end"),
        messages.c.owner == owner,
        messages.c.conversation == conversation,
        messages.c.deleted == 0,
    ).cte("walk", recursive=True)
    above = messages.alias("above")
    return walk.union_all(
        sa.select(above.c.id, above.c.parent, walk.c.depth + 1)
        .join(walk, above.c.id == walk.c.parent)
        .where(
            above.c.owner == owner,
            above.c.conversation == conversation,
            above.c.deleted == 0,
            walk.c.depth + 1 < sa.bindparam("most", type_=sa.Integer),
        )
    )


_VERSIONS = (
    sa.select(messages.c.id, messages.c.parent, messages.c.role)
    .where(
        messages.c.owner == sa.bindparam("owner"),
        messages.c.conversation == sa.bindparam("conversation"),
        messages.c.deleted == 0,
        messages.c.parent.in_(sa.bindparam("parents", expanding=True)),
    )
    .order_by(messages.c.seq)
)
_WALK = _walked()
_PATH = (
    sa.select(messages)
    .join(_WALK, _WALK.c.id == messages.c.id)
    .where(_WALK.c.depth >= sa.bindparam("least", type_=sa.Integer))
    .order_by(_WALK.c.depth.desc())
)
_LETTERS = sa.func.sum(sa.func.length(messages.c.text))
_WEIGHT = sa.select(_LETTERS, sa.func.sum(sa.func.octet_length(messages.c.text))).join(
    _WALK, _WALK.c.id == messages.c.id
)
_WEIGHT_LITE = sa.select(
    _LETTERS, sa.func.sum(sa.func.length(sa.cast(messages.c.text, sa.LargeBinary)))
).join(_WALK, _WALK.c.id == messages.c.id)


def path_of(
    connection: sa.Connection,
    end: str,
    owner: str,
    conversation: str,
    *,
    most: int = 0,
    before: bool = False,
) -> list[Message]:
    limit = (min(most, LONGEST) if most else LONGEST) + (1 if before else 0)
    told = {"end": end, "owner": owner, "conversation": conversation, "most": limit}
    rows = connection.execute(_PATH, told | {"least": 1 if before else 0})
    return [message_of(row) for row in rows]


def nodes_of(
    connection: sa.Connection, conversation: str, owner: str, *, deleted: bool = False
) -> list[Node]:
    """The tree, or with `deleted` what was deleted of it, in the order of writing."""
    rows = connection.execute(
        sa.select(messages.c.id, messages.c.parent, messages.c.role, messages.c.seq)
        .where(
            messages.c.owner == owner,
            messages.c.conversation == conversation,
            messages.c.deleted > 0 if deleted else messages.c.deleted == 0,
        )
        .order_by(messages.c.seq)
    )
    return [Node(row.id, row.parent, row.role, row.seq) for row in rows]


def message_of(row: sa.Row[Any]) -> Message:
    return Message(
        id=row.id,
        conversation=row.conversation,
        parent=row.parent,
        role=row.role,
        text=row.text,
        seq=row.seq,
        created=row.created,
        run=row.run,
    )
