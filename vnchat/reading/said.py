"""An error as JSON in any of the shapes in which gateways send it, brought into one.

Pure; it finds the words and the codes. What they mean is `failure.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MESSAGES = (
    "message", "msg", "error_msg", "err", "error_message", "errmsg", "detail", "description",
    "reason", "status_msg", "fail_reason", "failure_reason", "localized_message", "task_status_msg",
    "fail_msg", "failReason", "failMsg", "errorMessage", "errorMsg", "status_message",
)  # fmt: skip
FINE = frozenset(("", "0", "200", "ok", "success", "succeeded", "none", "null", "true"))
FAILED = frozenset((
    "failed", "failure", "fail", "error", "errored", "rejected", "cancelled", "canceled",
    "expired", "moderated", "content_moderated", "request_moderated", "timeout",
))  # fmt: skip
# An answer that is JSON is an error only if it holds nothing but such fields.
ERROR_FIELDS = frozenset(MESSAGES) | frozenset((
    "error", "type", "code", "status", "status_code", "param", "success", "request_id",
    "trace_id", "traceid", "data", "object", "id", "timestamp", "path", "errors", "http_code",
    "result", "model", "created", "output", "details",
))  # fmt: skip
_LOWER = frozenset(("error", "choices", "message", "code", "data", "result", "output"))
_UPPER = frozenset(("Error", "Response", "ResponseMetadata", "Message", "Code"))
_INSIDE = (
    "base_resp", "header", "response", "responsemetadata", "errors", "data", "result", "status",
)  # fmt: skip
# A job's record that says "failed", sent as an answer, is one too.
JOB_FIELDS = frozenset(
    (
        "task_id",
        "taskId",
        "job_id",
        "task_status",
        "fail_reason",
        "failure_reason",
        "progress",
        "video_url",
    )
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a gateway said about an error."""

    message: str = ""
    code: str = ""
    type: str = ""
    status: int | None = None


def said_in(body: object, *, whole: bool = False) -> Said | None:
    """The error in a chunk or body; None if it tells of none. `whole`: nothing else was sent."""
    if isinstance(body, list):
        return next((said for part in body[:5] if (said := said_in(part, whole=whole))), None)
    if not isinstance(body, Mapping):
        return None
    if not _LOWER & set(body) and _UPPER & set(body):
        body = _lowered(body, 3)
    error = body.get("error")
    if error and error is not True and not _is_fine(error):
        return _of_error(error, body)
    if body.get("choices"):
        return None
    if filtered := _filtered(body):
        return filtered
    told = _message(body)
    code, status = _text(body.get("code")), _job_status(body)
    if (
        body.get("object") == "error"
        or body.get("type") == "error"
        or error is True
        or body.get("success") is False
        or body.get("ok") is False
        or status in FAILED
        or (told and code and code.lower() not in FINE and not _has_answer(body))
        or ("detail" in body and told)
    ):
        errors = body.get("errors")
        if not told and isinstance(errors, list) and errors:
            return _of_error(errors[0], body)
        return Said(told or status or code, code, _text(body.get("type")), _status(body))
    for name in _INSIDE:
        inner = body.get(name)
        if name in ("base_resp", "header") and isinstance(inner, Mapping):
            number = _text(inner.get("status_code", inner.get("code")))
            if number and number not in FINE:
                return Said(_message(inner) or number, number, name, _status(body))
        elif name == "errors" and isinstance(inner, list) and inner:
            return _of_error(inner[0], body)
        elif isinstance(inner, Mapping) and inner is not body and (said := said_in(inner)):
            return said
    if whole and told and told.lower() not in FINE and not _has_answer(body):
        return Said(told, code, _text(body.get("type")), _status(body))
    return None


def said_as_content(body: object) -> Said | None:
    """The error that was sent as an answer's text; an answer that merely is JSON is none."""
    if isinstance(body, Mapping) and set(body) <= ERROR_FIELDS:
        return said_in(body)
    if not isinstance(body, Mapping):
        return None
    if filtered := _filtered(body):
        return filtered
    failed = _job_status(body) in FAILED
    job = body.get("object") in ("video", "image", "task") or JOB_FIELDS & set(body)
    return said_in(body) if failed and job else None


