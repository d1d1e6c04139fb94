"""Before sending: what will be sent, and about what it costs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, until
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]
DRAFT = "localStorage.getItem('vnchat.draft.') !== null"


def written(page: Page, text: str) -> None:
    """Typed, and kept as a draft."""
    until(page, "document.querySelector('.vn-thread') !== null")
    page.locator(BOX).fill(text)
    until(page, DRAFT)


def test_the_body_and_the_price_are_shown_before_sending(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-film")
    written(page, "A harbour at dawn")
    page.locator(".st-key-controls button").first.click()
    page.locator(".stButtonGroup button", has_text="5 s").first.click()
    expect(page.get_by_text("This request: about 0.5 USD.")).to_be_visible()
    page.get_by_text("Show what will be sent").click()

    dialog = page.locator("[data-testid=stPopoverBody]")
    expect(dialog).to_contain_text("POST")
    expect(dialog).to_contain_text("/v1/videos")
    expect(dialog).to_contain_text('"prompt": "A harbour at dawn"')
    expect(dialog).to_contain_text('"seconds": "5"')
    expect(dialog).to_contain_text("about 0.5 USD")
    expect(dialog).not_to_contain_text("sk-test")
    dialog.locator("[data-testid=stCode]").last.scroll_into_view_if_needed()
    page.screenshot(path=ARTEFACTS / "preview.png")
    assert [r.path for r in list(gateway.requests) if r.method == "POST"] == []


def test_on_a_phone_in_chinese(open_page: Opener) -> None:
    page = open_page("?model=demo-chat&lang=zh", viewport={"width": 375, "height": 800})
    written(page, "你好")
    page.locator(".st-key-controls button").first.click()
    page.get_by_text("显示将要发送的内容").click()

    dialog = page.locator("[data-testid=stPopoverBody]")
    expect(dialog).to_contain_text('"content": "你好"')
    dialog.locator("[data-testid=stCode]").last.scroll_into_view_if_needed()
    page.screenshot(path=ARTEFACTS / "preview-phone-zh.png")
