"""Errors as JSON bodies and pages: kind, message, request id, money."""

from __future__ import annotations

import pytest

from tests.reading.wire import body, told
from vnchat.reading import failure_of


def error(message: str = "", **fields: object) -> dict[str, object]:
    return {"error": {"message": message, **fields}}


BODIES = {
    "message and code": (
        401,
        error("无效的令牌 (request id: A1)", type="new_api_error", code=""),
        "auth",
        "无效的令牌",
    ),
    "an empty quota dressed as a bad key": (401, error("该令牌额度已用尽"), "quota", "额度"),
    "no money": (402, error("Insufficient credits", code=402), "quota", "Insufficient"),
    "a quota code": (403, error("x", code="insufficient_user_quota"), "quota", "x"),
    "no access to the model": (403, error("该令牌无权访问模型 m"), "model", "无权访问"),
    "no channel": (
        503,
        error("分组 g 下模型 m 无可用渠道（distributor）", code="model_not_found"),
        "model",
        "渠道",
    ),
    "no channel left": (500, error("x", code="get_channel_failed"), "model", "x"),
    "a model that is gone": (
        404,
        error("The model `m` has been deprecated"),
        "model",
        "deprecated",
    ),
    "a model that is busy": (
        503,
        error("This model is temporarily unavailable, try again later"),
        "upstream",
        "temporarily",
    ),
    "too many requests": (429, error("您已达到请求数限制"), "rate_limit", "请求数限制"),
    "a full upstream": (429, error("当前分组上游负载已饱和，请稍后再试"), "rate_limit", "饱和"),
    "safety dressed as 429": (
        429,
        error("Your request was rejected by the safety system.", code=None),
        "moderation_prompt",
        "safety",
    ),
    "safety dressed as 500": (
        500,
        error("sensitive_words_detected"),
        "moderation_prompt",
        "sensitive",
    ),
    "an input picture": (
        400,
        error("The input image may contain a real person"),
        "moderation_input_image",
        "real person",
    ),
    "a review code": (
        400,
        error("blocked", code="moderation_blocked"),
        "moderation_output",
        "blocked",
    ),
    "a sentinel": (400, error("blocked", code="sentinel_block"), "moderation_prompt", "blocked"),
    "an error as a string": (500, {"error": "video task failed"}, "upstream", "video task failed"),
    "an error as a string that says timeout": (504, {"error": "timeout"}, "timeout", "timeout"),
    "detail": (401, {"detail": "Invalid API key"}, "auth", "Invalid API key"),
    "detail as a list": (
        422,
        {"detail": [{"loc": ["body", "n"], "msg": "value is not a valid integer"}]},
        "bad_request",
        "body.n: value is not",
    ),
    "msg": (400, {"msg": "bad size"}, "bad_request", "bad size"),
    "err": (400, {"err": "bad size"}, "bad_request", "bad size"),
    "error_msg": (400, {"error_msg": "bad size"}, "bad_request", "bad size"),
    "header.message": (
        400,
        {"header": {"code": 10013, "message": "input refused"}},
        "bad_request",
        "input refused",
    ),
    "response.error.message": (
        500,
        {"response": {"error": {"message": "inner"}}},
        "upstream",
        "inner",
    ),
    "success false": (401, {"success": False, "message": "not logged in"}, "auth", "not logged in"),
    "a list of errors": (400, [{"error": {"message": "API key not valid"}}], "auth", "API key"),
    "the upstream's status in a code": (
        200,
        {"error": {"message": "slow", "code": 504}},
        "timeout",
        "slow",
    ),
    "code minus one": (
        200,
        {"code": -1, "msg": "insufficient credits", "data": None},
        "quota",
        "insufficient",
    ),
    "a wrong size": (
        413,
        error("request body too large", code="read_request_body_failed"),
        "bad_request",
        "too large",
    ),
    "a wrong path": (
        404,
        error("Invalid URL (POST /v1/v1/chat/completions)"),
        "bad_request",
        "Invalid URL",
    ),
    "OpenRouter, provider's words": (
        502,
        {
            "error": {
                "code": 502,
                "message": "Provider returned error",
                "metadata": {"raw": "engine gone"},
            }
        },
        "upstream",
        "engine gone",
    ),
    "MiniMax": (
        200,
        {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}},
        "quota",
        "insufficient balance",
    ),
    "a filtered result": (
        200,
        {
            "response": {
                "generateVideoResponse": {
                    "raiMediaFilteredCount": 1,
                    "raiMediaFilteredReasons": ["It shows a child."],
                }
            }
        },
        "moderation_output",
        "child",
    ),
    "a blocked prompt": (
        200,
        {"promptFeedback": {"blockReason": "SAFETY"}},
        "moderation_prompt",
        "SAFETY",
    ),
    "a dead engine": (
        200,
        {"object": "error", "message": "engine process died", "code": 500},
        "upstream",
        "engine",
    ),
}


