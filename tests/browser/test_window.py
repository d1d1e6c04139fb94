"""The browser is only a window: tabs come and go, the run goes on, each shows the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import BOX, say, until
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]
WORDS = ("alpha ", "beta ", "gamma ", "delta")


@pytest.fixture
def gate(gateway: DemoGateway) -> Iterator[Gate]:
    """A model that says four words, one at each release."""
    held = Gate()
    gateway.script("slow", Script(text_chunks(*WORDS), gate=held))
    yield held
    held.open()


def begin(open_page: Opener, gate: Gate) -> Page:
    page = open_page("?model=slow")
    say(page, "Count in Greek")
    gate.release(3)
    expect(page.get_by_text("alpha beta")).to_be_visible()
    return page


def asked(gateway: DemoGateway) -> int:
    return len([r for r in gateway.requests if r.path.endswith("/chat/completions")])


def test_a_second_tab_shows_the_text_so_far_and_then_the_rest(
    open_page: Opener, gate: Gate, gateway: DemoGateway
) -> None:
    first = begin(open_page, gate)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_text("alpha beta")).to_be_visible()

    gate.open()

    for page in (first, second):
        expect(page.get_by_text("alpha beta gamma delta")).to_be_visible()
        assert page.locator(".vn-model").inner_text().count("gamma") == 1
    assert asked(gateway) == 1


def test_stop_in_the_second_tab_stops_it_in_both(
    open_page: Opener, gate: Gate, gateway: DemoGateway
) -> None:
    first = begin(open_page, gate)
    second = first.context.new_page()
    second.goto(first.url)
    expect(second.get_by_text("alpha beta")).to_be_visible()

    second.get_by_role("button", name="Stop").first.click()

    gateway.requests.wait_for(lambda r: r.outcome == "client left")
    for page in (first, second):
        expect(page.get_by_text("Stopped").first).to_be_visible()
        expect(page.get_by_text("alpha beta")).to_be_visible()


def test_a_closed_tab_finds_the_whole_answer_when_it_comes_back(
    open_page: Opener, gate: Gate, gateway: DemoGateway
) -> None:
    page = begin(open_page, gate)
    address, context = page.url, page.context
    page.close()

    gate.open()
    gateway.requests.wait_for(lambda r: r.outcome == "answered")

    back = context.new_page()
    back.goto(address)
    expect(back.get_by_text("alpha beta gamma delta")).to_be_visible()
    assert asked(gateway) == 1


def test_a_dropped_socket_comes_back_without_doubled_text(
    open_page: Opener, gate: Gate, gateway: DemoGateway
) -> None:
    page = begin(open_page, gate)

    page.context.set_offline(True)
    gate.release(1)
    page.context.set_offline(False)
    gate.open()

    expect(page.get_by_text("alpha beta gamma delta")).to_be_visible()
    assert page.locator(".vn-model").inner_text().count("gamma") == 1
    assert asked(gateway) == 1


def test_what_is_typed_and_not_sent_is_there_after_a_refresh(open_page: Opener) -> None:
    page = open_page("?model=slow")
    page.locator(BOX).fill("half a thou")
    until(page, "() => Object.values(localStorage).includes('half a thou')")

    page.reload()

    expect(page.locator(BOX)).to_have_value("half a thou")


def test_the_sidebar_tells_of_a_run_in_another_conversation(open_page: Opener, gate: Gate) -> None:
    page = begin(open_page, gate)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_text("alpha beta")).to_have_count(0)

    gate.open()

    history = page.locator(".vn-history")
    expect(history.get_by_text("Count in Greek")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="Count in Greek").first).to_be_attached()
