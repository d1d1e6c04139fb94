"""Pictures without a chat: POST /v1/images/generations and /v1/images/edits of the demo.

Shapes as in OpenAI's image API: links or base64, or a stream of partial pictures. `film.py` paints.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import re
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any, Literal

from starlette.responses import JSONResponse, Response, StreamingResponse

from .answers import first_picture
from .clips import Clip
from .painting import size_for
from .protocol import Refused
from .records import data_of
from .studio import Studio
from .uploads import Upload

KINDS = ("png", "jpeg", "webp")
LONGEST = 2048


async def generate(body: object, studio: Studio) -> Response:
    return await _answer(_fields(body), studio, "image_generation", None)


async def edit(body: object, studio: Studio) -> Response:
    fields = _fields(body)
    given = fields.get("image")
    first = given[0] if isinstance(given, list) and given else given
    picture = await whole_picture(first, "image")
    if picture is None:
        raise Refused(400, "image is required", code="invalid_value", param="image")
    mask = await whole_picture(fields.get("mask"), "mask")
    if mask is not None:
        fields = {**fields, "size": _same_size(picture, mask)}
    return await _answer(fields, studio, "image_edit", picture, mask)


async def vary(body: object, studio: Studio) -> Response:
    """Variations of a picture: no prompt, DALL·E 2's form."""
    fields = _fields(body)
    picture = await whole_picture(fields.get("image"), "image")
    if picture is None:
        raise Refused(400, "image is required", code="invalid_value", param="image")
    if "prompt" in fields:
        raise Refused(400, "Unknown parameter: 'prompt'.", code="unknown_parameter", param="prompt")
    return await _answer({**fields, "prompt": "A variation"}, studio, "image_edit", picture)


def _same_size(picture: bytes, mask: bytes) -> str:
    """A mask of another size, or one that leaves nothing to change, is refused as at OpenAI."""
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as one, Image.open(io.BytesIO(mask)) as other:
        if one.size != other.size or "A" not in other.getbands():
            raise _wrong("mask", "must be a PNG with an alpha channel, of the image's size")
        return f"{one.width}x{one.height}"


def _inside(mask: bytes, picture: bytes, made: bytes, kind: str) -> bytes:
    """What was made where the mask is transparent, the picture as it was elsewhere."""
    from PIL import Image

    with Image.open(io.BytesIO(mask)) as drawn:
        keep = drawn.getchannel("A")
    with Image.open(io.BytesIO(picture)) as before, Image.open(io.BytesIO(made)) as after:
        buffer = io.BytesIO()
        whole = after.convert("RGB").resize(keep.size)
        whole.paste(before.convert("RGB"), mask=keep)
        whole.save(buffer, kind)
    return buffer.getvalue()


async def whole_picture(given: object, param: str) -> bytes | None:
    """A picture sent as a file, as a data URL or as bare base64; a broken one is refused."""
    if isinstance(given, Mapping):
        given = given.get("image_url") or given.get("url")
    if isinstance(given, Upload):
        data: bytes | None = given.data
    elif isinstance(given, str) and given.startswith(("http://", "https://")):
        return None  # the demo fetches nothing
    elif isinstance(given, str) and given:
        data = data_of(given if given.startswith("data:") else f"data:;base64,{given}")
    else:
        return None
    url = "data:;base64," + base64.b64encode(data or b"no picture").decode()
    try:
        return await first_picture([url])
    except Refused as refused:
        message = refused.body["error"]["message"]
        raise Refused(400, str(message), code="invalid_image", param=param) from refused


async def _answer(
    fields: Mapping[str, Any],
    studio: Studio,
    event: Literal["image_generation", "image_edit"],
    picture: bytes | None,
    mask: bytes | None = None,
) -> Response:
    prompt = fields.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused(400, "prompt is required", code="invalid_value", param="prompt")
    if str(fields["model"]).startswith("demo-refused"):
        message = "Your request was rejected by the safety system."
        raise Refused(400, message, code="moderation_blocked", kind="image_generation_user_error")
    ground = picture if mask is None else None  # inside a mask another scene is seen
    clip = Clip(prompt.strip(), size=_size(fields.get("size"), prompt), picture=ground)
    kind = fields.get("output_format") or "png"
    if kind not in KINDS:
        raise _wrong("output_format", f"must be one of {', '.join(KINDS)}")
    count = _number(fields, "n", 1, 1, 10)
    facts = {
        "created": int(time.time()),
        "size": f"{clip.size[0]}x{clip.size[1]}",
        "quality": "medium",
        "background": "opaque",
        "output_format": kind,
    }
    if fields.get("stream") in (True, "true"):
        partials = _number(fields, "partial_images", 0, 0, 3)
        return StreamingResponse(
            _partials(clip, studio, event, partials, facts), media_type="text/event-stream"
        )
    data = []
    for variant in range(count):
        await studio.wait(2)
        [made] = await studio.paint(clip, kind=kind, variant=variant)
        if mask is not None and picture is not None:
            made = await asyncio.to_thread(_inside, mask, picture, made, kind)
        if fields.get("response_format") == "b64_json":
            data.append({"b64_json": base64.b64encode(made).decode(), "revised_prompt": prompt})
        else:
            data.append({"url": studio.keep(made, kind), "revised_prompt": prompt})
    return JSONResponse({**facts, "data": data, "usage": _usage(prompt)})


async def _partials(
    clip: Clip, studio: Studio, event: str, count: int, facts: Mapping[str, Any]
) -> AsyncGenerator[str, None]:
    pictures = await studio.paint(clip, kind=str(facts["output_format"]), partials=count)
    common = {**facts, "created_at": facts["created"]}
    del common["created"]
    for at, data in enumerate(pictures):
        await studio.wait(1.2)
        last = at == len(pictures) - 1
        name = f"{event}.{'completed' if last else 'partial_image'}"
        more = {"usage": _usage(clip.title)} if last else {"partial_image_index": at}
        payload = {"type": name, "b64_json": base64.b64encode(data).decode(), **common, **more}
        yield f"event: {name}\ndata: {json.dumps(payload)}\n\n"


def _fields(body: object) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise Refused(400, "The body is neither JSON nor a form.", code="invalid_body")
    return body


def _size(wanted: object, prompt: str) -> tuple[int, int]:
    if wanted in (None, "", "auto"):
        return size_for(prompt)
    found = re.fullmatch(r"(\d{2,4})[x*](\d{2,4})", str(wanted))
    if not found:
        raise _wrong("size", "must be WIDTHxHEIGHT or auto")
    width, height = int(found[1]), int(found[2])
    if max(width, height) > LONGEST or max(width, height) > 3 * min(width, height):
        raise _wrong("size", f"must be at most {LONGEST} pixels long and 3:1")
    return width, height


def _number(fields: Mapping[str, Any], name: str, default: int, lowest: int, highest: int) -> int:
    given = fields.get(name)
    if given in (None, ""):
        return default
    if not re.fullmatch(r"\d{1,3}", str(given)) or not lowest <= int(given) <= highest:
        raise _wrong(name, f"must be a whole number from {lowest} to {highest}")
    return int(given)


def _wrong(param: str, must: str) -> Refused:
    return Refused(400, f"Invalid '{param}': {must}.", code="invalid_value", param=param)


def _usage(prompt: str) -> dict[str, object]:
    words = len(prompt.split())
    details = {"text_tokens": words, "image_tokens": 0}
    return {
        "input_tokens": words,
        "output_tokens": 1056,
        "total_tokens": words + 1056,
        "input_tokens_details": details,
    }
