"""A reply from a file: the store's own reader is tolerant of missing keys, this one of wrong types.

What has the wrong type is left empty, so that nothing which draws a reply meets a surprise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from vnchat.reading.reply import Activity, Choice, Failure, Finish, Handle, Reply, Result, ToolCall

T = TypeVar("T")
MOST = 1000  # entries of one list


def reply_of(told: Mapping[str, Any]) -> Reply:
    """`told` is JSON that was checked for depth already."""
    usage = told.get("usage")
    extra = told.get("extra")
    finish = told.get("finish")
    return Reply(
        version=_whole(told.get("version")),
        text=_words(told.get("text")),
        raw=_words(told.get("raw")),
        reasoning=_words(told.get("reasoning")),
        results=_many(Result, told.get("results")),
        progress=tuple(
            float(one)
            for one in _entries(told.get("progress"))
            if isinstance(one, int | float) and not isinstance(one, bool)
        ),
        activity=_one(Activity, told.get("activity")),
        tool_calls=_many(ToolCall, told.get("tool_calls")),
        finish=finish if finish in get_args(Finish) else None,
        failure=_one(Failure, told.get("failure")),
        usage=dict(usage) if isinstance(usage, Mapping) else None,
        model=_words(told.get("model"))[:500],
        handles=_many(Handle, told.get("handles")),
        choices=_choices(told.get("choices")),
        extra=dict(extra) if isinstance(extra, Mapping) else {},
    )


def _choices(value: object) -> tuple[Choice, ...]:
    found = []
    for one in _entries(value):
        if isinstance(one, Mapping):
            found.append(
                Choice(
                    index=_whole(one.get("index")),
                    text=_words(one.get("text")),
                    raw=_words(one.get("raw")),
                    reasoning=_words(one.get("reasoning")),
                    tool_calls=_many(ToolCall, one.get("tool_calls")),
                    finish_reason=_words(one.get("finish_reason"))[:100],
                )
            )
    return tuple(found)


def _many(kind: type[T], value: object) -> tuple[T, ...]:
    return tuple(one for entry in _entries(value) if (one := _one(kind, entry)) is not None)


def _one(kind: type[T], value: object) -> T | None:
    """The value as this dataclass; None if a field without a default is missing or wrong."""
    if not isinstance(value, Mapping):
        return None
    found: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for one in fields(kind):  # type: ignore[arg-type]
        given = value.get(one.name)
        if one.name in value and _fits(given, hints[one.name]):
            found[one.name] = given
        elif one.default is MISSING:
            return None
    return kind(**found)


def _fits(value: object, wanted: Any) -> bool:
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    if get_origin(wanted) is UnionType:
        return any(_fits(value, one) for one in get_args(wanted))
    if wanted is NoneType:
        return value is None
    if wanted is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(wanted, type) and isinstance(value, wanted)


def _entries(value: object) -> list[Any]:
    return list(value[:MOST]) if isinstance(value, list) else []


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
