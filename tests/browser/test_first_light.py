"""From a prompt to the video in the conversation, in a real browser against the real server."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say, until
from tests.serving import Server
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


def test_text_streams_in_as_markdown(open_page: Opener) -> None:
    page = open_page("?model=demo-chat")

    say(page, "Show me a table and some code")

    expect(page.locator(".vn table").first).to_be_visible()
    expect(page.locator(".vn pre code").first).to_be_visible()
    expect(page.locator(".vn .katex").first).to_be_visible()


def test_a_video_plays_from_our_own_address(open_page: Opener, server: Server) -> None:
    page = open_page("?model=demo-video")

    say(page, "A fishing harbour at dawn")

    video = page.locator(".vn video").first
    video.wait_for(timeout=60_000)
    until(page, "() => document.querySelector('.vn video').readyState >= 2")
    facts = video.evaluate("v => ({duration: v.duration, src: v.currentSrc})")
    assert facts["duration"] > 0
    assert facts["src"].startswith(f"{server.url}/app/static/kept/")
    page.screenshot(path=ARTEFACTS / "video.png")


def test_a_picture_goes_out_upright_and_clean(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-chat")
    photo = Image.new("RGB", (400, 200), "red")
    photo.paste("blue", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned: the left side is up
    exif[0x010F] = "Secret Camera"
    file = io.BytesIO()
    photo.save(file, "JPEG", exif=exif, comment=b"where I live")

    page.locator("input[type=file]").first.set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("photo.jpg").first).to_be_visible()
    say(page, "What is this?")

    request = gateway.requests.wait_for(lambda r: r.path.endswith("/chat/completions"))
    parts = request.body["messages"][-1]["content"]
    assert [part["type"] for part in parts] == ["text", "image_url"]
    head, _, data = parts[1]["image_url"]["url"].partition(",")
    sent = base64.b64decode(data)
    picture = Image.open(io.BytesIO(sent))
    assert head == "data:image/jpeg;base64"
    assert picture.size == (200, 400)
    top = picture.convert("RGB").getpixel((100, 50))
    assert isinstance(top, tuple)
    assert top[2] > 200
    assert top[0] < 60
    assert b"Secret Camera" not in sent
    assert b"where I live" not in sent


def test_stop_ends_the_request_and_keeps_the_text(open_page: Opener, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script("slow", Script(pieces=text_chunks("first words ", "never sent"), gate=gate))
    page = open_page("?model=slow")
    say(page, "Talk")
    gate.release()
    gate.release()
    expect(page.get_by_text("first words")).to_be_visible()

    page.get_by_role("button", name="Stop").first.click()

    request = gateway.requests.wait_for(lambda r: r.outcome == "client left")
    assert request.path.endswith("/chat/completions")
    expect(page.get_by_text("first words")).to_be_visible()
    expect(page.get_by_text("Stopped").first).to_be_visible()


def test_a_refresh_in_mid_stream_keeps_text_and_run(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gate = Gate()
    pieces = text_chunks("one ", "two ", "three")
    gateway.script("slow", Script(pieces=pieces, gate=gate))
    page = open_page("?model=slow")
    say(page, "Count")
    for _ in range(3):
        gate.release()
    expect(page.get_by_text("one two")).to_be_visible()

    page.reload()
    page.locator(BOX).wait_for()
    expect(page.get_by_text("one two")).to_be_visible()
    for _ in pieces:
        gate.release()

    expect(page.get_by_text("one two three")).to_be_visible()
    assert page.locator(".vn").get_by_text("one two three").count() == 1
    asked = [r for r in gateway.requests if r.path.endswith("/chat/completions")]
    assert len(asked) == 1


def test_the_demo_says_what_it_is_and_how_to_leave_it(
    browser,
    tmp_path,  # type: ignore[no-untyped-def]
) -> None:
    server = Server(tmp_path / "data", {"VNCHAT_DEMO_PACE": "0"}).start()
    try:
        page = browser.new_page()
        page.goto(server.url)
        page.locator(BOX).wait_for()
        expect(page.get_by_text("This is the demo")).to_be_visible()
        expect(page.get_by_text("Connect a gateway").first).to_be_visible()
        page.screenshot(path=ARTEFACTS / "demo.png")
        page.close()
    finally:
        server.stop()


def test_who_writes_says_so_once_and_an_idle_page_does_not(open_page: Opener) -> None:
    page = open_page("?model=demo-chat")
    page.evaluate(
        """() => {
          window.__said = [];
          const send = WebSocket.prototype.send;
          WebSocket.prototype.send = function (data) {
            if (typeof data === 'string') window.__said.push(data);
            return send.call(this, data);
          };
        }"""
    )

    page.wait_for_timeout(300)
    assert '"writing"' not in "".join(page.evaluate("window.__said"))
    page.locator(BOX).first.press_sequentially("Hello", delay=20)

    until(page, "() => window.__said.some(one => one.startsWith('[\"draft\"'))")
    said = [one for one in page.evaluate("window.__said") if one.startswith('["writing"')]
    assert said == ['["writing","settings"]']


def test_who_reads_above_gets_a_way_to_the_newest_words(open_page: Opener) -> None:
    page = open_page("?model=demo-chat", viewport={"width": 1200, "height": 500})
    say(page, "Tell me about the tides")
    expect(page.locator(".vn-model .vn-facts")).to_be_visible(timeout=20_000)
    newest = page.locator(".vn-newest")
    expect(newest).to_be_hidden()

    page.mouse.move(600, 200)
    page.mouse.wheel(0, -200)

    newest.click()  # nothing lies over it
    expect(newest).to_be_hidden()
