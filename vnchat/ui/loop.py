"""From a script's thread to the server's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from vnchat.engine import engine

T = TypeVar("T")


def on_the_loop(work: Coroutine[Any, Any, T], *, wait: bool = True, seconds: float = 30) -> T:
    """Run a coroutine on the server's loop from a script's thread."""
    future = asyncio.run_coroutine_threadsafe(work, engine().runner.loop)
    return future.result(seconds) if wait else None  # type: ignore[return-value]
