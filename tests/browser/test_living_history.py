"""The list of conversations: found by a word, renamed, filed, deleted and brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say, until
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


@pytest.fixture
def page(open_page: Opener, gateway: DemoGateway) -> Page:
    gateway.script(
        "talk", Script(text_chunks("Boats leave before the fog lifts. 清晨的港口很安静。"))
    )
    opened = open_page("?model=talk")
    for n, prompt in enumerate(["A harbour at dawn", "Pears in a bowl"]):
        if n:
            opened.get_by_role("button", name="New conversation").click()
            expect(opened.locator(".vn-message")).to_have_count(0)
        say(opened, prompt)
        expect(opened.locator(".vn-model").last).to_contain_text("安静")
        expect(opened.locator(".vn-history .vn-item")).to_have_count(n + 1)
    return opened


def menu(page: Page, title: str, choice: str) -> None:
    row = page.locator(".vn-row-item", has_text=title)
    row.get_by_role("button", name="More for").press("Enter")
    page.get_by_role("menuitem", name=choice).press("Enter")


def test_a_word_of_an_answer_leads_to_it(page: Page) -> None:
    search = page.get_by_role("searchbox", name="Search conversations")

    search.fill("港口")
    expect(page.locator(".vn-hit")).to_have_count(2)
    expect(page.locator(".vn-hit mark").first).to_have_text("港口")
    page.screenshot(path=ARTEFACTS / "search.png")
    search.fill("harbour")
    expect(page.locator(".vn-hit mark").first).to_have_text("harbour")
    page.locator(".vn-hit").first.click()

    expect(page.locator(".vn-person")).to_contain_text("A harbour at dawn")
    expect(page.locator(".vn-found")).to_have_count(1)
    search.fill("nowhere")
    expect(page.get_by_text("Nothing found")).to_be_visible()
    search.press("Escape")
    expect(page.locator(".vn-history .vn-item")).to_have_count(2)


def test_a_row_is_renamed_pinned_and_filed_by_the_keyboard(page: Page) -> None:
    menu(page, "A harbour", "Rename")
    page.keyboard.type("Boats")
    page.keyboard.press("Enter")
    expect(page.locator(".vn-item", has_text="Boats")).to_be_focused()

    menu(page, "Boats", "Pin")
    expect(page.locator(".vn-day").first).to_have_text("Pinned")
    menu(page, "Pears", "Move to a folder")
    page.keyboard.type("Fruit")
    page.keyboard.press("Enter")
    expect(page.locator(".vn-folder summary")).to_have_text("Fruit")
    expect(page.locator(".vn-folder .vn-item")).to_have_text("Pears in a bowl")
    menu(page, "Boats", "Archive")
    expect(page.locator(".vn-folder summary")).to_have_count(2)
    page.screenshot(path=ARTEFACTS / "history.png")

    page.reload()
    expect(page.locator(".vn-folder summary")).to_have_text(["Fruit", "Archived"])
    page.locator(".vn-folder summary").last.click()
    expect(page.locator(".vn-folder").last.locator(".vn-item")).to_have_text("Boats")


def test_what_is_deleted_is_brought_back_and_then_gone_for_good(page: Page) -> None:
    menu(page, "Pears", "Delete")
    expect(page.locator(".vn-history .vn-item")).to_have_count(1)
    expect(page.locator(".vn-message")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".vn-person")).to_contain_text("Pears in a bowl")

    menu(page, "A harbour", "Delete")
    page.get_by_role("button", name="Trash").click()
    expect(page.locator(".vn-trash li")).to_have_count(1)
    page.screenshot(path=ARTEFACTS / "trash.png")
    page.get_by_role("button", name="Empty the trash").click()
    page.get_by_role("button", name="Delete 1 item for good").click()

    expect(page.get_by_text("Nothing is in the trash")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".vn-history .vn-item")).to_have_count(1)


def test_a_deleted_turn_waits_in_the_trash_too(page: Page) -> None:
    page.locator(".vn-model .vn-acts").get_by_role("button", name="More").click()
    page.get_by_role("button", name="Delete this turn").click()
    expect(page.locator(".vn-model")).to_have_count(0)

    page.get_by_role("button", name="Trash").click()
    row = page.locator(".vn-trash li")
    expect(row).to_contain_text("Boats leave before the fog lifts")
    expect(row).to_contain_text("from “Pears in a bowl”")
    page.screenshot(path=ARTEFACTS / "trash-turns.png")
    row.get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("Nothing is in the trash")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator(".vn-model")).to_contain_text("Boats leave")


def test_a_message_outside_the_window_is_scrolled_to(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gateway.script("talk", Script(text_chunks("Yes.")))
    page = open_page("?model=talk")
    for n in range(24):
        say(page, f"Question word{n}")
        expect(page.locator(".vn-model:not(.vn-going) .vn-answer", has_text="Yes.")).to_have_count(
            n + 1
        )
    page.reload()
    page.locator(BOX).wait_for()
    expect(page.locator(".vn-message")).to_have_count(40)

    page.get_by_role("searchbox", name="Search conversations").fill("word0")
    page.locator(".vn-hit-place").click()

    expect(page.locator(".vn-person", has_text="word0")).to_be_in_viewport()
    until(page, "() => document.querySelectorAll('.vn-message').length === 48")


def test_another_tab_hears_of_every_change_at_once(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    rows = other.locator(".vn-history .vn-item")
    expect(rows).to_have_count(2)

    menu(page, "A harbour", "Rename")
    page.keyboard.type("Boats")
    page.keyboard.press("Enter")
    expect(other.locator(".vn-item", has_text="Boats")).to_be_visible()
    menu(page, "Boats", "Pin")
    expect(other.locator(".vn-day").first).to_have_text("Pinned")
    expect(page.locator(".vn-day").first).to_have_text("Pinned")
    menu(page, "Boats", "Unpin")
    expect(other.locator(".vn-day").first).to_have_text("Today")
    menu(page, "Boats", "Move to a folder")
    page.keyboard.type("Sea")
    page.keyboard.press("Enter")
    expect(other.locator(".vn-folder summary")).to_have_text("Sea")
    menu(page, "Boats", "Archive")
    expect(other.locator(".vn-folder summary")).to_have_text("Archived")
    menu(page, "Pears", "Delete")
    expect(rows.filter(has_text="Pears")).to_have_count(0)
