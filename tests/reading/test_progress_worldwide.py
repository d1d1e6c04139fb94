"""Progress as gateways of many kinds write it, and percentages that are none."""

from __future__ import annotations

import pytest

from tests.reading.wire import chunk, frame, stream, thoughts, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"
CLIP = f"\n[播放]({MP4})"

NUMBERS = {
    "emoji bar": (stream("🟩🟩🟩⬜⬜⬜⬜⬜⬜⬜ 30%\n","🟩🟩🟩🟩🟩🟩🟩⬜⬜⬜ 70%\n",CLIP), {"progress": [30,70],"videos": [MP4]}),
    "emoji bar once": (stream("🟩🟩🟩⬜⬜⬜⬜⬜⬜⬜ 30%\n",CLIP), {"progress": [30]}),
    "squares rewritten": (stream("▰▰▱▱▱▱▱▱▱▱ 20%","\n▰▰▰▰▰▰▱▱▱▱ 60%",CLIP), {"progress": [20,60]}),
    "hash bar": (stream("[######----] 60%\n[##########] 100%\n",CLIP), {"progress": [60,100]}),
    "eq bar": (stream("[=====>     ] 45/100\n",CLIP), {"progress": [45]}),
    "tqdm": (stream(" 30%|███       | 30/100 [00:12<00:28]\n"," 80%|████████  | 80/100 [00:32<00:08]\n",CLIP), {"progress": [30,80]}),
    "zh 百分之": (stream("> 进度：百分之三十\n",CLIP), {"videos": [MP4]}),
    "percent word": (stream("Rendering: 40 percent\nRendering: 95 percent\n",CLIP), {"progress": [40,95]}),
    "done of": (stream("已完成 45%，预计还需 60 秒\n已完成 90%，预计还需 10 秒\n",CLIP), {"progress": [45,90]}),
    "eta first": (stream("> ⏱ 预计剩余 2 分 30 秒 | 进度 45%\n",CLIP), {"progress": [45]}),
    "elapsed": (stream("⏳ 生成中... 已用时 30s (12%)\n⏳ 生成中... 已用时 90s (64%)\n",CLIP), {"progress": [12,64]}),
    "queue position": (stream("⏳ 排队中，当前位置：5/20\n⏳ 排队中，当前位置：1/20\n> 进度 50%\n",CLIP), {"progress": [50]}),
    "countdown": (stream("预计等待 120 秒\n预计等待 60 秒\n预计等待 30 秒\n",CLIP), {"progress": [],"videos": [MP4]}),
    "step of": (stream("步骤 1/4：解析提示词\n步骤 2/4：生成画面\n",CLIP), {"progress": [],"videos": [MP4]}),
    "frames": (stream("Rendering frame 12/240\nRendering frame 120/240\n",CLIP), {"progress": [],"videos": [MP4]}),
    "task id w digits": (stream("> 任务ID：20261121001\n> 进度：10%\n",CLIP), {"progress": [10]}),
    "blockquote bullets": (stream("> - 状态：生成中\n> - 进度：20%\n> - 状态：生成中\n> - 进度：60%\n",CLIP), {"progress": [20,60]}),
    "table progress": (stream("| 状态 | 进度 |\n|--|--|\n| 生成中 | 45% |\n",CLIP), {"progress": [45]}),
    "br": (stream("进度：10%<br>进度：40%<br>进度：80%<br>",CLIP), {"progress": [10,40,80]}),
    "carriage": (stream("进度: 10%\r","进度: 60%\r","进度: 100%\r\n",CLIP), {"progress": [10,60,100]}),
    "no newline": (stream("生成中 10%","生成中 20%","生成中 30%",CLIP), {"progress": [10,20,30]}),
    "no newline2": (stream("⏳10%","⏳40%","⏳90%",CLIP), {"progress": [10,40,90]}),
    "spaces": (stream("进度：10% ","20% ","30% ",CLIP), {"progress": [10,20,30]}),
    "commas": (stream("> 进度：10%, 20%, 30%\n",CLIP), {"progress": [10,20,30]}),
    "reason json str": (stream({"reasoning_content":'{"stage":"generation","status":"processing","progress":35,"message":"x"}'},{"reasoning_content":'{"stage":"generation","status":"processing","progress":80,"message":"x"}'},CLIP), {"progress": [35,80],"videos": [MP4]}),
    "content json progress": (stream('{"status":"processing","progress":35}\n','{"status":"processing","progress":80}\n',CLIP), {"progress": [35,80],"videos": [MP4]}),
    "reason str pct obj": (stream({"reasoning_content":{"progress":"35%"}},{"reasoning_content":{"progress":"80%"}},CLIP), {"progress": [35,80]}),
    "delta progress field": (stream({"content":"","progress":35},{"content":"","progress":80},CLIP), {"progress": [35,80]}),
    "chunk progress field": (stream(chunk({"content":""},progress=35),chunk({},progress=80),CLIP), {"progress": [35,80]}),
    "choice status": (frame({"id":"x","object":"video","status":"in_progress","progress":35}).encode()+frame({"id":"x","object":"video","status":"in_progress","progress":80}).encode()+stream(CLIP), {"progress": [35,80],"videos": [MP4]}),
    "event progress": (frame({"percent":35},"progress").encode()+stream(CLIP), {"progress": [35]}),
    "event progress text": (frame("35%","progress").encode()+stream(CLIP), {"progress": [35],"videos": [MP4]}),
    "reason de": (thoughts("Videoerstellung läuft: 15 %\n","Videoerstellung läuft: 85 %\n",content=CLIP), {"progress": [15,85]}),
    "reason pl": (thoughts("Postęp: 15%\n",content=CLIP), {"progress": [15]}),
    "ru decimal": (stream("> Прогресс: 12,5 %\n> Прогресс: 99,9 %\n",CLIP), {"progress": [12.5,99.9]}),
    "fullwidth digits": (stream("> 進捗：３５％\n> 進捗：８０％\n",CLIP), {"progress": [35,80]}),
    "zero": (stream("> 进度：0%\n> 进度：0%\n> 进度：1%\n",CLIP), {"progress": [0,1]}),
    "00": (stream("> 进度：05%\n> 进度：100.00%\n",CLIP), {"progress": [5,100]}),
    "lt": (stream("> 进度：<1%\n> 进度：≈50%\n> 进度：~90%\n",CLIP), {"progress": [1,50,90]}),
    "1st/3": (stream("[1/3] 生成进度 50%\n[2/3] 生成进度 20%\n",CLIP), {"progress": [50,20]}),
    "cfg echo": (stream("> 参数：CFG 7.5，强度 80%，时长 10s\n> 进度 20%\n",CLIP), {"progress": [20]}),
    "quality": (stream("> 🎞 画质 1080p 100%无损\n> 进度 20%\n",CLIP), {"progress": [20]}),
    "discount": (stream("> 进度 20%\n",CLIP,"\n\n🎁 充值享 20% 优惠"), {"progress": [20]}),
    "credits": (stream("> 进度 20%\n",CLIP,"\n\n本次消耗 15 积分，剩余 85%"), {"progress": [20]}),
    "prompt 50% echo": (stream("> **Prompt**: a glass 50% full\n> Progress: 20%\n",CLIP), {"progress": [20]}),
    "prompt es echo": (stream("> Indicaciones: vaso al 50%\n> Progreso: 20%\n",CLIP), {"progress": [20]}),
    "prompt bracket": (stream("【提示词】一杯水 50%\n【进度】20%\n",CLIP), {"progress": [20]}),
    "reasoning thinks first": (thoughts("Okay, the user wants 50% slower.\n","Video generation progress: 40%\n",content=CLIP), {"progress": [40]}),
    "after 100": (stream("进度 100%\n✅ 视频生成完成，压缩率 45%\n",CLIP), {"progress": [100]}),
    "korean wait": (stream("⏳ 대기 중... (앞에 3명)\n⏳ 생성 중... 45%\n",CLIP), {"progress": [45]}),
    "jp wait": (stream("⏳ 順番待ち（あと3人）\n🎬 生成中… 45%\n",CLIP), {"progress": [45]}),
    "thai": (stream("> ความคืบหน้า: 45%\n> ความคืบหน้า: 95%\n",CLIP), {"progress": [45,95]}),
    "greek": (stream("Πρόοδος: 45%\nΠρόοδος: 95%\n",CLIP), {"progress": [45,95]}),
    "pct sign first": (stream("> %20 tamamlandı\n> %80 tamamlandı\n",CLIP), {"progress": [20,80]}),
    "md heading": (stream("### 进度 20%\n### 进度 80%\n",CLIP), {"progress": [20,80]}),
    "code progress": (stream("`进度: 20%`\n`进度: 80%`\n",CLIP), {"progress": [20,80]}),
    "strike": (stream("~~进度 20%~~\n进度 **80%**\n",CLIP), {"progress": [20,80]}),
    "status: n%": (stream("status: processing, progress: 20\nstatus: processing, progress: 80\n",CLIP), {"progress": [20,80]}),
    "status json py": (stream("{'status': 'processing', 'progress': 20}\n{'status': 'processing', 'progress': 80}\n",CLIP), {"progress": [20,80]}),
    "in think, unclosed, then content": (stream("<think>进度 20%\n","进度 80%\n","</think>",CLIP), {"progress": [20,80]}),
    "kv time": (stream("[12:03:44] 进度 20%\n[12:05:10] 进度 80%\n",CLIP), {"progress": [20,80]}),
    "log": (stream("2026-11-21 12:03:44 INFO progress 20%\n2026-11-21 12:05:10 INFO progress 80%\n",CLIP), {"progress": [20,80]}),
    "only pct deltas": (stream("0%","...","25%","...","50%","...","100%\n",CLIP), {"progress": [0,25,50,100]}),
    "ellipsis cn": (stream("> 进度 10%……\n> 进度 60%……\n",CLIP), {"progress": [10,60]}),
    "n％ 中": (stream("> 已生成 10％\n> 已生成 60％\n",CLIP), {"progress": [10,60]}),
    "a share of one": (stream("Progress: 0.35\nProgress: 0.80\n",CLIP), {"progress": [35,80]}),
    "how loaded the queue is": (stream("> 队列负载 85%，请稍候\n> 进度 10%\n",CLIP), {"progress": [10]}),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expect"), NUMBERS.values(), ids=NUMBERS.keys())
def test_which_percentages_count(sent, expect):
    assert told(sent, expect) == expect


RECORDS = {
    "a project's record": '{"status": "in progress", "progress": 60, "owner": "Ann"}',
    "half of a list": "Load: 85%\nQuality: 90%",
}


@pytest.mark.parametrize("text", RECORDS.values(), ids=RECORDS.keys())
def test_an_answer_of_data_is_no_work(text):
    expect = {"text": text, "progress": [], "kind": None}

    assert told(stream(text), expect) == expect
