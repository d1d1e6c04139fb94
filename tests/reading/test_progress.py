"""Which lines tell of work going on, live and at the end."""

from __future__ import annotations

import pytest

from tests.reading.wire import ORIGIN, frame, read, read_with, stream, thoughts, told
from vnchat.reading import Reader

CLIP = "\n[播放](https://cdn.example.com/a.mp4)"

NUMBERS = {
    "one line each": (stream("> 🏃 进度：10.2%\n\n", "> 🏃 进度：36.0%\n\n", CLIP), [10.2, 36]),
    "one number a delta": (
        stream("> 🏃 进度 ", "42..", "54..", "67..", "\n\n", CLIP),
        [42, 54, 67],
    ),
    "a number in two deltas": (stream("> 进度：3", "6.", "0%\n", CLIP), [36]),
    "dots after": (stream("🏃 Progress 76...\n\n", CLIP), [76]),
    "bold": (stream("> 进度 **2%**\n\n> 进度 **34%**\n", CLIP), [2, 34]),
    "the same twice": (stream("> 进度 5%\n> 进度 5%\n> 进度 7%\n", CLIP), [5, 7]),
    "it falls back on a retry": (
        stream("> 进度 50%\n> 第 1 次重试（共 3 次）\n> 进度 5%\n", CLIP),
        [50, 5],
    ),
    "of a hundred": (stream("> 进度 76/100\n", CLIP), [76]),
    "no percent sign": (stream("进度: 28\n进度: 56\n", CLIP), [28, 56]),
    "a bar": (stream("`███░░░` 30%\n", "`█████░` 80%\n", CLIP), [30, 80]),
    "a bar with words": (stream("⏳ Rendering [████      ] 40%\n", CLIP), [40]),
    "in brackets": (stream("[ 45%] Generating video\n[ 90%] Generating video\n", CLIP), [45, 90]),
    "a full-width sign": (stream("> 进度：45％\n", CLIP), [45]),
    "Spanish": (stream("> Progreso: 45 %\n", CLIP), [45]),
    "French, a comma": (stream("> Progression : 45,5 %\n", CLIP), [45.5]),
    "German": (stream("Fortschritt: 10 %\nFortschritt: 90 %\n", CLIP), [10, 90]),
    "Turkish, sign first": (stream("> İlerleme: %45\n", CLIP), [45]),
    "Arabic digits": (stream("> التقدم: ٤٥٪\n", CLIP), [45]),
    "Japanese": (stream("> 進捗 12%\n> 進捗 80%\n", CLIP), [12, 80]),
    "Korean": (stream("진행률: 12%\n진행률: 80%\n", CLIP), [12, 80]),
    "a language that no table knows": (
        stream("> Dul chun cinn: 20 %\n> Dul chun cinn: 60 %\n", CLIP),
        [20, 60],
    ),
    "a language that no table knows, once": (stream("> Dul chun cinn: 20 %\n", CLIP), [20]),
    "a list in an unknown language": (stream("- Hoʻomau: 20%\n- Hoʻomau: 60%\n", CLIP), [20, 60]),
    "in reasoning": (
        thoughts(
            "**Video Generation Progress**: 0% (queued)\n",
            "\n**Video Generation Progress**: 37% (processing)\n",
            content=CLIP,
        ),
        [0, 37],
    ),
    "in reasoning, twice on a line": (
        thoughts("[generation] (processing) 42% Video generation progress: 42%\n", content=CLIP),
        [42],
    ),
    "in reasoning, without line ends": (
        thoughts("视频正在生成 10%", "\n视频正在生成 50%", content=CLIP),
        [10, 50],
    ),
    "in reasoning, unknown language": (
        thoughts("Dul chun cinn: 20%\n", "Dul chun cinn: 70%\n", content=CLIP),
        [20, 70],
    ),
    "in think tags": (
        stream(
            "<think>\n[round=1/2] progress=40%\n[round=1/2] progress=90%\n[round=2/2] progress=10%\n</think>\n",
            CLIP,
        ),
        [40, 90, 10],
    ),
    "an object as reasoning": (
        stream(
            {"reasoning_content": {"stage": "g", "progress": 5}},
            {"reasoning_content": {"progress": 50.0}},
            CLIP,
        ),
        [5, 50],
    ),
    "a progress event": (
        frame({"type": "progress", "content": "working 45%", "progress": 45}).encode()
        + stream(CLIP),
        [45],
    ),
    "a progress event in words": (
        frame({"type": "progress", "content": "生成进度 45%"}).encode() + stream(CLIP),
        [45],
    ),
    "a share of one": (frame({"type": "progress", "progress": 0.45}).encode() + stream(CLIP), [45]),
    "above a hundred": (stream("> 进度 120%\n> 进度 100%\n", CLIP), [100]),
    "a last number without dots": (
        stream("> 进度 20..40..60..80..100\n", CLIP),
        [20, 40, 60, 80, 100],
    ),
    "several on a line, unknown language": (
        stream("> Kuendelea 12%... 40%... 77%...\n", CLIP),
        [12, 40, 77],
    ),
    "arrows between": (stream("进度 10% → 35% → 80%\n", CLIP), [10, 35, 80]),
    "spread over many deltas": (
        stream("> Etenee: ", "1", "2", " ", "%", "\n> Etenee: ", "5", "0", " %\n", CLIP),
        [12, 50],
    ),
    "Hindi digits": (stream("> प्रगति: २५%\n", CLIP), [25]),
    # what is no progress
    "the echoed prompt": (
        stream('```json\n{"prompt": "100% 纯棉 进度 50%"}\n```\n\n> 进度 30%\n', CLIP),
        [30],
    ),
    "the echoed prompt, raw": (stream('{\n"prompt": "进度 50%"\n}\n> 进度 30%\n', CLIP), [30]),
    "the echoed prompt, quoted": (stream("> 提示词：进度 50%\n> 进度 30%\n", CLIP), [30]),
    "a queue": (stream("> 排队中，前面还有 12 人，预计 3 分钟\n", CLIP), []),
    "a retry": (stream("> 第 1 次重试（共 3 次）\n", CLIP), []),
    "style": (
        stream("<video src='https://cdn.example.com/a.mp4' style='max-width:100%'></video>"),
        [],
    ),
    "percent signs in an address": (
        stream("[播放](https://cdn.example.com/a%20b%2045%25.mp4)"),
        [],
    ),
    "a reasoning text": (
        thoughts("So progress = 50% of 30.\nThat is 15.\n", content="It is 15."),
        [],
    ),
    "sizes and times": (stream("> 视频信息 480x854 24fps 15s\n", CLIP), []),
    "a failure that tells where": (
        stream("> 进度 30%\n> ❌ 生成失败 (进度 90%)，正在重试\n> 进度 60%\n", CLIP),
        [30, 90, 60],
    ),
}


