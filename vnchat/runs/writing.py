"""What is on record of a run: its text while it grows, its states, its end.

With the database away everything is held in memory and written when it is back; nothing that
decides whether something was paid for is lost or guessed. What the states mean is states.py, the
rows are store/runs.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from vnchat.conversation import RunState
from vnchat.errors import StorageUnavailable
from vnchat.reading import to_json
from vnchat.runs.live import LiveRun
from vnchat.store import Store

log = logging.getLogger(__name__)

SAVE_SECONDS = 0.4  # at most half a second with the saving itself

T = TypeVar("T")


class EndedElsewhere(Exception):
    """The row of a run has a final state that this server did not give."""


class Writing:
    def __init__(self, store: Store, instance: str) -> None:
        self._store = store
        self._instance = instance
        self.pending: set[str] = set()  # runs whose end is on its way to the database
        # Saving waits behind nobody: the threads of the loop may all wait for a slow database.
        self._saver = ThreadPoolExecutor(1, "vnchat-save")

    async def settle(self) -> None:
        """Wait until nothing is on its way any more, for the moment that a write takes."""
        while self.pending:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    def close(self) -> None:
        self._saver.shutdown(wait=False)

    async def until_stored(self, live: LiveRun, write: Callable[[], T]) -> T:
        """Write, however long the database is away; the page says meanwhile that it is held."""
        pause = 0.2
        self.pending.add(live.id)
        try:
            while True:
                try:
                    done = await asyncio.to_thread(write)
                except StorageUnavailable as error:
                    log.warning("run %s is held in memory: %s", live.id, error.detail)
                    _hold(live, True)
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
                else:
                    _hold(live, False)
                    return done
        finally:
            self.pending.discard(live.id)

    async def sends(self, live: LiveRun, attempt: int, **values: Any) -> None:
        """It is on record that this sending is made, before it is made; else it is not made.

        What the record says decides after a crash whether it may have been paid for. Raises
        EndedElsewhere.
        """
        stored = await self.until_stored(
            live,
            lambda: self._store.runs.change(
                live.id,
                "sending",
                owner=live.owner,
                requests=attempt,
                attempt=attempt,
                wait_until=0,
                **values,
            ),
        )
        if not stored:
            raise EndedElsewhere
        live.state, live.attempt, live.wait_until = "sending", attempt, 0.0
        live.started = values.get("started", live.started)
        live.changed()

    async def passing(self, live: LiveRun, state: RunState, **values: Any) -> None:
        """Write a change on the way. Losing one to a busy database changes no truth."""
        with contextlib.suppress(StorageUnavailable):
            await asyncio.to_thread(
                self._store.runs.change, live.id, state, owner=live.owner, **values
            )

    async def text_of(self, live: LiveRun) -> None:
        """What was read so far, once."""
        if live.reader is None:
            return
        told = {live.id: (to_json(live.reader.snapshot()), live.charged)}
        with contextlib.suppress(StorageUnavailable):
            await asyncio.to_thread(self._store.runs.save, told, instance=self._instance)

    async def save_forever(self, runs: Callable[[], Iterable[LiveRun]]) -> None:
        """The growing texts of all runs, in one write each time."""
        saved = time.monotonic()
        while True:  # in time also when saving takes a while
            await asyncio.sleep(max(0.1, saved + SAVE_SECONDS - time.monotonic()))
            saved = time.monotonic()
            dirty = [live for live in runs() if live.dirty and live.going]
            replies = {}
            for live in dirty:
                live.dirty = False
                if live.reader is not None:
                    replies[live.id] = (to_json(live.reader.snapshot()), live.charged)
            if not replies:
                continue
            try:
                await asyncio.get_running_loop().run_in_executor(
                    self._saver, self._store.runs.save, replies, self._instance
                )
            except StorageUnavailable as error:
                log.warning("text is held in memory: %s", error.detail)
                for live in dirty:
                    live.dirty = True
                    _hold(live, True)
            except Exception:  # the saving of everybody must go on
                log.exception("text could not be saved")
            else:
                for live in dirty:
                    _hold(live, False)


def _hold(live: LiveRun, held: bool) -> None:
    if live.held != held:
        live.held = held
        live.wake()
