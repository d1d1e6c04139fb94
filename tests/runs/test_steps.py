"""What is done with a finished task: its buttons, words that a step asks for, several pictures."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import Callable

import pytest
from PIL import Image

from tests.runs.conftest import OWNER, ask, ended
from tests.runs.test_tasks import FAST, kept, reply, submits
from vnchat.conversation import Run
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.library.pictures import rebuild
from vnchat.runs.choice import Choice
from vnchat.store import Turn


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with(**FAST)


def picture(engine: Engine, colour: str) -> str:
    """The id of an attached picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), colour).save(buffer, "PNG")
    made = rebuild(buffer.getvalue(), longest=2048, max_bytes=1_000_000)
    keeping = engine.delivery.keep_given(made, f"{colour}.png", owner=OWNER)
    return asyncio.run_coroutine_threadsafe(keeping, engine.runner.loop).result(10).id


def step(engine: Engine, before: Turn, text: str, **told: str) -> Turn:
    return ask(
        engine,
        text,
        "mj_imagine",
        route="task:midjourney",
        conversation=before.conversation,
        continuing={"message": before.answer.id, **told},
    )


def choice_of(run: Run, label: str) -> str:
    return next(one["id"] for one in run.reply.extra["choices"] if label in one["label"])


def imagined(engine: Engine) -> tuple[Turn, Run]:
    turn = ask(engine, "A fox", "mj_imagine", route="task:midjourney")
    run = ended(engine, turn, 60)
    assert run.state == "done"
    return turn, run


def test_a_button_is_one_task_and_brings_its_own_buttons(
    engine: Engine, gateway: DemoGateway
) -> None:
    first, run = imagined(engine)
    labels = [one["label"] for one in run.reply.extra["choices"]]
    assert labels == ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]

    turn = step(engine, first, "U2", wish="action", pressed=choice_of(run, "U2"))

    after = ended(engine, turn, 60)
    assert after.state == "done"
    assert [one.kind for one in after.reply.results] == ["image"]
    assert "Vary (Region)" in [one["label"] for one in after.reply.extra["choices"]]
    assert submits(gateway, "/mj/submit/action") == 1
    sent = next(r.body for r in gateway.requests if r.path == "/mj/submit/action")
    assert sent == {"taskId": run.task["id"], "customId": choice_of(run, "U2")}
    for one in (first, turn):
        kept(engine, one)


def test_a_step_that_asks_for_words_gets_them(engine: Engine, gateway: DemoGateway) -> None:
    first, run = imagined(engine)
    single = step(engine, first, "U1", wish="action", pressed=choice_of(run, "U1"))
    one = ended(engine, single, 60)
    asked = step(engine, single, "Zoom", wish="action", pressed=choice_of(one, "Custom Zoom"))

    waiting = ended(engine, asked, 60)
    assert (waiting.state, waiting.reply.extra["asks"]) == ("done", True)
    assert waiting.reply.results == ()
    told = step(engine, asked, "far away", wish="modal")

    done = ended(engine, told, 60)
    assert (done.state, len(done.reply.results)) == ("done", 1)
    sent = next(r.body for r in gateway.requests if r.path == "/mj/submit/modal")
    assert sent == {"taskId": waiting.task["id"], "prompt": "far away"}
    for turn in (first, single, told):
        kept(engine, turn)


@pytest.mark.parametrize(("count", "state"), [(1, "failed"), (2, "done"), (6, "failed")])
def test_a_blend_takes_two_to_five_pictures(
    engine: Engine, gateway: DemoGateway, count: int, state: str
) -> None:
    colours = ("red", "blue", "green", "white", "black", "grey")[:count]
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=Choice("settings", "mj_blend", route="task:midjourney_blend"),
        question="",
        attached=[picture(engine, one) for one in colours],
    )

    run = ended(engine, turn, 60)

    assert run.state == state
    assert submits(gateway, "/mj/submit/blend") == (state == "done")
    if state == "failed":
        assert "takes 2 to 5 pictures" in run.reply.failure.message  # type: ignore[union-attr]
    else:
        sent = next(r.body for r in gateway.requests if r.path == "/mj/submit/blend")
        heads = [url.partition(",") for url in sent["base64Array"]]
        assert len({base64.b64decode(data) for _, _, data in heads}) == 2
        kept(engine, turn)


def test_a_description_is_a_text_answer(engine: Engine) -> None:
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=Choice("settings", "mj_describe", route="task:midjourney_describe"),
        question="",
        attached=[picture(engine, "red")],
    )

    run = ended(engine, turn, 60)

    assert run.state == "done"
    assert run.reply.text.startswith("1️⃣")
    assert run.reply.results == ()


