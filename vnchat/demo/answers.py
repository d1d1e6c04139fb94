"""What `demo-chat` and `demo-reasoner` answer: Markdown that reflects the question.

Pure, but for opening the attached pictures with Pillow. It says plainly that no model wrote it.
"""

from __future__ import annotations

import asyncio
import io
import json
import re
from collections.abc import Sequence

from .protocol import Ask, Call, Refused
from .records import data_of

NAMED_COLOURS = {
    "black": (20, 20, 20), "grey": (128, 128, 128), "white": (240, 240, 240),
    "red": (200, 40, 40), "orange": (235, 140, 40), "yellow": (235, 215, 70),
    "green": (60, 160, 70), "teal": (40, 150, 150), "blue": (50, 90, 200),
    "purple": (130, 70, 170), "pink": (235, 150, 180), "brown": (120, 80, 50),
}  # fmt: skip
CHINESE_COLOURS = dict(
    zip(
        NAMED_COLOURS,
        "黑色 灰色 白色 红色 橙色 黄色 绿色 青色 蓝色 紫色 粉色 棕色".split(),  # noqa: SIM905
        strict=True,
    )
)


def describe(url: str, *, chinese: bool) -> str:
    """One line on a picture: what can honestly be said by measuring it."""
    data = data_of(url)
    if data is None:
        return (
            "一个链接，演示网关不会去下载" if chinese else "a link, which the demo does not fetch"
        )
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            kind, (width, height) = picture.format or "picture", picture.size
            small = picture.convert("RGB").resize((1, 1), Image.Resampling.BOX)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        message = "The image could not be decoded. Send PNG, JPEG, WebP or GIF."
        raise Refused(400, message, code="invalid_image", param="messages") from error
    red, green, blue = small.tobytes()
    name = colour_name(red, green, blue)
    size = f"{len(data) / 1000:.0f} kB"
    if chinese:
        return f"{kind}，{width} × {height} 像素，{size}，主色接近{CHINESE_COLOURS[name]}"
    return f"{kind}, {width} × {height} pixels, {size}, mostly {name}"


async def first_picture(urls: Sequence[str]) -> bytes | None:
    """The first picture that came whole; opened once, so that a broken one is refused."""
    for url in urls:
        data = data_of(url)
        if data is not None:
            await asyncio.to_thread(describe, url, chinese=False)
            return data
    return None


def colour_name(red: int, green: int, blue: int) -> str:
    """The nearest of a dozen names."""

    def distance(name: str) -> int:
        one, two, three = NAMED_COLOURS[name]
        return (one - red) ** 2 + (two - green) ** 2 + (three - blue) ** 2

    return min(NAMED_COLOURS, key=distance)


def pictures_of(ask: Ask) -> list[str]:
    return [describe(url, chinese=ask.chinese) for url in ask.last.pictures]


