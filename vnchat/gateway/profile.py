"""One configured gateway: where it is and which dialect it speaks. Pure.

Everything but the key, which lives in `keys.py`. Model names are no part of it: they are data.
The presets are only starting points; each field can be changed afterwards.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Literal, cast
from urllib.parse import urlsplit

PictureForm = Literal["object", "string"]
PictureAs = Literal["data", "link"]
Switch = Literal["on", "off"]
History = Literal["all", "last"]
ContinueBy = Literal["auto", "history", "id"]


@dataclass(frozen=True, slots=True)
class Profile:
    id: str
    name: str
    base_url: str  # normalised, usually ends in /v1
    picture_form: PictureForm = "object"  # {"url": …}, or the bare string some gateways document
    picture_as: PictureAs = "data"
    bearer: bool = True  # False: the bare key in Authorization
    headers: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)  # extra fields of every request
    stream: Switch = "on"
    stream_by_model: tuple[tuple[str, bool], ...] = ()  # glob of the model name -> stream?
    history: History = "all"  # "last": system messages and the last user message only
    continue_by: ContinueBy = "auto"
    video_in: bool = False  # takes videos as `video_url` parts
    sound_in: bool = False  # takes sounds as `input_audio` parts
    key_on_media: bool = False  # send the key when fetching results from the gateway's own origin

    @property
    def origin(self) -> str:
        return origin_of(self.base_url)

    def takes(self, kind: str) -> bool:
        """May an attached file of this kind go along? Documents go as text, so always."""
        return {"video": self.video_in, "audio": self.sound_in}.get(kind, True)

    def streams(self, model: str) -> bool:
        """Whether this model is asked to stream; the first glob that fits decides."""
        for pattern, stream in self.stream_by_model:
            if fnmatchcase(model.lower(), pattern.lower()):
                return stream
        return self.stream == "on"


# What makes a dialect; id, name and address say which gateway it is.
DIALECT = (
    "picture_form",
    "picture_as",
    "bearer",
    "headers",
    "body",
    "stream",
    "stream_by_model",
    "history",
    "continue_by",
    "video_in",
    "sound_in",
    "key_on_media",
)


def with_dialect_of(profile: Profile, other: Profile) -> Profile:
    return dataclasses.replace(profile, **{name: getattr(other, name) for name in DIALECT})


def unusual(profile: Profile) -> tuple[str, ...]:
    """The fields of the dialect that are not as OpenAI documents it."""
    usual = Profile(id="", name="", base_url="")
    return tuple(name for name in DIALECT if getattr(profile, name) != getattr(usual, name))


def origin_of(url: str) -> str:
    """scheme://host:port, with the port always said and the host in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if ":" in host:
        host = f"[{host}]"
    port = parts.port or (80 if parts.scheme == "http" else 443)
    return f"{parts.scheme}://{host}:{port}"


def to_json(profile: Profile) -> dict[str, Any]:
    data = {one.name: getattr(profile, one.name) for one in dataclasses.fields(profile)}
    return data | {
        "headers": [list(pair) for pair in profile.headers],
        "body": dict(profile.body),
        "stream_by_model": [list(pair) for pair in profile.stream_by_model],
    }


def from_json(data: Mapping[str, Any]) -> Profile:
    """A profile from stored JSON. Missing or odd fields take their defaults."""
    empty = Profile(id="", name="", base_url="")
    values: dict[str, Any] = {}
    for one in dataclasses.fields(Profile):
        raw = data.get(one.name)
        if one.name in _CHOICES:
            values[one.name] = raw if raw in _CHOICES[one.name] else getattr(empty, one.name)
        elif one.name == "body":
            values["body"] = dict(raw) if isinstance(raw, Mapping) else {}
        elif one.name == "headers":
            values["headers"] = tuple((str(k), str(v)) for k, v in _pairs(raw))
        elif one.name == "stream_by_model":
            values["stream_by_model"] = tuple((str(k), bool(v)) for k, v in _pairs(raw))
        else:
            default = getattr(empty, one.name)
            values[one.name] = raw if isinstance(raw, type(default)) else default
    return Profile(**values)


_CHOICES: Mapping[str, tuple[str, ...]] = {
    "picture_form": ("object", "string"),
    "picture_as": ("data", "link"),
    "stream": ("on", "off"),
    "history": ("all", "last"),
    "continue_by": ("auto", "history", "id"),
}


def _pairs(raw: object) -> list[tuple[Any, Any]]:
    if isinstance(raw, Mapping):
        return list(raw.items())
    if not isinstance(raw, list | tuple):
        return []
    return [
        cast(tuple[Any, Any], tuple(x)) for x in raw if isinstance(x, list | tuple) and len(x) == 2
    ]


@dataclass(frozen=True, slots=True)
class Preset:
    """A family of gateways: what is known of its dialect, in one sentence and as fields."""

    id: str
    name: str
    about: str
    fields: Mapping[str, Any]

    def profile(self, *, id: str, name: str, base_url: str) -> Profile:
        return Profile(id=id, name=name, base_url=base_url, **self.fields)


def _preset(id: str, name: str, about: str, **fields: Any) -> Preset:
    return Preset(id, name, about, MappingProxyType(fields))


PRESETS: tuple[Preset, ...] = (
    _preset(
        "openai",
        "OpenAI-compatible",
        "The form of the OpenAI documentation: whole conversation, pictures inside the request.",
    ),
    _preset(
        "reseller",
        "new-api or one-api reseller",
        "Models of many makers; a finished video is continued by the id it carries, or by sending "
        "its whole answer back.",
    ),
    _preset(
        "sora2api",
        "sora2api",
        "Makes videos only when streaming, reads only the last message, takes pictures only "
        "inside the request, and continues a video by its id.",
        stream="on",
        history="last",
        picture_as="data",
        continue_by="id",
    ),
    _preset(
        "flow2api",
        "flow2api",
        "Reads only the last message; pictures are start frame, end frame and references in "
        "order; a video is extended by its media id.",
        history="last",
        continue_by="id",
        key_on_media=False,
    ),
    _preset(
        "grok2api",
        "grok2api",
        "Reads the last message with text; length and size go in a field named video_config.",
        history="last",
        continue_by="history",
        body={"video_config": {"seconds": 6, "resolution_name": "480p"}},
    ),
    _preset(
        "bare",
        "Bare key, picture as a string",
        "Wants the key without “Bearer” and each picture as a plain string.",
        bearer=False,
        picture_form="string",
    ),
    _preset(
        "openrouter",
        "OpenRouter",
        "Many providers behind one key; pictures come in their own field of the answer.",
        headers=(("X-Title", "vnchat"),),
    ),
)
