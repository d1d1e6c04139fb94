"""With what a prompt is sent: gateway, model and everything that goes with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
        }
