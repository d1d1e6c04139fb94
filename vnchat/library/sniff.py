"""What a file is by its first bytes, whatever its name or sender says.

Pure. Only kinds that the product keeps have a name here; a demuxer is chosen by it, so that no
library gets to guess (a guessed playlist would open other files and addresses).
"""

import re
from dataclasses import dataclass
from typing import Literal

HEAD = 4096  # bytes that are enough

Kind = Literal["video", "audio", "image"]


@dataclass(frozen=True, slots=True)
class Container:
    """The family of a file, its usual type, and the name of its demuxer in libav."""

    kind: Kind
    type: str
    demuxer: str = ""


_AVIF = (b"avif", b"avis")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# Not: stuffed zeros, restart markers and fill bytes, which stand between drawn bits.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
_TEXT = re.compile(rb"\s*(?:<|\{|\[|#EXT|[\w\"' ,.:;!?-]{12})")


def container_of(head: bytes) -> Container | None:
    """The container that these first bytes begin; None if it is none we keep."""
    box = head[4:8]
    if box == b"ftyp":
        if head[8:12] in _HEIC or head[8:12] in _AVIF:
            # mif1 is any picture in such boxes; the brands after it say which
            brands = head[8 : min(int.from_bytes(head[:4]), 256)]
            avif = head[8:12] in _AVIF or any(one in brands[8:] for one in _AVIF)
            return Container("image", "image/avif" if avif else "image/heic")
        if head[8:12] in (b"M4A ", b"M4B "):
            return Container("audio", "audio/mp4", "mov")
        if head[8:12] == b"qt  ":
            return Container("video", "video/quicktime", "mov")
        return Container("video", "video/mp4", "mov")
    if box in (b"moov", b"mdat", b"wide", b"free", b"skip"):
        return Container("video", "video/quicktime", "mov")
    if head[:4] == b"\x1a\x45\xdf\xa3":
        webm = b"\x42\x82" in head[:64] and b"webm" in head[:64]
        kind = "video/webm" if webm else "video/x-matroska"
        return Container("video", kind, "matroska")
    if head[:4] == b"RIFF":
        return {
            b"AVI ": Container("video", "video/x-msvideo", "avi"),
            b"WAVE": Container("audio", "audio/wav", "wav"),
            b"WEBP": Container("image", "image/webp"),
        }.get(head[8:12])
    if head[:4] == b"OggS":
        return Container("audio", "audio/ogg", "ogg")
    if head[:4] == b"fLaC":
        return Container("audio", "audio/flac", "flac")
    if head[:3] == b"FLV":
        return Container("video", "video/x-flv", "flv")
    if head[:1] == b"\x47" and head[188:189] == b"\x47" and head[376:377] == b"\x47":
        return Container("video", "video/mp2t", "mpegts")
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return Container("image", "image/png")
    if head[:3] == b"\xff\xd8\xff":
        return Container("image", "image/jpeg")
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return Container("image", "image/gif")
    if head[:3] == b"ID3" or _is_mp3_frame(head):
        return Container("audio", "audio/mpeg", "mp3")
    if head[:2] in (b"\xff\xf1", b"\xff\xf9"):
        return Container("audio", "audio/aac", "aac")
    return None


def jpeg_scans(data: bytes, most: int) -> int:
    """How many times a JPEG draws over itself, counted up to `most`; a photograph has 1 to 20.

    Segments are skipped by their length, so nothing hides in them; after the end of the picture
    (a phone appends a film there) nothing counts.
    """
    at, scans = 2, 0
    while scans < most:
        found = _JPEG_MARKER.search(data, at)
        if found is None or found[0] == b"\xff\xd9":
            break
        scans += found[0] == b"\xff\xda"
        at = found.end() + max(2, int.from_bytes(data[found.end() : found.end() + 2]))
    return scans


def looks_like_text(head: bytes) -> bool:
    """A web page, JSON, a playlist or an error in words, where a file was promised."""
    return b"\0" not in head[:512] and bool(_TEXT.match(head.removeprefix(b"\xef\xbb\xbf")))


def _is_mp3_frame(head: bytes) -> bool:
    """Sync word, version, layer III, and a bit rate and sample rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    rate, sample = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and rate not in (0, 15) and sample != 3
