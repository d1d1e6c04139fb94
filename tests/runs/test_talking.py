"""Chat models that hear and speak, through the runner: what is sent, what is kept, how it goes on."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from tests.runs.conftest import OWNER, ask, ended
from tests.runs.test_routes import kept, on_loop
from vnchat.demo.audio import spoken
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.gateway.talking import talking, talks
from vnchat.library.probe import probe
from vnchat.runs.choice import Choice

NAMES = {
    "gpt-4o-audio-preview": True,
    "gpt-4o-mini-audio-preview-2024-12-17": True,
    "openai/gpt-audio-1.5": True,
    "gpt-4o-audio": True,
    "gpt-4o": False,
    "gpt-audiobook": False,
    "gpt-4o-transcribe": False,
    "suno-audio": False,
}


@pytest.mark.parametrize(("model", "does"), NAMES.items())
def test_which_models_talk(model: str, does: bool) -> None:
    assert talks(model) is does


def test_a_stream_asks_for_pcm_and_the_rest_for_mp3() -> None:
    streamed = talking("gpt-4o-audio", {"voice": "nova"}, {"temperature": 1}, stream=True)
    whole = talking("gpt-4o-audio", {}, {}, stream=False)

    assert streamed["audio"] == {"voice": "nova", "format": "pcm16"}
    assert streamed["modalities"] == ["text", "audio"]
    assert streamed["temperature"] == 1
    assert whole["audio"] == {"voice": "alloy", "format": "mp3"}


@pytest.mark.parametrize(
    ("controls", "parameters"), [({"reply": "text"}, {}), ({}, {"modalities": ["text"]})]
)
def test_words_alone_are_asked_for_by_choice(
    controls: dict[str, str], parameters: dict[str, object]
) -> None:
    assert talking("gpt-4o-audio", controls, parameters, stream=True) == parameters


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])
def test_an_answer_in_sound_is_kept_and_referred_to(
    engine: Engine, gateway: DemoGateway, stream: bool
) -> None:
    first = ask(engine, "Good morning", "demo-voice", stream=stream)
    run = ended(engine, first)
    assert (run.state, run.reply.text) == ("done", "The demo is speaking.")
    [sound] = kept(engine, first)
    assert (sound.kind, sound.type) == ("audio", "audio/wav" if stream else "audio/mpeg")
    assert sound.seconds > 1

    again = ask(engine, "And now?", "demo-voice", conversation=first.conversation, stream=stream)

    assert ended(engine, again).reply.text == "The demo is speaking. I remember what I said."
    *_, request = [r for r in gateway.requests if r.method == "POST"]
    name = run.reply.extra["audio"]["id"]
    assert request.body["messages"][1] == {"role": "assistant", "audio": {"id": name}}


def test_after_its_end_or_at_another_model_the_words_go_back(
    engine: Engine, gateway: DemoGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(engine, "Good morning", "demo-voice")
    ended(engine, first)

    ended(engine, ask(engine, "And now?", "demo-chat", conversation=first.conversation))

    *_, request = [r for r in gateway.requests if r.method == "POST"]
    assert request.body["messages"][1]["content"] == "The demo is speaking."


@pytest.mark.parametrize(("kind", "form"), [("mp3", "mp3"), ("wav", "wav"), ("opus", "wav")])
def test_a_sound_goes_along_in_a_form_that_is_taken(
    engine: Engine, gateway: DemoGateway, kind: str, form: str
) -> None:
    data = spoken("one two three four", "nova", kind)
    row = on_loop(engine, engine.delivery.keep_film(data, probe(data), "memo", owner=OWNER))
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=dataclasses.replace(Choice("settings", "demo-voice"), controls={"reply": "text"}),
        question="What is this?",
        attached=[row.id],
    )

    run = ended(engine, turn)

    assert run.reply.text == "I heard 1.1 seconds of sound."
    [request] = [r for r in gateway.requests if r.method == "POST"]
    part = request.body["messages"][0]["content"][1]
    assert part["input_audio"]["format"] == form
    assert probe(base64.b64decode(part["input_audio"]["data"])).seconds == pytest.approx(1.12, 0.1)
