"""The storyboard: rows of seconds and words become the prompt, seen before anything is sent."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving import ROOT
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.settings import Settings

SCRIPT = str(ROOT / "vnchat/ui/navigation.py")
Opener = Callable[[str], AppTest]


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        started.script("sora-2", Script(text_chunks("made")))
        yield started


@pytest.fixture
def engine(settings: Settings, gateway: DemoGateway) -> Iterator[Engine]:
    made = Engine.open(
        dataclasses.replace(settings, base_url=gateway.base_url, api_key="sk-test-0123456789")
    )
    with EngineThread(made) as running:
        yield running


@pytest.fixture
def open_page(engine: Engine) -> Opener:
    def opened(model: str) -> AppTest:
        page = AppTest.from_file(SCRIPT, default_timeout=30)
        page.query_params["model"] = model
        return page.run()

    return opened


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def words(page: AppTest):  # type: ignore[no-untyped-def]
    return [one for one in page.text_input if (one.key or "").startswith("shot-words-")]


def seconds(page: AppTest):  # type: ignore[no-untyped-def]
    return [one for one in page.number_input if (one.key or "").startswith("shot-seconds-")]


def test_shots_become_the_prompt_and_nothing_is_sent_before_enter(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = press(open_page("sora-2"), "storyboard")
    seconds(page)[0].set_value(2.5)
    words(page)[0].set_value("a cat\n wakes")
    words(page)[1].set_value("it runs")
    page.run()

    assert page.code[-1].value == "[2.5s]a cat wakes\n[5.0s]it runs"
    press(page, "storyboard-use")

    assert words(page) == []  # the dialog is closed
    assert [one for one in gateway.requests if one.model == "sora-2"] == []
    box = page.chat_input[0]
    box.set_value("[2.5s]a cat wakes\n[5.0s]it runs").run()
    sent = gateway.requests.wait_for(lambda one: one.model == "sora-2")
    assert sent.messages[-1]["content"] == "[2.5s]a cat wakes\n[5.0s]it runs"


def test_shots_are_added_and_left_out(open_page: Opener) -> None:
    page = press(open_page("sora-2"), "storyboard")

    press(page, "storyboard-add")
    assert len(words(page)) == 3
    drop = next(one.key for one in page.button if (one.key or "").startswith("shot-drop-"))
    press(page, drop)

    assert len(words(page)) == 2
    assert page.button(key="storyboard-use").disabled


def test_what_is_written_already_is_the_first_shot(open_page: Opener, engine: Engine) -> None:
    engine.store.drafts.put("", "A harbour at dawn", owner="local")

    page = press(open_page("sora-2"), "storyboard")

    assert [one.value for one in words(page)] == ["A harbour at dawn", ""]


def test_a_storyboard_is_taken_up_again(open_page: Opener, engine: Engine) -> None:
    engine.store.drafts.put("", "[2.0s]one\n[3.5s]two\n[1.0s]three", owner="local")

    page = press(open_page("sora-2"), "storyboard")

    assert [(s.value, w.value) for s, w in zip(seconds(page), words(page), strict=True)] == [
        (2.0, "one"), (3.5, "two"), (1.0, "three"),
    ]  # fmt: skip


def test_a_text_model_has_no_storyboard(open_page: Opener) -> None:
    page = open_page("gpt-4o")

    assert "storyboard" not in [one.key for one in page.button]


def test_a_family_shows_the_exact_name_that_is_sent(open_page: Opener) -> None:
    page = open_page("demo-video-landscape-5s")

    picked = next(
        one for one in page.button_group if (one.key or "").startswith("format-demo-video")
    )
    picked.set_value("portrait").run()

    assert page.session_state["choice"].model == "demo-video-portrait-5s"
    assert any("demo-video-portrait-5s" in one.value for one in page.caption)
