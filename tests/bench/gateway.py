"""A scripted OpenAI-compatible gateway in a process of its own: `python -m tests.bench.gateway`.

Plain asyncio over TCP, so that it costs little beside what is measured. Each completion appends
one JSON line to the log: when the request came and when each marked token left, on the system's
clock (browsers) and on the monotonic one (protocol sessions). What it streams, and when each piece
is due, is in `texts.py`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from bisect import bisect_right
from pathlib import Path
from typing import Any

from tests.bench.texts import MARK, Script, pieces, seconds

_MADE: dict[str, list[bytes]] = {}  # the chunks of a script, by its name
NAMES = ("text-400-50", "text-4000-200", "text-8000-200")


class Connection(asyncio.Protocol):
    """One client connection: requests one after the other, answers paced by the script."""

    counter = itertools.count(1)
    log: Path

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        self._timer: asyncio.TimerHandle | None = None
        self._row: dict[str, Any] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._row is not None:
            self._ended("client left")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        method, path, _ = head.split(b" ", 2)
        if path.endswith(b"/models"):
            self._json({"object": "list", "data": [{"id": n, "object": "model"} for n in NAMES]})
        elif method == b"POST":
            self._complete(json.loads(rest[:length]))
        else:
            self._json({})

    def _json(self, value: object) -> None:
        body = json.dumps(value).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        self._transport.write(head.encode() + b"\r\n\r\n" + body)

    def _complete(self, body: dict[str, Any]) -> None:
        now, mono = time.time(), time.monotonic()
        script, n = Script.named(body["model"]), next(self.counter)
        said = body["messages"][-1]["content"]
        self._row = {
            **{"n": n, "model": body["model"], "messages": len(body["messages"])},
            **{"prompt": said if isinstance(said, str) else "", "received": now},
            **{"received_mono": mono, "marks": {}, "outcome": "open"},
        }
        if not body.get("stream"):
            text = f"Short title ENDMARK{n}"
            choice = {"index": 0, "message": {"role": "assistant", "content": text}}
            self._json({"object": "chat.completion", "choices": [choice]})
            self._ended("json")
            return
        texts = pieces(script.tokens, n)
        self._row["chars"] = sum(map(len, texts))
        self._texts, self._due, self._sent, self._chars = texts, seconds(script), 0, 0
        self._wires = wires(body["model"], texts)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            b"Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"
            + framed({"role": "assistant", "content": ""}, body["model"])
        )
        self._start = self._loop.time()
        self._row["first_sent"] = time.time()
        self._send()

    def _send(self) -> None:
        """What is due, each token a chunk of its own, in one write."""
        texts, row = self._texts, self._row
        assert row is not None
        gone = self._loop.time() - self._start
        due = bisect_right(self._due, gone + 1e-6)
        if due > self._sent:
            self._transport.write(b"".join(self._wires[self._sent : due]))
            now, mono = time.time(), time.monotonic()
            for at in range(self._sent, due):
                self._chars += len(texts[at])
                if found := MARK.search(texts[at]):
                    row["marks"][found[1]] = (now, mono, self._chars)
            self._sent = due
        if self._sent < len(texts):
            self._timer = self._loop.call_at(self._start + self._due[self._sent], self._send)
            return
        row["last_sent"], row["last_mono"] = time.time(), time.monotonic()
        usage = {"prompt_tokens": 9, "completion_tokens": len(texts), "total_tokens": 9}
        self._transport.write(
            framed({}, row["model"], finish="stop")
            + chunked(event({"object": "chat.completion.chunk", "choices": [], "usage": usage}))
            + chunked(b"data: [DONE]\n\n")
            + b"0\r\n\r\n"
        )
        self._ended("done")

    def _ended(self, outcome: str) -> None:
        row, self._row = self._row, None
        with self.log.open("a") as file:
            file.write(json.dumps(row | {"outcome": outcome}) + "\n")


def wires(model: str, texts: list[str]) -> list[bytes]:
    """The chunks of a script. All but the last are the same in each answer: made once."""
    made = _MADE.get(model)
    if made is None:
        made = [framed({"content": text}, model) for text in texts]
        _MADE[model] = made
    return [*made[:-1], framed({"content": texts[-1]}, model)]


def framed(delta: dict[str, str], model: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    about = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1_790_000_000}
    return chunked(event({**about, "model": model, "choices": [choice]}))


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\n\n"


def chunked(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def rows(log: Path) -> list[dict[str, Any]]:
    """The completions that have ended, in the order of their ends."""
    if not log.exists():
        return []
    whole = log.read_text().rpartition("\n")[0]
    return [json.loads(line) for line in whole.splitlines()]


async def serve(port: int, log: Path) -> None:
    Connection.log = log
    for name in NAMES:
        wires(name, pieces(Script.named(name).tokens, 0))
    server = await asyncio.get_running_loop().create_server(
        Connection, "127.0.0.1", port, backlog=500
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--log", type=Path, required=True)
    told = arguments.parse_args()
    asyncio.run(serve(told.port, told.log))
