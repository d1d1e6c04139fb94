"""The answer to GET /models, whatever its shape, as names. Pure.

Seen or to be expected: {"data": […]}, {"models": […]}, a bare list, names as strings, entries
without id, doubles, numbers, thousands of entries, an HTML page. The calls are in `client.py`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_NAMES = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class ModelList:
    names: tuple[str, ...] = ()  # in the gateway's order, each once, plain text
    # what the gateway tells of a model: new-api's endpoint types, OpenRouter's output modalities
    types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    note: str = ""  # what was odd, for a person; "" if nothing


def read_models(body: bytes) -> ModelList:
    try:
        data = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        what = "a web page" if b"<html" in body[:2000].lower() else "no JSON"
        return ModelList(note=f"What came is {what}, so there is no list of models; type the name.")
    types: dict[str, tuple[str, ...]] = {}
    skipped = 0
    for entry in _entries(data):
        name = _name(entry)
        if not name:
            skipped += 1
        elif name not in types and len(types) < MOST_NAMES:
            types[name] = _types(entry)
    note = ""
    if not types:
        note = "The gateway lists no models; type the name."
    elif skipped:
        note = f"{skipped} entries without a usable name were left out."
    return ModelList(tuple(types), {k: v for k, v in types.items() if v}, note)


def _entries(data: Any) -> Iterable[Any]:
    for _ in range(3):  # {"data": {"models": […]}} and the like
        if isinstance(data, list):
            return data
        if not isinstance(data, Mapping):
            return ()
        inner = next((data[k] for k in ("data", "models", "result", "items") if data.get(k)), None)
        if inner is None:
            return ()
        if isinstance(inner, Mapping) and not any(k in inner for k in ("data", "models", "items")):
            # {"models": {"name": {…}}}: the names are the keys
            return list(inner)
        data = inner
    return data if isinstance(data, list) else ()


def _name(entry: Any) -> str:
    if isinstance(entry, Mapping):
        fields = (entry.get(key) for key in ("id", "name", "model", "model_name", "slug"))
        entry = next((value for value in fields if isinstance(value, str) and value.strip()), "")
    if not isinstance(entry, str):
        return ""
    name = entry.strip().removeprefix("models/")
    if not name or len(name) > LONGEST_NAME:
        return ""
    # Control, format and surrogate characters could hide or turn what is shown.
    return "" if any(unicodedata.category(char)[0] == "C" for char in name) else name


def _types(entry: Any) -> tuple[str, ...]:
    if not isinstance(entry, Mapping):
        return ()
    found = entry.get("supported_endpoint_types")
    if not isinstance(found, list):
        architecture = entry.get("architecture")
        found = architecture.get("output_modalities") if isinstance(architecture, Mapping) else None
    if not isinstance(found, list):
        return ()
    return tuple(str(one)[:40] for one in found[:20] if isinstance(one, str))
