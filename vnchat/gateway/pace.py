"""How long bytes of a gateway gather before they are handed up, by how late the loop is.

When this process does not keep up (many streams at once) everything is gathered longer until it
does. Pure but for the clock that `Pace` looks at.
"""

from __future__ import annotations

import asyncio
import time

SHORTEST_GAP = 0.016  # of a crowd's, when it has to gather
LONGEST_GAP = 0.25
TICK = 0.1
BEHIND = 0.008  # the loop is this late …
WORKING = 0.4  # … and this part of a core is used: gather more
ON_TIME = 0.003
EASY = 0.55
DECAY = 0.7  # what is left of the gathering time at each look that finds it needless
CROWD = 5  # fewer streams do not fill a core: what is busy then is something else


class Pace:
    """How long bytes gather, by how late the loop is. One for each loop."""

    def __init__(self) -> None:
        self.gap = 0.0
        self._open = 0
        self._used = 0.0
        self._late = 0.0
        self._tick: asyncio.TimerHandle | None = None

    def opened(self, loop: asyncio.AbstractEventLoop) -> None:
        self._open += 1
        if self._tick is None and self._open >= CROWD:
            self._used = time.process_time()
            self._tick = loop.call_later(TICK, self._look, loop, loop.time() + TICK)

    def closed(self) -> None:
        self._open -= 1

    def _look(self, loop: asyncio.AbstractEventLoop, due: float) -> None:
        late = loop.time() - due
        used, self._used = self._used, time.process_time()
        busy = (self._used - used) / (TICK + max(0.0, late))
        self.gap = next_gap(self.gap, min(late, self._late), busy, self._open)
        self._late = late
        if self._open >= CROWD or self.gap:
            self._tick = loop.call_later(TICK, self._look, loop, loop.time() + TICK)
        else:
            self._tick = None


def next_gap(gap: float, late: float, busy: float = 0.5, streams: int = CROWD) -> float:
    """The gathering time after the loop was twice seen `late` seconds behind or more.

    Once says little: a collection of cycles, another process. A loop that is late while its
    process uses little of a core (`busy`) waits for somebody else: gathering would only add to
    that. A process that is full and on time needs none either.
    """
    if streams < CROWD:
        return 0.0
    if late > BEHIND and busy > WORKING:
        return min(LONGEST_GAP, max(gap * 1.35, SHORTEST_GAP))
    if late < ON_TIME or busy < EASY:
        return gap * DECAY if gap > SHORTEST_GAP else 0.0
    return gap
