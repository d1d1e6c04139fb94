"""Who may send now: limits for each owner and in all, and answers that wait for an earlier one.

First come, first served. A run that waits shows its place.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from vnchat.runs.live import LiveRun


class Queue:
    def __init__(self, for_each: int, in_all: int) -> None:
        self._for_each = for_each
        self._in_all = in_all
        self._inside: set[str] = set()
        self._owners: dict[str, int] = {}
        self._waiting: list[tuple[LiveRun, LiveRun | None, asyncio.Event]] = []

    def has_room(self, owner: str) -> bool:
        """From any thread: a glance, not a promise."""
        return (
            len(self._inside) < self._in_all
            and self._owners.get(owner, 0) < self._for_each
            and not self._waiting
        )

    @contextlib.asynccontextmanager
    async def place(self, live: LiveRun, after: LiveRun | None) -> AsyncIterator[None]:
        """Inside, the run may send. `after` is a run whose end it waits for."""
        entry = (live, after, asyncio.Event())
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
            owned = self._owners.get(live.owner, 0)
            if len(self._inside) >= self._in_all or owned >= self._for_each:
                place += 1
                if live.place != place:
                    live.place = place
                    live.changed()
                continue
            self._waiting.remove(entry)
            self._inside.add(live.id)
            self._owners[live.owner] = owned + 1
            live.place = None
            free.set()
