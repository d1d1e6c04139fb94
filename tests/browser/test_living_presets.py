"""Writing with less typing: templates behind "/", assistants, a prompt said better, and a message
that waits while an answer runs."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


def test_a_template_asks_for_its_fields(open_page: Opener, gateway: DemoGateway) -> None:
    gateway.script("talk", Script(text_chunks("Seen.")))
    page = open_page("?model=talk")
    page.get_by_role("link", name="Assistants").click()
    page.get_by_text("New template").click()
    form = page.locator("form, [data-testid=stForm]").last
    form.get_by_label("Name").fill("scene")
    form.get_by_label("Prompt").fill("{{subject}} in {{place}}, slow pan")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("/scene")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "assistants.png")
    page.get_by_role("button", name="New conversation").click()

    page.locator(BOX).press_sequentially("/sc")
    expect(page.get_by_role("option", name="/scene")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "templates.png")
    page.keyboard.press("Enter")
    page.keyboard.type("A heron")
    page.keyboard.press("Enter")
    page.keyboard.type("the reeds")
    page.keyboard.press("Enter")
    expect(page.locator(BOX)).to_have_value("A heron in the reeds, slow pan")
    page.keyboard.press("Enter")

    expect(page.locator(".vn-person")).to_contain_text("A heron in the reeds, slow pan")


def test_an_assistant_begins_a_conversation_and_is_shown_in_it(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gateway.script("sage", Script(text_chunks("Wisely.")))
    page = open_page("?model=talk")
    page.get_by_role("link", name="Assistants").click()
    page.get_by_text("New assistant").click()
    form = page.locator("[data-testid=stForm]").first
    form.get_by_label("Name").fill("Sage")
    form.get_by_label("Model", exact=True).fill("sage")
    form.get_by_label("System prompt").fill("Answer wisely.")
    form.get_by_role("textbox", name="Starter prompts").fill("What is time?")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Sage” is kept.")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()

    page.get_by_role("button", name="Sage", exact=True).click()
    page.get_by_role("button", name="What is time?").click()

    request = gateway.requests.wait_for(lambda r: r.model == "sage")
    assert request.messages[0] == {"role": "system", "content": "Answer wisely."}
    expect(page.locator(".vn-model")).to_contain_text("Wisely.")
    expect(page.locator(".st-key-head")).to_contain_text("Sage")
    page.screenshot(path=ARTEFACTS / "assistant.png")
    page.reload()
    expect(page.locator(".st-key-head")).to_contain_text("Sage")


def test_a_prompt_is_said_better_before_it_is_sent(open_page: Opener, gateway: DemoGateway) -> None:
    gateway.script("demo-chat", Script(text_chunks("A heron stands in silver reeds at dawn.")))
    page = open_page("?model=demo-video")
    page.locator(BOX).fill("bird")

    page.get_by_role("button", name="Rewrite for video").click()
    better = page.get_by_role("textbox", name="Rewrite for video")
    expect(better).to_have_value("A heron stands in silver reeds at dawn.")
    page.screenshot(path=ARTEFACTS / "rewrite.png")
    page.get_by_role("button", name="Use this prompt").click()

    expect(page.locator(BOX)).to_have_value("A heron stands in silver reeds at dawn.")
    assert [r.model for r in gateway.requests if r.path.endswith("completions")] == ["demo-chat"]


def test_another_model_rewrites_and_is_remembered(open_page: Opener, gateway: DemoGateway) -> None:
    gateway.script("my-writer", Script(text_chunks("A heron, said otherwise.")))
    page = open_page("?model=demo-video")
    page.get_by_role("button", name="Which model rewrites").click()
    page.keyboard.type("my-writer")
    page.screenshot(path=ARTEFACTS / "rewriter.png")
    page.keyboard.press("Enter")
    page.reload()
    page.locator(BOX).fill("bird")

    page.get_by_role("button", name="Rewrite for video").click()

    better = page.get_by_role("textbox", name="Rewrite for video")
    expect(better).to_have_value("A heron, said otherwise.")


def test_enter_sends_shift_enter_does_not_and_nothing_while_composing(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gateway.script("talk", Script(text_chunks("好。")))
    page = open_page("?model=talk")
    box = page.locator(BOX)
    box.click()
    page.keyboard.type("One")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("Two")
    composing = page.context.new_cdp_session(page)
    composing.send(
        "Input.imeSetComposition", {"text": "ni", "selectionStart": 2, "selectionEnd": 2}
    )
    composing.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
    )
    box.evaluate(
        "b => b.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', code: 'Enter',"
        " isComposing: true, keyCode: 229, bubbles: true, cancelable: true}))"
    )
    composing.send("Input.insertText", {"text": "你"})
    expect(box).to_have_value("One\nTwo你")
    expect(page.locator(".vn-message")).to_have_count(0)

    page.keyboard.press("Enter")

    expect(page.locator(".vn-person")).to_have_text("One\nTwo你")


def test_a_message_written_meanwhile_waits_and_says_so(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gate = Gate()
    gateway.script("talk", [Script(text_chunks("First"), gate=gate), Script(text_chunks("Second"))])
    page = open_page("?model=talk")
    say(page, "One")
    expect(page.locator(".vn-going")).to_have_count(1)

    say(page, "Two")

    waiting = page.locator(".vn-model").last
    expect(waiting).to_contain_text("Waits for the answer before it")
    page.screenshot(path=ARTEFACTS / "queue.png")
    gate.open()
    expect(waiting).to_contain_text("Second")


def test_stop_stands_in_the_place_of_send_while_nothing_is_written(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gate = Gate()
    words = text_chunks("One ", "two ", "three")
    gateway.script("talk", [Script(words, gate=gate), Script(text_chunks("Second"))])
    page = open_page("?model=talk")
    stop = page.get_by_role("button", name="Stop the answer")
    send = page.get_by_test_id("stChatInputSubmitButton")
    expect(stop).to_be_hidden()
    say(page, "Count.")
    gate.release(2)
    expect(page.locator(".vn-model")).to_contain_text("One")

    expect(stop).to_be_visible()
    here, there = stop.bounding_box(), send.bounding_box()
    assert here is not None
    assert there is not None
    assert abs(here["x"] - there["x"]) < 4
    assert abs(here["y"] - there["y"]) < 4
    page.screenshot(path=ARTEFACTS / "stop.png")
    page.locator(BOX).fill("And then?")
    expect(stop).to_be_hidden()
    expect(send).to_be_enabled()
    page.locator(BOX).fill("")
    stop.click()

    expect(page.locator(".vn-going")).to_have_count(0)
    expect(page.locator(".vn-model")).to_contain_text("One")
    expect(stop).to_be_hidden()
    expect(page.locator(BOX)).to_be_focused()
