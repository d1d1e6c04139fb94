"""Chromium against the real server. Skipped with a reason where there is no Chromium."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.serving import ROOT, Server
from vnchat.demo import film
from vnchat.demo.clips import Clip
from vnchat.demo.server import DemoGateway

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",  # and a person who allows it
]
BOX = "textarea[data-testid=stChatInputTextArea]"
ARTEFACTS = ROOT / "artefacts"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("VNCHAT_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and is not installed")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    """The demo gateway in this process, as fast as it can, so that a test can look inside."""
    with DemoGateway(pace=0) as started:
        yield started


_drawn: dict[tuple[object, ...], bytes] = {}


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that begin with films: the same one is drawn, for seconds, only the first time."""
    write = film.write_clip

    def written(clip: Clip, path: Path, abandoned: Callable[[], bool]) -> None:
        shows = (clip.title, clip.changes, clip.size, clip.seconds, clip.picture, path.suffix)
        if shows in _drawn:
            path.write_bytes(_drawn[shows])
            return
        write(clip, path, abandoned)
        _drawn[shows] = path.read_bytes()

    monkeypatch.setattr(film, "write_clip", written)


@pytest.fixture
def server(gateway: DemoGateway, tmp_path: Path) -> Iterator[Server]:
    started = Server(
        tmp_path / "data",
        {"OPENAI_BASE_URL": gateway.base_url, "OPENAI_API_KEY": "sk-test-0123456789"},
    )
    started.start()
    yield started
    started.stop()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Opens a page of the server in a fresh browser context and waits for the composer."""
    contexts = []

    def opened(query: str = "", **options: object) -> Page:
        context = browser.new_context(
            **({"viewport": {"width": 1200, "height": 900}} | options)  # type: ignore[arg-type]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{server.url}/{query}")
        page.locator(BOX).wait_for()
        return page

    yield opened
    ARTEFACTS.mkdir(exist_ok=True)
    for context in contexts:
        context.close()


def say(page: Page, text: str) -> None:
    """Type into the composer and press Enter."""
    page.locator(BOX).click()
    page.locator(BOX).fill(text)
    page.keyboard.press("Enter")


def until(page: Page, true: str, seconds: float = 15) -> None:
    """Waits until a function of the page gives true. (`wait_for_function` needs eval, which the
    content security policy forbids.)"""
    for _ in range(int(seconds / 0.05)):
        if page.evaluate(true):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"it did not become true in {seconds} s: {true}")
