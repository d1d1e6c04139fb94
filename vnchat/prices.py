"""What an answer cost, where the operator's price file (VNCHAT_PRICES) names its model.

A table for each model name or pattern, prices for a million tokens or for each result:

    currency = "USD"
    ["gpt-5*"]
    input = 1.25
    cached = 0.125
    output = 10
    ["sora-*"]
    each = 0.80

Pure but for `load`. Without a price nothing is said: a guess would be worse.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from vnchat.conversation import Run
from vnchat.errors import BadInput

MILLION = 1_000_000
GATEWAYS = "USD"  # OpenRouter and LiteLLM tell `usage.cost` in it
FIELDS = {"input", "cached", "output", "each"}


@dataclass(frozen=True, slots=True)
class Cost:
    """A sum in one currency, of `answers` answers; of `unknown` more no price is known."""

    amount: float
    currency: str
    answers: int = 1
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Prices:
    currency: str = "USD"
    models: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def of(self, model: str) -> Mapping[str, float] | None:
        """An exact name outranks a pattern; of patterns the first in the file."""
        if model in self.models:
            return self.models[model]
        return next((p for n, p in self.models.items() if fnmatchcase(model, n)), None)

    def cost(self, model: str, usage: Mapping[str, Any] | None, results: int = 0) -> float | None:
        price = self.of(model)
        if price is None:
            return None
        given, got = count(usage, "prompt_tokens"), count(usage, "completion_tokens")
        if given is None and got is None and not (results and "each" in price):
            return None
        cached = min(count(usage, "prompt_tokens_details", "cached_tokens") or 0, given or 0)
        fresh = (given or 0) - cached
        plain = price.get("input", 0.0)
        tokens = fresh * plain + cached * price.get("cached", plain)
        tokens += (got or 0) * price.get("output", 0.0)
        return tokens / MILLION + results * price.get("each", 0.0)

    def of_run(self, run: Run) -> Cost | None:
        """By the file; for a model that it does not name, what the gateway says that it took."""
        cost = self.cost(run.model, run.reply.usage, len(run.reply.results))
        if cost is not None:
            return Cost(cost, self.currency)
        told = (run.reply.usage or {}).get("cost")
        if isinstance(told, bool) or not isinstance(told, int | float):
            return None
        return Cost(float(told), GATEWAYS) if math.isfinite(told) and told >= 0 else None

    def of_all(self, runs: Iterable[Run]) -> list[Cost]:
        """Every answer that was asked for, one sum for each currency; empty when none is known."""
        sums: dict[str, Cost] = {}
        unknown = 0
        for run in runs:
            if not run.requests:
                continue  # a copy
            one = self.of_run(run)
            if one is None:
                unknown += 1
                continue
            so_far = sums.get(one.currency, Cost(0.0, one.currency, 0))
            sums[one.currency] = replace(
                so_far, amount=so_far.amount + one.amount, answers=so_far.answers + 1
            )
        return [replace(one, unknown=unknown) for one in sums.values()]


def count(usage: Mapping[str, Any] | None, *names: str) -> int | None:
    """A number of tokens deep in a usage of any shape; None when it is not told."""
    at: Any = usage
    for name in names:
        at = at.get(name) if isinstance(at, Mapping) else None
    return at if isinstance(at, int) and not isinstance(at, bool) and at >= 0 else None


def load(path: str) -> Prices:
    """Raises BadInput, naming what is wrong; no file named is no prices."""
    if not path:
        return Prices()
    try:
        told = tomllib.loads(Path(path).expanduser().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"The price file {path} cannot be read: {error}.") from error
    currency = told.pop("currency", "USD")
    for name, price in told.items():
        right = isinstance(price, dict) and price and set(price) <= FIELDS
        if not right or not all(type(v) in (int, float) and v >= 0 for v in price.values()):
            raise BadInput(
                f"The price of {name} in {path} must be a table of {', '.join(sorted(FIELDS))}, "
                "each a number."
            )
    return Prices(str(currency)[:8], told)


_installed = Prices()


def install(prices: Prices) -> None:
    """The prices of this process, read once at its start."""
    global _installed
    _installed = prices


def prices() -> Prices:
    return _installed
