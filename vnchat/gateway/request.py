"""Messages to the body of a chat completion, in the gateway's dialect. Pure.

Roles and texts pass word for word: an earlier answer goes back raw, because some gateways find
the video to continue in it. Only the form of pictures changes. The parameters are in
`parameters.py`, what continues a video in `continuing.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.parameters import check_parameters
from vnchat.gateway.profile import Profile

Message = Mapping[str, Any]


def body_of(
    messages: Sequence[Message],
    *,
    model: str,
    parameters: Mapping[str, Any],
    profile: Profile,
    stream: bool,
) -> dict[str, Any]:
    """The whole request. What a person set outranks the profile's extra fields."""
    if not model.strip():
        raise BadInput("No model is chosen. Choose or type one.")
    if not messages:
        raise BadInput("There is nothing to send: write a message.")
    kept = last_only(messages) if profile.history == "last" else messages
    return {
        **profile.body,
        **check_parameters(parameters),
        "model": model.strip(),
        "messages": [_in_dialect(message, profile) for message in kept],
        "stream": stream,
    }


def last_only(messages: Sequence[Message]) -> list[Message]:
    """What a gateway that reads one message needs: the system's words and the last user's."""
    last = max(
        (i for i, message in enumerate(messages) if message.get("role") == "user"),
        default=len(messages) - 1,
    )
    system = [m for m in messages[:last] if m.get("role") in ("system", "developer")]
    return [*system, *messages[last:]]


def last_prompt(messages: Sequence[Message]) -> str:
    """Text of the last user message; an echo of it in the answer is no result."""
    for message in reversed(messages):
        if isinstance(message, Mapping) and message.get("role") == "user":
            return text_of(message)
    return ""


def text_of(message: Message) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    texts = (part.get("text") for part in content if isinstance(part, Mapping))
    return "\n".join(text for text in texts if isinstance(text, str))


def _in_dialect(message: Message, profile: Profile) -> dict[str, Any]:
    content = message.get("content")
    if not isinstance(content, list | tuple):
        return dict(message)
    return {**message, "content": [_part(part, profile) for part in content]}


def _part(part: Any, profile: Profile) -> Any:
    if not isinstance(part, Mapping) or part.get("type") != "image_url":
        return part
    image = part.get("image_url")
    if profile.picture_form == "string":
        url = image.get("url") if isinstance(image, Mapping) else image
        return {**part, "image_url": url} if isinstance(url, str) else dict(part)
    return {**part, "image_url": {"url": image}} if isinstance(image, str) else dict(part)
