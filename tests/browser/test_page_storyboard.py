"""The storyboard fills the prompt box, where it is read and changed before Enter sends it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway


def test_shots_are_seen_in_the_prompt_box_before_they_are_sent(
    open_page: Callable[..., Page], gateway: DemoGateway
) -> None:
    gateway.script("sora-2", Script(text_chunks("made")))
    page = open_page("?model=sora-2")

    page.get_by_role("button", name="Storyboard").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What is seen").nth(0).fill("a cat wakes")
    dialog.get_by_label("What is seen").nth(1).fill("it runs")
    dialog.get_by_label("What is seen").nth(1).press("Tab")
    expect(dialog.locator("code")).to_have_text("[5.0s]a cat wakes\n[5.0s]it runs")
    page.screenshot(path=ARTEFACTS / "storyboard.png")
    dialog.get_by_role("button", name="Put it into the prompt").click()

    expect(dialog).to_have_count(0)
    box = page.locator(BOX)
    expect(box).to_have_value("[5.0s]a cat wakes\n[5.0s]it runs")
    assert [one for one in gateway.requests if one.model == "sora-2"] == []
    box.press("End")
    box.press_sequentially(" away")
    box.press("Enter")
    sent = gateway.requests.wait_for(lambda one: one.model == "sora-2")
    assert sent.messages[-1]["content"] == "[5.0s]a cat wakes\n[5.0s]it runs away"


def test_a_dialog_that_is_closed_changes_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("?model=sora-2")
    page.locator(BOX).fill("my own words")

    page.get_by_role("button", name="Storyboard").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(BOX)).to_have_value("my own words")