@pytest.mark.parametrize(("status", "sent", "kind", "words"), BODIES.values(), ids=BODIES.keys())
def test_failure_in_a_body(status, sent, kind, words):
    got = told(body(sent), ["kind", "finish", "message"], status=status)

    assert (got["kind"], got["finish"]) == (kind, "error")
    assert words in got["message"]


@pytest.mark.parametrize("name", [n for n, row in BODIES.items() if not isinstance(row[1], list)])
def test_failure_in_a_stream_after_pings(name):
    _, sent, _, words = BODIES[name]
    bare = b": PING\n\n: PING\n\n" + body(sent)

    got = told(bare, ["kind", "finish", "message"])

    assert got["kind"] is not None
    assert got["finish"] == "error"
    assert words in got["message"]


def test_a_web_page_gives_its_title_only():
    failure = failure_of(
        502,
        b"<html><head><title>502 Bad Gateway</title></head><body><hr>nginx</body></html>",
        "text/html",
        {},
        (),
    )

    assert (failure.kind, failure.message, failure.status) == ("upstream", "502 Bad Gateway", 502)


def test_a_web_page_without_a_title_gives_its_status():
    assert failure_of(524, b"<html><body>x</body></html>", "text/html", {}, ()).message == "524"


def test_keys_are_masked_wholly():
    sent = error(
        "Incorrect API key provided: sk-check-0123456789, header Bearer abcdefgh1234, also sk-abc***xyz and check-0123456789"
    )
    message = failure_of(401, body(sent), "", {}, ["sk-check-0123456789"]).message

    assert "check" not in message
    assert "abc" not in message
    assert message.startswith("Incorrect API key provided: •••")


def test_a_message_is_one_clean_line():
    sent = error("first\r\nsecond\u202e\x1b[31m " + "x" * 3000)
    message = failure_of(500, body(sent), "", {}, ()).message

    assert message.startswith("first second [31m xxx")
    assert len(message) == 600


TRACES = {
    "in the message": ("x (request id: 2026A1)", {}, "2026A1"),
    "as a traceid": ("x (traceid: t1) (request id: t2)", {}, "t1"),
    "in a header": ("x", {"X-Request-Id": "h1"}, "h1"),
    "nowhere": ("x", {}, ""),
}


@pytest.mark.parametrize(("message", "headers", "trace"), TRACES.values(), ids=TRACES.keys())
def test_the_request_id_is_found(message, headers, trace):
    assert failure_of(500, body(error(message)), "", headers, ()).trace == trace


MONEY = {
    "a bad key": (401, "invalid api key", "no", "no"),
    "too many": (429, "too many requests", "no", "later"),
    "a prompt": (400, "prompt violates policy", "maybe", "change"),
    "a result": (400, "the generated video violates policy", "likely", "change"),
    "a refund": (500, "generation failed, credits were returned", "no", "yes"),
    "a timeout": (524, "x", "likely", "later"),
    "a crash": (500, "boom", "maybe", "yes"),
}


@pytest.mark.parametrize(
    ("status", "message", "charged", "again"), MONEY.values(), ids=MONEY.keys()
)
def test_money_and_trying_again(status, message, charged, again):
    failure = failure_of(status, body(error(message)), "", {}, ())

    assert (failure.charged, failure.again) == (charged, again)
