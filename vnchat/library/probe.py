"""What a kept file really is: kind, size, length, codecs, whether browsers play it, a poster.

Videos and sounds are opened by a process of its own (`looking.py`): a few hundred bytes can make
libav take gigabytes. A picture is only a picture if it decodes whole; its bytes stay as they are.
Slow work: call it in a thread.
"""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from vnchat.errors import BadInput
from vnchat.library import apart
from vnchat.library.faults import MediaFailed
from vnchat.library.pictures import MOST_BYTES, header, preview
from vnchat.library.sniff import HEAD, Kind, container_of, looks_like_text

_SMALL_SIDE = 640  # of the small picture that lists show
_SMALL_BYTES = 80_000
_SECONDS = 60.0
_LOOKER = "vnchat.library.looking"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file is. `why` says in one word why browsers do not play it: container, codec,
    pixels or sound; empty if they do."""

    kind: Kind
    type: str
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    codec: str = ""
    sound: str = ""
    why: str = ""
    poster: bytes | None = None  # of a picture: a small one, if the picture itself is not small
    poster_type: str = "image/jpeg"

    @property
    def has_audio(self) -> bool:
        return bool(self.sound)

    @property
    def playable(self) -> bool:
        return not self.why


def probe(source: Path | bytes, *, poster: bool = True) -> Probe:
    """Look at a file; `MediaFailed` with reason "wrong_type" or "broken" if it cannot be used."""
    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        head = file.read(HEAD)
        container = container_of(head)
        if container is None:
            raise _wrong_type(head)
        file.seek(0)
        if container.kind == "image":
            return _picture(file, poster)
    return _film(source, poster)


def _film(source: Path | bytes, with_poster: bool) -> Probe:
    try:
        said = apart.run(
            _LOOKER,
            "poster" if with_poster else "plain",
            "-" if isinstance(source, bytes) else str(source),
            data=source if isinstance(source, bytes) else b"",
            seconds=_SECONDS,
        )
    except (TimeoutError, RuntimeError) as error:
        raise MediaFailed("broken", detail=str(error)) from error
    line, _, picture = said.partition(b"\n")
    told: dict[str, Any] = json.loads(line)
    if "reason" in told:
        raise MediaFailed(told["reason"], detail=told["detail"])
    return Probe(**told, poster=picture or None)


def _wrong_type(head: bytes) -> MediaFailed:
    detail = repr(head[:80])
    if looks_like_text(head):
        return MediaFailed(
            "wrong_type",
            detail=detail,
            sentence="The link gave a page or a message instead of a file; "
            "it may have expired or need a sign-in.",
        )
    return MediaFailed("wrong_type", detail=detail)


def _picture(file: BinaryIO, with_poster: bool) -> Probe:
    data = file.read(MOST_BYTES + 1)
    try:
        found = header(data)
        small = preview(data, longest=_SMALL_SIDE, max_bytes=_SMALL_BYTES) if with_poster else None
    except BadInput as error:
        raise MediaFailed("broken", detail=str(error), sentence=str(error)) from error
    why = "codec" if found.type == "image/heic" else ""  # no browser but Safari shows it
    poster = small.data if small and (why or len(data) > _SMALL_BYTES) else None
    return Probe(
        "image",
        found.type,
        found.width,
        found.height,
        codec=found.type[6:],
        why=why,
        poster=poster,
        poster_type=small.type if small else "image/jpeg",
    )
