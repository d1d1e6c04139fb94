"""One press, counted at the gateway: each row of the table of repeats, through the whole runner.

A model that never answered with text here counts as a paid create. Once it did, its requests are
text and may be sent again where a creation must not.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.runs.conftest import OWNER, ask, ended, until
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.script import error as error_body
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.runs.choice import Choice
from vnchat.store import Turn

FINE = Script(text_chunks("Hello", " there"))
SOON = {"retry-after": "0"}


def refusal(status: int, message: str = "Service is busy.", **headers: str) -> Script:
    return Script([error_body(message)], status=status, headers=headers)


ROWS = {
    # the first answer: requests for a create, for text
    "429": (refusal(429, "Too many requests", **SOON), 2, 2),
    "429 that asks for an hour": (refusal(429, "Slow", **{"retry-after": "3600"}), 1, 1),
    "429 that is a refusal": (
        refusal(429, "Your request was rejected by the safety system.", **SOON), 1, 1),
    "429 without credit": (refusal(429, "You exceeded your current quota.", **SOON), 1, 1),
    "400": (refusal(400), 1, 1),
    "401": (refusal(401), 1, 1),
    "500": (refusal(500), 1, 1),
    "502": (refusal(502, **SOON), 1, 2),
    "503": (refusal(503, **SOON), 1, 2),
    "504": (refusal(504), 1, 1),
    "524": (Script(["<html>524</html>"], status=524), 1, 1),
    "529": (refusal(529, **SOON), 1, 2),
    "dropped without a byte": (Script(status=0), 1, 1),
    "dropped in the middle": (Script(text_chunks("Half", finish=None, done=False), end="reset"),
                              1, 1),
    "ended without a word": (Script(["data: [DONE]\n\n"]), 1, 1),
    "a web page": (Script(["<html></html>"], headers={"content-type": "text/html"}), 1, 1),
    "an answer": (FINE, 1, 1),
}  # fmt: skip


def chats(gateway: DemoGateway) -> int:
    return len([one for one in gateway.requests if one.path.endswith("/chat/completions")])


@pytest.mark.parametrize("answered_before", [False, True], ids=["create", "text"])
@pytest.mark.parametrize(("first", "create", "text"), ROWS.values(), ids=ROWS.keys())
def test_the_requests_of_one_press(
    engine: Engine,
    gateway: DemoGateway,
    first: Script,
    create: int,
    text: int,
    answered_before: bool,
) -> None:
    gateway.script("my-model", [FINE, first, FINE] if answered_before else [first, FINE])
    if answered_before:
        assert ended(engine, ask(engine, "Hi", "my-model")).state == "done"
        gateway.requests.clear()

    run = ended(engine, ask(engine, "Once more", "my-model"))

    expected = text if answered_before else create
    assert chats(gateway) == expected
    assert (run.requests, run.paid) == (expected, not answered_before)
    keys = {one.headers["idempotency-key"] for one in gateway.requests if one.body}
    assert keys == {run.id}


@pytest.mark.parametrize(("answered_before", "most"), [(False, 2), (True, 3)])
def test_a_429_that_stays_is_not_asked_for_ever(
    engine: Engine, gateway: DemoGateway, answered_before: bool, most: int
) -> None:
    busy = refusal(429, "Too many requests", **SOON)
    gateway.script("my-model", [FINE, busy] if answered_before else busy)
    if answered_before:
        ended(engine, ask(engine, "Hi", "my-model"))
        gateway.requests.clear()

    run = ended(engine, ask(engine, "Once more", "my-model"))

    assert (chats(gateway), run.state, run.requests) == (most, "failed", most)


def test_what_was_not_sent_is_tried_again_and_costs_nothing(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    engine = engine_with(base_url="http://127.0.0.1:9/v1")

    run = ended(engine, ask(engine, "A harbour", "sora-2"))

    assert (run.state, run.attempt, chats(gateway)) == ("failed", 3, 0)
    assert run.reply.failure is not None
    assert (run.reply.failure.stage, run.reply.failure.charged) == ("before_sending", "no")


def test_a_failed_video_is_sent_again_only_by_a_press(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script("sora-2", [refusal(500), FINE])
    turn = ask(engine, "A harbour", "sora-2")
    ended(engine, turn)
    assert chats(gateway) == 1
    assert turn.question is not None

    again = engine.runner.start(
        owner=OWNER,
        conversation=turn.conversation,
        choice=Choice(gateway="settings", model="sora-2"),
        parent=turn.question.id,
    )

    assert ended(engine, again).state == "done"
    assert chats(gateway) == 2


def test_two_presses_on_again_are_one_request(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("sora-2", [refusal(500), Script(text_chunks("made"), gate=gate)])
    turn = ask(engine, "A harbour", "sora-2")
    ended(engine, turn)

    def press() -> Turn:
        assert turn.question is not None
        return engine.runner.start(
            owner=OWNER,
            conversation=turn.conversation,
            choice=Choice(gateway="settings", model="sora-2"),
            parent=turn.question.id,
        )

    first, second = press(), press()
    until(engine, first, lambda live: live.state in ("sending", "running"))
    gate.open()
    ended(engine, first)

    assert first.run == second.run
    assert chats(gateway) == 2


def test_text_of_one_model_says_nothing_about_another(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script("talks", FINE)
    gateway.script("films", [refusal(502, **SOON), FINE])
    ended(engine, ask(engine, "Hi", "talks"))

    run = ended(engine, ask(engine, "A harbour", "films"))

    assert (run.state, run.paid, run.requests) == ("failed", True, 1)
