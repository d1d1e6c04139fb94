"""What is shown before sending is what is sent, with pictures named and never the key."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.runs.conftest import OWNER, ask, ended
from tests.runs.test_steps import picture
from tests.runs.test_tasks import FAST, kept
from vnchat.demo.server import DemoGateway
from vnchat.demo.uploads import Upload
from vnchat.engine import Engine
from vnchat.errors import BadInput
from vnchat.gateway.prices import Estimate, Price
from vnchat.runs.choice import Choice
from vnchat.runs.preview import Preview, shown


@pytest.fixture
def engine(engine_with: Callable[..., Engine]) -> Engine:
    return engine_with(**FAST)


def preview(engine: Engine, choice: Choice, question: str, *attached: str, **more: str) -> Preview:
    media = [engine.store.media.get(one, owner=OWNER) for one in attached]
    made = engine.runner.speaking.preview(
        owner=OWNER,
        conversation=more.get("conversation", ""),
        choice=choice,
        question=question,
        attached=media,
    )
    return asyncio.run_coroutine_threadsafe(made, engine.runner.loop).result(20)


CHOICES: dict[str, tuple[Choice, bool]] = {
    "chat": (Choice("settings", "demo-chat", {"temperature": 0.5}, system="Be short"), True),
    "a picture": (Choice("settings", "demo-paint", route="image", controls={"n": "2"}), False),
    "an edit": (Choice("settings", "demo-paint", route="image"), True),
    "a video": (
        Choice("settings", "demo-film", route="task:openai_videos", controls={"seconds": "4"}),
        True,
    ),
    "a video as JSON": (
        Choice("settings", "demo-film", route="task:newapi_video_generations"),
        True,
    ),
    "speech": (Choice("settings", "demo-speech", route="speech"), False),
    "midjourney": (Choice("settings", "mj_imagine", route="task:midjourney"), True),
}


@pytest.mark.parametrize(("choice", "with_picture"), CHOICES.values(), ids=CHOICES.keys())
def test_what_is_shown_is_what_is_sent(
    engine: Engine, gateway: DemoGateway, choice: Choice, with_picture: bool
) -> None:
    attached = [picture(engine, "red")] if with_picture else []
    told = preview(engine, choice, "A fox", *attached)
    assert not list(gateway.requests)

    turn = engine.runner.start(
        owner=OWNER, conversation="", choice=choice, question="A fox", attached=attached
    )
    run = ended(engine, turn, 60)

    sent = gateway.requests[0]
    assert run.state == "done"
    assert (told.method, told.address) == (sent.method, gateway.origin + sent.path)
    assert named(told.body) == named(sent.body)
    assert "sk-test" not in json.dumps(told.body, ensure_ascii=False)
    if with_picture:
        assert "64×64" in json.dumps(told.body, ensure_ascii=False)
    if run.reply.results:
        kept(engine, turn)


def named(body: Any) -> Any:
    """A body with its pictures as the page names them, numbers of a form as text."""
    if isinstance(body, dict):
        return {name: named(one) for name, one in body.items()}
    if isinstance(body, Upload):
        return "‹file›"
    if isinstance(body, list):
        return [named(one) for one in body]
    if isinstance(body, str) and (body.startswith("data:") or "‹" in body):
        return "‹file›"
    return str(body)


def test_what_cannot_be_sent_says_why_beforehand(engine: Engine) -> None:
    with pytest.raises(BadInput, match="needs a picture"):
        preview(engine, Choice("settings", "gen4_turbo", route="task:runway"), "A fox")


def test_a_change_is_shown_with_the_id_of_its_video(engine: Engine) -> None:
    first = ask(engine, "A harbour", "demo-film", route="task:openai_videos")
    run = ended(engine, first, 60)
    kept(engine, first)
    choice = Choice(
        "settings",
        "demo-film",
        route="task:openai_videos",
        continuing={"message": first.answer.id, "wish": "change"},
    )

    told = preview(engine, choice, "With snow", conversation=first.conversation)

    assert told.address.endswith(f"/v1/videos/{run.task['id']}/remix")
    assert told.body["prompt"] == "With snow"


def test_long_data_is_named_and_words_stay() -> None:
    words = "a long prompt " * 100
    assert shown({"prompt": words}) == {"prompt": words}
    assert shown("A" * 4000) == "‹base64, 3 kB›"
    assert shown(("a.mp3", b"1" * 2_500_000, "audio/mpeg")) == "‹a.mp3, audio/mpeg, 2.5 MB›"


@pytest.mark.parametrize(
    ("price", "controls", "videos", "about"),
    [
        (Price(second=0.1), {"seconds": "8"}, True, Estimate(0.8, 0.8)),
        (Price(second=0.1), {}, True, None),
        (Price(call=0.25), {"seconds": "8"}, True, Estimate(0.25, 2.0)),
        (Price(call=0.3), {"seconds": "6", "size": "1792x1024"}, True, Estimate(0.3, 3.0)),
        (Price(call=0.25), {"n": "4"}, False, Estimate(1.0, 1.0)),
        (Price(given=1, got=2), {"seconds": "8"}, False, None),
        (Price(second=0.1), {"seconds": "auto"}, True, None),
    ],
)
def test_about_what_a_request_costs(
    price: Price, controls: dict[str, str], videos: bool, about: Estimate | None
) -> None:
    told = price.estimate(controls, videos=videos)
    assert told == about or (
        told is not None and about is not None and told.high == pytest.approx(about.high)
    )
