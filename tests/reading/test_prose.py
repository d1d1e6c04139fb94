"""What is shown beside a finished clip: the words, not the machinery."""

from __future__ import annotations

import pytest

from vnchat.reading.prose import prose
from vnchat.reading.reply import Result

CLIP = Result("video", "https://cdn.example.com/v/a.mp4")
PICTURE = Result("image", "data:image/png;base64,iVBORw0KGgo=")

CASES = {
    "a sentence stays": ("The clip is ready.\n\n[watch](https://cdn.example.com/v/a.mp4)", "The clip is ready."),
    "the line with the clip goes": ("✅ 视频生成成功，[点击这里](https://cdn.example.com/v/a.mp4) 查看", ""),
    "quotes with ids and progress go": ("> ID: `task_1`\n> Progress: 40%\n\nFog lifts.", "Fog lifts."),
    "the echoed prompt goes": ('```json\n{"prompt": "x"}\n```\n\nDone.', "Done."),
    "a fenced player goes": ("```html\n<video src='https://cdn.example.com/v/a.mp4'></video>\n```", ""),
    "a bare player goes": ("<video src='https://cdn.example.com/v/a.mp4'></video>", ""),
    "links alone go": ("[Preview](https://x.example/1) | [Raw](https://x.example/2)", ""),
    "code of another kind stays": ("```python\nprint(1)\n```", "```python\nprint(1)\n```"),
    "Chinese words stay": ("视频已经准备好了。", "视频已经准备好了。"),
    "the echoed prompt without a fence goes": ('{\n  "prompt": "x"\n}\n\nDone.', "Done."),
    "a list stays": ("- fog\n- boats", "- fog\n- boats"),
    "nothing stays nothing": ("", ""),
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), CASES.values(), ids=CASES.keys())
def test_what_is_shown_beside_a_clip(text: str, shown: str) -> None:
    assert prose(text, [CLIP]) == shown


def test_words_around_a_picture_stay_without_it() -> None:
    text = f"Here is your dot.\n\n![image]({PICTURE.url})\n\nMore?"

    assert prose(text, [PICTURE]) == "Here is your dot.\n\nMore?"
