"""The OpenAI video format of the demo: /v1/videos, as JSON or as a form, with remix and delete.

`tasks.py` serves the same jobs in the form of other gateways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import FileResponse, JSONResponse, Response

from .chat import model_named
from .clips import LANDSCAPE, PORTRAIT, Clip
from .images import whole_picture
from .jobs import Job, Jobs
from .protocol import Refused


async def create(body: object, jobs: Jobs) -> Response:
    return JSONResponse(await video_json(await begin(body, jobs), asked=False))


async def begin(body: object, jobs: Jobs) -> Job:
    """Checks the request and starts the job; the routes of `tasks.py` use it too."""
    if not isinstance(body, dict):
        raise Refused(400, "The body is neither JSON nor a form.", code="invalid_body")
    model = model_named(str(body.get("model") or ""))
    if "openai-video" not in model.endpoints and not model.name.startswith("demo-refused"):
        message = f"The model '{model.name}' makes no video through this address."
        raise Refused(400, message, code="unsupported_endpoint", param="model")
    prompt = body.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused(400, "prompt is required", code="invalid_value", param="prompt")
    clip = Clip(
        prompt.strip(),
        size=_format(body),
        seconds=jobs.length(_seconds(body)),
        picture=await _reference(body),
    )
    return jobs.begin(clip, model.name)


async def retrieve(name: str, jobs: Jobs) -> Response:
    return JSONResponse(await video_json(_job(name, jobs)))


async def content(name: str, jobs: Jobs) -> Response:
    job = _job(name, jobs)
    if job.making and not job.making.done:
        raise Refused(400, "The video is not ready yet.", code="video_not_ready")
    if job.refused:
        raise Refused(400, "The video was not made.", code="moderation_blocked")
    return FileResponse(job.path)


async def remix(name: str, body: object, jobs: Jobs) -> Response:
    job = _job(name, jobs)
    prompt = body.get("prompt") if isinstance(body, dict) else None
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused(400, "prompt is required", code="invalid_value", param="prompt")
    changed = job.clip.changed(prompt.strip(), job.clip.seconds)
    made = jobs.begin(changed, job.model, remixed_from=job.id)
    return JSONResponse(await video_json(made, asked=False))


async def edit(body: object, jobs: Jobs) -> Response:
    """A change by OpenAI's newer route, which names the video in its body."""
    return await remix(_named(body), body, jobs)


async def extend(body: object, jobs: Jobs) -> Response:
    """The video goes on: longer by so many seconds."""
    job = _job(_named(body), jobs)
    prompt = body.get("prompt") if isinstance(body, dict) else None
    if not isinstance(prompt, str) or not prompt.strip():
        raise Refused(400, "prompt is required", code="invalid_value", param="prompt")
    more = jobs.length(_seconds(body if isinstance(body, dict) else {}))
    longer = job.clip.changed(prompt.strip(), min(20.0, job.clip.seconds + more))
    made = jobs.begin(longer, job.model, remixed_from=job.id)
    return JSONResponse(await video_json(made, asked=False))


async def character(body: object, jobs: Jobs) -> Response:
    """A reseller's route: a name for somebody in the video, to be used as @name in prompts."""
    fields = body if isinstance(body, dict) else {}
    job = _job(str(fields.get("from_task") or ""), jobs)
    if not re.fullmatch(r"\d{1,2},\d{1,2}", str(fields.get("timestamps") or "")):
        raise Refused(400, "timestamps must be like 1,3", code="invalid_value", param="timestamps")
    name = f"demo.{job.id[-8:]}"
    return JSONResponse({"id": f"ch_{job.id[-12:]}", "username": name, "permalink": ""})


def _named(body: object) -> str:
    video = body.get("video") if isinstance(body, dict) else None
    return str(video.get("id") or "") if isinstance(video, dict) else ""


async def delete(name: str, jobs: Jobs) -> Response:
    jobs.delete(_job(name, jobs))
    return JSONResponse({"id": name, "object": "video.deleted", "deleted": True})


async def every(jobs: Jobs) -> Response:
    data = [await video_json(job, asked=False) for job in jobs.all()]
    return JSONResponse({"object": "list", "data": data, "has_more": False})


async def video_json(job: Job, *, asked: bool = True) -> dict[str, Any]:
    """The video object; `asked` when this is a question after its state."""
    state, percent = await job.look() if asked else ("queued", 0)
    failed = {"code": "moderation_blocked", "message": REVIEWED} if state == "failed" else None
    return {
        "id": job.id,
        "task_id": job.id,
        "object": "video",
        "model": job.model,
        "status": state,
        "progress": percent,
        "created_at": job.created,
        "prompt": job.clip.changes[-1] if job.clip.changes else job.clip.title,
        "seconds": f"{job.clip.seconds:g}",
        "size": f"{job.clip.size[0]}x{job.clip.size[1]}",
        "remixed_from_video_id": job.remixed_from,
        "error": failed,
        "metadata": {"url": job.url if state == "completed" else ""},
    }


REVIEWED = "The generated video was rejected by the content review (output moderation)."


def _job(name: str, jobs: Jobs) -> Job:
    job = jobs.get(name)
    if job is None:
        raise Refused(404, f"There is no video '{name}'.", code="video_not_found", param="id")
    return job


def _format(body: Mapping[str, Any]) -> tuple[int, int]:
    """Landscape or portrait from size ("720x1280", "9:16") or aspect_ratio."""
    told = str(body.get("aspect_ratio") or body.get("size") or "")
    sides = re.fullmatch(r"(\d+)\s*[x*:]\s*(\d+)", told)
    if told and not sides and not re.fullmatch(r"\d+p", told, re.IGNORECASE):
        raise Refused(400, "Invalid 'size'.", code="invalid_value", param="size")
    return PORTRAIT if sides and int(sides[1]) < int(sides[2]) else LANDSCAPE


def _seconds(body: Mapping[str, Any]) -> int:
    told = body.get("seconds") or body.get("duration") or 5
    if not re.fullmatch(r"\d+", str(told)) or not 1 <= int(told) <= 20:
        message = "Invalid 'seconds': must be from 1 to 20."
        raise Refused(400, message, code="invalid_value", param="seconds")
    return int(told)


async def _reference(body: Mapping[str, Any]) -> bytes | None:
    """The start picture, under the names that gateways use for it."""
    for name in ("input_reference", "image", "images"):
        given = body.get(name)
        first = given[0] if isinstance(given, list) and given else given
        if (picture := await whole_picture(first, name)) is not None:
            return picture
    return None
