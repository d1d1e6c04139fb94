"""Readers of answers that are no chat completion: pictures, sound, the responses form. Pure.

They look like `Reader` to whoever follows a run (growing text, progress, a snapshot, an end), so
that the same card, the same rows and the same Stop serve all. Tasks are read in `tasks.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from vnchat.reading import failure as failing
from vnchat.reading.plain import one_line
from vnchat.reading.reader import Fault
from vnchat.reading.reply import Activity, Failure, Handle, Reply, Result
from vnchat.reading.said import Said


class Follows(Protocol):
    """What a run needs of its reader."""

    @property
    def text_parts(self) -> list[str]: ...
    @property
    def reasoning_parts(self) -> list[str]: ...
    @property
    def progress(self) -> list[float]: ...
    @property
    def activity(self) -> Activity | None: ...
    @property
    def media_like(self) -> bool: ...
    @property
    def got_bytes(self) -> bool: ...
    def snapshot(self) -> Reply: ...
    def end(self, fault: Fault | None = None) -> Reply: ...


class Gathered:
    """A reply that is put together by hand: what came so far, and the end once."""

    def __init__(self, *, media: bool, keys: Sequence[str] = ()) -> None:
        self.text_parts: list[str] = []
        self.reasoning_parts: list[str] = []
        self.progress: list[float] = []
        self.activity: Activity | None = None
        self.media_like = media
        self.got_bytes = False
        self.preview = ""  # a picture that is not finished yet, as a data: address
        self.results: tuple[Result, ...] = ()
        self.handles: tuple[Handle, ...] = ()
        self.usage: Mapping[str, Any] | None = None
        self.model = ""
        self.extra: dict[str, Any] = {}
        self._keys = tuple(keys)
        self._reply: Reply | None = None

    def snapshot(self) -> Reply:
        if self._reply is not None:
            return self._reply
        text = "".join(self.text_parts)
        return Reply(
            version=len(self.text_parts) + len(self.reasoning_parts) + len(self.progress),
            text=text,
            raw=text,
            reasoning="".join(self.reasoning_parts),
            progress=tuple(self.progress),
            activity=self.activity,
            results=self.results,
            handles=self.handles,
            usage=self.usage,
            model=self.model,
            extra=dict(self.extra),
        )

    def told(self, percent: float | None) -> bool:
        """A percentage; one that runs backwards is left out. Was it news?"""
        if percent is None or (self.progress and percent <= self.progress[-1]):
            return False
        self.progress.append(percent)
        return True

    def end(self, fault: Fault | None = None) -> Reply:
        """Without `finish` or `fail` before, what came is all there is."""
        if self._reply is None:
            now = replace(self.snapshot(), activity=None)
            if fault is None:
                self._reply = replace(now, finish="stop")
            else:
                self._reply = replace(now, finish="interrupted", failure=_of_fault(fault))
        return self._reply

    def fail(self, failure: Failure) -> Reply:
        if self._reply is None:
            now = replace(self.snapshot(), activity=None, results=())
            self._reply = replace(now, finish="error", failure=failure)
        return self._reply

    def refuse(self, status: int, body: bytes, kind: str, headers: Mapping[str, str]) -> Reply:
        """A status that is no success."""
        return self.fail(failing.failure_of(status, body, kind, headers, self._keys))

    def odd(self, words: str) -> Reply:
        """An answer that makes no sense."""
        said = Said(one_line(words, self._keys, 300))
        return self.fail(failing.failure(said, kind="bad_response", keys=self._keys))

    def lost(self) -> Reply:
        """Nobody saw the end: the run becomes unknown, and can be looked after later."""
        if self._reply is None:
            now = replace(self.snapshot(), activity=None)
            self._reply = replace(now, finish="interrupted")
        return self._reply


def _of_fault(fault: Fault) -> Failure | None:
    words = {
        "reset": "The connection broke before the answer was there.",
        "stalled": "Nothing came for too long.",
        "timeout": "The answer did not come in time.",
        "network": "The gateway could not be reached.",
    }
    if fault.how not in words:
        return None
    kind = "timeout" if fault.how in ("stalled", "timeout") else "network"
    return failing.failure(Said(fault.message or words[fault.how]), kind=kind)  # type: ignore[arg-type]


def as_facts(body: object, limit: int = 20_000) -> Any:
    """The last answer for whoever wants to see what came; long texts in it are cut."""
    short = _cut(body, 0)
    text = json.dumps(short, ensure_ascii=False)
    return short if len(text) <= limit else text[:limit]


def _cut(value: object, depth: int) -> object:
    if isinstance(value, str):
        return value if len(value) <= 2000 else value[:200] + "…"
    if depth > 8:
        return "…"
    if isinstance(value, Mapping):
        return {str(k)[:200]: _cut(v, depth + 1) for k, v in list(value.items())[:200]}
    if isinstance(value, list):
        return [_cut(one, depth + 1) for one in value[:100]]
    return value
