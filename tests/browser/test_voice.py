"""Speaking instead of typing, and answers read aloud, from the page to the sound."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say, until
from tests.serving import Server
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]
HEARD = "seconds of sound arrived"


def posts(gateway: DemoGateway, path: str) -> list[object]:
    return [r.body for r in list(gateway.requests) if r.method == "POST" and r.path == path]


def record(page: Page) -> None:
    page.get_by_role("button", name="Speak instead of typing").click()
    expect(page.locator(".vn-time")).to_have_text("0:01")
    page.get_by_role("button", name="Write it down").click()


def test_what_was_said_becomes_a_draft_and_is_not_sent(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-chat")
    page.locator(BOX).fill("Hello.")

    record(page)

    until(page, f"document.querySelector('{BOX}').value.includes('{HEARD}')")
    assert page.locator(BOX).input_value().startswith("Hello. This is the demo:")
    expect(page.locator(".vn-voice")).to_be_hidden()
    [body] = posts(gateway, "/v1/audio/transcriptions")
    assert body["model"] == "demo-transcribe"  # type: ignore[index]
    assert posts(gateway, "/v1/chat/completions") == []
    page.screenshot(path=ARTEFACTS / "voice-draft.png")


def test_a_recording_that_was_not_understood_is_kept_for_another_try(
    open_page: Opener, gateway: DemoGateway
) -> None:
    busy = Script(status=500, pieces=['{"error":{"message":"The ears are full."}}'])
    gateway.script("demo-transcribe", [busy, None])
    page = open_page("?model=demo-chat")
    record(page)
    expect(page.get_by_text("The ears are full.")).to_be_visible()
    expect(page.locator(".vn-voice audio")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "voice-failed.png")

    page.get_by_role("button", name="Try again").click()

    until(page, f"document.querySelector('{BOX}').value.includes('{HEARD}')")
    first, second = posts(gateway, "/v1/audio/transcriptions")
    assert first["file"].data == second["file"].data  # type: ignore[index]


def test_a_discarded_recording_goes_nowhere(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-chat")
    page.get_by_role("button", name="Speak instead of typing").click()
    expect(page.locator(".vn-recording")).to_be_visible()

    page.get_by_role("button", name="Discard").click()

    expect(page.locator(".vn-voice")).to_be_hidden()
    assert posts(gateway, "/v1/audio/transcriptions") == []


def test_a_microphone_that_is_not_allowed_is_said(open_page: Opener) -> None:
    page = open_page("?model=demo-chat")
    page.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = "
        "() => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )

    page.get_by_role("button", name="Speak instead of typing").click()

    expect(page.get_by_text("did not allow the microphone")).to_be_visible()


def test_without_a_model_that_listens_there_is_no_microphone(
    open_page: Opener, gateway: DemoGateway, server: Server
) -> None:
    server.stop()
    gateway.script("/v1/models", Script(['{"data": [{"id": "demo-chat"}]}']))
    server.start()

    page = open_page("?model=demo-chat")
    say(page, "Hello")

    expect(page.get_by_role("button", name="Answer again")).to_be_visible()
    expect(page.locator(".vn-mic")).to_be_hidden()
    expect(page.locator(".vn-speak")).to_be_hidden()


def test_an_answer_is_read_aloud_and_paid_once(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-chat")
    say(page, "Good morning")
    press = page.get_by_role("button", name="Read aloud").first
    press.click()
    until(page, "document.querySelector('.vn-aloud audio')?.currentTime > 0")
    expect(page.get_by_role("button", name="Stop reading")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "aloud.png")
    with page.expect_download() as saving:
        page.locator(".vn-aloud a[download]").click()
    assert saving.value.suggested_filename.endswith(".mp3")

    page.get_by_role("button", name="Stop reading").click()
    assert page.locator(".vn-aloud audio").evaluate("a => a.paused")
    page.reload()
    page.get_by_role("button", name="Read aloud").first.click()
    until(page, "document.querySelector('.vn-aloud audio')?.currentTime > 0")

    [body] = posts(gateway, "/v1/audio/speech")
    assert "Good morning" in body["input"]  # type: ignore[index]


def test_another_voice_is_chosen_and_remembered(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-chat")
    say(page, "Good morning")
    page.get_by_role("button", name="Read aloud").first.click()
    until(page, "document.querySelector('.vn-aloud audio')?.currentTime > 0")

    page.get_by_label("Voice", exact=True).fill("my-own-voice")
    page.keyboard.press("Tab")
    page.locator(".vn-aloud").get_by_role("button", name="Read aloud").click()
    expect(page.get_by_text("my-own-voice · demo-speech")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Read aloud").first.click()
    expect(page.get_by_text("my-own-voice · demo-speech")).to_be_visible()

    voices = [one["voice"] for one in posts(gateway, "/v1/audio/speech")]  # type: ignore[index]
    assert voices == ["alloy", "my-own-voice"]


def test_a_long_answer_is_heard_while_the_rest_is_made(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gateway.script("talker", Script(text_chunks("这是一个很长的句子，要分开来读。" * 100)))
    page = open_page("?model=talker")
    say(page, "Talk")

    page.get_by_role("button", name="Read aloud").first.click()

    expect(page.get_by_text("Part 1 of 2")).to_be_visible(timeout=30_000)
    until(page, "document.querySelector('.vn-aloud audio')?.currentTime > 0")
    page.locator(".vn-aloud audio").evaluate("a => { a.currentTime = a.duration - 0.05 }")
    expect(page.get_by_text("Part 2 of 2")).to_be_visible(timeout=30_000)
    assert len(posts(gateway, "/v1/audio/speech")) == 2


def test_speech_that_fails_is_said_and_tried_again(open_page: Opener, gateway: DemoGateway) -> None:
    poor = Script(status=402, pieces=['{"error":{"message":"No money left."}}'])
    gateway.script("demo-speech", [poor, None])
    page = open_page("?model=demo-chat")
    say(page, "Good morning")

    page.get_by_role("button", name="Read aloud").first.click()
    expect(page.get_by_text("No money left.")).to_be_visible()
    page.locator(".vn-aloud").get_by_role("button", name="Read aloud").first.click()

    until(page, "document.querySelector('.vn-aloud audio')?.currentTime > 0")
