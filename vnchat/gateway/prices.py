"""What a gateway publishes of its prices: new-api's GET /api/pricing. Pure.

`quota_type` 1 is a price a call in `model_price`; 0 a ratio of which 1 is 2 USD for a million
tokens (new-api, model/pricing.go and setting/ratio_setting). Some lists name a price a second.
On /v1/videos new-api counts a price a call for every second (relay/channel/task/sora/adaptor.go
and QuantumNous/new-api issue 6827), other gateways do not: then both ends are told. A group's own
ratio is not known here, so this is a hint, never a bill.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

RATIO_ONE = 2.0  # USD for a million tokens
MOST = 10_000
LARGE = 5 / 3  # what new-api counts for the large sizes of sora-2-pro


@dataclass(frozen=True, slots=True)
class Estimate:
    """In USD; `low` and `high` differ where gateways count differently."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Price:
    """In USD. `call` for one request, or `given` and `got` for a million tokens."""

    call: float | None = None
    given: float | None = None
    got: float | None = None
    second: float | None = None

    def estimate(self, controls: Mapping[str, str], *, videos: bool = False) -> Estimate | None:
        """About what one request costs with these controls; None where they say nothing."""
        seconds = _told(controls.get("seconds", ""))
        count = _told(controls.get("n", "")) or 1.0
        if self.second is not None:
            return Estimate(self.second * seconds, self.second * seconds) if seconds else None
        if self.call is None:
            return None
        if videos and seconds:
            large = LARGE if controls.get("size") in ("1792x1024", "1024x1792") else 1.0
            return Estimate(self.call, self.call * seconds * large)
        return Estimate(self.call * count, self.call * count)


def _told(value: str) -> float:
    return float(value) if re.fullmatch(r"[0-9]{1,4}", value) else 0.0


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
        if second := _number(row.get("price_per_second")):
            prices[name] = Price(second=second)
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
