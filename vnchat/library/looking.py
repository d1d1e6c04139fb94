"""Videos and sounds, looked at by a process that has nothing else to do: `probe.py` runs it.

`python -m vnchat.library.looking poster|plain PATH` (or - for standard input) writes one line of
JSON and the poster. It limits its own memory and time, opens the file by the container found in
`sniff.py`, never by guess, and decodes a bounded number of frames.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageStat

from vnchat.library.apart import limit
from vnchat.library.faults import MediaFailed
from vnchat.library.pictures import MOST_PIXELS
from vnchat.library.probe import Probe
from vnchat.library.sniff import HEAD, Container, container_of

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 40
POSTER_WIDTH = 1280
_POSTER_AT = (0.1, 0.3, 0.6, 0.0)  # parts of the length, tried until a frame is not black
_FRAMES_EACH = 24
_MOST_DECODED = 12_000_000  # pixels of a frame; a decoder holds up to 17 of them
_SECONDS_FOR_POSTER = 6.0
_BLACK = 24.0  # mean brightness below which a frame shows nothing
_FLAT = 4.0  # spread of brightness below which it shows nothing either

_PLAYED: dict[str, tuple[Sequence[str], Sequence[str]]] = {
    "mp4": (("h264", "av1", "vp9"), ("aac", "mp3", "opus", "flac")),
    "video/webm": (("vp8", "vp9", "av1"), ("opus", "vorbis")),
}
_PLAYED_AUDIO = ("aac", "mp3", "opus", "vorbis", "flac", "pcm_s16le", "pcm_u8", "pcm_f32le")
_PLAYED_AUDIO_MORE = ("pcm_s24le",)
_PLAYED_PIXELS = {
    "h264": ("yuv420p", "yuvj420p"),  # others decode in software players only
    "vp8": ("yuv420p", "yuva420p"),
    "vp9": ("yuv420p", "yuva420p", "yuvj420p", "yuv420p10le", "gbrp"),
    "av1": ("yuv420p", "yuvj420p", "yuv420p10le", "gbrp"),
}


def main() -> int:
    limit(memory=MOST_MEMORY, seconds=MOST_SECONDS)
    with_poster, place = sys.argv[1] == "poster", sys.argv[2]
    try:
        with (
            io.BytesIO(sys.stdin.buffer.read()) if place == "-" else Path(place).open("rb") as file
        ):
            found = look(file, with_poster)
    except MediaFailed as error:
        told, poster = {"reason": error.reason, "detail": error.detail}, b""
    else:
        told, poster = asdict(found), found.poster or b""
        del told["poster"]
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + poster)
    sys.stdout.buffer.flush()
    return 0


def _given() -> bytes:
    return sys.stdin.buffer.read()


def look(file: BinaryIO, with_poster: bool) -> Probe:
    container = container_of(file.read(HEAD))
    if container is None or container.kind == "image":
        raise MediaFailed("wrong_type")
    file.seek(0)
    return _streams(file, container, with_poster)


def _streams(file: BinaryIO, container: Container, with_poster: bool) -> Probe:
    import av

    try:
        with av.open(
            file,
            format=container.demuxer,
            options={"protocol_whitelist": "", "probesize": "5000000"},
            metadata_errors="replace",
        ) as opened:
            found = _described(opened, container)
            if with_poster and found.kind == "video":
                return _with_poster(found, opened)
            return found
    # FFmpegError derives from many bases (ValueError, OSError, EOFError, …) and damaged headers
    # also make PyAV itself fail on missing values.
    except (av.FFmpegError, ValueError, OSError, ArithmeticError, AttributeError) as error:
        raise MediaFailed("broken", detail=f"{type(error).__name__}: {error}") from error


def _described(opened: Any, container: Container) -> Probe:
    # A cover picture in a sound file is a video stream with one attached picture.
    moving = [s for s in opened.streams.video if not _is_cover(s)]
    sounds = list(opened.streams.audio)
    seconds = _seconds(opened, moving or sounds)
    sound = _codec(sounds[0]) if sounds else ""
    if not moving:
        if not sounds:
            raise MediaFailed("broken", detail="neither picture nor sound in it")
        kind = _audio_type(container)
        played = sound in _PLAYED_AUDIO or (sound in _PLAYED_AUDIO_MORE and kind == "audio/wav")
        why = "" if played else "sound"
        return Probe("audio", kind, seconds=seconds, codec=sound, sound=sound, why=why)
    stream = moving[0]
    width, height = stream.codec_context.width, stream.codec_context.height
    if not 0 < width * height <= MOST_PIXELS:
        raise MediaFailed("broken", detail=f"{width} x {height}")
    codec = _codec(stream)
    why = _unplayable(container, codec, stream.codec_context.pix_fmt or "", sound)
    kind = container.type
    if container.demuxer == "ogg":
        kind = "video/ogg"
    elif container.type == "video/quicktime" and not why:
        kind = "video/mp4"  # the same boxes; browsers play it under this name only
    return Probe("video", kind, width, height, seconds, codec, sound, why)


def _unplayable(container: Container, codec: str, pixels: str, sound: str) -> str:
    family = "mp4" if container.demuxer == "mov" else container.type
    if family not in _PLAYED:
        return "container"
    videos, sounds = _PLAYED[family]
    if codec not in videos:
        return "codec"
    if pixels and pixels not in _PLAYED_PIXELS[codec]:
        return "pixels"
    return "sound" if sound and sound not in sounds else ""


def _audio_type(container: Container) -> str:
    return {"mov": "audio/mp4", "matroska": "audio/webm"}.get(container.demuxer, container.type)


def _codec(stream: Any) -> str:
    context = stream.codec_context
    return str(context.codec.canonical_name) if context is not None else ""


def _is_cover(stream: Any) -> bool:
    return bool(int(stream.disposition) & 0x400)  # AV_DISPOSITION_ATTACHED_PIC


def _seconds(opened: Any, streams: list[Any]) -> float | None:
    if opened.duration:
        found = opened.duration / 1_000_000
    elif streams and streams[0].duration:
        found = float(streams[0].duration * streams[0].time_base)
    else:
        return None
    return round(found, 3) if 0 < found < 1e7 else None


def _with_poster(found: Probe, opened: Any) -> Probe:
    """Add a JPEG of a frame near a tenth of the length that shows something."""
    stream = next(s for s in opened.streams.video if not _is_cover(s))
    if stream.codec_context.width * stream.codec_context.height > _MOST_DECODED:
        return found
    stream.thread_type = "NONE"
    stream.codec_context.options = {"max_pixels": str(_MOST_DECODED)}  # it may grow on the way
    best: Image.Image | None = None
    best_light = -1.0
    turned = False
    for frame in _candidates(opened, stream):
        picture = _picture_of(frame)
        turned = int(frame.rotation) % 180 != 0
        light, spread = _light(picture)
        if light > best_light:
            best, best_light = picture, light
        if light > _BLACK and spread > _FLAT:
            break
    if best is None:
        return found
    out = io.BytesIO()
    best.save(out, "JPEG", quality=82)
    width, height = (found.height, found.width) if turned else (found.width, found.height)
    return replace(found, width=width, height=height, poster=out.getvalue())


def _candidates(opened: Any, stream: Any) -> Iterator[Any]:
    """A few frames from each of a few places, until the time is up."""
    import av

    until = time.monotonic() + _SECONDS_FOR_POSTER
    length = opened.duration or 0
    for part in _POSTER_AT if length else (0.0,):
        try:
            opened.seek(int(length * part))
            goal = length * part / 1_000_000
            for number, frame in enumerate(opened.decode(stream)):
                late = time.monotonic() > until
                # A seek lands on the key frame before: run on to the place asked for.
                if frame.time is None or frame.time >= goal or number >= _FRAMES_EACH or late:
                    yield frame
                if number >= _FRAMES_EACH * 2 or late:
                    break
        except av.FFmpegError:
            continue  # damaged there; perhaps another place is whole
        if time.monotonic() > until:
            return


def _picture_of(frame: Any) -> Image.Image:
    """The frame as a picture, small enough and the way up it is shown."""
    width = min(POSTER_WIDTH, frame.width)
    height = max(1, round(frame.height * width / frame.width))
    picture: Image.Image = frame.reformat(width=width, height=height, format="rgb24").to_image()
    turn = int(frame.rotation) % 360
    return picture.rotate(turn, expand=True) if turn else picture


def _light(picture: Image.Image) -> tuple[float, float]:
    small = ImageStat.Stat(picture.convert("L").resize((64, 36)))
    return small.mean[0], small.stddev[0]


if __name__ == "__main__":
    sys.exit(main())
