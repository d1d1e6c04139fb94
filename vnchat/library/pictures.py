"""Pictures from outside are rebuilt: what is kept and sent was drawn anew by us.

PNG, JPEG, WebP and GIF are opened here; what phones make besides, HEIC and AVIF, by a process of
its own (`decoding.py`).

Formats by content, size from the header before anything is decoded, upright, first frame only,
no metadata; fitted to what models take. How pixels become plain is in `pixels.py`; what a file
from a result link is, in `probe.py`. Slow work: call it in a thread.
"""

import io
import json
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

from vnchat.errors import BadInput
from vnchat.library import apart
from vnchat.library.pixels import fitted, plain, shrunk, upright
from vnchat.library.sniff import HEAD, container_of, jpeg_scans

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
APART = {"HEIF": "image/heic", "AVIF": "image/avif"}  # opened by decoding.py alone
MOST_PIXELS = 40_000_000
MOST_BYTES = 100_000_000  # of the file as it came
LONGEST_SIDE = 2048  # what gateways advise
BYTES_WANTED = 1_500_000
_SECONDS = 40.0  # for one that is opened apart
_DECODER = "vnchat.library.decoding"
_QUALITIES = (90, 82, 72, 60)
_MOST_SCANS = 100  # of a JPEG: each takes time, and a few bytes are enough for one
_BANDS = 6  # of a transparent picture, that are looked at before it is saved as PNG

_opening = threading.Lock()  # changing what becomes of warnings is not safe between threads


@dataclass(frozen=True, slots=True)
class Picture:
    """A rebuilt picture, ready to keep and to send."""

    data: bytes
    type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes say; nothing was decoded."""

    type: str
    width: int
    height: int


def header(data: bytes) -> Header:
    """Type and size of a picture; `BadInput` if it is none that may be opened."""
    if _is_apart(data):
        return Header(*_apart(data, 0, 0)[0]["header"])
    return header_here(data, FORMATS)


def rebuild(data: bytes, *, longest: int = LONGEST_SIDE, max_bytes: int = BYTES_WANTED) -> Picture:
    """Draw a picture anew, at most `longest` pixels on a side and `max_bytes` long."""
    if _is_apart(data):
        told, made = _apart(data, longest, max_bytes)
        return Picture(made, *told["made"])
    return rebuild_here(data, FORMATS, longest, max_bytes)


def header_here(data: bytes, formats: Mapping[str, str]) -> Header:
    with _opened(data, formats) as image:
        # An iPhone's or Samsung's JPEG with a second picture inside calls itself MPO.
        kind = formats.get(image.format or "", "image/jpeg")
        return Header(kind, image.width, image.height)


def rebuild_here(data: bytes, formats: Mapping[str, str], longest: int, max_bytes: int) -> Picture:
    with _opened(data, formats) as image:
        small = shrunk(image, longest)
        drawn = upright(plain(small, image), image)
    return _fit_bytes(fitted(drawn, longest).copy(), max_bytes)  # a copy is no file any more


def _is_apart(data: bytes) -> bool:
    found = container_of(data[:HEAD])
    return found is not None and found.type in APART.values()


def _apart(data: bytes, longest: int, max_bytes: int) -> tuple[dict[str, Any], bytes]:
    if len(data) > MOST_BYTES:
        raise _too_long()
    try:
        said = apart.run(_DECODER, str(longest), str(max_bytes), data=data, seconds=_SECONDS)
    except (TimeoutError, RuntimeError) as error:
        raise _damaged(str(error)) from error
    line, _, picture = said.partition(b"\n")
    told: dict[str, Any] = json.loads(line)
    if "problem" in told:
        raise BadInput(str(told["problem"]), detail=str(told["detail"]))
    return told, picture


def preview(data: bytes, *, longest: int = 512, max_bytes: int = 60_000) -> Picture:
    """A small picture for lists and cards."""
    return rebuild(data, longest=longest, max_bytes=max_bytes)


@contextmanager
def _opened(data: bytes, formats: Mapping[str, str]) -> Iterator[Image.Image]:
    """The picture with its header read and judged. Whatever a decoder raises becomes `BadInput`."""
    if len(data) > MOST_BYTES:
        raise _too_long()
    try:
        with _open(data, formats) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _too_many(f"{image.width} x {image.height}")
            if image.format in ("JPEG", "MPO") and jpeg_scans(data, _MOST_SCANS) >= _MOST_SCANS:
                raise _damaged("it draws over itself again and again")
            yield image
    except BadInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many(str(error)) from error
    except UnidentifiedImageError as error:
        raise BadInput(
            "This is not a picture that can be used. Attach a PNG, JPEG, WebP, GIF, HEIC or AVIF."
        ) from error
    # On damaged files decoders raise nearly everything: OSError, SyntaxError, struct.error, …
    except Exception as error:
        raise _damaged(f"{type(error).__name__}: {error}") from error


def _open(data: bytes, formats: Mapping[str, str]) -> Image.Image:
    """Read the header. Too many pixels are an error; damaged metadata is not worth a word."""
    with _opening, warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=list(formats))


def _too_long() -> BadInput:
    return BadInput("The picture's file is too large. Save it smaller and attach it again.")


def _damaged(detail: str) -> BadInput:
    return BadInput(
        "The picture is damaged or incomplete. Save it again and attach the new file.",
        detail=detail,
    )


def _too_many(detail: str) -> BadInput:
    return BadInput(
        f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels. "
        "Save it smaller and attach it again.",
        detail=detail,
    )


def _fit_bytes(image: Image.Image, max_bytes: int) -> Picture:
    """Save with less and less quality, then smaller and smaller, until it fits."""
    while True:
        for data, kind in _saved(image, max_bytes):
            if len(data) <= max_bytes or max(image.size) <= 64:
                return Picture(data, kind, *image.size)
        image = fitted(image, int(max(image.size) * 0.8))


def _saved(image: Image.Image, max_bytes: int) -> Iterator[tuple[bytes, str]]:
    if image.mode == "RGBA":
        if _about_as_png(image) < max_bytes * 1.3:  # a PNG of a photograph takes over a second
            yield _bytes_of(image, "PNG"), "image/png"
        for quality in _QUALITIES[1::2]:  # each try is slow
            yield _bytes_of(image, "WEBP", quality=quality, method=2), "image/webp"
    else:
        for quality in _QUALITIES:
            yield _bytes_of(image, "JPEG", quality=quality), "image/jpeg"


def _about_as_png(image: Image.Image) -> float:
    """Bytes of the picture as PNG, guessed from a few bands of it."""
    rows = max(16, image.height // (_BANDS * 8))
    if image.height <= rows * _BANDS * 2:
        return 0.0
    bands = Image.new(image.mode, (image.width, rows * _BANDS))
    for n in range(_BANDS):
        top = (image.height - rows) * n // (_BANDS - 1)
        bands.paste(image.crop((0, top, image.width, top + rows)), (0, n * rows))
    return len(_bytes_of(bands, "PNG")) * image.height / bands.height


def _bytes_of(image: Image.Image, form: str, **options: int) -> bytes:
    image.info.clear()  # Pillow carries comments, profiles and text over from here
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
