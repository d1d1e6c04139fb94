"""Moves in the tree of a conversation, and the turns that were deleted from it.

A move reads where messages stand, never what they say: that is all it needs, and a long
conversation holds megabytes. Conversations that were deleted whole are listing.py.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import newest_leaf
from vnchat.errors import NotFound
from vnchat.store import search
from vnchat.store.database import reading, writing
from vnchat.store.media import drop_rows
from vnchat.store.tables import conversations, media, messages, runs
from vnchat.store.trees import Node, nodes_of

MOST = 500
HINT = 160  # letters of a deleted text that are shown


@dataclass(frozen=True, slots=True)
class Removed:
    """A deleted message with all that followed it, of a conversation that is still there."""

    id: str
    conversation: str
    title: str
    role: str
    hint: str
    deleted: float


class Turns:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def turn_to(self, message: str, *, owner: str) -> str:
        """Show the newest branch through `message`; gives the conversation."""
        with writing(self._engine) as connection:
            row = _row(connection, message, owner, messages.c.deleted == 0)
            every = nodes_of(connection, row.conversation, owner)
            _show(connection, row.conversation, owner, newest_leaf(message, every))
        return str(row.conversation)

    def delete(self, message: str, *, owner: str) -> str:
        """Hide a message and everything that follows it; gives the conversation.

        The rows stay (deleted > 0). The head moves to the parent if it was below.
        """
        now = time.time()
        with writing(self._engine) as connection:
            row = _row(connection, message, owner, messages.c.deleted == 0)
            every = nodes_of(connection, row.conversation, owner)
            gone = _below(message, every)
            connection.execute(
                sa.update(messages)
                .where(messages.c.owner == owner, messages.c.id.in_(gone))
                .values(deleted=now)
            )
            head = connection.execute(
                sa.select(conversations.c.head).where(
                    conversations.c.id == row.conversation, conversations.c.owner == owner
                )
            ).scalar_one()
            if head in gone:
                left = [one for one in every if one.id not in gone]
                siblings = [one for one in left if one.parent == row.parent]
                at = siblings[-1].id if siblings else row.parent
                _show(connection, row.conversation, owner, newest_leaf(at, left) if at else "")
        return str(row.conversation)

    def restore(self, message: str, *, owner: str) -> str:
        """Bring back what one `delete` hid, and show it; gives the conversation."""
        with writing(self._engine) as connection:
            row = _row(connection, message, owner, messages.c.deleted > 0)
            connection.execute(
                sa.update(messages)
                .where(
                    messages.c.conversation == row.conversation,
                    messages.c.owner == owner,
                    messages.c.deleted == row.deleted,
                )
                .values(deleted=0)
            )
            every = nodes_of(connection, row.conversation, owner)
            _show(connection, row.conversation, owner, newest_leaf(message, every))
        return str(row.conversation)

    def trash(self, *, owner: str) -> list[Removed]:
        """What was deleted last comes first; what stood below it comes back with it."""
        above = messages.alias("above")
        asked = sa.case(
            (messages.c.text != "", messages.c.text), else_=sa.func.coalesce(above.c.text, "")
        )
        with reading(self._engine) as connection:
            rows = connection.execute(
                _tops(
                    above,
                    messages.c.id,
                    messages.c.conversation,
                    messages.c.role,
                    messages.c.deleted,
                    conversations.c.title,
                    sa.func.substr(asked, 1, HINT).label("hint"),
                )
                .where(messages.c.owner == owner)
                .order_by(messages.c.deleted.desc(), messages.c.seq)
                .limit(MOST)
            ).all()
        return [
            Removed(row.id, row.conversation, row.title, row.role, row.hint, row.deleted)
            for row in rows
        ]

    def trashed_before(self, when: float) -> list[tuple[str, str]]:
        """(owner, id) of everybody's turns that have been in the trash since before."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                _tops(messages.alias("above"), messages.c.owner, messages.c.id).where(
                    messages.c.deleted < when
                )
            ).all()
        return [(row.owner, row.id) for row in rows]

    def forget(self, message: str, *, owner: str) -> set[str]:
        """Delete a turn of the trash for good, with all below it; gives the keys of its files."""
        with writing(self._engine) as connection:
            row = _row(connection, message, owner, messages.c.deleted > 0)
            every = nodes_of(connection, row.conversation, owner, deleted=True)
            gone = _below(message, every)
            keys = drop_rows(connection, media.c.message.in_(gone), owner)
            for one in gone:
                search.drop(connection, one)
            for table, column in ((runs, runs.c.message), (messages, messages.c.id)):
                connection.execute(sa.delete(table).where(column.in_(gone), table.c.owner == owner))
        return keys


def _row(connection: sa.Connection, message: str, owner: str, where: sa.ColumnElement[bool]) -> Any:
    row = connection.execute(
        sa.select(messages.c.conversation, messages.c.parent, messages.c.deleted).where(
            messages.c.id == message, messages.c.owner == owner, where
        )
    ).first()
    if row is None:
        raise NotFound("message")
    return row


def _below(message: str, every: list[Node]) -> set[str]:
    """With the message itself. In the order of writing parents come before children."""
    gone = {message}
    for one in every:
        if one.parent in gone:
            gone.add(one.id)
    return gone


def _show(connection: sa.Connection, conversation: str, owner: str, head: str) -> None:
    connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation, conversations.c.owner == owner)
        .values(head=head)
    )


def _tops(above: Any, *columns: Any) -> sa.Select[Any]:
    """Of each deleted branch its top, which can be brought back: what it hangs on is there."""
    return (
        sa.select(*columns)
        .join(conversations, conversations.c.id == messages.c.conversation)
        .outerjoin(above, above.c.id == messages.c.parent)
        .where(
            messages.c.deleted > 0,
            conversations.c.deleted == 0,
            sa.or_(messages.c.parent == "", above.c.deleted == 0),
        )
    )
