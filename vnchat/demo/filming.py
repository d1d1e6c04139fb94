"""The models that make a clip, in the two dialects in which gateways tell of it and continue it.

`by_history` (demo-video): progress in the text, then a Markdown link; a change is understood when
the earlier answer comes back word for word. `by_id` (demo-clip): only the last message counts,
progress as reasoning, then a `<video>` tag; a change names the clip by its id.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator
from dataclasses import replace

from .answers import first_picture
from .clips import LANDSCAPE, PORTRAIT, Clip
from .protocol import EXTEND, Ask, Finished, Reasoning, Refused, Said, Text, Turn
from .studio import Studio

STEPS = (7, 19, 34, 48, 63, 77, 88, 96)  # percent, a second apart


async def by_history(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    zh = ask.chinese
    clip = await _next_by_history(ask, studio)
    making = studio.begin_clip(clip)
    try:
        yield Text(_echo(clip))
        yield Text(f"> ID: `{clip.task}`\n")
        yield Text("> 排队中" if zh else "> Queuing", passing=True)
        for _ in range(3):
            await studio.wait(0.33)
            yield Text(".", passing=True)
        yield Text("\n> 生成中..\n\n" if zh else "\n> Generating..\n\n", passing=True)
        for percent in STEPS:
            await studio.wait(1)
            words = "进度：" if zh else "Progress: "
            yield Text(f"> 🏃 {words}{percent:.1f}%\n\n", passing=True)
        url = await making.url()
        done = "生成完成" if zh else "Generating Complete"
        yield Text(f"> {done} ✅\n> sid: {clip.sid}\n\n")
        yield Text(f"[{'在线播放' if zh else 'Online Play'}▶️]({url})\n")
        yield Finished("stop")
    finally:
        making.abandon()


async def by_id(ask: Ask, studio: Studio) -> AsyncGenerator[Said, None]:
    zh = ask.chinese
    source, named = _source_in(ask.last, studio)
    if named and source is None:
        short = named[:12] + "…"
        why = f"找不到源视频 {short}" if zh else f"the source video {short} is not known here"
        yield Text(f"❌ {'生成失败' if zh else 'Generation failed'}: {why}\n")
        yield Finished("stop")
        return
    words = _without_ids(ask.prompt)
    clip = await _clip_for(ask, studio, words, source)
    making = studio.begin_clip(clip)
    try:
        yield Reasoning("✨ 开始处理请求...\n" if zh else "✨ Request accepted...\n", passing=True)
        if source:
            short = source.media[:8]
            begun = (
                f"视频续写任务提交中，源视频: {short}...\n"
                if zh
                else f"Continuing the clip {short}...\n"
            )
            yield Reasoning(begun, passing=True)
        await studio.wait(1)
        for percent in (0, *STEPS):
            yield Reasoning(f"{'生成进度' if zh else 'Progress'}: {percent}%\n", passing=True)
            await studio.wait(0.9)
        url = await making.url()
        yield Text(
            f"<video src='{url}' data-media-id='{clip.media}' controls "
            "style='max-width:100%'></video>"
        )
        yield Finished("stop")
    finally:
        making.abandon()


def _echo(clip: Clip) -> str:
    """The request as the gateway understood it, in a fenced block, as these gateways begin."""
    told: dict[str, object] = {
        "prompt": clip.changes[-1] if clip.changes else clip.title,
        "orientation": clip.orientation,
        "duration": clip.seconds,
    }
    if clip.changes:
        told |= {"title": clip.title, "change": len(clip.changes)}
    return f"```json\n{json.dumps(told, ensure_ascii=False, indent=4)}\n```\n\n"


async def _next_by_history(ask: Ask, studio: Studio) -> Clip:
    earlier = [turn.text for turn in ask.turns if turn.role == "assistant"]
    source = next(
        (clip for text in reversed(earlier) if (clip := studio.clips.named_in(text))), None
    )
    return await _clip_for(ask, studio, ask.prompt, source)


async def _clip_for(ask: Ask, studio: Studio, words: str, source: Clip | None) -> Clip:
    picture = await first_picture(ask.last.pictures)
    if not words and picture is None:
        raise Refused(400, "prompt is required", code="invalid_value", param="messages")
    seconds = studio.length(length_of(ask.model))
    if source:
        clip = source.changed(words, seconds)
        return replace(clip, picture=picture) if picture else clip
    return Clip(words, size=format_of(ask.model, words), seconds=seconds, picture=picture)


def length_of(model: str) -> int:
    """Seconds, from the model's name."""
    named = re.search(r"(\d+)s$", model)
    return int(named[1]) if named else 5


def format_of(model: str, words: str) -> tuple[int, int]:
    """From the model's name, else from the words of the prompt."""
    if "landscape" in model:
        return LANDSCAPE
    tall = re.search(
        r"portrait|\b9\s*[:：]\s*16\b|vertical|竖屏|9比16", f"{model} {words}", re.IGNORECASE
    )
    return PORTRAIT if tall else LANDSCAPE


def _source_in(turn: Turn, studio: Studio) -> tuple[Clip | None, str]:
    """The clip that the message wants continued, and the id by which it says so."""
    for url in turn.pictures:
        if url.startswith(EXTEND):
            name = url.removeprefix(EXTEND)
            return studio.clips.get(name), name
    found = re.search(r"\b(?:s_[0-9a-f]{32}|gen_\w{8,})", turn.text)
    return (studio.clips.get(found[0]), found[0]) if found else (None, "")


def _without_ids(text: str) -> str:
    return " ".join(re.sub(r"\S*\b(?:s_[0-9a-f]{32}|gen_\w{8,})\S*", " ", text).split())
