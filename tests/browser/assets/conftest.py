"""The browser side alone: its files against a small fake server whose socket the test speaks for.

The real server is not here; `tests/browser` holds the tests of both together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.assets.fakeserver import FakeServer
from tests.browser.assets.said import window


@pytest.fixture(scope="session")
def fake_server() -> Iterator[FakeServer]:
    with FakeServer() as started:
        yield started


@pytest.fixture
def fake(fake_server: FakeServer) -> FakeServer:
    fake_server.forget()
    return fake_server


@pytest.fixture
def mounted(browser: Browser, fake: FakeServer) -> Iterator[Callable[..., Page]]:
    """Opens the harness with one view mounted. An error of the page's scripts fails the test."""
    contexts = []
    faults: list[str] = []

    def opened(
        view: str = "thread",
        *,
        theme: str = "light",
        data: dict[str, Any] | None = None,
        width: int = 900,
        height: int = 800,
        **options: Any,
    ) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(f"{fake.url}/?theme={theme}")
        page.locator("html[data-ready]").wait_for()
        page.evaluate(
            "data => mount(data)", {"view": view, "base": "", "lang": "en"} | (data or {})
        )
        return page

    opened.faults = faults  # type: ignore[attr-defined]
    yield opened
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if "WebSocket" not in fault]


@pytest.fixture
def thread(mounted: Callable[..., Page], fake: FakeServer) -> Callable[..., Page]:
    """Opens the page with a conversation of these messages."""

    def opened(*messages: dict[str, Any], **options: Any) -> Page:
        page = mounted("thread", data={"conversation": "c1"} | options.pop("data", {}), **options)
        assert fake.hear("open") == ["open", "c1"]
        fake.say(window(*messages))
        return page

    return opened
