"""The fields of a chat completion beside model, messages and stream: names, types, ranges. Pure.

PARAMETERS is the one list: the settings panel is drawn from it, and `check_parameters` reads
what was typed by it. Nothing has a default: a field that nobody set is not sent, because some
gateways refuse fields that they do not know (`stream_options` is the usual one).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from vnchat.errors import BadInput

Type = Literal["number", "integer", "switch", "text", "choice", "texts", "object", "list", "any"]
Group = Literal["sampling", "length", "output", "tools", "sound", "account"]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type: Type
    group: Group
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()  # of a "choice"; other words pass when `open`
    open: bool = False
    most: int = 0  # of "texts": how many at most; 0 = any number

    @property
    def help(self) -> str:
        """Key of its sentence in the catalogue of words."""
        return f"parameter.{self.name}"


_EFFORT = ("none", "minimal", "low", "medium", "high", "xhigh")

PARAMETERS: tuple[Parameter, ...] = (
    Parameter("temperature", "number", "sampling", 0, 2),
    Parameter("top_p", "number", "sampling", 0, 1),
    Parameter("top_k", "integer", "sampling", 0),
    Parameter("frequency_penalty", "number", "sampling", -2, 2),
    Parameter("presence_penalty", "number", "sampling", -2, 2),
    Parameter("seed", "integer", "sampling", -(2**63), 2**63 - 1),
    Parameter("logit_bias", "object", "sampling"),
    Parameter("max_tokens", "integer", "length", 1),
    Parameter("max_completion_tokens", "integer", "length", 1),
    Parameter("stop", "texts", "length", most=4),
    Parameter("n", "integer", "length", 1, 128),
    Parameter("reasoning_effort", "choice", "output", choices=_EFFORT, open=True),
    Parameter("verbosity", "choice", "output", choices=("low", "medium", "high"), open=True),
    Parameter("response_format", "object", "output"),
    Parameter("logprobs", "switch", "output"),
    Parameter("top_logprobs", "integer", "output", 0, 20),
    Parameter("prediction", "object", "output"),
    Parameter("stream_options", "object", "output"),
    Parameter("tools", "list", "tools"),
    Parameter("tool_choice", "any", "tools"),
    Parameter("parallel_tool_calls", "switch", "tools"),
    Parameter("functions", "list", "tools"),
    Parameter("function_call", "any", "tools"),
    Parameter("web_search_options", "object", "tools"),
    Parameter("modalities", "texts", "sound"),
    Parameter("audio", "object", "sound"),
    Parameter("user", "text", "account"),
    Parameter("safety_identifier", "text", "account"),
    Parameter("prompt_cache_key", "text", "account"),
    Parameter(
        "service_tier",
        "choice",
        "account",
        choices=("auto", "default", "flex", "scale", "priority"),
        open=True,
    ),
    Parameter("store", "switch", "account"),
    Parameter("metadata", "object", "account"),
)
BY_NAME: Mapping[str, Parameter] = {one.name: one for one in PARAMETERS}
_OURS = ("model", "messages", "stream")


def check_parameters(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters to send. Unset ones (None, "") are left out; unknown ones pass as JSON.

    Raises BadInput with one sentence that names the field.
    """
    values: dict[str, Any] = {}
    for name, value in raw.items():
        blank = isinstance(value, str) and not (value if name == "stop" else value.strip())
        if value is None or blank:
            continue
        if name in _OURS:
            raise BadInput(f"{name} is not set among the parameters: it has its own place.")
        if name == "extra":
            values |= check_parameters(_object(Parameter("extra", "object", "output"), value))
        elif name in BY_NAME:
            values[name] = _READ[BY_NAME[name].type](BY_NAME[name], value)
        else:
            values[name] = _plain_json(name, value)
    if "tool_choice" in values and "tools" not in values:
        raise BadInput("tool_choice needs tools: give the tools as well, or leave it out.")
    if values.get("top_logprobs") is not None and values.get("logprobs") is not True:
        raise BadInput("top_logprobs needs logprobs switched on.")
    return values


def _number(one: Parameter, value: Any) -> float | int:
    if isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            raise BadInput(f"{one.name} must be a number{_range(one)}.") from None
        if value.is_integer() and abs(value) < 2**53:
            value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInput(f"{one.name} must be a number{_range(one)}.")
    return _within(one, value)


def _integer(one: Parameter, value: Any) -> int:
    if isinstance(value, str):
        try:
            value = int(value.strip())
        except ValueError:
            raise BadInput(f"{one.name} must be a whole number{_range(one)}.") from None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{one.name} must be a whole number{_range(one)}.")
    return int(_within(one, value))


def _within(one: Parameter, value: float | int) -> float | int:
    too_low = one.low is not None and value < one.low
    too_high = one.high is not None and value > one.high
    if too_low or too_high:
        raise BadInput(f"{one.name} must be a number{_range(one)}; {value} is outside.")
    return value


def _range(one: Parameter) -> str:
    if one.low is not None and one.high is not None:
        return f" from {one.low} to {one.high}"
    return f" of at least {one.low}" if one.low is not None else ""


def _switch(one: Parameter, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in ("true", "on", "yes", "1"):
        return True
    if word in ("false", "off", "no", "0"):
        return False
    raise BadInput(f"{one.name} must be on or off.")


def _text(one: Parameter, value: Any) -> str:
    if not isinstance(value, str):
        raise BadInput(f"{one.name} must be text.")
    return value.strip()


def _choice(one: Parameter, value: Any) -> str:
    word = _text(one, value)
    if word not in one.choices and not one.open:
        raise BadInput(f"{one.name} must be one of: {', '.join(one.choices)}.")
    return word


def _texts(one: Parameter, value: Any) -> str | list[str]:
    if isinstance(value, str) and value.strip().startswith("["):
        value = _parsed(one, value, "a list of texts")
    if isinstance(value, str):
        return value if one.name == "stop" else [v.strip() for v in value.split(",") if v.strip()]
    if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
        raise BadInput(f"{one.name} must be text or a list of texts.")
    if one.most and len(value) > one.most:
        raise BadInput(f"{one.name} takes at most {one.most} texts; there are {len(value)}.")
    return list(value)


def _object(one: Parameter, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        value = _parsed(one, value, "a JSON object")
    if not isinstance(value, Mapping):
        raise BadInput(f"{one.name} must be a JSON object, like {{…}}.")
    plain = _plain_json(one.name, dict(value))
    assert isinstance(plain, dict)  # noqa: S101 - for mypy; a Mapping was put in
    return plain


def _list(one: Parameter, value: Any) -> list[Any]:
    if isinstance(value, str):
        value = _parsed(one, value, "a JSON list")
    if not isinstance(value, list | tuple):
        raise BadInput(f"{one.name} must be a JSON list, like […].")
    if not all(isinstance(item, Mapping) for item in value):
        raise BadInput(f"{one.name} must be a list of JSON objects.")
    return [_plain_json(one.name, item) for item in value]


def _any(one: Parameter, value: Any) -> Any:
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        value = _parsed(one, value, "JSON")
    return _plain_json(one.name, value)


def _parsed(one: Parameter, text: str, what: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise BadInput(f"{one.name} must be {what}; what was typed is no JSON{where}.") from None


def _plain_json(name: str, value: Any) -> Any:
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise BadInput(f"{name} holds something that cannot be sent as JSON.") from None


_READ: Mapping[Type, Callable[[Parameter, Any], Any]] = {
    "number": _number,
    "integer": _integer,
    "switch": _switch,
    "text": _text,
    "choice": _choice,
    "texts": _texts,
    "object": _object,
    "list": _list,
    "any": _any,
}
