"""What a document costs is shown on its chip before anything is sent."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from vnchat.library.extract import tokens_of

Opener = Callable[..., Page]
CODE = "def greet(name):\n    return f'Hello {name}'\n" * 100


def office(words: str) -> bytes:
    out = io.BytesIO()
    made = docx.Document()
    made.add_paragraph(words)
    made.save(out)
    return out.getvalue()


def attach(page: Page, *files: tuple[str, str, bytes]) -> None:
    page.locator("input[type=file]").first.set_input_files(
        [{"name": name, "mimeType": type, "buffer": data} for name, type, data in files]
    )


@pytest.mark.parametrize("look", ["light", "zh"])
def test_tokens_are_on_the_chip_and_in_all_before_the_first_send(
    open_page: Opener, look: str
) -> None:
    zh = look == "zh"
    phone = {"width": 375, "height": 780}
    options = {"locale": "zh-CN", "color_scheme": "dark", "viewport": phone} if zh else {}
    page = open_page("?model=demo-chat", **options)
    attach(
        page,
        ("greet.py", "text/x-python", CODE.encode()),
        ("notes.docx", "application/octet-stream", office("word " * 400)),
        ("dot.png", "image/png", b"\x89PNG\r\n\x1a\n"),
    )
    chips = page.get_by_test_id("stFileChip")
    greet = chips.filter(has_text="greet.py")
    tokens = tokens_of(CODE)
    told = page.locator("[data-tokens]")
    expect(greet.locator(told)).to_have_attribute("data-tokens", _told(f"{tokens:,}", zh))
    notes = chips.filter(has_text="notes.docx").locator(told)
    expect(notes).to_have_attribute("data-tokens", _told("500", zh))
    expect(chips.filter(has_text="dot.png").locator(told)).to_have_count(0)

    page.locator(BOX).fill("x" * 400)
    total = page.locator(".vn-tokens")
    expect(total).to_contain_text(f"{tokens + 500 + 100:,}")
    page.screenshot(path=ARTEFACTS / f"tokens-{look}.png")

    page.get_by_role("button", name="Remove notes.docx").click()
    expect(total).to_contain_text(f"{tokens + 100:,}")


def test_what_cannot_be_read_is_said_before_it_is_sent_and_gone_after(open_page: Opener) -> None:
    page = open_page("?model=demo-chat")
    attach(page, ("torn.pdf", "application/pdf", b"%PDF-1.7\ntorn"))
    expect(page.locator(".vn-tokens")).to_contain_text("torn.pdf: The file is damaged")

    page.get_by_role("button", name="Remove torn.pdf").click()
    expect(page.locator(".vn-tokens")).to_be_hidden()
    attach(page, ("list.csv", "text/csv", b"name,age\nann,7\n" * 40))
    expect(page.locator(".vn-tokens")).to_contain_text("150 tokens")
    say(page, "How many people?")
    expect(page.locator(".vn-tokens")).to_be_hidden()


def _told(tokens: str, zh: bool) -> str:
    return f"约 {tokens} 个 token" if zh else f"about {tokens} tokens"
