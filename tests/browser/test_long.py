"""A long conversation in a browser: what is earlier comes to who reads up; a full context is said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bench.long import fill
from tests.browser.conftest import ARTEFACTS, say, until
from tests.serving import Server
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

LENGTH = 120


@pytest.fixture
def ids(tmp_path: Path) -> dict[int, str]:
    return fill(tmp_path / "data", [LENGTH])


@pytest.fixture
def server(gateway: DemoGateway, tmp_path: Path, ids: dict[int, str]) -> Iterator[Server]:
    gateway.script("plain", Script(text_chunks("**Yes**")))
    started = Server(
        tmp_path / "data",
        {
            "OPENAI_BASE_URL": gateway.base_url,
            "OPENAI_API_KEY": "sk-test-0123456789",
            "VNCHAT_CONTEXT_SIZES": "plain=4500",
        },
    )
    started.start()
    yield started
    started.stop()


def test_reading_upwards_brings_the_earlier_messages_to_the_first(
    open_page: Callable[..., Page], ids: dict[int, str]
) -> None:
    page = open_page(f"?c={ids[LENGTH]}")
    expect(page.locator(".vn-message")).to_have_count(40)
    page.locator(".vn-log").hover()

    for _ in range(60):
        page.mouse.wheel(0, -4000)
        page.wait_for_timeout(60)
        if page.get_by_text("Question 0", exact=True).count():
            break

    expect(page.locator(".vn-message")).to_have_count(LENGTH)
    expect(page.locator(".vn-earlier")).to_be_hidden()


def test_a_full_context_is_said_and_the_oldest_can_be_left_out(
    open_page: Callable[..., Page], ids: dict[int, str], gateway: DemoGateway
) -> None:
    page = open_page(f"?c={ids[LENGTH]}&lang=zh")
    notice = page.locator(".vn-context")
    expect(notice).to_contain_text("已超过模型一次可读的长度")
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "context-zh.png")

    notice.get_by_role("button", name="不再发送最早的内容").click()
    expect(notice).to_be_hidden()
    say(page, "接着说")

    request = gateway.requests.wait_for(lambda r: r.model == "plain")
    assert len(request.messages) <= 20
    assert request.messages[-1]["content"] == "接着说"
    assert request.messages[0]["role"] == "user"


def test_starting_anew_opens_a_short_conversation(
    open_page: Callable[..., Page], ids: dict[int, str]
) -> None:
    page = open_page(f"?c={ids[LENGTH]}")

    page.locator(".vn-context").get_by_role("button", name="Start anew from here").click()

    until(page, "() => document.querySelectorAll('.vn-message').length === 2")
    expect(page.locator(".vn-context")).to_be_hidden()
    expect(page.locator(".vn-bubble")).to_have_text(f"Question {LENGTH - 2}")
