"""Conversations, their messages and drafts. Every query names the owner."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from vnchat.conversation import Conversation, Message, title_from
from vnchat.errors import NotFound
from vnchat.store import search
from vnchat.store.database import reading, writing
from vnchat.store.tables import conversations, drafts, media, messages, runs
from vnchat.store.trees import message_of
from vnchat.store.turns import Turns

# Built once: for the database these are quick, to put them together takes as long again.
_ONE: sa.BindParameter[str] = sa.bindparam("one")
_OWNER: sa.BindParameter[str] = sa.bindparam("owner")
_OF: sa.BindParameter[str] = sa.bindparam("of")  # the owner, beside values of the same name
_CONVERSATION = sa.select(conversations).where(
    conversations.c.id == _ONE, conversations.c.owner == _OWNER, conversations.c.deleted == 0
)
_MESSAGE = sa.select(messages).where(
    messages.c.id == _ONE, messages.c.owner == _OWNER, messages.c.deleted == 0
)
_PART = sa.select(messages.c.id).where(
    messages.c.id == _ONE,
    messages.c.conversation == sa.bindparam("conversation"),
    messages.c.owner == _OWNER,
    messages.c.deleted == 0,
)
_TAKEN = sa.select(conversations.c.id).where(conversations.c.id == _ONE)
_NEW = sa.insert(conversations)
_ADD = sa.insert(messages).returning(messages.c.seq)
_RUN = sa.insert(runs)
_CHANGED = sa.update(conversations).where(conversations.c.id == _ONE, conversations.c.owner == _OF)
_NO_DRAFT = sa.delete(drafts).where(drafts.c.conversation == _ONE, drafts.c.owner == _OF)


def new_id() -> str:
    return uuid4().hex


@dataclass(frozen=True, slots=True)
class Plan:
    """The run that a turn asks for."""

    model: str
    gateway: str
    paid: bool
    stream: bool
    parameters: Mapping[str, Any] = field(default_factory=dict)
    state: str = "new"
    instance: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What `add_turn` wrote."""

    conversation: str
    question: Message | None
    answer: Message
    run: str


