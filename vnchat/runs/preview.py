"""What the next prompt would be sent as: method, path and body, before anything is sent.

Built by the very functions that build the request; pictures are named by their size, the key is
never part of it. Nothing here speaks to a gateway.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.once import Posted
from vnchat.gateway.tasks import Asking

LONG = 400
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{400,}={0,2}")
# The typed methods of the `openai` package that are used, and the path that each posts to.
_PATHS = {
    "images.generate": "/images/generations",
    "images.edit": "/images/edits",
    "audio.speech.create": "/audio/speech",
    "audio.transcriptions.create": "/audio/transcriptions",
    "audio.translations.create": "/audio/translations",
    "responses.create": "/responses",
}


@dataclass(frozen=True, slots=True)
class Preview:
    method: str
    address: str
    form: str  # "JSON" or "multipart/form-data"
    body: Mapping[str, Any]


class Recorder:
    """Stands for the package's client: tells which method was called, with what."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Recorder:
        return Recorder((*self._names, name))

    def __call__(self, *args: Any, **fields: Any) -> tuple[str, dict[str, Any]]:
        name = ".".join(one for one in self._names if one != "with_streaming_response")
        return name, fields


def of_chat(base: str, body: Mapping[str, Any]) -> Preview:
    return Preview("POST", f"{base}/chat/completions", "JSON", shown(body))


def of_task(base: str, asking: Asking) -> Preview:
    if asking.form:
        fields: dict[str, Any] = {}
        for name, value in asking.form:
            before = fields.get(name)
            told = shown(value)
            fields[name] = told if before is None else [*_listed(before), told]
        return Preview(asking.method, f"{base}{asking.path}", "multipart/form-data", fields)
    body = json.loads(asking.content) if asking.content else {}
    return Preview(asking.method, f"{base}{asking.path}", "JSON", shown(body))


def of_once(base: str, ask: Any) -> Preview:
    if isinstance(ask, Posted):
        return Preview("POST", f"{base}{ask.path}", "JSON", shown(ask.body))
    name, fields = ask(Recorder(), {})
    extra = fields.pop("extra_body", None) or {}
    body = {**fields, **extra}
    form = "multipart/form-data" if any(map(_is_file, body.values())) else "JSON"
    if name not in _PATHS:
        raise BadInput("What is sent for this model cannot be shown beforehand.")
    return Preview("POST", base + _PATHS[name], form, shown(body))


def shown(value: Any) -> Any:
    """Long bytes become what they are; everything else stays word for word."""
    if isinstance(value, Mapping):
        return {str(name): shown(one) for name, one in value.items()}
    if _is_file(value):
        name, data, kind = value if isinstance(value, tuple) else ("", value, "")
        return _named(kind, data, name)
    if isinstance(value, list | tuple):
        return [shown(one) for one in value]
    if not isinstance(value, str) or len(value) < LONG:
        return value
    head, comma, data = value.partition(",")
    if comma and head.startswith("data:"):
        return _named(head[5:].partition(";")[0], _decoded(data))
    return _named("base64", _decoded(value)) if _BASE64.fullmatch(value) else value


def _named(kind: str, data: bytes, name: str = "") -> str:
    size = f"{len(data) / 1e6:.1f} MB" if len(data) > 1e6 else f"{max(1, len(data) // 1000)} kB"
    return "‹" + ", ".join(one for one in (name, kind, _measures(data), size) if one) + "›"


def _measures(data: bytes) -> str:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return f"{picture.width}×{picture.height}"
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        return b""


def _is_file(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(map(_is_file, value)) and not isinstance(value[0], str)
    whole = isinstance(value, tuple) and len(value) == 3
    return isinstance(value, bytes) or (whole and isinstance(value[1], bytes))


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
