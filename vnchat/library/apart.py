"""Work on files from outside, in processes of their own with limits: whatever a decoder does to its
memory, or wherever it hangs or crashes, ends there.

`run` starts one of our modules (`extracting.py`, `decoding.py`); such a module calls `limit` before
it opens anything. `convert.py` starts its own, to hear how far it is.
"""

from __future__ import annotations

import os
import subprocess
import sys


def run(module: str, *arguments: str, data: bytes, seconds: float) -> bytes:
    """What the module writes. Raises TimeoutError, or RuntimeError with its last words."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, arguments of ours
            [sys.executable, "-m", module, *arguments],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(module) from error
    if done.returncode != 0:
        raise RuntimeError(done.stderr[-600:].decode(errors="replace") or str(done.returncode))
    return done.stdout


def environment() -> dict[str, str]:
    """Nothing of ours but where our modules are: no key, no address."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "MALLOC_ARENA_MAX": "2",  # threads would reserve memory that counts against the limit
    }


def limit(*, memory: int, seconds: int, file_bytes: int = 0) -> None:
    """From here on this process has so much and no more."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
