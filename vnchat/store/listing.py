"""The list of conversations as the sidebar shows it, the trash, and its emptying for good.

What a single conversation holds is conversations.py. Every query names the owner; only `purge`,
which the server asks for by itself, works for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vnchat.store import search
from vnchat.store.database import reading, writing
from vnchat.store.tables import conversations, drafts, messages, runs, shares

PAGE = 200
MOST_KEPT = 1000  # pinned, in folders, archived or in the trash


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation as the sidebar shows it."""

    id: str
    title: str
    updated: float
    pinned: bool
    folder: str
    archived: bool
    made: str  # what the newest run made: video, image, audio, text or ""
    state: str  # running, unseen, failed or ""


_ONE = sa.select(conversations).where(
    conversations.c.id == sa.bindparam("one"),
    conversations.c.owner == sa.bindparam("owner"),
    conversations.c.deleted == 0,
)
_LAST = (
    sa.select(runs.c.conversation, sa.func.max(runs.c.created).label("created"))
    .where(runs.c.conversation.in_(sa.bindparam("some", expanding=True)))
    .group_by(runs.c.conversation)
    .subquery()
)
_NEWEST = sa.select(runs.c.conversation, runs.c.state, runs.c.made, runs.c.seen).join(
    _LAST,
    sa.and_(_LAST.c.conversation == runs.c.conversation, _LAST.c.created == runs.c.created),
)


class Listing:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self, *, owner: str, limit: int = PAGE, offset: int = 0) -> list[Listed]:
        """Every conversation that is not in the trash, pinned first, then by its last change."""
        order = (conversations.c.pinned.desc(), conversations.c.updated.desc())
        return self._some(owner, [], limit, offset, order)

    def kept(self, *, owner: str) -> list[Listed]:
        """Pinned or in a folder."""
        wanted = sa.or_(conversations.c.pinned, conversations.c.folder != "")
        return self._some(owner, [wanted, ~conversations.c.archived], MOST_KEPT)

    def recent(self, *, owner: str, before: float = 0.0, limit: int = PAGE) -> list[Listed]:
        """The rest, newest first; `before` a time of change."""
        wanted = [
            ~conversations.c.pinned,
            conversations.c.folder == "",
            ~conversations.c.archived,
        ]
        if before:
            wanted.append(conversations.c.updated < before)
        return self._some(owner, wanted, limit)

    def archived(self, *, owner: str) -> list[Listed]:
        return self._some(owner, [conversations.c.archived], MOST_KEPT)

    def count_archived(self, *, owner: str) -> int:
        with reading(self._engine) as connection:
            return int(
                connection.execute(
                    sa.select(sa.func.count()).where(
                        conversations.c.owner == owner,
                        conversations.c.deleted == 0,
                        conversations.c.archived,
                    )
                ).scalar_one()
            )

    def one(self, conversation: str, *, owner: str) -> Listed | None:
        with reading(self._engine) as connection:
            row = connection.execute(_ONE, {"one": conversation, "owner": owner}).first()
            if row is None:
                return None
            return _listed(row, _newest_runs(connection, [conversation]).get(conversation))

    def trash(self, *, owner: str) -> list[tuple[str, str, float]]:
        """(id, title, when) of what was deleted, newest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(conversations.c.id, conversations.c.title, conversations.c.deleted)
                .where(conversations.c.owner == owner, conversations.c.deleted > 0)
                .order_by(conversations.c.deleted.desc())
                .limit(MOST_KEPT)
            ).all()
        return [(row.id, row.title, row.deleted) for row in rows]

    def trashed_before(self, when: float) -> list[tuple[str, str]]:
        """(owner, id) of everybody's conversations that have been in the trash since before."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(conversations.c.owner, conversations.c.id).where(
                    conversations.c.deleted > 0, conversations.c.deleted < when
                )
            ).all()
        return [(row.owner, row.id) for row in rows]

    def is_trashed(self, conversation: str, *, owner: str) -> bool:
        with reading(self._engine) as connection:
            found = connection.execute(
                sa.select(conversations.c.id).where(
                    conversations.c.id == conversation,
                    conversations.c.owner == owner,
                    conversations.c.deleted > 0,
                )
            ).first()
        return found is not None

    def forget(self, conversation: str, *, owner: str) -> bool:
        """Delete a conversation of the trash for good, with all its words. Its files are told of
        by `MediaRows.forget_conversation`. False if it is not there (restored in between)."""
        with writing(self._engine) as connection:
            gone = connection.execute(
                sa.delete(conversations).where(
                    conversations.c.id == conversation,
                    conversations.c.owner == owner,
                    conversations.c.deleted > 0,
                )
            )
            if not gone.rowcount:
                return False
            search.forget(connection, conversation)
            for table in (messages, runs, drafts, shares):
                connection.execute(
                    sa.delete(table).where(
                        table.c.conversation == conversation, table.c.owner == owner
                    )
                )
        return True

    def _some(
        self,
        owner: str,
        where: list[Any],
        limit: int,
        offset: int = 0,
        order: tuple[Any, ...] = (),
    ) -> list[Listed]:
        chosen = (
            sa.select(conversations)
            .where(conversations.c.owner == owner, conversations.c.deleted == 0, *where)
            .order_by(*(order or (conversations.c.updated.desc(),)))
            .limit(limit)
            .offset(offset)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(chosen).all()
            newest = _newest_runs(connection, [row.id for row in rows])
        return [_listed(row, newest.get(row.id)) for row in rows]


def _newest_runs(connection: sa.Connection, ids: list[str]) -> dict[str, sa.Row[Any]]:
    """Of each of these conversations; only the index is read."""
    found: dict[str, sa.Row[Any]] = {}
    for start in range(0, len(ids), PAGE):
        rows = connection.execute(_NEWEST, {"some": ids[start : start + PAGE]})
        found |= {row.conversation: row for row in rows}
    return found


def _listed(row: sa.Row[Any], run: sa.Row[Any] | None) -> Listed:
    state = run.state if run is not None else ""
    if run is not None and state in ("new", "queued", "sending", "waiting", "running"):
        shown = "running"
    elif run is None or run.seen or state == "stopped":
        shown = ""
    else:
        shown = "unseen" if state == "done" else "failed"
    made = run.made if run is not None else ""
    return Listed(row.id, row.title, row.updated, row.pinned, row.folder, row.archived, made, shown)
