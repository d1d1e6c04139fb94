"""A part of a picture is marked in the page and changed by the next prompt."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say
from vnchat.demo.server import DemoGateway
from vnchat.demo.uploads import Upload

Opener = Callable[..., Page]


def painted(page: Page) -> None:
    say(page, "A harbour at dawn")
    expect(page.locator(".vn figure.vn-image")).to_have_count(1, timeout=60_000)
    page.locator("figure.vn-image img").first.scroll_into_view_if_needed()


def edits(gateway: DemoGateway) -> list[dict[str, object]]:
    return [r.body for r in list(gateway.requests) if r.path == "/v1/images/edits"]


def mask_of(body: dict[str, object]) -> Image.Image:
    mask = body["mask"]
    assert isinstance(mask, Upload)
    return Image.open(io.BytesIO(mask.data))


def test_a_part_of_a_picture_is_marked_and_changed(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-paint")
    painted(page)

    page.get_by_role("button", name="Change a part of this picture").click()
    canvas = page.locator(".vn-mask canvas")
    box = canvas.bounding_box()
    assert box is not None
    expect(page.get_by_role("button", name="Use for the next prompt")).to_be_disabled()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5, steps=8)
    page.mouse.up()
    page.screenshot(path=ARTEFACTS / "mask-editor.png")
    page.get_by_role("button", name="Use for the next prompt").click()
    expect(page.get_by_role("button", name="Mask on the picture")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "mask-waiting.png")
    say(page, "A red boat")
    expect(page.locator(".vn figure.vn-image")).to_have_count(2, timeout=60_000)

    [body] = edits(gateway)
    image = body["image"]
    assert isinstance(image, Upload)
    mask = mask_of(body)
    assert mask.size == Image.open(io.BytesIO(image.data)).size
    alpha = mask.getchannel("A")
    width, height = mask.size
    assert alpha.getpixel((width * 45 // 100, height // 2)) == 0
    assert alpha.getpixel((width // 2, height // 10)) == 255
    assert body["prompt"] == "A red boat"
    page.reload()
    expect(page.locator(".vn-person .vn-mask-thumb")).to_have_count(1)
    page.screenshot(path=ARTEFACTS / "mask-done.png")


def test_by_keyboard_with_undo_and_an_eraser(open_page: Opener, gateway: DemoGateway) -> None:
    page = open_page("?model=demo-paint&lang=zh", viewport={"width": 375, "height": 800})
    painted(page)
    page.locator(".vn-mask-icon").first.focus()
    page.keyboard.press("Enter")
    canvas = page.locator(".vn-mask canvas")
    canvas.focus()
    use = page.locator(".vn-mask .vn-main")

    page.keyboard.press("Space")
    expect(use).to_be_enabled()
    page.keyboard.press("Control+z")
    expect(use).to_be_disabled()
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowUp", "e", "Space"):
        page.keyboard.press(key)
    page.screenshot(path=ARTEFACTS / "mask-phone-zh.png")
    sticks_out = page.evaluate(
        "document.querySelector('.vn-mask').scrollWidth > document.querySelector('.vn-mask').clientWidth"
    )
    assert not sticks_out
    use.click()
    say(page, "A red boat")
    expect(page.locator(".vn figure.vn-image")).to_have_count(2, timeout=60_000)

    low, high = mask_of(edits(gateway)[0]).getchannel("A").getextrema()
    assert (low, high) == (0, 255)


def test_a_model_without_masks_offers_none_and_one_with_variations_makes_them(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=demo-paint")
    painted(page)
    page.get_by_role("button", name="Variation").click()
    expect(page.locator(".vn figure.vn-image")).to_have_count(2, timeout=60_000)
    sent = [r.body for r in list(gateway.requests) if r.path == "/v1/images/variations"]
    assert len(sent) == 1
    assert "prompt" not in sent[0]

    other = open_page("?model=demo-image")
    painted(other)
    expect(other.locator(".vn-mask-icon")).to_be_hidden()
    other.get_by_role("button", name="Variation").click()
    other.get_by_text("2/2").wait_for()
