"""From the open path of a conversation to the messages of a request.

Pure. An answer goes back as its raw text, word for word: some gateways continue a video only then.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.conversation import Media, Message


def messages_of(
    path: Sequence[Message],
    media: Mapping[str, Sequence[Media]],
    pictures: Mapping[str, bytes],
    *,
    system: str = "",
) -> list[dict[str, Any]]:
    """OpenAI-style messages. An answer without a word (it failed) is left out.

    `media` are those of each message, `pictures` their bytes by the id of the media.
    """
    told: list[dict[str, Any]] = []
    if system.strip():
        told.append({"role": "system", "content": system})
    for message in path:
        if message.role == "assistant":
            if message.text.strip():
                told.append({"role": "assistant", "content": message.text})
            continue
        shown = [one for one in media.get(message.id, ()) if one.id in pictures]
        if not shown:
            told.append({"role": "user", "content": message.text})
            continue
        parts: list[dict[str, Any]] = []
        if message.text:
            parts.append({"type": "text", "text": message.text})
        parts += [
            {"type": "image_url", "image_url": {"url": data_url(pictures[one.id], one.type)}}
            for one in shown
        ]
        told.append({"role": "user", "content": parts})
    return told


def data_url(data: bytes, type: str) -> str:
    return f"data:{type};base64,{base64.b64encode(data).decode('ascii')}"
