"""The server is killed around the submit of a provider's task: every press is one job at most.

Before the answer of the submit is there, nobody knows the task's id: the run is `unknown` after
the restart, and nothing is submitted again. Once the id is stored, the task is only asked after.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.sessions import Session, query_of
from tests.serving import Server
from vnchat.demo.script import Gate, Script
from vnchat.demo.server import DemoGateway
from vnchat.words import say

MODEL = "demo-film"
SUBMIT = "/v1/videos"


@pytest.fixture
def demo() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture
def start(demo: DemoGateway, tmp_path: Path) -> Iterator[Callable[[], Server]]:
    servers: list[Server] = []

    def started() -> Server:
        made = Server(
            tmp_path / "data",
            {
                "OPENAI_BASE_URL": demo.base_url,
                "OPENAI_API_KEY": "sk-test-0123456789",
                "VNCHAT_TASK_POLL_SECONDS": "0.05",
                "VNCHAT_LOG_LEVEL": "warning",
            },
        )
        servers.append(made)
        return made.start()

    yield started
    for one in servers:
        one.stop()


def jobs(demo: DemoGateway) -> int:
    return sum(r.method == "POST" and r.path == SUBMIT for r in list(demo.requests))


async def pressed(server: Server, prompt: str) -> str:
    async with Session(server.url, query_of(model=MODEL)) as person:
        await person.say(prompt)
        return person.conversation


async def found(server: Server, conversation: str) -> dict[str, object]:
    """The answer as the page has it after the restart."""
    async with Session(server.url, query_of(c=conversation)) as person:
        return dict(person.messages[-1])


def body(value: object, gate: Gate | None = None) -> Script:
    return Script([json.dumps(value)], gate=gate)


@pytest.mark.parametrize("stage", ["before the answer", "in the middle of it"])
def test_a_kill_inside_the_submit_makes_no_second_job(
    demo: DemoGateway, start: Callable[[], Server], stage: str
) -> None:
    gate = Gate()
    text = json.dumps({"id": "v1", "status": "queued"})
    pieces = [text] if stage == "before the answer" else [text[:9], text[9:]]
    demo.script(MODEL, Script(pieces, gate=gate))
    server = start()
    conversation = asyncio.run(pressed(server, "A harbour"))
    demo.requests.wait_for(lambda r: r.path == SUBMIT)
    if stage != "before the answer":
        gate.release()
        demo.requests.wait_for(lambda r: r.path == SUBMIT and r.sent_bytes > 0)

    server.kill()
    gate.open()
    restarted = start()
    answer = asyncio.run(found(restarted, conversation))

    run = answer["run"]
    assert isinstance(run, dict)
    assert (run["state"], run["task"]) == ("unknown", False)
    assert "not sent again by itself" in say("en", "state.unknown.why")
    assert jobs(demo) == 1
    assert not [r for r in demo.requests if r.path.startswith(f"{SUBMIT}/")]


def test_a_kill_after_the_id_is_stored_only_asks_on(
    demo: DemoGateway, start: Callable[[], Server]
) -> None:
    demo.script(MODEL, body({"id": "v1", "status": "queued"}))
    demo.script(f"{SUBMIT}/v1", body({"id": "v1", "status": "in_progress", "progress": 30}))
    server = start()
    conversation = asyncio.run(pressed(server, "A harbour"))
    demo.requests.wait_for(lambda r: r.path == f"{SUBMIT}/v1")

    server.kill()
    failed = {"id": "v1", "status": "failed", "error": {"message": "The model is ill"}}
    demo.script(f"{SUBMIT}/v1", body(failed))
    restarted = start()

    async def ending() -> dict[str, object]:
        async with Session(restarted.url, query_of(c=conversation)) as person:
            async with asyncio.timeout(30):
                while person.messages[-1]["failure"] is None:
                    await asyncio.sleep(0.05)
            return dict(person.messages[-1])

    answer = asyncio.run(ending())
    assert isinstance(answer["failure"], dict)
    assert answer["failure"]["message"] == "The model is ill"
    assert jobs(demo) == 1