def tool_call(ask: Ask) -> Call | None:
    """A call of the first offered tool that the prompt names."""
    for tool in ask.body.get("tools") or ():
        function = tool.get("function") if isinstance(tool, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if isinstance(name, str) and name and name in ask.prompt:
            wanted = (function or {}).get("parameters") or {}
            fields = wanted.get("properties") or {} if isinstance(wanted, dict) else {}
            return Call(name, json.dumps(dict.fromkeys(fields, ask.prompt), ensure_ascii=False))
    return None


def answer(ask: Ask, pictures: Sequence[str]) -> str:
    """The whole answer."""
    wanted = ask.body.get("response_format") or {}
    if str(wanted.get("type", "")).startswith("json"):
        return json.dumps({"demo": True, "prompt": ask.prompt}, ensure_ascii=False, indent=2)
    return _chinese(ask, pictures) if ask.chinese else _english(ask, pictures)


def thought(ask: Ask) -> str:
    """What `demo-reasoner` thinks aloud first."""
    words = len(words_of(ask.prompt))
    if ask.chinese:
        return (
            f"问题共 {len(ask.prompt)} 个字。先确认要求，再决定答案的结构。\n\n"
            "我是演示模型，没有真正的知识，所以只说能够核实的内容：字数、图片尺寸和当前对话的长度。\n\n"
            "用一个小标题、一个列表和一个公式就够了。"
        )
    return (
        f"The question has {words} {'word' if words == 1 else 'words'}. First settle what is "
        "asked, then choose a shape for the answer.\n\n"
        "I am the demo and know nothing, so I should only say what can be checked: the number of "
        "words, the size of attached pictures, the length of this conversation.\n\n"
        "A heading, a list and one formula will do."
    )


def words_of(text: str) -> list[str]:
    return re.findall(r"[\u4e00-\u9fff]|[^\W_]+(?:['’-]\w+)*", text)


def title_of(prompt: str, longest: int = 60) -> str:
    """The prompt as one heading line without Markdown of its own."""
    line = " ".join(re.sub(r"[#*_`\[\]<>|\\$]", " ", prompt).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _facts(ask: Ask) -> tuple[int, int, str]:
    """Words in the prompt, questions so far, and the longest word."""
    words = words_of(ask.prompt)
    asked = sum(turn.role == "user" for turn in ask.turns)
    return len(words), asked, max(words, key=len, default="")


def _code(ask: Ask) -> str:
    prompt = json.dumps(title_of(ask.prompt, 48), ensure_ascii=False)
    counted = 'len(prompt.replace(" ", ""))' if ask.chinese else "len(prompt.split())"
    return f"```python\nprompt = {prompt}\n\nprint({counted})\n```"


def _english(ask: Ask, pictures: Sequence[str]) -> str:
    words, asked, longest = _facts(ask)
    parts = [f"## {title_of(ask.prompt) or 'Your picture'}"]
    parts.append(
        "This is the **demo gateway** speaking: no model wrote this. It shows how an answer "
        "arrives and looks. Connect a gateway in the settings to get a real one."
    )
    if pictures:
        parts.append("### What arrived with it")
        parts.append("\n".join(f"{at}. {line}" for at, line in enumerate(pictures, 1)))
    parts.append("### What I can tell about it")
    parts.append("| measured | value |\n| --- | ---: |\n"
        f"| words in the prompt | {words} |\n| longest word | {longest or '–'} |\n"
        f"| questions in this conversation | {asked} |")  # fmt: skip
    parts.append(
        "### What to try next\n\n"
        "- pick `demo-video` and describe a scene: a short film with your words in it is made\n"
        "- attach a picture, by button, paste or drag\n"
        "- pick `demo-reasoner` to see thinking kept apart from the answer"
    )
    parts.append(f"### A little code and a formula\n\n{_code(ask)}")
    parts.append(
        f"With $n = {words}$ words, the number of pairs is\n\n"
        f"$$\\binom{{n}}{{2}} = \\frac{{n(n-1)}}{{2}} = {words * (words - 1) // 2}$$"
    )
    return "\n\n".join(parts) + "\n"


def _chinese(ask: Ask, pictures: Sequence[str]) -> str:
    words, asked, _ = _facts(ask)
    parts = [f"## {title_of(ask.prompt) or '你的图片'}"]
    parts.append(
        "这里是**演示网关**：下面的内容不是模型写的，只用来展示回答怎样到达、怎样显示。"
        "在设置里连接一个网关，就能得到真正的回答。"
    )
    if pictures:
        parts.append("### 随问题收到的图片")
        parts.append("\n".join(f"{at}. {line}" for at, line in enumerate(pictures, 1)))
    parts.append("### 可以核实的内容")
    parts.append("| 项目 | 数值 |\n| --- | ---: |\n"
        f"| 字数 | {words} |\n| 本次对话的提问 | {asked} |")  # fmt: skip
    parts.append(
        "### 接下来可以试试\n\n"
        "- 选择 `demo-video` 并描述一个场景：会生成一段带有这些文字的短片\n"
        "- 用按钮、粘贴或拖放添加图片\n"
        "- 选择 `demo-reasoner`，看看思考过程怎样与回答分开"
    )
    parts.append(f"### 一点代码和一个公式\n\n{_code(ask)}")
    parts.append(
        f"设字数 $n = {words}$，两两组合的数目是\n\n"
        f"$$\\binom{{n}}{{2}} = \\frac{{n(n-1)}}{{2}} = {words * (words - 1) // 2}$$"
    )
    return "\n\n".join(parts) + "\n"
