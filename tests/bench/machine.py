"""The machine under the measurement: whether others take its time, and waiting until they do not.

A virtual machine is told how long it was ready and not allowed to run ("steal", field 8 of the
first line of /proc/stat, proc(5)). While neighbours take turns, a lag of 3 ms reads as 100. This
looks at nothing of what is measured: each run waits beforehand until the machine is calm, the
product's and the other page's alike, and the share stolen while measuring is said with the table.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

STAT = Path("/proc/stat")
CALM = 0.01  # of the machine's time may be stolen while nothing runs
WINDOW_SECONDS = 2.0
ONE_RUN_SECONDS = 60.0  # no run waits longer
IN_ALL_SECONDS = 600.0


def stolen(line: str) -> float:
    """Seconds that others took, over all processors, from the first line of /proc/stat."""
    fields = line.split()
    if len(fields) < 9 or fields[0] != "cpu":
        return 0.0
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")


def _stolen() -> float:
    try:
        with STAT.open() as file:
            return stolen(file.readline())
    except OSError:  # not Linux: nothing is told, nothing is waited for
        return 0.0


@dataclass
class Machine:
    say: Callable[[str], None]
    read: Callable[[], float] = _stolen
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    processors: int = os.cpu_count() or 1
    waited: float = 0.0
    _began: tuple[float, float] = field(init=False)
    _apart: float = 0.0  # stolen while waiting: it belongs to no run

    def __post_init__(self) -> None:
        self._began = self.clock(), self.read()

    def calm(self) -> None:
        """Wait until others leave the machine alone, a minute at most."""
        began, before = self.clock(), self.read()
        while True:
            since, taken = self.clock(), self.read()
            self.sleep(WINDOW_SECONDS)
            share = (self.read() - taken) / (self.clock() - since) / self.processors
            spent = self.clock() - began
            over = spent >= ONE_RUN_SECONDS or self.waited + spent >= IN_ALL_SECONDS
            if share <= CALM or over:
                break
        self.waited += spent
        self._apart += self.read() - before
        if spent > 2 * WINDOW_SECONDS:
            self.say(f"waited {spent:.0f} s for others to leave the machine")

    def told(self) -> str:
        """One sentence for below the table."""
        began, taken = self._began
        seconds = self.clock() - began - self.waited
        share = (self.read() - taken - self._apart) / max(seconds, 1.0) / self.processors
        return (
            f"{self.processors} processors, Python {platform.python_version()}; others took "
            f"{100 * share:.1f} % of the machine while it was measured."
        )
