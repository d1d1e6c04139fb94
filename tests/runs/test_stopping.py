"""Stop of a task: the provider is asked to cancel, and an id that comes late is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.runs.conftest import OWNER, ask, ended
from tests.runs.test_tasks import FAST, reply, submits
from vnchat.conversation import Run
from vnchat.demo.script import Gate
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.store import Turn

SUBMIT = "/replicate/v1/models/owner/flux/predictions"
POLL = "/replicate/v1/predictions/p1"


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with(**FAST)


def until_true(engine: Engine, turn: Turn, true: Callable[[Run], bool]) -> Run:
    """The row of a run as soon as something is true of it; woken as the page is."""
    happened = threading.Event()

    def look(*_: object) -> None:
        if true(engine.store.runs.get(turn.run, owner=OWNER)):
            happened.set()

    leave = engine.hub.subscribe(OWNER, look)
    look()
    assert happened.wait(20), engine.store.runs.get(turn.run, owner=OWNER)
    leave()
    return engine.store.runs.get(turn.run, owner=OWNER)


def running(engine: Engine, gateway: DemoGateway) -> Turn:
    gateway.script(SUBMIT, reply({"id": "p1", "status": "starting"}, 201))
    gateway.script(POLL, reply({"id": "p1", "status": "processing"}))
    turn = ask(engine, "A fox", "owner/flux", route="task:replicate")
    gateway.requests.wait_for(lambda r: r.path == POLL)
    return turn


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ({"id": "p1", "status": "canceled"}, 200, "confirmed"),
        ({"id": "p1", "status": "CANCELLATION_REQUESTED"}, 202, "taken"),
        ({"id": "p1", "status": "processing"}, 200, "taken"),
        ({"id": "p1", "status": "succeeded", "output": "https://a.example/x.png"}, 200, "refused"),
        ({"code": "fail", "message": "not allowed", "data": None}, 200, "refused"),
        ({"error": {"message": "Invalid URL"}}, 404, "refused"),
        ({"error": {"message": "bad gateway"}}, 502, "refused"),
    ],
)
def test_stop_asks_the_provider_and_says_what_it_said(
    engine: Engine, gateway: DemoGateway, answer: object, status: int, said: str
) -> None:
    gateway.script(f"{POLL}/cancel", reply(answer, status))
    turn = running(engine, gateway)

    engine.runner.stop(turn.run, owner=OWNER)

    assert ended(engine, turn).state == "stopped"
    run = until_true(engine, turn, lambda one: one.reply.extra.get("cancel") == said)
    assert (run.state, run.task["id"]) == ("stopped", "p1")
    cancels = [r for r in gateway.requests if r.path == f"{POLL}/cancel"]
    assert [r.method for r in cancels] == ["POST"]
    assert submits(gateway, SUBMIT) == 1


@pytest.mark.parametrize(
    ("record", "submit", "cancel", "method"),
    [
        ("fal", {"request_id": "r1", "response_url": "https://queue.fal.run/fal-ai/flux/requests/r1",
                 "status": "IN_QUEUE"}, "/fal-ai/flux/requests/r1/cancel", "PUT"),
        ("seedance", {"id": "r1", "status": "queued"},
         "/volc/v1/contents/generations/tasks/r1", "DELETE"),
    ],
)  # fmt: skip
def test_each_provider_is_asked_in_its_own_way_at_the_gateway(
    engine: Engine, gateway: DemoGateway, record: str, submit: object, cancel: str, method: str
) -> None:
    path = "/fal-ai/flux" if record == "fal" else "/volc/v1/contents/generations/tasks"
    poll = cancel.removesuffix("/cancel")
    gateway.script(path, reply(submit))
    gateway.script(poll, reply({"id": "r1", "status": "IN_QUEUE"}))
    turn = ask(engine, "A fox", "fal-ai/flux", route=f"task:{record}")
    gateway.requests.wait_for(lambda r: r.path == poll)

    engine.runner.stop(turn.run, owner=OWNER)

    asked = gateway.requests.wait_for(lambda r: r.path == cancel and r.method == method)
    assert asked.headers["authorization"] == "Bearer sk-test-0123456789"
    assert ended(engine, turn).state == "stopped"
    until_true(engine, turn, lambda one: one.reply.extra.get("cancel", "asked") != "asked")


def test_a_record_without_a_cancel_sends_none(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script("film", reply({"id": "v1", "status": "queued"}))
    gateway.script("/v1/videos/v1", reply({"status": "queued"}))
    turn = ask(engine, "A boat", "film", route="task:openai_videos")
    gateway.requests.wait_for(lambda r: r.path == "/v1/videos/v1")

    engine.runner.stop(turn.run, owner=OWNER)

    run = ended(engine, turn)
    assert (run.state, run.task["id"]) == ("stopped", "v1")
    assert "cancel" not in run.reply.extra
    assert {r.method for r in gateway.requests if r.path == "/v1/videos/v1"} == {"GET"}


def test_a_submit_that_is_stopped_does_not_lose_its_task(
    engine: Engine, gateway: DemoGateway
) -> None:
    gate = Gate()
    gateway.script("film", reply({"id": "v1", "status": "queued"}, gate=gate))
    turn = ask(engine, "A boat", "film", route="task:openai_videos")
    gateway.requests.wait_for(lambda r: r.path == "/v1/videos")

    engine.runner.stop(turn.run, owner=OWNER)
    run = ended(engine, turn)
    assert (run.state, run.task) == ("stopped", {})
    gate.open()

    run = until_true(engine, turn, lambda one: bool(one.task))
    assert (run.state, run.task["id"]) == ("stopped", "v1")
    assert submits(gateway, "/v1/videos") == 1


def test_a_stopped_submit_that_was_refused_says_so(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("film", reply({"error": {"message": "no quota"}}, 403, gate=gate))
    turn = ask(engine, "A boat", "film", route="task:openai_videos")
    gateway.requests.wait_for(lambda r: r.path == "/v1/videos")

    engine.runner.stop(turn.run, owner=OWNER)
    assert ended(engine, turn).state == "stopped"
    gate.open()

    run = until_true(engine, turn, lambda one: one.reply.extra.get("cancel") == "unmade")
    assert run.task == {}
