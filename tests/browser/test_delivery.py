"""Results and attachments in the conversation: progress in bytes, a reason with a way on, documents."""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.faults.clip import clip
from tests.serving import Server
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


class Both:
    """A gateway and the host of its results in one, so that the server may fetch from it.

    It hands out half of a clip, waits until it is told, then the rest; or says that it is gone.
    """

    def __init__(self) -> None:
        self.there = True
        self.go_on = threading.Event()
        self.fetched = 0
        self.film = clip() + bytes(1_200_000)  # zeros behind the last box do no harm

    def answer(self, request: http.server.BaseHTTPRequestHandler, address: str) -> None:
        if request.command == "POST":
            request.rfile.read(int(request.headers["Content-Length"]))
            words = f"The harbour lies in fog; one boat leaves.\n\n[the film]({address}/film.mp4)"
            told = json.dumps({"choices": [{"index": 0, "delta": {"content": words}}]})
            end = json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
            body = f"data: {told}\n\ndata: {end}\n\ndata: [DONE]\n\n".encode()
            self._head(request, 200, "text/event-stream", len(body))
            request.wfile.write(body)
        elif request.path.startswith("/film"):
            self._film(request)
        else:
            body = b'{"object": "list", "data": [{"id": "film-maker", "object": "model"}]}'
            self._head(request, 200, "application/json", len(body))
            request.wfile.write(body)

    def _film(self, request: http.server.BaseHTTPRequestHandler) -> None:
        self.fetched += 1
        if not self.there:
            self._head(request, 429, "text/plain", 0)
            return
        self._head(request, 200, "video/mp4", len(self.film))
        with contextlib.suppress(OSError):
            request.wfile.write(self.film[:600_000])
            request.wfile.flush()
            self.go_on.wait(30)
            request.wfile.write(self.film[600_000:])

    def _head(
        self, request: http.server.BaseHTTPRequestHandler, status: int, type: str, length: int
    ) -> None:
        request.send_response(status)
        request.send_header("Content-Type", type)
        request.send_header("Content-Length", str(length))
        request.end_headers()


@pytest.fixture
def both() -> Iterator[tuple[Both, str]]:
    told = Both()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.answer(self, f"http://{self.headers['Host']}")

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told, f"http://127.0.0.1:{server.server_port}/v1"
    told.go_on.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(both: tuple[Both, str], browser: Browser, tmp_path: Path) -> Iterator[Page]:
    told = {"OPENAI_BASE_URL": both[1], "OPENAI_API_KEY": "sk-test-0123456789"}
    server = Server(tmp_path / "data", told).start()
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{server.url}/?model=film-maker")
    opened.locator(BOX).wait_for()
    yield opened
    context.close()
    server.stop()


def test_a_fetch_shows_its_bytes_and_leaves_the_text_alone(
    both: tuple[Both, str], page: Page
) -> None:
    say(page, "A film please")
    card = page.locator(".vn-fetching")
    expect(card).to_contain_text(re.compile(r"\d+ kB / 1\.2 MB"), timeout=20_000)
    text = page.get_by_text("The harbour lies in fog").last
    text.evaluate("node => { window.kept = node }")
    page.screenshot(path=ARTEFACTS / "fetching.png")

    both[0].go_on.set()

    expect(page.locator(".vn-results video")).to_be_visible(timeout=20_000)
    assert text.evaluate("node => window.kept === node")
    assert both[0].fetched == 1


def test_a_failed_fetch_says_why_and_is_tried_again_by_a_press(
    both: tuple[Both, str], page: Page
) -> None:
    host = both[0]
    host.there = False
    host.go_on.set()
    say(page, "A film please")
    expect(page.get_by_text("The file is not ready yet")).to_be_visible(timeout=30_000)
    before = host.fetched
    page.screenshot(path=ARTEFACTS / "refused.png")

    host.there = True
    page.get_by_role("button", name="Fetch it again").click()

    expect(page.locator(".vn-results video")).to_be_visible(timeout=20_000)
    assert host.fetched == before + 1


