"""What an answer cost follows from the price file and the usage, else nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vnchat import prices
from vnchat.errors import BadInput

FILE = """
currency = "EUR"
["gpt-5*"]
input = 1.0
cached = 0.5
output = 10
["gpt-5-small"]
input = 0.1
["sora-*"]
each = 0.8
"""
USAGE = {
    "prompt_tokens": 1_000_000,
    "completion_tokens": 100_000,
    "prompt_tokens_details": {"cached_tokens": 200_000},
}
CASES: dict[str, tuple[str, Any, int, float | None]] = {
    "tokens, some of them cached": ("gpt-5-large", USAGE, 0, 0.8 + 0.1 + 1.0),
    "the exact name outranks the pattern": ("gpt-5-small", USAGE, 0, 0.1),
    "each result": ("sora-2", None, 2, 1.6),
    "no usage was told": ("gpt-5-large", None, 0, None),
    "no price is known": ("other", USAGE, 0, None),
    "a usage of another shape": ("gpt-5-large", {"prompt_tokens": "many"}, 0, None),
}


@pytest.fixture
def known(tmp_path: Path) -> prices.Prices:
    (tmp_path / "prices.toml").write_text(FILE)
    return prices.load(str(tmp_path / "prices.toml"))


@pytest.mark.parametrize(("model", "usage", "results", "cost"), CASES.values(), ids=CASES.keys())
def test_what_it_cost(
    known: prices.Prices, model: str, usage: Any, results: int, cost: float | None
) -> None:
    assert known.currency == "EUR"
    assert known.cost(model, usage, results) == (None if cost is None else pytest.approx(cost))


@pytest.mark.parametrize("text", ["[", '["a"]\ninput = "much"', '["a"]\ninputs = 1', "a = 1"])
def test_a_wrong_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "prices.toml").write_text(text)

    with pytest.raises(BadInput, match=r"prices\.toml"):
        prices.load(str(tmp_path / "prices.toml"))
