"""Reading several things as of one moment, in one transaction."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from vnchat.errors import NotFound
from vnchat.store import Plan, Store

PLAN = Plan(model="m", gateway="g", paid=False, stream=True)


def test_within_it_one_transaction_is_enough(store: Store) -> None:
    begun: list[object] = []
    sa.event.listen(store.engine, "begin", begun.append)
    with store.together():
        with store.together():
            store.drafts.get("", owner="a")
        store.drafts.get("", owner="a")
        store.routes.of(owner="a")
    assert len(begun) == 1
    store.drafts.get("", owner="a")
    assert len(begun) == 2


def test_it_holds_for_its_thread_alone(store: Store) -> None:
    begun: list[object] = []
    sa.event.listen(store.engine, "begin", begun.append)
    with store.together():
        other = threading.Thread(target=lambda: store.drafts.get("", owner="a"))
        other.start()
        other.join()
    assert len(begun) == 2


def test_what_is_written_within_is_written(store: Store) -> None:
    with store.together():
        store.drafts.get("x", owner="a")
        store.drafts.put("x", "words", owner="a")
    assert store.drafts.get("x", owner="a") == "words"


def test_an_error_within_ends_it(store: Store) -> None:
    with pytest.raises(NotFound), store.together():
        store.conversations.get("nowhere", owner="a")
    turn = store.conversations.add_turn(
        owner="a", conversation="", parent="", plan=PLAN, question="hello"
    )
    assert store.conversations.get(turn.conversation, owner="a").head == turn.answer.id
