"""A video or sound that browsers do not play, made one that they do.

The work is done by a process of its own with limits (`converting.py`), which opens one file of ours
and nothing else. What comes out is looked at by `probe.py` like anything that was fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

from vnchat.library.apart import environment
from vnchat.library.faults import MediaFailed

_SECONDS = 900.0
_FAILED = "The file could not be converted. Download it to play it elsewhere."
_TOO_LONG = "Converting takes too long for this file. Download it to play it elsewhere."


async def to_playable(
    source: Path,
    target: Path,
    kind: str,
    *,
    most_bytes: int,
    on_progress: Callable[[float], None] | None = None,
    seconds: float = _SECONDS,
) -> None:
    """Write `target` as H.264 and AAC in MP4 (sound: AAC in M4A). Raises MediaFailed.

    `on_progress` hears how much of it is done, from 0 to 1.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "vnchat.library.converting"),
        *(kind, str(source), str(target), str(most_bytes)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment(),
    )
    try:
        async with asyncio.timeout(seconds):
            said, _ = await asyncio.gather(_words(process), _heard(process, on_progress))
            await process.wait()
    except TimeoutError as error:
        raise MediaFailed("too_slow", sentence=_TOO_LONG) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise MediaFailed("broken", sentence=_FAILED, detail=said)


async def _words(process: asyncio.subprocess.Process) -> str:
    """The end of what it complained of."""
    said = b""
    if process.stderr is not None:
        while piece := await process.stderr.read(4096):
            said = (said + piece)[-500:]
    return said.decode(errors="replace")


async def _heard(
    process: asyncio.subprocess.Process, on_progress: Callable[[float], None] | None
) -> None:
    if process.stdout is None:
        return
    async for line in process.stdout:
        with contextlib.suppress(ValueError):
            if on_progress is not None:
                on_progress(float(line))