def test_a_banned_word_is_said_and_makes_no_task(engine: Engine, gateway: DemoGateway) -> None:
    run = ended(engine, ask(engine, "a forbidden thing", "mj_imagine", route="task:midjourney"), 60)

    assert run.state == "failed"
    assert run.task == {}
    assert submits(gateway, "/mj/submit/imagine") == 1


def test_a_song_is_two_clips_with_title_cover_and_words(
    engine: Engine, gateway: DemoGateway
) -> None:
    turn = ask(engine, "Rain on the roof", "suno_music", route="task:suno")

    run = ended(engine, turn, 60)

    assert run.state == "done"
    assert [one.kind for one in run.reply.results] == ["audio", "audio"]
    assert {one.title for one in run.reply.results} == {"Rain on the roof"}
    assert all("[Chorus]" in one.words for one in run.reply.results)
    clips = kept(engine, turn)
    assert [one.state for one in clips] == ["kept", "kept"]
    assert {one.name for one in clips} == {"Rain on the roof.mp3"}
    for one in clips:
        cover = engine.store.media.get(one.poster, owner=OWNER)
        assert (cover.kind, cover.origin) == ("image", "poster")
    assert submits(gateway, "/suno/submit/music") == 1


def test_lyrics_are_a_text_answer(engine: Engine) -> None:
    run = ended(engine, ask(engine, "Rain", "suno_lyrics", route="task:suno_lyrics"), 60)

    assert "[Chorus]" in run.reply.text
    assert run.reply.results == ()


STEPS = {
    "change": ("/v1/videos/{id}/remix", {"prompt": "With snow", "model": "demo-film"}),
    "extend": (
        "/v1/videos/extensions",
        {"prompt": "With snow", "seconds": "4", "video": {"id": "{id}"}},
    ),
    "edit": ("/v1/videos/edits", {"prompt": "With snow", "video": {"id": "{id}"}}),
}


@pytest.mark.parametrize("wish", STEPS)
def test_a_video_is_continued_by_the_route_of_its_step(
    engine: Engine, gateway: DemoGateway, wish: str
) -> None:
    first, made = filmed(engine)
    path, body = STEPS[wish]

    turn = filmed_on(engine, first, "With snow", wish, seconds="4")

    run = ended(engine, turn, 60)
    assert run.state == "done"
    kept(engine, turn)
    sent = next(r for r in gateway.requests if r.path == path.format(id=made.task["id"]))
    assert sent.body == filled(body, str(made.task["id"]))
    assert run.task["id"] != made.task["id"]
    assert submits(gateway, "/v1/videos") == 1


def test_a_gateway_without_remix_is_asked_by_edits_and_only_after_a_404(
    engine: Engine, gateway: DemoGateway
) -> None:
    first, made = filmed(engine)
    name = made.task["id"]
    missing = reply({"error": {"message": "Invalid URL"}}, 404)
    gateway.script(f"/v1/videos/{name}/remix", missing)

    turn = filmed_on(engine, first, "With snow", "change")
    assert ended(engine, turn, 60).state == "done"
    kept(engine, turn)
    gateway.script(f"/v1/videos/{name}/remix", reply({"error": {"message": "ill"}}, 500))
    again = filmed_on(engine, first, "With rain", "change")

    assert ended(engine, again, 60).state == "failed"
    assert submits(gateway, "/v1/videos/edits") == 1
    assert submits(gateway, f"/v1/videos/{name}/remix") == 2


def test_a_character_of_a_video_is_a_name_for_prompts(engine: Engine, gateway: DemoGateway) -> None:
    first, made = filmed(engine)

    run = ended(engine, filmed_on(engine, first, "1,3", "character"), 60)

    assert run.state == "done"
    assert run.reply.text.startswith("demo.")
    sent = next(r.body for r in gateway.requests if r.path == "/sora/v1/characters")
    assert sent == {"timestamps": "1,3", "from_task": made.task["id"]}


def filmed(engine: Engine) -> tuple[Turn, Run]:
    turn = ask(engine, "A harbour", "demo-film", route="task:openai_videos")
    run = ended(engine, turn, 60)
    kept(engine, turn)
    return turn, run


def filmed_on(engine: Engine, first: Turn, text: str, wish: str, **controls: str) -> Turn:
    return ask(
        engine,
        text,
        "demo-film",
        route="task:openai_videos",
        conversation=first.conversation,
        continuing={"message": first.answer.id, "wish": wish},
        controls=controls,
    )


def filled(body: object, name: str) -> object:
    if isinstance(body, dict):
        return {key: filled(value, name) for key, value in body.items()}
    return name if body == "{id}" else body
