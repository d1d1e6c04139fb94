"""A row that nobody carries on gets an end; one that has just been written is left alone."""

from __future__ import annotations

import asyncio

from tests.runs.conftest import OWNER
from vnchat.engine import Engine
from vnchat.store import Plan


def test_a_run_that_was_written_and_never_begun_is_interrupted_at_the_second_look(
    engine: Engine,
) -> None:
    runner = engine.runner
    plan = Plan("sora-2", "settings", True, True, state="sending", instance=runner.instance)
    turn = engine.store.conversations.add_turn(
        owner=OWNER, conversation="", parent="", plan=plan, question="A harbour"
    )

    def look() -> str:
        work = runner._others._end_forgotten()
        asyncio.run_coroutine_threadsafe(work, runner.loop).result(10)
        return engine.store.runs.get(turn.run, owner=OWNER).state

    assert look() == "sending"
    assert look() == "interrupted"
