"""For every eye and hand: axe-core finds nothing serious, shortcuts and the overview work, the
language is switched and remembered, and nothing scrolls sideways on a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import ROOT
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]

AXE = ROOT / ".axe/node_modules/axe-core/axe.min.js"
ANSWER = (
    "## Boats\n\nWith `code`, **weight** and a [link](https://example.com).\n\n"
    "| When | Who |\n| --- | --- |\n| dawn | boats |\n\n```python\nprint('fog')  # why\n```\n\n"
    "- one\n- two\n"
)
RUN = """async () => {
  const told = await axe.run(document, {resultTypes: ['violations']});
  return told.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => one.id + ': ' + one.nodes.map((n) => n.target.join(' ') + ' — ' + n.html.slice(0, 160)
      + ' ' + (n.any[0]?.message ?? '')).join(' | '));
}"""


@pytest.fixture
def axe() -> Path:
    if not AXE.exists():
        if os.environ.get("VNCHAT_REQUIRE_AXE"):
            pytest.fail("axe-core is required here and is not installed")
        pytest.skip("axe-core is not installed (npm install --prefix .axe axe-core)")
    return AXE


def findings(page: Page, axe: Path) -> list[str]:
    page.evaluate(axe.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN)
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    open_page: Opener, gateway: DemoGateway, axe: Path, theme: str
) -> None:
    gateway.script("talk", Script(text_chunks(ANSWER)))
    page = open_page("?model=talk", color_scheme=theme)
    found = {"empty": findings(page, axe)}
    say(page, "When do the boats leave?")
    expect(page.locator(".vn-model .vn-row")).to_contain_text("talk")
    page.locator(".vn-model").get_by_role("button", name="More").click()
    found["conversation"] = findings(page, axe)
    page.screenshot(path=ARTEFACTS / f"access-{theme}.png")
    page.get_by_role("button", name="More for").click()
    found["menu"] = findings(page, axe)
    page.keyboard.press("Escape")
    page.get_by_role("searchbox").fill("boats")
    expect(page.locator(".vn-hit").first).to_be_visible()
    found["search"] = findings(page, axe)
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Trash").click()
    found["trash"] = findings(page, axe)
    page.keyboard.press("Escape")
    for name in ("Library", "Assistants", "Gateway"):
        page.get_by_role("link", name=name).click()
        expect(page.locator(BOX)).to_have_count(0)
        expect(page.locator("h4, .vn-library").first).to_be_visible()
        found[name] = findings(page, axe)

    assert {name: one for name, one in found.items() if one} == {}


def test_shortcuts_and_their_overview(open_page: Opener, gateway: DemoGateway) -> None:
    gateway.script("talk", Script(text_chunks("At five.")))
    page = open_page("?model=talk")
    say(page, "When?")
    expect(page.locator(".vn-model .vn-row")).to_contain_text("talk")
    page.locator("h1").first.click()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Shortcuts")).to_contain_text("Edit the last prompt")
    page.screenshot(path=ARTEFACTS / "shortcuts.png")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("?")
    expect(page.get_by_role("searchbox")).to_have_value("?")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Shift+E")
    expect(page.get_by_role("textbox", name="Edit and send again")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.locator(BOX)).to_be_focused()
    page.keyboard.press("Control+Shift+O")
    expect(page.locator(".vn-message")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_language_is_switched_and_remembered(
    open_page: Opener, gateway: DemoGateway, theme: str
) -> None:
    gateway.script("talk", Script(text_chunks("五点。")))
    page = open_page("?model=talk", color_scheme=theme)
    say(page, "船什么时候出发？")
    expect(page.locator(".vn-model .vn-row")).to_contain_text("talk")

    page.get_by_text("中文", exact=True).click()
    expect(page.get_by_placeholder("搜索对话")).to_be_visible()
    expect(page.get_by_role("button", name="新对话")).to_be_visible()
    expect(page.locator(".vn-model").get_by_role("button", name="重新回答")).to_be_attached()
    page.reload()
    expect(page.get_by_placeholder("搜索对话")).to_be_visible()
    page.screenshot(path=ARTEFACTS / f"chinese-{theme}.png")

    page.set_viewport_size({"width": 375, "height": 780})
    page.reload()
    page.locator(BOX).wait_for()
    expect(page.locator(".vn-message")).to_have_count(2)
    page.screenshot(path=ARTEFACTS / f"phone-{theme}.png")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_placeholder("搜索对话").wait_for()
    page.wait_for_timeout(400)  # the framework slides it in
    page.screenshot(path=ARTEFACTS / f"phone-history-{theme}.png")