def old_film(codec: str, seconds: int = 2) -> bytes:
    """In a codec that Chromium does not play."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream(codec, rate=20)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for n in range(20 * seconds):
            picture = Image.new("RGB", (640, 360), (n * 200 // (20 * seconds), 90, 160))
            film.mux(stream.encode(av.VideoFrame.from_image(picture)))
        film.mux(stream.encode())
    return out.getvalue()


def test_a_film_that_the_browser_cannot_play_is_converted(
    both: tuple[Both, str], page: Page
) -> None:
    both[0].film = old_film("mpeg4")
    both[0].go_on.set()
    say(page, "A film please")
    card = page.locator(".vn-results .vn-card")
    expect(card).to_contain_text("mpeg4", timeout=20_000)
    expect(card.get_by_role("link", name="Download")).to_be_visible()

    card.get_by_role("button", name="Convert for the browser").click()
    expect(card.get_by_role("status")).to_contain_text("%")
    page.screenshot(path=ARTEFACTS / "converting.png")

    video = page.locator(".vn-results video")
    expect(video).to_be_visible(timeout=30_000)
    video.evaluate("v => new Promise(d => { v.onseeked = d; v.currentTime = 1 })")
    assert video.evaluate("v => v.duration") == pytest.approx(2, abs=0.1)
    expect(card).to_contain_text("A copy that plays is beside it")
    page.emulate_media(color_scheme="dark")
    page.screenshot(path=ARTEFACTS / "converted.png")


def test_a_browser_that_says_it_plays_a_film_gets_its_player(
    both: tuple[Both, str], page: Page
) -> None:
    """As Safari does with H.265; where it turns out to be wrong, converting is offered."""
    page.add_init_script("HTMLMediaElement.prototype.canPlayType = () => 'probably'")
    page.reload()
    page.locator(BOX).wait_for()
    both[0].film = old_film("hevc")
    both[0].go_on.set()
    say(page, "A film please")

    film = page.locator(".vn-results figure.vn-video")
    expect(film).to_be_visible(timeout=20_000)
    expect(film).to_contain_text("may not play this kind of file (hevc)")  # this one does not
    film.get_by_role("button", name="Convert for the browser").click()
    expect(page.locator(".vn-results video")).to_have_count(2, timeout=30_000)


def test_a_conversion_that_fails_says_so(both: tuple[Both, str], page: Page) -> None:
    film = old_film("mpeg4")
    at = film.index(b"mdat") + 8
    both[0].film = film[:at] + bytes(len(film) - at - 4000) + film[-4000:]
    both[0].go_on.set()
    say(page, "A film please")
    card = page.locator(".vn-results .vn-card")
    card.get_by_role("button", name="Convert for the browser").click(timeout=20_000)

    expect(card.get_by_role("status")).to_contain_text("could not be converted")
    expect(card.get_by_role("link", name="Download")).to_be_visible()


def attach(page: Page, name: str, type: str, data: bytes) -> None:
    with page.expect_response(lambda answer: "upload_file" in answer.url):
        page.locator("input[type=file]").first.set_input_files(
            {"name": name, "mimeType": type, "buffer": data}
        )
    expect(page.get_by_text(name).first).to_be_visible()


def test_a_document_goes_as_words_with_its_size_shown(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gateway.script("plain", Script(text_chunks("Read")))
    page = open_page("?model=plain")
    table = "shot,seconds\n" + "harbour at dawn,4\n" * 40
    attach(page, "shots.csv", "text/csv", table.encode())

    say(page, "How long is it?")

    request = gateway.requests.wait_for(lambda r: r.model == "plain")
    sent = request.messages[-1]["content"]
    assert sent.startswith('How long is it?\n\n<file name="shots.csv">')
    assert "harbour at dawn,4" in sent
    expect(page.locator(".vn-file")).to_contain_text("tokens")
    page.screenshot(path=ARTEFACTS / "document.png")


def test_a_sound_that_the_gateway_does_not_take_stays_with_the_text(open_page: Opener) -> None:
    page = open_page("?model=plain")
    wave = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0\x80>\0\0\2\0\x10\0data\0\0\0\0"
    attach(page, "a.wav", "audio/wav", wave + bytes(800))

    say(page, "Listen")

    expect(page.get_by_text("a.wav:").first).to_be_visible()
    expect(page.locator(BOX)).to_have_value("Listen")
