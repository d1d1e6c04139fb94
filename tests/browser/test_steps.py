"""What a provider offers below what it made, from the press to the next picture or song."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say, until
from tests.browser.test_making import choose_route, posts
from tests.serving import Server
from vnchat.demo.script import Script
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


@pytest.fixture
def server(gateway: DemoGateway, tmp_path: Path) -> Iterator[Server]:
    started = Server(
        tmp_path / "data",
        {
            "OPENAI_BASE_URL": gateway.base_url,
            "OPENAI_API_KEY": "sk-test-0123456789",
            "VNCHAT_TASK_POLL_SECONDS": "0.05",
        },
    )
    started.start()
    yield started
    started.stop()


def test_midjourneys_buttons_and_a_step_that_asks_for_words(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=mj_imagine")
    say(page, "A fox in the snow")
    first = page.locator(".vn-choices").first
    expect(first.get_by_role("button")).to_have_count(9, timeout=60_000)
    page.screenshot(path=ARTEFACTS / "midjourney-grid.png")

    first.get_by_role("button", name="Press U2").dblclick()
    expect(page.locator(".vn-choices")).to_have_count(2, timeout=60_000)
    assert posts(gateway).count("/mj/submit/action") == 1
    page.locator(".vn-choices").nth(1).get_by_role("button", name="Press Vary (Region)").click()
    page.get_by_role("button", name="Write it").click()
    expect(page.get_by_role("button", name="Answering the step above")).to_be_visible()
    page.locator("figure.vn-image").nth(1).get_by_role(
        "button", name="Change a part of this picture"
    ).click()
    page.locator(".vn-mask canvas").click()
    page.get_by_role("button", name="Use for the next prompt").click()
    expect(page.get_by_role("button", name="Mask on the picture")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "midjourney-asks.png")
    say(page, "a red scarf")
    expect(page.locator("figure.vn-image")).to_have_count(3, timeout=60_000)

    [modal] = [r.body for r in list(gateway.requests) if r.path == "/mj/submit/modal"]
    assert modal["prompt"] == "a red scarf"
    assert modal["maskBase64"].startswith("data:image/png;base64,")
    assert posts(gateway).count("/mj/submit/action") == 2
    assert posts(gateway).count("/mj/submit/modal") == 1


def test_a_song_has_two_clips_with_title_cover_and_lyrics(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=suno_music&lang=zh", viewport={"width": 375, "height": 800})
    say(page, "屋顶上的雨")
    songs = page.locator("figure.vn-song")
    expect(songs).to_have_count(2, timeout=60_000)
    expect(songs.first.locator(".vn-song-title")).to_have_text("屋顶上的雨")
    songs.first.locator(".vn-lyrics summary").click()
    expect(songs.first.locator(".vn-lyrics p")).to_contain_text("[Chorus]")
    songs.first.scroll_into_view_if_needed()
    page.screenshot(path=ARTEFACTS / "song-phone-zh.png")

    assert songs.first.locator("img.vn-cover").evaluate("one => one.naturalWidth") > 100
    until(page, "document.querySelector('figure.vn-song audio').duration > 1")
    assert posts(gateway).count("/suno/submit/music") == 1


def test_a_video_of_the_video_format_is_changed_and_extended_by_id(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-film")
    films = page.locator("figure.vn-video")
    say(page, "A harbour at dawn")
    expect(films).to_have_count(1, timeout=60_000)
    films.nth(0).get_by_role("button", name="Change this video").click()
    expect(page.get_by_role("button", name="Changing this video")).to_be_visible()
    say(page, "make it night")
    expect(films).to_have_count(2, timeout=60_000)
    films.nth(1).get_by_role("button", name="Extend this video").click()
    say(page, "snow falls")
    expect(films).to_have_count(3, timeout=60_000)
    films.nth(0).get_by_role("button", name="Make a character of this video").click()
    expect(page.locator(".st-key-drop-continuing button").first).to_contain_text("1,3")
    page.screenshot(path=ARTEFACTS / "video-character.png")
    say(page, "1,3")
    expect(page.get_by_text("demo.", exact=False).last).to_be_visible()

    sent = [path for path in posts(gateway) if not path.endswith("/estimate")]
    assert [path.rpartition("/")[2] for path in sent] == [
        "videos",
        "remix",
        "extensions",
        "characters",
    ]


def test_stop_says_whether_the_provider_cancelled(open_page: Opener, gateway: DemoGateway) -> None:
    poll = "/replicate/v1/predictions/p1"
    gateway.script("/replicate/v1/models/owner/flux/predictions", told({"id": "p1"}))
    gateway.script(poll, told({"id": "p1", "status": "processing"}))
    gateway.script(f"{poll}/cancel", told({"id": "p1", "status": "canceled"}))
    page = open_page("?model=owner/flux")
    choose_route(page, "Replicate")
    say(page, "A fox")
    gateway.requests.wait_for(lambda r: r.path == poll)

    page.get_by_role("button", name="Stop").last.click()

    expect(page.get_by_text("the provider confirmed that the task is cancelled")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "stopped-cancelled.png")
    assert posts(gateway).count(f"{poll}/cancel") == 1


def told(value: object) -> Script:
    return Script([json.dumps(value)])
