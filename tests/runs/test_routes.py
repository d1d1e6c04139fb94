"""Pictures, speech, transcription and the responses form, each one request, through the runner."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from collections.abc import Coroutine
from typing import Any, TypeVar

from PIL import Image

from tests.runs.conftest import OWNER, ask, ended, until
from tests.runs.test_tasks import kept
from vnchat.demo.audio import spoken
from vnchat.demo.script import Gate, Script
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.library.pictures import Picture
from vnchat.library.probe import probe
from vnchat.runs.choice import Choice

T = TypeVar("T")


def on_loop(engine: Engine, work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, engine.runner.loop).result(20)


def choice(model: str, route: str) -> Choice:
    return Choice(gateway="settings", model=model, route=route)


def events(*payloads: dict[str, object]) -> list[str]:
    return [f"event: {one['type']}\ndata: {json.dumps(one)}\n\n" for one in payloads]


def png(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(file, "PNG")
    return file.getvalue()


def test_several_pictures_come_by_their_own_endpoint(engine: Engine, gateway: DemoGateway) -> None:
    turn = ask(
        engine, "A red boat", "demo-image", route="image", controls={"n": "2", "size": "1024x1024"}
    )

    run = ended(engine, turn)

    assert run.state == "done"
    pictures = kept(engine, turn)
    assert [(one.kind, one.state) for one in pictures] == [("image", "kept")] * 2
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == "/v1/images/generations"
    assert {k: request.body[k] for k in ("n", "size", "prompt")} == {
        "n": 2,
        "size": "1024x1024",
        "prompt": "A red boat",
    }
    assert request.headers["idempotency-key"] == turn.run


def test_a_picture_grows_before_it_is_there(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    first, last = (base64.b64encode(png(colour)).decode() for colour in ("red", "blue"))
    pieces = events(
        {"type": "image_generation.partial_image", "b64_json": first, "partial_image_index": 0},
        {"type": "image_generation.completed", "b64_json": last, "usage": {"output_tokens": 5}},
    )
    gateway.script("gpt-image-9", Script(pieces, gate=gate))
    turn = ask(engine, "A boat", "gpt-image-9", route="image")
    gate.release()
    until(engine, turn, lambda live: live.view()["preview"].endswith(first))
    gate.open()

    run = ended(engine, turn)

    assert [one.url.partition(",")[2] for one in run.reply.results] == [last]
    assert run.reply.usage is not None
    assert run.reply.usage["completion_tokens"] == 5
    kept(engine, turn)


def test_a_stream_that_was_asked_for_may_come_in_one_piece(
    engine: Engine, gateway: DemoGateway
) -> None:
    body = {"data": [{"url": "", "b64_json": base64.b64encode(png()).decode()}]}
    gateway.script("gpt-image-9", Script([json.dumps(body)]))

    turn = ask(engine, "A boat", "gpt-image-9", route="image")

    assert ended(engine, turn).state == "done"
    assert kept(engine, turn)[0].state == "kept"


def test_an_attached_picture_is_edited(engine: Engine, gateway: DemoGateway) -> None:
    given = Picture(png(), "image/png", 64, 64)
    row = on_loop(engine, engine.delivery.keep_given(given, "boat.png", owner=OWNER))
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=choice("demo-image", "image"),
        question="Make it blue",
        attached=[row.id],
    )

    assert ended(engine, turn).state == "done"
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == "/v1/images/edits"
    assert request.body["image"].data == png()
    kept(engine, turn)


def test_a_speech_model_makes_a_sound_that_plays(engine: Engine, gateway: DemoGateway) -> None:
    turn = ask(engine, "Good morning", "demo-speech", route="speech", controls={"voice": "nova"})

    run = ended(engine, turn)

    assert run.state == "done"
    [sound] = kept(engine, turn)
    assert (sound.kind, sound.type, sound.playable) == ("audio", "audio/mpeg", True)
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert (request.body["input"], request.body["voice"]) == ("Good morning", "nova")


def test_an_attached_sound_is_written_down(engine: Engine, gateway: DemoGateway) -> None:
    data = spoken("one two three", "nova", "mp3")
    row = on_loop(engine, engine.delivery.keep_film(data, probe(data), "memo.mp3", owner=OWNER))
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=choice("demo-transcribe", "transcription"),
        question="",
        attached=[row.id],
    )

    run = ended(engine, turn)

    assert run.state == "done"
    assert "seconds of sound arrived" in run.reply.text
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == "/v1/audio/transcriptions"


def test_without_a_sound_nothing_is_sent(engine: Engine, gateway: DemoGateway) -> None:
    run = ended(engine, ask(engine, "Write it", "demo-transcribe", route="transcription"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert "Attach the sound" in run.reply.failure.message
    assert [r for r in gateway.requests if r.method == "POST"] == []


def test_the_responses_form_streams_text_and_thoughts(engine: Engine, gateway: DemoGateway) -> None:
    pieces = events(
        {"type": "response.created", "response": {"id": "r1", "status": "in_progress"}},
        {"type": "response.reasoning_summary_text.delta", "delta": "Let me see."},
        {"type": "response.output_text.delta", "delta": "Forty-"},
        {"type": "response.output_text.delta", "delta": "two"},
        {
            "type": "response.completed",
            "response": {
                "id": "r1",
                "status": "completed",
                "model": "gpt-5-codex-1",
                "output": [{"type": "message", "content": [{"type": "output_text", "text": "x"}]}],
                "usage": {"input_tokens": 7, "output_tokens": 3},
            },
        },
    )
    gateway.script("gpt-5-codex", Script(pieces))

    run = ended(engine, ask(engine, "What?", "gpt-5-codex", route="responses", system="Be brief"))

    assert (run.state, run.reply.text, run.reply.reasoning) == ("done", "Forty-two", "Let me see.")
    assert run.reply.usage is not None
    assert run.reply.usage["completion_tokens"] == 3
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == "/v1/responses"
    assert request.body["instructions"] == "Be brief"
    assert request.body["input"] == [
        {"role": "user", "content": [{"type": "input_text", "text": "What?"}]}
    ]
    assert request.body["reasoning"] == {"summary": "auto"}


def test_a_refused_picture_says_which_review_refused(engine: Engine) -> None:
    run = ended(engine, ask(engine, "Something", "demo-refused", route="image"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert run.reply.failure.kind.startswith("moderation")


def test_a_create_is_sent_once_when_the_connection_breaks(
    engine: Engine, gateway: DemoGateway
) -> None:
    for route in ("image", "speech"):
        gateway.script(f"broken-{route}", Script(status=0))

        run = ended(engine, ask(engine, "Something", f"broken-{route}", route=route))

        assert run.state == "failed"
        assert sum(r.model == f"broken-{route}" for r in gateway.requests) == 1
