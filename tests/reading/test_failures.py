"""Failures in words, in codes and in what did not come; and answers that only speak of failures."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import DONE, answer, body, chunk, frame, read, stream, thoughts, told
from vnchat.reading import Fault, failure_of

CDN = "https://cdn.example.com"

IN_WORDS = {
    "a cross and a reason": (
        stream("> 🏃 进度：30%\n\n", "> ❌ 生成失败：服务器内部错误\n"),
        "upstream",
    ),
    "the whole answer": (stream("视频生成失败"), "upstream"),
    "a timeout": (stream("视频生成超时，请稍后再试"), "timeout"),
    "a picture of a person": (
        stream("> ⌛️ 排队中...\n\n> ❌ 生成失败：图片审核未通过，疑似包含真人\n"),
        "moderation_input_image",
    ),
    "a prompt": (stream("❌ 生成失败：提示词包含敏感词，请修改后重试"), "moderation_prompt"),
    "a prompt, politely": (
        stream("抱歉，您的提示词涉及违规内容，无法生成视频。"),
        "moderation_prompt",
    ),
    "a finished result": (
        stream("> 🏃 进度：97%\n\n> ❌ 生成失败：生成的视频未通过内容审核\n"),
        "moderation_output",
    ),
    "a refusal after progress without saying of what": (
        stream("> 🏃 进度：96%\n\n> ❌ 生成失败：内容违反政策\n"),
        "moderation_output",
    ),
    "a refusal in reasoning, a cross in content": (
        thoughts(
            "**Video Generation Progress**: 92% (processing)\n",
            "**Content Policy Violation**\n",
            content="❌ 生成失败: unknown",
        ),
        "moderation_output",
    ),
    "English, whole": (
        stream("Video generation failed: the upstream service is unavailable"),
        "upstream",
    ),
    "English, a sentence": (
        stream(
            "Sorry, the video could not be generated because your prompt violates our content policy."
        ),
        "moderation_prompt",
    ),
    "English, timed out": (
        stream("The video generation timed out. Please try again later."),
        "timeout",
    ),
    "English, a cross": (stream("❌ Generation failed: insufficient credits"), "quota"),
    "English, a real person": (
        stream("❌ Generation failed: the uploaded image may depict a realistic human"),
        "moderation_input_image",
    ),
    "English, output": (
        stream("Progress: 40%\n", "Progress: 95%\n", "❌ Error: output_moderation"),
        "moderation_output",
    ),
    "an error with a code": (stream("Error: 429 Too many requests"), "rate_limit"),
    "Russian": (
        stream("> Прогресс: 40%\n> ❌ Ошибка генерации: время ожидания истекло\n"),
        "timeout",
    ),
    "Spanish": (
        stream("Progreso: 10%\nProgreso: 50%\nError: la generación del vídeo falló"),
        "upstream",
    ),
    "Japanese": (stream("> 進捗: 40%\n\n❌ 動画の生成に失敗しました"), "upstream"),
    "Korean": (stream("진행률: 20%\n진행률: 60%\n❌ 동영상 생성 실패"), "upstream"),
    "German": (
        stream("Fehler: Die Videoerzeugung ist fehlgeschlagen (Zeitüberschreitung)"),
        "timeout",
    ),
    "an unknown language after progress": (
        stream("> Etenee: 10 %\n> Etenee: 60 %\n> ❌ Videon luonti ei onnistunut\n"),
        "upstream",
    ),
    "in reasoning, nothing in content": (
        thoughts("生成进度: 53%\n", "错误: 视频生成超时\n"),
        "timeout",
    ),
    "a JSON error as content": (
        stream('{"type": "error", "error": "All accounts are cooling down"}'),
        "rate_limit",
    ),
    "a JSON error, nested, as content": (
        stream('{"error": {"message": "prompt blocked", "code": "prompt_blocked"}}'),
        "moderation_prompt",
    ),
    "retries are over": (stream("> 进度 20%\n> ❌ 生成失败，已重试 3 次\n"), "upstream"),
    "only progress": (stream("> 🏃 进度：10%\n", "> 🏃 进度：60%\n"), "upstream"),
    "only dots": (stream("🎬 开始生成视频", "...", "...."), "upstream"),
    "only a queue": (stream("> ⌛️ 任务正在队列中...\n"), "upstream"),
    "progress in reasoning, then nothing": (
        thoughts("生成进度: 10%\n", "生成进度: 60%\n"),
        "upstream",
    ),
    "done, but no clip": (stream("> 🏃 进度：99%\n> 生成完成 ✅\n"), "upstream"),
    "progress in an unknown language, then nothing": (
        stream("> Etenee: 10 %\n", "> Etenee: 60 %\n"),
        "upstream",
    ),
    "please use streaming": (
        answer("Please enable streaming to use the generation feature."),
        "bad_request",
    ),
}


@pytest.mark.parametrize(("sent", "kind"), IN_WORDS.values(), ids=IN_WORDS.keys())
def test_failure_told_in_words(sent, kind):
    assert told(sent, ["kind", "videos"]) == {"kind": kind, "videos": []}


NO_FAILURE = {
    "failed, then a clip": stream(
        "> ❌ 生成失败，正在重试\n> 🏃 进度：50%\n", f"> ✅ [点击这里]({CDN}/a.mp4)"
    ),
    "failed without retry words, then a clip": stream(
        "> ❌ 生成失败\n> 🏃 进度：50%\n", f"[播放]({CDN}/a.mp4)"
    ),
    "a warning on the way": thoughts(
        "生成进度: 47%\n",
        "⚠️ 拼接失败: timeout，返回片段\n",
        content=f"<video src='{CDN}/a.mp4'></video>",
    ),
    "a list with crosses": stream("✅ Wash at 30 degrees\n❌ Do not bleach\n❌ Do not tumble dry"),
    "a cross before a false statement": stream("❌ False. 57 is 3 times 19."),
    "an answer about failures": stream("登录失败通常是因为密码错误，请检查大小写。"),
    "an answer about a failing picture": stream("图片加载失败一般是路径错误。"),
    "an answer about errors": stream(
        "A 503 error means that the service is unavailable.\n\n- Check the status page.\n- Try again later."
    ),
    "an error as program output": stream("Error: division by zero"),
    "percentages of a fabric": stream("The shirt is:\n\n- Cotton: 60%\n- Polyester: 40%"),
    "progress of a project": stream(
        "Status of the project:\n\n- Design: 100%\n- Progress: 60%\n\nThe tests come next."
    ),
    "a percentage alone": stream("45%"),
    "a translation": stream(
        "视频生成失败",
    ),
    "JSON that a program wanted": stream('{"name": "pump", "status": "failed", "hours": 12}'),
    "a policy explained": stream(
        "Our content policy forbids violence.\n\nIf your prompt is rejected, change the words and try again."
    ),
    "an apology": stream("I'm sorry, but I can't help with that."),
    "three dots": stream("..."),
    "a poem with a failing lamp": stream(
        "The lamp has failed,\nthe door is blocked,\nno error but the night..."
    ),
    "a short line that ends in dots": stream("Well, let me see..."),
    "working in a sentence": stream(
        "The factory is generating 50% of its power from wind.\nIt plans to reach 80% next year."
    ),
}


@pytest.mark.parametrize("sent", NO_FAILURE.values(), ids=NO_FAILURE.keys())
def test_no_failure(sent):
    prompt = "How do I say 'video generation failed'? 视频生成失败"

    assert told(sent, ["kind", "finish"], prompt=prompt) == {"kind": None, "finish": "stop"}


def test_percentages_of_an_ordinary_answer_are_no_progress():
    for name in (
        "percentages of a fabric",
        "progress of a project",
        "a percentage alone",
        "working in a sentence",
    ):
        assert told(NO_FAILURE[name], ["progress"]) == {"progress": []}, name


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


IN_STREAMS = {
    "an error chunk": (
        stream("Hel", error("boom", type="upstream_error"), finish=None),
        "upstream",
        "Hel",
    ),
    "an error event": (
        frame(error("no final video URL"), "error").encode() + DONE.encode(),
        "upstream",
        "",
    ),
    "an error event with words": (frame("too many requests", "error").encode(), "rate_limit", ""),
    "an error event as a string": (b'event: error\ndata: "quota exhausted"\n\n', "quota", ""),
    "a chunk with choices and an error": (
        stream(
            "Hel",
            {**chunk({}, "error"), "error": {"code": 502, "message": "overloaded"}},
            finish=None,
        ),
        "upstream",
        "Hel",
    ),
    "an error inside a choice": (
        stream({"choices": [{"index": 0, "delta": {}, "error": {"message": "rate limit"}}]}),
        "rate_limit",
        "",
    ),
    "finish_reason error": (stream("Hel", finish="error"), "upstream", "Hel"),
    "choices null beside an error": (
        stream({"object": "error", "choices": None, "error": "gone"}),
        "upstream",
        "",
    ),
    "an error as a code under 200": (stream(error("slow", status_code=504)), "timeout", ""),
    "JSON after keep-alives": (b": keep-alive\n\n" + body(error("上游负载已饱和")), "upstream", ""),
    "JSON over several lines": (
        json.dumps(error("too many requests"), indent=2).encode(),
        "rate_limit",
        "",
    ),
    "an error with literal backslashes after it": (
        frame(error("slow down")).encode() + b"data: [DONE]\\n\\n",
        "rate_limit",
        "",
    ),
    "a filter before anything": (stream(finish="content_filter"), "moderation_prompt", ""),
    "a filter after progress": (
        stream("> 🏃 进度：90%\n", finish="content_filter"),
        "moderation_output",
        "",
    ),
}


@pytest.mark.parametrize(("sent", "kind", "text"), IN_STREAMS.values(), ids=IN_STREAMS.keys())
def test_failure_inside_a_stream(sent, kind, text):
    assert told(sent, ["kind", "text"]) == {"kind": kind, "text": text}


NOTHING = {
    "only done": b": PING\n\ndata: [DONE]\n\n",
    "no byte": b"",
    "only blank lines": b"\n\n\n",
    "only a role": stream({"role": "assistant"}),
    "a role and the end": stream({"role": "assistant"}, finish=None, done=False),
    "an empty completion": answer(""),
    "content null": answer(None),
    "no choices": body({"choices": []}),
    "an empty object": b"{}",
    "a JSON string": b'"hello"',
    "a JSON number": b"5",
    "half a JSON body": b'{"choices": [{"message": {"content": "Hel',
    "a web page": b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><script>x()</script></body></html>",
    "plain words": b"Hello from the reverse proxy",
    "usage only": body({"usage": {"total_tokens": 3}, "choices": []}),
}


@pytest.mark.parametrize("sent", NOTHING.values(), ids=NOTHING.keys())
def test_nothing_is_never_success(sent):
    got = told(sent, ["kind", "text"])

    assert got == {"kind": "bad_response", "text": ""}


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


FAULTS = {
    "a reset amid text": (
        stream("Hel", finish=None, done=False),
        "reset",
        "network",
        "interrupted",
        "Hel",
    ),
    "a stall amid text": (
        stream("Hel", finish=None, done=False),
        "stalled",
        "timeout",
        "interrupted",
        "Hel",
    ),
    "stopped by the person": (
        stream("Hel", finish=None, done=False),
        "stopped",
        None,
        "interrupted",
        "Hel",
    ),
    "no connection": (b"", "network", "network", "error", ""),
    "a reset after the end": (stream("Hello."), "reset", None, "stop", "Hello."),
    "a reset after the clip": (
        stream(f"[video]({CDN}/a.mp4)", finish=None, done=False),
        "reset",
        None,
        "interrupted",
        f"[video]({CDN}/a.mp4)",
    ),
    "a reset amid progress": (
        stream("> 🏃 进度：10%\n", finish=None, done=False),
        "reset",
        "network",
        "interrupted",
        "",
    ),
}


@pytest.mark.parametrize(
    ("sent", "how", "kind", "finish", "text"), FAULTS.values(), ids=FAULTS.keys()
)
def test_a_response_that_did_not_end_by_itself(sent, how, kind, finish, text):
    got = told(sent, ["kind", "finish", "text"], fault=Fault(how))

    assert got == {"kind": kind, "finish": finish, "text": text}


def test_a_cut_without_a_fault_is_seen():
    got = told(stream("Hel", finish=None, done=False), ["kind", "finish", "text"])

    assert got == {"kind": "network", "finish": "interrupted", "text": "Hel"}


def test_the_three_stages_are_told_apart():
    stages = [
        read(IN_WORDS[name][0]).failure.stage
        for name in ("a picture of a person", "a prompt", "a finished result")
    ]

    assert stages == ["input_picture", "prompt", "result_review"]


def test_the_sentence_that_became_the_error_is_not_shown_twice():
    reply = read(stream("> 🏃 进度：30%\n\n", "> ❌ 生成失败：服务器内部错误\n"))

    assert reply.text == ""
    assert "服务器内部错误" in reply.failure.message
    assert reply.raw == "> 🏃 进度：30%\n\n> ❌ 生成失败：服务器内部错误\n"
