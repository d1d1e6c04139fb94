"""A gateway that misbehaves: what came is kept, the reason said, repeats are the allowed ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import learn_text, run
from tests.faults.gateway import FaultGateway, words
from tests.faults.sessions import Answer, Session, query_of
from tests.serving import Server

TEXT, PAID = "chat-asked", "sora-asked"


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server]) -> Server:
    made = serve(VNCHAT_IDLE_SECONDS="1")
    run(learn_text(made))
    return made


async def ended(server: Server, prompt: str, model: str = TEXT) -> Answer:
    async with Session(server.url, query_of(model=model)) as person:
        answer = await person.say(prompt)
        await answer.wait_end()
        return answer


# script: requests for one press of a text prompt, of a paid one; how both end
REFUSALS = {
    "429 once": ("429-1-1", 2, 2, "done", "done"),
    "429 for ever": ("429-1", 3, 2, "failed", "failed"),
    "429 that asks for more than is waited": ("429-90", 1, 1, "failed", "failed"),
    "500": ("5xx-500", 1, 1, "failed", "failed"),
    "503 once": ("5xx-503-1", 2, 1, "done", "failed"),
    "503 for ever": ("5xx-503", 2, 1, "failed", "failed"),
}


@pytest.mark.parametrize(
    ("script", "model", "requests", "state"),
    [
        pytest.param(script, model, requests, state, id=f"{name}, {kind}")
        for name, (script, text, paid, text_state, paid_state) in REFUSALS.items()
        for kind, model, requests, state in (
            ("text", TEXT, text, text_state),
            ("paid", PAID, paid, paid_state),
        )
    ],
)
def test_a_refusal_is_repeated_only_as_allowed(
    server: Server, gateway: FaultGateway, script: str, model: str, requests: int, state: str
) -> None:
    prompt = f"{model} [{script}]"
    answer = run(ended(server, prompt, model))

    asked = gateway.of(prompt)
    assert (answer.final["run"]["state"], len(asked)) == (state, requests)
    assert {one.key for one in asked} == {answer.run}
    assert (answer.final["failure"] is None) is (state == "done")
    assert answer.final["facts"]["requests"] == requests


@pytest.mark.parametrize(("script", "kind"), [("drop-20", "network"), ("stall-20", "timeout")])
@pytest.mark.parametrize("model", [TEXT, PAID])
def test_what_came_before_the_cut_is_kept_and_nothing_is_sent_again(
    server: Server, gateway: FaultGateway, script: str, kind: str, model: str
) -> None:
    prompt = f"{model} [{script}]"
    answer = run(ended(server, prompt, model))

    failure = answer.final["failure"]
    assert (answer.final["finish"], failure["kind"]) == ("interrupted", kind)
    assert failure["charged"] in ("maybe", "likely")
    assert answer.text.strip() == words(20).strip()
    assert len(gateway.of(prompt)) == 1


def test_a_wait_is_seen_and_can_be_stopped(server: Server, gateway: FaultGateway) -> None:
    async def stopped() -> Answer:
        async with Session(server.url, query_of(model=TEXT)) as person:
            answer = await person.say("stop the wait [429-50-1]")
            await answer.until(lambda one: one.state == "waiting")
            assert answer.view["wait_until"] > 0
            await person.stop(answer.run)
            await answer.wait_end()
            return answer

    answer = run(stopped())

    assert answer.final["run"]["state"] == "stopped"
    assert len(gateway.of("stop the wait [429-50-1]")) == 1


def test_stop_closes_an_endless_stream_and_discards_what_is_late(
    server: Server, gateway: FaultGateway
) -> None:
    async def stopped() -> tuple[Answer, str]:
        async with Session(server.url, query_of(model=TEXT)) as person:
            answer = await person.say("without end [endless]")
            await answer.until(lambda one: one.length > 10_000)
            async with Session(server.url, query_of(c=person.conversation)) as second:
                await second.stop(answer.run)  # from another tab
            await answer.wait_end()
            async with Session(server.url, query_of(c=person.conversation)) as later:
                return answer, later.messages[-1]["text"]

    answer, kept = run(stopped())
    gateway.wait_for(lambda g: g.of("without end [endless]")[0].outcome == "client left")

    sent = gateway.of("without end [endless]")[0].text
    assert answer.final["run"]["state"] == "stopped"
    assert len(kept) > 10_000
    assert sent.startswith(kept)
    assert answer.text.strip() == kept.strip()


def test_deltas_of_60_kilobytes_arrive_whole(server: Server, gateway: FaultGateway) -> None:
    answer = run(ended(server, "wide [fast60k-30]"))

    sent = gateway.of("wide [fast60k-30]")[0].text
    assert len(sent) == 30 * 60_000
    assert answer.text == sent


def test_a_second_tab_and_a_return_see_the_same_text_for_one_request(
    server: Server, gateway: FaultGateway
) -> None:
    async def watched() -> list[str]:
        async with Session(server.url, query_of(model=TEXT)) as person:
            answer = await person.say("watched [count-200-100]")
            await answer.until(lambda one: one.length > 100)
            query = query_of(c=person.conversation)
        async with Session(server.url, query) as second, Session(server.url, query) as third:
            seen = [one.answers[answer.run] for one in (second, third)]
            for one in seen:
                await one.wait_end()
            return [one.text for one in seen]

    texts = run(watched())

    asked = gateway.of("watched [count-200-100]")
    assert len(asked) == 1
    assert [text.strip() for text in texts] == [words(200).strip()] * 2


def test_again_pressed_twice_is_one_answer(server: Server, gateway: FaultGateway) -> None:
    async def pressed() -> int:
        async with Session(server.url, query_of(model=PAID)) as person:
            first = await person.say("twice [film-0.2]")
            await first.wait_end()
            await person.press("again", message=first.message)
            await (await person.again(first.message)).wait_end()
            return len(person.answers)

    assert run(pressed()) == 2
    assert len(gateway.of("twice [film-0.2]")) == 2
