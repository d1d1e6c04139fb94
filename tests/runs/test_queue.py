"""Room is promised once, and what waits shows its place."""

from __future__ import annotations

import asyncio

from vnchat.conversation import RunState
from vnchat.runs.live import LiveRun
from vnchat.runs.queue import Queue


def run_of(owner: str, name: str, state: RunState) -> LiveRun:
    return LiveRun(name, owner, "c", "m", "model", "g", False, "text", state, 0.0)


def test_a_burst_of_presses_is_promised_no_more_room_than_there_is() -> None:
    queue = Queue(for_each=2, in_all=3)

    assert [queue.has_room("ann") for _ in range(3)] == [True, True, False]
    assert [queue.has_room("bob") for _ in range(2)] == [True, False]


def test_a_promise_is_kept_before_those_that_wait_and_they_see_their_place() -> None:
    async def story() -> tuple[int | None, int | None]:
        queue = Queue(for_each=1, in_all=9)
        assert queue.has_room("ann")
        promised = run_of("ann", "promised", "sending")
        waits, waits_too = run_of("ann", "a", "queued"), run_of("ann", "b", "queued")
        inside = asyncio.Event()

        async def enter(live: LiveRun) -> None:
            async with queue.place(live, None):
                inside.set()

        first, second = asyncio.create_task(enter(waits)), asyncio.create_task(enter(waits_too))
        await asyncio.sleep(0)
        async with queue.place(promised, None):
            places = waits.place, waits_too.place
            assert not inside.is_set()
        await asyncio.gather(first, second)
        assert queue.has_room("ann")
        return places

    assert asyncio.run(story()) == (1, 2)
