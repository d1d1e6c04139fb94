"""Clips and pictures as files: frames of `scene.py` with the words on them, encoded by PyAV.

Blocking work for a thread. Import this module only there: it loads Pillow and PyAV.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.video.stream import VideoStream
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from .clips import Clip
from .lettering import lettering
from .scene import Scene, plan_of

FRAMES_A_SECOND = 24


class Abandoned(Exception):
    """Nobody waits for this clip any more."""


def suffix() -> str:
    """The kind of file that this build of PyAV can write: H.264 in MP4, else VP9 in WebM."""
    return ".mp4" if "libx264" in av.codecs_available else ".webm"


def write_clip(clip: Clip, path: Path, abandoned: Callable[[], bool]) -> None:
    codec, options = (
        ("libx264", {"preset": "veryfast", "crf": "21", "tune": "animation"})
        if path.suffix == ".mp4"
        else ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8", "crf": "32", "b": "0"})
    )
    container_options = {"movflags": "+faststart"} if path.suffix == ".mp4" else {}
    count = round(clip.seconds * FRAMES_A_SECOND)
    with av.open(str(path), "w", options=container_options) as container:
        stream = cast(
            VideoStream, container.add_stream(codec, rate=FRAMES_A_SECOND, options=options)
        )
        stream.width, stream.height = clip.size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, FRAMES_A_SECOND)
        stream.codec_context.thread_count = 2
        for at, picture in enumerate(_frames(clip, count)):
            if abandoned():
                raise Abandoned
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts = at
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def paint(clip: Clip, variant: int = 0) -> Image.Image:
    """One still of the clip; variants of the same words differ in their landscape."""
    if clip.picture:
        still = _photo(clip.picture, clip.size, 1)(0)
    else:
        still = Scene(plan_of(clip.title, clip.changes, variant), clip.size).frame(40)
    words = _words(clip)
    still.paste(words, (0, 0), words)
    return still


def written(picture: Image.Image, kind: str) -> bytes:
    """The picture as PNG, JPEG or WebP."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=90)
    return buffer.getvalue()


def unfinished(picture: Image.Image, step: int, steps: int) -> Image.Image:
    """How the picture looks on the way: less and less blurred."""
    return picture.filter(ImageFilter.GaussianBlur(24 * (steps - step) / steps))


def _words(clip: Clip) -> Image.Image:
    return lettering(clip.size, clip.title, clip.changes, shade=190 if clip.picture else 120)


def _frames(clip: Clip, count: int) -> Iterator[Image.Image]:
    words = _words(clip)
    width, height = clip.size
    draw_ground = _photo(clip.picture, clip.size, count) if clip.picture else None
    scene = None if draw_ground else Scene(plan_of(clip.title, clip.changes), clip.size)
    for at in range(count):
        picture = (
            draw_ground(at)
            if draw_ground
            else scene.frame(at)
            if scene
            else Image.new("RGB", clip.size)
        )
        picture.paste(words, (0, 0), words)
        done = width * (at + 1) / count
        ImageDraw.Draw(picture).rectangle((0, height - 3, done, height), fill="#ffffff")
        yield picture


def _photo(data: bytes, size: tuple[int, int], count: int) -> Callable[[int], Image.Image]:
    """The attached picture as the ground, coming slowly nearer."""
    with Image.open(io.BytesIO(data)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    width, height = size
    photo = ImageOps.fit(upright, (width * 5 // 4, height * 5 // 4))

    def draw(at: int) -> Image.Image:
        near = 0.11 * at / count
        box = (
            near * photo.width,
            near * photo.height,
            (1 - near) * photo.width,
            (1 - near) * photo.height,
        )
        return photo.resize(size, Image.Resampling.BILINEAR, box)

    return draw
