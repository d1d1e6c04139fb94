"""python -m tests.faults.load --streams 1,10,25,50: many answers at once from one server.

Each stream is a person of its own (its own tab, script runs and live socket) whose text the
gateway sends at 40 tokens a second. Told are tokens lost, how late tokens are at the tabs, and
what the server needs. Gateway and people run outside the server; the clock is one for all.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import statistics
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.faults.gateway import Asked, gateway_process
from tests.faults.sessions import Answer, Session, query_of
from tests.serving import Server

COLUMNS = (
    "streams | tokens lost | lag p50 / p95 / max ms | press to gateway p95 ms | "
    "CPU s for 1,000 tokens | memory MB | MB for each more"
)


@dataclass
class Measured:
    streams: int
    lost: int
    lags: list[float]
    to_gateway: list[float]
    cpu_for_1000: float
    idle_mb: float  # with the tabs open
    peak_mb: float

    def line(self, more_mb: float | None) -> str:
        lags = sorted(self.lags)
        late = [1000 * _part(lags, part) for part in (0.5, 0.95, 1.0)]
        more = "" if more_mb is None else f"{more_mb:.2f}"
        return (
            f"{self.streams} | {self.lost} | {late[0]:.0f} / {late[1]:.0f} / {late[2]:.0f} | "
            f"{1000 * _part(sorted(self.to_gateway), 0.95):.0f} | {self.cpu_for_1000:.2f} | "
            f"{self.peak_mb:.0f} | {more}"
        )


def _part(values: list[float], part: float) -> float:
    return values[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def lags(asked: Asked, answer: Answer) -> list[float]:
    """For each write of the gateway: how long until a tab had its last character."""
    reached = [characters for _, characters in answer.arrivals]
    found = []
    for when, _, characters in asked.spans:
        at = bisect_left(reached, min(characters, len(asked.text.rstrip())))
        if at < len(reached):
            found.append(max(0.0, answer.arrivals[at][0] - when))
    return found


async def measure(
    server: Server, log: Callable[[], list[Asked]], streams: int, tokens: int, rate: int
) -> Measured:
    assert server.process is not None
    process = psutil.Process(server.process.pid)
    people = [Session(server.url, query_of(model="chat-asked")) for _ in range(streams)]
    for at in range(0, streams, 10):
        await asyncio.gather(*(one.__aenter__() for one in people[at : at + 10]))
    try:
        idle = process.memory_info().rss
        peak = idle
        before = sum(process.cpu_times()[:2])
        answers = await asyncio.gather(
            *(_say(one, n, tokens, rate) for n, one in enumerate(people))
        )
        over = asyncio.gather(*(one.wait_end(tokens / rate * 4 + 60) for one in answers))
        while not over.done():
            await asyncio.wait([over], timeout=0.25)
            peak = max(peak, process.memory_info().rss)
        await over
        used = sum(process.cpu_times()[:2]) - before
    finally:
        await asyncio.gather(*(one.close() for one in people))
    asked = {one.key: one for one in await asyncio.to_thread(log)}
    lost, late, to_gateway = 0, [], []
    for answer in answers:
        sent = asked[answer.run]
        shown, whole = answer.text.split(), sent.text.split()
        lost += len(whole) - sum(a == b for a, b in zip(whole, shown, strict=False))
        late += lags(sent, answer)
        to_gateway.append(sent.at - answer.pressed)
    return Measured(
        streams,
        lost,
        late,
        to_gateway,
        used / (streams * tokens) * 1000,
        idle / 2**20,
        peak / 2**20,
    )


async def _say(person: Session, n: int, tokens: int, rate: int) -> Answer:
    await asyncio.sleep(n * 0.02)  # people do not all press in the same instant
    return await person.say(f"load {n} [count-{tokens}-{rate}]")


async def compare(streams: list[int], tokens: int, rate: int) -> list[Measured]:
    """A fresh server for each number of streams, warmed by one answer."""
    found = []
    for number in streams:
        with tempfile.TemporaryDirectory() as folder, gateway_process() as (base, log):
            server = Server(
                Path(folder) / "data",
                {
                    "OPENAI_BASE_URL": base,
                    "OPENAI_API_KEY": "sk-test-0123456789",
                    "VNCHAT_LOG_LEVEL": "warning",
                    "VNCHAT_RUNS_FOR_EACH": "1000",
                    "VNCHAT_RUNS_IN_ALL": "1000",
                },
            )
            await asyncio.to_thread(server.start)
            try:
                await measure(server, log, 1, 20, 40)
                found.append(await measure(server, log, number, tokens, rate))
            finally:
                await asyncio.to_thread(server.stop)
    return found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--streams", default="1,10,25,50")
    options.add_argument("--tokens", type=int, default=400)
    options.add_argument("--rate", type=int, default=40)
    told = options.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    began = time.monotonic()
    found = asyncio.run(
        compare([int(part) for part in told.streams.split(",")], told.tokens, told.rate)
    )
    print(COLUMNS)
    first = found[0]
    for one in found:
        more = one.streams - first.streams
        # What a stream costs beside the tab that is open anyway.
        grown = (one.peak_mb - one.idle_mb) - (first.peak_mb - first.idle_mb)
        print(one.line(grown / more if more else None))
    spread = statistics.pstdev([one.cpu_for_1000 for one in found])
    print(
        f"{told.tokens} tokens at {told.rate} a second each; CPU spread {spread:.2f}; "
        f"{time.monotonic() - began:.0f} s in all"
    )
    return 1 if any(one.lost for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
