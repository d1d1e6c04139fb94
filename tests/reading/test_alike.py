"""Chunks read by their envelope say what they say when they are decoded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.reading.alike import Alike
from vnchat.reading.bodies import DECODER
from vnchat.reading.chunks import plain_text


def chunk(words: str, **beside: Any) -> str:
    choices = [{"index": 0, "delta": {"content": words}, "finish_reason": None}]
    return json.dumps({"id": "c-1", "created": 7, "choices": choices} | beside, ensure_ascii=False)


def learned(data: str, words: str) -> Alike:
    alike = Alike()
    alike.learn(data, words)
    return alike


def test_the_same_envelope_is_read_without_decoding() -> None:
    alike = learned(chunk("hello"), "hello")

    assert [alike.words(chunk(word)) for word in ("", " ", "a", "世界 🎬", "x" * 5000)] == [
        *("", " ", "a", "世界 🎬", "x" * 5000)
    ]


@pytest.mark.parametrize(
    "data",
    [
        chunk("hello", id="c-2"),
        chunk('say "hello"'),
        chunk("back\\slash"),
        chunk("a line\n"),
        chunk("hello", progress=50),
        chunk("hello").replace("null", '"stop"'),
        chunk("hello")[:-1],
        chunk("hello").replace('"content": "hello"', '"content": "a", "role": "b"'),
        chunk("hello").replace('"content": "hello"', '"content": null'),
        chunk("\ud83d"),  # half a character waits for its other half
        "",
    ],
)
def test_what_is_not_alike_has_to_be_decoded(data: str) -> None:
    assert learned(chunk("well"), "well").words(data) is None


def test_a_beginning_and_an_end_that_overlap_are_no_chunk() -> None:
    data = chunk("aa")
    alike = learned(data, "aa")
    head, tail = data.split("aa")

    assert alike.words(head[:-1] + tail[1:]) is None


@pytest.mark.parametrize("words", ["c-1", "content", "id"])
def test_words_that_stand_elsewhere_too_teach_nothing(words: str) -> None:
    assert learned(chunk(words), words).words(chunk("else")) is None


def test_words_beside_the_content_are_not_taken_for_it() -> None:
    data = chunk("x", id="hello").replace('"content": "x"', '"content": "hel\\u006co"')
    assert plain_text(DECODER.decode(data)) == "hello"

    alike = learned(data, "hello")

    assert alike.words(data.replace('"id": "hello"', '"id": "other"')) is None


def test_envelopes_of_their_own_are_learned_no_more() -> None:
    alike = Alike()
    for n in range(20):
        alike.learn(chunk("hello", created=n), "hello")

    assert alike.words(chunk("well", created=19)) is None


def test_an_envelope_that_came_again_may_change() -> None:
    alike = Alike()
    for second in range(100):
        alike.learn(chunk("hello", created=second), "hello")
        assert alike.words(chunk("well", created=second)) == "well"


@given(st.lists(st.tuples(st.text(), st.sampled_from([1, 2]), st.text(max_size=3)), max_size=12))
def test_nothing_is_read_otherwise(said: list[tuple[str, int, str]]) -> None:
    alike = Alike()
    for words, created, name in said:
        data = chunk(words, created=created, id=name)
        quickly = alike.words(data)
        decoded = plain_text(DECODER.decode(data))
        assert quickly in (None, decoded)
        if decoded:
            alike.learn(data, decoded)
