"""What a gateway publishes of its prices: new-api's GET /api/pricing. Pure.

`quota_type` 1 is a price a call in `model_price`; 0 a ratio of which 1 is 2 USD for a million
tokens (new-api, model/pricing.go and setting/ratio_setting). A group's own ratio is not known
here, so this is a hint, never a bill.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

RATIO_ONE = 2.0  # USD for a million tokens
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Price:
    """In USD. `call` for one request, or `given` and `got` for a million tokens."""

    call: float | None = None
    given: float | None = None
    got: float | None = None


def read_prices(body: bytes) -> dict[str, Price]:
    """By the model's name; empty for anything that is no such list."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    rows = value.get("data") if isinstance(value, Mapping) else None
    prices: dict[str, Price] = {}
    for row in rows[:MOST] if isinstance(rows, list) else ():
        if not isinstance(row, Mapping) or not isinstance(name := row.get("model_name"), str):
            continue
        call, ratio = _number(row.get("model_price")), _number(row.get("model_ratio"))
        if row.get("quota_type") == 1:
            if call:
                prices[name] = Price(call=call)
        elif ratio:
            more = _number(row.get("completion_ratio")) or 1.0
            given = ratio * RATIO_ONE
            prices[name] = Price(given=given, got=given * more)
    return prices


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None
