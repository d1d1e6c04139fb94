"""Midjourney of the demo in the form of midjourney-proxy: /mj/submit/… and /mj/task/{id}/fetch.

A grid of four pictures with its buttons, single pictures with theirs, a window that asks for words
(modal), blends and descriptions. Shapes as new-api reads them (dto/midjourney.go).
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from .answers import describe
from .clips import Clip
from .images import whole_picture
from .stages import Stage
from .studio import Studio

SIDE = 512
GRID = ("U1", "U2", "U3", "U4", "", "V1", "V2", "V3", "V4")
SINGLE = (
    ("Upscale (Subtle)", "upsample_v6r1_2x_subtle"), ("Vary (Strong)", "high_variation"),
    ("Vary (Region)", "Inpaint"), ("Zoom Out 2x", "Outpaint::50"), ("Custom Zoom", "CustomZoom"),
    ("⬅️", "pan_left"), ("➡️", "pan_right"),
)  # fmt: skip
ASKING = ("Inpaint", "CustomZoom")
KINDS = ("imagine", "blend", "describe", "action", "modal")


@dataclass(eq=False)
class Task(Stage):
    action: str = "IMAGINE"
    prompt: str = ""
    grid: bool = True
    asks: bool = False
    picture: bytes | None = None
    mask: bytes | None = None
    url: str = ""
    words: str = ""


class Midjourney:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._tasks: dict[str, Task] = {}

    async def submit(self, kind: str, body: object) -> Response:
        fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
        prompt = str(fields.get("prompt") or "").strip()
        if kind not in KINDS:
            return _no("invalid_request", 400)
        if "forbidden" in prompt.lower():
            banned = {"bannedWord": "forbidden", "promptEn": prompt}
            return JSONResponse(
                {"code": 24, "description": "可能包含敏感词", "properties": banned, "result": None}
            )
        match kind:
            case "imagine":
                if not prompt:
                    return _no("prompt_is_empty", 400)
                given = fields.get("base64Array") or [None]
                return self._begin(prompt=prompt, picture=await whole_picture(given[0], "image"))
            case "blend":
                given = fields.get("base64Array")
                if not isinstance(given, list) or not 2 <= len(given) <= 5:
                    return _no("base64Array must hold 2 to 5 pictures", 400)
                blended = [await whole_picture(one, "image") for one in given]
                return self._begin(
                    action="BLEND", prompt="A blend", grid=True,
                    picture=await asyncio.to_thread(_blend, blended),
                )  # fmt: skip
            case "describe":
                url = str(fields.get("base64") or "")
                if await whole_picture(url, "image") is None:
                    return _no("base64_is_empty", 400)
                told = await asyncio.to_thread(describe, url, chinese=False)
                return self._begin(action="DESCRIBE", words=f"1️⃣ {told} --ar 1:1")
        source = self._tasks.get(str(fields.get("taskId") or ""))
        if source is None:
            return _no("task_no_found", 400)
        return await (
            self._pressed(source, fields) if kind == "action" else self._told(source, fields)
        )

    def _begin(self, *, code: int = 1, **facts: Any) -> Response:
        task = Task(self._studio, **facts)
        self._tasks[task.id] = task
        told = {"code": code, "description": "Submit success", "result": task.id, "properties": {}}
        return JSONResponse(told)

    async def _pressed(self, source: Task, fields: Mapping[str, Any]) -> Response:
        pressed = str(fields.get("customId") or "")
        if pressed not in [one["customId"] for one in _buttons(source)]:
            return _no("button_not_found", 400)
        asks = any(one in pressed for one in ASKING)
        single = not any(
            one in pressed for one in ("variation", "reroll", "pan_", "Outpaint", *ASKING)
        )
        prompt = f"{source.prompt} · {_label(source, pressed)}"
        return self._begin(
            code=21 if asks else 1, action="ACTION", prompt=prompt, grid=not single, asks=asks,
            picture=source.picture,
        )  # fmt: skip

    async def _told(self, source: Task, fields: Mapping[str, Any]) -> Response:
        if not source.asks:
            return _no("this task asks for nothing", 400)
        source.asks = False
        source.prompt = str(fields.get("prompt") or source.prompt)
        source.mask = await whole_picture(fields.get("maskBase64"), "maskBase64")
        source.again()
        told = {"code": 1, "description": "Submit success", "result": source.id, "properties": {}}
        return JSONResponse(told)

    async def fetch(self, name: str) -> Response:
        task = self._tasks.get(name)
        if task is None:
            return _no("task_no_found", 400)
        if task.asks:
            return JSONResponse(_row(task, "MODAL", 0))
        percent = task.percent()
        if percent < 100:
            return JSONResponse(_row(task, "IN_PROGRESS" if percent else "SUBMITTED", percent))
        if not task.words and not task.url:
            task.url = self._studio.keep(await self._painted(task), "png")
        return JSONResponse(_row(task, "SUCCESS", 100))

    async def _painted(self, task: Task) -> bytes:
        clip = Clip(task.prompt, size=(SIDE, SIDE), picture=task.picture)
        several = [
            (await self._studio.paint(clip, variant=variant))[0]
            for variant in range(4 if task.grid else 1)
        ]
        return await asyncio.to_thread(_grid, several) if task.grid else several[0]


def _row(task: Task, status: str, percent: int) -> dict[str, Any]:
    done = status == "SUCCESS"
    return {
        "id": task.id,
        "action": task.action,
        "status": status,
        "progress": f"{percent}%" if percent else "",
        "prompt": task.words or task.prompt,
        "promptEn": task.words if done else "",
        "imageUrl": task.url if done else "",
        "buttons": _buttons(task) if done and task.url else [],
        "failReason": None,
        "properties": {"finalPrompt": task.words or task.prompt},
    }


def _buttons(task: Task) -> list[dict[str, Any]]:
    if task.action == "DESCRIBE":
        return []
    if not task.grid:
        return [_button(task, f"MJ::{action}", label) for label, action in SINGLE]
    named = []
    for place, label in enumerate(GRID):
        action = {"U": "upsample", "V": "variation", "": "reroll"}[label[:1]]
        number = label[1:] or "0"
        named.append(_button(task, f"MJ::JOB::{action}::{number}::{place}", label))
    return named


def _button(task: Task, action: str, label: str) -> dict[str, Any]:
    emoji = "" if label else "🔄"
    return {
        "customId": f"{action}::{task.id}",
        "emoji": emoji,
        "label": label,
        "type": 2,
        "style": 2,
    }


def _label(task: Task, pressed: str) -> str:
    for one in _buttons(task):
        if one["customId"] == pressed:
            return str(one["label"] or one["emoji"])
    return ""


def _no(description: str, status: int) -> Response:
    return JSONResponse({"code": 4, "description": description, "type": "new_api_error"}, status)


def _grid(pictures: list[bytes]) -> bytes:
    from PIL import Image

    whole = Image.new("RGB", (SIDE * 2, SIDE * 2))
    for place, data in enumerate(pictures):
        with Image.open(io.BytesIO(data)) as one:
            whole.paste(one.convert("RGB"), (SIDE * (place % 2), SIDE * (place // 2)))
    return _png(whole)


def _blend(pictures: list[bytes | None]) -> bytes:
    from PIL import Image

    whole: Image.Image | None = None
    for data in pictures:
        with Image.open(io.BytesIO(data or b"")) as one:
            next_one = one.convert("RGB").resize((SIDE, SIDE))
        whole = next_one if whole is None else Image.blend(whole, next_one, 0.5)
    return _png(whole or Image.new("RGB", (SIDE, SIDE)))


def _png(picture: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
