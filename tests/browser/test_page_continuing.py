"""The icons below a finished video: change it, extend it, leave that out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]


def chats(gateway: DemoGateway) -> list[Any]:
    return [one for one in gateway.requests if one.path.endswith("/chat/completions")]


def pressed(page: Page, icon: str, nth: int) -> None:
    video = page.locator(".vn figure.vn-video").nth(nth)
    video.get_by_role("button", name=icon).click()


@pytest.mark.parametrize("model", ["demo-video", "demo-clip"], ids=["by history", "by an id"])
def test_a_video_is_changed_and_then_extended_by_its_icons(
    open_page: Opener, gateway: DemoGateway, model: str
) -> None:
    page = open_page(f"?model={model}")
    say(page, "A harbour at dawn")
    expect(page.locator(".vn figure.vn-video")).to_have_count(1, timeout=60_000)

    pressed(page, "Change this video", 0)
    expect(page.get_by_role("button", name="Changing this video")).to_be_visible()
    page.screenshot(path=ARTEFACTS / f"changing-{model}.png")
    say(page, "make it night")
    expect(page.locator(".vn figure.vn-video")).to_have_count(2, timeout=60_000)
    expect(page.get_by_role("button", name="Changing this video")).to_have_count(0)
    pressed(page, "Extend this video", 1)
    say(page, "snow falls")
    expect(page.locator(".vn figure.vn-video")).to_have_count(3, timeout=60_000)

    sent = [one.messages for one in chats(gateway)]
    assert len(sent) == 3
    expect(page.locator(".vn-version")).to_have_count(3)

    roles = [[message["role"] for message in messages] for messages in sent]
    assert roles == [["user"], ["user", "assistant", "user"], ["user", "assistant"] * 2 + ["user"]]
    if model == "demo-clip":
        part = sent[2][-1]["content"][1]["image_url"]["url"]
        assert part.startswith("extend://")
        assert part != sent[1][-1]["content"][1]["image_url"]["url"]


def test_a_press_on_change_can_be_taken_back(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-clip")
    say(page, "A harbour at dawn")
    expect(page.locator(".vn figure.vn-video")).to_have_count(1, timeout=60_000)
    pressed(page, "Change this video", 0)

    page.get_by_role("button", name="Changing this video").click()

    expect(page.get_by_role("button", name="Changing this video")).to_have_count(0)
    say(page, "Something else")
    expect(page.locator(".vn figure.vn-video")).to_have_count(2, timeout=60_000)
    assert isinstance(chats(gateway)[-1].messages[-1]["content"], str)
    expect(page.locator(".vn-versions")).to_have_count(0)  # two videos, no versions of one
