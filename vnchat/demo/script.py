"""Answers that a test writes byte for byte, instead of the demo's own.

    gateway.script("any-model", [Script(status=429), Script(text_chunks("Hello", " there"))])

A `Gate` holds each piece back until the test lets it go, so that no test waits for a time.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

DONE = "data: [DONE]\n\n"


class Gate:
    """Lets one piece pass for each `release()`, from any thread; `open()` lets all pass."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0
        self._open = False
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def release(self, pieces: int = 1) -> None:
        with self._lock:
            self._free += pieces
            self._wake()

    def open(self) -> None:
        with self._lock:
            self._open = True
            self._wake()

    async def passed(self) -> None:
        """Returns once one piece may go (the server's side)."""
        turn = asyncio.Event()
        while True:
            with self._lock:
                if self._open or self._free:
                    self._free -= 0 if self._open else 1
                    return
                turn.clear()
                self._waiting.append((asyncio.get_running_loop(), turn))
            await turn.wait()

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for loop, turn in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(turn.set)


@dataclass(frozen=True)
class Script:
    """One answer. `status` 0 drops the connection without a byte."""

    pieces: Sequence[bytes | str] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delays: Sequence[float] = ()  # seconds before piece 0, 1, …
    end: Literal["eof", "reset", "hang"] = "eof"
    chunk_bytes: int | None = None  # cut the whole body into pieces of this size
    gate: Gate | None = None

    def body(self) -> list[bytes]:
        parts = [piece.encode() if isinstance(piece, str) else piece for piece in self.pieces]
        if self.chunk_bytes is None:
            return parts
        whole, size = b"".join(parts), self.chunk_bytes
        return [whole[at : at + size] for at in range(0, len(whole), size)]

    def all_headers(self) -> dict[str, str]:
        given = {name.lower(): value for name, value in self.headers.items()}
        if "content-type" not in given:
            first = b"".join(self.body()[:1]).lstrip()
            stream = first.startswith((b"data:", b"event:", b"id:", b":"))
            given["content-type"] = "text/event-stream" if stream else "application/json"
        return given


def sse(*payloads: Mapping[str, Any] | str, done: bool = True) -> list[str]:
    """Each payload as one event (a string goes out as it is), then `[DONE]`."""
    events = [
        payload
        if isinstance(payload, str)
        else f"data: {json.dumps(payload, ensure_ascii=False)}\n\n"
        for payload in payloads
    ]
    return [*events, DONE] if done else events


def chunk(
    content: str | None = None,
    *,
    reasoning: str | None = None,
    finish: str | None = None,
    role: str | None = None,
    model: str = "scripted",
    **more: Any,
) -> dict[str, Any]:
    """One chat.completion.chunk; `more` goes into its delta (tool_calls, images …)."""
    said = {"role": role, "content": content, "reasoning_content": reasoning, **more}
    delta = {name: value for name, value in said.items() if value is not None}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 1793100000,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


def text_chunks(*texts: str, finish: str | None = "stop", done: bool = True) -> list[str]:
    """A whole stream: role chunk, one chunk a text, the finish reason, `[DONE]`."""
    chunks: Iterable[dict[str, Any]] = [chunk("", role="assistant"), *map(chunk, texts)]
    end = [chunk(finish=finish)] if finish else []
    return sse(*chunks, *end, done=done)


def completion(content: str, *, model: str = "scripted", finish: str = "stop") -> str:
    """A whole answer as JSON, as without streaming."""
    return json.dumps(
        {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": 1793100000,
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": content},
                    "finish_reason": finish,
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        },
        ensure_ascii=False,
    )


def error(message: str, *, code: str | None = None, kind: str = "invalid_request_error") -> str:
    """An error body in the OpenAI shape."""
    return json.dumps(
        {"error": {"message": message, "type": kind, "param": None, "code": code}},
        ensure_ascii=False,
    )
