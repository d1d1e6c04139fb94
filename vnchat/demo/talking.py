"""The models that answer in text, in pieces of about a token, forty a second at pace 1."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from .answers import answer, pictures_of, thought, tool_call
from .protocol import Ask, Finished, Reasoning, Said, Text, pieces_of
from .studio import Studio

A_PIECE = 1 / 40  # seconds


async def chat(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    pictures = await asyncio.to_thread(pictures_of, ask)
    if call := tool_call(ask):
        yield call
        yield Finished("tool_calls")
        return
    text = answer(ask, pictures)
    ends = [at for stop in ask.stops if stop and (at := text.find(stop)) >= 0]
    pieces = pieces_of(text[: min(ends)] if ends else text)
    for piece in pieces[: ask.limit]:
        await studio.wait(A_PIECE)
        yield Text(piece)
    yield Finished("length" if ask.limit and ask.limit < len(pieces) else "stop")


async def reasoner(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    for piece in pieces_of(thought(ask)):
        await studio.wait(A_PIECE)
        yield Reasoning(piece)
    async for said in chat(ask, studio):
        yield said
