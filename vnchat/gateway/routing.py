"""How a model is asked: chat, a picture, speech, a provider's task … Pure.

First what the person chose for this model, then what the model list says of it
(new-api's supported_endpoint_types, dto/pricing.go and common/endpoint_type.go), then a small
table of names. A name that says nothing sure is asked by chat: many gateways serve videos there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from vnchat.gateway.records import Record

Kind = Literal[
    "chat", "responses", "claude", "gemini", "image", "speech", "transcription", "task", "none"
]
SIMPLE: tuple[Kind, ...] = (
    "chat", "responses", "claude", "gemini", "image", "speech", "transcription"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    kind: Kind
    record: str = ""  # of a task
    why: str = ""  # of "none": embeddings, rerank, moderation, realtime

    @property
    def name(self) -> str:
        """As it is stored and chosen: "chat", "image", "task:openai_videos"."""
        return f"task:{self.record}" if self.kind == "task" else self.kind


CHAT = Route("chat")

# The first type that is known decides: new-api puts the model's own before the general one.
_BY_TYPE: Mapping[str, Route] = {
    "openai": CHAT,
    "chat": CHAT,
    "openai-response": Route("responses"),
    "openai-response-compact": Route("responses"),
    "anthropic": Route("claude"),  # only where the chat form is not listed too
    "gemini": Route("gemini"),
    "text": CHAT,  # OpenRouter's output modalities
    "image": CHAT,
    "video": CHAT,
    "audio": CHAT,
    "image-generation": Route("image"),
    "images": Route("image"),
    "openai-video": Route("task", "openai_videos"),
    "audio-speech": Route("speech"),
    "audio-transcription": Route("transcription"),
    "audio-translation": Route("transcription"),
    "embeddings": Route("none", why="embeddings"),
    "jina-rerank": Route("none", why="rerank"),
    "rerank": Route("none", why="rerank"),
    "moderations": Route("none", why="moderation"),
    "realtime": Route("none", why="realtime"),
}
_NATIVE = ("claude", "gemini")
_GENERAL = frozenset({"openai", "chat", "anthropic", "gemini"})
_START = r"(?:^|[-_/. :@])"
# Only names that leave no doubt. Midjourney and Suno are in no list of types (new-api leaves
# them out), nor do lists without types name the kind of a speech or embedding model.
_BY_NAME: tuple[tuple[Route, re.Pattern[str]], ...] = tuple(
    (route, re.compile(pattern, re.IGNORECASE))
    for route, pattern in (
        (Route("none", why="rerank"), r"rerank"),
        (Route("none", why="embeddings"), rf"embedding|{_START}embed{_START}|{_START}bge-(?!rerank)"
         rf"|{_START}(?:e5|gte|m3e)-(?:small|base|large)"),
        (Route("none", why="moderation"), rf"moderation|{_START}llama-guard"),
        (Route("none", why="realtime"), r"realtime|native-audio-dialog|live-(?:preview|\d)"),
        (Route("task", "midjourney_blend"), r"^mj_?blend"),
        (Route("task", "midjourney_describe"), r"^mj_?describe"),
        (Route("task", "midjourney"), r"^mj[_-]|^midjourney|^mj$"),
        (Route("task", "suno_lyrics"), r"^suno[_-]?lyrics"),
        (Route("task", "suno"), r"^suno|^chirp-"),
        (Route("transcription"), rf"{_START}whisper|transcribe|{_START}asr|sensevoice"),
        (Route("speech"), rf"{_START}tts|tts-\d|{_START}speech-\d|cosyvoice"),
        (Route("image"), rf"{_START}dall-?e-[23]|^gpt-image-|^chatgpt-image"),
        (Route("responses"), r"-codex(?:-|$)|^o[134]-pro|^gpt-5(?:\.\d)?-pro|deep-research"
         r"|^computer-use"),
    )
)  # fmt: skip


def route_for(
    model: str,
    types: Sequence[str] = (),
    *,
    chosen: str = "",
    records: Mapping[str, Record],
) -> Route:
    """The route of a model. `chosen` is the name of a route that the person remembered for it."""
    if chosen and (route := named(chosen, records)) is not None:
        return route
    told = [_BY_TYPE[one.lower()] for one in types if one.lower() in _BY_TYPE]
    by_name = next((route for route, pattern in _BY_NAME if pattern.search(model[:200])), None)
    if by_name is not None and by_name.kind == "task" and by_name.record not in records:
        by_name = None
    if not told:
        return by_name or CHAT
    only_general = all(one.lower() in _GENERAL for one in types)
    if only_general and by_name is not None and by_name.kind in ("task", "none"):
        return by_name  # "openai" is what such lists say of everything that they cannot name
    return CHAT if CHAT in told and told[0].kind in _NATIVE else told[0]


def chats(types: Sequence[str]) -> bool:
    """May a model of these types be asked in the chat form? Where a list says nothing, yes."""
    told = [_BY_TYPE[one.lower()] for one in types if one.lower() in _BY_TYPE]
    return not told or CHAT in told


def named(name: str, records: Mapping[str, Record]) -> Route | None:
    """The route of this name; None for one that is not (any more) there."""
    kind, _, record = name.partition(":")
    if kind == "task":
        return Route("task", record) if record in records else None
    return Route(kind) if kind in SIMPLE else None


def choices(
    model: str, types: Sequence[str], records: Mapping[str, Record], now: Route
) -> list[Route]:
    """What a person may choose for this model, the likeliest first."""
    told = [_BY_TYPE[one.lower()] for one in types if one.lower() in _BY_TYPE]
    by_name = [Route("task", one.id) for one in records.values() if one.takes(model)]
    rest = [one for one in records.values() if not one.takes(model)]
    rest.sort(key=lambda one: one.base != "api")  # forms that serve many makers come first
    others = [Route("task", one.id) for one in rest]
    simple = [Route(kind) for kind in SIMPLE]
    every = [now, *told, CHAT, *by_name, *simple, *others]
    return list(dict.fromkeys(one for one in every if one.kind != "none"))
