"""Mermaid in an answer: drawn when it is finished and in sight, code before and beside; hostile ones
stay harmless."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, say, until
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway

Opener = Callable[..., Page]
FLOW = """```mermaid
flowchart LR
  A[Prompt 提示词] --> B{Safe?}
  B -->|yes| C[Render]
  B -->|no| D[Refuse]
```
"""
SEQUENCE = "```mermaid\nsequenceDiagram\n  Ann->>Ben: Hello\n  Ben-->>Ann: Hi\n```\n"
HOSTILE = """```mermaid
%%{init: {"securityLevel": "loose", "htmlLabels": true, "themeCSS": "* {fill: red}"}}%%
flowchart LR
  A["<img src=x onerror=alert(1)><script>alert(2)</script>hi"] --> B
  click A href "javascript:alert(3)"
  click B call alert(4)
```
"""
PICTURE = ".vn-diagram img"


def asked(gateway: DemoGateway, page: Page, answer: str) -> None:
    gateway.script("draw", Script(text_chunks(answer)))
    say(page, "Draw it.")


def drawn(page: Page, count: int = 1) -> None:
    expect(page.locator(PICTURE)).to_have_count(count, timeout=20_000)
    until(page, f"[...document.querySelectorAll('{PICTURE}')].every(i => i.naturalWidth > 20)")


def test_a_finished_diagram_is_drawn_and_its_code_stays(
    open_page: Opener, gateway: DemoGateway
) -> None:
    gate = Gate()
    gateway.script("draw", Script(text_chunks("Here:\n\n", FLOW, "\nand", " more."), gate=gate))
    page = open_page("?model=draw")
    libraries: list[str] = []
    page.on("request", lambda r: libraries.append(r.url) if "/mermaid" in r.url else None)
    say(page, "Draw it.")
    gate.release(3)
    expect(page.locator(".vn-mermaid code")).to_contain_text("Refuse")
    assert libraries == []  # while it streams it is code
    gate.open()

    drawn(page)
    expect(page.locator(".vn-mermaid pre")).to_be_hidden()
    page.screenshot(path=ARTEFACTS / "diagram.png")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator(".vn-mermaid pre")).to_be_visible()
    expect(page.locator(PICTURE)).to_be_hidden()
    page.get_by_role("button", name="Show the diagram").click()
    expect(page.locator(PICTURE)).to_be_visible()
    before = page.locator(PICTURE).get_attribute("src")
    page.emulate_media(color_scheme="dark")
    until(page, "document.querySelector('.vn-mermaid').dataset.dark === 'true'")
    expect(page.locator(PICTURE)).not_to_have_attribute("src", before or "")
    page.screenshot(path=ARTEFACTS / "diagram-dark.png")
    page.set_viewport_size({"width": 375, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=ARTEFACTS / "diagram-phone.png")


def test_a_diagram_of_a_model_cannot_run_load_or_lead_anywhere(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=draw")
    dialogs: list[str] = []
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    asked(gateway, page, HOSTILE + "\n" + SEQUENCE)

    drawn(page, 2)

    for source in page.locator(PICTURE).evaluate_all("all => all.map(i => i.src)"):
        assert source.startswith("data:image/svg+xml")
        plain = page.evaluate("s => decodeURIComponent(s).toLowerCase()", source)
        for bad in ("<script", "onerror", "javascript:", "<image", "fill: red", "fill:red"):
            assert bad not in plain
    frame = next(one for one in page.frames if "/vnchat/diagram/" in one.url)
    assert frame.evaluate("origin") == "null"
    assert dialogs == []


def test_what_is_no_diagram_or_too_large_stays_code_with_a_sentence(
    open_page: Opener, gateway: DemoGateway
) -> None:
    page = open_page("?model=draw")
    large = "```mermaid\nflowchart LR\n" + "  a --> b\n" * 2500 + "```\n"
    asked(gateway, page, "```mermaid\nflowchart LR\n  A --> [\n```\n\n" + large + "\n" + SEQUENCE)

    expect(page.locator(".vn-mermaid")).to_have_count(3)
    page.locator(".vn-mermaid").first.scroll_into_view_if_needed()
    expect(page.locator(".vn-mermaid").first).to_contain_text("could not be drawn", timeout=20_000)
    page.locator(".vn-mermaid").nth(1).scroll_into_view_if_needed()
    expect(page.locator(".vn-mermaid").nth(1)).to_contain_text("too large")
    page.locator(".vn-mermaid").nth(2).scroll_into_view_if_needed()
    drawn(page)
    page.screenshot(path=ARTEFACTS / "diagram-fault.png")
