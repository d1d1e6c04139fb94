"""Shared conversations: one unguessable address each, for the path up to one message.

Only here a row is found without naming its owner: whoever holds the address may read. A withdrawn
share is deleted, so it reads like one that never was. The page is web/shared.py.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from vnchat.errors import NotFound
from vnchat.store.database import reading, writing
from vnchat.store.tables import conversations, shares

TOKEN_BYTES = 24
LONGEST_TOKEN = 64


@dataclass(frozen=True, slots=True)
class Share:
    token: str
    owner: str
    conversation: str
    head: str
    with_media: bool
    created: float


class Shares:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def make(self, conversation: str, *, owner: str, with_media: bool) -> Share:
        """Share what the conversation shows now; an earlier address of it goes on and shows that.

        Raises NotFound for a conversation that is not the owner's.
        """
        with writing(self._engine) as connection:
            head = connection.execute(
                sa.select(conversations.c.head).where(
                    conversations.c.id == conversation,
                    conversations.c.owner == owner,
                    conversations.c.deleted == 0,
                )
            ).scalar()
            if not head:
                raise NotFound()
            mine = sa.and_(shares.c.conversation == conversation, shares.c.owner == owner)
            token = connection.execute(sa.select(shares.c.id).where(mine)).scalar()
            values = {"head": head, "with_media": with_media, "created": time.time()}
            if token is None:
                token = secrets.token_urlsafe(TOKEN_BYTES)
                connection.execute(
                    sa.insert(shares).values(
                        id=token, owner=owner, conversation=conversation, **values
                    )
                )
            else:
                connection.execute(sa.update(shares).where(shares.c.id == token).values(**values))
            row = connection.execute(sa.select(shares).where(shares.c.id == token)).one()
            return _share(row)

    def of(self, conversation: str, *, owner: str) -> Share | None:
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(shares).where(
                    shares.c.conversation == conversation, shares.c.owner == owner
                )
            ).first()
        return None if row is None else _share(row)

    def withdraw(self, conversation: str, *, owner: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(
                sa.delete(shares).where(
                    shares.c.conversation == conversation, shares.c.owner == owner
                )
            )

    def opened(self, token: str) -> Share | None:
        """Who holds the address may read; None for an unknown or withdrawn one, and when the
        conversation is in the trash."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(shares)
                .join(
                    conversations,
                    sa.and_(
                        conversations.c.id == shares.c.conversation,
                        conversations.c.owner == shares.c.owner,
                    ),
                )
                .where(shares.c.id == token, conversations.c.deleted == 0)
            ).first()
        return None if row is None else _share(row)


def _share(row: sa.Row[Any]) -> Share:
    return Share(row.id, row.owner, row.conversation, row.head, row.with_media, row.created)