def _job_status(body: Mapping[str, Any]) -> str:
    names = ("status", "task_status", "taskStatus", "state")
    return next((word for name in names if (word := _text(body.get(name)).lower())), "")


def _lowered(value: Mapping[str, Any], depth: int) -> dict[str, Any]:
    """Clouds that write {"Response": {"Error": {"Code", "Message"}}}."""
    return {
        str(key).lower(): _lowered(item, depth - 1) if isinstance(item, Mapping) and depth else item
        for key, item in value.items()
    }


def _of_error(error: object, around: Mapping[str, Any]) -> Said:
    if isinstance(error, Mapping):
        inner = error.get("error")
        if isinstance(inner, Mapping) and not _message(error):
            return _of_error(inner, error)
        message = _message(error) or (inner if isinstance(inner, str) else "") or _message(around)
        details = error.get("metadata")
        if isinstance(details, Mapping):  # OpenRouter: the provider's own words
            more = details.get("reasons") or details.get("raw")
            if isinstance(more, list):
                more = ", ".join(_text(reason) for reason in more[:5])
            if isinstance(more, str) and more and more not in message:
                message = f"{message} ({more[:400]})"
        code = _text(error.get("code")) or _text(around.get("code"))
        kind = _text(error.get("type")) or _text(error.get("status"))
        return Said(
            message or kind or code or "error", code, kind, _status(error) or _status(around)
        )
    message = _text(error) if not isinstance(error, list) else _message({"detail": error})
    beside = _message(around)
    if beside and (not message or (beside not in message and len(message) < 40)):
        message = f"{message}: {beside}" if message else beside
    return Said(message, _text(around.get("code")), _text(around.get("type")), _status(around))


def _message(fields: Mapping[str, Any]) -> str:
    for name in MESSAGES:
        value = fields.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, Mapping) and (inner := _message(value)):
            return inner
        if isinstance(value, list) and (joined := "; ".join(filter(None, map(_item, value[:8])))):
            return joined
    return ""


def _item(item: object) -> str:
    """One entry of a FastAPI `detail` list: {loc, msg, type}."""
    if not isinstance(item, Mapping):
        return _text(item)
    place = item.get("loc")
    where = ".".join(map(_text, place)) if isinstance(place, list) else _text(place)
    words = _message(item)
    return f"{where}: {words}" if where and words else words


def _filtered(body: Mapping[str, Any]) -> Said | None:
    """Refusals that Google's models tell in fields of their own."""
    feedback = body.get("promptFeedback")
    if isinstance(feedback, Mapping) and feedback.get("blockReason"):
        words = _message(feedback) or _text(feedback.get("blockReasonMessage"))
        reason = _text(feedback["blockReason"])
        return Said(
            f"{words} ({reason})" if words else f"prompt blocked: {reason}", "prompt_blocked"
        )
    layer: list[object] = [body]
    for _ in range(4):  # {"response": {"generateVideoResponse": {…}}}
        below: list[object] = []
        for fields in layer[:8]:
            if not isinstance(fields, Mapping):
                continue
            reasons = fields.get("raiMediaFilteredReasons")
            if isinstance(reasons, list) and reasons:
                return Said("; ".join(map(_text, reasons[:5])), "raiMediaFiltered")
            if fields.get("raiMediaFilteredCount") and not fields.get("generatedSamples"):
                return Said("raiMediaFiltered", "raiMediaFiltered")
            below.extend(value for value in fields.values() if isinstance(value, Mapping))
        layer = below
    return None


def _has_answer(body: Mapping[str, Any]) -> bool:
    return any(
        body.get(name)
        for name in ("choices", "data", "output", "result", "url", "video_url", "content")
    )


def _is_fine(error: object) -> bool:
    return isinstance(error, str | int | float) and _text(error).lower() in FINE


def _status(fields: Mapping[str, Any]) -> int | None:
    for name in ("status_code", "status", "code", "http_code"):
        value = fields.get(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) == 3:
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value <= 599:
            return value
    return None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)[:40]
    return ""
