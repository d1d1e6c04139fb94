"""A provider's task: submitted once, followed to its end by anybody who has its row."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest

from tests.runs.conftest import OWNER, ask, ended
from vnchat.conversation import Media
from vnchat.demo.script import Script
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.store import Turn

FAST = {"task_poll_seconds": 0.02}


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with(**FAST)


def kept(engine: Engine, turn: Turn, seconds: float = 30) -> list[Media]:
    """The results of a run, once each of them is fetched or refused."""
    over = threading.Event()

    def rows() -> list[Media]:
        return engine.store.media.of_messages([turn.answer.id], owner=OWNER)[turn.answer.id]

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
