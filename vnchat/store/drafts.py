"""What a person has typed and not sent, one text for each conversation ("" is the new one)."""

from __future__ import annotations

import time

import sqlalchemy as sa

from vnchat.store.database import reading, writing
from vnchat.store.tables import drafts

_GET = sa.select(drafts.c.text).where(
    drafts.c.owner == sa.bindparam("owner"), drafts.c.conversation == sa.bindparam("conversation")
)


class Drafts:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def get(self, conversation: str, *, owner: str) -> str:
        with reading(self._engine) as connection:
            told = {"owner": owner, "conversation": conversation}
            found = connection.execute(_GET, told).scalar()
        return found or ""

    def put(self, conversation: str, text: str, *, owner: str) -> None:
        with writing(self._engine) as connection:
            mine = sa.and_(drafts.c.owner == owner, drafts.c.conversation == conversation)
            connection.execute(sa.delete(drafts).where(mine))
            if text:
                connection.execute(
                    sa.insert(drafts).values(
                        owner=owner, conversation=conversation, text=text, updated=time.time()
                    )
                )
