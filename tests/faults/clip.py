"""A clip of one second that plays: what the fault gateway sells."""

from __future__ import annotations

import functools
import io

import av
from PIL import Image


@functools.cache
def clip() -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=8)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for n in range(8):
            picture = Image.new("RGB", (64, 64), (n * 30, 80, 160))
            film.mux(stream.encode(av.VideoFrame.from_image(picture)))
        film.mux(stream.encode())
    return out.getvalue()
