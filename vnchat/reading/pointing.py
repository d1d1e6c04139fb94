"""Paths into JSON as records write them: `data.task_id || id`, `output.videos[].url`, `list[0].a`.

Pure. A small part of JMESPath: names joined by dots, `[]` for every entry, `[0]` for one, `||`
for "else". An odd path is refused when the record is loaded (`check`), never while a reply is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

MOST = 50  # entries that `[]` looks at
_STEP = re.compile(r"([A-Za-z_$][\w$-]*)((?:\[\d*\])*)|((?:\[\d*\])+)")


def check(path: str) -> str:
    """ "" if the path can be read, else what is wrong with it."""
    try:
        _steps(path)
    except ValueError as error:
        return str(error)
    return ""


def found(value: object, path: str) -> list[object]:
    """What the first alternative that names anything names: never None, "", [] or {}."""
    for steps in _steps(path):
        here = [value]
        for step in steps:
            here = [inner for one in here for inner in _step(one, step)]
        here = [one for one in here if one is not None and one not in ("", [], {})]
        if here:
            return here
    return []


def text_at(value: object, path: str) -> str:
    """The first text or number there, as text."""
    for one in found(value, path):
        if isinstance(one, str):
            return one
        if isinstance(one, int | float) and not isinstance(one, bool):
            return str(one)
    return ""


def _step(value: object, step: str | int | None) -> list[object]:
    if isinstance(step, str):
        return [value[step]] if isinstance(value, Mapping) and step in value else []
    if not isinstance(value, list):
        return []
    if step is None:
        return value[:MOST]
    return value[step : step + 1]


@lru_cache(maxsize=2000)
def _steps(path: str) -> tuple[tuple[str | int | None, ...], ...]:
    every = []
    for alternative in path.split("||"):
        text = alternative.strip()
        if not text:
            continue
        steps: list[str | int | None] = []
        for part in text.split("."):
            match = _STEP.fullmatch(part)
            if match is None:
                raise ValueError(f"“{text}” is no path: “{part}” is neither a name nor [] nor [0]")
            if match[1]:
                steps.append(match[1])
            for number in re.findall(r"\[(\d*)\]", match[2] or match[3] or ""):
                steps.append(int(number) if number else None)
        every.append(tuple(steps))
    return tuple(every)
