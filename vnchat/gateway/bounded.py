"""A response body with an end: so many bytes, so many seconds, and a break counts as the end.

Only for refusals, whose body the `openai` package reads as a whole. Its own file because it
derives from the HTTP library, which is slow to import; `client.py` imports it when needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2


class Bounded(httpx2.AsyncByteStream):
    def __init__(self, inner: object, *, most: int, seconds: float) -> None:
        if not isinstance(inner, httpx2.AsyncByteStream):
            raise TypeError("a stream of bytes is needed")
        self._inner = inner
        self._left = most
        self._seconds = seconds

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._inner)
        end = asyncio.get_running_loop().time() + self._seconds
        while self._left > 0:
            try:
                async with asyncio.timeout_at(end):
                    chunk = await anext(chunks)
            except (StopAsyncIteration, TimeoutError, httpx2.HTTPError):
                return
            yield chunk[: self._left]
            self._left -= len(chunk)

    async def aclose(self) -> None:
        await self._inner.aclose()
