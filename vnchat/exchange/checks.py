"""Reading values of unknown type: each is of its kind, or the file is refused by one sentence.

Times, numbers and names from a file are kept within bounds here, in one place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from vnchat.exchange.lifting import Blobs
from vnchat.exchange.shapes import LONGEST_TEXT, BadFile

LATEST = 32_503_680_000.0  # the year 3000
LONGEST_ID = 200
DEEPEST_VALUE = 12
_MILLISECONDS = 100_000_000_000  # no time in seconds is larger


class Place:
    """Where in the file we are, for the sentence."""

    def __init__(self, blobs: Blobs, words: str = "the file") -> None:
        self.blobs = blobs
        self.words = words

    def inside(self, words: str) -> Place:
        return Place(self.blobs, words if self.words == "the file" else f"{self.words}, {words}")

    def wrong(self, what: str) -> BadFile:
        return BadFile(f"Something in {self.words} is not as it should be: {what}.")

    def mapping(self, value: object, what: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise self.wrong(f"{what} must be an object")
        return value

    def listed(self, value: object, what: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.wrong(f"{what} must be a list")
        return value

    def text(self, of: Mapping[str, Any], name: str, *, longest: int = LONGEST_TEXT) -> str:
        """Text, "" if it is absent or null."""
        value = of.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(f"“{name}” must be text")
        value = self.blobs.restored(value)
        if len(value) > longest:
            raise self.wrong(f"“{name}” has more than {longest} letters")
        return value

    def id(self, of: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
        value = self.text(of, name, longest=LONGEST_ID)
        if needed and not value:
            raise self.wrong(f"“{name}” is missing")
        return value

    def flag(self, of: Mapping[str, Any], name: str, default: bool = False) -> bool:
        value = of.get(name, default)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(f"“{name}” must be true or false")
        return value

    def count(self, of: Mapping[str, Any], name: str, default: int = 0) -> int:
        value = of.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1_000_000:
            raise self.wrong(f"“{name}” must be a small whole number")
        return value

    def time(self, of: Mapping[str, Any], *names: str) -> float:
        """Seconds since 1970 from seconds, milliseconds or an ISO date; 0 if it is not told."""
        for name in names:
            value = of.get(name)
            if value is None or value == "":
                continue
            if isinstance(value, str):
                return self._date(value, name)
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self.wrong(f"“{name}” must be a time")
            if not math.isfinite(value):
                raise self.wrong(f"“{name}” must be a time")
            while value > _MILLISECONDS:
                value /= 1000
            return min(max(0.0, float(value)), LATEST)
        return 0.0

    def _date(self, value: str, name: str) -> float:
        try:
            told = datetime.fromisoformat(value[:40].replace("Z", "+00:00"))
            seconds = (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError) as error:
            raise self.wrong(f"“{name}” must be a time") from error
        return min(max(0.0, seconds), LATEST)

    def plain(self, value: Any, depth: int = 0) -> Any:
        """A JSON value as it may be kept: not nested too deeply, numbers that end."""
        if depth > DEEPEST_VALUE:
            raise self.wrong("values are nested too deeply")
        if isinstance(value, str):
            return self.blobs.restored(value)
        if isinstance(value, Mapping):
            return {str(key): self.plain(one, depth + 1) for key, one in value.items()}
        if isinstance(value, list):
            return [self.plain(one, depth + 1) for one in value]
        if isinstance(value, float) and not math.isfinite(value):
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
            return float(value) if abs(value) < 1e300 else None
        return value
