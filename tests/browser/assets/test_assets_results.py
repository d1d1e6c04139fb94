"""What stands for an answer that is no text: the card while it is made, what was made, how it failed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.assets.said import failure, going, media, message, run, window


def acts(page):
    return [what for name, what in page.evaluate("window.acts") if name == "act"]


def test_the_card_of_a_video_tells_how_far_it_is(thread, fake):
    page = thread(going(making=True, elapsed=108))
    alias = fake.hear("run")[1]
    card = page.locator(".vn-making")

    fake.say([alias, {"progress": 63, "left": 61, "left_from": 6}])

    expect(card).to_contain_text("Making it · 63 %")
    expect(card).to_contain_text("1 min 4")
    expect(card).to_contain_text("about 1 min left, from 6 earlier runs")
    expect(card).to_contain_text("You may close this page")
    fake.say([alias, {"progress": 41}])
    fake.say([alias, {"activity": {"state": "working", "words": "still there", "place": None}}])
    expect(card).to_contain_text("still there")
    expect(card).to_contain_text("63 %")
    fake.say([alias, {"progress": 93}])
    expect(card).to_contain_text("being reviewed")
    assert page.get_by_role("progressbar").get_attribute("aria-valuenow") == "93"


def test_text_that_turns_out_to_be_a_video_is_covered(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    fake.say([alias, "Progress: 1 %"])
    expect(page.locator(".vn-answer")).to_be_visible()

    fake.say([alias, {"making": True, "progress": 1}])

    expect(page.locator(".vn-answer")).to_be_hidden()
    expect(page.locator(".vn-making.vn-card")).to_be_visible()


def test_waiting_after_429_counts_down(thread, fake):
    page = thread(going())
    alias = fake.hear("run")[1]
    soon = page.evaluate("Date.now() / 1000 + 40")

    fake.say([alias, {"state": "waiting", "wait_until": soon}])

    expect(page.locator(".vn-making")).to_contain_text("The gateway asked to wait")
    expect(page.locator(".vn-making")).to_contain_text(re.compile(r"again in \d\d s"))


def test_a_place_in_the_queue_is_told(thread, fake):
    page = thread(going(state="queued"))
    alias = fake.hear("run")[1]

    fake.say([alias, {"activity": {"state": "queued", "words": "", "place": 3}}])

    expect(page.locator(".vn-making")).to_contain_text("Place 3 in the queue")


def test_a_video_is_shown_with_its_own_address(thread, fake):
    page = thread(message("a1", "assistant", "Here.", results=[media()], facts={"model": "sora"}))

    player = page.locator("video")
    expect(player).to_have_attribute("src", "/media/clip.mp4?s=1")
    assert player.get_attribute("preload") == "metadata"
    expect(page.locator(".vn-facts-line")).to_have_text(
        "sora · 1280×720 · 15 s · 3.5 MB · kept here"
    )
    assert (
        page.get_by_role("link", name="Download").first.get_attribute("href")
        == "/media/clip.mp4?s=1&download=1"
    )
    page.get_by_role("button", name="Extend this video").click()
    assert acts(page) == [{"do": "extend", "message": "a1", "media": "v1"}]


def test_a_playing_video_is_not_drawn_anew(thread, fake):
    page = thread(message("a1", "assistant", "", results=[media()]))
    page.locator("video").wait_for(state="attached")
    page.evaluate("window.kept = document.querySelector('video')")

    fake.say(
        window(
            message("a1", "assistant", "", results=[media(src="/media/clip.mp4?s=2")]),
            message("u2", "user", "and?"),
        )
    )

    expect(page.locator(".vn-person")).to_have_count(1)
    assert page.evaluate("window.kept.isConnected")
    assert page.locator("video").get_attribute("src") == "/media/clip.mp4?s=1"


def test_the_place_of_a_video_is_kept_before_it_comes(thread, fake):
    page = thread(
        message("a1", "assistant", "", results=[media(state="fetching", src=None, got=1_200_000)])
    )
    expect(page.locator(".vn-fetching")).to_contain_text("Fetching the video · 1.2 MB / 3.5 MB")
    before = page.locator(".vn-fetching").bounding_box()

    fake.say(["media", "a1", media()])

    expect(page.locator("video")).to_be_visible()
    assert abs(page.locator("video").bounding_box()["height"] - before["height"]) <= 2


def test_what_could_not_be_fetched_stays_a_link_with_the_reason(thread, fake):
    page = thread(
        message(
            "a1",
            "assistant",
            "",
            results=[media(state="failed", src=None, reason="stalled", again=True)],
        )
    )

    card = page.locator(".vn-refused")
    expect(card).to_contain_text("The media host stopped sending")
    link = card.get_by_role("link")
    assert link.get_attribute("href") == "https://cdn.example/v.mp4"
    assert link.get_attribute("rel") == "noopener noreferrer"
    card.get_by_role("button", name="Fetch it again").click()
    assert acts(page) == [{"do": "refetch", "media": "v1"}]


@pytest.mark.parametrize(
    "src",
    [
        "https://elsewhere.example/v.mp4",
        "//elsewhere.example/v.mp4",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_not_ours_never_becomes_a_source(thread, fake, src):
    page = thread(message("a1", "assistant", "", results=[media(src=src)]))

    expect(page.locator(".vn-refused")).to_be_visible()
    assert page.locator("video, img, audio").count() == 0


FAILURES = {
    "review of the result": (
        failure("moderation_output", "result_review", again="change"),
        "The finished result did not pass the review · at the final review",
        "Edit the prompt",
    ),
    "too many requests": (
        failure("rate_limit", again="later", charged="no"),
        "Nothing was charged.",
        "Try again now",
    ),
    "a gateway's fault": (failure("upstream"), "It may have been charged.", "Try again"),
    "a key that is refused": (
        failure("auth", again="no"),
        "Check the key in the gateway's settings.",
        None,
    ),
    "not reached": (
        failure("network", "before_sending", charged="no"),
        "The gateway could not be reached",
        "Try again",
    ),
}


@pytest.mark.parametrize(("failed", "words", "main"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_says_what_happened_and_what_to_do(thread, fake, failed, words, main):
    page = thread(message("a1", "assistant", failure=failed, run=run(state="failed")))

    card = page.locator(".vn-card")
    expect(card).to_contain_text(words)
    buttons = card.locator(".vn-card-acts button").all_inner_texts()
    assert buttons[:1] == ([main] if main else [])
    expect(card.get_by_text("no luck")).to_be_hidden()
    card.get_by_text("What the gateway said").click()
    expect(card.get_by_text("no luck")).to_be_visible()


def test_the_gateways_words_stay_text(thread, fake):
    bad = failure("upstream", message="<img src=x onerror=window.hurt=1>**b**", trace="<b>t</b>")
    page = thread(message("a1", "assistant", failure=bad, run=run(state="failed")))

    page.get_by_text("What the gateway said").click()

    expect(page.locator(".vn-said pre")).to_contain_text("<img src=x onerror=window.hurt=1>**b**")
    assert page.locator(".vn-said pre > *").count() == 0


@pytest.mark.parametrize(
    ("state", "words", "button"),
    [
        ("stopped", "the provider may still charge", "Try again"),
        ("interrupted", "What had come by then is kept", "Try again"),
        ("unknown", "may have been charged, so it is not sent again by itself", None),
    ],
)
def test_other_ends_have_their_card(thread, fake, state, words, button):
    page = thread(message("a1", "assistant", "half", run=run(state=state)))

    expect(page.locator(f".vn-{state}")).to_contain_text(words)
    assert (page.get_by_role("button", name="Try again").count() == 1) is bool(button)
    expect(page.locator(".vn-answer")).to_have_text("half")


def test_what_was_hidden_behind_the_card_is_asked_for(thread, fake):
    page = thread(going(making=True))
    alias = fake.hear("run")[1]
    done = message("a1", "assistant", "Here it is.", run=run(state="done"))
    fake.runs["r1"] = {"text": "", "reasoning": "", "view": None, "message": done}

    fake.say([alias, {"state": "done", "message": done | {"text": None}}])

    expect(page.locator(".vn-answer")).to_have_text("Here it is.")


def test_words_that_only_repeat_the_percentage_are_not_said(thread, fake):
    page = thread(going(making=True))
    alias = fake.hear("run")[1]
    working = {"state": "working", "place": None}

    fake.say(
        [
            alias,
            {"made": "video", "progress": 7, "activity": working | {"words": "⏳ Progress: 7.0%"}},
        ]
    )
    expect(page.locator(".vn-making")).to_contain_text("Making the video · 7 %")
    expect(page.locator(".vn-making")).not_to_contain_text("Progress")
    fake.say([alias, {"activity": working | {"words": "🎬 rendering"}}])
    expect(page.locator(".vn-making")).to_contain_text("rendering")
