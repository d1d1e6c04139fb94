"""Writing what a file told: all of it in one transaction, or nothing. Every row gets a new id.

What may be in the file was checked before (vnchat/exchange); here everything becomes the importing
owner's. The bytes of its media are in the shelf already.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import Media
from vnchat.errors import StorageUnavailable
from vnchat.exchange.export_json import IMPORTED
from vnchat.exchange.shapes import ToldConversation, ToldMessage, ToldRun
from vnchat.reading import to_json
from vnchat.store import search
from vnchat.store.conversations import new_id
from vnchat.store.database import writing
from vnchat.store.tables import conversations, media, messages, runs

log = logging.getLogger(__name__)

AT_ONCE = 500  # rows of one statement
MANY = 1000  # messages from which the database is to look at its tables anew
LEARNED = ("conversations", "messages", "runs", "media", "search_index")


class Imports:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def write(
        self,
        told: Sequence[ToldConversation],
        files: Mapping[tuple[int, str], Sequence[Media]],
        *,
        owner: str,
    ) -> list[str]:
        """Gives the ids of the new conversations.

        `files` are the media of (number of the conversation, the file's id of the message); of
        these rows only the ids of message, conversation and run are filled in here.
        """
        with writing(self._engine) as connection:
            made = [
                _conversation(connection, n, one, files, owner, time.time())
                for n, one in enumerate(told)
            ]
        if sum(len(one.messages) for one in told) >= MANY:
            self._learn()
        return made

    def _learn(self) -> None:
        """Let PostgreSQL know at once how much there is now.

        By itself it looks a minute later, and until then a search walks through every row.
        """
        if self._engine.dialect.name != "postgresql":
            return
        try:
            with writing(self._engine) as connection:
                for table in LEARNED:
                    connection.exec_driver_sql(f"ANALYZE {table}")
        except StorageUnavailable as error:
            log.warning("what was imported is kept, but the database did not look at it: %s", error)


def _conversation(
    connection: sa.Connection,
    number: int,
    told: ToldConversation,
    files: Mapping[tuple[int, str], Sequence[Media]],
    owner: str,
    now: float,
) -> str:
    conversation = new_id()
    ids = {one.id: new_id() for one in told.messages}
    run_ids = {one.id: new_id() for one in told.messages if one.run is not None}
    connection.execute(
        sa.insert(conversations).values(
            id=conversation,
            owner=owner,
            title=told.title,
            head=ids.get(told.head, ""),
            options=dict(told.options),
            created=min(told.created, now) or now,
            updated=min(told.updated, now) or now,
            pinned=told.pinned,
        )
    )
    _insert(
        connection,
        messages,
        [
            {
                "id": ids[one.id],
                "owner": owner,
                "conversation": conversation,
                "parent": ids.get(one.parent, ""),
                "role": one.role,
                "text": one.text,
                "run": run_ids.get(one.id, ""),
                "created": min(one.created, now),
            }
            for one in told.messages
        ],
    )
    _insert(
        connection,
        runs,
        [
            _run(one, one.run, owner, conversation, ids[one.id], run_ids[one.id])
            for one in told.messages
            if one.run is not None
        ],
    )
    rows: list[dict[str, Any]] = []
    for one in told.messages:
        for file in files.get((number, one.id), ()):
            owned = replace(file, owner=owner, conversation=conversation)
            if file.origin != "poster":
                owned = replace(owned, message=ids[one.id], run=run_ids.get(one.id, ""))
            rows.append(asdict(owned))
    _insert(connection, media, rows)
    search.put(connection, owner, conversation, "", told.title)
    for one in told.messages:
        if one.text.strip():
            search.put(connection, owner, conversation, ids[one.id], one.text)
    return conversation


def _run(
    message: ToldMessage, run: ToldRun, owner: str, conversation: str, id: str, run_id: str
) -> dict[str, Any]:
    return {
        "id": run_id,
        "owner": owner,
        "conversation": conversation,
        "message": id,
        "state": run.state,
        "model": run.model,
        # never a gateway of this server: what is learned from its runs is learned from them alone
        "gateway": f"{IMPORTED}{run.gateway}",
        "paid": run.paid,
        "stream": run.stream,
        "parameters": dict(run.parameters),
        "reply": to_json(run.reply),
        "made": run.made,
        "created": run.created or message.created,
        "started": run.started,
        "first_byte": run.first_byte,
        "ended": run.ended,
        "attempt": run.attempt,
        "seen": True,
        "requests": run.requests,
    }


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    for at in range(0, len(rows), AT_ONCE):
        connection.execute(sa.insert(table), rows[at : at + AT_ONCE])
