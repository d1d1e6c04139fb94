"""A gateway that misbehaves on demand and remembers every byte it sent, and when.

What it does is in the name of the model (what stands before it, as in `chat-count-…`, only hints
at what the model makes) or in brackets in the prompt, as `[count-400-50]`:

    count-<tokens>-<rate>   numbered tokens, so many a second (rate 0: all at once)
    film-<seconds>          a "paid video": progress lines, then a link to a clip that plays
    drop-<n>                n tokens, then the connection is reset
    stall-<n>               n tokens, then silence for ever
    mute-<seconds>          not even a status line for so long, then a short answer
    endless                 tokens without end, as fast as they are taken
    fast60k-<n>             n deltas of 60 kB each
    429-<seconds>[-<times>] refused with that Retry-After the first times (default: always)
    5xx-<status>[-<times>]  refused with that status the first times (default: always)

It runs in a thread here (`FaultGateway`) or alone (`gateway_process`, for load: it then takes no
time from whoever measures). Times are `time.monotonic()`, one clock for all processes of a machine.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.clip import clip

_KINDS = r"(count|film|drop|stall|mute|endless|fast60k|429|5xx)(?:-([\d.-]+))?"
IN_NAME = re.compile(rf"(?:^|-){_KINDS}$")
IN_PROMPT = re.compile(rf"\[{_KINDS}\]")
MODELS = ("chat-asked", "sora-asked", "chat-count-400-50", "sora-film-3")


@dataclass
class Asked:
    """One request for a completion and what went out for it."""

    key: str
    model: str
    prompt: str
    at: float
    status: int = 200
    text: str = ""
    spans: list[tuple[float, int, int]] = field(default_factory=list)  # (when, bytes, characters)
    outcome: str = "open"  # done, client left, dropped, refused
    ended: float = 0.0

    def sent_beyond(self, characters: int) -> float | None:
        """When the first character after these went out; None if none did."""
        return next((when for when, _, told in self.spans if told > characters), None)


def token(n: int) -> str:
    return f"w{n}" + ("\n" if n % 20 == 0 else " ")


def words(tokens: int) -> str:
    return "".join(map(token, range(1, tokens + 1)))


class FaultGateway:
    """`with FaultGateway() as gateway:` - it lives until the block ends, whoever dies meanwhile."""

    def __init__(self, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.media_asked: list[str] = []
        self.open = 0
        self._port = port
        self._refused: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._changed = threading.Condition()
        self._server: asyncio.Server | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    def __enter__(self) -> FaultGateway:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def of(self, prompt: str) -> list[Asked]:
        """The requests whose last message is this prompt."""
        return [one for one in tuple(self.asked) if one.prompt == prompt]

    def wait_for(self, true: Any, seconds: float = 30) -> None:
        """Wait until something is true of this gateway; looked at after whatever happens here."""
        with self._changed:
            assert self._changed.wait_for(lambda: true(self), seconds), "it did not become true"

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    async def _start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        assert self._server is not None
        self._server.close()
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # -- HTTP, as little of it as is needed ---------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head[1:])
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                await self._answer(head[0].split(" ")[1], headers, body, reader, writer)
        finally:
            writer.close()
            self._tell()

    async def _answer(
        self,
        path: str,
        headers: dict[str, str],
        body: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        if path == "/v1/chat/completions":
            told = json.loads(body)
            asked = Asked(
                headers.get("idempotency-key", ""),
                told["model"],
                _last(told["messages"]),
                time.monotonic(),
            )
            self.asked.append(asked)
            self.open += 1
            self._tell()
            work = asyncio.ensure_future(_Sending(self, asked, writer).run())
            gone = asyncio.ensure_future(reader.read(1))  # ends when the client leaves
            try:
                await asyncio.wait([work, gone], return_when=asyncio.FIRST_COMPLETED)
            finally:
                gone.cancel()
                work.cancel()
                asked.ended = time.monotonic()
                self.open -= 1
            try:
                await work
            except (asyncio.CancelledError, ConnectionError):
                asked.outcome = "client left"
        elif path.startswith("/media/"):
            self.media_asked.append(path)
            _whole(writer, 200, "video/mp4", clip())
        elif path == "/v1/models":
            listed = [{"id": name, "object": "model"} for name in MODELS]
            _whole(writer, 200, "application/json", json.dumps({"data": listed}).encode())
        elif path == "/log":
            rows = {"asked": [asdict(one) for one in self.asked], "open": self.open}
            _whole(writer, 200, "application/json", json.dumps(rows).encode())
        else:
            _whole(writer, 404, "application/json", b"{}")
        with contextlib.suppress(ConnectionError):
            await writer.drain()

    def refuse_again(self, asked: Asked, times: int | None) -> bool:
        self._refused[asked.key] += 1
        return times is None or self._refused[asked.key] <= times

    def origin(self) -> str:
        return self.base_url.removesuffix("/v1")


class _Sending:
    """One answer going out."""

    def __init__(self, gateway: FaultGateway, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.gateway, self.asked, self.writer = gateway, asked, writer
        self.bytes = 0

    async def run(self) -> None:
        found = IN_PROMPT.search(self.asked.prompt) or IN_NAME.search(self.asked.model)
        if found is None:
            self.refuse(404, "there is no such model")
            return
        numbers = [float(part) for part in (found[2] or "").split("-") if part]
        match found[1]:
            case "429" | "5xx" as kind:
                times = int(numbers[1]) if len(numbers) > 1 else None
                if self.gateway.refuse_again(self.asked, times):
                    if kind == "429":
                        self.refuse(429, "too many requests", f"Retry-After: {numbers[0]:g}\r\n")
                    else:
                        self.refuse(int(numbers[0]) if numbers else 500, "something broke")
                    return
                self.begin()
                await self.count(5, 0)
            case "count":
                self.begin()
                await self.count(int(numbers[0]), numbers[1])
            case "film":
                self.begin()
                await self.film(numbers[0])
            case "drop":
                self.begin()
                await self.count(int(numbers[0]), 0)
                self.asked.outcome = "dropped"
                raw: socket.socket = self.writer.get_extra_info("socket")
                await asyncio.sleep(0.1)  # what was sent is read before the reset overtakes it
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                self.writer.transport.abort()
                return
            case "stall":
                self.begin()
                await self.count(int(numbers[0]) if numbers else 5, 0)
                await asyncio.Event().wait()
            case "mute":
                await asyncio.sleep(numbers[0])
                self.begin()
                await self.count(5, 0)
            case "endless":
                self.begin()
                await self.count(1 << 40, 0)
            case "fast60k":
                self.begin()
                for n in range(int(numbers[0]) if numbers else 20):
                    await self.say(f"{n:04d} ".ljust(59_999, "x") + " ")
        await self.finish()

    def begin(self) -> None:
        self.writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        )

    def refuse(self, status: int, words: str, more: str = "") -> None:
        self.asked.status, self.asked.outcome = status, "refused"
        error = {"error": {"message": words, "type": "fault", "code": None}}
        _whole(self.writer, status, "application/json", json.dumps(error).encode(), more)

    async def say(self, *texts: str) -> None:
        """One chunk for each text, one write for all; noted once it is on its way."""
        data = b"".join(_chunk(self.asked.model, {"content": text}) for text in texts)
        self.writer.write(data)
        await self.writer.drain()
        self.bytes += len(data)
        self.asked.text += "".join(texts)
        self.asked.spans.append((time.monotonic(), self.bytes, len(self.asked.text)))
        self.gateway._tell()

    async def count(self, tokens: int, rate: float) -> None:
        start, sent = time.monotonic(), 0
        while sent < tokens:
            due = int((time.monotonic() - start) * rate) + 1 if rate else sent + 50
            due = min(tokens, due)
            if due > sent:
                await self.say(*map(token, range(sent + 1, due + 1)))
                sent = due
            await asyncio.sleep(max(0.0, start + sent / rate - time.monotonic()) if rate else 0)

    async def film(self, seconds: float) -> None:
        await self.say("> ID: `task_1`\n> Queuing...\n\n")
        for step in range(1, 11):
            await asyncio.sleep(seconds / 10)
            await self.say(f"> Progress: {step * 10 - 1}.0%\n\n")
        link = f"{self.gateway.origin()}/media/{self.asked.key}.mp4"
        await self.say(f"> Generating Complete\n\n[Online Play]({link})\n")

    async def finish(self) -> None:
        self.writer.write(_chunk(self.asked.model, {}, "stop") + b"data: [DONE]\n\n")
        await self.writer.drain()
        self.asked.outcome = "done"


def _chunk(model: str, delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    told = {"id": "c", "object": "chat.completion.chunk", "model": model, "choices": [choice]}
    return f"data: {json.dumps(told)}\n\n".encode()


def _whole(
    writer: asyncio.StreamWriter, status: int, type: str, body: bytes, more: str = ""
) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {len(body)}\r\n{more}"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)


def _last(messages: list[dict[str, Any]]) -> str:
    content = messages[-1]["content"]
    if isinstance(content, str):
        return content
    return "".join(part.get("text", "") for part in content)


@contextlib.contextmanager
def gateway_process() -> Iterator[tuple[str, Any]]:
    """The gateway alone in a process: its base address, and a function that gives its log."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.gateway"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    base = process.stdout.readline().strip()

    def log() -> list[Asked]:
        with urllib.request.urlopen(base.removesuffix("/v1") + "/log", timeout=60) as answer:
            return [Asked(**row) for row in json.load(answer)["asked"]]

    try:
        yield base, log
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    with FaultGateway(options.parse_args().port) as gateway:
        print(gateway.base_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
