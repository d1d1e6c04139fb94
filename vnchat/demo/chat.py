"""POST /v1/chat/completions of the demo: a request to its model, the answer streamed or whole.

What a request means is decided in `protocol.py`, what is said in the models.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from .models import MODELS, Answer, Model
from .protocol import (
    Ask,
    Call,
    Finished,
    Reasoning,
    Refused,
    Said,
    Spoken,
    Text,
    ask_of,
    call_json,
    chunk,
    message_of,
    usage_of,
)
from .studio import Studio


async def complete(body: object, studio: Studio) -> Response:
    ask = await asyncio.to_thread(ask_of, body)
    model = model_named(ask.model)
    if model.answer is None:
        message = f"The model '{ask.model}' is not a chat model; it is for {model.endpoints[0]}."
        raise Refused(400, message, code="unsupported_endpoint", param="model")
    head = {
        "id": f"chatcmpl-{secrets.token_hex(12)}",
        "created": int(time.time()),
        "model": ask.model,
    }
    if not ask.stream:
        return await _in_one_piece(ask, model.answer, studio, head)
    said = _choices(ask, model.answer, studio)
    first = await anext(said)  # a refusal before the first word is an HTTP error
    return StreamingResponse(
        _chunks(ask, head, first, said),
        media_type="text/event-stream",
        headers={"cache-control": "no-cache", "x-accel-buffering": "no"},
    )


def model_named(name: str) -> Model:
    if name not in MODELS:
        message = f"The model '{name}' does not exist or you do not have access to it."
        raise Refused(404, message, code="model_not_found", param="model")
    return MODELS[name]


async def _choices(
    ask: Ask, answer: Answer, studio: Studio
) -> AsyncGenerator[tuple[int, Said], None]:
    """What is said, choice after choice."""
    for index in range(ask.choices):
        async with aclosing(answer(ask, studio)) as saying:
            async for said in saying:
                yield index, said


async def _chunks(
    ask: Ask,
    head: dict[str, Any],
    first: tuple[int, Said],
    rest: AsyncGenerator[tuple[int, Said], None],
) -> AsyncGenerator[str, None]:
    told: list[Said] = []
    begun: set[int] = set()

    def write(index: int, said: Said) -> str:
        opening = {} if index in begun else {"role": "assistant", "content": ""}
        lead = chunk(head, opening, index=index) if opening else ""
        begun.add(index)
        told.append(said)
        match said:
            case Text(text):
                return lead + chunk(head, {"content": text}, index=index)
            case Reasoning(text):
                return lead + chunk(head, {"reasoning_content": text}, index=index)
            case Spoken():
                return lead + chunk(head, {"audio": said.told()}, index=index)
            case Call():
                call = {"index": 0, **call_json(said, 0)}
                return lead + chunk(head, {"tool_calls": [call]}, index=index)
            case Finished(reason):
                return lead + chunk(head, {}, index=index, finish=reason)

    async with aclosing(rest):
        yield write(*first)
        async for index, said in rest:
            yield write(index, said)
    if ask.usage_wanted:
        yield chunk(head, None, usage=usage_of(ask, told))
    yield "data: [DONE]\n\n"


async def _in_one_piece(ask: Ask, answer: Answer, studio: Studio, head: dict[str, Any]) -> Response:
    said: dict[int, list[Said]] = {}
    async for index, piece in _choices(ask, answer, studio):
        said.setdefault(index, []).append(piece)
    choices = []
    for index, pieces in said.items():
        message, finish = message_of(pieces)
        choices.append({"index": index, "message": message, "finish_reason": finish})
    told = [piece for pieces in said.values() for piece in pieces]
    usage = usage_of(ask, told)
    return JSONResponse({**head, "object": "chat.completion", "choices": choices, "usage": usage})
