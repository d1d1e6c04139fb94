"""Names for kept files that a person downloads. Pure; never used as a path of ours."""

from __future__ import annotations

import re

_ENDINGS = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/ogg": "ogv",
    "video/quicktime": "mov",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/x-flv": "flv",
    "video/mp2t": "ts",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/webm": "weba",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/avif": "avif",
    "image/heic": "heic",
    "text/plain": "txt",
}
# Control characters, what makes a path or an option, and marks that turn the reading direction.
_UNFIT = re.compile(
    r'[\x00-\x1f\x7f-\x9f/\\"<>:|?*%;\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]+'
)


def ending_of(type: str) -> str:
    return _ENDINGS.get(type, "bin")


def file_name(words: str, type: str, id: str) -> str:
    """A few words of the prompt, a piece of the id, and the ending of its type."""
    line = " ".join(_UNFIT.sub(" ", words[:400]).split())
    cut = line if len(line) <= 60 else line[:60].rsplit(" ", 1)[0][:60]
    return f"{cut.strip(' .-') or type.partition('/')[0]} {id[:6]}.{ending_of(type)}"


def safe(name: str) -> str:
    """A name from outside as it may stand in an archive."""
    return _UNFIT.sub("_", name).strip(" .")[-120:] or "file"
