"""What an answer cost beside it, and the sum of a conversation, where prices are configured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import Server
from vnchat.demo.script import Script, completion
from vnchat.demo.server import DemoGateway

PRICES = 'currency = "EUR"\n["talk"]\ninput = 100000\noutput = 50000\n'


@pytest.fixture
def server(gateway: DemoGateway, tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "prices.toml").write_text(PRICES)
    started = Server(
        tmp_path / "data",
        {
            "OPENAI_BASE_URL": gateway.base_url,
            "OPENAI_API_KEY": "sk-test-0123456789",
            "VNCHAT_PRICES": str(tmp_path / "prices.toml"),
        },
    )
    started.start()
    yield started
    started.stop()


def test_an_answer_and_its_conversation_say_what_they_cost(
    browser: Browser, server: Server, gateway: DemoGateway
) -> None:
    gateway.script("talk", Script([completion("Forty-two.")]))  # one token each way
    context = browser.new_context(viewport={"width": 1200, "height": 900}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{server.url}/?model=talk")
    page.locator(BOX).wait_for()
    say(page, "Six times seven?")

    expect(page.locator(".vn-facts")).to_contain_text("€0.15")
    say(page, "And eight times nine?")
    expect(page.locator(".vn-facts")).to_have_count(2)
    page.get_by_role("button", name="导出").click()
    expect(page.locator(".vn-costs")).to_contain_text("€0.30")
    page.screenshot(path=ARTEFACTS / "costs-zh.png")
    context.close()
