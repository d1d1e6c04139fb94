"""Claude's and Gemini's own forms: the same conversation in the shape of their makers. Pure.

Only for models that a gateway lists for these forms alone; the chat form serves them everywhere
else. The key goes in a header and never in the address. Answers are read in reading/native.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from vnchat.errors import BadInput
from vnchat.gateway.once import Posted
from vnchat.gateway.request import text_of

VERSION = "2023-06-01"  # of Anthropic's API; it names no other
MOST_TOKENS = 8192  # Claude wants a limit said
_SMALL = re.compile(r"claude-(?:3-(?:haiku|opus|sonnet)|2|instant)", re.IGNORECASE)
_BUDGETS = {"low": 2048, "medium": 8192, "high": 16_384, "xhigh": 32_768}
_GEMINI_THINKS = re.compile(r"gemini-(?:2\.5|[3-9])(?!.*image)", re.IGNORECASE)
_DATA = re.compile(r"data:([\w.+/-]{1,100});base64,", re.ASCII)


def claude_ask(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    extra: Mapping[str, Any],
    *,
    stream: bool,
) -> Posted:
    """POST /v1/messages. `parameters` are those of the chat form; others are left out."""
    turns = _turns(messages, "assistant", _claude_parts)
    most = parameters.get("max_completion_tokens") or parameters.get("max_tokens")
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": most or (4096 if _SMALL.search(model) else MOST_TOKENS),
        "messages": turns,
        "stream": stream,
    }
    if system := _system(messages):
        body["system"] = system
    body |= _renamed(parameters, ("temperature", "top_p", "top_k"), {})
    if stops := parameters.get("stop"):
        body["stop_sequences"] = [stops] if isinstance(stops, str) else list(stops)
    if budget := _BUDGETS.get(str(parameters.get("reasoning_effort", ""))):
        body["thinking"] = {"type": "enabled", "budget_tokens": budget}
        body["max_tokens"] = max(body["max_tokens"], budget + (most or 4096))
        body.pop("temperature", None)  # refused beside thinking
        body.pop("top_k", None)
    body |= {**extra, **_extra(parameters)}
    return Posted(
        "/v1/messages", body, {"anthropic-version": VERSION}, key_in="x-api-key", beside=True
    )


def gemini_ask(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    extra: Mapping[str, Any],
    *,
    stream: bool,
) -> Posted:
    """POST /v1beta/models/{model}:streamGenerateContent."""
    names = {"temperature": "temperature", "top_p": "topP", "top_k": "topK", "seed": "seed",
             "max_tokens": "maxOutputTokens", "max_completion_tokens": "maxOutputTokens",
             "presence_penalty": "presencePenalty", "frequency_penalty": "frequencyPenalty",
             }  # fmt: skip
    wishes = _renamed(parameters, tuple(names), names)
    if stops := parameters.get("stop"):
        wishes["stopSequences"] = [stops] if isinstance(stops, str) else list(stops)
    effort = str(parameters.get("reasoning_effort", ""))
    if "image" in model.lower():
        wishes["responseModalities"] = ["TEXT", "IMAGE"]
    elif _GEMINI_THINKS.search(model) or effort in _BUDGETS:
        thinking: dict[str, Any] = {"includeThoughts": True}
        if effort in _BUDGETS:
            thinking["thinkingBudget"] = min(_BUDGETS[effort], 24_576)
        wishes["thinkingConfig"] = thinking
    body: dict[str, Any] = {"contents": _turns(messages, "model", _gemini_parts)}
    if system := _system(messages):
        body["systemInstruction"] = {"parts": [{"text": system}]}
    if wishes:
        body["generationConfig"] = wishes
    body |= {**extra, **_extra(parameters)}
    name = quote(model.removeprefix("models/"), safe="-._~:@")
    way = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return Posted(f"/v1beta/models/{name}:{way}", body, {}, key_in="x-goog-api-key", beside=True)


def _turns(messages: Sequence[Mapping[str, Any]], other: str, parts_of: Any) -> list[Any]:
    """Roles take turns and a person begins, as both makers want it."""
    turns: list[dict[str, Any]] = []
    holds = "content" if other == "assistant" else "parts"
    for message in messages:
        role = message.get("role")
        if role not in ("user", "assistant"):
            continue
        name = "user" if role == "user" else other
        parts = parts_of(message.get("content"))
        if not parts or (not turns and role == "assistant"):
            continue
        if turns and turns[-1]["role"] == name:
            turns[-1][holds] += parts
        else:
            turns.append({"role": name, holds: parts})
    if not turns:
        raise BadInput("There is nothing to send: write a message.")
    return turns


def _claude_parts(content: object) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for kind, value, type in _pieces(content):
        if kind == "text":
            parts.append({"type": "text", "text": value})
        elif kind == "link":
            parts.append({"type": "image", "source": {"type": "url", "url": value}})
        elif type.startswith("image/"):
            source = {"type": "base64", "media_type": type, "data": value}
            parts.append({"type": "image", "source": source})
        else:
            raise BadInput("Claude takes pictures, but no sound and no video.")
    return parts


def _gemini_parts(content: object) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for kind, value, type in _pieces(content):
        if kind == "text":
            parts.append({"text": value})
        elif kind == "link":
            parts.append({"fileData": {"fileUri": value}})
        else:
            parts.append({"inlineData": {"mimeType": type, "data": value}})
    return parts


def _pieces(content: object) -> list[tuple[str, str, str]]:
    """(text, link or data; its value; its type) of a message in the chat form."""
    if isinstance(content, str):
        return [("text", content, "")] if content else []
    found: list[tuple[str, str, str]] = []
    for part in content if isinstance(content, list | tuple) else ():
        if not isinstance(part, Mapping):
            continue
        kind = str(part.get("type"))
        inner = part.get(kind)
        if kind == "text" and part.get("text"):
            found.append(("text", str(part["text"]), ""))
        elif kind == "input_audio" and isinstance(inner, Mapping):
            type = "audio/mp3" if inner.get("format") == "mp3" else "audio/wav"
            found.append(("data", str(inner.get("data", "")), type))
        elif kind in ("image_url", "video_url"):
            url = str(inner.get("url", "") if isinstance(inner, Mapping) else inner or "")
            if told := _DATA.match(url):
                found.append(("data", url[told.end() :], told[1]))
            elif url:
                found.append(("link", url, ""))
    return found


def _system(messages: Sequence[Mapping[str, Any]]) -> str:
    return "\n\n".join(text_of(m) for m in messages if m.get("role") in ("system", "developer"))


def _renamed(
    parameters: Mapping[str, Any], names: Sequence[str], others: Mapping[str, str]
) -> dict[str, Any]:
    return {
        others.get(name, name): parameters[name]
        for name in names
        if parameters.get(name) is not None
    }


def _extra(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = parameters.get("extra")
    return extra if isinstance(extra, Mapping) else {}
