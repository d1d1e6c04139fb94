"""Assistants and prompt templates: what they hold and how they come from and go to a file. Pure.

An assistant is a way to begin a conversation: model, system prompt, parameters, starter prompts.
A template is a prompt with {{fields}}. Kept by store/presets.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.parameters import check_parameters

FORMAT = "vnchat.assistants"
MOST_STARTERS = 6
MOST_IN_A_FILE = 200
LONGEST_FILE = 5_000_000
# Material Symbols that an assistant can have; the page draws them, so no others.
ICONS = (
    *("smart_toy", "edit_note", "movie", "image", "code", "translate", "school", "science"),
    *("search", "work", "home", "restaurant", "travel_explore", "music_note", "psychology"),
)
_FIELD = re.compile(r"\{\{\s*([^{}\n]{1,60}?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Assistant:
    name: str
    icon: str = ICONS[0]
    model: str = ""  # "" leaves the model that is chosen
    system: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    starters: tuple[str, ...] = ()
    gateway: str = ""  # id; "" leaves the gateway that is chosen

    def body(self) -> dict[str, Any]:
        told = asdict(self)
        told.pop("name")
        return told | {"parameters": dict(self.parameters), "starters": list(self.starters)}


def assistant(name: object, told: Mapping[str, Any]) -> Assistant:
    """From a form, a row or a file. Raises BadInput naming what is wrong."""
    if not isinstance(name, str) or not name.strip():
        raise BadInput("An assistant needs a name.")
    for key in ("icon", "model", "gateway", "system"):
        if not isinstance(told.get(key, ""), str):
            raise BadInput(f"“{key}” of {name[:80]} must be text.")
    starters = told.get("starters") or []
    if not isinstance(starters, list | tuple) or not all(isinstance(s, str) for s in starters):
        raise BadInput(f"The starter prompts of {name[:80]} must be a list of texts.")
    parameters = told.get("parameters") or {}
    if not isinstance(parameters, Mapping):
        raise BadInput(f"The parameters of {name[:80]} must be an object.")
    icon = told.get("icon", "")
    return Assistant(
        name=name.strip()[:80],
        icon=icon if icon in ICONS else ICONS[0],
        model=told.get("model", "").strip()[:200],
        gateway=told.get("gateway", "").strip()[:200],
        system=told.get("system", "")[:100_000],
        parameters=check_parameters(parameters),
        starters=tuple(s.strip()[:2000] for s in starters if s.strip())[:MOST_STARTERS],
    )


def to_file(assistants: Iterable[Assistant]) -> str:
    told = [{"name": one.name, **one.body()} for one in assistants]
    return json.dumps({"format": FORMAT, "version": 1, "assistants": told}, indent=2)


def from_file(data: bytes) -> list[Assistant]:
    """All of them, or BadInput for the first that is not right."""
    try:
        if len(data) > LONGEST_FILE:
            raise ValueError("too long")
        told = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput("The file is no JSON that can be read. Nothing was imported.") from error
    if not isinstance(told, Mapping) or told.get("format") != FORMAT:
        raise BadInput("The file holds no assistants of vnchat. Nothing was imported.")
    listed = told.get("assistants")
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        raise BadInput("The file holds no list of assistants. Nothing was imported.")
    if len(listed) > MOST_IN_A_FILE:
        raise BadInput(f"At most {MOST_IN_A_FILE} assistants come in at once.")
    return [assistant(one.get("name"), one) for one in listed]


def fields_of(text: str) -> list[str]:
    """The names in {{…}}, each once, in their order."""
    return list(dict.fromkeys(_FIELD.findall(text)))
