"""A small moving picture of a video, made by a process that has nothing else to do: `animate.py`
runs it.

`python -m vnchat.library.animating FORM PATH` writes the picture. It limits its own memory and
time, opens the file like `looking.py`, and takes a bounded number of small frames.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from vnchat.library.apart import limit
from vnchat.library.faults import MediaFailed
from vnchat.library.pictures import MOST_PIXELS
from vnchat.library.sniff import HEAD, container_of

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 60
_WIDTHS = {"webp": 480, "gif": 360}
_RATE = 10  # frames a second
_MOST_FRAMES = 80
_SECONDS = 20.0  # of reading


def main() -> int:
    limit(memory=MOST_MEMORY, seconds=MOST_SECONDS)
    sys.stdout.buffer.write(moving(Path(sys.argv[2]), sys.argv[1]))
    sys.stdout.buffer.flush()
    return 0


def moving(source: Path, form: str) -> bytes:
    with source.open("rb") as file:
        container = container_of(file.read(HEAD))
        if container is None or container.kind != "video":
            raise MediaFailed("wrong_type")
        file.seek(0)
        frames = list(_frames(file, container.demuxer, _WIDTHS[form]))
    if not frames:
        raise MediaFailed("broken", detail="no frame could be read")
    out = io.BytesIO()
    options: dict[str, Any] = {"quality": 70, "method": 2} if form == "webp" else {}
    frames[0].save(
        out,
        form.upper(),
        save_all=True,
        append_images=frames[1:],
        duration=1000 // _RATE,
        loop=0,
        **options,
    )
    return out.getvalue()


def _frames(file: Any, demuxer: str, width: int) -> Iterator[Image.Image]:
    import av

    until = time.monotonic() + _SECONDS
    count, due = 0, 0.0
    try:
        with av.open(
            file, format=demuxer, options={"protocol_whitelist": ""}, metadata_errors="replace"
        ) as opened:
            stream = opened.streams.video[0]
            if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
                raise MediaFailed("too_large")
            for frame in opened.decode(stream):
                if count >= _MOST_FRAMES or time.monotonic() > until:
                    return
                if frame.time is not None and frame.time + 1e-6 < due:
                    continue
                due = (frame.time or due) + 1 / _RATE
                count += 1
                yield _small(frame, width)
    except (av.FFmpegError, ValueError, OSError, ArithmeticError, LookupError) as error:
        if not count:
            raise MediaFailed("broken", detail=f"{type(error).__name__}: {error}") from error


def _small(frame: Any, width: int) -> Image.Image:
    width = min(width, frame.width)
    height = max(1, round(frame.height * width / frame.width))
    picture: Image.Image = frame.reformat(width=width, height=height, format="rgb24").to_image()
    turn = int(frame.rotation) % 360
    return picture.rotate(turn, expand=True) if turn else picture


if __name__ == "__main__":
    sys.exit(main())
