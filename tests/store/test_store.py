"""The store keeps what was written, for its owner only, and gives a final state once."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from vnchat.conversation import Media, path_to, versions_of
from vnchat.errors import NotFound, StorageUnavailable
from vnchat.reading.reply import Reply
from vnchat.settings import Settings
from vnchat.store import DataLock, Plan, Store, Turn, database
from vnchat.store.tables import clean, metadata

PLAN = Plan(model="sora-2", gateway="g", paid=True, stream=True, state="sending", instance="a")


def ask(store: Store, text: str = "A harbour", owner: str = "ann", **more: object) -> Turn:
    values = {"conversation": "", "parent": "", "plan": PLAN, "question": text} | more
    return store.conversations.add_turn(owner=owner, **values)  # type: ignore[arg-type]


def test_migrations_and_tables_are_the_same_schema(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engine.connect() as connection:
        ours = {"include_name": lambda name, kind, _: kind != "table" or "search" not in name}
        context = MigrationContext.configure(connection, opts=ours)
        found = compare_metadata(context, metadata)

    assert found == []


def test_an_empty_database_gets_at_once_what_the_steps_leave(settings: Settings) -> None:
    made = database.open_engine(settings)
    if settings.database_url:
        other = dataclasses.replace(settings, database_url=postgres.database())
    else:
        other = dataclasses.replace(settings, data_dir=settings.data_dir / "other")
        other.data_dir.mkdir()
    stepped = sa.create_engine(other.database_url or f"sqlite:///{other.sqlite_path}")
    with stepped.begin() as connection:
        database.take_steps(connection)

    assert shape(made) == shape(stepped)
    made.dispose()
    stepped.dispose()


def test_a_first_start_loads_nothing_that_only_upgrades_need(tmp_path: Path) -> None:
    code = (
        "import sys; from vnchat.settings import load; from vnchat.store import Store; "
        "Store.open(load()).close(); print('alembic' in sys.modules)"
    )
    here = os.environ | {"VNCHAT_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"


def shape(engine: sa.Engine) -> dict[str, object]:
    """All that the database itself tells of its tables, and what it counts as done."""
    with engine.connect() as connection:
        told: dict[str, object] = {
            "revision": connection.exec_driver_sql("SELECT * FROM alembic_version").all()
        }
        asked = sa.inspect(connection)
        for name in asked.get_table_names():
            told[name] = {
                "columns": [one | {"type": str(one["type"])} for one in asked.get_columns(name)],
                "primary key": asked.get_pk_constraint(name),
                "unique": sorted(map(repr, asked.get_unique_constraints(name))),
                "indexes": sorted(map(repr, asked.get_indexes(name))),
            }
        if connection.dialect.name == "sqlite":  # virtual tables among them, in their own words
            made = "SELECT name, type, sql FROM sqlite_master WHERE name LIKE 'search%' ORDER BY 1"
            told["search"] = [tuple(row) for row in connection.exec_driver_sql(made)]
    return told


def test_the_named_revision_is_the_newest_step() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(database.MIGRATIONS)).get_current_head() == database.REVISION


def test_data_of_a_newer_version_is_refused_untouched(store: Store, settings: Settings) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StorageUnavailable, match="newer version"):
        Store.open(settings)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_file_in_place_of_the_data_folder_is_one_sentence(settings: Settings) -> None:
    settings.data_dir.write_text("in the way")

    with pytest.raises(StorageUnavailable, match="cannot be written"):
        Store.open(settings)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_second_server_on_the_same_folder_is_refused(settings: Settings) -> None:
    first = DataLock(settings.data_dir)

    with pytest.raises(StorageUnavailable, match="Another server"):
        DataLock(settings.data_dir)

    first.release()
    DataLock(settings.data_dir).release()


def test_a_turn_is_a_question_and_an_empty_answer(store: Store) -> None:
    turn = ask(store, "A harbour\nat dawn")

    kept = store.conversations.messages(turn.conversation, owner="ann")
    conversation = store.conversations.get(turn.conversation, owner="ann")
    assert [(m.role, m.text) for m in kept] == [("user", "A harbour\nat dawn"), ("assistant", "")]
    assert (conversation.title, conversation.head) == ("A harbour", turn.answer.id)
    assert store.runs.get(turn.run, owner="ann").requests == 1


def test_answering_again_makes_a_version_and_keeps_the_first(store: Store) -> None:
    first = ask(store)
    assert first.question is not None
    second = ask(store, conversation=first.conversation, parent=first.question.id, question=None)

    kept = store.conversations.messages(first.conversation, owner="ann")
    assert versions_of(second.answer, kept) == [first.answer, second.answer]
    head = store.conversations.get(first.conversation, owner="ann").head
    assert [m.id for m in path_to(head, kept)] == [first.question.id, second.answer.id]

    store.conversations.turn_to(first.answer.id, owner="ann")
    assert store.conversations.get(first.conversation, owner="ann").head == first.answer.id


@pytest.mark.parametrize(
    "reach",
    [
        lambda s, t: s.conversations.get(t.conversation, owner="bob"),
        lambda s, t: s.conversations.message(t.answer.id, owner="bob"),
        lambda s, t: s.conversations.rename(t.conversation, "mine", owner="bob"),
        lambda s, t: s.conversations.delete(t.conversation, owner="bob"),
        lambda s, t: s.conversations.delete_turn(t.answer.id, owner="bob"),
        lambda s, t: s.conversations.turn_to(t.answer.id, owner="bob"),
        lambda s, t: s.conversations.fork(t.answer.id, owner="bob"),
        lambda s, t: s.runs.get(t.run, owner="bob"),
        lambda s, t: ask(s, owner="bob", conversation=t.conversation),
        lambda s, t: ask(s, owner="bob", parent=t.answer.id),
    ],
)
def test_nothing_of_another_owner_can_be_reached(store: Store, reach) -> None:  # type: ignore[no-untyped-def]
    turn = ask(store)

    with pytest.raises(NotFound):
        reach(store, turn)


def test_foreign_lists_are_empty(store: Store) -> None:
    turn = ask(store)

    assert store.conversations.messages(turn.conversation, owner="bob") == []
    assert store.listing.all(owner="bob") == []
    assert store.runs.of_conversation(turn.conversation, owner="bob") == {}
    assert store.runs.change(turn.run, "stopped", owner="bob") is False


def test_a_final_state_is_given_once(store: Store) -> None:
    turn = ask(store)
    done = Reply(text="ready", raw="raw words", finish="stop")

    assert store.runs.finish(turn.run, "done", done, "video", owner="ann") is True
    assert store.runs.finish(turn.run, "stopped", Reply(), "", owner="ann") is False

    run = store.runs.get(turn.run, owner="ann")
    assert (run.state, run.reply.raw) == ("done", "raw words")
    assert store.conversations.message(turn.answer.id, owner="ann").text == "raw words"


def test_what_a_dead_server_left_is_ended_by_its_state(store: Store) -> None:
    paid = ask(store)
    text = ask(store, plan=dataclasses.replace(PLAN, paid=False))
    unsent = ask(store, plan=dataclasses.replace(PLAN, state="queued"))
    store.runs.save({text.run: ({"raw": "so far", "text": "so far"}, False)}, instance="a")

    ended = {run: state for run, _, state in store.runs.take_over(lease=10, but="b")}

    assert ended == {paid.run: "unknown", text.run: "interrupted", unsent.run: "interrupted"}
    assert store.conversations.message(text.answer.id, owner="ann").text == "so far"
    assert store.runs.get(text.run, owner="ann").reply.text == "so far"


def test_a_living_server_keeps_its_runs(store: Store) -> None:
    turn = ask(store)
    store.runs.beat("a")

    assert store.runs.take_over(lease=10, but="b") == []
    assert store.runs.get(turn.run, owner="ann").state == "sending"


def test_a_deleted_turn_takes_what_follows_and_leaves_the_rest(store: Store) -> None:
    first = ask(store)
    second = ask(store, "again", conversation=first.conversation, parent=first.answer.id)
    assert second.question is not None

    store.conversations.delete_turn(second.question.id, owner="ann")

    kept = store.conversations.messages(first.conversation, owner="ann")
    assert [m.id for m in kept] == [first.question.id, first.answer.id]  # type: ignore[union-attr]
    assert store.conversations.get(first.conversation, owner="ann").head == first.answer.id


def test_a_change_in_a_fork_is_one_of_the_forks_own_video(store: Store) -> None:
    first = ask(store)
    told = {"continuing": {"message": first.answer.id, "wish": "change"}}
    second = store.conversations.add_turn(
        owner="ann",
        conversation=first.conversation,
        parent=first.answer.id,
        question="at night",
        plan=Plan("sora", "g", True, True, parameters=told, state="done"),
    )
    for one in (first, second):
        store.runs.finish(one.run, "done", Reply(raw="made", finish="stop"), "video", owner="ann")

    new = store.conversations.fork(second.answer.id, owner="ann")

    copied = store.conversations.messages(new, owner="ann")
    run = store.runs.get(copied[3].run, owner="ann")
    assert run.parameters["continuing"] == {"message": copied[1].id, "wish": "change"}
    assert store.runs.get(second.run, owner="ann").parameters == told


def test_a_fork_copies_the_path_with_its_media(store: Store) -> None:
    turn = ask(store)
    store.runs.finish(turn.run, "done", Reply(raw="made", finish="stop"), "video", owner="ann")
    store.media.add(
        Media("m1", "ann", "video", "result", "kept", message=turn.answer.id, run=turn.run, key="k")
    )

    new = store.conversations.fork(turn.answer.id, owner="ann")

    copied = store.conversations.messages(new, owner="ann")
    assert [m.text for m in copied] == ["A harbour", "made"]
    found = {one.conversation for one in store.conversations.search("harbour", owner="ann")}
    assert found == {turn.conversation, new}
    assert not {m.id for m in copied} & {turn.answer.id}
    media = store.media.of_messages([copied[1].id], owner="ann")
    assert [one.key for one in media[copied[1].id]] == ["k"]
    assert store.runs.get(copied[1].run, owner="ann").requests == 0


@pytest.mark.parametrize(
    ("state", "seen", "shown"),
    [
        ("done", False, "unseen"),
        ("done", True, ""),
        ("failed", False, "failed"),
        ("stopped", False, ""),
    ],
)
def test_the_list_tells_what_was_not_seen(store: Store, state, seen, shown) -> None:  # type: ignore[no-untyped-def]
    turn = ask(store)
    assert [one.state for one in store.listing.all(owner="ann")] == ["running"]

    store.runs.finish(turn.run, state, Reply(finish="stop"), "video", owner="ann")
    if seen:
        store.runs.seen(turn.conversation, owner="ann")

    assert [one.state for one in store.listing.all(owner="ann")] == [shown]
    listed = store.listing.one(turn.conversation, owner="ann")
    assert listed is not None
    assert listed.state == shown


def test_text_before_tells_a_text_model(store: Store) -> None:
    turn = ask(store)
    assert store.runs.answered_with_text("g", "sora-2") is False

    store.runs.finish(turn.run, "done", Reply(text="hi", finish="stop"), "text", owner="ann")

    assert store.runs.answered_with_text("g", "sora-2") is True
    assert store.runs.answered_with_text("other", "sora-2") is False


def test_half_characters_and_nul_are_stored_as_text(store: Store) -> None:
    turn = ask(store, "a\x00b \ud83d c")

    kept = store.conversations.messages(turn.conversation, owner="ann")[0].text
    assert kept == clean("a\x00b \ud83d c")
    assert kept.startswith("a�b")


def test_a_draft_is_kept_for_its_owner(store: Store) -> None:
    store.drafts.put("c", "half a tho", owner="ann")
    store.drafts.put("c", "half a thought", owner="ann")

    assert store.drafts.get("c", owner="ann") == "half a thought"
    assert store.drafts.get("c", owner="bob") == ""


def test_two_writers_wait_for_each_other(store: Store) -> None:
    import threading

    failures: list[Exception] = []

    def write(owner: str) -> None:
        try:
            for _ in range(20):
                ask(store, owner=owner)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(f"owner{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM runs")).scalar() == 80


def test_a_word_is_found_in_titles_questions_and_answers(store: Store) -> None:
    turn = ask(store, "雾中港口，慢镜头")
    store.runs.finish(
        turn.run, "done", Reply(text="The Boat leaves", raw="x", finish="stop"), "text", owner="ann"
    )
    ask(store, "Something else")

    def found(query: str, owner: str = "ann") -> list[tuple[str, str]]:
        hits = store.conversations.search(query, owner=owner)
        return [(one.conversation, one.message) for one in hits]

    assert turn.question is not None
    assert (turn.conversation, turn.question.id) in found("港口")
    assert (turn.conversation, turn.question.id) in found("慢镜头")
    assert (turn.conversation, turn.answer.id) in found("boat")
    assert (turn.conversation, turn.answer.id) in found("the lea")
    assert found("口雾") == []
    assert found("港口", owner="bob") == []
    assert found('" OR *') == found("or") == []


def test_a_new_title_is_found_and_the_old_one_is_not(store: Store) -> None:
    turn = ask(store, "First words")
    store.conversations.rename(turn.conversation, "Zebra crossing", owner="ann")

    titles = [one for one in store.conversations.search("zebra", owner="ann") if not one.message]
    assert [one.conversation for one in titles] == [turn.conversation]
    old = store.conversations.search("first", owner="ann")
    assert [one.message for one in old] == [turn.question.id]  # type: ignore[union-attr]


def test_what_is_in_the_trash_is_not_found_until_it_is_back(store: Store) -> None:
    turn = ask(store, "A harbour")
    store.conversations.delete(turn.conversation, owner="ann")
    assert store.conversations.search("harbour", owner="ann") == []
    assert [one for one, _, _ in store.listing.trash(owner="ann")] == [turn.conversation]

    store.conversations.restore(turn.conversation, owner="ann")
    assert store.conversations.search("harbour", owner="ann") != []
