"""Two servers on one PostgreSQL: each shows and stops the other's runs; none runs twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.conftest import learn_text, run
from tests.faults.gateway import FaultGateway, words
from tests.faults.sessions import Session, query_of
from tests.postgres import database
from tests.serving import Server

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def servers(serve: Callable[..., Server]) -> tuple[Server, Server]:
    url = database()
    first = serve(VNCHAT_DATABASE_URL=url)
    run(learn_text(first))
    # Media and keys are in one folder, as on two machines that share it.
    return first, serve(first.data_dir, VNCHAT_DATABASE_URL=url)


def test_a_run_of_one_is_seen_growing_at_the_other(
    servers: tuple[Server, Server], gateway: FaultGateway
) -> None:
    first, second = servers
    prompt = "seen from afar [count-200-50]"

    async def watched() -> tuple[str, float, list[str]]:
        async with Session(first.url, query_of(model="chat-asked")) as person:
            begun = await person.say("before [count-5-0]")
            await begun.wait_end()
            async with Session(second.url, query_of(c=person.conversation)) as watcher:
                answer = await person.say(prompt)  # begun while the other tab is open
                await watcher.until(lambda one: answer.run in one.answers)
                seen = watcher.answers[answer.run]
                await seen.until(lambda one: one.length > 50)
                behind = behind_by(gateway, prompt, seen.arrivals[-1])
                await seen.wait_end()
                await watcher.until(lambda one: bool(one.ended))
                return seen.text, behind, [one["state"] for one in watcher.ended]

    text, behind, ended = run(watched())

    assert text.strip() == words(200).strip()
    assert behind <= 2.0  # what is promised, not a measurement
    assert ended == ["done"]
    assert len(gateway.of(prompt)) == 1


def behind_by(gateway: FaultGateway, prompt: str, arrival: tuple[float, int]) -> float:
    """How long after the gateway sent them did so many characters arrive?"""
    when, characters = arrival
    sent = gateway.of(prompt)[0].sent_beyond(characters - 1)
    assert sent is not None
    return when - sent


def test_stop_works_from_the_other_server(
    servers: tuple[Server, Server], gateway: FaultGateway
) -> None:
    first, second = servers
    prompt = "stopped from afar [count-100000-50]"

    async def stopped() -> str:
        async with Session(first.url, query_of(model="chat-asked")) as person:
            answer = await person.say(prompt)
            await answer.until(lambda one: one.length > 20)
            async with Session(second.url, query_of(c=person.conversation)) as other:
                await other.stop(answer.run)
                await other.answers[answer.run].wait_end()
                await answer.wait_end()
                return str(other.answers[answer.run].final["run"]["state"])

    assert run(stopped()) == "stopped"
    gateway.wait_for(lambda g: g.of(prompt)[0].outcome == "client left")


def test_a_film_of_one_is_shown_with_its_card_and_its_file_at_the_other(
    servers: tuple[Server, Server], gateway: FaultGateway
) -> None:
    first, second = servers

    async def filmed() -> tuple[bool, str]:
        async with Session(first.url, query_of(model="sora-asked")) as person:
            answer = await person.say("a film [film-4]")
            async with Session(second.url, query_of(c=person.conversation)) as other:
                seen = other.answers[answer.run]
                await seen.until(lambda one: one.view.get("progress") is not None)
                card = seen.view["making"]
                await seen.wait_end()
                await answer.wait_end()
            async with Session(second.url, query_of(c=person.conversation)) as other:
                await other.until(
                    lambda one: all(m["state"] == "kept" for m in one.messages[-1]["results"])
                )
                return card, other.messages[-1]["results"][0]["src"]

    card, address = run(filmed())

    assert card is True
    assert address
    assert len(gateway.of("a film [film-4]")) == 1


def test_what_a_dead_server_left_is_ended_by_the_other_and_not_sent_again(
    servers: tuple[Server, Server], gateway: FaultGateway, serve: Callable[..., Server]
) -> None:
    _, second = servers
    doomed = serve(second.data_dir, **second.environment)

    async def left() -> dict[str, str]:
        async with (
            Session(doomed.url, query_of(model="chat-asked")) as text,
            Session(doomed.url, query_of(model="sora-asked")) as film,
        ):
            told = await text.say("orphaned [count-100000-50]")
            paid = await film.say("orphaned [film-60]")
            await told.until(lambda one: one.length > 100)
            conversations = {told.run: text.conversation, paid.run: film.conversation}
            doomed.kill()
        found = {}
        for started, conversation in conversations.items():
            async with Session(second.url, query_of(c=conversation)) as person:
                answer = person.answers[started]
                await answer.wait_end(40)  # the lease
                found[answer.prompt] = answer.final["run"]["state"]
        return found

    assert run(left()) == {
        "orphaned [count-100000-50]": "interrupted",
        "orphaned [film-60]": "unknown",
    }
    assert len(gateway.of("orphaned [film-60]")) == 1
    assert len(gateway.of("orphaned [count-100000-50]")) == 1
