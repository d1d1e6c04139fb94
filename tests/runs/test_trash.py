"""The trash keeps what was deleted for thirty days, then words, runs and files are gone."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa

from tests.runs.conftest import OWNER, ask, ended
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.errors import NotFound
from vnchat.runs.trash import STAYS_SECONDS
from vnchat.store import Turn
from vnchat.store.tables import conversations, media, messages, runs


@pytest.fixture
def deleted(engine: Engine, gateway: DemoGateway) -> Turn:
    gateway.script("talk", Script(text_chunks("Boats leave at five.")))
    turn = ask(engine, "When do the boats leave?", "talk")
    ended(engine, turn)
    engine.store.conversations.delete(turn.conversation, owner=OWNER)
    return turn


def emptied(engine: Engine, before: float) -> int:
    work = engine.trash.empty(before=before)
    return asyncio.run_coroutine_threadsafe(work, engine.runner.loop).result(20)


def age(engine: Engine, turn: Turn, seconds: float) -> None:
    with engine.store.engine.begin() as connection:
        connection.execute(
            sa.update(conversations)
            .where(conversations.c.id == turn.conversation)
            .values(deleted=time.time() - seconds)
        )


def test_what_is_older_than_thirty_days_is_gone_for_good(engine: Engine, deleted: Turn) -> None:
    age(engine, deleted, STAYS_SECONDS + 60)

    assert emptied(engine, time.time() - STAYS_SECONDS) == 1

    with engine.store.engine.connect() as connection:
        for table in (conversations, messages, runs, media):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM search_index").scalar() == 0
    assert engine.store.listing.trash(owner=OWNER) == []


def test_what_is_younger_stays_and_comes_back(engine: Engine, deleted: Turn) -> None:
    age(engine, deleted, STAYS_SECONDS - 60)

    assert emptied(engine, time.time() - STAYS_SECONDS) == 0

    assert engine.store.conversations.search("boats", owner=OWNER) == []
    engine.store.conversations.restore(deleted.conversation, owner=OWNER)
    assert len(engine.store.conversations.search("boats", owner=OWNER)) == 3


def test_nothing_outside_the_trash_is_forgotten(engine: Engine, deleted: Turn) -> None:
    engine.store.conversations.restore(deleted.conversation, owner=OWNER)

    work = engine.trash.forget(deleted.conversation, owner=OWNER)
    asyncio.run_coroutine_threadsafe(work, engine.runner.loop).result(20)

    assert len(engine.store.conversations.messages(deleted.conversation, owner=OWNER)) == 2
    assert not engine.store.listing.is_trashed(deleted.conversation, owner=OWNER)
    with pytest.raises(NotFound):
        engine.store.conversations.get(deleted.conversation, owner="bob")
