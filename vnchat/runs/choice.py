"""With what a prompt is sent: gateway, model and everything that goes with it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_OTHERS = 3


def others_of(told: object, gateways: Collection[str]) -> tuple[tuple[str, str], ...]:
    """Those of an options value that these gateways still can answer."""
    pairs = [tuple(one) for one in told if isinstance(one, list)] if isinstance(told, list) else []
    return tuple(
        (one[0], one[1])
        for one in pairs
        if len(one) == 2 and one[0] in gateways and isinstance(one[1], str) and one[1]
    )[:MOST_OTHERS]


@dataclass(frozen=True, slots=True)
class Choice:
    """With what a prompt is sent."""

    gateway: str
    model: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    system: str = ""
    assistant: str = ""  # id of the preset that a conversation began with
    last: int = 0  # only so many messages go along; 0: all
    stream: bool = True
    # {"message": id, "wish": "change" | "extend", "pressed": id of a button of its task}
    continuing: Mapping[str, str] | None = None
    route: str = ""  # the name of a gateway.routing.Route; "" is chat
    controls: Mapping[str, str] = field(default_factory=dict)  # of that route
    others: tuple[tuple[str, str], ...] = ()  # (gateway, model) that the prompt goes to as well

    def options(self) -> dict[str, Any]:
        return {
            "gateway": self.gateway,
            "model": self.model,
            "parameters": dict(self.parameters),
            "system": self.system,
            **({"assistant": self.assistant} if self.assistant else {}),
            "stream": self.stream,
            **({"last": self.last} if self.last else {}),
            "controls": dict(self.controls),
            **({"others": [list(one) for one in self.others]} if self.others else {}),
        }
