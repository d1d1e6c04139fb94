"""Deleted turns stand in the trash until they are brought back or gone for good, on both databases."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from vnchat.conversation import Media
from vnchat.errors import NotFound
from vnchat.exchange.shapes import ToldConversation, ToldMessage
from vnchat.store import Plan, Store, Turn
from vnchat.store.imports import MANY
from vnchat.store.tables import messages, runs

PLAN = Plan(model="m", gateway="g", paid=False, stream=True, state="done")


def ask(store: Store, question: str | None, after: Turn | None = None) -> Turn:
    return store.conversations.add_turn(
        owner="ann",
        conversation=after.conversation if after else "",
        parent=after.answer.id if after else "",
        plan=PLAN,
        question=question,
    )


def hints(store: Store) -> list[tuple[str, str]]:
    return [(one.role, one.hint) for one in store.turns.trash(owner="ann")]


@pytest.fixture
def turns(store: Store) -> list[Turn]:
    first = ask(store, "The first")
    second = ask(store, "The second", first)
    return [first, second, ask(store, "The third", second)]


def test_a_deleted_turn_is_listed_once_with_its_words_and_its_conversation(
    store: Store, turns: list[Turn]
) -> None:
    assert turns[1].question is not None
    store.conversations.delete_turn(turns[1].question.id, owner="ann")

    [one] = store.turns.trash(owner="ann")

    assert (one.role, one.hint, one.title) == ("user", "The second", "The first")
    assert one.conversation == turns[0].conversation
    assert store.turns.trash(owner="bob") == []


def test_an_answer_without_words_is_told_by_its_question(store: Store, turns: list[Turn]) -> None:
    store.conversations.delete_turn(turns[2].answer.id, owner="ann")

    assert hints(store) == [("assistant", "The third")]


def test_only_what_can_be_brought_back_is_listed(store: Store, turns: list[Turn]) -> None:
    assert turns[1].question is not None
    store.conversations.delete_turn(turns[2].answer.id, owner="ann")
    store.conversations.delete_turn(turns[1].question.id, owner="ann")
    assert hints(store) == [("user", "The second")]

    store.turns.restore(turns[1].question.id, owner="ann")

    assert hints(store) == [("assistant", "The third")]
    store.conversations.delete(turns[0].conversation, owner="ann")
    assert hints(store) == []  # the whole conversation is in the trash


def test_a_turn_that_is_forgotten_is_gone_with_its_files_and_words(
    store: Store, turns: list[Turn]
) -> None:
    question = turns[1].question
    assert question is not None
    kept = {"owner": "ann", "conversation": turns[0].conversation, "run": "", "kind": "image"}
    for name, message in (("one", question.id), ("other", turns[0].answer.id)):
        row = Media(id=name, message=message, origin="given", state="kept", key=name, **kept)
        store.media.add(row)
    with pytest.raises(NotFound):
        store.turns.forget(question.id, owner="ann")  # it is not in the trash
    store.turns.delete(question.id, owner="ann")
    assert store.turns.trashed_before(time.time() - 60) == []
    assert store.turns.trashed_before(time.time() + 60) == [("ann", question.id)]

    with pytest.raises(NotFound):
        store.turns.forget(question.id, owner="bob")
    assert store.turns.forget(question.id, owner="ann") == {"one"}

    assert hints(store) == []
    with store.engine.connect() as connection:
        for table in (messages, runs):
            left = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            assert left == (2 if table is messages else 1)
        [[words]] = connection.exec_driver_sql("SELECT count(*) FROM search_index")
    assert words == 2  # the title and the first question


def test_a_move_reads_no_text(store: Store, turns: list[Turn]) -> None:
    asked: list[str] = []

    @sa.event.listens_for(store.engine, "before_cursor_execute")
    def note(*told: object) -> None:
        asked.append(str(told[2]))

    assert turns[2].question is not None
    store.turns.turn_to(turns[0].answer.id, owner="ann")
    store.turns.delete(turns[2].question.id, owner="ann")
    store.turns.restore(turns[2].question.id, owner="ann")

    assert len(asked) > 6
    assert not [one for one in asked if "messages.text" in one]


def test_after_a_large_import_the_database_knows_how_much_there_is(store: Store) -> None:
    if store.engine.dialect.name != "postgresql":
        pytest.skip("SQLite plans without counting")
    told = [ToldMessage(id="0", parent="", role="user", text="w")]
    told += [ToldMessage(str(n), str(n - 1), "user", f"word {n}") for n in range(1, MANY)]

    store.imports.write([ToldConversation("Long", "", tuple(told))], {}, owner="ann")

    with store.engine.connect() as connection:
        counted = "SELECT reltuples FROM pg_class WHERE relname = 'messages'"
        assert connection.exec_driver_sql(counted).scalar() == MANY
