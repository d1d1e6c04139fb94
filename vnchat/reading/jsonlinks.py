"""Results in JSON: `video_url`, `data[].url`, `output` and their like, at any depth.

Pure. Used for content parts and message fields (`chunks.py`), for answers that are JSON
(`links.py`) and for bodies that are no chat completion. What echoes the request is not looked into.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vnchat.reading.reply import ResultKind
from vnchat.reading.urls import extension_of, hinted_kind, kind_of

_VIDEO = re.compile(
    r"^(?:hd_?|final_?|output_?|result_?|generated_?)?(?:video|mp4|clip|movie)s?(?:_?(?:url|uri|link|src|file|path|data))?s?$",
    re.IGNORECASE,
)
_AUDIO = re.compile(
    r"^(?:output_?|input_?|result_?|generated_?)?(?:audio|mp3|music|song|sound|speech)s?(?:_?(?:url|uri|link|src|file|data))?s?$",
    re.IGNORECASE,
)
_IMAGE = re.compile(
    r"^(?:output_?|result_?|generated_?)?(?:image|picture|photo|img)s?(?:_?(?:url|uri|link|src|file|data))?s?$",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"^(?:result|output|download|file|media|asset|generated|content|final|resource|play|source)?s?_?(?:url|uri|link|src|href|file|output|result|media)s?$",
    re.IGNORECASE,
)
_POSTER = re.compile(
    r"thumb|cover|poster|preview|first_?frame|last_?frame|snapshot|gif|^watermark", re.IGNORECASE
)
_SKIP = re.compile(
    r"prompt|input|^request$|^messages?$|reference|^ref_|^params?$|^parameters$|^args$|^source_(?:image|video)|original|callback|webhook|status_?url|^cancel|^docs?|web_url|"
    r"page|^metadata$|^image_?tail|referenced|^start_|^error|logs?$|get_url|poll|response_url|"
    r"stream_?url|citation|grounding|annotation|search_?(?:result|entry)|avatar|icon|logo",
    re.IGNORECASE,
)  # fmt: skip
_MAGIC = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
)
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]{16}")
_TYPES = ("type", "object", "media_type", "mime_type", "mimeType", "mimetype", "content_type",
          "contentType", "mime")  # fmt: skip
DEEPEST, MOST = 8, 200


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that JSON names. `poster`: it belongs to the clip beside it."""

    kind: ResultKind
    url: str
    poster: bool = False


def found_in(body: object, *, limit: int = MOST) -> list[Found]:
    """Everything made that is named in the JSON, in order, each once."""
    seen: dict[str, Found] = {}
    for found in _walk(body, "", "", 0):
        if found.url not in seen:
            seen[found.url] = found
            if len(seen) >= limit:
                break
    return list(seen.values())


def as_data(value: str, mime: str) -> str:
    """Bare base64 as a data address; its first bytes tell the type where nobody else does."""
    try:
        head = base64.b64decode(value[:32], validate=False)
    except ValueError:
        head = b""
    if head[:4] == b"RIFF":
        mime = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12], "audio/wav")
    elif head[4:8] == b"ftyp":
        mime = mime if mime.startswith(("audio/", "image/")) else "video/mp4"
    else:
        mime = next((kind for begin, kind in _MAGIC if head.startswith(begin)), mime)
    return f"data:{mime or 'image/png'};base64,{value}"


def _walk(value: object, name: str, around: str, depth: int) -> Iterator[Found]:
    if depth > DEEPEST:
        return
    if isinstance(value, str):
        if found := _one(value, name, around):
            yield found
        elif value[:1] in ("{", "[") and value[-1:] in ("}", "]") and len(value) < 20_000:
            try:  # JSON as a string inside of JSON, as tools answer
                inside = json.loads(value, strict=False)
            except (ValueError, RecursionError):
                return
            yield from _walk(inside, name, around, depth + 2)
    elif isinstance(value, list):
        for item in value[:MOST]:
            yield from _walk(item, name, around, depth + 1)
    elif isinstance(value, Mapping):
        # {"type": "image_url", "image_url": {"url": …}}: the name outside says what is inside
        hint = _hint(value)
        inner = name if _kind_by_name(name) else hint or around
        for key, item in list(value.items())[:MOST]:
            if not isinstance(key, str) or _SKIP.search(key):
                continue
            own = "poster" if _POSTER.search(key) else "" if _neutral(key) else key
            if _POSTER.search(name):
                own = "poster"
            if (
                key in ("b64_json", "base64", "b64", "bytesBase64Encoded")
                and isinstance(item, str)
                and len(item) > 40
            ):
                mime = value.get("mime_type") or value.get("mimeType") or ""
                yield from _given(as_data(item, mime if isinstance(mime, str) else ""))
            elif key in ("inlineData", "inline_data") and isinstance(item, Mapping):
                data, mime = item.get("data"), item.get("mimeType") or item.get("mime_type") or ""
                if isinstance(data, str) and data:
                    yield from _given(as_data(data, mime if isinstance(mime, str) else ""))
            elif own == key or own == "poster":
                yield from _walk(item, own if own == "poster" else key, inner, depth + 1)
            else:
                yield from _walk(item, inner if _kind_by_name(inner) else key, inner, depth + 1)


def _hint(value: Mapping[Any, Any]) -> str:
    """What an object says it is: by its type, in whatever field, or by the name of its file."""
    said = [text for name in _TYPES if isinstance(text := value.get(name), str)]
    for text in said:
        kind = text.partition("/")[0].lower()  # "video/mp4"
        if "/" in text and kind in ("video", "image", "audio"):
            return kind
    for name in ("filename", "file_name", "name"):
        file = value.get(name)
        kind = kind_of(f"x/{file}") if isinstance(file, str) and "/" not in file else ""
        if kind in ("video", "image", "audio"):
            return kind
    return next((text for text in said if text and text not in ("object", "list")), "")


def _given(url: str) -> Iterator[Found]:
    kind = kind_of(url)
    if kind in ("video", "image", "audio"):
        yield Found(kind, url)


def _neutral(key: str) -> bool:
    """A key that says "address" but not of what."""
    return bool(_ANY.match(key)) and _kind_by_name(key) == ""


def _kind_by_name(name: str) -> ResultKind | str:
    if _VIDEO.match(name):
        return "video"
    if _AUDIO.match(name):
        return "audio"
    if _IMAGE.match(name):
        return "image"
    return ""


def _one(value: str, name: str, around: str) -> Found | None:
    named = _kind_by_name(name)
    if value.startswith("data:"):
        kind = kind_of(value)
    elif value.startswith(("http://", "https://", "/")) and not any(
        c.isspace() for c in value[:2000]
    ):
        kind = kind_of(value)
        if value.startswith("/") and not (named or extension_of(value)):
            return None
        if kind == "page" and not named:
            return None
        if kind in ("", "page") and named:
            kind = named  # type: ignore[assignment]
        if kind == "":
            if not (_ANY.match(name) or name == "poster"):
                return None
            kind = _kind_by_name(around) or hinted_kind(value)  # type: ignore[assignment]
    elif named and name != "poster" and len(value) > 400 and _BASE64.match(value):
        value = as_data(value, {"video": "video/mp4", "audio": "audio/wav"}.get(named, ""))
        kind = kind_of(value)
    else:
        return None
    if kind not in ("video", "image", "audio"):
        return None
    return Found(kind, value, name == "poster")
