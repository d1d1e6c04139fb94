"""Failures told in words; and answers that only speak of failures."""

from __future__ import annotations

import pytest

from tests.reading.wire import answer, read, stream, thoughts, told

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
    "a failed job as JSON": (
        stream(
            '{"id": "video_1", "object": "video", "status": "failed", "progress": 95, "error": {"code": "moderation_blocked", "message": "Blocked."}}'
        ),
        "moderation_output",
    ),
    "a failed task as JSON": (
        stream(
            '{"id": "t", "status": "FAILURE", "fail_reason": "图片包含真人", "progress": "100%"}'
        ),
        "moderation_input_image",
    ),
    "filtered by Veo, as JSON": (
        stream(
            '{"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": ["We cannot show real people."]}'
        ),
        "moderation_output",
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
    "one number and a refusal": (
        stream(
            "Progress: 93%\n\n",
            "❌ Generation failed: This content may violate our guardrails concerning similarity to third-party content.",
        ),
        "moderation_output",
    ),
    "the reason stands above": (
        stream("> 排队中.\n> 生成中..\n> 失败原因：输入图片包含真人\n> 生成失败 ❌\n"),
        "moderation_input_image",
    ),
    "the reason is a code, input": (
        stream(
            "> Queuing..\n> Generating...\n\n> Failure reason: input_moderation\n> Generation failed ❌\n"
        ),
        "moderation_prompt",
    ),
    "the reason is a code, output": (
        stream(
            "> Queuing..\n> 🏃 Progress 12..45..91..\n\n> Failure reason: output_moderation\n> Generation failed ❌\n"
        ),
        "moderation_output",
    ),
    "no account, politely": (stream("抱歉，当前无可用账号，请稍后重试"), "upstream"),
    "all retries failed": (
        stream("> 第 1 次重试（共 2 次）\n> 第 2 次重试（共 2 次）\n> ❌ 生成失败：上游超时\n"),
        "timeout",
    ),
    "only with streaming": (
        answer(
            "All tokens available for video generation. Please enable streaming to use the generation feature."
        ),
        "bad_request",
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
