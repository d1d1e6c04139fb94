"""A chat request read and checked; what a model says, written as chunks or as one object.

Pure: no network, no clock. `chat.py` moves these values over HTTP, the models make them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .records import data_of, picture_urls

EXTEND = "extend://"  # not a picture: the id of a clip that goes on
ROLES = ("system", "developer", "user", "assistant", "tool", "function")


class Refused(Exception):
    """An error answer in the OpenAI shape."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.body = {"error": {"message": message, "type": kind, "param": param, "code": code}}


# What a model says, in order.


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of content. `passing` pieces (progress) are left out of an answer in one piece."""

    text: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Reasoning:
    text: str
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A piece of an answer in sound: its words, its base64."""

    id: str
    words: str = ""
    data: str = ""
    until: int = 0

    def told(self) -> dict[str, Any]:
        told = {"transcript": self.words, "data": self.data, "expires_at": self.until}
        return {"id": self.id} | {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of the tools that the request offered."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Finished:
    reason: str


Said = Text | Reasoning | Spoken | Call | Finished


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the request."""

    role: str
    text: str
    pictures: tuple[str, ...]  # addresses as sent: data URLs, http links, extend:// ids


@dataclass(frozen=True, slots=True)
class Ask:
    """A checked chat request."""

    model: str
    turns: tuple[Turn, ...]
    stream: bool
    usage_wanted: bool
    choices: int
    limit: int | None  # most pieces of text
    stops: tuple[str, ...]
    body: Mapping[str, Any]

    @property
    def last(self) -> Turn:
        """The newest message of the person."""
        people = (turn for turn in reversed(self.turns) if turn.role == "user")
        return next(people, self.turns[-1])

    @property
    def prompt(self) -> str:
        return self.last.text.strip()

    @property
    def chinese(self) -> bool:
        return is_chinese(self.prompt)


def is_chinese(text: str) -> bool:
    return re.search(r"[\u4e00-\u9fff]", text) is not None


def ask_of(body: object) -> Ask:
    """The request, or `Refused` with the name of the field that is wrong."""
    if not isinstance(body, dict):
        raise Refused(400, "The body is not a JSON object.", code="invalid_json")
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise _wrong("model", "must be the name of a model")
    check_parameters(body)
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise _wrong("messages", "must be a list with at least one message")
    stops = body.get("stop") or ()
    options = body.get("stream_options") or {}
    return Ask(
        model=model,
        turns=tuple(_turn(message, f"messages[{at}]") for at, message in enumerate(messages)),
        stream=bool(body.get("stream")),
        usage_wanted=bool(isinstance(options, dict) and options.get("include_usage")),
        choices=body.get("n") or 1,
        limit=body.get("max_completion_tokens") or body.get("max_tokens"),
        stops=(stops,) if isinstance(stops, str) else tuple(stops),
        body=body,
    )


def _turn(message: object, where: str) -> Turn:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise _wrong(f"{where}.role", f"must be one of {', '.join(ROLES)}")
    content = message.get("content")
    if content is None and message["role"] != "assistant":
        raise _wrong(f"{where}.content", "must be text or a list of parts")
    if content is not None and not isinstance(content, str | list):
        raise _wrong(f"{where}.content", "must be text or a list of parts")
    if isinstance(content, list):
        for at, part in enumerate(content):
            _check_part(part, f"{where}.content[{at}]")
        text = "\n".join(part["text"] for part in content if part["type"] == "text")
    else:
        text = content or ""
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half characters
    return Turn(message["role"], text, tuple(picture_urls(content)))


def _check_part(part: object, where: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(kind, str):
        raise _wrong(f"{where}.type", "must name the kind of the part")
    if kind == "text" and not isinstance(part.get("text"), str):
        raise _wrong(f"{where}.text", "must be text")
    if kind == "image_url":
        url = next(picture_urls([part]))
        known = url.startswith(("http://", "https://", EXTEND)) or data_of(url) is not None
        if not known:
            raise _wrong(f"{where}.image_url", "must be a base64 data URL or an http link")


def _wrong(param: str, must: str) -> Refused:
    return Refused(400, f"Invalid '{param}': {must}.", code="invalid_value", param=param)


# name: (kind, lowest, highest)
NUMBERS: dict[str, tuple[type, float, float]] = {
    "temperature": (float, 0, 2),
    "top_p": (float, 0, 1),
    "presence_penalty": (float, -2, 2),
    "frequency_penalty": (float, -2, 2),
    "n": (int, 1, 8),
    "max_tokens": (int, 1, 1_000_000),
    "max_completion_tokens": (int, 1, 1_000_000),
    "seed": (int, -(2**63), 2**63 - 1),
    "top_logprobs": (int, 0, 20),
}
SHAPES: dict[str, tuple[type, ...]] = {
    "stream": (bool,),
    "logprobs": (bool,),
    "parallel_tool_calls": (bool,),
    "stream_options": (dict,),
    "logit_bias": (dict,),
    "metadata": (dict,),
    "response_format": (dict,),
    "tools": (list,),
    "modalities": (list,),
    "stop": (str, list),
    "user": (str,),
    "reasoning_effort": (str,),
}


def check_parameters(body: Mapping[str, Any]) -> None:
    """Raises `Refused` for the first parameter that a real gateway would refuse."""
    for name, (kind, lowest, highest) in NUMBERS.items():
        value = body.get(name)
        if value is None:
            continue
        fits = isinstance(value, int) or (kind is float and isinstance(value, float))
        if isinstance(value, bool) or not fits:
            raise _wrong(name, "must be a whole number" if kind is int else "must be a number")
        if not lowest <= value <= highest:
            raise _wrong(name, f"must be from {lowest} to {highest}")
    for name, kinds in SHAPES.items():
        value = body.get(name)
        if value is not None and not isinstance(value, kinds):
            raise _wrong(name, f"must be {' or '.join(kind.__name__ for kind in kinds)}")
    stops = body.get("stop")
    if isinstance(stops, list) and (len(stops) > 4 or not all(isinstance(s, str) for s in stops)):
        raise _wrong("stop", "must be up to four texts")


# Writing


def chunk(head: Mapping[str, Any], delta: Mapping[str, Any] | None, **more: Any) -> str:
    """One event of a stream; without a delta the list of choices is empty."""
    index, finish = more.pop("index", 0), more.pop("finish", None)
    choices = [] if delta is None else [{"index": index, "delta": delta, "finish_reason": finish}]
    return event({**head, "object": "chat.completion.chunk", "choices": choices, **more})


def event(payload: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(payload, ensure_ascii=False)}\n\n"


def message_of(said: Sequence[Said]) -> tuple[dict[str, Any], str]:
    """Everything that was said as one message, and its finish reason."""
    lasting = [piece for piece in said if not getattr(piece, "passing", False)]
    message: dict[str, Any] = {"role": "assistant", "content": _joined(lasting, Text)}
    if thought := _joined(lasting, Reasoning):
        message["reasoning_content"] = thought
    if spoken := [piece for piece in lasting if isinstance(piece, Spoken)]:
        words, data = ("".join(getattr(s, n) for s in spoken) for n in ("words", "data"))
        message["content"] = None
        message["audio"] = Spoken(spoken[0].id, words, data, spoken[-1].until).told()
    calls = [piece for piece in lasting if isinstance(piece, Call)]
    if calls:
        message["tool_calls"] = [call_json(call, at) for at, call in enumerate(calls)]
    ends = [piece.reason for piece in lasting if isinstance(piece, Finished)]
    return message, ends[-1] if ends else "stop"


def _joined(said: Iterable[Said], kind: type[Text] | type[Reasoning]) -> str:
    return "".join(piece.text for piece in said if isinstance(piece, kind))


def call_json(call: Call, at: int) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": f"call_demo_{at}", "type": "function", "function": function}


def pieces_of(text: str) -> list[str]:
    """The text in pieces of about a token each; joined they are the text."""
    return re.findall(
        r"\s*(?:[\u3000-\u9fff\uff00-\uffef]{1,2}|[^\s\u3000-\u9fff\uff00-\uffef]{1,5})|\s+$", text
    )


def usage_of(ask: Ask, said: Sequence[Said]) -> dict[str, int]:
    asked = sum(len(pieces_of(turn.text)) + 3 for turn in ask.turns)
    told = sum(len(pieces_of(piece.text)) for piece in said if isinstance(piece, Text | Reasoning))
    return {
        "prompt_tokens": asked,
        "completion_tokens": told,
        "total_tokens": asked + told,
    }
