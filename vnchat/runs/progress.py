"""The bar of a run and the time that it may still take. Pure.

What a percentage is, is read in vnchat/reading; here the numbers of one run become a bar that
never runs backwards within a round. A round ends when the gateway tries again by itself, or when
the request is sent anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

AGAIN_BELOW = 15.0  # a percentage like this after one like that: it began again
AGAIN_AFTER = 60.0
FEWEST = 2  # one earlier run says little


@dataclass(slots=True)
class Bar:
    value: float | None = None
    round: int = 1
    _seen: int = 0

    def take(self, told: Sequence[float], *, retrying: bool = False) -> float | None:
        """The bar after all that was told so far; `told` only ever grows within a sending."""
        for percent in told[self._seen :]:
            self._one(percent, retrying)
        self._seen = max(self._seen, len(told))
        return self.value

    def begin_again(self) -> None:
        """The request is sent anew: what was told before counts no more."""
        if self.value is not None:
            self.round += 1
        self.value, self._seen = None, 0

    def _one(self, percent: float, retrying: bool) -> None:
        if not math.isfinite(percent):
            return
        percent = min(max(float(percent), 0.0), 100.0)
        if self.value is None or percent >= self.value:
            self.value = percent
        elif retrying or (percent < AGAIN_BELOW and self.value > AGAIN_AFTER):
            self.value = percent
            self.round += 1


def estimate(earlier: Iterable[float], elapsed: float) -> tuple[float | None, int]:
    """Seconds left by the median of earlier runs, and how many there were; None when unknown.

    `earlier` are runs of this model at this gateway. Once the time is up nothing is promised.
    """
    known = [seconds for seconds in earlier if math.isfinite(seconds) and seconds > 0]
    if len(known) < FEWEST:
        return None, len(known)
    left = median(known) - elapsed
    return (round(left) if left > 0 else None), len(known)
