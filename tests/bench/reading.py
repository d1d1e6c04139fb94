"""How fast a stream is read: `python -m tests.bench.reading`.

Prints chunks per second and microseconds per chunk, with the official package's own parsing of the
same bytes beside it, and the time that pathological answers take. Judges nothing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2 as httpx
from openai import OpenAI

from vnchat.reading import Reader


def chunk(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    fields = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    return b"data: " + json.dumps({**fields, "choices": [choice]}).encode() + b"\n\n"


def video() -> list[bytes]:
    """600 chunks: a long wait for a clip."""
    lines = [f"> 🏃 进度：{n / 6:.1f}%\n\n" for n in range(597)]
    return [
        chunk("> ⌛️ 排队中...\n\n"),
        *map(chunk, lines),
        chunk("[播放](https://cdn.example.com/a.mp4)", "stop"),
    ]


def text() -> list[bytes]:
    """4,000 tokens of prose, lists and code."""
    prose = ("The quick brown fox, it is said, jumps over 13 lazy dogs " * 6).strip() + ".\n\n"
    words = (prose * 2 + "- one: 45%\n- two\n- three\n\n").split(" ")
    return [chunk(words[n % len(words)] + " ") for n in range(4000)] + [chunk("", "stop")]


def whole(answer: str, size: int) -> list[bytes]:
    return [chunk(answer[i : i + size]) for i in range(0, len(answer), size)] + [chunk("", "stop")]


LINK = "\n\n[clip](https://cdn.example.com/a.mp4)"
PATHOLOGICAL: dict[str, list[bytes]] = {
    "10,000 links, one a line": whole(
        "".join(f"[clip](https://cdn.example.com/{n}.mp4)\n" for n in range(10_000)), 400
    ),
    "10,000 links on one line": whole(
        "".join(f"[clip](https://cdn.example.com/{n}.mp4) " for n in range(10_000)), 400
    ),
    "10,000 bare addresses": whole(
        " ".join(f"https://cdn.example.com/{n}.mp4" for n in range(10_000)), 400
    ),
    "one line of 150 kB": whole("x" * 150_000, 300),
    "one line of 150 kB with spaces": whole("ab " * 50_000, 300),
    "5,000 nested quotes": whole(">" * 5000 + " x\n" + LINK, 50),
    "5,000 nested quotes with spaces": whole("> " * 5000 + "x\n" + LINK, 50),
    "5,000 lines of deeper quotes": whole(
        "\n".join(">" * (n % 90) + " x" for n in range(5000)), 200
    ),
    "5,000 nested lists": whole("\n".join(" " * n + "- x" for n in range(300)), 200),
    "30,000 open brackets": whole("[" * 30_000 + LINK, 100),
    "3,000 open brackets on lines": whole("[" * 2900 + LINK, 100),
    "open brackets and parentheses": whole("[a](" * 2900 + LINK, 100),
    "picture openings": whole("![" * 1500 + LINK, 100),
    "emphasis marks": whole("*a **a _a __a " * 1900 + LINK, 100),
    "backticks of every length": whole("".join("`" * n + " " for n in range(240)), 100),
    "open tags": whole("<a " * 7000 + LINK, 100),
    "open comments": whole("<!--" * 7000 + LINK, 100),
    "half tags": whole("<video src='" * 2600, 100),
    "entities": whole("&amp;" * 6000 + LINK, 100),
    "60 kB deltas": whole("word " * 120_000, 60_000),
    "a picture of 8 MB in one delta": whole(
        "![i](data:image/png;base64," + "iVBORw0KGgo+" * 700_000 + ")", 9_000_000
    ),
    "a picture of 8 MB in 60 kB deltas": whole(
        "![i](data:image/png;base64," + "iVBORw0KGgo+" * 700_000 + ")", 60_000
    ),
    "2,000 think tags": whole("<think>a</think>b\n" * 2000, 100),
    "20,000 angle brackets": whole("<" * 20_000, 1),
    "dots for an hour": whole("> 生成中" + "." * 3600, 1),
    "nested JSON": whole("[" * 40_000 + "]" * 40_000, 1000),
    "open objects": whole('{"a":' * 6000, 100),
    "objects on lines": whole('{"a": 1}\n' * 4000 + LINK, 100),
    "a table of 3,000 rows": whole("| a | b |\n|--|--|\n" + "| 1 | 2 |\n" * 3000 + LINK, 100),
    "percentages on one line": whole("进度 " + "1% " * 20_000, 50),
    "4,000 lines of percentages": whole(
        "".join(f"- part {n}: {n % 100}%\n" for n in range(4000)), 30
    ),
}


def fold(chunks: list[bytes]) -> tuple[float, float]:
    """Seconds to feed and to end."""
    reader = Reader(origin="https://gw.example.com")
    begin = time.perf_counter()
    for data in chunks:
        reader.feed(data)
    fed = time.perf_counter()
    reader.end()
    return fed - begin, time.perf_counter() - fed


def loads(chunks: list[bytes]) -> float:
    begin = time.perf_counter()
    for data in chunks:
        json.loads(data[6:])
    return time.perf_counter() - begin


def package(chunks: list[bytes]) -> float:
    """The official package's loop over the same bytes, from memory."""

    def answer(request: Any) -> httpx.Response:
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            content=iter([*chunks, b"data: [DONE]\n\n"]),
        )

    client = OpenAI(
        base_url="http://memory/v1",
        api_key="x",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
    )
    begin = time.perf_counter()
    for part in client.chat.completions.create(model="m", messages=[], stream=True):
        for choice in part.choices:
            _ = choice.delta.content
    return time.perf_counter() - begin


def best(measure: Callable[[], float], times: int = 5) -> float:
    return min(measure() for _ in range(times))


def main() -> None:
    for name, chunks in (("600-chunk video", video()), ("4,000-token text", text())):
        count = len(chunks)
        feed = best(lambda c=chunks: fold(c)[0])  # type: ignore[misc]
        end = best(lambda c=chunks: fold(c)[1])  # type: ignore[misc]
        plain = best(lambda c=chunks: loads(c))  # type: ignore[misc]
        theirs = best(lambda c=chunks: package(c), 3)  # type: ignore[misc]
        print(
            f"{name}: {count / feed:,.0f} chunks/s, {feed / count * 1e6:.1f} µs a chunk "
            f"({(feed - plain) / count * 1e6:.1f} beside json.loads), end {end * 1e3:.1f} ms; "
            f"openai {count / theirs:,.0f} chunks/s, {theirs / count * 1e6:.1f} µs a chunk"
        )
    for name, chunks in PATHOLOGICAL.items():
        feed, end = fold(chunks)
        print(f"{name}: {len(chunks)} chunks, feed {feed * 1e3:.0f} ms, end {end * 1e3:.0f} ms")


if __name__ == "__main__":
    main()
