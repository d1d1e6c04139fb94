"""A conversation in the browser: following its runs, its messages and their actions."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.assets.said import going, message, run, window


def acts(page):
    return [what for name, what in page.evaluate("window.acts") if name == "act"]


def test_an_answer_grows_where_it_will_stay(thread, fake):
    page = thread(message("u1", "user", "Six times <b>seven</b>?\nquick"), going())
    alias = fake.hear("run")[1]

    fake.say([alias, {"state": "running"}], [alias, "It is **for"], [alias, "ty-two**.\n\nTruly."])
    expect(page.locator(".vn-answer strong")).to_have_text("forty-two")
    page.evaluate("window.kept = document.querySelector('.vn-answer strong').firstChild")
    height = page.locator(".vn-answer").bounding_box()["height"]
    final = message("a1", "assistant", run=run(state="done")) | {"text": None, "reasoning": None}
    fake.say([alias, {"state": "done", "message": final}])

    expect(page.locator(".vn-person")).to_contain_text(
        "Six times <b>seven</b>?\nquick", use_inner_text=True
    )
    expect(page.get_by_role("button", name="Answer again")).to_be_attached()
    assert page.locator(".vn-answer").inner_text() == "It is forty-two.\n\nTruly."
    assert page.evaluate("window.kept.isConnected")
    assert abs(page.locator(".vn-answer").bounding_box()["height"] - height) <= 2
    assert page.locator("[aria-busy]").count() == 0


def test_stop_says_stop(thread, fake):
    page = thread(going(making=True))
    fake.hear("run")

    page.get_by_role("button", name="Stop").click()

    assert fake.hear("stop") == ["stop", "r1"]


def test_stop_stands_below_text_too(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, "words"])

    page.get_by_role("button", name="Stop").click()

    assert fake.hear("stop") == ["stop", "r1"]


def test_a_lost_socket_goes_on_where_it_was(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, "one 🎬 two "], [alias, None, "because"])
    expect(page.locator(".vn-answer")).to_contain_text("two")

    fake.drop()

    assert fake.hear("open") == ["open", "c1"]
    named = fake.hear("run")
    assert named[2:] == ["r1", len("one 🎬 two "), len("because")]
    fake.say(window(going()), [named[1], "three"])
    expect(page.locator(".vn-answer")).to_have_text("one 🎬 two three")


def test_without_a_socket_the_text_is_asked_for(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, "one "])
    expect(page.locator(".vn-answer")).to_contain_text("one")
    fake.runs["r1"] = {"text": "two", "reasoning": "", "view": run(), "message": None}
    fake.closed = True

    fake.drop()

    assert "/vnchat/run/r1?text=4&reasoning=0" in fake.asked.get(timeout=8)
    expect(page.locator(".vn-answer")).to_contain_text("one two")


def test_a_new_attempt_begins_anew(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, {"attempt": 1}], [alias, "half"], [alias, {"attempt": 2}], [alias, "whole"])

    expect(page.locator(".vn-answer")).to_have_text("whole")


def test_thoughts_are_one_line_that_opens(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, None, "Let me see. "], [alias, None, "Six by seven."])
    expect(page.locator("summary")).to_contain_text("Thinking for")

    page.locator("summary").click()

    expect(page.locator(".vn-thoughts-text")).to_have_text("Let me see. Six by seven.")
    fake.say([alias, "42"])
    expect(page.locator("summary")).to_contain_text("Thought for 1 s")


def test_editing_a_sent_message(thread, fake):
    page = thread(message("u1", "user", "first words"), message("a1", "assistant", "ok"))
    page.get_by_role("button", name="Edit and send again").click()
    box = page.get_by_role("textbox", name="Edit and send again")
    expect(box).to_be_focused()

    box.fill("other words")
    box.press("Enter")

    assert acts(page) == [{"do": "edit", "message": "u1", "text": "other words"}]


def test_going_between_versions(thread, fake):
    view = message("a2", "assistant", "ok", versions={"at": 2, "of": 3, "ids": ["a1", "a2", "a3"]})
    page = thread(view)

    expect(page.locator(".vn-versions")).to_have_text("2/3")
    page.get_by_role("button", name="Version after").click()
    page.get_by_role("button", name="Version before").click()

    assert [one["message"] for one in acts(page)] == ["a3", "a1"]


def test_deleting_is_one_press_because_it_can_be_taken_back(thread, fake):
    page = thread(message("u1", "user", "words"))

    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Delete this turn").click()

    assert acts(page) == [{"do": "delete", "message": "u1"}]


def test_what_was_sent_is_one_press_away(thread, fake):
    page = thread(message("a1", "assistant", "ok"))
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="What was sent and what came").click()
    assert fake.hear("raw") == ["raw", "a1"]

    fake.say(["raw", "a1", {"raw": "ok <b>", "request": {"model": "m"}, "response": {}}])

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("ok <b>")
    expect(dialog).to_contain_text('"model": "m"')
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_copying_as_markdown_and_as_text(thread, fake):
    page = thread(message("a1", "assistant", "Some **bold** and $x^2$.\n\n```js\nlet a;\n```"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-drawn]").wait_for()

    page.get_by_role("button", name="Copy as Markdown").click()
    assert clipboard(page) == "Some **bold** and $x^2$.\n\n```js\nlet a;\n```"
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Copy as plain text").click()
    assert clipboard(page) == "Some bold and x^2.\n\nlet a;"
    page.get_by_role("button", name="Copy the code").click()
    assert clipboard(page) == "let a;\n"


def clipboard(page):
    page.locator(".vn-done").first.wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    page.evaluate(
        "document.querySelectorAll('.vn-done').forEach(n => n.classList.remove('vn-done'))"
    )
    return text


def test_earlier_messages_come_without_moving_what_is_read(thread, fake):
    page = thread(*[message(f"m{n}", "user", f"line {n}\n" * 4) for n in range(20, 40)])
    fake.say(
        [
            "thread",
            "c1",
            {
                "messages": [message(f"m{n}", "user", f"line {n}\n" * 4) for n in range(20, 40)],
                "more": True,
            },
        ]
    )
    button = page.get_by_role("button", name="Load earlier messages")
    button.scroll_into_view_if_needed()
    button.click()
    assert fake.hear("earlier") == ["earlier", "c1", "m20"]
    before = page.locator("#m-m20").bounding_box()["y"]

    fake.say(
        ["earlier", "c1", [message(f"m{n}", "user", f"line {n}\n" * 4) for n in range(20)], False]
    )

    expect(page.locator("#m-m0")).to_be_attached()
    assert abs(page.locator("#m-m20").bounding_box()["y"] - before) < 4
    assert page.locator(".vn-message").count() == 40
    fake.say(window(*[message(f"m{n}", "user", f"line {n}\n" * 4) for n in range(20, 41)]))
    expect(page.locator("#m-m40")).to_be_attached()
    assert page.locator(".vn-message").count() == 41


def test_the_view_follows_only_while_the_person_is_at_the_end(thread, fake):
    page = thread(*[message(f"m{n}", "user", "line\n" * 5) for n in range(12)], going())
    alias = fake.hear("run")[1]
    fake.say([alias, "word\n\n" * 40])
    expect(page.locator(".vn-answer p")).to_have_count(40)
    main = page.locator(".stMain")
    gap = "node => node.scrollHeight - node.scrollTop - node.clientHeight"
    assert main.evaluate(gap) < 3

    main.hover()
    page.mouse.wheel(0, -400)
    expect(page.get_by_role("button", name="To the newest")).to_be_visible()
    at = main.evaluate("node => node.scrollTop")
    fake.say([alias, "more\n\n" * 20])
    expect(page.locator(".vn-answer p")).to_have_count(60)

    assert main.evaluate("node => node.scrollTop") == at
    page.get_by_role("button", name="To the newest").click()
    assert main.evaluate(gap) < 3


def test_finished_messages_are_not_touched_while_another_grows(thread, fake):
    page = thread(message("a0", "assistant", "old **one**"), going())
    alias = fake.hear("run")[1]
    page.evaluate("""() => { window.changes = 0;
        const all = {subtree: true, childList: true, attributes: true, characterData: true};
        new MutationObserver(list => window.changes += list.length)
            .observe(document.getElementById('m-a0'), all) }""")

    fake.say([alias, "new"], window(message("a0", "assistant", "old **one**"), going()))
    fake.say([alias, " words"])

    expect(page.locator("#m-a1 .vn-answer")).to_have_text("new words")
    assert page.evaluate("window.changes") == 0


def test_a_selection_in_the_growing_block_stays(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, "Some **bold** words here"])
    expect(page.locator(".vn-answer strong")).to_be_visible()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.vn-answer strong'))")

    fake.say([alias, " and more *of"], [alias, " them* come"])

    expect(page.locator(".vn-answer")).to_have_text("Some bold words here and more of them come")
    assert page.evaluate("getSelection().toString()") == "bold"


def test_an_empty_page_offers_a_beginning(mounted, fake):
    page = mounted(
        "thread",
        data={
            "conversation": "",
            "starters": [{"title": "A film", "text": "A harbour"}],
            "demo": True,
        },
    )

    expect(page.locator(".vn-empty")).to_contain_text("What shall be made?")
    expect(page.locator(".vn-empty")).to_contain_text("built-in demo gateway")
    page.get_by_role("button", name="A film").click()

    assert acts(page) == [{"do": "start", "text": "A harbour"}]


def test_opening_another_conversation(thread, fake):
    page = thread(message("u1", "user", "one"))
    expect(page.locator(".vn-person")).to_contain_text("one")

    page.evaluate(
        "data => mount(data)", {"view": "thread", "base": "", "lang": "en", "conversation": "c2"}
    )

    assert fake.hear("open") == ["open", "c2"]
    fake.say(window(message("u2", "user", "two"), conversation="c2"))
    expect(page.locator(".vn-person")).to_have_text(re.compile("^two"))


def test_a_hidden_tab_is_not_drawn(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    page.evaluate("""() => { window.hide = hidden => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        document.dispatchEvent(new Event('visibilitychange')) }; hide(true) }""")
    fake.say([alias, "words"], ["raw", "none", {}], window(going(), message("u9", "user", "x")))
    expect(page.locator("#m-u9")).to_be_attached()
    assert page.locator(".vn-answer").inner_text() == ""

    page.evaluate("hide(false)")

    expect(page.locator(".vn-answer")).to_have_text("words")


def test_a_new_conversation_is_in_the_address_from_its_first_turn_on(thread, fake):
    page = thread()
    expect(page.locator(".vn-empty")).to_be_visible()
    assert "c=" not in page.url

    fake.say(window(message("u1", "user", "Hello"), going()))

    expect(page).to_have_url(re.compile(r"/\?theme=light&c=c1$"))


def test_an_older_conversation_leaves_the_address_as_it_is(thread, fake):
    page = thread(message("u1", "user", "Hello"))
    expect(page.locator(".vn-person")).to_be_visible()

    fake.say(window(message("u1", "user", "Hello"), going()))

    expect(page.locator(".vn-model")).to_be_attached()
    assert "c=" not in page.url
