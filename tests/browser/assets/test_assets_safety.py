"""Text from outside stays text: nothing runs or loads, links show where they lead."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.assets.said import message, run, window

ATTACKS = [
    "<script>window.hurt=1</script>",
    "<img src=x onerror=window.hurt=1>",
    "<svg/onload=window.hurt=1>",
    "<iframe src='javascript:parent.hurt=1'></iframe>",
    "[a](javascript:window.hurt=1)",
    "[a](JaVaScRiPt:window.hurt=1)",
    "[a](java&#115;cript:window.hurt=1)",
    "[a](<javascript:window.hurt=1>)",
    "![a](javascript:window.hurt=1)",
    "[a](data:text/html;base64,PHNjcmlwdD53aW5kb3cuaHVydD0xPC9zY3JpcHQ+)",
    "![a](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9J3dpbmRvdy5odXJ0PTEnLz4=)",
    "![a](data:image/png;base64,PHN2ZyBvbmxvYWQ9J3dpbmRvdy5odXJ0PTEnLz4=)",
    '![a" onerror="window.hurt=1](https://x.example/"onerror="window.hurt=1)',
    '[a](https://x.example/"onmouseover="window.hurt=1)',
    "```<img src=x onerror=window.hurt=1>\n<script>window.hurt=1</script>\n```",
    "```html\n<img src=x onerror=window.hurt=1>\n```",
    "`<img src=x onerror=window.hurt=1>`",
    "$\\href{javascript:window.hurt=1}{x}$",
    "$$\n\\htmlData{x=1}{y} \\includegraphics{https://x.example/a.png} \\url{https://x.example}\n$$",
    "$<img src=x onerror=window.hurt=1>$",
    "| a |\n|---|\n| <img src=x onerror=window.hurt=1> |",
    "<style>*{display:none}</style><form action=//x.example><input name=p></form>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hurt=1>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_answer_runs_or_loads(mounted, fake, attack):
    asked = []
    page = mounted("thread", data={"conversation": "c1"})
    page.on("request", lambda request: asked.append(request.url))
    fake.hear("open")
    going = message("a1", "assistant", run=run())
    fake.say(window(going))
    alias = fake.hear("run")[1]

    for n in range(0, len(attack), 5):
        fake.say([alias, attack[n : n + 5]])
    fake.say(
        [alias, {"message": message("a1", "assistant", attack + "\n\nend", run=run(state="done"))}]
    )

    expect(page.locator(".vn-part > :last-child")).to_have_text("end")
    assert page.evaluate("window.hurt") is None
    assert (
        page.locator(
            ".vn-answer :is(script, iframe, svg:not(.vn-glyph), form, input, style, object, embed)"
        ).count()
        == 0
    )
    assert page.locator(".vn-answer img").count() == 0
    hrefs = page.locator(".vn-answer a").evaluate_all("all => all.map(one => one.href)")
    assert all(href.startswith(("https://x.example/", "https://x.example")) for href in hrefs)
    assert not [url for url in asked if not url.startswith(fake.url)]


def drawn(mounted, fake, text):
    page = mounted("thread", data={"conversation": "c1"})
    fake.hear("open")
    fake.say(window(message("a1", "assistant", text)))
    expect(page.locator(".vn-part > *").first).to_be_visible()
    return page


def test_links_open_elsewhere_and_say_nothing_of_us(mounted, fake):
    page = drawn(
        mounted, fake, "[a](https://example.com/x) https://example.org <mailto:a@example.com>"
    )

    links = page.locator(".vn-answer a")
    assert links.count() == 3
    for n in range(3):
        assert links.nth(n).get_attribute("target") == "_blank"
        assert links.nth(n).get_attribute("rel") == "noopener noreferrer"


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("[https://bank.com](https://evil.example/x)", "(evil.example)"),
        ("[bank.com](https://evil.example/x)", "(evil.example)"),
        ("[gооgle](https://gооgle.com/)", "(xn--ggle-55da.com)"),
    ],
)
def test_a_deceiving_link_shows_its_true_host(mounted, fake, text, host):
    page = drawn(mounted, fake, text)

    expect(page.locator(".vn-answer .vn-host")).to_have_text(host)


def test_an_outside_picture_is_a_card_with_its_true_host(mounted, fake):
    page = drawn(mounted, fake, "![a cat](https://pіctures.example/cat.png)")

    card = page.locator(".vn-outside")
    expect(card).to_contain_text("a cat")
    expect(card).to_contain_text("xn--")
    load = card.get_by_role("link")
    assert (load.get_attribute("target"), load.get_attribute("rel")) == (
        "_blank",
        "noopener noreferrer",
    )
    assert page.locator("img").count() == 0


def test_marks_of_direction_stay_inside_their_block(mounted, fake):
    page = drawn(mounted, fake, "a \u202e evil\n\nnext block")

    last = page.locator(".vn-answer p").last
    assert last.evaluate("node => getComputedStyle(node).unicodeBidi") == "isolate"
    assert last.evaluate("node => getComputedStyle(node).direction") == "ltr"


def test_a_formula_cannot_grow_without_end(mounted, fake):
    page = drawn(mounted, fake, "$\\rule{9999em}{9999em}$ and $" + "x+" * 3000 + "x$ end")

    expect(page.locator(".vn-answer p")).to_contain_text("end")
    expect(page.locator(".vn-math[data-drawn]")).to_have_count(1)
    assert page.locator(".vn-answer").bounding_box()["height"] < 3000


def test_many_brackets_and_deep_quotes_do_not_hang(mounted, fake):
    page = drawn(
        mounted, fake, "[" * 5000 + "\n\n" + ">" * 500 + " deep\n\n" + "*a " * 3000 + "\n\nend"
    )

    expect(page.locator(".vn-part > :last-child")).to_have_text("end")
