"""Whole answers, with all that stands around the clip; and answers that only look so."""

from __future__ import annotations

import json

import pytest

from tests.reading.wire import ORIGIN, chunk, stream, thoughts, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"


ANSWERS = {
    "task card zh": (stream("### 🎬 视频生成任务\n\n- **任务ID**: `vid_8f2a91`\n- **模型**: veo3.1-fast\n- **时长**: 8s\n- **分辨率**: 1080p\n\n---\n\n","⏳ 排队中，预计等待 45 秒...\n\n","🎨 生成中 ▰▰▰▱▱▱▱▱▱▱ 30%\n\n","🎨 生成中 ▰▰▰▰▰▰▰▰▱▱ 80%\n\n",f"✅ 生成完成！耗时 132s\n\n<video src=\"{MP4}\" controls width=\"100%\"></video>\n\n[📥 下载视频]({MP4})\n\n> 💡 提示：链接 24 小时内有效，请及时保存。更多模型见 https://docs.example.org/models\n"), {"videos": [MP4],"progress": [30,80],"images": [],"kind": None,"finish": "stop"}),
    "en card": (stream("**Task ID:** 7c1d\n**Status:** queued (position 7)\n\n","**Status:** processing (12%)\n","**Status:** processing (70%)\n","**Status:** completed\n\n",f"**Video:** [{MP4}]({MP4})\n**Thumbnail:** {CDN}/t.jpg\n"), {"videos": [MP4],"images": [],"kind": None}),
    "ko card": (stream("🎬 동영상 생성 작업이 제출되었습니다.\n작업 ID: vt_12\n\n","> 진행 상황: 25%\n","> 진행 상황: 75%\n",f"\n완료되었습니다! 아래 링크에서 확인하세요.\n\n{MP4}\n\n※ 링크는 24시간 후 만료됩니다.\n"), {"videos": [MP4],"progress": [25,75],"kind": None}),
    "ru card": (stream("Задача принята: `abc-1`\n","Прогресс: 10%\nПрогресс: 55%\n",f"Готово!\n\n![видео]({MP4})\n\nСсылка действует 24 часа.\n"), {"videos": [MP4],"progress": [10,55],"kind": None}),
    "ar tag": (stream("جاري إنشاء الفيديو... 40%\n",f"<video controls><source src='{MP4}'></video>"), {"videos": [MP4],"kind": None}),
    "expires": (stream(f"您的视频已生成：\n{CDN}/a.mp4?Expires=1796&Signature=Qm%3D（链接将于 2 小时后失效）"), {"videos": [f"{CDN}/a.mp4?Expires=1796&Signature=Qm%3D"]}),
    "trailing zh no space": (stream(f"视频地址：{CDN}/a.mp4?sign=abc123，请尽快下载。"), {"videos": [f"{CDN}/a.mp4?sign=abc123"]}),
    "two lines same": (stream(f"视频链接：{MP4}\n下载链接：{MP4}"), {"videos": [MP4]}),
    "dl twin other host": (stream(f"> 进度 100%\n在线观看：{MP4}\n备用下载：https://backup.example.net/d/clip.mp4"), {"videos": [MP4]}),
    "last frame picture": (stream(f"> 进度 100%\n[播放]({MP4})\n尾帧图片：{CDN}/last.png（可用于续写）"), {"videos": [MP4],"images": []}),
    "4 images": (stream("".join(f"![image {i}]({CDN}/{i}.png)\n" for i in range(1,5))), {"images": [f"{CDN}/{i}.png" for i in range(1,5)],"videos": []}),
    "md in json string": (stream(json.dumps({"content":f"[播放]({MP4})"})), {"videos": [MP4]}),
    "json w/ prose around": (stream('结果：{"video_url":"'+MP4+'"}'), {"videos": [MP4]}),
    "json unescaped newline": (stream('{"status":"ok",\n "url":"'+MP4+'"\n}'), {"videos": [MP4]}),
    "yaml": (stream(f"status: completed\nvideo_url: {MP4}\nduration: 8"), {"videos": [MP4],"kind": None}),
    "csv": (stream(f"1,completed,{MP4},8"), {"videos": [MP4]}),
    "url=": (stream(f"url={MP4}"), {"videos": [MP4]}),
    "url: quoted py": (stream("{'status': 'completed', 'url': '"+MP4+"'}"), {"videos": [MP4]}),
    "list py": (stream("['"+MP4+"']"), {"videos": [MP4]}),
    "fence text": (stream(f"```text\n{MP4}\n```"), {"videos": [MP4]}),
    "nested fence md": (stream(f"```markdown\n[播放]({MP4})\n```"), {"videos": [MP4]}),
    "webm": (stream(f"{CDN}/a.webm"), {"videos": [f"{CDN}/a.webm"]}),
    "mov query ext": (stream(f"[Download your video]({CDN}/get?file=out.mov&token=1)"), {"videos": [f"{CDN}/get?file=out.mov&token=1"]}),
    "s3 disp": (stream(f"{CDN}/o/9a?response-content-type=video%2Fmp4&X-Amz-Signature=1"), {"videos": [f"{CDN}/o/9a?response-content-type=video%2Fmp4&X-Amz-Signature=1"]}),
    "ip host": (stream("<video src='http://8.8.4.4:8080/a.mp4'></video>"), {"videos": ["http://8.8.4.4:8080/a.mp4"]}),
    "private ip": (stream("✅ 视频：http://192.168.1.5/a.mp4"), {"videos": []}),
    "idn": (stream("✅ 视频：https://视频.example.com/a.mp4"), {"videos": ["https://视频.example.com/a.mp4"]}),
    "proto rel md": (stream("[播放](//cdn.example.com/a.mp4)"), {"videos": ["https://cdn.example.com/a.mp4"]}),
    "rel no progress": (stream("![video](/files/a.mp4)"), {"videos": [f"{ORIGIN}/files/a.mp4"]}),
    "rel json": (stream(json.dumps({"video_url":"/files/a.mp4"})), {"videos": [f"{ORIGIN}/files/a.mp4"]}),
    "sse reasoning w links decoy": (thoughts(f"The user gave {CDN}/in.mp4 as a reference.\n", content=f"[Play]({MP4})"), {"videos": [MP4]}),
    "reasoning decoy only": (thoughts(f"I could cite {CDN}/in.mp4 here.\n", content="There is no video in this answer, only words."), {"videos": [],"kind": None}),
    "tool call video arg": (stream({"tool_calls":[{"index":0,"id":"c","function":{"name":"make_video","arguments":json.dumps({"video_url":MP4})}}]},finish="tool_calls"), {"videos": [],"finish": "tool_calls","kind": None}),
    "delta role tool then text": (stream({"role":"assistant","content":""},{"role":"tool","content":""},"Hi."), {"text": "Hi.","kind": None}),
    "multi choice clips": (stream(chunk({"content":f"[video]({CDN}/1.mp4)"}),chunk({"content":f"[video]({CDN}/2.mp4)"},index=1)), {"videos": [f"{CDN}/1.mp4",f"{CDN}/2.mp4"]}),
    "retry new url": (stream(f"> 进度 90%\n❌ 上传失败，正在重试\n> 进度 100%\n[播放]({MP4})"), {"videos": [MP4],"progress": [90,100],"kind": None}),
    "partial fail": (stream(f"> 视频1 ✅ [播放]({CDN}/1.mp4)\n> 视频2 ❌ 生成失败：内容违规\n"), {"videos": [f"{CDN}/1.mp4"],"kind": None}),
    "clip then error": (stream(f"[播放]({MP4})",{"error":{"message":"billing failed"}},finish=None), {"videos": [MP4],"kind": None}),
    "clip then cut": (stream(f"> 进度 100%\n[播放]({MP4})\n",finish=None,done=False), {"videos": [MP4],"finish": "interrupted"}),
    "half link cut": (stream("> 进度 100%\n[播放](https://cdn.example.com/v/cl",finish=None,done=False), {"videos": [],"finish": "interrupted","kind": "network"}),
    "half bare cut": (stream("> 进度 100%\nhttps://cdn.example.com/v/cl",finish=None,done=False), {"videos": [],"finish": "interrupted"}),
    "half tag cut": (stream("> 进度 100%\n<video src='https://cdn.example.com/v/clip.mp",finish=None,done=False), {"videos": [],"finish": "interrupted","kind": "network"}),
    "progress cut": (stream("> 进度 40%\n",finish=None,done=False), {"kind": "network","finish": "interrupted","progress": [40]}),
    "length after progress": (stream("> 进度 40%\n",finish="length"), {"videos": [],"progress": [40]}),
    "submitted only": (stream("✅ 任务已提交，任务ID：abc123，请稍后在控制台查看结果。"), {"videos": []}),
    "async id json": (stream(json.dumps({"id":"video_1","status":"queued","progress":0})), {"videos": []}),
    "success no link": (stream("> 进度 100%\n✅ 视频生成成功\n"), {"kind": "upstream","progress": [100]}),
    "ordinary with percents": (stream("The battery fell from 80% to 20% in an hour.\nThat is 60% less."), {"progress": [],"kind": None}),
    "ordinary mp4 talk": (stream("Use `ffmpeg -i in.mov out.mp4` to convert. Then open https://example.com/help to learn more about containers and codecs in general."), {"videos": [],"kind": None}),
    "ordinary html": (stream("```html\n<video controls>\n  <source src=\"https://example.com/movie.mp4\" type=\"video/mp4\">\n</video>\n```\n\nReplace the address with yours."), {"videos": [],"kind": None}),
    "ordinary readme image": (stream("# Title\n\n![build](https://ci.example.com/badge.svg) ![cov](https://ci.example.com/cov.png)\n\nSome text that explains what this does in detail."), {"images": [],"kind": None}),
    "ordinary steps": (stream("1. Queue the job...\n2. Wait until it is processing...\n3. Done!"), {"kind": None,"progress": []}),
    "ordinary plan": (stream("Here is the roadmap:\n\n| Phase | Progress |\n|---|---|\n| Design | 100% |\n| Build | 40% |\n\nNext comes testing."), {"kind": None,"progress": [],"finish": "stop"}),
    "ordinary zh": (stream("视频生成模型的进度条通常不准确。比如显示 99% 时，可能还要等很久。"), {"kind": None,"progress": []}),
    "ordinary json": (stream('{"title":"x","url":"https://example.com/page"}'), {"videos": [],"kind": None}),
    "ordinary think": (stream("<think>50% of 30 is 15.</think>15"), {"text": "15","progress": [],"kind": None}),
    "ordinary bars": (stream("Rating: ★★★★☆ 80%\nPrice: ★★☆☆☆ 40%\n\nI would buy it again."), {"kind": None,"progress": []}),
    "poll": (stream("Poll result:\n\nYes ████████ 80%\nNo ██ 20%\n\nThanks for voting."), {"kind": None,"progress": []}),
    "skills": (stream("Python ▓▓▓▓▓▓▓▓░░ 80%\nRust ▓▓▓░░░░░░░ 30%"), {"kind": None,"progress": []}),
    "Chinese right after a query": (stream(f"视频地址：{CDN}/a.mp4?sign=abc123请尽快下载"), {"videos": [f"{CDN}/a.mp4?sign=abc123"]}),
    "Chinese as a value": (stream(f"{CDN}/get.mp4?name=猫"), {"videos": [f"{CDN}/get.mp4?name=猫"]}),
    "a second line for the same": (stream(f"> 进度 100%\n[主线路]({MP4})\n[备用线路](https://m2.example.net/v/clip.mp4)"), {"videos": [MP4]}),
    "with and without watermark": (stream(f"> 进度 90%\n[有水印版]({CDN}/w.mp4)\n[无水印版]({CDN}/n.mp4)"), {"videos": [f"{CDN}/n.mp4"]}),
    "two addresses, one comma": (stream(f"{CDN}/1.mp4,{CDN}/2.mp4"), {"videos": [f"{CDN}/1.mp4",f"{CDN}/2.mp4"]}),
    "a whole file name at the cut": (stream(f"> 进度 100%\n{MP4}",finish=None,done=False), {"videos": [MP4],"finish": "interrupted"}),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expect"), ANSWERS.values(), ids=ANSWERS.keys())
def test_what_a_whole_answer_gives(sent, expect):
    assert told(sent, expect) == expect


ORDINARY = [
    "La lista de la compra:\n\n- Leche\n- Pan",
    "Ваш баланс — это сумма на счёте. Проверьте его в личном кабинете.",
    "제한 시간은 30분입니다. 시작하세요.",
    "この動画は面白いですね。続きが見たいです。",
    "错误：第 3 行缺少分号。改成 `x = 1;` 即可。",
    "Status: failed is what the CI prints when a test breaks.",
    "模型 A 不支持图片，模型 B 支持。建议选 B。",
    "Oops! I misread the question. The answer is 7.",
    "视频生成是一个新领域，模型每月都在进步。",
    "Compression: 45%\nQuality: 80%",
    "The request failed because the key was missing. Add the header and try again.",
    "❌ Wrong. The safety valve must be open.",
    "⚠️ 注意：价格可能变动。",
    "🎬 Lights, camera, action!",
    "1. 排队...\n2. 付款...\n3. 取货",
    '{"error": null, "answer": 5}',
    "<reasoning> is a tag that some models write.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_neither_work_nor_failure(text):
    expect = {"text": text, "kind": None, "videos": [], "progress": [], "finish": "stop"}
    pieces = [text[start : start + 5] for start in range(0, len(text), 5)]

    assert told(stream(*pieces), expect) == expect
