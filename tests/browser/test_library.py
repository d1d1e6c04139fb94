"""The library in a real browser: find, look, select, delete, go back to the conversation."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import Server

Opener = Callable[..., Page]


def make(page: Page, prompt: str, nth: int = 0) -> None:
    """One more video in the open conversation."""
    say(page, prompt)
    page.locator(".vn-results video").nth(nth).wait_for(timeout=60_000)


def open_library(page: Page) -> None:
    page.get_by_role("link", name="Library").click()
    page.locator(".vn-tile").first.wait_for()


@pytest.fixture
def page(open_page: Opener, drawn_once: None) -> Page:
    opened = open_page("?model=demo-video")
    make(opened, "A fishing harbour at dawn")
    make(opened, "Red lanterns in the rain", 1)
    return opened


def test_what_was_made_is_found_by_its_words_and_played(page: Page) -> None:
    open_library(page)
    expect(page.locator(".vn-tile")).to_have_count(2)

    page.get_by_role("searchbox", name="Search in prompts").fill("lanterns")
    expect(page.locator(".vn-tile")).to_have_count(1)
    page.locator(".vn-tile-open").click()

    expect(page.locator("dialog")).to_contain_text("Red lanterns in the rain")
    page.locator("dialog video").evaluate(
        "v => new Promise(d => { v.oncanplay = d; if (v.readyState >= 2) d() })"
    )
    page.screenshot(path=ARTEFACTS / "lightbox.png")


def test_a_tile_leads_back_to_its_message(page: Page) -> None:
    open_library(page)
    page.locator(".vn-tile-open").last.click()  # the older one

    page.get_by_role("button", name="Open the conversation").click()

    page.locator(BOX).wait_for()
    expect(page.locator(".vn-message")).to_have_count(4)
    expect(page.get_by_text("A fishing harbour at dawn").first).to_be_visible()
    assert "c=" in page.url


def test_a_forked_conversation_is_another_place_of_the_same_item(page: Page) -> None:
    answer = page.locator(".vn-model").last
    answer.hover()
    answer.locator(".vn-row [aria-expanded]").last.click()
    answer.get_by_role("button", name="Fork the conversation from here").click()
    expect(page.locator(".vn-history .vn-item")).to_have_count(2)

    open_library(page)
    expect(page.locator(".vn-tile")).to_have_count(2)
    page.locator(".vn-tile-open").first.click()
    expect(page.locator(".vn-places")).to_contain_text("Also in:")
    page.screenshot(path=ARTEFACTS / "lightbox-places.png")
    page.locator(".vn-places button").click()

    page.locator(BOX).wait_for()
    expect(page.locator(".vn-message")).to_have_count(4)


def test_another_like_this_is_a_draft_and_sends_nothing(page: Page) -> None:
    open_library(page)
    page.locator(".vn-tile-open").first.click()

    page.get_by_role("button", name="Make another like this").click()

    expect(page.locator(BOX)).to_have_value("Red lanterns in the rain")
    expect(page.locator(".vn-message")).to_have_count(0)


def test_many_are_saved_as_one_zip_and_deleted_after_a_question(page: Page, tmp_path: Path) -> None:
    open_library(page)
    for tick in page.get_by_role("checkbox").all():
        tick.click()
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")

    with page.expect_download() as saving:
        page.get_by_role("button", name="Download as ZIP").click()
    saving.value.save_as(tmp_path / "all.zip")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "all.zip").read_bytes()))
    assert archive.testzip() is None
    assert len(archive.namelist()) == 2

    page.get_by_role("toolbar").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 2 files").click()
    expect(page.locator(".vn-tile")).to_have_count(0)
    page.screenshot(path=ARTEFACTS / "library-empty.png")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_nothing_scrolls_sideways(page: Page, look: str, server: Server) -> None:
    if look == "phone":
        page.set_viewport_size({"width": 375, "height": 780})
    page.emulate_media(color_scheme="dark" if look == "dark" else "light")
    page.goto(f"{server.url}/library")
    page.locator(".vn-tile img").first.wait_for()

    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    small = page.locator(".vn-library :is(button, select, input)").evaluate_all(
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 31).length"
    )
    page.screenshot(path=ARTEFACTS / f"library-{look}.png")

    assert wide <= 0
    assert small == 0
