"""A small moving picture (WebP or GIF) of a video, for places that show no video.

The work is done by a process of its own with limits (`animating.py`). Slow work: call it in a
thread.
"""

from __future__ import annotations

from pathlib import Path

from vnchat.library import apart
from vnchat.library.faults import MediaFailed
from vnchat.library.sniff import HEAD, container_of

TYPES = {"webp": "image/webp", "gif": "image/gif"}
_MAKER = "vnchat.library.animating"
_SECONDS = 90.0


def animated(source: Path, form: str) -> bytes:
    """The first eight seconds, looping. Raises MediaFailed."""
    with source.open("rb") as file:
        container = container_of(file.read(HEAD))
    if container is None or container.kind != "video":
        raise MediaFailed("wrong_type")
    try:
        return apart.run(_MAKER, form, str(source), data=b"", seconds=_SECONDS)
    except (TimeoutError, RuntimeError) as error:
        raise MediaFailed("broken", detail=str(error)) from error
