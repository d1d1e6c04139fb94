"""Around the conversation: the list, drafts, notices, the look in both themes, the libraries."""

from __future__ import annotations

import hashlib
import json
import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.assets.fakeserver import ROOT
from tests.browser.assets.said import failure, item, media, message, run, window
from tests.browser.assets.samples import SAMPLES

ASSETS = ROOT / "vnchat/ui/assets"
WORDS = ROOT / "vnchat/words"
BOX = "textarea[data-testid=stChatInputTextArea]"


def test_the_list_is_by_day_and_follows_changes(mounted, fake):
    now = time.time()
    page = mounted("history", data={"open": "c1"})
    assert fake.hear("history") == ["history"]
    fake.say(
        [
            "history",
            [
                item("c1", "First", now),
                item("c2", "黄昏的街道", now - 5, state="running", icon="video"),
                item("c3", "Old", now - 86_400 * 40),
            ],
        ]
    )

    nav = page.get_by_role("navigation", name="Conversations")
    expect(nav.get_by_role("heading").first).to_have_text("Today")
    rows = nav.locator("li[data-id]")
    expect(rows).to_have_count(3)
    expect(nav.locator("[aria-current=page]")).to_have_text("First")
    assert page.title() == "(1 running) Harness"
    fake.say(["item", item("c2", "黄昏的街道", now + 5, state="unseen", icon="video")])
    first = rows.first.get_by_role("button").first
    expect(first).to_have_text("黄昏的街道, new result")
    expect(nav.locator(".vn-fresh")).to_have_count(1)
    fake.say(["gone", "c3"])
    expect(rows).to_have_count(2)

    first.focus()
    page.keyboard.press("Enter")

    assert page.evaluate("window.acts") == [
        ["act", {"do": "open", "conversation": "c2", "message": ""}]
    ]


def test_a_run_that_ended_elsewhere_is_told_quietly(mounted, fake):
    page = mounted("history", data={"open": "c1"})
    fake.hear("history")

    fake.say(
        ["ended", {"run": "r", "conversation": "c2", "title": "A <b>film</b>", "state": "done"}]
    )

    notice = page.get_by_role("status")
    expect(notice).to_contain_text("A <b>film</b>: finished")
    notice.get_by_role("button", name="Open").click()
    assert page.evaluate("window.acts") == [
        ["act", {"do": "open", "conversation": "c2", "message": ""}]
    ]


def test_a_run_that_ended_here_is_seen(mounted, fake):
    page = mounted("history", data={"open": "c1"})
    fake.hear("history")

    fake.say(["ended", {"run": "r", "conversation": "c1", "title": "t", "state": "done"}])

    assert fake.hear("seen") == ["seen", "c1"]
    assert page.locator(".vn-notice").count() == 0


def test_a_draft_comes_back_and_is_told_to_the_server(mounted, fake):
    page = mounted("composer", data={"conversation": "c1", "draft": "from the server"})
    expect(page.locator(BOX)).to_have_value("from the server")

    page.locator(BOX).fill("other words")

    assert fake.hear("draft") == ["draft", "c1", "other words"]
    page.reload()
    page.locator("html[data-ready]").wait_for()
    page.evaluate("mount({view: 'composer', base: '', lang: 'en', conversation: 'c1', draft: ''})")
    expect(page.locator(BOX)).to_have_value("other words")


def test_a_draft_never_replaces_what_is_typed(mounted, fake):
    page = mounted("warm")
    page.locator(BOX).fill("typed")

    page.evaluate(
        """document.getElementById('place').innerHTML = '';
        mount({view: 'composer', base: '', lang: 'en', conversation: 'c1', draft: 'old'})"""
    )

    page.locator(BOX).type(" more")
    assert fake.hear("draft")[2] == "typed more"
    expect(page.locator(BOX)).to_have_value("typed more")


def test_a_sent_draft_is_gone(mounted, fake):
    page = mounted("composer", data={"conversation": "c1", "draft": ""})
    page.locator(BOX).fill("words")
    assert fake.hear("draft")[2] == "words"

    # As the framework does it: emptied at the press, without an event.
    page.evaluate(
        """box => document.querySelector(box).addEventListener('keydown', event => {
          event.preventDefault();
          event.target.value = '';
        })""",
        BOX,
    )
    page.locator(BOX).press("Enter")

    assert fake.hear("draft") == ["draft", "c1", ""]
    assert page.evaluate("localStorage.getItem('vnchat.draft.c1')") is None


def test_what_is_read_before_its_chip_is_there_is_said_when_it_comes(mounted):
    page = mounted("composer", data={"conversation": "c1", "draft": ""})
    page.route("**/vnchat/estimate*", lambda route: route.fulfill(json={"tokens": 150}))
    page.evaluate(
        """document.body.insertAdjacentHTML(
          'beforeend', '<div data-testid="stChatInput"><input type="file"></div>')"""
    )
    with page.expect_response("**/vnchat/estimate*"):
        page.locator("input[type=file]").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": b"name,age"}
        )
    page.wait_for_timeout(300)  # the answer is looked at: there is no chip to say it on
    expect(page.locator(".vn-tokens")).to_be_hidden()

    page.evaluate(
        """document.querySelector('[data-testid=stChatInput]').insertAdjacentHTML('beforeend',
          '<p data-testid="stFileChip"><b data-testid="stFileChipName" title="list.csv"></b></p>')"""
    )

    expect(page.locator(".vn-tokens")).to_contain_text("150 tokens")
    page.locator("[data-testid=stFileChip]").evaluate("chip => chip.remove()")
    expect(page.locator(".vn-tokens")).to_be_hidden()


