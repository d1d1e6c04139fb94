"""Who may send now: limits for each owner and in all, and answers that wait for an earlier one.

First come, first served. A run that waits shows its place. Room is promised before the turn is
written, so that a burst of presses does not find the same room many times.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator

from vnchat.runs.live import LiveRun

PROMISE_SECONDS = 30.0  # a promise whose turn could not be written is forgotten


class Queue:
    def __init__(self, for_each: int, in_all: int) -> None:
        self._for_each = for_each
        self._in_all = in_all
        self._inside: set[str] = set()
        self._owners: dict[str, int] = {}
        self._waiting: list[tuple[LiveRun, LiveRun | None, asyncio.Event]] = []
        self._promised: list[tuple[str, float]] = []  # owner, when
        self._lock = threading.Lock()

    def has_room(self, owner: str) -> bool:
        """From any thread. True is a promise: the run begins as `sending` and never waits."""
        with self._lock:
            if self._waiting or not self._room_for(owner):
                return False
            self._promised.append((owner, time.monotonic()))
            return True

    def _room_for(self, owner: str) -> bool:
        oldest = time.monotonic() - PROMISE_SECONDS
        self._promised = [one for one in self._promised if one[1] > oldest]
        theirs = sum(one == owner for one, _ in self._promised)
        return (
            len(self._inside) + len(self._promised) < self._in_all
            and self._owners.get(owner, 0) + theirs < self._for_each
        )

    def _redeem(self, owner: str) -> bool:
        """Take the room that was promised to a run of this owner."""
        with self._lock:
            for at, (one, _) in enumerate(self._promised):
                if one == owner:
                    del self._promised[at]
                    return True
            return False

    def _enter(self, live: LiveRun) -> None:
        self._inside.add(live.id)
        self._owners[live.owner] = self._owners.get(live.owner, 0) + 1

    @contextlib.asynccontextmanager
    async def place(self, live: LiveRun, after: LiveRun | None) -> AsyncIterator[None]:
        """Inside, the run may send. `after` is a run whose end it waits for."""
        entry = (live, after, asyncio.Event())
        if live.state == "sending" and self._redeem(live.owner):
            self._enter(live)
            entry[2].set()
        else:
            self._waiting.append(entry)
        try:
            self._admit()
            while not entry[2].is_set():
                if after is not None and after.going:
                    after.watchers.add(self._admit)
                await entry[2].wait()
            yield
        finally:
            if entry in self._waiting:
                self._waiting.remove(entry)
            if after is not None:
                after.watchers.discard(self._admit)
            if live.id in self._inside:
                self._inside.discard(live.id)
                left = self._owners.get(live.owner, 1) - 1
                if left:
                    self._owners[live.owner] = left
                else:
                    self._owners.pop(live.owner, None)
            self._admit()

    def _admit(self) -> None:
        place = 0
        for entry in list(self._waiting):
            live, after, free = entry
            if after is not None and after.going:
                continue
            with self._lock:
                room = self._room_for(live.owner)
            if not room:
                place += 1
                if live.place != place:
                    live.place = place
                    live.changed()
                continue
            self._waiting.remove(entry)
            self._enter(live)
            live.place = None
            free.set()
