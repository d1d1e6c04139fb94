"""Forms and JSON bodies as plain values: fields by name, files as `Upload`.

The recorded request then reads the same however it was sent; `server.py` calls it first thing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request as Incoming
from starlette.types import Message, Scope


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form."""

    name: str
    type: str
    data: bytes


async def parsed(scope: Scope, headers: dict[str, str], raw: bytes) -> Any:
    """JSON as values, a form as a dict (a name that comes twice gives a list), else the bytes."""
    if headers.get("content-type", "").startswith("multipart/form-data"):
        return await _form(scope, raw)
    try:
        return json.loads(raw)
    except ValueError:
        return raw


async def _form(scope: Scope, raw: bytes) -> Any:
    async def replay() -> Message:
        return {"type": "http.request", "body": raw, "more_body": False}

    fields: dict[str, Any] = {}
    try:
        async with Incoming(scope, replay).form(max_part_size=len(raw)) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    kind = value.content_type or ""
                    part: Any = Upload(value.filename or "", kind, await value.read())
                else:
                    part = value
                bare = name.removesuffix("[]")
                if bare in fields:
                    before = fields[bare]
                    fields[bare] = [*(before if isinstance(before, list) else [before]), part]
                else:
                    fields[bare] = part
    except HTTPException:
        return raw
    return fields
