"""Video, picture and sound by their own endpoints, from the page to the player."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import Server
from vnchat.demo.audio import spoken
from vnchat.demo.script import Gate, Script
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


def posts(gateway: DemoGateway) -> list[str]:
    return [r.path for r in list(gateway.requests) if r.method == "POST"]


def choose_route(page: Page, title: str, *controls: str) -> None:
    """In the head: how the model is asked, and what is set of its controls."""
    page.locator(".st-key-controls button").first.click()
    page.get_by_role("combobox", name="How it is asked").click()
    page.keyboard.type(title[:12])
    page.get_by_role("option", name=title, exact=True).click()
    for one in controls:
        page.locator(".stButtonGroup button", has_text=one).first.click()
        expect(
            page.locator(".stButtonGroup button[aria-checked=true]", has_text=one)
        ).to_be_visible()
    page.keyboard.press("Escape")


def test_a_video_model_of_the_list_is_asked_by_the_video_format(
    open_page: Opener, gateway: DemoGateway, server: Server
) -> None:
    page = open_page("?model=demo-film")

    say(page, "A lighthouse in the evening")

    page.locator(".vn video").first.wait_for(timeout=60_000)
    page.wait_for_function("document.querySelector('.vn video').readyState >= 2")
    source = page.locator(".vn video").first.evaluate("v => v.currentSrc")
    assert source.startswith(f"{server.url}/app/static/kept/")
    assert posts(gateway) == ["/v1/videos"]
    page.screenshot(path=ARTEFACTS / "task-video.png")


def test_another_form_can_be_chosen_and_is_remembered(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-film")
    choose_route(page, "new-api unified video (/v1/video/generations)")

    say(page, "A lighthouse in the evening")
    page.locator(".vn video").first.wait_for(timeout=60_000)
    other = open_page("?model=demo-film")
    say(other, "A bridge in the morning")
    other.locator(".vn video").first.wait_for(timeout=60_000)

    assert posts(gateway) == ["/v1/video/generations"] * 2


def test_a_picture_by_its_own_endpoint_with_what_was_set(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-image")
    choose_route(page, "Pictures", "1024x1536")

    say(page, "A paper boat")

    picture = page.locator(".vn-model img").first
    picture.wait_for(timeout=30_000)
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert (request.path, request.body["size"]) == ("/v1/images/generations", "1024x1536")


def test_a_speech_model_answers_with_a_player(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-speech")

    say(page, "Good morning, harbour")

    page.locator(".vn audio").first.wait_for(state="attached", timeout=30_000)
    assert posts(gateway) == ["/v1/audio/speech"]
    page.screenshot(path=ARTEFACTS / "speech.png")


def test_a_sound_file_is_written_down(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-transcribe")
    page.locator("input[type=file]").first.set_input_files(
        {
            "name": "memo.mp3",
            "mimeType": "audio/mpeg",
            "buffer": spoken("one two three", "nova", "mp3"),
        }
    )
    expect(page.get_by_text("memo.mp3").first).to_be_visible()

    say(page, "In English, please")

    expect(page.get_by_text("seconds of sound arrived")).to_be_visible()
    assert posts(gateway) == ["/v1/audio/transcriptions"]


def test_a_sound_file_is_translated_with_its_times(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-transcribe")
    page.locator(".st-key-controls button").first.click()
    for one in ("English translation", "With times"):
        page.locator(".stButtonGroup button", has_text=one).first.click()
        expect(
            page.locator(".stButtonGroup button[aria-checked=true]", has_text=one)
        ).to_be_visible()
    page.screenshot(path=ARTEFACTS / "transcription-controls.png")
    page.keyboard.press("Escape")
    page.locator("input[type=file]").first.set_input_files(
        {
            "name": "memo.mp3",
            "mimeType": "audio/mpeg",
            "buffer": spoken("one two three", "nova", "mp3"),
        }
    )
    expect(page.get_by_text("memo.mp3").first).to_be_visible()
    page.locator(BOX).click()
    page.keyboard.press("Enter")

    expect(page.locator(".vn-model code", has_text="00:00")).to_be_visible()
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == "/v1/audio/translations"
    assert request.body["response_format"] == "verbose_json"
    page.screenshot(path=ARTEFACTS / "transcription.png")


def test_a_killed_server_asks_after_the_task_and_submits_nothing(
    open_page: Opener, gateway: DemoGateway, server: Server
) -> None:
    server.stop()
    server.environment["VNCHAT_TASK_POLL_SECONDS"] = "30"
    server.start()
    page = open_page("?model=demo-film")
    say(page, "A lighthouse in the evening")
    gateway.requests.wait_for(lambda r: r.method == "POST" and r.outcome == "answered")
    expect(page.locator(".vn-making.vn-card")).to_be_visible()
    page.wait_for_url("**/*c=*")

    server.kill()
    server.environment["VNCHAT_TASK_POLL_SECONDS"] = "0.05"
    server.start()
    page.reload()
    page.locator(BOX).wait_for()

    page.locator(".vn video").first.wait_for(timeout=60_000)
    assert posts(gateway) == ["/v1/videos"]


def test_stop_says_that_the_task_goes_on_and_one_press_looks_again(
    open_page: Opener, gateway: DemoGateway, server: Server
) -> None:
    server.stop()
    server.environment["VNCHAT_TASK_POLL_SECONDS"] = "3"
    server.start()
    page = open_page("?model=demo-film")
    say(page, "A lighthouse in the evening")
    gateway.requests.wait_for(lambda r: r.method == "POST" and r.outcome == "answered")

    page.get_by_role("button", name="Stop").first.click()

    expect(page.get_by_text("goes on at the gateway and is charged")).to_be_visible()
    page.get_by_role("button", name="Look again").click()
    page.locator(".vn video").first.wait_for(timeout=60_000)
    assert posts(gateway) == ["/v1/videos"]


def test_a_model_of_no_use_here_says_so_and_sends_nothing(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=text-embedding-3-large")

    say(page, "Hello")

    expect(page.get_by_text("it cannot answer in a conversation").first).to_be_visible()
    assert posts(gateway) == []


def test_a_picture_is_seen_while_it_is_made(open_page: Opener, gateway: DemoGateway) -> None:
    gate = Gate()
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    early = {"type": "image_generation.partial_image", "b64_json": data}
    last = {"type": "image_generation.completed", "b64_json": data}
    pieces = [f"data: {json.dumps(one)}\n\n" for one in (early, last)]
    gateway.script("gpt-image-9", Script(pieces, gate=gate))
    page = open_page("?model=gpt-image-9")
    say(page, "A red square")
    gate.release()

    preview = page.locator(".vn-preview")
    expect(preview).to_be_visible()
    assert preview.evaluate("p => p.decode().then(() => p.naturalWidth)") == 64
    gate.open()

    expect(preview).to_be_hidden()
    page.locator(".vn-model img").first.wait_for()
