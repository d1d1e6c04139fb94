"""Answers that only speak of clips, errors and percentages stay text, live and at the end."""

from __future__ import annotations

import pytest

from tests.reading.wire import ORIGIN, read_with, stream
from vnchat.reading import Reader

ANSWERS = {
    "html tutorial": '要在网页中嵌入视频，可以使用 `<video>` 标签：\n\n```html\n<video src="https://www.w3schools.com/html/mov_bbb.mp4" controls width="100%"></video>\n```\n\n- `controls`：显示播放控件\n- `width`：设为 100% 时自适应\n\n❌ 不要省略 `controls`\n✅ 建议加 `poster`',
    "error table": "| 状态码 | 含义 |\n|--|--|\n| 401 | ❌ 认证失败 |\n| 429 | 请求过于频繁 |\n| 504 | 超时 |\n\n如果任务失败，请检查日志。",
    "status report": "# 项目周报\n\n- 前端：80%\n- 后端：60%\n- 整体进度：70%\n\n> 注意：排队中的任务还有 3 个。\n\n下周计划继续开发。",
    "progress bar code": "```python\nprint(f'Progress: {p}%')\n```\n\nOutput:\n\nProgress: 10%\nProgress: 20%\nProgress: 100%\n\nThat prints a simple progress bar.",
    "progress bar plain": "Here is what it prints:\n\n    Progress: 10%\n    Progress: 50%\n    Progress: 100%\n\nEach line appears after a second.",
    "ffmpeg": "Run this:\n\n```bash\nffmpeg -i https://example.com/input.mp4 -c copy out.mp4\n```\n\nIf it fails with `Error: timed out`, increase the timeout.",
    "youtube list": "Here are some good videos:\n\n1. [Intro](https://www.youtube.com/watch?v=a)\n2. [Part 2](https://youtu.be/b)\n\nEnjoy!",
    "sample files": "You can test with these public sample files:\n\n- https://storage.example.com/samples/BigBuckBunny.mp4\n- https://storage.example.com/samples/ElephantsDream.mp4\n\nBoth are free to use under a Creative Commons licence, and they are widely used for testing players.",
    "api doc": 'The endpoint returns JSON:\n\n```json\n{\n  "status": "failed",\n  "error": {"code": "content_policy_violation", "message": "blocked"}\n}\n```\n\nHandle it gracefully.',
    "json answer": '{"answer": 42, "error": null, "video_url": null}',
    "json list": '["a","b"]',
    "short zh": "抱歉，我无法回答这个问题。",
    "refusal media": "抱歉，我无法生成图片，但可以为你描述一下画面。",
    "queue topic": "排队论是研究排队现象的数学理论。\n\n常见模型：M/M/1、M/M/c。",
    "checklist": "✅ 登录\n✅ 注册\n❌ 支付失败时的重试\n❌ 导出",
    "checklist en": "- [x] Login\n- [ ] Payment\n\n❌ Failed tests: 3\n✅ Passed tests: 97%",
    "one line fail topic": "The request failed because the server was down.",
    "one line error": "Error: Cannot read property 'x' of undefined",
    "error q": "Error 404 means the page was not found.",
    "story": '> "The generation failed," said the captain.\n\nNobody moved. The engines were at 40% and falling.',
    "markdown img in text": "Paris has many sights. " * 20
    + "\n\n![Eiffel Tower](https://upload.wikimedia.org/eiffel.jpg)",
    "think text": "To think about it:\n\n1. First <think> is a tag.\n2. Close with </think>.",
    "battery": "Battery: 45%\nStorage: 80%\nMemory: 60%",
    "discount": "Today only: 50% off!",
    "loading joke": "Loading... 99%... still loading...",
    "percent of": "Processing 50% of the data took 3 hours.",
    "stock": "- AAPL: +2.3%\n- TSLA: -1.1%\n- NVDA: +4.0%",
    "translate": "正在生成视频",
    "zh one-liner": "任务失败是因为网络超时。",
    "steps": "1. 打开设置\n2. 点击“生成”\n3. 等待中……\n4. 完成",
    "link answer": "The documentation is at https://docs.example.com/video/guide.",
    "download page": "You can download it here: [Download](https://example.com/download/app)",
    "podcast": "Listen to the episode: [Episode 12](https://podcasts.example.com/ep12.mp3). It covers the history of jazz in New Orleans and how it spread north.",
    "csv": "name,progress\nA,45%\nB,60%\n",
    "poll": "Results:\nYes: 45%\nNo: 55%",
}


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_ordinary_answer_stays_text(text):
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]

    reader, reply = read_with(stream(*pieces))

    assert reply.text == "".join(reader.text_parts) == text
    assert (reply.results, reply.progress, reply.failure, reply.handles) == ((), (), None, ())


@pytest.mark.parametrize("text", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_ordinary_answer_never_shows_a_card(text):
    reader = Reader(origin=ORIGIN)
    seen = set()
    for start in range(0, len(text), 4):
        reader.feed(stream(text[start : start + 4], finish=None, done=False))
        seen.add(reader.media_like)

    assert seen == {False}
