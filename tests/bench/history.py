"""What the sidebar costs with 1,000 conversations of 20 messages: `python tests/bench/history.py`.

Prints the server's time for the list as a page asks for it first, and for searches in English and
Chinese; BENCH_DB names another database than SQLite. Judges nothing.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

CONVERSATIONS = 1000
TURNS = 10
WORDS = ["a", "harbour", "at", "dawn", "fog", "boat", "wide", "slow", "red", "city", "rain", "pear"]
SIGNS = "港口清晨雾船城市红色缓慢雨梨子的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出"


def fill(engine) -> None:  # type: ignore[no-untyped-def]
    from vnchat.reading import to_json
    from vnchat.reading.reply import Reply
    from vnchat.store import search
    from vnchat.store.tables import conversations, messages, runs

    chosen = random.Random(7)

    def text() -> str:
        if chosen.random() < 0.3:
            return "".join(chosen.choices(SIGNS, k=200))
        return " ".join(chosen.choices(WORDS, k=80)) + f" word{chosen.randrange(5000)}"

    with engine.store.engine.begin() as connection:
        for n in range(CONVERSATIONS):
            conversation, parent = uuid4().hex, ""
            base = {"owner": "local", "conversation": conversation}
            told, ran = [], []
            for turn in range(TURNS):
                question, answer, run = uuid4().hex, uuid4().hex, uuid4().hex
                asked, said = text(), text()
                told += [
                    base
                    | {"id": question, "role": "user", "text": asked, "parent": parent, "run": ""},
                    base
                    | {"id": answer, "role": "assistant", "text": said, "parent": question}
                    | {"run": run},
                ]
                ran.append(
                    base
                    | {"id": run, "message": answer, "state": "done", "made": "text", "seen": True}
                    | {"reply": to_json(Reply(text=said * 5)), "created": n + turn / 100}
                )
                search.put(connection, "local", conversation, question, asked)
                search.put(connection, "local", conversation, answer, said)
                parent = answer
            connection.execute(
                sa.insert(conversations).values(
                    id=conversation,
                    owner="local",
                    title=f"Conversation {n}",
                    head=parent,
                    updated=float(n),
                    folder="Films" if n % 20 == 0 else "",
                    archived=n % 33 == 0,
                    pinned=n % 250 == 0,
                )
            )
            search.put(connection, "local", conversation, "", f"Conversation {n}")
            connection.execute(sa.insert(messages), told)
            connection.execute(sa.insert(runs), ran)


def main() -> None:
    from vnchat.engine import Engine
    from vnchat.settings import Settings
    from vnchat.web import history

    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url=os.environ.get("BENCH_DB", ""))
        engine = Engine.open(settings)
        fill(engine)
        with engine.store.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")  # as a database does by itself after a while

        def timed(name: str, *frame: object) -> None:
            taken, size = [], 0
            for _ in range(9):
                said: list[object] = []
                began = time.perf_counter()
                asyncio.run(
                    history.answer(
                        engine, "local", list(frame), lambda *one, to=said: to.append(one)
                    )
                )
                size = len(json.dumps(said, ensure_ascii=False).encode())
                taken.append((time.perf_counter() - began) * 1000)
            print(
                f"{name:34} first {taken[0]:6.1f} ms, median {statistics.median(taken):6.1f} ms, "
                f"longest {max(taken):6.1f} ms, {size / 1000:.0f} kB"
            )

        timed("sidebar", "history")
        timed("older", "older", 700.0)
        timed("archived", "archived")
        timed("search, in almost every message", "search", "harbour")
        timed("search, two words", "search", "harbour pear")
        timed("search, unfinished word", "search", "wo")
        timed("search, rare word", "search", "word4321")
        timed("search, two Chinese signs", "search", "清晨")
        timed("search, one Chinese sign", "search", "雾")
        timed("search, nothing found", "search", "nowhere")
        asyncio.run(engine.end())


if __name__ == "__main__":
    sys.path.insert(0, os.getcwd())
    main()
