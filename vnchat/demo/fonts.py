"""A font of this machine that can write the prompt, Chinese included, and lines that fit a width.

Without such a font Pillow's own is used and what it cannot write is left out.
"""

from __future__ import annotations

import functools
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
# Beginnings of file names in order of liking, in lower case.
WITH_CHINESE = (
    "notosanscjk", "notosanssc", "notosanscjksc", "sourcehansans", "pingfang", "hiragino sans gb",
    "stheiti", "msyh", "wqy-microhei", "wqy-zenhei", "droidsansfallback", "simhei", "uming",
)  # fmt: skip
WITHOUT = ("dejavusans", "liberationsans-", "notosans-", "arial", "segoeui")


@functools.lru_cache(maxsize=32)
def font(size: int, *, bold: bool = False) -> Font:
    path = _path(bold)
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


def writable(text: str) -> str:
    """The characters that the font can write; runs of white space become one space."""
    chinese = Path(_path(False)).name.lower().startswith(WITH_CHINESE) if _path(False) else False
    highest = 0xFFFF if chinese else 0x24F
    kept = (
        char
        for char in text
        if char.isspace()
        or (ord(char) <= highest and unicodedata.category(char)[0] not in "C" and not _emoji(char))
    )
    return " ".join("".join(kept).split())


def wrapped(text: str, face: Font, width: float, most: int) -> list[str]:
    """At most so many lines of at most this width; the last one ends in … if text is left."""
    lines, line = [], ""
    for word in _words(text):
        if face.getlength((line + word).rstrip()) <= width or not line:
            line += word
            continue
        lines.append(line.rstrip())
        line = word.lstrip()
    lines = [*lines, line.rstrip()] if line.strip() else lines
    lines = [_cut(line, face, width) for line in lines]
    if len(lines) > most:
        lines = [*lines[: most - 1], _cut(lines[most - 1] + " …", face, width)]
    return lines


def _words(text: str) -> Iterator[str]:
    """Where a line may break: after a space, and around every wide character."""
    word = ""
    for char in text:
        if unicodedata.east_asian_width(char) in "WF" and unicodedata.category(char)[0] != "P":
            if word:
                yield word
            word = char
        elif char == " ":
            yield word + char
            word = ""
        else:
            word += char
    if word:
        yield word


def _cut(line: str, face: Font, width: float) -> str:
    if face.getlength(line) <= width:
        return line
    while line and face.getlength(line + "…") > width:
        line = line[:-1]
    return line.rstrip(" …") + "…"


def _emoji(char: str) -> bool:
    return unicodedata.category(char) == "So" or 0xFE00 <= ord(char) <= 0xFE0F


@functools.cache
def _path(bold: bool) -> str:
    found = sorted(_files())
    for names in (WITH_CHINESE, WITHOUT):
        for name in names:
            fits = [path for path in found if Path(path).name.lower().startswith(name)]
            heavy = [path for path in fits if "bold" in Path(path).name.lower()]
            plain = [path for path in fits if path not in heavy and "italic" not in path.lower()]
            regular = [path for path in plain if "regular" in path.lower()] or plain
            if fits:
                return ((heavy if bold else regular) or fits)[0]
    return ""


def _files() -> Iterator[str]:
    for folder in FOLDERS:
        for place, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                if name.lower().endswith((".ttf", ".otf", ".ttc")):
                    yield str(Path(place) / name)
