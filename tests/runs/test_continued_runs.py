"""A finished video is changed three times and extended, over HTTP, in both dialects of the demo.

`demo-video` finds the clip in the conversation, `demo-clip` by an id in the last message. Whether
it understood is seen in the clips that the demo keeps: a change of a change has two changes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.runs.conftest import OWNER, ask, ended
from vnchat.demo.clips import Clip, Clips
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.gateway.profile import Profile
from vnchat.store import Turn

CHANGES = ("make it night", "add a boat", "snow falls")
DIALECTS = {
    # model, profile, and whether the earlier answer goes back
    "by history, found out": ("demo-video", {}, True),
    "by history, told": ("demo-video", {"continue_by": "history", "history": "last"}, True),
    "by an id in words": ("demo-clip", {"history": "last"}, False),
    "by an id, told": ("demo-clip", {"continue_by": "id"}, False),
    "by an id, found out": ("demo-clip", {}, True),
}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[DemoGateway]:
    """Makes short clips, in a folder where the test can look them up."""
    with DemoGateway(pace=0, clip_seconds=0.25, work_dir=tmp_path / "demo") as started:
        yield started


@pytest.fixture
def clips(tmp_path: Path, gateway: DemoGateway) -> Path:
    return tmp_path / "demo" / "clips.jsonl"


def speak(engine: Engine, **dialect: Any) -> None:
    profile, _ = engine.gateways.get("settings")
    engine.gateways.change(dataclasses.replace(profile, **dialect))


def continued(engine: Engine, before: Turn, words: str, model: str, wish: str) -> Turn:
    return ask(
        engine,
        words,
        model,
        conversation=before.conversation,
        continuing={"message": before.answer.id, "wish": wish},
    )


def chats(gateway: DemoGateway) -> list[Any]:
    return [one for one in gateway.requests if one.path.endswith("/chat/completions")]


def clip_of(clips: Path, engine: Engine, turn: Turn) -> Clip:
    """The clip as the demo gateway keeps it, by an id in the raw answer."""
    run = ended(engine, turn, 60)
    assert run.state == "done", run.reply
    assert run.requests == 1
    clip = Clips(clips).named_in(run.reply.raw)
    assert clip is not None
    return clip


@pytest.mark.parametrize("wish", ["change", "extend"])
@pytest.mark.parametrize(("model", "dialect", "whole"), DIALECTS.values(), ids=DIALECTS.keys())
def test_a_chain_of_three_changes(
    engine: Engine,
    gateway: DemoGateway,
    clips: Path,
    model: str,
    dialect: dict[str, Any],
    whole: bool,
    wish: str,
) -> None:
    speak(engine, **dialect)
    turn = ask(engine, "A harbour at dawn", model)
    first = clip_of(clips, engine, turn)
    assert (first.title, first.changes) == ("A harbour at dawn", ())

    for n, words in enumerate(CHANGES, 1):
        raw = engine.store.runs.get(turn.run, owner=OWNER).reply.raw
        turn = continued(engine, turn, words, model, wish)

        clip = clip_of(clips, engine, turn)

        assert clip.title == "A harbour at dawn"
        assert clip.changes == CHANGES[:n]
        sent = chats(gateway)[-1].messages
        answers = [one["content"] for one in sent if one["role"] == "assistant"]
        assert answers[-1:] == ([raw] if whole else [])  # word for word
    assert len(chats(gateway)) == 4


def test_a_changed_video_keeps_its_format(engine: Engine, clips: Path) -> None:
    turn = ask(engine, "A tower, 9:16", "demo-clip")
    first = clip_of(clips, engine, turn)
    speak(engine, history="last")

    changed = clip_of(clips, engine, continued(engine, turn, "at night", "demo-clip", "change"))

    assert first.orientation == "portrait"
    assert changed.size == first.size


def test_a_profile_with_streams_off_for_a_model_asks_for_none(
    engine: Engine, gateway: DemoGateway
) -> None:
    speak(engine, stream_by_model=(("demo-chat", False),))

    run = ended(engine, ask(engine, "Hello", "demo-chat"))
    reasoned = ended(engine, ask(engine, "Hello", "demo-reasoner"))

    assert (run.state, run.stream, reasoned.stream) == ("done", False, True)
    assert [one.body["stream"] for one in chats(gateway)] == [False, True]


def test_the_dialect_reaches_the_wire(engine: Engine, gateway: DemoGateway) -> None:
    speak(
        engine,
        bearer=False,
        headers=(("X-Title", "here"),),
        body={"group": "vip", "temperature": 0.1},
        history="last",
    )
    first = ask(engine, "One", "demo-chat", system="Be brief.")
    ended(engine, first)

    ended(
        engine,
        ask(
            engine,
            "Two",
            "demo-chat",
            conversation=first.conversation,
            system="Be brief.",
            parameters={"temperature": 0.9},
        ),
    )

    sent = chats(gateway)[-1]
    assert sent.headers["authorization"] == "sk-test-0123456789"
    assert sent.headers["x-title"] == "here"
    assert (sent.body["group"], sent.body["temperature"]) == ("vip", 0.9)
    assert [one["role"] for one in sent.messages] == ["system", "user"]


def test_a_profile_of_the_settings_keeps_address_and_key(engine: Engine) -> None:
    before, key = engine.gateways.get("settings")

    engine.gateways.change(Profile("settings", "x", "https://evil.example.com/v1", history="last"))

    after, same = engine.gateways.get("settings")
    assert (after.base_url, after.name, same) == (before.base_url, before.name, key)
    assert after.history == "last"


def picture_to(engine: Engine, gateway: DemoGateway, **dialect: Any) -> str:
    """How an attached picture stands in the request."""
    import asyncio
    import io

    from PIL import Image

    from vnchat.library.pictures import rebuild
    from vnchat.runs.choice import Choice

    speak(engine, **dialect)
    file = io.BytesIO()
    Image.new("RGB", (32, 16), "red").save(file, "PNG")
    kept = asyncio.run_coroutine_threadsafe(
        engine.delivery.keep_given(rebuild(file.getvalue()), "a.png", owner=OWNER),
        engine.runner.loop,
    ).result(10)
    turn = engine.runner.start(
        owner=OWNER,
        conversation="",
        choice=Choice(gateway="settings", model="demo-chat"),
        question="Look",
        attached=[kept.id],
    )
    ended(engine, turn)
    part = chats(gateway)[-1].messages[-1]["content"][1]
    url = part["image_url"]
    return url if isinstance(url, str) else str(url["url"])


def test_a_picture_goes_as_a_link_where_the_gateway_reaches_us(
    engine_with: Callable[..., Engine], gateway: DemoGateway
) -> None:
    engine = engine_with(public_url="https://chat.example.com/")

    inside = picture_to(engine, gateway, picture_form="string")
    link = picture_to(engine, gateway, picture_as="link", picture_form="string")

    assert inside.startswith("data:image/")
    assert link.startswith("https://chat.example.com/app/static/kept/")
    assert "?" in link


def test_without_an_address_of_ours_pictures_stay_inside(
    engine: Engine, gateway: DemoGateway
) -> None:
    assert picture_to(engine, gateway, picture_as="link").startswith("data:image/")
