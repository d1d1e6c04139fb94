"""From the open path of a conversation to the messages of a request.

Pure. An answer goes back as its raw text, word for word: some gateways continue a video only then.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.conversation import Media, Message
from vnchat.gateway.continuing import whole
from vnchat.gateway.profile import Profile
from vnchat.gateway.request import body_of
from vnchat.gateway.talking import talking
from vnchat.runs.choice import Choice

HEARD = {"audio/mpeg": "mp3", "audio/wav": "wav"}  # the sounds that chat models take


def messages_of(
    path: Sequence[Message],
    media: Mapping[str, Sequence[Media]],
    pictures: Mapping[str, bytes],
    *,
    system: str = "",
    links: Mapping[str, str] | None = None,
    spoken: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """OpenAI-style messages. An answer without a word (it failed) is left out.

    `media` are those of each message, `pictures` their bytes by the id of the media (of a document:
    its words). Words alone stay one string: every gateway takes that. `links` are addresses of
    pictures and videos that the gateway fetches itself, instead of their bytes; `spoken` the names
    of answers in sound that the gateway still has, by their message.
    """
    told: list[dict[str, Any]] = []
    if system.strip():
        told.append({"role": "system", "content": system})
    for message in path:
        if message.role == "assistant":
            if name := (spoken or {}).get(message.id):
                told.append({"role": "assistant", "audio": {"id": name}})
            elif message.text.strip():
                told.append({"role": "assistant", "content": message.text})
            continue
        shown = [one for one in media.get(message.id, ()) if one.id in pictures]
        if not shown:
            told.append({"role": "user", "content": message.text})
            continue
        words = [message.text] if message.text else []
        words += [_document(one, pictures[one.id]) for one in shown if one.kind == "file"]
        seen = [
            _part(one, pictures[one.id], (links or {}).get(one.id, ""))
            for one in shown
            if one.kind != "file"
        ]
        if not seen:
            told.append({"role": "user", "content": "\n\n".join(words)})
            continue
        told.append(
            {"role": "user", "content": [{"type": "text", "text": w} for w in words] + seen}
        )
    return told


def _document(one: Media, text: bytes) -> str:
    name = one.name.replace('"', "'").replace("\n", " ")
    return f'<file name="{name}">\n{text.decode("utf-8", "replace")}\n</file>'


def _part(one: Media, data: bytes, link: str) -> dict[str, Any]:
    """A picture, video or sound as OpenAI-compatible gateways take them."""
    if one.kind == "video":
        return {"type": "video_url", "video_url": {"url": link or data_url(data, one.type)}}
    if one.kind == "audio":
        sound = {
            "data": base64.b64encode(data).decode("ascii"),
            "format": HEARD.get(one.type, "wav"),  # whatever else it was is a WAV by now
        }
        return {"type": "input_audio", "input_audio": sound}
    return {"type": "image_url", "image_url": {"url": link or data_url(data, one.type)}}


def chat_body(
    messages: Sequence[Mapping[str, Any]], choice: Choice, profile: Profile
) -> dict[str, Any]:
    """The body of the chat form."""
    stream = choice.stream and profile.streams(choice.model)
    return body_of(
        messages,
        model=choice.model,
        parameters=talking(choice.model, choice.controls, choice.parameters, stream=stream),
        profile=whole(profile) if choice.continuing else profile,
        stream=stream,
    )


def from_question(path: list[Message]) -> list[Message]:
    """What is left of a path that was cut: it begins with a question, not with half a turn."""
    at = next((n for n, one in enumerate(path) if one.role == "user"), 0)
    return path[at:]


def data_url(data: bytes, type: str) -> str:
    return f"data:{type};base64,{base64.b64encode(data).decode('ascii')}"
