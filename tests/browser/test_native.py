"""Models that a gateway lists for Claude's or Gemini's own form alone, from the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("demo-claude", "/v1/messages"),
        ("demo-gemini", "/v1beta/models/demo-gemini:streamGenerateContent"),
    ],
)
def test_the_list_decides_the_form(
    open_page: Opener, gateway: DemoGateway, model: str, path: str
) -> None:
    page = open_page(f"?model={model}")

    say(page, "Paint a picture of the harbour")

    expect(
        page.get_by_role("button", name="Thinking").or_(page.locator(".vn-thoughts"))
    ).to_be_visible()
    expect(page.locator(".vn-model h3").first).to_be_visible()
    if model == "demo-gemini":
        page.locator(".vn-model img").first.wait_for()
    assert [r.path for r in gateway.requests if r.method == "POST"] == [path]
    page.screenshot(path=ARTEFACTS / f"native-{model}.png")
