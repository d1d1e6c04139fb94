"""What finding costs with 5,000 kept files: run by hand, `python tests/bench/library.py`.

Prints the server's time for the first screen (rows, counts, filters and signed addresses), for a
page further down and for a search, and the size of what goes to the browser. Judges nothing.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.testclient import TestClient

ITEMS = 5000
TURNS_EACH = 20
WORDS = ["a", "harbour", "at", "dawn", "fog", "boat", "wide", "slow", "red", "city", "rain", "pear"]


def fill(engine) -> None:  # type: ignore[no-untyped-def]
    from vnchat.store.tables import conversations, media, messages, runs

    chosen = random.Random(7)
    rows: dict[str, list[dict[str, object]]] = {"c": [], "m": [], "r": [], "f": []}
    for n in range(ITEMS):
        if n % TURNS_EACH == 0:
            conversation = uuid4().hex
            rows["c"].append({"id": conversation, "owner": "local", "title": f"Title {n}"})
        question, answer, run = uuid4().hex, uuid4().hex, uuid4().hex
        prompt = " ".join(chosen.choices(WORDS, k=60))
        base = {"owner": "local", "conversation": conversation}
        rows["m"].append(base | {"id": question, "role": "user", "text": prompt, "parent": ""})
        rows["m"].append(
            base | {"id": answer, "role": "assistant", "text": "x", "parent": question, "run": run}
        )
        rows["r"].append(
            base | {"id": run, "message": answer, "state": "done", "model": f"model-{n % 12}"}
        )
        rows["f"].append(
            base
            | {
                **{"id": uuid4().hex, "message": answer, "run": run, "origin": "result"},
                **{"kind": "video" if n % 3 else "image", "state": "kept", "type": "video/mp4"},
                **{"key": f"{n:064x}", "size": 1_000_000 + n, "created": float(n), "poster": "p"},
                "link": "https://cdn.example/" + "x" * 200,
            }
        )
    for row in rows["m"]:
        row.setdefault("run", "")
    with engine.store.engine.begin() as connection:
        for table, key in ((conversations, "c"), (messages, "m"), (runs, "r"), (media, "f")):
            connection.execute(sa.insert(table), rows[key])


def main() -> None:
    from vnchat import engine as engines
    from vnchat.engine import Engine
    from vnchat.settings import Settings
    from vnchat.web.library import library_routes

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=os.environ.get("BENCH_DB", ""))
        engine = Engine.open(settings)
        engines.install(engine)
        fill(engine)
        client = TestClient(Starlette(routes=library_routes("")), base_url="http://localhost")

        def timed(name: str, **query: str) -> str:
            taken, size, more = [], 0, ""
            for _ in range(7):
                began = time.perf_counter()
                answer = client.get("/vnchat/library", params=query)
                taken.append((time.perf_counter() - began) * 1000)
                size, more = len(answer.content), answer.json()["more"]
            print(
                f"{name:28} first {taken[0]:6.1f} ms, median {statistics.median(taken):6.1f} ms, "
                f"{size / 1000:.0f} kB"
            )
            return more

        more = timed("first screen")
        timed("second page", after=more)
        timed("filter by model", model="model-3")
        timed("search, two words", q="harbour pear")
        timed("search, nothing found", q="nowhere")
        asyncio.run(engine.end())


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    main()
