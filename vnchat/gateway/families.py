"""Model names as controls: sora2-portrait-15s is a family with a format and a duration. Pure.

Gateways put length, format and quality in the name. Names of one family become one entry with
controls; what a choice stands for is always a name that the gateway listed, never one made up.
A name only hints at what a model makes: names are data and change every month.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Hint = Literal["video", "image", "audio", "text", "other"]
Option = Literal["duration", "format", "quality", "speed"]
OPTIONS: tuple[Option, ...] = ("duration", "format", "quality", "speed")

# Tokens that say enough by themselves, and those that count only beside one of them or in a
# video's name: gpt-4-turbo is no fast edition of gpt-4 and phi-3-mini-4k makes no 4k picture.
_STRONG: tuple[tuple[Option, str], ...] = (
    ("duration", r"(\d{1,3})(?:s|sec|秒)"),
    ("format", r"landscape|portrait|square|horizontal|vertical|\d{1,2}[:x]\d{1,2}"),
    ("quality", r"\d{3,4}p|\d{3,4}x\d{3,4}"),
)
_WEAK: tuple[tuple[Option, str], ...] = (
    ("quality", r"hd|sd|uhd|fhd|[248]k"),
    ("speed", r"fast|turbo|lite|quick|relaxed|ultra|slow"),
)
_SPLIT = re.compile(r"([-_ /]+)")


def parse(name: str) -> tuple[str, dict[Option, str]]:
    """(family, options) of a name; (name, {}) when nothing in it is a control."""
    pieces = _SPLIT.split(name[:200])
    found = [_option(piece, _STRONG) for piece in pieces]
    if any(found) or kind_hint(name) == "video":
        found = [one or _option(piece, _WEAK) for one, piece in zip(found, pieces, strict=True)]
    found[0] = None  # a family needs a name of its own
    if not any(found):
        return name, {}
    options: dict[Option, str] = {}
    family = ""
    for i in range(0, len(pieces), 2):
        if one := found[i]:
            option, value = one
            options[option] = f"{options[option]}-{value}" if option in options else value
        else:
            family += (pieces[i - 1] if family else "") + pieces[i]
    return family, options


def _option(piece: str, table: Sequence[tuple[Option, str]]) -> tuple[Option, str] | None:
    for option, pattern in table:
        if found := re.fullmatch(pattern, piece, re.IGNORECASE):
            return option, str(int(found[1])) if option == "duration" else piece.lower()
    return None


@dataclass(frozen=True, slots=True)
class Family:
    """Names that differ only in options. A name that is alone is a family without controls."""

    name: str
    names: tuple[str, ...]
    controls: Mapping[Option, tuple[str, ...]]  # values to choose from; "" = not said in the name
    combinations: Mapping[tuple[str, ...], str]  # values in the order of OPTIONS -> exact name

    def available(self, choice: Mapping[str, str]) -> dict[Option, tuple[str, ...]]:
        """For each control the values that exist while the others stay as chosen."""
        return {
            option: tuple(v for v in values if name_for(self, {**choice, option: v}))
            for option, values in self.controls.items()
        }


def group(names: Iterable[str]) -> list[Family]:
    """The families of a model list, in the order of their first name."""
    members: dict[str, dict[tuple[str, ...], str]] = {}
    alone: dict[str, str] = {}
    for name in dict.fromkeys(names):
        family, options = parse(name)
        key = _key(family)
        values = tuple(options.get(option, "") for option in OPTIONS)
        if values in members.get(key, {}):  # spelt twice: the second stays itself
            alone[name] = name
        else:
            members.setdefault(key, {})[values] = name
    families = [_family(combinations) for combinations in members.values()]
    return families + [_single(name) for name in alone]


def _key(family: str) -> str:
    return re.sub(r"[-_ /]+", "-", family.lower())


def _family(combinations: Mapping[tuple[str, ...], str]) -> Family:
    names = tuple(combinations.values())
    if len(names) == 1:
        return _single(names[0])
    controls: dict[Option, tuple[str, ...]] = {}
    for i, option in enumerate(OPTIONS):
        values = sorted({combination[i] for combination in combinations}, key=_order)
        if values != [""]:
            controls[option] = tuple(values)
    return Family(parse(names[0])[0], names, controls, dict(combinations))


def _single(name: str) -> Family:
    return Family(name, (name,), {}, {("",) * len(OPTIONS): name})


def _order(value: str) -> tuple[int, str]:
    number = re.match(r"\d+", value)
    return (int(number[0]) if number and value.isdigit() else 0, value)


def name_for(family: Family, choice: Mapping[str, str]) -> str | None:
    """The listed name of exactly this choice, or None. A control not chosen counts as not said."""
    if not family.controls:
        return family.names[0]
    values = tuple(choice.get(o, "") if o in family.controls else "" for o in OPTIONS)
    return family.combinations.get(values)


def nearest(family: Family, choice: Mapping[str, str], changed: Option) -> tuple[str, ...]:
    """Values of the listed combination that keeps the changed control and most of the others."""

    def kept(values: tuple[str, ...]) -> int:
        return sum(values[i] == choice.get(option, "") for i, option in enumerate(OPTIONS))

    at = OPTIONS.index(changed)
    fitting = [c for c in family.combinations if c[at] == choice.get(changed, "")]
    return max(fitting or list(family.combinations), key=kept)


def storyboard(shots: Iterable[tuple[float, str]]) -> str:
    """Shots as sora2api reads them, one a line: [5.0s]what is seen."""
    lines = []
    for seconds, words in shots:
        if line := " ".join(words.split()):
            lines.append(f"[{max(seconds, 0.1):.1f}s]{line}")
    return "\n".join(lines)


def shots_of(text: str) -> list[tuple[float, str]]:
    """A storyboard as shots again; empty when the text is none."""
    shots = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        found = re.match(r"\[(\d{1,3}(?:\.\d{1,3})?)\s?s\]", line)
        if not found:
            return []
        shots.append((float(found[1]), line[found.end() :].strip()))
    return shots


_START = r"(?:^|[-_/. :@])"
_HINTS: tuple[tuple[Hint, str], ...] = (
    ("other", r"embed|rerank|moderation|bge-|guard"),
    ("image", rf"sora[-_]?image|gpt-?4o-image|{_START}storyboard"),
    (
        "video",
        rf"video|{_START}sora|{_START}veo|t2v|i2v|r2v|v2v|{_START}kling|{_START}wan[\d-]|hailuo"
        rf"|seedance|runway|{_START}gen-?[34]|luma|{_START}pika|{_START}vidu|{_START}ltx|animate"
        r"|ray-?[23]",
    ),
    (
        "image",
        rf"image|imagine|dall-?e|flux|midjourney|{_START}mj|stable-diffusion|sdxl|{_START}sd-?3"
        rf"|seedream|nano-?banana|ideogram|recraft|kolors|{_START}imagen|picture|paint|photo",
    ),
    (
        "audio",
        rf"tts|whisper|suno|audio|speech|music|udio|chirp|voice|lyria|transcri|{_START}song",
    ),
    (
        "text",
        rf"{_START}gpt|chatgpt|claude|gemini|gemma|deepseek|qwen|qwq|llama|mistral|mixtral"
        rf"|{_START}o[134](?:$|[-_])|{_START}glm|chatglm|kimi|moonshot|doubao|ernie|grok|{_START}yi"
        rf"|{_START}phi|command|hunyuan|mimo|minimax|abab|spark|baichuan|internlm|nova|chat"
        r"|instruct|reason|think|text|coder",
    ),
)
_COMPILED = tuple((hint, re.compile(pattern, re.IGNORECASE)) for hint, pattern in _HINTS)


def kind_hint(name: str) -> Hint:
    """What a model of this name may make. A hint for icons and order, never a decision."""
    for hint, pattern in _COMPILED:
        if pattern.search(name[:200]):
            return hint
    return "other"
