"""What is indexed of a text and what a query asks for. Pure, the same for both databases.

Words are folded (case, width, accents). Chinese, Japanese and Korean runs have no spaces, so they
become overlapping pairs of characters, and single ones beside them: then a word of two characters
is found as surely as a long one. (SQLite's own trigram tokenizer finds nothing for those.)
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 200_000  # characters of a message that are indexed
MOST_ASKED = 16

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
_PIECE = re.compile(rf"(?P<cjk>[{_CJK}]+)|(?P<word>[^\W_{_CJK}]+)")


def fold(text: str) -> str:
    """Lower case, narrow, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def terms(text: str) -> str:
    """The terms of a text in their order, separated by spaces."""
    found: list[str] = []
    for piece in _PIECE.finditer(fold(text[:LONGEST])):
        if run := piece["cjk"]:
            # pairs first and alone in a row, so that a phrase of pairs is a run of characters
            found += [run[n : n + 2] for n in range(len(run) - 1)]
            found += list(run)
        else:
            found.append(piece["word"][:64])
    return " ".join(found)


def asked(query: str) -> list[list[str]]:
    """The query as phrases that must all be there; the last word may be unfinished.

    A phrase is a list of terms in a row. Empty when the query has nothing to look for.
    """
    phrases: list[list[str]] = []
    for piece in _PIECE.finditer(fold(query[:400])):
        if run := piece["cjk"]:
            phrases.append([run[n : n + 2] for n in range(len(run) - 1)] or [run])
        else:
            phrases.append([piece["word"][:64]])
    return phrases[:MOST_ASKED]


def excerpt(text: str, query: str, around: int = 60) -> tuple[str, str, str]:
    """(before, the hit, after) of the first word that is found; the hit is "" if none is."""
    folded = fold(text)
    # folding can change the length: positions only hold where it did not
    same = len(folded) == len(text)
    for piece in _PIECE.finditer(fold(query)):
        at = folded.find(piece[0]) if same else text.lower().find(piece[0])
        if at >= 0:
            end = at + len(piece[0])
            start = max(0, at - around)
            before = ("…" if start else "") + text[start:at]
            after = text[end : end + around] + ("…" if len(text) > end + around else "")
            return _line(before), text[at:end], _line(after)
    return _line(text[: 2 * around]), "", ""


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
