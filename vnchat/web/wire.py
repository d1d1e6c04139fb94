"""Frames of the live socket as text: arrays of JSON, several of them in one message."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import Any

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def frame(*parts: Any) -> str:
    return _encode(parts)


def grown(alias: int, text: str) -> str:
    """The commonest frame: more text of a run."""
    return f"[{alias},{encode_basestring(text)}]"


def thought(alias: int, text: str) -> str:
    return f"[{alias},null,{encode_basestring(text)}]"


def message(frames: list[str]) -> str:
    """One frame as it is, several as `["all", …]`."""
    return frames[0] if len(frames) == 1 else f'["all",{",".join(frames)}]'
