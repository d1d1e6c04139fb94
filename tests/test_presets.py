"""Assistants come from a file whole or not at all; templates name their fields."""

from __future__ import annotations

import json

import pytest

from vnchat.errors import BadInput
from vnchat.presets import Assistant, assistant, fields_of, from_file, to_file

WRONG = {
    "no JSON": b"{",
    "something else": b'{"assistants": []}',
    "no list": b'{"format": "vnchat.assistants", "assistants": {}}',
    "a name that is no text": b'{"format": "vnchat.assistants", "assistants": [{"name": 1}]}',
    "a parameter out of range": json.dumps(
        {
            "format": "vnchat.assistants",
            "assistants": [{"name": "a", "parameters": {"temperature": 99}}],
        }
    ).encode(),
}


def test_a_file_gives_back_what_went_into_it() -> None:
    kept = [
        Assistant(
            "译者", "translate", "gpt", "Translate.", {"temperature": 0.2}, ("One", "Two"), "one"
        ),
        Assistant("Plain"),
    ]

    assert from_file(to_file(kept).encode()) == kept


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_a_wrong_file_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        from_file(data)


def test_an_unknown_icon_becomes_a_known_one() -> None:
    assert assistant("A", {"icon": "<script>"}).icon == "smart_toy"


def test_fields_are_named_once_in_their_order() -> None:
    assert fields_of("{{subject}} in {{ place }}, {{subject}}, {{}} {x}") == ["subject", "place"]
