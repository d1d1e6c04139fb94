"""Copies a path of a conversation into a new one. Every row gets a new id; bytes are shared."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from vnchat.conversation import Message
from vnchat.errors import NotFound
from vnchat.states import GOING
from vnchat.store import search
from vnchat.store.tables import conversations, media, messages, runs
from vnchat.store.trees import path_of


def fork(connection: sa.Connection, message: str, owner: str, last: int = 0) -> str:
    """Gives the id of the new conversation, with the `last` messages of the path (0: all).

    Raises NotFound for a foreign or unknown message.
    """
    where = connection.execute(
        sa.select(messages.c.conversation).where(
            messages.c.id == message, messages.c.owner == owner, messages.c.deleted == 0
        )
    ).scalar()
    if where is None:
        raise NotFound("message")
    source = connection.execute(
        sa.select(conversations).where(conversations.c.id == where, conversations.c.owner == owner)
    ).one()
    now = time.time()
    new = uuid4().hex
    parent = ""
    copies: dict[str, str] = {}  # message → its copy
    for one in path_of(connection, message, owner, where, most=last):
        going = one.run and connection.execute(
            sa.select(runs.c.state).where(runs.c.id == one.run, runs.c.owner == owner)
        ).scalar() in tuple(GOING)
        if going:  # what still runs belongs to the first conversation alone
            break
        parent = copies[one.id] = _copy(connection, one, owner, new, parent, copies)
    connection.execute(
        sa.insert(conversations).values(
            id=new,
            owner=owner,
            title=source.title,
            head=parent,
            options=source.options,
            created=now,
            updated=now,
        )
    )
    search.put(connection, owner, new, "", source.title)
    return new


def _copy(
    connection: sa.Connection,
    message: Message,
    owner: str,
    conversation: str,
    parent: str,
    copies: Mapping[str, str],
) -> str:
    new_message = uuid4().hex
    new_run = ""
    if message.run:
        row = connection.execute(
            sa.select(runs).where(runs.c.id == message.run, runs.c.owner == owner)
        ).first()
        if row is not None:
            new_run = uuid4().hex
            values = dict(row._mapping)
            values |= {
                "id": new_run,
                "conversation": conversation,
                "message": new_message,
                "seen": True,
                "requests": 0,  # this copy sent nothing
                "parameters": _continuing_here(dict(row.parameters), copies),
            }
            connection.execute(sa.insert(runs).values(**values))
    connection.execute(
        sa.insert(messages).values(
            id=new_message,
            owner=owner,
            conversation=conversation,
            parent=parent,
            role=message.role,
            text=message.text,
            run=new_run,
            created=message.created,
        )
    )
    search.put(connection, owner, conversation, new_message, message.text)
    for row in connection.execute(
        sa.select(media)
        .where(media.c.message == message.id, media.c.owner == owner, media.c.origin != "spoken")
        .with_for_update(read=True)  # whoever lets go of the file waits, and sees this copy
    ).all():
        values = dict(row._mapping)
        values |= {
            "id": uuid4().hex,
            "conversation": conversation,
            "message": new_message,
            "run": new_run,
        }
        connection.execute(sa.insert(media).values(**values))
    return new_message


def _continuing_here(parameters: dict[str, Any], copies: Mapping[str, str]) -> dict[str, Any]:
    """What a copied run continued is the copy of that message, if it came along."""
    told = parameters.get("continuing")
    if isinstance(told, dict) and told.get("message") in copies:
        parameters["continuing"] = {**told, "message": copies[told["message"]]}
    return parameters
