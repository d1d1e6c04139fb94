"""One press, one request: every row of the table of repeats, counted at the gateway."""

import asyncio
import json

import pytest

from vnchat.demo.script import Script, text_chunks
from vnchat.demo.script import error as error_body
from vnchat.gateway.completion import run_completion
from vnchat.gateway.profile import Profile

SECRET = "sk-abcdef1234567890"
BODY = {"model": "scripted", "messages": [{"role": "user", "content": "x"}], "stream": True}
FINE = Script(text_chunks("Hello", " there"))
SOON = {"retry-after": "0"}


def run(with_client, profile, kind="create", on_wait=None, on_change=None, **more):
    return with_client(
        lambda client: run_completion(
            client,
            profile,
            SECRET,
            BODY,
            run_id="run-1",
            kind=kind,
            on_wait=on_wait,
            on_change=on_change,
            **more,
        ),
        idle_seconds=0.5,
    )


def test_an_answer_is_read_to_its_end(gateway, profile, with_client):
    gateway.script("scripted", FINE)
    seen = []

    reply = run(with_client, profile, on_change=lambda reader: seen.append(list(reader.text_parts)))

    assert (reply.text, reply.finish, reply.failure) == ("Hello there", "stop", None)
    assert "".join(seen[-1]) == "Hello there"


def refusal(status, message="Service is busy.", **headers):
    return Script([error_body(message)], status=status, headers=headers)


SAFETY = error_body("Your request was rejected by the safety system.")
NO_MODEL = error_body("no available channel for model scripted", code="model_not_found")
ROWS = {
    # the first answer: requests for a create, for text
    "429": (refusal(429, "Too many requests", **SOON), 2, 2),
    "429 that asks for an hour": (refusal(429, "Slow", **{"retry-after": "3600"}), 1, 1),
    "429 that is a safety refusal": (Script([SAFETY], status=429, headers=SOON), 1, 1),
    "400": (refusal(400), 1, 1),
    "401": (refusal(401), 1, 1),
    "500": (refusal(500), 1, 1),
    "502": (refusal(502, **SOON), 1, 2),
    "503": (refusal(503, **SOON), 1, 2),
    "503 without the model": (Script([NO_MODEL], status=503, headers=SOON), 1, 1),
    "504": (refusal(504), 1, 1),
    "524": (Script(["<html>524</html>"], status=524), 1, 1),
    "529": (refusal(529, **SOON), 1, 2),
    "redirect": (Script(status=302, headers={"location": "http://127.0.0.1:9/"}), 1, 1),
    "dropped without a byte": (Script(status=0), 1, 1),
    "dropped in the middle": (Script(["data: {}\n\n"], end="reset"), 1, 1),
    "silent": (Script([": ping\n\n"], end="hang"), 1, 1),
    "ended without a word": (Script(["data: [DONE]\n\n"]), 1, 1),
    "a web page": (Script(["<html></html>"], headers={"content-type": "text/html"}), 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["create", "text"])
@pytest.mark.parametrize(("first", "create", "text"), ROWS.values(), ids=ROWS.keys())
def test_the_requests_of_one_press(gateway, profile, with_client, first, create, text, kind):
    gateway.script("scripted", [first, FINE])

    reply = run(with_client, profile, kind)

    expected = create if kind == "create" else text
    assert len(gateway.requests) == expected
    assert (reply.failure is None) == (expected == 2)


@pytest.mark.parametrize(("kind", "most"), [("create", 2), ("text", 3)])
def test_a_429_that_stays_is_not_asked_for_ever(gateway, profile, with_client, kind, most):
    gateway.script("scripted", refusal(429, "Too many requests", **SOON))
    waits = []

    reply = run(with_client, profile, kind, on_wait=lambda *told: waits.append(told))

    assert (len(gateway.requests), reply.failure.kind) == (most, "rate_limit")
    assert waits == [(0.5, attempt, "429") for attempt in range(2, most + 1)]


def test_all_sendings_of_one_run_carry_the_same_key(gateway, profile, with_client):
    gateway.script("scripted", [refusal(429, "Too many requests", **SOON), FINE])
    attempts = []

    async def before_send(attempt):
        attempts.append(attempt)

    run(with_client, profile, before_send=before_send)

    assert [r.headers["idempotency-key"] for r in gateway.requests] == ["run-1", "run-1"]
    assert attempts == [1, 2]


def test_what_was_not_sent_is_tried_again_and_costs_nothing(with_client):
    waits = []

    async def on_wait(*told):
        waits.append(told)

    nowhere = Profile(id="p", name="p", base_url="http://127.0.0.1:9/v1")
    reply = run(with_client, nowhere, on_wait=on_wait)

    assert [(attempt, why) for _, attempt, why in waits] == [(2, "not_sent"), (3, "not_sent")]
    assert (reply.failure.kind, reply.failure.stage, reply.failure.charged) == (
        "network",
        "before_sending",
        "no",
    )


def test_a_redirect_is_explained(gateway, profile, with_client):
    gateway.script("scripted", Script(status=302, headers={"location": "https://x.example.com/"}))

    reply = run(with_client, profile)

    assert "redirects to https://x.example.com/" in reply.failure.message


def test_a_gateway_that_repeats_the_key_does_not_get_it_shown(gateway, profile, with_client):
    gateway.script("scripted", Script([error_body(f"bad key {SECRET}")], status=401))

    reply = run(with_client, profile)

    assert SECRET not in json.dumps([reply.failure.message, reply.text, reply.raw])


def test_text_that_came_is_kept_when_the_line_breaks(gateway, profile, with_client):
    pieces = text_chunks("Half an", finish=None, done=False)
    gateway.script("scripted", Script(pieces, end="reset"))

    reply = run(with_client, profile, "text")

    assert (reply.text, reply.finish) == ("Half an", "interrupted")


def test_stopping_while_waiting_sends_nothing_more(gateway, profile, with_client):
    gateway.script("scripted", refusal(429, "Too many requests", **{"retry-after": "30"}))

    async def work(client):
        waiting = asyncio.Event()
        task = asyncio.create_task(
            run_completion(
                client,
                profile,
                "",
                BODY,
                run_id="r",
                kind="create",
                on_wait=lambda *told: waiting.set(),
            )
        )
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with_client(work)

    assert len(gateway.requests) == 1
