"""A run goes on without anybody watching, is sent as often as allowed, and ends in the truth."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from tests.runs.conftest import OWNER, ask, ended, until
from vnchat.demo.script import Gate, Script, sse, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.errors import BadInput, NotFound
from vnchat.runs.choice import Choice


def asked(gateway: DemoGateway) -> list[dict[str, object]]:
    return [r.body for r in list(gateway.requests) if r.path.endswith("/chat/completions")]


def test_a_text_run_ends_done_with_its_raw_text(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script("plain", Script(text_chunks("Six times ", "seven is **42**.")))

    run = ended(engine, ask(engine, "Six times seven?", "plain"))

    assert run.state == "done"
    assert run.reply.raw == "Six times seven is **42**."
    assert run.requests == 1
    assert 0 < run.started <= run.first_byte <= run.ended


def test_the_earlier_answer_goes_back_word_for_word(engine: Engine, gateway: DemoGateway) -> None:
    raw = "<think>hm</think>\n\n> ID: `task_1`\n\nThe answer"
    gateway.script("plain", [Script(text_chunks(raw)), Script(text_chunks("Again"))])
    first = ask(engine, "One", "plain")
    ended(engine, first)

    ended(engine, ask(engine, "Two", "plain", conversation=first.conversation))

    messages = asked(gateway)[1]["messages"]
    assert messages == [
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": raw},
        {"role": "user", "content": "Two"},
    ]


def test_stop_closes_the_connection_and_keeps_the_text(
    engine: Engine, gateway: DemoGateway
) -> None:
    gate = Gate()
    gateway.script("slow", Script(text_chunks("kept ", "late"), gate=gate))
    turn = ask(engine, "Go", "slow")
    gate.release(2)
    until(engine, turn, lambda live: "".join(live.text) == "kept ")

    engine.runner.stop(turn.run, owner=OWNER)

    run = ended(engine, turn)
    assert (run.state, run.reply.raw) == ("stopped", "kept ")
    assert gateway.requests.wait_for(lambda r: r.outcome == "client left").model == "slow"


def test_another_owner_cannot_stop_a_run(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("slow", Script(text_chunks("a", "b"), gate=gate))
    turn = ask(engine, "Go", "slow")

    engine.runner.stop(turn.run, owner="bob")
    gate.open()

    assert ended(engine, turn).state == "done"


@pytest.mark.parametrize("status", [500, 502, 503, 524])
def test_a_create_is_never_sent_twice_after_a_fault(
    engine: Engine, gateway: DemoGateway, status: int
) -> None:
    gateway.script("sora-2", [Script(status=status), Script(text_chunks("second"))])

    run = ended(engine, ask(engine, "A harbour", "sora-2"))

    assert run.state == "failed"
    assert len(asked(gateway)) == 1


def test_a_429_is_waited_for_once_and_visibly(engine: Engine, gateway: DemoGateway) -> None:
    refused = Script(status=429, headers={"retry-after": "1"}, pieces=['{"error":"slow down"}'])
    gateway.script("sora-2", [refused, Script(text_chunks("made"))])
    turn = ask(engine, "A harbour", "sora-2")

    until(engine, turn, lambda live: live.state == "waiting" and live.wait_until > 0)

    run = ended(engine, turn)
    assert (run.state, run.requests, run.attempt) == ("done", 2, 2)


def test_waiting_after_a_429_can_be_stopped(engine: Engine, gateway: DemoGateway) -> None:
    refused = Script(status=429, headers={"retry-after": "30"}, pieces=['{"error":"slow down"}'])
    gateway.script("sora-2", [refused])
    turn = ask(engine, "A harbour", "sora-2")
    until(engine, turn, lambda live: live.state == "waiting")

    engine.runner.stop(turn.run, owner=OWNER)

    assert ended(engine, turn).state == "stopped"
    assert len(asked(gateway)) == 1


def test_a_cut_create_is_unknown_and_its_text_is_kept(engine: Engine, gateway: DemoGateway) -> None:
    pieces = text_chunks("> Progress: 40%\n")[:-2]
    gateway.script("sora-2", Script(pieces, end="reset"))

    run = ended(engine, ask(engine, "A harbour", "sora-2"))

    assert run.state in ("unknown", "failed")
    assert "40%" in run.reply.raw
    assert len(asked(gateway)) == 1


def test_a_video_is_fetched_probed_and_kept(engine: Engine) -> None:
    kept = threading.Event()

    turn = ask(engine, "A harbour at dawn", "demo-video")
    engine.hub.subscribe(
        OWNER,
        lambda event: (
            kept.set()
            if event[0] == "media" and engine.store.media.get(event[2], owner=OWNER).state == "kept"
            else None
        ),
    )
    run = ended(engine, turn, 60)
    assert kept.wait(30)

    assert run.state == "done"
    (video,) = engine.store.media.of_messages([turn.answer.id], owner=OWNER)[turn.answer.id]
    assert (video.kind, video.state, video.type) == ("video", "kept", "video/mp4")
    assert video.seconds > 1
    assert video.width > video.height > 0
    assert video.poster
    assert engine.store.runs.answered_with_text("settings", "demo-video") is False


def test_a_question_asked_while_an_answer_runs_waits_for_it(
    engine: Engine, gateway: DemoGateway
) -> None:
    gate = Gate()
    gateway.script("slow", [Script(text_chunks("first"), gate=gate), Script(text_chunks("second"))])
    first = ask(engine, "One", "slow")
    second = ask(engine, "Two", "slow", conversation=first.conversation)
    assert engine.store.runs.get(second.run, owner=OWNER).state == "queued"

    gate.open()
    ended(engine, second)

    last = asked(gateway)[1]["messages"]
    assert [m["content"] for m in last] == ["One", "first", "Two"]  # type: ignore[attr-defined]


def test_over_the_limit_a_run_waits_with_its_place(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    engine = engine_with(runs_for_each=1)
    gate = Gate()
    gateway.script("slow", [Script(text_chunks("first"), gate=gate), Script(text_chunks("second"))])
    first = ask(engine, "One", "slow")
    second = ask(engine, "Two", "slow")
    until(engine, second, lambda live: live.place == 1)

    gate.open()

    assert ended(engine, first).reply.raw == "first"
    assert ended(engine, second).reply.raw == "second"


def test_the_same_press_twice_is_one_run(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("slow", [Script(text_chunks("once")), Script(text_chunks("twice"), gate=gate)])
    first = ask(engine, "One", "slow")
    ended(engine, first)
    choice = Choice(gateway="settings", model="slow")
    assert first.question is not None

    def again() -> str:
        return engine.runner.start(
            owner=OWNER,
            conversation=first.conversation,
            choice=choice,
            parent=first.question.id,  # type: ignore[union-attr]
        ).run

    runs = {again(), again()}
    gate.open()

    assert len(runs) == 1
    assert ended(engine, first).state == "done"


def test_the_end_of_the_server_saves_text_and_says_the_truth(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    import asyncio

    engine = engine_with()
    gate, films = Gate(), Gate()
    gateway.script("talk", Script(text_chunks("so far ", "rest"), gate=gate))
    gateway.script("sora-2", Script(text_chunks("> Progress: 5%\n\n", "rest"), gate=films))
    text = ask(engine, "Talk", "talk")
    video = ask(engine, "Film", "sora-2")
    gate.release(2)
    films.release(2)
    until(engine, text, lambda live: live.text == ["so far "])
    until(engine, video, lambda live: bool(live.reader and live.reader.progress))

    asyncio.run_coroutine_threadsafe(engine.runner.end(), engine.runner.loop).result(5)

    talked = engine.store.runs.get(text.run, owner=OWNER)
    filmed = engine.store.runs.get(video.run, owner=OWNER)
    assert (talked.state, talked.reply.raw) == ("interrupted", "so far ")
    assert filmed.state == "unknown"


def test_what_cannot_be_sent_is_refused_before_anything_is_written(engine: Engine) -> None:
    with pytest.raises(BadInput, match="empty"):
        ask(engine, "  ", "sora-2")
    with pytest.raises(BadInput, match="model"):
        ask(engine, "Hello", "")
    with pytest.raises(NotFound):
        engine.runner.start(
            owner=OWNER, conversation="", choice=Choice("nowhere", "m"), question="Hello"
        )

    assert engine.store.listing.all(owner=OWNER) == []


def test_a_refusal_in_words_fails_the_run(engine: Engine, gateway: DemoGateway) -> None:
    gateway.script(
        "sora-2",
        Script(sse({"choices": [{"delta": {"content": "❌ 生成失败：提示词审核未通过"}}]})),
    )

    run = ended(engine, ask(engine, "A harbour", "sora-2"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert run.reply.failure.kind == "moderation_prompt"
