"""What a search finds: words of every language, two Chinese characters too."""

from __future__ import annotations

import pytest

from vnchat.store.terms import asked, excerpt, terms

CASES = {
    "words are folded": ("Ünïcode WORDS", "unicode words"),
    "Chinese becomes pairs and single characters": ("雾中港口", "雾中 中港 港口 雾 中 港 口"),
    "mixed runs are told apart": ("GPT画图2", "gpt 画图 画 图 2"),
    "wide letters are narrow": ("ＡＢＣ", "abc"),
    "punctuation is nothing": ("a—b, (c)!", "a b c"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "found"), CASES.values(), ids=CASES.keys())
def test_the_terms_of_a_text(text: str, found: str) -> None:
    assert terms(text) == found


def test_a_query_is_phrases() -> None:
    assert asked("港口 dawn fog") == [["港口"], ["dawn"], ["fog"]]
    assert asked("港口雾") == [["港口", "口雾"]]
    assert asked("港") == [["港"]]
    assert asked("  ,. ") == []


def test_the_hit_is_shown_in_its_place() -> None:
    before, hit, after = excerpt("The boat leaves the Harbour at dawn", "harbour")

    assert (before, hit, after) == ("The boat leaves the ", "Harbour", " at dawn")