@pytest.mark.parametrize(("sent", "progress"), NUMBERS.values(), ids=NUMBERS.keys())
def test_percentages_in_order(sent, progress):
    assert told(sent, ["progress", "kind"]) == {"progress": progress, "kind": None}


@pytest.mark.parametrize("cut", [1, 3])
@pytest.mark.parametrize("name", NUMBERS)
def test_live_percentages_come_to_the_same(name, cut):
    sent, progress = NUMBERS[name]
    reader = Reader(origin=ORIGIN)
    for start in range(0, len(sent), cut):
        reader.feed(sent[start : start + cut])
    live = list(reader.progress)
    reader.end()

    assert reader.progress == progress
    assert live in (progress, progress[: len(live)], [])


ACTIVITIES = {
    "a queue": ("> ⌛️ 任务正在队列中，请稍等...\n", "queued", None),
    "a place in the queue": ("> 排队中，前面还有 12 人，预计 3 分钟\n", "queued", 12),
    "a queue in English": ("Queued, position 4 in line...\n", "queued", 4),
    "work": ("🎬 开始生成视频.......", "working", None),
    "a percentage": ("> 进度 30%\n", "working", None),
    "a review": ("> 审核中...\n", "reviewing", None),
    "a retry": ("> 🔁 第 1 次重试（共 3 次）\n", "retrying", None),
    "a failure that is retried": ("> ❌ 生成失败，正在重试...\n", "retrying", None),
    "dots": ("......\n", "alive", None),
}


@pytest.mark.parametrize(("sent", "state", "place"), ACTIVITIES.values(), ids=ACTIVITIES.keys())
def test_what_goes_on(sent, state, place):
    reader = Reader()
    changed = reader.feed(stream(sent, finish=None, done=False))

    assert "state" in changed
    assert (reader.activity.state, reader.activity.place) == (state, place)


def test_a_keep_alive_is_a_sign_of_life_and_no_media():
    reader = Reader()
    reader.feed(b": keep-alive\n\n")

    assert (reader.activity.state, reader.media_like) == ("alive", False)


MEDIA = {
    "progress": ("> 🏃 进度：10%\n", True),
    "a queue": ("> 排队中...\n", True),
    "a video tag": ("<video src='x'></video>", True),
    "progress in an unknown language": ("> Dul chun cinn: 20 %\n> Dul chun cinn: 60 %\n", True),
    "after an echo": ('```json\n{"prompt": "x"}\n```\n\n> ⌛️ 排队中...\n', True),
    "text": ("The sky is blue.\n", False),
    "a list of percentages": ("Here it is:\n- Cotton: 60%\n- Polyester: 40%\n", False),
    "a line that ends in dots": ("Well, let me see...\n", False),
    "working, in a sentence": ("I am working on it and will be done soon.\n", False),
}


@pytest.mark.parametrize(("sent", "media"), MEDIA.values(), ids=MEDIA.keys())
def test_when_the_page_shows_a_card(sent, media):
    reader = Reader()
    reader.feed(stream(sent, finish=None, done=False))

    assert reader.media_like is media


def test_progress_lines_are_left_out_of_a_finished_clip():
    reply = read(
        stream(
            "> ⌛️ 排队中...\n\n",
            "> 🏃 进度：36%\n\n",
            "✅ [点击这里](https://cdn.example.com/a.mp4) 查看",
        )
    )

    assert reply.text == "✅ [点击这里](https://cdn.example.com/a.mp4) 查看"


def test_an_ordinary_answer_keeps_its_percentages():
    text = "Status:\n\n- Design: 100%\n- Progress: 60%\n\nThe tests come next."
    reader, reply = read_with(stream(text))

    assert reply.text == "".join(reader.text_parts) == text
    assert (reply.progress, reader.media_like) == ((), False)
