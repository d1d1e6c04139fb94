"""The responses form: a conversation as input items, summaries of the reasoning asked for.

Only for models that a gateway lists for it alone; answers are never stored there and never
continued by id (new-api routes neither).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.once import Ask
from vnchat.gateway.request import text_of

_REASONS = re.compile(r"^(?:gpt-5|o[1-9]|codex)|-codex|deep-research", re.IGNORECASE)
_SAME = ("temperature", "top_p", "parallel_tool_calls", "service_tier", "user")


def responses_ask(
    model: str,
    messages: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
    extra: Mapping[str, Any],
    *,
    stream: bool,
) -> Ask:
    """`parameters` are those of the chat form; what this form has no place for is left out."""
    if not messages:
        raise BadInput("There is nothing to send: write a message.")
    fields: dict[str, Any] = {
        "model": model,
        "input": [_item(m) for m in messages if m.get("role") in ("user", "assistant")],
        "stream": stream,
        "store": False,
    }
    system = "\n\n".join(text_of(m) for m in messages if m.get("role") in ("system", "developer"))
    if system:
        fields["instructions"] = system
    fields |= {name: parameters[name] for name in _SAME if name in parameters}
    most = parameters.get("max_completion_tokens") or parameters.get("max_tokens")
    if most:
        fields["max_output_tokens"] = most
    if tools := parameters.get("tools"):
        fields["tools"] = [_tool(one) for one in tools]
        fields |= {n: parameters[n] for n in ("tool_choice",) if isinstance(parameters.get(n), str)}
    if parameters.get("verbosity"):
        fields["text"] = {"verbosity": parameters["verbosity"]}
    effort = parameters.get("reasoning_effort")
    if effort or _REASONS.search(model):
        fields["reasoning"] = {"summary": "auto", **({"effort": effort} if effort else {})}
    more = {**extra, **_extra(parameters)}

    def ask(client: Any, options: Mapping[str, Any]) -> Any:
        return client.responses.with_streaming_response.create(
            **fields, **({"extra_body": more} if more else {}), **options
        )

    return ask


def _extra(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    extra = parameters.get("extra")
    return extra if isinstance(extra, Mapping) else {}


def _tool(tool: Any) -> Any:
    """A function of the chat form lies flat here; built-in tools are written as here already."""
    inner = tool.get("function") if isinstance(tool, Mapping) else None
    return {"type": "function", **inner} if isinstance(inner, Mapping) else tool


def _item(message: Mapping[str, Any]) -> dict[str, Any]:
    role, content = message["role"], message.get("content")
    kind = "output_text" if role == "assistant" else "input_text"
    if isinstance(content, str):
        return {"role": role, "content": [{"type": kind, "text": content}]}
    parts: list[dict[str, Any]] = []
    for part in content or ():
        if not isinstance(part, Mapping):
            continue
        if part.get("type") == "text":
            parts.append({"type": kind, "text": part.get("text", "")})
        elif part.get("type") == "image_url":
            image = part.get("image_url")
            url = image.get("url") if isinstance(image, Mapping) else image
            parts.append({"type": "input_image", "image_url": url, "detail": "auto"})
        else:
            raise BadInput("This model takes pictures and words in this form, no sound, no video.")
    return {"role": role, "content": parts}
