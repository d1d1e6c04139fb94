"""A chat model that hears and speaks: a recording goes along, the answer has words and a player."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


def test_an_answer_in_sound_has_its_words_and_a_player(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-voice")

    say(page, "Good morning")

    page.locator(".vn-model audio").first.wait_for(state="attached", timeout=30_000)
    expect(page.locator(".vn-model").get_by_text("The demo is speaking.")).to_be_visible()
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.body["modalities"] == ["text", "audio"]
    page.screenshot(path=ARTEFACTS / "talking.png")


def test_a_recording_goes_along_as_sound(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-voice")
    page.get_by_role("button", name="Speak instead of typing").click()
    expect(page.locator(".vn-time")).to_have_text("0:01")
    page.screenshot(path=ARTEFACTS / "talking-recording.png")
    page.get_by_role("button", name="Attach as sound").click()
    expect(page.locator(".st-key-waiting")).to_be_visible()

    say(page, "What do you hear?")

    expect(page.locator(".vn-model").get_by_text("seconds of sound.")).to_be_visible()
    [request] = [r for r in gateway.requests if r.method == "POST"]
    words, sound = request.body["messages"][0]["content"]
    assert (words["text"], sound["input_audio"]["format"]) == ("What do you hear?", "wav")
