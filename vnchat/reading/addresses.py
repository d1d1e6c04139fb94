"""A Markdown parser that keeps addresses as they were written, and finds the bare ones.

Pure. `links.py` walks the tree that it makes.
"""

from __future__ import annotations

import re
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

URL = re.compile(
    r"https?://[^\s<>\"`|\\^{}，。；！？、）】》」』”’（【《「『“‘…]{1,8000}", re.IGNORECASE
)
_MEDIA_END = re.compile(
    r"\.(?:mp4|webm|mov|m4v|m3u8|mp3|wav|m4a|png|jpe?g|webp|gif)(?=[^\x00-\x7f])", re.IGNORECASE
)
# what no address holds: an escaped quote or bracket, a space that is an entity, a BBCode end
_STOP = re.compile(
    r"&(?:nbsp|ensp|emsp|quot|apos|lt|gt|#160|#0?3[49]|#6[02]|#x0?a0|#x2[27]|#x3[ce]);"
    r"|\[/[a-z]{1,10}\b|(?:(?<=\.mp4)|(?<=\.webm)|(?<=\.mov)|(?<=\.png)|(?<=\.jpg)|(?<=\.mp3)),",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});")


def _bare_address(state: StateInline, silent: bool) -> bool:
    """An address without any markup becomes a link before emphasis can take it to pieces."""
    if state.src[state.pos : state.pos + 3] != "://" or state.linkLevel > 0:
        return False
    scheme = next((s for s in ("https", "http") if state.pending.lower().endswith(s)), "")
    if not scheme:
        return False
    start = state.pos - len(scheme)
    found = URL.match(state.src, start)
    if not found:
        return False
    url = trimmed(found[0], state.src[max(0, start - 2) : start])
    if not silent:
        state.pending = state.pending[: -len(scheme)]
        token = state.push("bare", "", 0)
        token.content = _ENTITY.sub(lambda m: unescape(m[0]), url)
    state.pos = start + len(url)
    return True


def trimmed(url: str, before: str = "") -> str:
    """The address without what follows it in a sentence. `before`: the two characters before it.

    A signature may end in "_" or "~", so those go only where they are markup on both sides.
    """
    after_link = before == "]("
    marks = ".,;:!?'*]" + ("_" if before.endswith("_") else "")
    if found := _MEDIA_END.search(url):  # "….mp4点击查看": the words go on without a space
        rest = url[found.end() :]
        if not re.search(r"\.[A-Za-z0-9]{2,5}(?:$|\?)", rest):
            url = url[: found.end()]
    if found := _STOP.search(url):
        url = url[: found.start()]
    query = url.find("?") + 1
    if query and not url.isascii() and (found := _CJK.search(url, query)):
        # "?sign=abc请下载": words follow without a space; a value may be such a word as a whole
        start = found.start()
        if url[start - 1] not in "?=&/" and not any("!" <= char <= "~" for char in url[start:]):
            url = url[:start]
    if url.endswith("~~"):
        url = url.rstrip("~")
    while url and (
        url[-1] in marks or (url[-1] == ")" and (after_link or url.count(")") > url.count("(")))
    ):
        after_link = after_link and url[-1] != ")"
        url = url[:-1]
    return url


def parser() -> MarkdownIt:
    parser = (
        MarkdownIt("commonmark", {"html": True, "maxNesting": 24}).enable("table").disable("code")
    )
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.inline.ruler.before("backticks", "bare_address", _bare_address)
    return parser
