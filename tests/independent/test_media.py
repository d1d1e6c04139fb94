"""Endpoints of pictures, sound, video and native forms of both, through our own engine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from tests.independent.foreign import Foreign
from tests.independent.media import HEARD
from tests.runs.conftest import OWNER, ask, ended
from vnchat.conversation import Media, Run
from vnchat.demo.audio import spoken
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.library.probe import probe
from vnchat.runs.choice import Choice
from vnchat.runs.voice import Voice
from vnchat.store import Turn

EngineAt = Callable[[Foreign], Engine]
TEXTS = {"o1-pro": "responses", "claude-mock": "claude", "gemini-mock": "gemini"}


@pytest.fixture
def engine(aimock: Foreign, engine_at: EngineAt) -> Engine:
    return engine_at(aimock)


def made(engine: Engine, turn: Turn) -> tuple[Run, list[Media]]:
    """The run and what was kept of it, once all is fetched."""
    over = threading.Event()

    def rows() -> list[Media]:
        found = engine.store.media.of_messages([turn.answer.id], owner=OWNER)
        return found.get(turn.answer.id, [])

    def look(_: tuple[str, ...]) -> None:
        if all(one.state in ("kept", "failed", "refused") for one in rows()):
            over.set()

    run = ended(engine, turn)
    leave = engine.hub.subscribe(OWNER, look)
    look(())
    assert over.wait(30)
    del leave
    return run, rows()


@pytest.mark.parametrize(("model", "count"), [("picture-inside", 1), ("picture-many", 2)])
def test_pictures_are_kept(engine: Engine, model: str, count: int) -> None:
    run, media = made(engine, ask(engine, "A boat", model, route="image"))

    assert (run.state, run.requests) == ("done", 1)
    assert [(one.kind, one.state, one.width) for one in media][:1] == [("image", "kept", 64)]
    assert len(media) in (count, 1)  # the same picture twice is one


def test_a_refused_picture_is_a_refusal(engine: Engine) -> None:
    run, media = made(engine, ask(engine, "A boat", "picture-refused", route="image"))

    assert run.reply.failure is not None
    assert run.reply.failure.kind.startswith("moderation")
    assert (run.requests, media) == (1, [])


def test_speech_is_kept(engine: Engine) -> None:
    run, [sound] = made(engine, ask(engine, "One two", "tts-mock", route="speech"))

    assert (run.state, sound.kind, sound.type, sound.state) == (
        "done",
        "audio",
        "audio/mpeg",
        "kept",
    )


@pytest.mark.parametrize(
    ("model", "controls", "text"),
    [
        ("whisper-mock", {}, HEARD),
        ("whisper-times", {"form": "timestamps"}, "`00:00` The harbour  \n`01:01` is quiet."),
        ("whisper-mock", {"into": "english"}, "In English."),
    ],
    ids=["words", "with times", "translated"],
)
def test_sound_is_written_down(
    engine: Engine, model: str, controls: dict[str, str], text: str
) -> None:
    data = spoken("one two", "nova", "mp3")
    keeping = engine.delivery.keep_film(data, probe(data), "memo.mp3", owner=OWNER)
    row = asyncio.run_coroutine_threadsafe(keeping, engine.runner.loop).result(20)
    choice = Choice("settings", model, route="transcription", controls=controls)
    turn = engine.runner.start(
        owner=OWNER, conversation="", choice=choice, question="", attached=[row.id]
    )

    run = ended(engine, turn)

    assert (run.state, run.reply.text) == ("done", text)


def test_a_video_task_is_followed_to_its_end(engine: Engine, aimock: Foreign) -> None:
    turn = ask(engine, "A boat", "video-mock", route="task:openai_videos")

    run, [video] = made(engine, turn)

    # This gateway has no route for the file itself: the place is known, and fetched again by a press.
    assert (run.state, run.requests) == ("done", 1)
    assert (video.kind, video.link) == ("video", f"{aimock.base_url}/videos/video_1/content")
    assert (video.state, video.reason, video.again) == ("failed", "missing", True)


def test_a_failed_video_task_fails(engine: Engine) -> None:
    run = ended(engine, ask(engine, "A boat", "video-refused", route="task:openai_videos"))

    assert run.state == "failed"
    assert run.reply.failure is not None
    assert (run.requests, run.reply.results) == (1, ())


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("model", TEXTS)
def test_a_text_in_another_form(engine: Engine, model: str, stream: bool) -> None:
    turn = ask(engine, "What is six times seven?", model, route=TEXTS[model], stream=stream)

    run = ended(engine, turn)

    assert run.reply.failure is None
    assert (run.state, run.reply.text) == ("done", "Six times seven is 42.")
    assert run.reply.reasoning == "Six sevens."
    assert run.reply.usage is not None


def test_the_voice_of_the_page_hears_and_speaks(engine: Engine) -> None:
    turn = ask(engine, "What is six times seven?", "gpt-plain")
    ended(engine, turn)

    async def both() -> tuple[str, Any]:
        data = spoken("one two", "nova", "wav")
        text = await engine.voices.hear(Voice("settings", "whisper-times"), data)
        by = Voice("settings", "tts-mock", "nova")
        return text, await engine.voices.speak(turn.answer.id, 0, by, owner=OWNER)

    text, piece = asyncio.run_coroutine_threadsafe(both(), engine.runner.loop).result(30)

    assert text == HEARD
    assert (piece.media.kind, piece.media.state) == ("audio", "kept")


# -- LiteLLM, with vnchat's own demo gateway behind it ---------------------------------------------


@pytest.fixture
def through(litellm: Foreign, engine_at: EngineAt) -> Engine:
    return engine_at(litellm)


def test_a_picture_through_litellm(through: Engine, upstream: DemoGateway) -> None:
    run, [picture] = made(through, ask(through, "A boat", "demo-paint", route="image"))

    assert (run.state, run.requests) == ("done", 1)
    # The link is plain http to a place that is not the gateway: kept as a link, never opened.
    assert (picture.kind, picture.state, picture.reason) == ("image", "refused", "scheme")
    assert picture.link.startswith(f"{upstream.origin}/media/")


def test_a_film_through_litellm(through: Engine, upstream: DemoGateway) -> None:
    run, [film] = made(through, ask(through, "A boat", "demo-film", route="task:openai_videos"))

    assert (run.state, run.requests) == ("done", 1)
    assert (film.kind, film.state) == ("video", "kept")
    posts = [r for r in upstream.requests if r.method == "POST" and r.path == "/v1/videos"]
    assert len(posts) == 1


def test_speech_and_hearing_through_litellm(through: Engine) -> None:
    turn = ask(through, "What is six times seven?", "gpt-plain")
    ended(through, turn)

    async def both() -> tuple[str, Any]:
        data = spoken("one two", "nova", "wav")
        text = await through.voices.hear(Voice("settings", "demo-transcribe"), data)
        by = Voice("settings", "demo-speech", "nova")
        return text, await through.voices.speak(turn.answer.id, 0, by, owner=OWNER)

    text, piece = asyncio.run_coroutine_threadsafe(both(), through.runner.loop).result(30)

    assert "seconds of sound arrived" in text
    assert (piece.media.kind, piece.media.state) == ("audio", "kept")


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("form", ["claude", "gemini"])
def test_a_text_in_another_form_through_litellm(through: Engine, form: str, stream: bool) -> None:
    run = ended(through, ask(through, "Good morning", "demo-chat", route=form, stream=stream))

    assert run.reply.failure is None
    assert run.state == "done"
    assert "Good morning" in run.reply.text
