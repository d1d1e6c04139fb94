"""Versions of a turn: edit, answer again, go back and forth, fork, delete and bring back; and
several models side by side."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say, until
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


@pytest.fixture
def page(open_page: Opener, gateway: DemoGateway) -> Page:
    gateway.script("talk", [Script(text_chunks(f"Answer number {n}.")) for n in range(1, 6)])
    gateway.script("other", Script(text_chunks("Another voice.")))
    opened = open_page("?model=talk")
    say(opened, "What is the sea?")
    expect(opened.locator(".vn-model")).to_contain_text("Answer number 1.")
    return opened


def rare(page: Page, message: str, name: str) -> None:
    place = page.locator(message).last
    place.get_by_role("button", name="More").click()
    place.get_by_role("button", name=name).click()


def test_versions_of_both_sides_are_turned_to(page: Page) -> None:
    answer, question = page.locator(".vn-model"), page.locator(".vn-person")

    answer.get_by_role("button", name="Answer again").click()
    expect(answer).to_contain_text("Answer number 2.")
    expect(answer.locator(".vn-versions")).to_contain_text("2/2")
    answer.get_by_role("button", name="Version before").click()
    expect(answer).to_contain_text("Answer number 1.")
    question.get_by_role("button", name="Edit and send again").click()
    page.get_by_role("textbox", name="Edit and send again").fill("What is a lake?")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text("Answer number 3.")
    expect(question.locator(".vn-versions")).to_contain_text("2/2")
    question.get_by_role("button", name="Version before").click()

    expect(question).to_contain_text("What is the sea?")
    expect(answer.locator(".vn-versions")).to_contain_text("/2")
    page.screenshot(path=ARTEFACTS / "versions.png")


def test_another_model_answers_and_its_turn_is_deleted_and_brought_back(page: Page) -> None:
    rare(page, ".vn-model", "Answer with another model")
    page.keyboard.type("other")
    page.keyboard.press("Enter")
    expect(page.locator(".vn-model")).to_contain_text("Another voice.")

    rare(page, ".vn-model", "Delete this turn")
    expect(page.locator(".vn-model")).to_contain_text("Answer number 1.")
    expect(page.locator(".vn-model .vn-versions")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".vn-model")).to_contain_text("Another voice.")
    expect(page.locator(".vn-model .vn-versions")).to_contain_text("2/2")


def test_the_box_for_editing_is_not_under_the_head_of_a_phone(
    page: Page, gateway: DemoGateway
) -> None:
    gateway.script("talk", Script(text_chunks("A long answer. " * 80)))
    say(page, "At length, please.")
    expect(page.locator(".vn-model").last).to_contain_text("A long answer.")
    page.set_viewport_size({"width": 375, "height": 640})
    page.locator(".vn-person").last.get_by_role("button", name="Edit and send again").press("Enter")

    box = page.get_by_role("textbox", name="Edit and send again")
    expect(box).to_be_focused()
    until(page, "document.querySelector('.vn-edit-box').getBoundingClientRect().top > 50")
    page.screenshot(path=ARTEFACTS / "edit-phone.png")


def test_the_way_back_is_seen_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 780})
    page.reload()
    page.locator(".vn-model").wait_for()

    rare(page, ".vn-model", "Delete this turn")

    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    page.screenshot(path=ARTEFACTS / "undo-phone.png")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".vn-model")).to_contain_text("Answer number 1.")


def test_a_fork_is_a_conversation_of_its_own(page: Page) -> None:
    before = page.url

    rare(page, ".vn-model", "Fork the conversation from here")
    expect(page.locator(".vn-history .vn-item")).to_have_count(2)
    say(page, "And a river?")

    expect(page.locator(".vn-model").last).to_contain_text("Answer number 2.")
    assert page.url != before
    page.locator(".vn-history .vn-item").last.click()
    expect(page.locator(".vn-message")).to_have_count(2)


def test_two_models_answer_side_by_side_and_one_goes_on(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gates = {name: Gate() for name in ("left", "right")}
    for name, gate in gates.items():
        words = text_chunks(f"The {name} says ", "**yes**.", f" More of {name}.")
        gateway.script(name, [Script(words, gate=gate), Script(text_chunks("Onward."))])
    page = open_page("?model=left")
    page.get_by_role("button", name="left").click()
    page.get_by_role("combobox", name="Ask these models too").fill("right")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="left +1")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    say(page, "Is it so?")
    for gate in gates.values():
        gate.release(2)
    expect(page.locator(".vn-beside")).to_have_count(2)
    expect(page.locator(".vn-beside").nth(0)).to_contain_text("The left says")
    expect(page.locator(".vn-beside").nth(1)).to_contain_text("The right says")
    page.screenshot(path=ARTEFACTS / "beside-running.png")
    for gate in gates.values():
        gate.open()
    expect(page.get_by_role("button", name="Continue with this one")).to_have_count(2)
    page.screenshot(path=ARTEFACTS / "beside.png")
    page.set_viewport_size({"width": 375, "height": 780})
    page.screenshot(path=ARTEFACTS / "beside-phone.png")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.set_viewport_size({"width": 1200, "height": 900})
    page.get_by_role("button", name="Continue with this one").last.click()

    expect(page.locator(".vn-beside")).to_have_count(0)
    expect(page.locator(".vn-model")).to_contain_text("The right says")
    expect(page.locator(".vn-versions")).to_contain_text("2/2")
