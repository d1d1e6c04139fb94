"""What an answer cost follows from the price file and the usage, else nothing is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vnchat import prices
from vnchat.conversation import Run
from vnchat.errors import BadInput
from vnchat.reading.reply import Reply

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


def run(model: str, usage: Any = None, requests: int = 1) -> Run:
    return Run(
        id=model,
        owner="o",
        conversation="c",
        message="m",
        state="done",
        model=model,
        gateway="g",
        paid=False,
        stream=True,
        reply=Reply(usage=usage),
        requests=requests,
    )


def test_a_price_that_the_gateway_told_stands_in_for_one_of_the_file(known: prices.Prices) -> None:
    told = {"cost": 0.25, "prompt_tokens": 1_000_000}

    assert known.of_run(run("other", told)) == prices.Cost(0.25, "USD")
    assert known.of_run(run("gpt-5-small", told)) == prices.Cost(0.1, "EUR")
    assert known.of_run(run("other", {"cost": "0.25"})) is None
    assert known.of_run(run("other", {"cost": float("nan")})) is None


def test_a_conversation_is_summed_for_each_currency(known: prices.Prices) -> None:
    small, other = {"prompt_tokens": 1_000_000}, {"cost": 0.5}
    runs = [run("gpt-5-small", small), run("gpt-5-small", small), run("other", other), run("x")]
    runs.append(run("gpt-5-small", small, requests=0))  # a copy in a fork: nothing was sent

    assert known.of_all(runs) == [
        prices.Cost(pytest.approx(0.2), "EUR", 2, 1),
        prices.Cost(0.5, "USD", 1, 1),
    ]
    assert known.of_all([run("x")]) == []
