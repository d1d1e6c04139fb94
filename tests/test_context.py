"""How full a context is: an estimate from letters, and sizes that are known or set."""

from __future__ import annotations

import pytest

from vnchat.context import size_of, tokens_of

TEXTS = {
    "nothing": ("", 0),
    "four letters": ("boat", 1),
    "five letters": ("boats", 2),
    "Chinese": ("港口清晨", 4),
    "both": ("boat 港口", 4),
    "Korean": ("안녕", 2),
}


@pytest.mark.parametrize(("text", "count"), TEXTS.values(), ids=TEXTS.keys())
def test_tokens_are_estimated_from_letters(text: str, count: int) -> None:
    assert tokens_of(text) == count


SIZES = {
    "a known family": ("gpt-4o-mini", (), 128_000),
    "with a provider before it": ("openai/gpt-4o", (), 128_000),
    "unknown": ("my-model", (), 0),
    "set": ("my-model", ("my-*=8192",), 8192),
    "set anew": ("gpt-4o", ("gpt-4o=1000",), 1000),
    "set to nonsense": ("my-model", ("my-*=many", "my-*"), 0),
    "set to unknown": ("gpt-4o", ("gpt-4o=0",), 0),
}


@pytest.mark.parametrize(("model", "told", "size"), SIZES.values(), ids=SIZES.keys())
def test_a_size_is_known_or_nothing_is_said(model: str, told: tuple[str, ...], size: int) -> None:
    assert size_of(model, told) == size
