"""The end of a run and what it made are one write; what servers leave and do is told to others."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.store.test_store import ask
from vnchat.conversation import Media
from vnchat.reading.reply import Reply
from vnchat.store import Store


def result(run: str, message: str, name: str = "m1") -> Media:
    return Media(name, "ann", "video", "result", "waiting", message=message, run=run)


def test_results_are_written_with_the_end_or_not_at_all(store: Store) -> None:
    turn, other = ask(store), ask(store)
    taken = result(other.run, other.answer.id)
    store.media.add(taken)
    done = Reply(text="", raw="made", finish="stop")

    with pytest.raises(sa.exc.IntegrityError):
        store.runs.finish(turn.run, "done", done, "video", owner="ann", results=[taken])
    assert store.runs.get(turn.run, owner="ann").state == "sending"

    own = result(turn.run, turn.answer.id, "m2")
    assert store.runs.finish(turn.run, "done", done, "video", owner="ann", results=[own])
    assert [one.id for one in store.media.of_messages([turn.answer.id], owner="ann")[own.message]]


def test_results_of_a_run_that_was_ended_before_are_not_written(store: Store) -> None:
    turn = ask(store)
    store.runs.change(turn.run, "stopped", owner="ann")

    late = result(turn.run, turn.answer.id)
    assert not store.runs.finish(turn.run, "done", Reply(), "video", owner="ann", results=[late])

    assert store.media.of_messages([turn.answer.id], owner="ann") == {}


def test_a_run_that_was_ended_elsewhere_is_not_put_on_record_as_sent(store: Store) -> None:
    turn = ask(store)

    assert store.runs.change(turn.run, "sending", owner="ann", attempt=2)
    store.runs.take_over(lease=10, but="b")
    assert not store.runs.change(turn.run, "sending", owner="ann", attempt=3)


def test_what_other_servers_begin_and_carry_on_is_seen(store: Store) -> None:
    before = store.runs.newest_answer()
    turn = ask(store)

    found = store.runs.answers_of_others(instance="b", after=before)
    assert (turn.answer.seq, "ann", turn.conversation) in found
    assert store.runs.answers_of_others(instance="a", after=before) == []
    assert store.runs.going_of_others(instance="b") == {turn.run: ("ann", turn.conversation)}
    assert store.runs.going_of(instance="a") == [(turn.run, "ann")]


def test_what_a_dead_server_was_fetching_is_found(store: Store) -> None:
    turn = ask(store)
    store.media.add(result(turn.run, turn.answer.id))

    assert [one.id for one in store.media.left_unfetched(lease=10)] == ["m1"]
    store.runs.beat("a")
    assert store.media.left_unfetched(lease=10) == []
