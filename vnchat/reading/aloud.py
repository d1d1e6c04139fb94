"""What of an answer is read aloud, and in which pieces. Pure.

Markdown is read by its tree: marks, addresses, code blocks and formulas are not spoken, tables are
read row by row. Which model speaks, and how a piece is kept, is runs/voice.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

MOST_LETTERS = 40_000  # about fifty minutes
PIECE = 4000  # the limit of /audio/speech is 4096 characters
PIECE_DENSE = 1400  # gpt-4o-mini-tts takes 2000 tokens, and a Chinese character is about one

_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
_FORMULA = re.compile(
    r"\$\$.+?\$\$|\\\[.+?\\\]|\\\(.+?\\\)|(?<![\\$\w])\$[^\s$](?:[^$\n]*[^\s$\\])?\$(?!\d)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?:https?://|www\.|data:)[^\s<>()\"'，。；）]+")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d]+")
_END = re.compile(r"[.!?…]+[\"'”’)\]]*\s+|[。！？…；]+[”’」』）]*|\n+")
_COMMA = re.compile(r"[,;:，、：]\s*|\s+")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
_STOPS = ".!?…:;,。！？：；，、"


def speakable(markdown: str) -> str:
    """The words as one would read them; "" when there are none."""
    blocks: list[str] = []
    row: list[str] | None = None
    for token in _PARSER.parse(_FORMULA.sub(" ", markdown[: MOST_LETTERS * 4])):
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            blocks.append(_ended(", ".join(row or ())))
            row = None
        elif token.type == "inline":
            words = _tidy(_said(token.children or ()))
            if row is not None:
                row += [words] if words else []
            elif words:
                blocks.append(_ended(words))
    return "\n".join(block for block in blocks if block)[:MOST_LETTERS]


def pieces(text: str) -> list[str]:
    """The text in pieces that a speech model takes, cut after sentences. Joined they say it all."""
    most = PIECE_DENSE if len(_DENSE.findall(text[:4000])) * 3 > len(text[:4000]) else PIECE
    made: list[str] = []
    piece = ""
    for sentence in _sentences(text, most):
        if piece and len(piece) + len(sentence) > most:
            made.append(piece.strip())
            piece = ""
        piece += sentence
    return [one for one in [*made, piece.strip()] if one]


def _sentences(text: str, most: int) -> Iterator[str]:
    for sentence in _cut(text, _END):
        if len(sentence) <= most:
            yield sentence
            continue
        for part in _cut(sentence, _COMMA):
            yield from (part[at : at + most] for at in range(0, len(part), most))


def _cut(text: str, after: re.Pattern[str]) -> Iterator[str]:
    begin = 0
    for found in after.finditer(text):
        yield text[begin : found.end()]
        begin = found.end()
    if begin < len(text):
        yield text[begin:]


def _said(children: Sequence[Token]) -> str:
    return "".join(_words(children))


def _words(children: Iterable[Token]) -> Iterator[str]:
    for child in children:
        if child.type in ("text", "code_inline"):
            yield child.content
        elif child.type in ("softbreak", "hardbreak"):
            yield " "


def _tidy(words: str) -> str:
    words = _EMOJI.sub(" ", _ADDRESS.sub(" ", words))
    return re.sub(r"\s+", " ", words).strip(" |#*_`~")


def _ended(words: str) -> str:
    """A heading or an item of a list gets the pause that a reader would make."""
    if not re.search(r"\w", words):
        return ""
    if words[-1] in _STOPS or words.endswith(("”", "」", "』", '"', ")", "）")):
        return words
    return words + ("。" if _DENSE.match(words[-1]) else ".")
