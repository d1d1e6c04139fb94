"""Builds what gateways send: event streams and bodies, invented, for the tables of this folder."""

from __future__ import annotations

import json
from typing import Any

from vnchat.reading import Fault, Reader, Reply, ask_json

ORIGIN = "https://gw.example.com"


def chunk(
    delta: Any = None, finish: str | None = None, index: int = 0, **more: Any
) -> dict[str, Any]:
    """One chunk of a stream."""
    choice = {"index": index, "delta": {} if delta is None else delta, "finish_reason": finish}
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "model": "m",
        "choices": [choice],
        **more,
    }


def frame(data: Any, name: str = "") -> str:
    """One event; a string goes out as it is."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "") + f"data: {text}\n\n"


DONE = "data: [DONE]\n\n"


def stream(*pieces: Any, finish: str | None = "stop", done: bool = True) -> bytes:
    """A stream: strings are content deltas, dicts are deltas, bytes go out as they are."""
    out: list[str] = []
    for piece in pieces:
        if isinstance(piece, bytes):
            out.append(piece.decode())
        elif isinstance(piece, dict) and ("choices" in piece or "error" in piece):
            out.append(frame(piece))
        else:
            out.append(frame(chunk({"content": piece} if isinstance(piece, str) else piece)))
    if finish is not None:
        out.append(frame(chunk({}, finish)))
    if done:
        out.append(DONE)
    return "".join(out).encode("utf-8", "surrogatepass")


def thoughts(*pieces: str, content: str = "", **how: Any) -> bytes:
    """A stream with reasoning, then content."""
    deltas: list[Any] = [{"reasoning_content": piece} for piece in pieces]
    return stream(*deltas, *([content] if content else []), **how)


def answer(content: Any, finish: str | None = "stop", **fields: Any) -> bytes:
    """A completion without streaming."""
    message = {"role": "assistant", "content": content, **fields}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return json.dumps({"object": "chat.completion", "model": "m", "choices": [choice]}).encode()


def body(value: Any) -> bytes:
    """Any JSON body."""
    return json.dumps(value, ensure_ascii=False).encode()


def read(data: bytes, cut: int = 0, fault: Fault | None = None, **how: Any) -> Reply:
    """The reply to these bytes, fed in pieces of `cut`."""
    return read_with(data, cut, fault, **how)[1]


def read_with(
    data: bytes, cut: int = 0, fault: Fault | None = None, **how: Any
) -> tuple[Reader, Reply]:
    """The reader too."""
    reader = Reader(**{"origin": ORIGIN, **how})
    for start in range(0, len(data), cut or len(data) or 1):
        reader.feed(data[start : start + (cut or len(data))])
    return reader, reader.end(fault)


def told(data: bytes, names: Any, fault: Fault | None = None, **how: Any) -> dict[str, Any]:
    """The named values of what `ask --json` prints; `kind` and `message` are the error's."""
    reply = read(data, fault=fault, **how)
    values = ask_json(reply)
    error = values["error"] or {"kind": None, "message": ""}
    values |= {
        "kind": error["kind"],
        "message": error["message"],
        "stage": reply.failure and reply.failure.stage,
    }
    return {name: values[name] for name in names}
