"""Foreign text made fit for one line: keys masked, markup and control characters gone.

Pure. Used for every message that comes out of `failure.py` and for the short words of an activity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

LONGEST_MESSAGE = 600
MASK = "•••"
_SECRETS = re.compile(
    r"\bsk-[A-Za-z0-9_\-*.•]{3,}"
    r"|\bBearer\s+[^\s\"',;)]{4,}"
    r"|\b(?:gsk_|xai-|AIza|pk-|rk-|hf_|ghp_)[A-Za-z0-9_\-]{12,}"
    r"|(?<=[?&]key=)[^\s&\"']{4,}",
    re.IGNORECASE,
)
# C0, C1, line and paragraph separators, and the marks that reorder text
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+"
)
_HALVES = re.compile("[\ud800-\udfff]")
_PAGE = re.compile(r"<(?:!doctype|html|head|body|title|center)\b", re.IGNORECASE)
_TITLES = (
    re.compile(r"<title[^<>]{0,200}>([^<]{1,300})", re.IGNORECASE),
    re.compile(r"<h[12][^<>]{0,200}>([^<]{1,300})", re.IGNORECASE),
)


def masked(text: str, keys: Iterable[str] = ()) -> str:
    """The text without the given keys and without anything that looks like one."""
    for key in keys:
        # gateways repeat a key with and without its "sk-"
        for form in (key, key.removeprefix("sk-")):
            if len(form) >= 8:
                text = text.replace(form, MASK)
    return _SECRETS.sub(MASK, text)


def without_keys(text: str, keys: Iterable[str]) -> str:
    """An answer's text without the given keys; it is shown and kept, so they may not stay."""
    for key in keys:
        if len(key) >= 8 and key in text:
            text = text.replace(key, MASK)
    return text


def one_line(text: str, keys: Iterable[str] = (), longest: int = LONGEST_MESSAGE) -> str:
    """Text for a person: one line, no keys, no control characters, not too long."""
    text = text[: longest * 4]
    text = _HALVES.sub("\ufffd", _CONTROLS.sub(" ", text))
    text = " ".join(masked(text, keys).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def is_page(text: str) -> bool:
    """Is this a web page rather than an answer?"""
    return text.lstrip("\ufeff \t\r\n").startswith("<") and bool(_PAGE.search(text[:2000]))


def title_of(page: str) -> str:
    """The title of a web page, or its first heading; never any markup."""
    for pattern in _TITLES:
        if found := pattern.search(page[:20000]):
            return " ".join(unescape(found[1]).replace("<", " ").split())
    return ""
