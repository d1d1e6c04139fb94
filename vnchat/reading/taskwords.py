"""The words and places that gateways have in common when they speak of tasks. Data of tasks.py.

Gathered from new-api (model/task.go, dto/openai_video.go), litellm and the documentation of the
providers and gateways that the records in gateway/providers name.
"""

from __future__ import annotations

import math
import re

from vnchat.reading.said import FINE

LEXICON: dict[str, str] = {
    word: state
    for state, words in (
        ("queued", "queued queueing queue in_queue pending submitted not_start not_started created "
         "starting preparing throttled initializing waiting wait accepted scheduled"),
        ("running", "in_progress processing running generating streaming dreaming unknown "
         "image_downloading video_generating inprogress progress active"),
        ("succeeded", "completed complete succeeded succeed success successful done finish "
         "finished ready"),
        ("failed", "failed fail failure error errored expired rejected moderated nsfw timeout "
         "not_found cancelled canceled cancel aborted deleted content_moderated"),
        ("asks", "modal"),
    )
    for word in words.split()
}  # fmt: skip
STATUS = (
    "status || task_status || state || taskStatus || taskState || output.task_status"
    " || Response.Status || job_status"
)
TASK_ID = "task_id || id || request_id || taskId || output.task_id || Response.TaskId || job_id"
RESULT = (
    "metadata.url || video_url || videoUrl || video.url || video.download_url || result_url"
    " || content.video_url || output.video_url || task_result.videos[].url"
    " || task_result.images[].url || file.download_url || creations[].url || data[].url"
    " || video_urls[] || image_urls[] || result_urls[] || resultUrls[] || resultUrl || urls[]"
    " || outputs[].url || outputs[] || videos[] || video || download_url || file_url"
    " || images[].url || image.url || imageUrl || audio_url || audio.url || audio_file.url"
    " || videos[].url || output.results[].url || output[].url || output[] || output || url"
)
FAILURE = (
    "error.message || error || fail_reason || failReason || task_status_msg || failure"
    " || failure_reason || err_msg || error_message || base_resp.status_msg || output.message"
    " || message || msg || description || err_code || detail[].msg || detail"
)
CODE = "error.code || failureCode || err_code || base_resp.status_code || output.code || code"
PROGRESS = "progress || progress_pct || percent || percentage || detail.progress_pct"
MISSING = re.compile(
    r"task.?not.?(?:exist|found)|not.?exist|no such (?:task|video)|video.?not.?found|任务不存在"
    r"|task.{0,20}(?:does not exist|not found)", re.IGNORECASE,
)  # fmt: skip
PASSING = frozenset({"rate_limit", "auth", "quota", "network", "timeout", "upstream"})
OK_CODES = FINE | {"1", "10000", "20000", "21", "22"}  # words like "success" are in FINE


def percent_of(value: object, scale: str) -> float | None:
    """A number or "30%" as a percentage within bounds; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*([%％]|/\s*100)?\s*", value[:40])
        if match is None:
            return None
        number, sign = float(match[1]), bool(match[2])
    elif isinstance(value, int | float) and math.isfinite(value):
        number, sign = float(value), False
    else:
        return None
    whole = isinstance(value, int) or (isinstance(value, str) and "." not in value)
    if scale == "fraction" or (scale == "auto" and not sign and not whole and 0 < number <= 1):
        number *= 100
    return min(100.0, max(0.0, number))
