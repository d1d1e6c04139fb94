"""Export, import and share in a browser: a file leaves, opens offline, comes back; a copy is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

DIALOG = "dialog.vn-dialog"
WORDS = {
    "en": ("Export, import, share", "JSON, complete", "HTML, opens offline", "Imported 1"),
    "zh": ("导出、导入、分享", "JSON（完整）", "HTML（可离线打开）", "已导入 1"),
}


@pytest.fixture
def asked(open_page: Callable[..., Page], gateway: DemoGateway) -> Callable[..., Page]:
    """A page with one finished turn."""

    def made(lang: str = "en") -> Page:
        gateway.script("plain", Script(text_chunks("**Bold** 粗体")))
        page = open_page(f"?model=plain&lang={lang}")
        say(page, "A harbour 港口")
        expect(page.locator(".vn-answer strong")).to_have_text("Bold")
        return page

    return made


def dialog(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()
    page.locator(DIALOG).wait_for()


@pytest.mark.parametrize("lang", WORDS)
def test_a_conversation_leaves_opens_offline_and_comes_back(
    asked, browser: Browser, tmp_path: Path, lang: str
) -> None:
    label, whole, offline, done = WORDS[lang]
    page = asked(lang)
    dialog(page, label)

    with page.expect_download() as found:
        page.get_by_role("link", name=offline).first.click()
    html = tmp_path / "file.html"
    found.value.save_as(html)
    with page.expect_download() as found:
        page.get_by_role("link", name=whole).first.click()
    file = tmp_path / "file.json"
    found.value.save_as(file)

    context = browser.new_context(offline=True)
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    alone = context.new_page()
    alone.goto(html.as_uri())
    expect(alone.locator(".model strong")).to_have_text("Bold")
    assert requests == [html.as_uri()]
    context.close()
    assert (
        json.loads(file.read_text())["conversations"][0]["messages"][0]["text"] == "A harbour 港口"
    )

    page.locator("dialog input[type=file]").set_input_files(file)
    expect(page.locator(".vn-exchange-told")).to_contain_text(done)
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"exchange-{lang}.png")
    before = page.url
    page.locator(".vn-exchange-told button").click()
    page.wait_for_url(lambda url: "c=" in url and url != before)
    expect(page.locator(".vn-person .vn-bubble")).to_have_text("A harbour 港口")
    expect(page.locator(".vn-history .vn-item")).to_have_count(2)


def test_a_bad_file_is_refused_in_the_dialog(asked, tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"some": "thing"}')
    page = asked()
    dialog(page, WORDS["en"][0])

    page.locator("dialog input[type=file]").set_input_files(file)

    expect(page.locator(".vn-exchange-told")).to_contain_text("Nothing was imported")


def test_a_shared_copy_is_read_without_script_and_ends_when_withdrawn(
    asked, browser: Browser
) -> None:
    page = asked()
    dialog(page, WORDS["en"][0])
    page.get_by_role("button", name="Make an address").click()
    address = page.locator(".vn-exchange-share a").get_attribute("href")
    assert address is not None

    context = browser.new_context(java_script_enabled=False)
    requests: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    reader = context.new_page()
    reader.goto(address)
    expect(reader.locator(".model strong")).to_have_text("Bold")
    expect(reader.locator(".notice")).to_contain_text("read-only copy")
    assert requests[0] == address
    assert all(one.endswith("/favicon.ico") for one in requests[1:])
    reader.screenshot(path=ARTEFACTS / "shared.png")

    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("button", name="Make an address")).to_be_visible()
    reader.goto(address)
    expect(reader.locator("body")).to_contain_text("There is nothing here")
    context.close()


def test_the_dialog_fits_a_phone(asked, open_page: Callable[..., Page]) -> None:
    page = asked()
    page.set_viewport_size({"width": 375, "height": 740})
    dialog(page, WORDS["en"][0])

    wide = page.evaluate("document.documentElement.scrollWidth")

    assert wide <= 375
    box = page.locator(DIALOG).bounding_box()
    assert box is not None
    assert box["width"] <= 375
    page.screenshot(path=ARTEFACTS / "exchange-phone.png")
