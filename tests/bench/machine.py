"""The machine under the measurement: whether others take its time, and waiting until they do not.

A virtual machine is told how long it was ready and not allowed to run ("steal", field 8 of the
first line of /proc/stat, proc(5)). While neighbours take turns, a lag of 3 ms reads as 100. So each
run waits until the machine is calm, and one that was disturbed all the same is made again. What is
stolen decides that, never what was measured, for the product's runs and the other page's alike;
how often it happened is said with the table. How much a run bears depends on what it measures: a
lag of a few milliseconds next to nothing, seconds more. A long run that already cannot count is
broken off, so that a quiet moment finds a run at its beginning instead of in its ruined middle.
"""

from __future__ import annotations

import math
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


class Disturbed(Exception):
    """Others have taken so much of the machine that the run cannot count any more."""


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
    _bears: float = BEARS  # the run that goes on
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
    def measuring(self, expected: float = 0.0) -> Iterator[Callable[[], None]]:
        """The parts of a run that are measured: what others take of a starting browser is no matter.

        Who measures a part of about `expected` seconds may call what this yields now and then: it
        raises `Disturbed` as soon as others have taken more of the part than it bears.
        """
        since, before = self.clock(), self.read()

        def undisturbed() -> None:
            if self.read() - before > self._bears * expected * self.processors:
                raise Disturbed

        yield undisturbed
        seconds, taken = self._span or (0.0, 0.0)
        self._span = seconds + self.clock() - since, taken + self.read() - before

    def quiet(self, run: Callable[[], T], bears: float = BEARS) -> T:
        """What `run` told when others left the machine alone, or did so most of four times."""
        tries: list[tuple[float, float, T]] = []
        while True:
            self.calm(bears)
            spent = self._again_seconds >= AGAIN_SECONDS or not self.patient
            self._bears = math.inf if spent else bears
            since, before, self._span = self.clock(), self.read(), None
            try:
                told = run()
            except Disturbed:
                self._once_more(self.clock() - since, "too much")
                continue
            whole = self.clock() - since
            seconds, taken = self._span or (whole, self.read() - before)
            share = taken / max(seconds, 0.001) / self.processors
            tries.append((share, seconds, told))
            if share <= bears or len(tries) == TRIES or spent:
                break
            self._once_more(whole, f"{100 * share:.0f} %")
        share, seconds, told = min(tries, key=lambda one: one[0])
        self._runs += 1
        self._seconds += seconds
        self._taken += share * seconds
        return told

    def _once_more(self, seconds: float, taken: str) -> None:
        self.again += 1
        self._again_seconds += seconds
        self.say(f"others took {taken} of the machine: once more")

    def told(self) -> str:
        """One sentence for below the table."""
        share = self._taken / max(self._seconds, 1.0)
        return (
            f"{self.processors} processors, Python {platform.python_version()}; others took "
            f"{100 * share:.1f} % of the machine during the {self._runs} runs that count, and "
            f"{self.again} more were made again because they took more than the run bears."
        )
