"""Storage that misbehaves: nothing is sent that cannot be written down, what came is kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests import postgres
from tests.faults.conftest import learn_text, run
from tests.faults.gateway import FaultGateway, words
from tests.faults.sessions import Answer, Refused, Session, query_of
from tests.serving import Server
from vnchat.engine import Engine
from vnchat.settings import Settings


class Outage:
    """Something that can be begun and ended while the server runs."""

    def __init__(self, begin: Callable[[], None], end: Callable[[], None], said: str) -> None:
        self.begin, self.end, self.said = begin, end, said


@contextlib.contextmanager
def small_disk(folder: Path, size: str = "24m") -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


async def held_and_saved(server: Server, gateway: FaultGateway, outage: Outage) -> None:
    """The one story of every outage: text goes on, nothing new is sent, all is there afterwards."""
    text, paid = f"{outage.said} [count-500-100]", f"{outage.said} [film-3]"
    refused_one = f"{outage.said} [film-1]"
    async with (
        Session(server.url, query_of(model="chat-asked")) as person,
        Session(server.url, query_of(model="sora-asked")) as buyer,
        Session(server.url, query_of(model="sora-asked")) as other,
    ):
        answer = await person.say(text)
        film = await buyer.say(paid)
        await answer.until(lambda one: one.length > 200)
        outage.begin()
        try:
            with pytest.raises(Refused) as refused:
                await other.say(refused_one)
            assert outage.said in str(refused.value)
            assert gateway.of(refused_one) == []
            await answer.until(lambda one: bool(one.view.get("held")))
            seen = answer.length
            await answer.until(lambda one: one.length > seen or one.length == len(words(500)))
        finally:
            outage.end()
        await answer.wait_end()
        await film.wait_end()
        assert (answer.state, film.state) == ("done", "done")
        await buyer.until(lambda one: [m["state"] for m in one.messages[-1]["results"]] == ["kept"])
        after = await other.say("after it [film-0.2]")
        await after.wait_end()
        await stored(server, person.conversation, text, answer)
    assert len(gateway.of(text)) == len(gateway.of(paid)) == 1
    assert gateway.of(refused_one) == []


async def stored(server: Server, conversation: str, prompt: str, answer: Answer) -> None:
    async with Session(server.url, query_of(c=conversation)) as later:
        question, told = later.messages
        assert question["text"] == prompt
        assert told["text"].strip() == words(500).strip()
        assert told["id"] == answer.message


def test_a_locked_database_holds_text_and_refuses_before_spending(
    serve: Callable[..., Server], gateway: FaultGateway
) -> None:
    server = serve()
    run(learn_text(server))
    path = server.data_dir / "vnchat.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as locker:
        outage = Outage(
            lambda: locker.execute("BEGIN EXCLUSIVE") and None,
            lambda: locker.execute("ROLLBACK") and None,
            "busy",
        )
        run(held_and_saved(server, gateway, outage))


def test_a_queued_create_is_not_sent_while_that_cannot_be_written_down(
    serve: Callable[..., Server], gateway: FaultGateway
) -> None:
    server = serve(VNCHAT_RUNS_FOR_EACH="1")
    first, queued = "takes the one place [film-1]", "waits for it [film-0.2]"

    async def story(locker: sqlite3.Connection) -> str:
        async with (
            Session(server.url, query_of(model="sora-asked")) as person,
            Session(server.url, query_of(model="sora-asked")) as other,
        ):
            await person.say(first)
            answer = await other.say(queued)
            assert (answer.view or other.messages[-1]["run"])["state"] == "queued"
            locker.execute("BEGIN EXCLUSIVE")
            await answer.until(lambda one: bool(one.view.get("held")))
            assert gateway.of(queued) == []
            server.kill()
        locker.execute("ROLLBACK")
        await asyncio.to_thread(server.start)
        async with Session(server.url, query_of(c=other.conversation)) as later:
            return str(later.messages[-1]["run"]["state"])

    path = server.data_dir / "vnchat.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as locker:
        assert run(story(locker)) == "interrupted"
    assert len(gateway.of(first)) == 1
    assert gateway.of(queued) == []


def test_a_full_disk_holds_text_and_refuses_before_spending(
    serve: Callable[..., Server], gateway: FaultGateway, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        server = serve(disk / "data")
        server.log = tmp_path / "server.log"
        run(learn_text(server))
        ballast = disk / "ballast"

        def fill() -> None:
            with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
                while True:
                    file.write(b"x" * 4096)

        outage = Outage(fill, ballast.unlink, "disk is full")
        try:
            run(held_and_saved(server, gateway, outage))
        finally:
            server.stop()


@pytest.mark.postgres
def test_a_database_that_is_away_holds_text_and_refuses_before_spending(
    serve: Callable[..., Server], gateway: FaultGateway
) -> None:
    postgres.cluster()  # skips where there is none
    own = postgres.Cluster()  # the shared one is not to be stopped
    try:
        server = serve(VNCHAT_DATABASE_URL=own.database())
        run(learn_text(server))
        run(held_and_saved(server, gateway, Outage(own.stop, own.start, "does not answer")))
        server.stop()
    finally:
        own.remove()


def test_a_read_only_folder_is_said_in_one_sentence_and_nothing_is_sent(
    gateway: FaultGateway, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        settings = Settings(data_dir=disk / "data", base_url=gateway.base_url)
        made = Engine.open(settings)
        assert made.broken == ""
        run(made.end())
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)

        again = Engine.open(settings)

        assert str(disk / "data") in again.broken
        assert "writ" in again.broken


def test_a_database_that_became_read_only_is_said_in_one_sentence(tmp_path: Path) -> None:
    from vnchat.errors import StorageUnavailable
    from vnchat.store.database import said_plainly

    path = tmp_path / "some.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE t (n)")
    engine = sa.create_engine(f"sqlite:///file:{path}?mode=ro&uri=true", poolclass=sa.NullPool)

    with (
        pytest.raises(StorageUnavailable, match=r"read-only\. Nothing was sent"),
        said_plainly(),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
