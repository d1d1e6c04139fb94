"""A video or sound that browsers do not play, made one that they do, where ffmpeg is installed.

The program gets a file of ours, may open nothing else, and runs with limits in a process of its
own. What comes out is looked at by `probe.py` like anything that was fetched.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from pathlib import Path

from vnchat.library.faults import MediaFailed

_SECONDS = 900.0
_NOT_THERE = "ffmpeg is not installed on this server. Download the file to play it elsewhere."
_FAILED = "The file could not be converted. Download it to play it elsewhere."


def can_convert() -> bool:
    return shutil.which("ffmpeg") is not None


async def to_playable(source: Path, target: Path, kind: str, *, most_bytes: int) -> None:
    """Write `target` as H.264 and AAC in MP4 (sound: AAC in M4A). Raises MediaFailed."""
    program = shutil.which("ffmpeg")
    if program is None:
        raise MediaFailed("wrong_type", sentence=_NOT_THERE)
    picture = ["-map", "0:v:0", "-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
    even = ["-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2"]
    command = [
        *(program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-protocol_whitelist", "file", "-i", f"file:{source}"),
        *([*picture, *even] if kind == "video" else ["-vn"]),
        *("-map", "0:a:0?", "-c:a", "aac", "-map_metadata", "-1", "-threads", "2"),
        *("-fs", str(most_bytes), "-movflags", "+faststart", "-f", "mp4", f"file:{target}"),
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", "")},
    )
    try:
        async with asyncio.timeout(_SECONDS):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise MediaFailed("too_slow", sentence=_FAILED) from error
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        raise MediaFailed("broken", sentence=_FAILED, detail=said[-500:].decode(errors="replace"))
