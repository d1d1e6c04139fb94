"""Which links of an answer are its clips, and which are decoys."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import answer, body, read, stream, thoughts, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"
SIGNED = f"{CDN}/a%2Fb/00.mp4?st=2026-11-01T13%3A52Z&sig=aB%2B%3D&copy=1&para=2"
ECHO = '```json\n{\n  "prompt": "like https://evil.example.net/ref.mp4",\n  "mode": "x"\n}\n```\n\n'

VIDEOS = {
    "a markdown link": (stream(f"✅ 视频生成成功，[点击这里]({MP4}) 查看视频~~~"), [MP4]),
    "a markdown link in English": (stream(f"Your video is ready: [Watch]({MP4})"), [MP4]),
    "picture syntax": (stream(f"![生成的视频]({MP4})"), [MP4]),
    "a bare address": (stream(MP4), [MP4]),
    "a bare address after a label": (stream(f"视频地址：{MP4}"), [MP4]),
    "a bare address glued to words": (stream(f"视频：{MP4}点击查看"), [MP4]),
    "an address in angle brackets": (stream(f"<{MP4}>"), [MP4]),
    "the word video as a link": (stream(f"[video]({CDN}/f/88a)"), [f"{CDN}/f/88a"]),
    "an address without extension, alone": (
        stream(f"{CDN}/v1/files/video?id=7"),
        [f"{CDN}/v1/files/video?id=7"],
    ),
    "a video tag": (stream(f"<video src='{MP4}' controls style='max-width:100%'></video>"), [MP4]),
    "a video tag over several deltas": (
        stream("<vid", "eo src='", MP4[:20], MP4[20:], "' contr", "ols></video>"),
        [MP4],
    ),
    "a source with entities": (
        stream(
            f'<video poster="{CDN}/p.png"><source src="{CDN}/v?id=1&amp;k=2" type="video/mp4"></video>'
        ),
        [f"{CDN}/v?id=1&k=2"],
    ),
    "two sources of one clip": (
        stream(f'<video><source src="{CDN}/a.mp4"><source src="{CDN}/a.webm"></video>'),
        [f"{CDN}/a.mp4"],
    ),
    "a fallback link inside the tag": (
        stream(f'<video src="{MP4}"><a href="{MP4}?x=1">get it</a></video>'),
        [MP4],
    ),
    "the address as text of the tag": (
        stream(f'\n<video controls="controls">\n{MP4}\n</video>\n\n[Download Video]({MP4})\n'),
        [MP4],
    ),
    "the address as text, on one line": (stream(f"<video controls>{MP4}</video>"), [MP4]),
    "a tag without a scheme": (
        stream("<video src='//cdn.example.com/a.mp4'></video>"),
        ["https://cdn.example.com/a.mp4"],
    ),
    "a tag whose address is relative": (
        stream('<video src="/v1/files/video?id=77"></video>'),
        ["https://gw.example.com/v1/files/video?id=77"],
    ),
    "a relative link after progress": (
        stream("> 进度 10%\n> 进度 60%\n\n[在线播放](/cache/out.mp4)"),
        ["https://gw.example.com/cache/out.mp4"],
    ),
    "a fence that is the whole answer": (
        stream(f"```html\n<video src='{MP4}' controls></video>\n```"),
        [MP4],
    ),
    "a fence without a language": (stream(f"```\n{MP4}\n```"), [MP4]),
    "a fence after progress": (
        stream(f"> 🏃 进度：50%\n\n```html\n<video src='{MP4}' controls></video>\n```"),
        [MP4],
    ),
    "a fence that was never closed": (
        stream(f"```html\n<video src='{MP4}' controls></video>"),
        [MP4],
    ),
    "JSON as the whole answer": (
        stream(json.dumps({"status": "completed", "video_url": MP4})),
        [MP4],
    ),
    "JSON in a fence as the whole answer": (
        stream(f'```json\n{{"video_url": "{MP4}"}}\n```'),
        [MP4],
    ),
    "JSON with the address further in": (
        stream(
            json.dumps(
                {
                    "code": 0,
                    "data": {
                        "task_result": {
                            "videos": [{"id": "1", "url": MP4, "cover_url": f"{CDN}/c.png"}]
                        }
                    },
                }
            )
        ),
        [MP4],
    ),
    "JSON under output": (stream(json.dumps({"id": "x", "output": [MP4]})), [MP4]),
    "JSON with an address without extension": (
        stream(json.dumps({"video_url": f"{CDN}/f/9"})),
        [f"{CDN}/f/9"],
    ),
    "JSON that also echoes the request": (
        stream(
            json.dumps(
                {
                    "prompt": "x https://evil.example.net/r.mp4",
                    "input": {"video_url": "https://evil.example.net/i.mp4"},
                    "url": MP4,
                }
            )
        ),
        [MP4],
    ),
    "content parts": (
        answer(
            [
                {"type": "text", "text": "Here."},
                {"type": "video_url", "video_url": {"url": f"{CDN}/x"}},
            ]
        ),
        [f"{CDN}/x"],
    ),
    "content parts in a delta": (
        stream({"content": [{"type": "video_url", "video_url": {"url": MP4}}]}),
        [MP4],
    ),
    "message.videos": (answer("", videos=[{"url": MP4}]), [MP4]),
    "message.video_url": (answer("done", video_url=f"{CDN}/x"), [f"{CDN}/x"]),
    "message.attachments": (
        answer("done", attachments=[{"type": "video", "url": f"{CDN}/x"}]),
        [f"{CDN}/x"],
    ),
    "a field beside the message": (
        body(
            {
                "choices": [
                    {
                        "index": 0,
                        "message": {"content": "ok"},
                        "finish_reason": "stop",
                        "video_url": MP4,
                    }
                ]
            }
        ),
        [MP4],
    ),
    "JSON with escaped slashes": (
        stream('{"video_url":"https:\\/\\/cdn.example.com\\/v\\/clip.mp4"}'),
        [MP4],
    ),
    "a JSON list of addresses": (
        stream(json.dumps([f"{CDN}/1.mp4", f"{CDN}/2.mp4"])),
        [f"{CDN}/1.mp4", f"{CDN}/2.mp4"],
    ),
    "escaped HTML": (stream(f'&lt;video src="{MP4}"&gt;&lt;/video&gt;'), [MP4]),
    "a reference link": (stream(f"[video][1]\n\n[1]: {MP4}"), [MP4]),
    "a tag in capitals without quotes": (stream(f"<VIDEO SRC={MP4} CONTROLS></VIDEO>"), [MP4]),
    "a body that is no completion": (
        body({"id": "video_1", "object": "video", "status": "completed", "url": MP4}),
        [MP4],
    ),
    "a signed link, byte for byte": (stream(f"[在线播放▶️]({SIGNED})"), [SIGNED]),
    "a signed address alone": (stream(SIGNED), [SIGNED]),
    "a signed address in a tag": (stream(f'<video src="{SIGNED}"></video>'), [SIGNED]),
    "underscores that look like emphasis": (
        stream(f"{CDN}/_a_/b__c_.mp4"),
        [f"{CDN}/_a_/b__c_.mp4"],
    ),
    "parentheses and Chinese": (stream(f"[下载]({CDN}/猫(1)_终稿.mp4)"), [f"{CDN}/猫(1)_终稿.mp4"]),
    "parentheses in a bare address": (stream(f"({CDN}/a_(1).mp4)"), [f"{CDN}/a_(1).mp4"]),
    "a signature that ends in odd signs": (
        stream(f"{CDN}/a.mp4?Signature=ab~cd_"),
        [f"{CDN}/a.mp4?Signature=ab~cd_"],
    ),
    "in bold": (stream(f"**{MP4}**"), [MP4]),
    "struck through for looks": (stream(f"视频 {MP4}~~~"), [MP4]),
    "a full stop after it": (stream(f"Your video: {MP4}."), [MP4]),
    "full-width brackets around it": (stream(f"[点击这里]（{MP4}）"), [MP4]),
    "HLS": (stream(f"[▶️ 播放]({CDN}/live/x.m3u8)"), [f"{CDN}/live/x.m3u8"]),
    "a link in a table": (
        stream(f"> 进度 50%\n\n| a | b |\n|--|--|\n| 1 | [▶️视频]({MP4}) |"),
        [MP4],
    ),
    "a link under a picture": (stream(f"[![封面]({CDN}/c.png)]({MP4})"), [MP4]),
    "in code marks after a label": (stream(f"> 进度 50%\n\n视频链接：`{MP4}`"), [MP4]),
    "after think blocks with progress": (
        stream("<think>\n[round=1/2] progress=40%\n</think>\n", f"[video]({CDN}/f/1)"),
        [f"{CDN}/f/1"],
    ),
    "a link without extension on a success line": (
        stream(f"> 排队中..\n> 🏃 进度：80%\n> ✅ 视频生成成功，[点击这里]({CDN}/s/9f2c) 查看"),
        [f"{CDN}/s/9f2c"],
    ),
    "Spanish, without extension": (
        stream(f"> Progreso: 20 %\n> Progreso: 90 %\n\n[Ver vídeo]({CDN}/f/1)"),
        [f"{CDN}/f/1"],
    ),
    "in reasoning after progress": (
        thoughts("生成进度: 20%\n", "生成进度: 90%\n", f"<video src='{MP4}'></video>\n"),
        [MP4],
    ),
    # decoys
    "the echoed prompt": (stream(ECHO, f"> 进度 66%\n\n✅ [点击这里]({MP4})"), [MP4]),
    "the echoed prompt as raw JSON": (
        stream(
            '{\n "prompt": "https://evil.example.net/r.mp4"\n}\n\n> 进度 **2%**\n\n',
            f"[播放]({MP4})",
        ),
        [MP4],
    ),
    "the echoed prompt as a quote": (
        stream(f"> 提示词: 像 https://evil.example.net/ref.mp4 一样\n\n✅ 完成 [播放]({MP4})"),
        [MP4],
    ),
    "status page and raw data": (
        stream(
            "> [数据预览](https://async.example.org/web/task_1) | [原始数据](https://async.example.org/source/task_1)\n",
            f"> 🏃 进度 42..\n> 生成完成 ✅\n\n![webp]({CDN}/t.webp)\n[在线播放▶️]({MP4})",
        ),
        [MP4],
    ),
    "status page alone is no clip": (
        stream(
            "> 进度 42%\n\n[查看任务状态](https://async.example.org/status/9)\n[文档](https://docs.example.org/video)\n已提交视频任务，请在网页中查看。"
        ),
        [],
    ),
    "a download twin by its path": (
        stream(f"[▶️ 在线观看]({CDN}/cdn/x.mp4) | [⏬ 下载视频]({CDN}/cdn/download/x.mp4)"),
        [f"{CDN}/cdn/x.mp4"],
    ),
    "a download twin first": (
        stream(f"[⏬ 下载视频]({CDN}/cdn/download/x.mp4) | [▶️ 在线观看]({CDN}/cdn/x.mp4)"),
        [f"{CDN}/cdn/x.mp4"],
    ),
    "a download twin by its label": (
        stream(f"[Watch]({CDN}/x.mp4) · [Download]({CDN}/get/991.mp4)"),
        [f"{CDN}/x.mp4"],
    ),
    "a download link alone": (stream(f"[Download]({MP4}?download=1)"), [f"{MP4}?download=1"]),
    "a preview before the clip": (stream(f"[预览]({CDN}/p.mp4)\n\n[高清视频]({MP4})"), [MP4]),
    "a preview alone": (stream(f"[视频预览]({MP4})"), [MP4]),
    "a better pair after more work": (
        stream(
            f"🎬 开始生成视频.......\n[▶️ 在线观看]({CDN}/a.mp4) | [⏬ 下载]({CDN}/download/a.mp4)\n\n",
            f"> 🔄 正在升级高清......\n\n[▶️ 在线观看]({CDN}/b.mp4) | [⏬ 下载]({CDN}/download/b.mp4)",
        ),
        [f"{CDN}/b.mp4"],
    ),
    "a better pair under a heading": (
        stream(
            f"Preview video:\n[▶️ Watch]({CDN}/a.mp4) | [⏬ Download]({CDN}/download/a.mp4)\n\nHigh quality:\n[▶️ Watch]({CDN}/b.mp4) | [⏬ Download]({CDN}/download/b.mp4)"
        ),
        [f"{CDN}/b.mp4"],
    ),
    "the same pair twice without a word between": (
        stream(
            f"[▶️ 在线观看]({CDN}/a.mp4) | [⏬ 下载]({CDN}/download/a.mp4)\n\n[▶️ 在线观看]({CDN}/b.mp4) | [⏬ 下载]({CDN}/download/b.mp4)"
        ),
        [f"{CDN}/b.mp4"],
    ),
    "two clips of one kind, one below the other": (
        stream(f"[video]({CDN}/1.mp4)\n\n[video]({CDN}/2.mp4)"),
        [f"{CDN}/1.mp4", f"{CDN}/2.mp4"],
    ),
    "several clips in a list": (
        stream(
            f"Here are your videos:\n\n1. [Clip 1]({CDN}/1.mp4)\n2. [Clip 2]({CDN}/2.mp4)\n3. [Clip 3]({CDN}/3.mp4)"
        ),
        [f"{CDN}/1.mp4", f"{CDN}/2.mp4", f"{CDN}/3.mp4"],
    ),
    "numbered clips with work between": (
        stream(f"> 进度 90%\n[视频1]({CDN}/1.mp4)\n\n> 进度 20%\n\n[视频2]({CDN}/2.mp4)"),
        [f"{CDN}/1.mp4", f"{CDN}/2.mp4"],
    ),
    "the same clip twice": (
        stream(f"[播放]({MP4})\n\n<video src='{MP4}'></video>\n\n{MP4}"),
        [MP4],
    ),
    "what the person wrote": (
        stream(f"> 进度 5%\n\nsource {CDN}/mine.mp4\n\n[播放]({MP4})"),
        [MP4],
    ),
    # inside hosts
    "cloud metadata": (
        stream("✅ 视频生成成功，[点击这里](http://169.254.169.254/latest/clip.mp4)"),
        [],
    ),
    "another port on loopback": (stream("<video src='http://127.0.0.1:8000/a.mp4'></video>"), []),
    "a private address as one number": (
        stream("<video src='http://2130706433/a.mp4'></video>"),
        [],
    ),
    "IPv6 that carries IPv4": (stream("<video src='http://[::ffff:10.0.0.1]/a.mp4'></video>"), []),
    "a name of this machine": (stream("[video](http://localhost:9/a.mp4)"), []),
    "a masked host": (stream("[video](https://***.com/***/clip.mp4)"), []),
    "a user part in the address": (
        stream("[video](https://cdn.example.com@evil.example.net/a.mp4)"),
        [],
    ),
    "a script as address": (stream("[video](javascript:alert(1)//x.mp4)"), []),
    "a file as address": (stream("<video src='file:///etc/x.mp4'></video>"), []),
    "a frame": (stream(f"<iframe src='{MP4}'></iframe>"), []),
    # ordinary answers
    "a code example": (
        stream(
            "Use the tag like this:\n\n```html\n<video src='https://example.com/movie.mp4' controls></video>\n```\n\nIt plays in every browser."
        ),
        [],
    ),
    "a JSON example": (
        stream(
            'The API answers:\n\n```json\n{"video_url": "https://example.com/v.mp4"}\n```\n\nPoll until it is done.'
        ),
        [],
    ),
    "inline code": (
        stream("Set `src` to `https://example.com/movie.mp4` and reload the page to see it."),
        [],
    ),
    "a video site": (stream("[Watch the video](https://www.youtube.com/watch?v=abc)"), []),
    "a citation in a sentence": (
        stream(
            "As the sample at https://example.com/demo.mp4 shows, the codec keeps fine detail when the camera moves quickly."
        ),
        [],
    ),
    "a readme": (
        stream(
            "# Player\n\nA small player.\n\n## Install\n\n```sh\npip install player\n```\n\n[Demo video](https://example.com/demo.mp4)\n\nSee the docs."
        ),
        [],
    ),
}


@pytest.mark.parametrize(("sent", "videos"), VIDEOS.values(), ids=VIDEOS.keys())
def test_videos_of_an_answer(sent, videos):
    prompt = f"Continue {CDN}/mine.mp4, please"

    assert told(sent, ["videos"], prompt=prompt)["videos"] == videos


def test_hls_is_a_result_that_cannot_be_played_here():
    reply = read(stream(f"[▶️ 播放]({CDN}/live/x.m3u8)"))

    assert [(result.url, result.playable) for result in reply.results] == [
        (f"{CDN}/live/x.m3u8", False)
    ]


def test_a_poster_stays_with_its_clip():
    reply = read(stream(f'<video poster="{CDN}/p.png" src="{MP4}"></video>'))

    assert reply.results[0].poster == f"{CDN}/p.png"


def test_the_gateway_itself_may_be_on_loopback():
    sent = stream("<video src='http://127.0.0.1:9901/a.mp4'></video>")

    assert told(sent, ["videos"], origin="http://127.0.0.1:9901")["videos"] == [
        "http://127.0.0.1:9901/a.mp4"
    ]


HANDLES = {
    "sid": (
        stream("> 生成完成 ✅\n> sid: s_6a11ec0ffee0819188ab34567890abcd\n", f"[播放]({MP4})"),
        ("sid", "s_6a11ec0ffee0819188ab34567890abcd"),
    ),
    "media id": (
        stream(f"<video src='{MP4}' data-media-id='CAUSx1'></video>"),
        ("extend", "extend://CAUSx1"),
    ),
    "task id": (
        stream(f"> ID: `task_01kabc9`\n> 进度 9%\n[播放]({MP4})"),
        ("task", "task_01kabc9"),
    ),
    "generation id": (stream(f"> gen_01kexample\n[播放]({MP4})"), ("gen", "gen_01kexample")),
    "share link": (
        stream(f"[播放]({MP4})\nhttps://sora.example.com/share/s1234"),
        ("share", "https://sora.example.com/share/s1234"),
    ),
}


@pytest.mark.parametrize(("sent", "handle"), HANDLES.values(), ids=HANDLES.keys())
def test_what_continues_a_clip(sent, handle):
    assert handle in [(h.way, h.value) for h in read(sent).handles]
