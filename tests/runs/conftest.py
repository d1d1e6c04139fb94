"""An engine on a loop of its own, and the demo gateway with scripts behind it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator

import pytest

from vnchat.conversation import Run
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.runs.choice import Choice
from vnchat.settings import Settings
from vnchat.states import GOING
from vnchat.store import Turn

OWNER = "local"


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture
def engine_with(settings: Settings, gateway: DemoGateway) -> Iterator[Callable[..., Engine]]:
    """Opens an engine that talks to the gateway; settings can be changed."""
    threads: list[EngineThread] = []

    def opened(**changes: object) -> Engine:
        values = {"base_url": gateway.base_url, "api_key": "sk-test-0123456789"} | changes
        made = Engine.open(dataclasses.replace(settings, **values))  # type: ignore[arg-type]
        assert made.broken == ""
        thread = EngineThread(made)
        threads.append(thread)
        return thread.__enter__()

    yield opened
    for thread in threads:
        thread.__exit__()


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with()


def ask(engine: Engine, text: str, model: str, *, conversation: str = "", **more: object) -> Turn:
    return engine.runner.start(
        owner=OWNER,
        conversation=conversation,
        choice=Choice(gateway="settings", model=model, **more),  # type: ignore[arg-type]
        question=text,
    )


def ended(engine: Engine, turn: Turn, seconds: float = 20) -> Run:
    """Waits for the end of a run, as a tab does: by being woken."""
    live = engine.runner.live(turn.run, owner=OWNER)
    if live is not None:
        over = threading.Event()

        def look() -> None:
            if live.final:
                over.set()

        live.watchers.add(look)
        engine.runner.loop.call_soon_threadsafe(look)
        assert over.wait(seconds), f"the run did not end: {live.state}"
    run = engine.store.runs.get(turn.run, owner=OWNER)
    assert run.state not in GOING
    return run


def until(engine: Engine, turn: Turn, true: Callable[..., bool], seconds: float = 20) -> None:
    """Waits until something is true of the live run."""
    live = engine.runner.live(turn.run, owner=OWNER)
    assert live is not None
    happened = threading.Event()

    def look() -> None:
        if true(live):
            happened.set()

    live.watchers.add(look)
    engine.runner.loop.call_soon_threadsafe(look)
    assert happened.wait(seconds), f"it did not become true: {live.state} {live.text}"
    live.watchers.discard(look)
