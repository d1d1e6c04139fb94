"""Where clips and pictures are made: the media folder, two threads that draw, and the demo's clock.

The models (`filming.py`, `painting.py`) ask it for files; `server.py` serves the folder.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .clips import Clip, Clips


class Studio:
    def __init__(self, folder: Path, *, pace: float, clip_seconds: float | None) -> None:
        self.folder = folder
        self.pace = pace
        self.origin = ""  # "http://127.0.0.1:PORT", set when the server listens
        self.clips = Clips(folder / "clips.jsonl")
        self._clip_seconds = clip_seconds
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="demo studio")
        self._closing = threading.Event()

    async def wait(self, seconds: float) -> None:
        """The demo's time: `pace` 1 is as written, 0 does not wait."""
        await asyncio.sleep(seconds * self.pace)

    def length(self, seconds: float) -> float:
        return self._clip_seconds or seconds

    def begin_clip(self, clip: Clip) -> Making:
        """Starts drawing the clip; `await making.url()` when the words are said."""
        return Making(self, clip, self._closing, self._threads)

    async def paint(
        self, clip: Clip, *, kind: str = "png", variant: int = 0, partials: int = 0
    ) -> list[bytes]:
        """The picture as a file, after so many unfinished ones."""

        def work() -> list[bytes]:
            from .film import paint, unfinished, written

            whole = paint(clip, variant)
            steps = [unfinished(whole, at, partials) for at in range(partials)]
            return [written(picture, kind) for picture in (*steps, whole)]

        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def keep(self, data: bytes, suffix: str) -> str:
        """Keeps a file in the media folder; its address."""
        path = self.folder / f"{secrets.token_hex(8)}.{suffix}"
        path.write_bytes(data)
        return self.url(path)

    def url(self, path: Path) -> str:
        return f"{self.origin}/media/{path.name}"

    def close(self) -> None:
        self._closing.set()
        self._threads.shutdown(cancel_futures=True)


class Making:
    """One clip being drawn. `abandon` when nobody waits for it any more."""

    def __init__(
        self, studio: Studio, clip: Clip, closing: threading.Event, threads: ThreadPoolExecutor
    ) -> None:
        self._studio = studio
        self._abandoned = threading.Event()

        def work() -> Path:
            from .film import suffix, write_clip

            path = studio.folder / f"{secrets.token_hex(8)}{suffix()}"
            try:
                write_clip(clip, path, lambda: self._abandoned.is_set() or closing.is_set())
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            studio.clips.add(clip, path.name)
            return path

        self._work = threads.submit(work)

    async def url(self) -> str:
        return self._studio.url(await self.path())

    async def path(self) -> Path:
        return await asyncio.wrap_future(self._work)

    @property
    def done(self) -> bool:
        return self._work.done()

    def abandon(self) -> None:
        self._abandoned.set()
        self._work.cancel()
