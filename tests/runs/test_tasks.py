"""A provider's task: submitted once, followed to its end by anybody who has its row."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable

import pytest

from tests.runs.conftest import OWNER, ask, ended, until
from vnchat.conversation import Media
from vnchat.demo.script import Gate, Script
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.settings import Settings
from vnchat.store import Turn

FAST = {"task_poll_seconds": 0.02}


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with(**FAST)


def kept(engine: Engine, turn: Turn, seconds: float = 30) -> list[Media]:
    """The results of a run, once each of them is fetched or refused."""
    over = threading.Event()

    def rows() -> list[Media]:
        found = engine.store.media.of_messages([turn.answer.id], owner=OWNER)
        return list(found.get(turn.answer.id, ()))

    def look(*_: object) -> None:
        if rows() and all(one.state in ("kept", "refused", "failed") for one in rows()):
            over.set()

    leave = engine.hub.subscribe(OWNER, look)
    look()
    assert over.wait(seconds), [one.state for one in rows()]
    leave()
    return rows()


def submits(gateway: DemoGateway, *paths: str) -> int:
    return sum(r.method == "POST" and r.path in paths for r in list(gateway.requests))


def reply(body: object, status: int = 200, **more: object) -> Script:
    return Script([json.dumps(body)], status=status, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("record", "submit"),
    [
        ("openai_videos", "/v1/videos"),
        ("newapi_video_generations", "/v1/video/generations"),
        ("video_create", "/v1/video/create"),
    ],
)
def test_a_clip_is_made_by_one_submit(
    engine: Engine, gateway: DemoGateway, record: str, submit: str
) -> None:
    turn = ask(engine, "A harbour at dawn", "demo-film", route=f"task:{record}")

    run = ended(engine, turn, 60)

    assert run.state == "done"
    assert [r.kind for r in run.reply.results] == ["video"]
    assert run.reply.progress == tuple(sorted(run.reply.progress))
    assert run.reply.progress[-1] == 100
    assert run.task["record"] == record
    assert submits(gateway, submit) == 1
    assert run.requests == 1
    [film] = kept(engine, turn)
    assert (film.state, film.kind, film.playable) == ("kept", "video", True)


def test_an_id_that_is_unknown_at_first_is_asked_after_again(
    engine: Engine, gateway: DemoGateway
) -> None:
    gateway.script("film", reply({"id": "v:1/2", "status": "queued"}))
    gateway.script(
        "/v1/videos/v:1/2",
        [
            reply({"code": "task_not_exist", "message": "task_not_exist", "data": None}, 400),
            reply({"error": {"message": "bad gateway"}}, 502),
            reply({"status": "in_progress", "progress": 50}),
            reply({"status": "failed", "error": {"code": "x", "message": "The model is ill"}}),
        ],
    )

    run = ended(engine, ask(engine, "A boat", "film", route="task:openai_videos"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert run.reply.failure.message == "The model is ill"
    assert run.reply.progress == (50,)
    assert submits(gateway, "/v1/videos") == 1


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504, 408, 409])
def test_a_submit_is_sent_once_whatever_becomes_of_it(
    engine: Engine, gateway: DemoGateway, status: int
) -> None:
    gateway.script("film", Script(["{}"] if status else [], status=status))

    run = ended(engine, ask(engine, "A boat", "film", route="task:openai_videos"))

    assert run.state == "failed"
    assert submits(gateway, "/v1/videos") == 1


def test_a_submit_that_is_too_early_is_sent_once_more(engine: Engine, gateway: DemoGateway) -> None:
    busy = reply({"error": {"message": "slow down"}}, 429, headers={"retry-after": "0"})
    gateway.script("film", [busy, reply({"id": "v1", "status": "completed", "video_url": ""})])
    gateway.script("/v1/videos/v1", reply({"status": "failed", "error": {"message": "no"}}))

    run = ended(engine, ask(engine, "A boat", "film", route="task:openai_videos"))

    assert submits(gateway, "/v1/videos") == 2
    assert run.requests == 2


def test_another_path_is_tried_only_after_a_route_that_is_not_there(
    engine: Engine, gateway: DemoGateway
) -> None:
    gateway.script("/volc/v3/contents/generations/tasks", reply({"id": "cgt-1"}))
    gateway.script(
        "/volc/v3/contents/generations/tasks/cgt-1",
        reply({"status": "failed", "error": {"code": "x", "message": "no"}}),
    )

    run = ended(engine, ask(engine, "A boat", "seedance-1", route="task:seedance"))

    paths = [r.path for r in gateway.requests]
    assert paths == [
        "/volc/v1/contents/generations/tasks",
        "/volc/v3/contents/generations/tasks",
        "/volc/v3/contents/generations/tasks/cgt-1",
    ]
    assert run.task["path"] == "/volc/v3/contents/generations/tasks"


def test_the_id_is_stored_before_anything_is_asked(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("film", reply({"id": "v1", "status": "queued"}))
    gateway.script("/v1/videos/v1", reply({"status": "queued"}, gate=gate))
    turn = ask(engine, "A boat", "film", route="task:openai_videos")

    gateway.requests.wait_for(lambda r: r.path == "/v1/videos/v1")

    assert engine.store.runs.get(turn.run, owner=OWNER).task["id"] == "v1"
    assert engine.store.runs.get(turn.run, owner=OWNER).state == "running"
    engine.runner.stop(turn.run, owner=OWNER)
    assert ended(engine, turn).state == "stopped"


def test_a_stopped_task_can_be_looked_after_again(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("film", reply({"id": "v1", "status": "queued"}))
    gateway.script("/v1/videos/v1", reply({"status": "queued"}, gate=gate))
    turn = ask(engine, "A boat", "film", route="task:openai_videos")
    gateway.requests.wait_for(lambda r: r.path == "/v1/videos/v1")
    engine.runner.stop(turn.run, owner=OWNER)
    assert ended(engine, turn).state == "stopped"
    link = f"{gateway.origin}/v1/videos/v1/content"
    gateway.script("/v1/videos/v1", reply({"status": "completed", "video_url": link}))

    engine.runner.look_again(turn.run, owner=OWNER)

    kept(engine, turn)
    run = engine.store.runs.get(turn.run, owner=OWNER)
    assert (run.state, [one.url for one in run.reply.results]) == ("done", [link])
    assert submits(gateway, "/v1/videos") == 1


def test_a_task_nobody_hears_of_becomes_unknown_and_keeps_its_id(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    engine = engine_with(task_poll_seconds=0.02, task_silence_seconds=0.1)
    gateway.script("film", reply({"id": "v1", "status": "queued"}))
    gateway.script("/v1/videos/v1", reply({"error": {"message": "bad gateway"}}, 502))

    run = ended(engine, ask(engine, "A boat", "film", route="task:openai_videos"))

    assert (run.state, run.task["id"]) == ("unknown", "v1")


def test_the_next_start_goes_on_asking_and_submits_nothing(
    settings: Settings, gateway: DemoGateway
) -> None:
    values = {
        "base_url": gateway.base_url,
        "api_key": "sk-test-0123456789",
        "task_poll_seconds": 0.02,
    }
    settings = dataclasses.replace(settings, **values)  # type: ignore[arg-type]
    gateway.script("film", reply({"id": "v1", "status": "queued"}))
    gateway.script("/v1/videos/v1", reply({"status": "in_progress", "progress": 30}))
    with EngineThread(Engine.open(settings)) as engine:
        turn = ask(engine, "A boat", "film", route="task:openai_videos")
        until(engine, turn, lambda live: live.progress() == 30)
    gateway.script("/v1/videos/v1", reply({"status": "failed", "error": {"message": "no"}}))

    with EngineThread(Engine.open(settings)) as engine:
        run = ended(engine, turn)

    assert run.state == "failed"
    assert run.reply.progress == (30,)
    assert submits(gateway, "/v1/videos") == 1


def test_bytes_at_the_gateway_are_fetched_with_its_key(
    engine_with: Callable[..., Engine],
) -> None:
    with DemoGateway(pace=0, key="sk-test-0123456789") as gateway:
        engine = engine_with(base_url=gateway.base_url, **FAST)
        clip = made_clip(engine, gateway)
        gateway.script("film", reply({"id": clip, "status": "queued"}))
        gateway.script(f"/v1/videos/{clip}", reply({"status": "completed", "progress": 100}))

        turn = ask(engine, "A boat", "film", route="task:openai_videos")

        assert ended(engine, turn).state == "done"
        assert [one.state for one in kept(engine, turn)] == ["kept"]
        fetches = [r for r in gateway.requests if r.path == f"/v1/videos/{clip}/content"]
        assert fetches[-1].headers["authorization"] == "Bearer sk-test-0123456789"


def made_clip(engine: Engine, gateway: DemoGateway) -> str:
    """The id of a clip that the demo gateway has really made."""
    turn = ask(engine, "A harbour", "demo-film", route="task:openai_videos")
    run = ended(engine, turn, 60)
    kept(engine, turn)
    return str(run.task["id"])


def test_a_clip_is_changed_by_its_own_step(engine: Engine, gateway: DemoGateway) -> None:
    first = ask(engine, "A harbour", "demo-film", route="task:openai_videos")
    made = ended(engine, first, 60)
    kept(engine, first)

    turn = ask(
        engine,
        "With snow",
        "demo-film",
        route="task:openai_videos",
        conversation=first.conversation,
        continuing={"message": first.answer.id, "wish": "change"},
    )

    run = ended(engine, turn, 60)
    assert run.state == "done"
    kept(engine, turn)
    assert submits(gateway, f"/v1/videos/{made.task['id']}/remix") == 1
    assert submits(gateway, "/v1/videos") == 1


def test_a_provider_that_needs_a_picture_says_so_before_anything_is_sent(
    engine: Engine, gateway: DemoGateway
) -> None:
    run = ended(engine, ask(engine, "A boat", "gen4_turbo", route="task:runway"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert run.reply.failure.charged == "no"
    assert list(gateway.requests) == []
