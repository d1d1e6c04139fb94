"""What a file is, by opening it: clips encoded here, and things that only claim to be clips."""

import contextlib
import io
import json
import os
import resource
import struct
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from vnchat.library import probe as probing
from vnchat.library.faults import MediaFailed
from vnchat.library.probe import probe
from vnchat.library.sniff import container_of


def clip(
    form: str = "mp4",
    codec: str = "libx264",
    *,
    pixels: str = "yuv420p",
    size: tuple[int, int] = (128, 72),
    frames: int = 20,
    sound: str | None = None,
    black_until: int = 0,
) -> bytes:
    """A clip of a growing bar; its first frames may be black."""
    out = io.BytesIO()
    with scheduled_as_before(), av.open(out, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=10)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        voice: Any = container.add_stream(sound, rate=48000) if sound else None
        for number in range(frames):
            image = Image.new("RGB", size)
            if number >= black_until:
                image.paste((200, 120, 40), (0, 0, size[0] // 2, size[1]))
                image.paste((250, 250, 250), (size[0] // 2, 0, *size))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
        if voice:
            _hum(container, voice, 2.0)
    return out.getvalue()


@contextlib.contextmanager
def scheduled_as_before() -> Iterator[None]:
    """SVT-AV1 makes the thread that calls it real-time, at the highest priority, where it may.

    Root may (svt_threads.c). Every browser and server that the tests start afterwards would
    inherit it, and on a machine with few cores nothing else would get a turn.
    """
    if not hasattr(os, "sched_getscheduler"):
        yield
        return
    policy, parameters = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameters)


def tone(form: str, codec: str, seconds: float = 1.0) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        _hum(container, container.add_stream(codec, rate=48000), seconds)
    return out.getvalue()


def _hum(container: Any, stream: Any, seconds: float) -> None:
    form = stream.codec_context.format.name
    size = stream.codec_context.frame_size or 1024
    layout = stream.codec_context.layout.name
    for _ in range(int(seconds * 48000 / size)):
        frame = av.AudioFrame(format=form, layout=layout, samples=size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


VIDEOS: dict[str, tuple[Callable[[], bytes], str, str, str, str]] = {
    "H.264 in mp4": (lambda: clip(), "video/mp4", "h264", "", ""),
    "with sound": (lambda: clip(sound="aac"), "video/mp4", "h264", "aac", ""),
    "H.264 in mov": (lambda: clip("mov"), "video/mp4", "h264", "", ""),
    "VP8 in webm": (lambda: clip("webm", "libvpx"), "video/webm", "vp8", "", ""),
    "VP9 and Opus": (
        lambda: clip("webm", "libvpx-vp9", sound="libopus"),
        "video/webm",
        "vp9",
        "opus",
        "",
    ),
    "AV1 in mp4": (lambda: clip("mp4", "libsvtav1"), "video/mp4", "av1", "", ""),
    "HEVC": (lambda: clip("mp4", "libx265"), "video/mp4", "hevc", "", "codec"),
    "MPEG-4 part 2": (lambda: clip("mp4", "mpeg4"), "video/mp4", "mpeg4", "", "codec"),
    "ProRes in mov": (
        lambda: clip("mov", "prores_ks", pixels="yuv422p10le"),
        "video/quicktime",
        "prores",
        "",
        "codec",
    ),
    "H.264 4:4:4": (lambda: clip(pixels="yuv444p"), "video/mp4", "h264", "", "pixels"),
    "sound of a recorder": (
        lambda: clip("mov", sound="pcm_s16le"),
        "video/quicktime",
        "h264",
        "pcm_s16le",
        "sound",
    ),
    "AVI": (lambda: clip("avi"), "video/x-msvideo", "h264", "", "container"),
    "Matroska": (lambda: clip("matroska"), "video/x-matroska", "h264", "", "container"),
    "transport stream": (lambda: clip("mpegts"), "video/mp2t", "h264", "", "container"),
}


@pytest.mark.parametrize(
    ("make", "kind", "codec", "sound", "why"), VIDEOS.values(), ids=VIDEOS.keys()
)
def test_a_video(
    make: Callable[[], bytes], kind: str, codec: str, sound: str, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "name-that-says-nothing"
    path.write_bytes(make())

    found = probe(path)

    assert (found.kind, found.type, found.codec, found.sound) == ("video", kind, codec, sound)
    assert (found.width, found.height) == (128, 72)
    assert found.seconds == pytest.approx(2.0, abs=0.2)
    assert (found.playable, found.why) == (not why, why)
    assert found.has_audio == bool(sound)
    assert found.poster
    with Image.open(io.BytesIO(found.poster)) as poster:
        assert (poster.format, poster.size) == ("JPEG", (128, 72))


def test_the_poster_is_not_the_black_beginning() -> None:
    found = probe(clip(frames=30, black_until=12))

    assert found.poster
    with Image.open(io.BytesIO(found.poster)) as poster:
        left = poster.convert("RGB").getpixel((20, 30))
    assert isinstance(left, tuple)
    assert left[0] > 150


def test_a_wholly_black_clip_has_a_poster_all_the_same() -> None:
    assert probe(clip(black_until=99)).poster


def test_a_wide_video_has_a_poster_of_bounded_width() -> None:
    found = probe(clip(size=(1920, 1080), frames=3))

    assert (found.width, found.height) == (1920, 1080)
    assert found.poster
    with Image.open(io.BytesIO(found.poster)) as poster:
        assert poster.size == (1280, 720)


IDENTITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
QUARTER = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def test_a_video_of_a_turned_phone_is_measured_as_it_is_shown() -> None:
    whole = clip()
    at = whole.index(b"tkhd")
    turned = whole[:at] + whole[at:].replace(IDENTITY, QUARTER, 1)

    found = probe(turned)

    assert (found.width, found.height) == (72, 128)
    assert found.poster
    with Image.open(io.BytesIO(found.poster)) as poster:
        assert poster.size == (72, 128)
        top = poster.convert("RGB").getpixel((36, 10))
    assert isinstance(top, tuple)
    assert top[2] < 120  # the left half, brown, is on top after a quarter turn to the right


def test_no_poster_where_none_is_wanted() -> None:
    assert probe(clip(), poster=False).poster is None


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(b"\0\0" * 48000)
    return out.getvalue()


SOUNDS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "wav": (wav, "audio/wav", "pcm_s16le"),
    "mp3": (lambda: tone("mp3", "libmp3lame"), "audio/mpeg", "mp3"),
    "m4a": (lambda: tone("ipod", "aac"), "audio/mp4", "aac"),
    "sound alone in mp4": (lambda: tone("mp4", "aac"), "audio/mp4", "aac"),
    "ogg": (lambda: tone("ogg", "libopus"), "audio/ogg", "opus"),
    "sound alone in webm": (lambda: tone("webm", "libopus"), "audio/webm", "opus"),
    "flac": (lambda: tone("flac", "flac"), "audio/flac", "flac"),
    "aac": (lambda: tone("adts", "aac"), "audio/aac", "aac"),
}


@pytest.mark.parametrize(("make", "kind", "codec"), SOUNDS.values(), ids=SOUNDS.keys())
def test_a_sound(make: Callable[[], bytes], kind: str, codec: str) -> None:
    found = probe(make())

    assert (found.kind, found.type, found.codec) == ("audio", kind, codec)
    assert (found.playable, found.poster, found.width) == (True, None, None)
    assert found.seconds == pytest.approx(1.0, abs=0.2) or kind == "audio/flac"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture(form: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, form)

    found = probe(out.getvalue())

    assert (found.kind, found.type) == ("image", f"image/{form.lower()}")
    assert (found.width, found.height, found.playable) == (30, 20, True)


WRONG = {
    "empty": b"",
    "login page": b"\n<!DOCTYPE html><html><title>Sign in</title>" + b"x" * 9000,
    "page after a mark": b"\xef\xbb\xbf<html></html>",
    "JSON": json.dumps({"error": {"message": "expired"}}).encode(),
    "XML of an object store": b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
    "playlist that names a file": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat script": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "words": b"Internal Server Error",
    "zip": b"PK\x03\x04" + b"\0" * 100,
    "program": b"\x7fELF" + b"\0" * 100,
    "zeros": b"\0" * 10_000,
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_what_is_no_media_is_named_so(data: bytes) -> None:
    with pytest.raises(MediaFailed) as failed:
        probe(data)

    assert (failed.value.reason, failed.value.again) == ("wrong_type", False)


def test_a_page_is_named_in_the_sentence() -> None:
    with pytest.raises(MediaFailed, match="sign-in"):
        probe(WRONG["login page"])


BROKEN = {
    "mp4 without its index": lambda: clip()[:300],
    "webm cut in its head": lambda: clip("webm", "libvpx")[:60],
    "picture's head only": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 20,
    "wav without sound": lambda: wav()[:12],
    "only a type box": lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "subtitles in a box": lambda: b"\x1a\x45\xdf\xa3" + b"\x01" * 500,
}


@pytest.mark.parametrize("make", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_damaged_is_named_so(make: Callable[[], bytes]) -> None:
    with pytest.raises(MediaFailed) as failed:
        probe(make())

    assert failed.value.reason == "broken"


@pytest.mark.parametrize("step", range(0, 300, 11))
def test_a_clip_broken_anywhere_is_read_or_refused_but_never_a_traceback(step: int) -> None:
    whole = bytearray(clip("webm", "libvpx", frames=6) if step % 2 else clip(frames=6))
    at = step * len(whole) // 300
    whole[at : at + 8] = b"\xff" * 8

    try:
        kind = probe(bytes(whole)).kind
    except MediaFailed:
        kind = "video"

    assert kind in ("video", "audio")


def test_pictures_of_phones_are_not_taken_for_videos() -> None:
    for brands, kind in {
        b"heic\0\0\0\0mif1": "image/heic",
        b"mif1\0\0\0\0heic": "image/heic",
        b"avif\0\0\0\0mif1": "image/avif",
        b"mif1\0\0\0\0avif": "image/avif",
    }.items():
        found = container_of(b"\0\0\0\x14ftyp" + brands)
        assert found is not None
        assert found.type == kind


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def table(name: bytes, *numbers: int) -> bytes:
    return box(name, bytes(4), struct.pack(f">{len(numbers)}I", *numbers))


def index_bomb(samples: int) -> bytes:
    """Hundreds of bytes that promise so many frames: libav writes an index of them all."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    entry = struct.pack(">HH", 64, 64) + struct.pack(">II", 72 << 16, 72 << 16) + bytes(4)
    entry = bytes(6) + b"\0\1" + bytes(16) + entry + b"\0\1" + bytes(32) + b"\0\x18\xff\xff"
    tables = (
        box(b"stsd", bytes(4), struct.pack(">I", 1), box(b"mp4v", entry)),
        table(b"stts", 1, samples, 1),
        table(b"stsc", 1, 1, samples, 1),
        table(b"stsz", 1, samples),
        table(b"stco", 1, 5000),
    )
    here = box(b"dinf", box(b"dref", bytes(4), struct.pack(">I", 1), box(b"url ", b"\0\0\0\1")))
    track = box(b"minf", box(b"vmhd", b"\0\0\0\1", bytes(8)), here, box(b"stbl", *tables))
    scale = table(b"mdhd", 0, 0, 1000, 1000, 0x55C40000)
    media = box(b"mdia", scale, box(b"hdlr", bytes(8), b"vide", bytes(12), b"v\0"), track)
    shape = struct.pack(">II", 64 << 16, 64 << 16)
    head = box(
        b"tkhd", b"\0\0\0\3" + struct.pack(">5I", 0, 0, 1, 0, 1000), bytes(16), matrix, shape
    )
    film = struct.pack(">5I", 0, 0, 1000, 1000, 0x10000) + b"\1\0" + bytes(10) + matrix + bytes(24)
    moov = box(b"moov", box(b"mvhd", bytes(4), film, b"\0\0\0\2"), box(b"trak", head, media))
    return box(b"ftyp", b"isom", bytes(4), b"isomiso2mp41") + moov + box(b"mdat", bytes(100))


def test_an_index_bomb_takes_no_memory_of_ours() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(MediaFailed) as failed:
        probe(index_bomb(200_000_000))

    assert failed.value.reason == "broken"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_a_process_that_dies_is_a_broken_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "_LOOKER", "vnchat.no_such_module")

    with pytest.raises(MediaFailed) as failed:
        probe(clip())
    assert failed.value.reason == "broken"
