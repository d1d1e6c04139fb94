"""Envelopes around a task, and what its status word means however it is written. Pure.

One route is answered bare, wrapped once or twice, under several names, as a list of one, or as
JSON inside a text; words come in any case, with prefixes, and as new ones that still say enough.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from vnchat.reading.taskwords import LEXICON

_INSIDE = ("data", "result", "task", "response", "payload", "body")
_PREFIX = re.compile(r"^(?:task|job|video|image|music|generation)?_?status_|^(?:task|job)_")
_BAD = re.compile(r"fail|reject|cancel|denied|abort|violat|(?<!no_)(?<!without_)\berror|error$")
_GOOD = re.compile(r"^(?:all_|generation_|generate_|video_|task_|render_)?"
                   r"(?:succe\w*|completed?|finished|done)$")  # fmt: skip
DEEP = 3


def roots_of(value: object) -> list[object]:
    """Inner, body, native: where a status may stand, the gateway's own word first."""
    inner = _inside(value)
    if inner is None:
        return [value]
    roots = [inner, value]
    for _ in range(DEEP):
        inner = _inside(inner)
        if inner is None:
            break
        roots.append(inner)
    return roots


def word_of(text: str) -> str:
    """ "In-Progress", "IN PROGRESS", "inProgress" → "in_progress" """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text.strip()[:100])
    word = re.sub(r"[\s.-]+", "_", parted.casefold())
    return word if word in LEXICON else _PREFIX.sub("", word) or word


def meaning_of(word: str, states: Mapping[str, str]) -> str:
    """queued, running, succeeded, failed or asks; "" for a word that says nothing."""
    plain = word.replace("_", "")
    told = states.get(word) or LEXICON.get(word) or LEXICON.get(plain, "")
    if told:
        return told
    if _BAD.search(word):
        return "failed"
    return "succeeded" if _GOOD.fullmatch(word) else ""


def _inside(value: object) -> object:
    if not isinstance(value, Mapping):
        return None
    for name in _INSIDE:
        inner = _opened(value.get(name))
        if isinstance(inner, list) and name != "data":
            inner = inner[0] if len(inner) == 1 and isinstance(inner[0], Mapping) else None
        if isinstance(inner, list) and len(inner) == 1 and _is_task(inner[0]):
            return inner[0]
        if isinstance(inner, dict | list) and inner:
            return inner
    return None


def _is_task(value: object) -> bool:
    """A row with a state of its own; the clips of a song have one too, but no id of a task."""
    return isinstance(value, Mapping) and any(
        name in value for name in ("task_id", "taskId", "task_status", "taskStatus")
    )


def _opened(value: object) -> object:
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value, strict=False, parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return None
    return value
