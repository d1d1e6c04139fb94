"""The machine under the measurement: whether others take its time, and waiting until they do not.

A virtual machine is told how long it was ready and not allowed to run ("steal", field 8 of the
first line of /proc/stat, proc(5)). While neighbours take turns, a lag of 3 ms reads as 100. So each
run waits until the machine is calm, and one that was disturbed all the same is made again. What is
stolen decides that, never what was measured, for the product's runs and the other page's alike;
how often it happened is said with the table. How much a run bears depends on what it measures: a
lag of a few milliseconds next to nothing, seconds more.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

STAT = Path("/proc/stat")
WINDOW_SECONDS = 2.0
ONE_WAIT_SECONDS = 60.0
WAITS_SECONDS = 900.0  # all of them
BEARS = 0.02  # of the machine's time stolen during a run; above it the run is made again
TRIES = 4
AGAIN_SECONDS = 1800.0  # all that are made again


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
    patient: bool = True  # or it waits for nobody and makes nothing again
    waited: float = 0.0
    again: int = 0  # runs that were made again
    _again_seconds: float = 0.0
    _span: tuple[float, float] | None = None  # seconds measured in this run, and stolen of them
    _runs: int = 0
    _seconds: float = 0.0  # of the runs that count
    _taken: float = 0.0

    def calm(self, bears: float = BEARS) -> None:
        """Wait until others take no more than half of what the run bears, a minute at most."""
        began = self.clock()
        while self.patient:
            since, taken = self.clock(), self.read()
            self.sleep(WINDOW_SECONDS)
            share = (self.read() - taken) / (self.clock() - since) / self.processors
            spent = self.clock() - began
            over = spent >= ONE_WAIT_SECONDS or self.waited + spent >= WAITS_SECONDS
            if share <= bears / 2 or over:
                self.waited += spent
                if spent > 2 * WINDOW_SECONDS:
                    self.say(f"waited {spent:.0f} s for others to leave the machine")
                return

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """The parts of a run that are measured: what others take of a starting browser is no matter."""
        since, before = self.clock(), self.read()
        yield
        seconds, taken = self._span or (0.0, 0.0)
        self._span = seconds + self.clock() - since, taken + self.read() - before

    def quiet(self, run: Callable[[], T], bears: float = BEARS) -> T:
        """What `run` told when others left the machine alone, or did so most of four times."""
        tries: list[tuple[float, float, T]] = []
        while True:
            self.calm(bears)
            since, before, self._span = self.clock(), self.read(), None
            told = run()
            whole = self.clock() - since
            seconds, taken = self._span or (whole, self.read() - before)
            share = taken / max(seconds, 0.001) / self.processors
            tries.append((share, seconds, told))
            spent = self._again_seconds >= AGAIN_SECONDS
            if share <= bears or len(tries) == TRIES or spent or not self.patient:
                break
            self.again += 1
            self._again_seconds += whole
            self.say(f"others took {100 * share:.0f} % of the machine: once more")
        share, seconds, told = min(tries, key=lambda one: one[0])
        self._runs += 1
        self._seconds += seconds
        self._taken += share * seconds
        return told

    def told(self) -> str:
        """One sentence for below the table."""
        share = self._taken / max(self._seconds, 1.0)
        return (
            f"{self.processors} processors, Python {platform.python_version()}; others took "
            f"{100 * share:.1f} % of the machine during the {self._runs} runs that count, and "
            f"{self.again} more were made again because they took more than the run bears."
        )
