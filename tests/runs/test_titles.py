"""The title of a conversation: from the prompt at once, from a model where one is set."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.runs.conftest import OWNER, ask, ended
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine


def test_a_set_model_names_the_conversation_once(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    engine = engine_with(title_model="namer")
    gateway.script("talk", [Script(text_chunks("At five.")), Script(text_chunks("Later."))])
    gateway.script("namer", Script(text_chunks("“Boats at dawn”")))
    named = threading.Event()

    def look(owner: str, event: tuple[str, ...]) -> None:
        if event[0] != "item":
            return
        if engine.store.conversations.get(event[1], owner=owner).title == "Boats at dawn":
            named.set()

    engine.hub.listen(look)
    turn = ask(engine, "When do the boats leave?", "talk")
    ended(engine, turn)
    assert named.wait(10)
    ended(engine, ask(engine, "And in winter?", "talk", conversation=turn.conversation))

    assert [r.model for r in gateway.requests] == ["talk", "namer", "talk"]


def test_without_the_setting_nothing_is_asked(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script("talk", Script(text_chunks("At five.")))

    turn = ask(engine, "When do the boats leave?", "talk")
    ended(engine, turn)

    title = engine.store.conversations.get(turn.conversation, owner=OWNER).title
    assert title == "When do the boats leave?"
    assert [r.model for r in gateway.requests] == ["talk"]
