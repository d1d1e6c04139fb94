"""A refusal says at which of the three reviews it fell, in plain words, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.server import DemoGateway
from vnchat.words import say as words

Opener = Callable[..., Page]
REVIEWS = {
    # model: kind, stage, the main action
    "demo-refused-picture": ("moderation_input_image", "input_picture", "edit.prompt"),
    "demo-refused-prompt": ("moderation_prompt", "prompt", "edit.prompt"),
    "demo-refused-result": ("moderation_output", "result_review", "edit.prompt"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("model", REVIEWS)
def test_the_three_reviews_are_told_apart(
    open_page: Opener, gateway: DemoGateway, model: str, language: str
) -> None:
    kind, stage, action = REVIEWS[model]
    page = open_page(f"?model={model}&lang={language}")

    say(page, "A portrait of somebody")

    card = page.locator(".vn section.vn-failed")
    expect(card).to_be_visible(timeout=30_000)
    expect(card).to_contain_text(words(language, f"fail.{kind}.title"))
    expect(card).to_contain_text(words(language, f"stage.{stage}"))
    expect(card).to_contain_text(words(language, f"fail.{kind}.why"))
    expect(card).to_contain_text(words(language, f"fail.{kind}.do"))
    main = card.locator(".vn-card-acts button").first
    expect(main).to_have_text(words(language, action))
    # The gateway's own words are one press away, as plain text.
    said = card.locator("details.vn-said")
    expect(said.locator("pre")).to_be_hidden()
    said.locator("summary").click()
    expect(said.locator("pre")).to_be_visible()
    assert len(said.locator("pre").inner_text()) > 10
    page.screenshot(path=ARTEFACTS / f"{model}-{language}.png")
    asked = [one for one in gateway.requests if one.path.endswith("/chat/completions")]
    assert len(asked) == 1


def test_a_result_refused_past_90_percent_says_how_far_it_was(open_page: Opener) -> None:
    page = open_page("?model=demo-refused-result")

    say(page, "A portrait of somebody")

    card = page.locator(".vn section.vn-failed")
    expect(card).to_contain_text("at 9", timeout=30_000)
    expect(card).to_contain_text(words("en", "charged.likely"))