class Conversations:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._turns = Turns(engine)

    def get(self, conversation: str, *, owner: str) -> Conversation:
        """Raises NotFound for an unknown, foreign or deleted one."""
        with reading(self._engine) as connection:
            return _get(connection, conversation, owner)

    def messages(self, conversation: str, *, owner: str) -> list[Message]:
        """Every message of the tree in the order of writing; empty for a foreign conversation."""
        with reading(self._engine) as connection:
            return _messages(connection, conversation, owner)

    def message(self, message: str, *, owner: str) -> Message:
        with reading(self._engine) as connection:
            row = connection.execute(_MESSAGE, {"one": message, "owner": owner}).first()
        if row is None:
            raise NotFound("message")
        return message_of(row)

    def add_turn(
        self,
        *,
        owner: str,
        conversation: str,
        parent: str,
        plan: Plan,
        question: str | None = None,
        attached: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
        title: str = "",
    ) -> Turn:
        """Write a question and the empty answer with its run, all or nothing.

        `conversation` "" begins a new one, and so does an id that nobody has used yet (a page
        knows the id of its conversation before it is written). `question` None answers the
        question `parent` once more. `attached` are ids of the owner's media that are not yet part
        of a message.
        Raises NotFound when conversation or parent are not the owner's.
        """
        now = time.time()
        with writing(self._engine) as connection:
            if not conversation or not _exists(connection, conversation):
                conversation = conversation or new_id()
                connection.execute(
                    _NEW,
                    {
                        "id": conversation,
                        "owner": owner,
                        "title": title or title_from(question or ""),
                        "created": now,
                        "updated": now,
                        "options": dict(options or {}),
                    },
                )
                search.put(connection, owner, conversation, "", title or title_from(question or ""))
            else:
                _get(connection, conversation, owner)
            if parent and not _is_part(connection, parent, conversation, owner):
                raise NotFound("message")
            asked = None
            if question is not None:
                asked = _add(connection, owner, conversation, parent, "user", question, "", now)
                search.put(connection, owner, conversation, asked.id, question)
                if attached:
                    connection.execute(
                        sa.update(media)
                        .where(
                            media.c.id.in_(list(attached)),
                            media.c.owner == owner,
                        )
                        .where(media.c.message == "")
                        .values(message=asked.id, conversation=conversation)
                    )
                parent = asked.id
            run = new_id()
            answer = _add(connection, owner, conversation, parent, "assistant", "", run, now)
            connection.execute(
                _RUN,
                {
                    "id": run,
                    "owner": owner,
                    "conversation": conversation,
                    "message": answer.id,
                    "state": plan.state,
                    "model": plan.model,
                    "gateway": plan.gateway,
                    "paid": plan.paid,
                    "stream": plan.stream,
                    "parameters": dict(plan.parameters),
                    "reply": {},
                    "created": now,
                    "started": now if plan.state == "sending" else 0,
                    "requests": 1 if plan.state == "sending" else 0,
                    "instance": plan.instance,
                },
            )
            changed: dict[str, Any] = {"head": answer.id, "updated": now}
            if options is not None:
                changed["options"] = dict(options)
            here = {"one": conversation, "of": owner}
            connection.execute(_CHANGED, changed | here)
            connection.execute(_NO_DRAFT, here)
        return Turn(conversation, asked, answer, run)

    def turn_to(self, message: str, *, owner: str) -> str:
        """Show the newest branch through `message`; gives the conversation."""
        return self._turns.turn_to(message, owner=owner)

    def rename(self, conversation: str, title: str, *, owner: str) -> None:
        self._set(conversation, owner, title=title.strip()[:200])
        with writing(self._engine) as connection:
            search.put(connection, owner, conversation, "", title.strip()[:200])

    def file(self, conversation: str, folder: str, *, owner: str) -> None:
        """Into a folder; "" takes it out."""
        self._set(conversation, owner, folder=folder.strip()[:80])

    def archive(self, conversation: str, archived: bool, *, owner: str) -> None:
        self._set(conversation, owner, archived=archived)

    def pin(self, conversation: str, pinned: bool, *, owner: str) -> None:
        self._set(conversation, owner, pinned=pinned)

    def set_options(self, conversation: str, options: Mapping[str, Any], *, owner: str) -> None:
        self._set(conversation, owner, options=dict(options))

    def delete(self, conversation: str, *, owner: str) -> None:
        """Into the trash; `restore` brings it back."""
        self._set(conversation, owner, deleted=time.time())

    def restore(self, conversation: str, *, owner: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(conversations)
                .where(conversations.c.id == conversation, conversations.c.owner == owner)
                .values(deleted=0)
            )

    def delete_turn(self, message: str, *, owner: str) -> str:
        """Hide a message and everything that follows it; gives the conversation."""
        return self._turns.delete(message, owner=owner)

    def restore_turn(self, message: str, *, owner: str) -> str:
        """Bring back what one `delete_turn` hid, and show it; gives the conversation."""
        return self._turns.restore(message, owner=owner)

    def fork(self, message: str, *, owner: str, last: int = 0) -> str:
        """A new conversation with the path up to `message`; media are shared, runs are copied.

        `last` takes only so many messages of its end along.
        """
        from vnchat.store.forking import fork  # a subject of its own

        with writing(self._engine) as connection:
            return fork(connection, message, owner, last)

    def search(self, query: str, *, owner: str) -> list[search.Hit]:
        """Titles and messages that hold everything asked for, newest first."""
        return search.find(self._engine, query, owner=owner)

    def _set(self, conversation: str, owner: str, **values: Any) -> None:
        with writing(self._engine) as connection:
            done = connection.execute(
                sa.update(conversations)
                .where(
                    conversations.c.id == conversation,
                    conversations.c.owner == owner,
                    conversations.c.deleted == 0,
                )
                .values(**values)
            )
            if not done.rowcount:
                raise NotFound()


def _get(connection: sa.Connection, conversation: str, owner: str) -> Conversation:
    row = connection.execute(_CONVERSATION, {"one": conversation, "owner": owner}).first()
    if row is None:
        raise NotFound()
    return Conversation(
        id=row.id,
        owner=row.owner,
        title=row.title,
        head=row.head,
        created=row.created,
        updated=row.updated,
        options=row.options or {},
        pinned=row.pinned,
    )


def _exists(connection: sa.Connection, conversation: str) -> bool:
    """Whoever it belongs to, and in the trash too: its id is taken."""
    return connection.execute(_TAKEN, {"one": conversation}).first() is not None


def _messages(connection: sa.Connection, conversation: str, owner: str) -> list[Message]:
    rows = connection.execute(
        sa.select(messages)
        .where(
            messages.c.conversation == conversation,
            messages.c.owner == owner,
            messages.c.deleted == 0,
        )
        .order_by(messages.c.seq)
    ).all()
    return [message_of(row) for row in rows]


def _is_part(connection: sa.Connection, message: str, conversation: str, owner: str) -> bool:
    told = {"one": message, "owner": owner, "conversation": conversation}
    return connection.execute(_PART, told).first() is not None


def _add(
    connection: sa.Connection,
    owner: str,
    conversation: str,
    parent: str,
    role: Any,
    text: str,
    run: str,
    now: float,
) -> Message:
    message = new_id()
    seq = connection.execute(
        _ADD,
        {
            "id": message,
            "owner": owner,
            "conversation": conversation,
            "parent": parent,
            "role": role,
            "text": text,
            "run": run,
            "created": now,
        },
    ).scalar_one()
    return Message(message, conversation, parent, role, text, seq, now, run)