MESSAGES = [
    message("u1", "user", "A fishing harbour at dawn,\nfog over the water."),
    message(
        "a1",
        "assistant",
        "The clip is ready.",
        results=[media()],
        reasoning="hm",
        facts={"model": "sora_video2-landscape-15s", "took_s": 192},
        versions={"at": 1, "of": 2, "ids": ["a1", "a9"]},
    ),
    message(
        "a2",
        "assistant",
        failure=failure("moderation_output", "result_review", again="change"),
        run=run(state="failed", progress=92),
    ),
    message(
        "a3",
        "assistant",
        SAMPLES["mixed"]
        + "\n\n"
        + SAMPLES["long line"]
        + "\n\n"
        + SAMPLES["picture outside"]
        + "\n\n| "
        + " | ".join("a wide column" for _ in range(12))
        + " |\n|"
        + "---|" * 12,
    ),
    message(
        "a4", "assistant", "", results=[media("v2", state="refused", src=None, reason="inside")]
    ),
    message("a5", "assistant", run=run(id="r9", making=True, progress=40, left=70, left_from=3)),
]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [900, 375])
def test_the_look_is_readable_and_never_wider_than_the_page(mounted, fake, theme, width, lang):
    page = mounted("thread", theme=theme, width=width, data={"conversation": "c1", "lang": lang})
    fake.hear("open")
    fake.say(window(*MESSAGES, more=True))
    fake.hear("run")
    expect(page.locator(".vn-table")).to_have_count(2)
    expect(page.locator(".vn-math[data-drawn]")).to_have_count(1)

    assert page.evaluate("import('/look.js').then(look => look.lowContrast())") == []
    assert page.evaluate("document.querySelector('.stMain').scrollWidth <= innerWidth")
    small = page.locator(".vn button, .vn summary, .vn a.vn-icon").evaluate_all(
        """all => all.filter(one => one.checkVisibility()
            && Math.min(one.offsetHeight, one.offsetWidth) < 32).map(one => one.outerHTML)"""
    )
    assert small == []
    nameless = page.locator(".vn button, .vn a, .vn textarea").evaluate_all(
        """all => all.filter(one =>
            !(one.getAttribute('aria-label') || one.textContent.trim())).length"""
    )
    assert nameless == 0
    folder = ROOT / "artefacts"
    folder.mkdir(exist_ok=True)
    page.screenshot(path=folder / f"assets-{theme}-{width}-{lang}.png")


def test_both_languages_say_everything():
    english, chinese = (
        json.loads((WORDS / f"{name}.json").read_text("utf-8")) for name in ("en", "zh")
    )

    assert english.keys() == chinese.keys()
    for key in english:
        assert set(re.findall(r"{(\w+)}", english[key])) == set(
            re.findall(r"{(\w+)}", chinese[key])
        ), key
        assert "!" not in english[key]


def test_every_word_that_the_scripts_ask_for_is_there():
    english = json.loads((WORDS / "en.json").read_text("utf-8"))

    asked = set()
    for script in ASSETS.glob("*.js"):
        asked |= set(re.findall(r"\bt\('([\w.]+)'", script.read_text("utf-8")))

    assert len(asked) > 60
    assert asked - english.keys() == set()


def test_every_kind_of_failure_has_its_sentences():
    english = json.loads((WORDS / "en.json").read_text("utf-8"))
    from typing import get_args

    from vnchat.reading.reply import Charged, FailureKind, Stage

    wanted = {
        f"fail.{kind}.{part}" for kind in get_args(FailureKind) for part in ("title", "why", "do")
    }
    wanted |= {f"stage.{stage}" for stage in get_args(Stage)}
    wanted |= {f"charged.{charged}" for charged in get_args(Charged)}
    assert wanted - english.keys() == set()


def test_every_reason_why_media_is_not_kept_has_its_sentence():
    from vnchat.library import faults

    english = json.loads((WORDS / "en.json").read_text("utf-8"))
    reasons = faults.MediaRefused.sentences.keys() | faults.MediaFailed.sentences.keys()

    assert {f"media.reason.{one}" for one in reasons} - english.keys() == set()


def test_the_vendored_libraries_are_the_ones_named():
    told = (ASSETS / "vendor/README.md").read_text("utf-8")
    hashes = dict(re.findall(r"^\| (\S+) \| `(\w{64})` \|$", told, re.MULTILINE))
    files = {
        str(path.relative_to(ASSETS / "vendor")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (ASSETS / "vendor").rglob("*")
        if path.is_file() and path.name != "README.md"
    }

    assert files == hashes


def test_the_bell_asks_first_and_offers_a_sound_then(browser, mounted, fake):
    page = mounted("history", data={"open": "c1"})

    told = page.evaluate(
        """async () => {
          const notices = await import(performance.getEntriesByType('resource')
            .map((one) => one.name).find((name) => name.endsWith('/notices.js')));
          const before = notices.sounds();
          notices.setSound(true);
          const after = notices.sounds();
          notices.setSound(false);
          return [before, after, notices.sounds()];
        }"""
    )

    assert told == [False, True, False]


def test_the_first_drawing_is_rehearsed_where_nobody_sees_it(mounted):
    page = mounted("thread", data={"conversation": ""})
    ran = "performance.getEntriesByName('vnchat-warm').length"
    page.evaluate("new Promise(done => requestIdleCallback(() => requestIdleCallback(done)))")
    assert page.evaluate(ran) == 1
    assert page.locator("#m-warm").count() == 0
    mounted_again = {"view": "thread", "base": "", "lang": "en", "conversation": "c2"}
    page.evaluate("data => mount(data)", mounted_again)
    page.evaluate("new Promise(done => requestIdleCallback(() => requestIdleCallback(done)))")
    assert page.evaluate(ran) == 1
