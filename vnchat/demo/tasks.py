"""Clips as tasks in the wrapped form of new-api (/v1/video/generations) and in that of resellers
(/v1/video/create and /query), for the same jobs as `videos.py`.

As there, the id is not known for a moment after the submit.
"""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from .jobs import Job, Jobs
from .videos import REVIEWED, begin

STATES = {
    "queued": ("QUEUED", "pending"),
    "in_progress": ("IN_PROGRESS", "processing"),
    "completed": ("SUCCESS", "completed"),
    "failed": ("FAILURE", "failed"),
}


async def submit(body: object, jobs: Jobs) -> Response:
    job = await begin(body, jobs)
    return JSONResponse({"code": "success", "message": "", "data": {"task_id": job.id}})


async def fetch(name: str, jobs: Jobs) -> Response:
    job = jobs.get(name)
    state, percent = await job.look() if job else ("unknown", 0)
    if job is None or state == "unknown":
        return _not_there()
    row = {
        "task_id": job.id,
        "status": STATES[state][0],
        "progress": f"{percent}%",
        "fail_reason": REVIEWED if state == "failed" else "",
        "result_url": job.url if state == "completed" else "",
        "submit_time": job.created,
    }
    return JSONResponse({"code": "success", "message": "", "data": row})


async def create(body: object, jobs: Jobs) -> Response:
    job = await begin(body, jobs)
    return JSONResponse({"id": job.id, "status": "pending", "status_update_time": job.created})


async def query(name: str, jobs: Jobs) -> Response:
    job = jobs.get(name)
    if job is None:
        return _not_there()
    state, percent = await job.look()
    told = "pending" if state == "unknown" else STATES[state][1]
    return JSONResponse(_row(job, told, percent))


def _row(job: Job, state: str, percent: int) -> dict[str, object]:
    done = {"video_url": job.url} if state == "completed" else {"video_url": None}
    failed = {"error": REVIEWED} if state == "failed" else {}
    return {"id": job.id, "status": state, "progress": percent, **done, **failed}


def _not_there() -> Response:
    body = {"code": "task_not_exist", "message": "task_not_exist", "data": None}
    return JSONResponse(body, 400)
