"""The models that make a picture, and the one that refuses: progress in the text, then the result.

`demo-image` gives a Markdown link, `demo-image-inline` the picture itself as a data URL.
`demo-refused` fails in review at one of three places, as real gateways tell of it.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import AsyncGenerator

from .answers import first_picture, title_of
from .clips import Clip
from .protocol import Ask, Finished, Refused, Said, Text
from .studio import Studio

SQUARE, WIDE, TALL = (1024, 1024), (1216, 832), (832, 1216)


async def picture(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    zh = ask.chinese
    if not ask.prompt:
        raise Refused(400, "prompt is required", code="invalid_value", param="messages")
    yield Text(
        json.dumps({"prompt": ask.prompt}, ensure_ascii=False, indent=2) + "\n\n", passing=True
    )
    for percent in (4, 31, 62, 90):
        yield Text(f"> {'进度' if zh else 'Progress'} **{percent}%**\n\n", passing=True)
        await studio.wait(0.8)
    attached = await first_picture(ask.last.pictures)
    [data] = await studio.paint(Clip(ask.prompt, size=size_for(ask.prompt), picture=attached))
    if ask.model.endswith("inline"):
        url = "data:image/png;base64," + base64.b64encode(data).decode()
    else:
        url = studio.keep(data, "png")
    yield Text(f"![{title_of(ask.prompt).replace('!', '')}]({url})\n")
    yield Finished("stop")


def size_for(prompt: str) -> tuple[int, int]:
    if re.search(r"\b16\s*[:：]\s*9\b|\b3\s*[:：]\s*2\b|landscape|横", prompt, re.IGNORECASE):
        return WIDE
    if re.search(r"\b9\s*[:：]\s*16\b|\b2\s*[:：]\s*3\b|portrait|竖", prompt, re.IGNORECASE):
        return TALL
    return SQUARE


async def refusal(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    zh = ask.chinese
    stage = refused_stage(ask)
    if stage == "prompt":
        message = (
            "提示词未通过内容审核，请修改后重试"
            if zh
            else "The prompt was rejected by the moderation system. Please change it and try again."
        )
        raise Refused(400, message, code="sentinel_block", param="messages")
    yield Text(
        "> ⌛️ 任务正在队列中...\n\n" if zh else "> ⌛️ The task is in the queue...\n\n", passing=True
    )
    await studio.wait(1)
    if stage == "picture":
        why = (
            "图片审核未通过，上传的图片疑似包含真人，请更换图片后重试"
            if zh
            else "the uploaded image was rejected in review: it may contain a real person. "
            "Use another image."
        )
    else:
        for percent in (12, 37, 61, 84, 92):
            yield Text(f"> 🏃 {'进度：' if zh else 'Progress: '}{percent:.1f}%\n\n", passing=True)
            await studio.wait(1)
        why = (
            "生成的视频未通过内容审核，请修改提示词后重试"
            if zh
            else "the generated video was rejected by the content review (output moderation). "
            "Change the prompt."
        )
    yield Text(f"> ❌ {'生成失败：' if zh else 'Generation failed: '}{why}\n\n")
    yield Finished("stop")


def refused_stage(ask: Ask) -> str:
    """picture, prompt or result: by the model's name, else by the words of the prompt."""
    for stage in ("picture", "prompt", "result"):
        if ask.model.endswith(f"-{stage}"):
            return stage
    if re.search(r"result|late|finish|结果|成片|最后", ask.prompt, re.IGNORECASE):
        return "result"
    if ask.last.pictures or re.search(
        r"picture|photo|person|图|照片|真人", ask.prompt, re.IGNORECASE
    ):
        return "picture"
    return "prompt"
