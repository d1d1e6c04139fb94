"""Kept files in an object store that hands them out itself: played, sought, shown and saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import Server
from vnchat.demo.server import DemoGateway


@pytest.fixture
def page(
    browser: Browser, gateway: DemoGateway, s3: str, bucket: str, tmp_path: Path
) -> Iterator[Page]:
    told = {
        "OPENAI_BASE_URL": gateway.base_url,
        "OPENAI_API_KEY": "sk-test-0123456789",
        "VNCHAT_MEDIA_URL": bucket,
        "VNCHAT_MEDIA_REDIRECT": s3,
    }
    server = Server(tmp_path / "data", told).start()
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{server.url}/?model=demo-video")
    opened.locator(BOX).wait_for()
    yield opened
    context.close()
    server.stop()


def test_a_video_plays_and_seeks_from_the_store(page: Page, s3: str) -> None:
    answers: list[Response] = []
    refused: list[str] = []
    page.on("response", lambda answer: answers.append(answer))
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    say(page, "A fishing harbour at dawn")
    video = page.locator(".vn-results video")
    video.wait_for(timeout=60_000)

    played = (
        "v => new Promise(d => { v.ontimeupdate = () => v.currentTime > 0.3 && d(); v.play() })"
    )
    video.evaluate(played)
    video.evaluate("v => new Promise(d => { v.onseeked = d; v.pause(); v.currentTime = 3 })")
    assert video.evaluate("v => [v.currentTime, v.error]") == [3, None]
    from_store = [one for one in answers if one.url.startswith(f"{s3}/")]
    assert {one.status for one in from_store} <= {200, 206}
    assert any(one.headers["content-type"] == "video/mp4" for one in from_store)
    assert refused == []
    page.screenshot(path=ARTEFACTS / "object-store.png")


def test_pictures_frames_and_downloads_work_too(page: Page, s3: str) -> None:
    say(page, "A fishing harbour at dawn")
    video = page.locator(".vn-results video")
    video.wait_for(timeout=60_000)

    with page.expect_download() as saving:
        page.locator(".vn-results").get_by_role("link", name="Download").click()
    assert saving.value.path().read_bytes()[4:8] == b"ftyp"
    assert not saving.value.url.startswith(s3)  # the store could not tell its name

    page.get_by_role("button", name="Use this frame as a picture").click()
    expect(page.get_by_text("Frame at 0.00 s").first).to_be_visible()
    say(page, "What is this?")
    picture = page.locator(".vn-attached img").first
    picture.wait_for()
    picture.evaluate("i => i.decode()")
    assert picture.evaluate("i => i.naturalWidth") > 100


def test_the_policy_names_that_origin_and_no_other(page: Page, s3: str) -> None:
    policy = page.evaluate("fetch('.').then(a => a.headers.get('content-security-policy'))")
    parts = {one.split()[0]: one.split()[1:] for one in policy.split(";")}
    foreign = {
        name: [one for one in given if one.startswith("http")] for name, given in parts.items()
    }
    assert {name: given for name, given in foreign.items() if given} == {
        "img-src": [s3],
        "media-src": [s3],
    }
