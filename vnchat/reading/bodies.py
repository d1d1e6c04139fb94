"""Text that should be one JSON value and is not quite: what of it can be read all the same.

Pure. `reader.py` asks here when an event's data or a whole body does not decode.
"""

from __future__ import annotations

import json
import re
from typing import Any

DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
_ENDS = frozenset(("done", "end", "finish", "finished", "complete", "completed", "close", "stop"))
_OUTCRY = re.compile(
    r"\s*(?:\[(?:error|failed|failure|exception|错误|失败)\]|(?:error|exception|错误|失败)\s*[:：])\s*\S",
    re.IGNORECASE,
)


def glued(data: str) -> list[Any]:
    """The objects of several that were sent as one."""
    pieces: list[Any] = []
    position = 0
    while data.startswith("{") and position < len(data) and len(pieces) < 1000:
        begin = data.find("{", position)
        if begin < 0 or data[position:begin].strip() not in ("", "data:"):
            break
        try:
            piece, position = DECODER.raw_decode(data, begin)
        except (ValueError, RecursionError):
            break
        pieces.append(piece)
    return pieces


def lone_chunk(line: str) -> dict[str, Any] | None:
    """The chunk on a line that lacks its "data:"."""
    if not line.startswith("{") or not line.rstrip().endswith("}") or '"choices"' not in line:
        return None
    try:
        chunk = DECODER.decode(line.strip())
    except (ValueError, RecursionError):
        return None
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    return chunk if isinstance(choices, list) and choices else None


def is_end(data: str, name: str) -> bool:
    """Is it [DONE], in whatever spelling, or an event that is named so and says nothing?"""
    if len(data) < 40 and data.strip("\"' ").upper().startswith(("[DONE", "DONE")):
        return True
    return name.lower() in _ENDS and data in ("", "{}", "null", "true", '""')


def is_outcry(line: str) -> bool:
    """Words between the chunks that begin as errors do: "[ERROR] …", "Error: …"."""
    return len(line) < 2000 and bool(_OUTCRY.match(line))
