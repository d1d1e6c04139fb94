"""What of an answer is read aloud, and in which pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.reading.aloud import PIECE, PIECE_DENSE, pieces, speakable

SPOKEN = {
    "marks are not read": ("**Six** times _seven_ is `42`.", "Six times seven is 42."),
    "a heading ends": ("# Harbour\n\nA boat", "Harbour.\nA boat."),
    "a link is its words": ("See [the map](https://a.example/x?y=1).", "See the map."),
    "a bare address is left out": ("Look: https://a.example/x and go", "Look: and go."),
    "a code block is left out": ("Before:\n\n```py\nx = 1\n```\n\nAfter.", "Before:\nAfter."),
    "a picture is left out": ("![boat](data:image/png;base64,AAAA)\n\nDone", "Done."),
    "a list is read item by item": ("- one\n- two", "one.\ntwo."),
    "a table is read row by row": ("|a|b|\n|-|-|\n|1|2|", "a, b.\n1, 2."),
    "a formula is left out": ("So $x^2$ grows, $$\\int x$$ too.", "So grows, too."),
    "money stays": ("It costs $5 and then $6.", "It costs $5 and then $6."),
    "raw HTML is no word": ("<b>Hello</b> there", "Hello there."),
    "Chinese ends in its own way": ("你好，**世界**", "你好，世界。"),
    "signs are not read": ("Done ✅🎉", "Done."),
    "nothing but code": ("```\nx\n```", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("markdown", "spoken"), SPOKEN.values(), ids=SPOKEN.keys())
def test_what_is_read_aloud(markdown: str, spoken: str) -> None:
    assert speakable(markdown) == spoken


def test_a_short_answer_is_one_piece() -> None:
    assert pieces("One. Two! 三。") == ["One. Two! 三。"]


def test_a_long_one_is_cut_after_sentences() -> None:
    sentence = "This sentence is about fifty characters in length. "

    made = pieces(sentence * 200)

    assert len(made) == 3
    assert all(one.endswith("length.") and len(one) <= PIECE for one in made)
    assert " ".join(made) == (sentence * 200).strip()


def test_chinese_is_cut_smaller() -> None:
    made = pieces("这是一个很长的句子，要分开来读。" * 200)

    assert all(len(one) <= PIECE_DENSE and one.endswith("。") for one in made)
    assert "".join(made) == "这是一个很长的句子，要分开来读。" * 200


@given(st.text(alphabet="ab .,。，！\n", max_size=300).map(lambda part: part * 40))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str) -> None:
    made = pieces(text)

    assert all(0 < len(one) <= PIECE for one in made)
    assert "".join("".join(made).split()) == "".join(text.split())


@given(st.text(max_size=400))
def test_any_text_can_be_read(markdown: str) -> None:
    assert isinstance(speakable(markdown), str)
