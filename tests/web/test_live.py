"""The live socket by its words: what a tab is told unasked, and what it asks for."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession

from vnchat.conversation import LOCAL_OWNER
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, install
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.profile import Profile
from vnchat.runs.choice import Choice
from vnchat.settings import Settings
from vnchat.web.live import live_socket


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    """The socket's route with an engine on the same loop, as in the server."""

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await made.begin()
        install(made)
        yield
        install(None)
        await made.end()

    with DemoGateway(pace=0) as gateway:
        asked = dataclasses.replace(settings, base_url=gateway.base_url, api_key="sk-test-01234567")
        made = Engine.open(asked)
        app = Starlette(routes=[WebSocketRoute("/live", live_socket)], lifespan=life)
        app.state.engine = made
        with TestClient(app, base_url="http://localhost") as opened:
            yield opened


def heard(socket: WebSocketTestSession) -> Iterator[list[Any]]:
    """The frames as they come, those of one message one by one."""
    while True:
        told = json.loads(socket.receive_text())
        yield from told[1:] if told[0] == "all" else [told]


def told_under(
    alias: int, frames: Iterator[list[Any]]
) -> tuple[str, list[dict[str, Any]], dict[str, Any]]:
    """The text that a run grew, what changed about it, and its final message."""
    text, changes = "", []
    for name, what, *_ in frames:
        if name == alias and isinstance(what, str):
            text += what
        elif name == alias and isinstance(what, dict) and "message" in what:
            return text, changes, what["message"]
        elif name == alias and isinstance(what, dict):
            changes.append(what)
    raise AssertionError("the socket ended before the run")


def stored(client: TestClient, message: str) -> str:
    engine: Engine = client.app.state.engine  # type: ignore[attr-defined]
    return engine.store.conversations.message(message, owner=LOCAL_OWNER).text


def press(client: TestClient, conversation: str, text: str) -> Any:
    engine: Engine = client.app.state.engine  # type: ignore[attr-defined]
    return engine.runner.start(
        owner=LOCAL_OWNER,
        conversation=conversation,
        choice=Choice(model="demo-chat", gateway="settings"),
        question=text,
    )


def test_a_new_turn_is_told_with_its_words_unasked(client: TestClient) -> None:
    conversation = uuid4().hex
    with client.websocket_connect("/live") as socket:
        socket.send_text(json.dumps(["open", conversation]))
        frames = heard(socket)
        assert next(frames) == [
            "thread",
            conversation,
            {"messages": [], "more": False, "title": ""},
        ]
        turn = press(client, conversation, "hello")
        thread = next(one for one in frames if one[0] == "thread")
        question, answer = thread[2]["messages"]
        assert (question["text"], answer["id"]) == ("hello", turn.answer.id)
        alias = answer["run"]["alias"]
        assert alias < 0  # those that tabs choose are above
        text, changes, final = told_under(alias, frames)
        assert (answer["run"]["state"], answer["run"]["attempt"]) == ("sending", 1)
        assert changes[-1]["state"] == "done"
        assert not any("id" in one for one in changes)  # what the tab was told is not repeated
        assert final["text"] is None  # what has grown is the whole of it
        assert text == stored(client, turn.answer.id)


def test_a_run_that_is_asked_for_is_told_from_the_place_that_the_tab_has(
    client: TestClient,
) -> None:
    turn = press(client, uuid4().hex, "hello")
    with client.websocket_connect("/live") as socket:
        socket.send_text(json.dumps(["run", 1, turn.run, 5, 0]))
        text, changes, final = told_under(1, heard(socket))
        assert not changes or changes[0]["id"] == turn.run  # it knew nothing of it
    whole = stored(client, turn.answer.id)
    assert (text, final["text"]) in ((whole[5:], None), ("", whole))  # it may be over already


def test_a_question_finds_the_change_that_was_said_before_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = press(client, uuid4().hex, "hello")
    engine: Engine = client.app.state.engine  # type: ignore[attr-defined]
    asked = threading.Event()
    delete, trash = engine.store.conversations.delete, engine.store.listing.trash

    def slow(conversation: str, *, owner: str) -> None:
        asked.wait(0.5)  # a question that does not wait is answered meanwhile
        delete(conversation, owner=owner)

    def counted(*, owner: str) -> Any:
        asked.set()
        return trash(owner=owner)

    monkeypatch.setattr(engine.store.conversations, "delete", slow)
    monkeypatch.setattr(engine.store.listing, "trash", counted)
    with client.websocket_connect("/live") as socket:
        socket.send_text(json.dumps(["remove", turn.conversation]))
        socket.send_text(json.dumps(["trash"]))
        told = next(one for one in heard(socket) if one[0] == "trash")

    assert [one["id"] for one in told[1]] == [turn.conversation]


def test_who_writes_has_the_way_to_the_gateway_opened(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    heard_of = threading.Event()

    async def ready(_: GatewayClient, profile: Profile) -> None:
        told.append(profile.id)
        heard_of.set()

    monkeypatch.setattr(GatewayClient, "ready", ready)
    with client.websocket_connect("/live") as socket:
        for gateway in ("no-such-gateway", "settings"):
            socket.send_text(json.dumps(["writing", gateway]))
        assert heard_of.wait(10)

    assert told == ["settings"]
