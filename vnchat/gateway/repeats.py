"""May this request be sent again, and after how many seconds? Pure.

The rule behind it: a picture or video that is paid for is asked for once. Only what the gateway
certainly never got, and a 429 once, is sent anew; `completion.py` and `client.py` do the waiting.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

Kind = Literal["text", "create", "read"]
How = Literal["not_sent", "before_first_byte", "after_first_byte", "status"]

WAIT_LIMIT = 60.0  # a 429 that asks for more is told, not waited for
_NOT_SENT = {"text": 2, "create": 2, "read": 2}
_TOO_MANY = {"text": 2, "create": 1, "read": 2}
_BROKEN = {"text": 1, "create": 0, "read": 2}
_PASSING = frozenset({502, 503, 529})  # what may be over in a moment


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one sending ended, as far as repeating it goes."""

    how: How
    status: int = 0
    retry_after: str = ""  # the header as sent
    hopeless: bool = False  # the body says why, and a repeat will not help (safety, model, quota)


def may_repeat(
    kind: Kind, outcome: Outcome, repeats: int, *, now: float = 0.0, wait_limit: float = WAIT_LIMIT
) -> float | None:
    """Seconds to wait before sending again, or None for never. `repeats` were made already."""
    if outcome.hopeless or outcome.how == "after_first_byte":
        return None
    if outcome.how == "not_sent":
        return (0.5, 2.0)[repeats] if repeats < _NOT_SENT[kind] else None
    if outcome.how == "before_first_byte":
        return 1.0 if kind == "read" and repeats < _BROKEN["read"] else None
    told = seconds_of(outcome.retry_after, now=now)
    if outcome.status == 429:
        if repeats >= _TOO_MANY[kind]:
            return None
        wait = told if told is not None else (5.0, 15.0)[repeats]
        return max(wait, 0.5) if wait <= wait_limit else None
    broken = outcome.status >= 500 if kind == "read" else outcome.status in _PASSING
    if not broken or repeats >= _BROKEN[kind]:
        return None
    wait = told if told is not None else 1.0 + repeats
    return wait if wait <= wait_limit else None


def seconds_of(retry_after: str, *, now: float) -> float | None:
    """The wait that a Retry-After header asks for: seconds or a date. None if it says neither."""
    text = retry_after.strip()
    try:
        seconds = float(text.removesuffix("s"))
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - now
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    return max(seconds, 0.0) if seconds == seconds and seconds < 1e9 else None
