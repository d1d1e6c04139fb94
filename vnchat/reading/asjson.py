"""A reply as JSON: for the store (everything) and for `ask --json` (what a script wants to know).

Pure. `from_json` takes what an older or newer version wrote: missing keys are filled, unknown ones
passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from vnchat.reading.reply import Activity, Choice, Failure, Handle, Reply, Result, ToolCall

T = TypeVar("T")


def to_json(reply: Reply) -> dict[str, Any]:
    """The whole reply as plain JSON values."""
    return _plain(asdict(reply))  # type: ignore[no-any-return]


def from_json(d: Mapping[str, Any]) -> Reply:
    """A reply from `to_json`, whatever is missing."""
    values: dict[str, Any] = {}
    for name in ("text", "raw", "reasoning", "model"):
        if isinstance(d.get(name), str):
            values[name] = d[name]
    if isinstance(d.get("version"), int):
        values["version"] = d["version"]
    for name in ("finish",):
        if isinstance(d.get(name), str):
            values[name] = d[name]
    for name in ("usage", "extra"):
        if isinstance(d.get(name), Mapping):
            values[name] = dict(d[name])
    values["progress"] = tuple(v for v in _list(d.get("progress")) if isinstance(v, int | float))
    values["results"] = _many(Result, d.get("results"))
    values["tool_calls"] = _many(ToolCall, d.get("tool_calls"))
    values["handles"] = _many(Handle, d.get("handles"))
    values["activity"] = _one(Activity, d.get("activity"))
    values["failure"] = _one(Failure, d.get("failure"))
    choices = []
    for item in _list(d.get("choices")):
        if isinstance(item, Mapping):
            whole = {
                "index": 0,
                "text": "",
                "raw": "",
                "reasoning": "",
                "finish_reason": "",
                **item,
            }
            whole["tool_calls"] = _many(ToolCall, item.get("tool_calls"))
            if choice := _one(Choice, whole):
                choices.append(choice)
    values["choices"] = tuple(choices)
    return Reply(**values)


def ask_json(reply: Reply) -> dict[str, Any]:
    """The one object that `ask --json` prints."""
    return {
        "text": reply.text,
        "reasoning": reply.reasoning,
        "videos": [result.url for result in reply.results if result.kind == "video"],
        "images": [result.url for result in reply.results if result.kind == "image"],
        "audio": [result.url for result in reply.results if result.kind == "audio"],
        "progress": list(reply.progress),
        "tool_calls": [
            {"name": call.name, "arguments": call.arguments} for call in reply.tool_calls
        ],
        "finish": reply.finish or "interrupted",
        "error": {"kind": reply.failure.kind, "message": reply.failure.message}
        if reply.failure
        else None,
        "usage": _plain(dict(reply.usage)) if reply.usage is not None else None,
    }


def _one(kind: type[T], value: object) -> T | None:
    if not isinstance(value, Mapping):
        return None
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]
    try:
        return kind(**{name: item for name, item in value.items() if name in known})
    except TypeError:  # a field without a default is missing
        return None


def _many(kind: type[T], value: object) -> tuple[T, ...]:
    return tuple(item for entry in _list(value) if (item := _one(kind, entry)) is not None)


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _plain(value: Any) -> Any:
    """Only what JSON has: no tuples, no halves of characters, no endless numbers."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value
