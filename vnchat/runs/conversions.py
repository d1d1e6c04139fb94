"""Conversions under way: each once, however often it is asked for, also when nobody waits.

The work itself is delivery.py's; who asked is told how far it is by web/library.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from vnchat.conversation import Media

CONVERTED = "converted"  # the reason of a row beside which there is a playable copy
_LOOK_SECONDS = 0.5

Work = Callable[[str, str, Callable[[float], None]], Awaitable[Media]]


@dataclass(slots=True)
class Conversion:
    task: asyncio.Task[Media]
    done: float = 0.0

    async def progress(self) -> AsyncIterator[float]:
        """How much is done, from 0 to 1, now and then until it has ended."""
        while not self.task.done():
            yield self.done
            await asyncio.wait({self.task}, timeout=_LOOK_SECONDS)


class Conversions:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._going: dict[tuple[str, str], Conversion] = {}

    def start(self, media: str, *, owner: str) -> Conversion:
        """The conversion of this file that goes on, or a new one. Its task raises VnchatError."""
        going = self._going.get((owner, media))
        if going is not None:
            return going

        def on_progress(done: float) -> None:
            one.done = max(one.done, done)

        async def work() -> Media:
            return await self._work(media, owner, on_progress)

        one = Conversion(asyncio.get_running_loop().create_task(work()))
        self._going[owner, media] = one

        def ended(task: asyncio.Task[Media]) -> None:
            del self._going[owner, media]
            if not task.cancelled():
                task.exception()  # looked at, even if nobody waits any more

        one.task.add_done_callback(ended)
        return one
