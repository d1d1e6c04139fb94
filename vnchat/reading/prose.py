"""What a person wants to read beside a finished clip. Pure.

An answer that made a medium is mostly machinery: the prompt echoed as JSON, task ids, queue and
progress lines, the links themselves. The whole of it stays in `Reply.raw` and `Reply.text`; here
is only the part that speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from vnchat.reading.reply import Result

_LONGEST = 200_000
_WORD = re.compile(r"\w{2,}|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable("table")


def prose(text: str, results: Sequence[Result]) -> str:
    """The blocks of `text` that are neither machinery nor the results themselves."""
    if len(text) > _LONGEST:
        return ""
    addresses = {result.url for result in results if not result.url.startswith("data:")}
    lines = text.splitlines(keepends=True)
    kept: list[str] = []
    for block, inside in _blocks(_PARSER.parse(text)):
        if block.map is None or not _speaks(block, inside):
            continue
        source = "".join(lines[block.map[0] : block.map[1]]).strip()
        if any(address in source for address in addresses):
            continue  # the line that hands over the clip
        kept.append(source)
    return "\n\n".join(kept)


def _blocks(tokens: Sequence[Token]) -> Iterable[tuple[Token, list[Token]]]:
    """Each top-level block with the tokens inside it."""
    block: Token | None = None
    inside: list[Token] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            if block is not None:
                yield block, inside
            block, inside = token, []
        else:
            inside.append(token)
    if block is not None:
        yield block, inside


def _speaks(block: Token, inside: Sequence[Token]) -> bool:
    if block.type in ("blockquote_open", "html_block", "hr"):
        return False  # gateways tell queue, progress and ids in quotes
    if block.type in ("fence", "code_block"):
        return block.info.strip().lower() not in ("json", "html", "")
    if any(token.type == "inline" and token.content[:1] in "{[" for token in inside[:1]):
        return False  # the echoed request without a fence
    plain = " ".join(
        child.content
        for token in inside
        if token.type == "inline"
        for child in _outside_links(token.children or ())
    )
    return _WORD.search(plain) is not None


def _outside_links(children: Sequence[Token]) -> Iterable[Token]:
    depth = 0
    for child in children:
        if child.type == "link_open":
            depth += 1
        elif child.type == "link_close":
            depth -= 1
        elif depth == 0 and child.type in ("text", "code_inline"):
            yield child
