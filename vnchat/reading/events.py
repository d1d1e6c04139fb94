"""What one chunk can say. Values only; `chunks.py` makes them, `reader.py` folds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vnchat.reading.jsonlinks import Found
from vnchat.reading.said import Said

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """Content of one choice. `whole`: it is the message so far, not the next piece of it."""

    choice: int
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Thought:
    choice: int
    text: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Progress in fields of its own."""

    value: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Media:
    choice: int
    found: Found


@dataclass(frozen=True, slots=True)
class Sound:
    """A piece of base64 audio."""

    choice: int
    data: str
    mime: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Spoke:
    """What names a spoken answer at the gateway, so that a later question can refer to it."""

    choice: int
    id: str
    until: float  # seconds since 1970; 0: not told


@dataclass(frozen=True, slots=True)
class Call:
    """A piece of a tool call; None where nothing was said."""

    choice: int
    index: int | None
    id: str
    name: str
    arguments: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Finished:
    choice: int
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    usage: Fields


@dataclass(frozen=True, slots=True)
class Broken:
    said: Said


@dataclass(frozen=True, slots=True)
class Refusal:
    choice: int
    text: str


Event = Text | Thought | Told | Media | Sound | Spoke | Call | Finished | Usage | Broken | Refusal
