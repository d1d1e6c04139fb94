"""Claude's and Gemini's own forms in the demo: POST /v1/messages, /v1beta/models/{model}:….

The same answers as demo-reasoner in the shapes of their makers; demo-gemini also paints a small
picture when it is asked for one. Shapes as Anthropic and Google document them.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import secrets
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from starlette.responses import JSONResponse, Response, StreamingResponse

from .protocol import Ask, Reasoning, Refused, Said, Text, ask_of, usage_of
from .studio import Studio
from .talking import reasoner

CLAUDE, GEMINI = "demo-claude", "demo-gemini"


async def messages(body: object, studio: Studio) -> Response:
    fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
    if not isinstance(fields.get("max_tokens"), int):
        raise Refused(400, "max_tokens: Field required")
    told = [
        {"role": one.get("role"), "content": [_from_claude(p) for p in _list(one.get("content"))]}
        for one in _list(fields.get("messages"))
        if isinstance(one, dict)
    ]
    ask = await _ask(fields, CLAUDE, told)
    head = {"id": f"msg_{secrets.token_hex(8)}", "type": "message", "role": "assistant"}
    head |= {"model": ask.model}
    if fields.get("stream"):
        return _stream(_claude_events(ask, studio, head))
    said = [one async for one in reasoner(ask, studio)]
    used = usage_of(ask, said)
    content = [
        {"type": "thinking", "thinking": _joined(said, Reasoning), "signature": "demo"},
        {"type": "text", "text": _joined(said, Text)},
    ]
    usage = {"input_tokens": used["prompt_tokens"], "output_tokens": used["completion_tokens"]}
    return JSONResponse({**head, "content": content, "stop_reason": "end_turn", "usage": usage})


async def generate(name: str, body: object, studio: Studio) -> Response:
    model, _, way = name.partition(":")
    if model != GEMINI:
        raise Refused(404, f"models/{model} is not found for API version v1beta", code="not_found")
    fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
    told = [
        {
            "role": "assistant" if one.get("role") == "model" else "user",
            "content": [_from_gemini(part) for part in _list(one.get("parts"))],
        }
        for one in _list(fields.get("contents"))
        if isinstance(one, dict)
    ]
    ask = await _ask({"model": model}, GEMINI, told)
    chunks = _gemini_chunks(ask, studio)
    if way == "streamGenerateContent":
        return _stream(f"data: {json.dumps(one, ensure_ascii=False)}\n\n" async for one in chunks)
    every = [one async for one in chunks]
    parts = [part for one in every for part in one["candidates"][0]["content"]["parts"]]
    last = every[-1]
    last["candidates"][0]["content"]["parts"] = parts
    return JSONResponse(last)


async def _ask(fields: Mapping[str, Any], named: str, messages: list[Any]) -> Ask:
    if fields.get("model") != named:
        raise Refused(404, f"model: {fields.get('model')}", code="not_found_error")
    return await asyncio.to_thread(ask_of, {"model": named, "messages": messages})


async def _claude_events(
    ask: Ask, studio: Studio, head: Mapping[str, Any]
) -> AsyncGenerator[str, None]:
    def event(kind: str, **more: Any) -> str:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **more}, ensure_ascii=False)}\n\n"

    asked = usage_of(ask, [])["prompt_tokens"]
    usage = {"input_tokens": asked, "output_tokens": 1}
    yield event("message_start", message={**head, "content": [], "usage": usage})
    yield event("ping")
    at, kind = -1, ""
    told: list[Said] = []
    async for one in reasoner(ask, studio):
        told.append(one)
        now = {Reasoning: "thinking", Text: "text"}.get(type(one), "")
        if not isinstance(one, Reasoning | Text):
            continue
        if now != kind:
            if kind:
                yield event("content_block_stop", index=at)
            at, kind = at + 1, now
            yield event("content_block_start", index=at, content_block={"type": now, now: ""})
        yield event("content_block_delta", index=at, delta={"type": f"{now}_delta", now: one.text})
    yield event("content_block_stop", index=at)
    used = usage_of(ask, told)["completion_tokens"]
    yield event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": used})
    yield event("message_stop")


async def _gemini_chunks(ask: Ask, studio: Studio) -> AsyncGenerator[dict[str, Any], None]:
    def chunk(parts: list[Any], **more: Any) -> dict[str, Any]:
        candidate = {"content": {"role": "model", "parts": parts}, "index": 0, **more}
        return {"candidates": [candidate], "modelVersion": ask.model, "responseId": name}

    name = secrets.token_hex(8)
    told: list[Said] = []
    async for one in reasoner(ask, studio):
        told.append(one)
        if isinstance(one, Reasoning):
            yield chunk([{"text": one.text, "thought": True}])
        elif isinstance(one, Text):
            yield chunk([{"text": one.text}])
    if "picture" in ask.prompt.lower() or "图" in ask.prompt:
        data = base64.b64encode(await asyncio.to_thread(_square)).decode()
        yield chunk([{"inlineData": {"mimeType": "image/png", "data": data}}])
    used = usage_of(ask, told)
    usage = {"promptTokenCount": used["prompt_tokens"], "totalTokenCount": used["total_tokens"]}
    usage["candidatesTokenCount"] = used["completion_tokens"]
    yield {**chunk([], finishReason="STOP"), "usageMetadata": usage}


def _square() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (256, 256), (60, 120, 200)).save(file, "PNG")
    return file.getvalue()


def _from_claude(part: object) -> dict[str, Any]:
    fields = part if isinstance(part, dict) else {}
    source = fields.get("source")
    if fields.get("type") == "image" and isinstance(source, dict):
        kind, data = source.get("media_type"), source.get("data")
        url = source.get("url") or f"data:{kind};base64,{data}"
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "text", "text": fields.get("text")}


def _from_gemini(part: object) -> dict[str, Any]:
    fields = part if isinstance(part, dict) else {}
    data = fields.get("inlineData")
    if isinstance(data, dict):
        url = f"data:{data.get('mimeType')};base64,{data.get('data')}"
        return {"type": "image_url", "image_url": {"url": url}}
    return {"type": "text", "text": fields.get("text")}


def _list(value: object) -> list[Any]:
    if isinstance(value, str):
        return [{"type": "text", "text": value}]
    return value if isinstance(value, list) else []


def _joined(said: list[Said], kind: type[Text] | type[Reasoning]) -> str:
    return "".join(one.text for one in said if isinstance(one, kind))


def _stream(events: Any) -> Response:
    return StreamingResponse(events, media_type="text/event-stream")
