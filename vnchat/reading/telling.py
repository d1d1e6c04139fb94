"""What a chunk tells beside its content: thoughts, and how far the work is.

Pure; used by `chunks.py`. Progress in words is read line by line in `progress.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from vnchat.reading.events import Event, Fields, Thought, Told


def thought_of(value: object, number: int, whole: bool) -> Iterator[Event]:
    if isinstance(value, str):
        yield _record(value) or Thought(number, value, whole)
    elif isinstance(value, list):
        pieces = [text for item in value if (text := _thought_text(item))]
        if pieces:
            yield Thought(number, "".join(pieces), whole)
    elif isinstance(value, Mapping):
        if "progress" in value or "stage" in value or "status" in value or "percent" in value:
            yield told_of(value)
        elif text := _thought_text(value):
            yield Thought(number, text, whole)


def _record(text: str) -> Told | None:
    """A thought that is a job's record in JSON: how far the work is."""
    if not text.lstrip().startswith("{") or '"progress"' not in text or len(text) > 2000:
        return None
    try:
        record = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return told_of(record) if isinstance(record, Mapping) and "progress" in record else None


def _thought_text(item: object) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        for name in ("text", "summary", "content", "thinking", "reasoning"):
            value = item.get(name)
            if isinstance(value, str) and value:
                return value
            if isinstance(value, list):
                return "".join(_thought_text(inner) for inner in value[:50])
    return ""


def share_of(fields: Fields) -> Iterator[Event]:
    """Progress in a field beside the content."""
    told = told_of({"progress": fields["progress"]})
    if told.value is not None:
        yield told


def told_of(fields: Fields) -> Told:
    value = fields.get(
        "progress", fields.get("percent", fields.get("percentage", fields.get("progress_pct")))
    )
    if isinstance(value, Mapping):
        value = value.get("value", value.get("percent"))
    if isinstance(value, str):
        try:
            value = float(value.strip().rstrip("%％"))
        except ValueError:
            value = None
    number: float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        number = value
        if isinstance(value, float) and 0 < value < 1:
            number = round(value * 100, 2)  # a share, not a percentage
        if float(number).is_integer():
            number = int(number)
    names = ("message", "content", "text", "status", "state", "stage")
    told = next((text for name in names if isinstance(text := fields.get(name), str) and text), "")
    return Told(number, told)
