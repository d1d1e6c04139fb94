"""Videos in the conversation: a frame becomes a picture, two versions play in step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


@pytest.fixture
def page(open_page: Opener, drawn_once: None) -> Page:
    opened = open_page("?model=demo-video")
    for n, prompt in enumerate(["A fishing harbour at dawn", "The same at night"]):
        say(opened, prompt)
        opened.locator(".vn-results video").nth(n).wait_for(timeout=60_000)
    return opened


def test_a_frame_is_used_as_a_picture(page: Page, gateway: DemoGateway) -> None:
    gateway.script("look", Script(text_chunks("I see")))
    video = page.locator(".vn-results video").first
    until(video, "loadedmetadata", "v.readyState >= 1")
    video.evaluate("v => new Promise(d => { v.onseeked = d; v.currentTime = 2 })")

    page.get_by_role("button", name="Use this frame as a picture").first.click()
    expect(page.get_by_text("Frame at 2.00 s").first).to_be_visible()
    say(page, "What is in this frame?")

    request = gateway.requests.wait_for(
        lambda r: r.messages and "What is in this frame?" in str(r.messages[-1]["content"])
    )
    kinds = [part["type"] for part in request.messages[-1]["content"]]
    assert kinds == ["text", "image_url"]
    assert request.messages[-1]["content"][1]["image_url"]["url"].startswith("data:image/jpeg")


def until(video: Locator, event: str, true: str) -> None:
    """Waits for the events of a player until something is true of it."""
    video.evaluate(
        f"v => new Promise(d => {{ const look = () => ({true}) && d(); "
        f"v.addEventListener('{event}', look); look(); }})"
    )


def test_a_press_moves_exactly_one_frame(page: Page) -> None:
    video = page.locator(".vn-results video").first
    until(video, "loadedmetadata", "v.readyState >= 1")
    video.evaluate("v => new Promise(d => { v.onseeked = d; v.currentTime = 1 })")

    def pressed(label: str) -> int:
        """The number of the frame that is shown a moment later; the demo's films have 24 a second."""
        page.get_by_role("button", name=label).first.click()
        expect(page.locator("video[data-stepping]")).to_have_count(0)
        return int(video.evaluate("v => v.currentTime") * 24 + 0.001)

    assert [pressed("One frame on") for _ in range(3)] == [25, 26, 27]
    assert [pressed("One frame back") for _ in range(3)] == [26, 25, 24]


def test_two_versions_play_in_step(page: Page) -> None:
    expect(page.locator(".vn-version")).to_have_count(2)
    page.get_by_role("button", name="Compare two").click()
    both = page.locator("dialog video").all()
    for video in both:
        until(video, "canplay", "v.readyState >= 2")

    page.get_by_role("button", name="Play both").click()
    until(both[0], "timeupdate", "v.currentTime > 1")
    left, right = page.locator("dialog video").evaluate_all("all => all.map(v => v.currentTime)")
    assert abs(left - right) < 0.25

    page.get_by_role("button", name="Pause both").click()
    page.get_by_role("slider").evaluate(
        "s => { s.value = 3; s.dispatchEvent(new Event('input', {bubbles: true})) }"
    )
    for video in both:
        until(video, "seeked", "v.currentTime === 3 && !v.seeking")
    page.locator("dialog").get_by_role("button", name="One frame on").click()
    for video in both:
        until(video, "seeked", "v.currentTime > 3.03 && !v.seeking")
    left, right = page.locator("dialog video").evaluate_all("all => all.map(v => v.currentTime)")
    assert left == right
    sources = page.locator("dialog video").evaluate_all("all => all.map(v => v.src.split('?')[0])")
    assert len(set(sources)) == 2
    page.screenshot(path=ARTEFACTS / "compare.png")


@pytest.mark.parametrize(("form", "head"), [("WebP", b"RIFF"), ("GIF", b"GIF8")])
def test_a_moving_preview_is_saved_in_the_form_that_is_wanted(
    page: Page, form: str, head: bytes
) -> None:
    page.get_by_role("button", name="Save a small moving picture").first.click()
    page.screenshot(path=ARTEFACTS / "preview-menu.png")
    with page.expect_download() as saving:
        page.get_by_role("menuitem", name=form).click()

    assert saving.value.path().read_bytes()[:4] == head
    assert saving.value.suggested_filename.endswith(f".{form.lower()}")


def test_versions_fit_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 780})
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.get_by_role("button", name="Compare two").click()
    page.locator("dialog video").first.wait_for()
    page.screenshot(path=ARTEFACTS / "versions-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
