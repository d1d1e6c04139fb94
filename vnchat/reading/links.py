"""Links out of an answer's Markdown, HTML and JSON, each with the place where it stands.

Pure. A real parser reads the Markdown tree (code stays code), html.parser reads tags. An address
is kept byte for byte as written, HTML entities decoded. Which link is a result: `choose.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from markdown_it.token import Token

from vnchat.reading import words as spelled
from vnchat.reading.addresses import URL, parser, trimmed
from vnchat.reading.jsonlinks import Found, found_in
from vnchat.reading.progress import Note, read_line
from vnchat.reading.tags import Tag, Tags
from vnchat.reading.urls import AUDIO, IMAGE, VIDEO, extension_of

Form = Literal["tag", "picture", "link", "bare", "code", "json", "part"]

HEAD, TAIL = 4_000, 16_000  # of a very long answer only the ends are read for results
LONGEST_LINE = 8_000
ENOUGH = 2_000  # characters of prose: no plain link beside it is a result any more
_DATA = re.compile(r"data:(?:image|video|audio)/[\w.+\-]{1,60};base64,[A-Za-z0-9+/=_%\-]+")
_PLACEHOLDER = re.compile(r"https://data-(\d{1,6})\.invalid/x")
_WORTH = re.compile(
    r"https?:|<(?:video|audio|source|img|a)\b|\]\(|\"/|\]:|b64|base64", re.IGNORECASE
)
_LAST = re.compile(r"(?:https?:/|(?<=[\"'(])/)[^\s<>\"'()\[\]`]*$", re.IGNORECASE)
_WHOLE = VIDEO | AUDIO | IMAGE
_WORDS = (
    "content",
    "text",
    "message",
    "answer",
    "result",
    "output",
    "reply",
)  # of an answer in JSON
_OBJECT = re.compile(r"^[{\[]", re.MULTILINE)


@dataclass(slots=True)
class Link:
    """One address and all that is known of how it was given."""

    url: str
    form: Form
    label: str = ""
    line: str = ""  # the words of its line, without addresses
    kind: str = ""  # told by structure: "video", "image", "audio"
    poster: str = ""
    round: int = 0  # raised where work went on between two links
    quoted: bool = False
    listed: bool = False  # in a list or table
    alone: bool = False  # nothing else on its line
    is_poster: bool = False
    block: int = 0
    heading: str = ""  # the short line above
    paired: bool = False  # a link for saving the same stands beside it


@dataclass(slots=True)
class Reading:
    """All links of one text, and what else is in it."""

    links: list[Link] = field(default_factory=list)
    media_ids: list[str] = field(default_factory=list)
    prose: int = 0  # characters of ordinary text outside of lines with links
    code: int = 0  # blocks of code


def links_in(text: str) -> Reading:
    """The links of a finished text, in reading order. Never raises; time grows with length only."""
    data: list[str] = []

    def put(found: re.Match[str]) -> str:
        data.append(found[0])
        return f"https://data-{len(data) - 1}.invalid/x"

    text = _DATA.sub(put, text) if "data:" in text else text
    text = text.strip("\ufeff")
    reading = Reading()
    whole = _whole_json(text)
    if not _WORTH.search(text):
        return reading  # by far the most answers
    if whole is not None:
        found = found_in(whole)
        _take_json(reading, found)
        told = [whole[name] for name in _WORDS if name in whole] if isinstance(whole, dict) else []
        if not found and (said := [one for one in told if isinstance(one, str)]):
            _read(_bounded("\n\n".join(said)), reading)
    else:
        _read(_bounded(text), reading)
    for link in reading.links:
        link.url = _back(link.url, data)
        link.poster = _back(link.poster, data)
    return reading


def without_half(links: list[Link], text: str) -> list[Link]:
    """Without the address in the middle of which a broken stream ended."""
    half = _LAST.search(text[-LONGEST_LINE:])
    if half is None or extension_of(half[0]) in _WHOLE:
        return links
    return [link for link in links if link.url not in (half[0], unescape(half[0]))]


def as_links(found: Iterable[Found]) -> list[Link]:
    """Results from fields or content parts as links."""
    return [Link(one.url, "part", kind=one.kind, is_poster=one.poster, alone=True) for one in found]


def _back(url: str, data: list[str]) -> str:
    if found := _PLACEHOLDER.fullmatch(url):
        number = int(found[1])
        return data[number] if number < len(data) else ""
    return url


def _whole_json(text: str) -> object | None:
    bare = text.strip()
    if bare[:1] not in ("{", "[") or bare[-1:] not in ("}", "]"):
        return None
    try:
        return json.loads(bare, strict=False)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return None


def _take_json(reading: Reading, found: list[Found]) -> None:
    first = len(reading.links)
    reading.links.extend(
        Link(one.url, "json", kind=one.kind, is_poster=one.poster, alone=True) for one in found
    )
    for link in reading.links[first:]:
        link.block = -1


def _bounded(text: str) -> str:
    """The text, or of a very long one its beginning and end."""
    if len(text) <= HEAD + TAIL:
        return text
    head = text[:HEAD].rpartition("\n")[0]
    tail = text[-TAIL:].partition("\n")[2]
    if text[: len(text) - len(tail)].count("\n```") % 2:
        tail = "```\n" + tail  # the cut was inside code
    if head.count("\n```") % 2 or (head.startswith("```") and head.count("\n```") % 2 == 0):
        head += "\n```"
    return head + "\n\n" + tail


_PARSER = parser()


def _read(text: str, reading: Reading) -> None:
    text = _without_objects(text, reading)
    if _too_odd(text):
        _read_plainly(text, reading)
        return
    try:
        tokens = _PARSER.parse(text)
    except (RecursionError, ValueError, IndexError):
        _read_plainly(text, reading)
        return
    _Walk(reading).tokens(tokens)


def _too_odd(text: str) -> bool:
    """Text on which a Markdown parser would take long: nothing that carries a result looks so."""
    if max(map(len, text.split("\n"))) > LONGEST_LINE:
        return True
    return (
        text.count("[") > 3000
        or text.count(">>>>>>>>") > 40
        or text.count("<") > 4000
        or text.count("*") > 8000
        or text.count("`") > 6000
    )


def _read_plainly(text: str, reading: Reading) -> None:
    for number, line in enumerate(text.split("\n")):
        for found in URL.finditer(line):
            url = trimmed(found[0], line[max(0, found.start() - 2) : found.start()])
            reading.links.append(Link(url, "bare", line=line[:200], block=number))
        reading.prose += len(line)


def _without_objects(text: str, reading: Reading) -> str:
    """Raw JSON between other lines is an echo of the request or a result; it is no Markdown."""
    out: list[str] = []
    start, tries = 0, 0
    decoder = json.JSONDecoder(strict=False)
    while tries < 12 and (found := _OBJECT.search(text, start)):
        tries += 1
        try:
            value, end = decoder.raw_decode(text[found.start() : found.start() + 20_000])
        except (ValueError, RecursionError):
            out.append(text[start : found.end()])
            start = found.end()
            continue
        if not isinstance(value, dict) and not (
            isinstance(value, list) and value and isinstance(value[0], dict)
        ):
            out.append(text[start : found.end()])
            start = found.end()
            continue
        if text[: found.start()].count("```") % 2:  # inside code: left to the parser
            out.append(text[start : found.start() + end])
        else:
            out.append(text[start : found.start()] + "\n")
            _take_json(reading, found_in(value))
        start = found.start() + end
    out.append(text[start:])
    return "".join(out)


class _Walk:
    """Goes through the tree once and notes links with their lines."""

    def __init__(self, reading: Reading) -> None:
        self._out = reading
        self._tags = Tags()
        self._round = 0
        self._since = False  # a link was seen in this round
        self._successes = 0
        self._heading = ""
        self._quote = self._list = self._block = 0
        self._fences: list[Token] = []

    def tokens(self, tokens: list[Token]) -> None:
        for token in tokens:
            kind = token.type
            if kind == "inline":
                self._block += 1
                self._inline(token.children or [])
            elif kind in ("fence", "code_block"):
                self._fences.append(token)
                self._out.code += 1
            elif kind == "html_block":
                self._block += 1
                self._html(token.content)
            elif kind.startswith("blockquote"):
                self._quote += token.nesting
            elif kind.startswith(("bullet_list", "ordered_list", "table")):
                self._list += token.nesting
        self._tag_links(self._tags.end())
        self._out.media_ids = self._tags.media_ids
        alone = not self._out.prose and self._successes <= 1
        if len(self._fences) == 1 and not self._out.links and alone:
            self._out.code = 0
            self._fence(self._fences[0])

    def _fence(self, token: Token) -> None:
        """A fence that is the whole answer holds the result itself."""
        content = token.content.strip()
        whole = _whole_json(content)
        if whole is not None:
            _take_json(self._out, found_in(whole))
        elif content.startswith("<"):
            tags = Tags()
            found = [*tags.feed(content), *tags.end()]
            if not tags.others:
                self._tag_links([tag for tag in found if tag.url.startswith(("http", "/"))])
                self._out.media_ids = tags.media_ids
        elif token.info.strip().lower() in ("md", "markdown"):
            _Walk(self._out).tokens(_PARSER.parse(content))
        elif URL.fullmatch(content):
            self._out.links.append(Link(content, "bare", alone=True, block=self._block))

    def _inline(self, children: list[Token]) -> None:
        line: list[str] = []
        links: list[Link] = []
        href, label = "", [""]
        depth = 0
        for token in children:
            kind = token.type
            if kind in ("softbreak", "hardbreak"):
                self._line(line, links)
                line, links = [], []
            elif kind == "link_open":
                href, label, depth = str(token.attrGet("href") or ""), [], len(links)
            elif kind == "link_close":
                words = "".join(label).strip()
                link = Link(href, "link", words)
                for inner in links[depth:]:  # [![poster](…)](clip)
                    if inner.form == "picture":
                        link.poster, inner.is_poster = inner.url, True
                links.append(link)
                line.append(" " + words + " ")
                href = ""
            elif kind == "image":
                words = token.content
                (label if href else line).append(f" {words} ")
                links.append(Link(str(token.attrGet("src") or ""), "picture", words.strip()))
            elif kind == "bare":
                tags = self._tags.address(token.content)
                if not tags:
                    links.append(Link(token.content, "bare"))
            elif kind == "html_inline":
                found = self._tags.feed(token.content)
                links.extend(self._as_links(found))
            elif kind == "code_inline":
                bare = token.content.strip()
                if URL.fullmatch(bare):
                    links.append(Link(bare, "code"))
                line.append(token.content if len(token.content) < 80 else " ")
            elif token.content:
                (label if href else line).append(token.content)
        self._line(line, links)

    def _line(self, line: list[str], links: list[Link]) -> None:
        words = " ".join("".join(line).split())
        if not links:
            # how much prose there is matters only up to a point
            if not self._tags.inside and (self._since or self._out.prose < ENOUGH) and words:
                note = read_line(("> " if self._quote else "") + words)
                self._heading = words if len(words) <= 60 else ""
                if note is not None and note.kind == "prose":
                    self._out.prose += len(words)
                self._successes += note is not None and note.kind == "success"
                if note is not None and self._since and _is_work(note):
                    self._round += 1
                    self._since = False
            return
        echo = spelled.ECHO.match(words)
        if echo and words[echo.end() :].lstrip(" *`").startswith((":", "：")):
            return  # the person's own words
        for link in links:
            link.line, link.quoted, link.listed = words[:300], self._quote > 0, self._list > 0
            link.alone = len(words) <= len(link.label) + 3
            link.round, link.block, link.heading = self._round, self._block, self._heading
        self._out.links.extend(links)
        self._since = True

    def _html(self, content: str) -> None:
        found = [*self._tags.feed(content), *self._tags.block_end()]
        links = self._as_links(found)
        for text in self._tags.texts():
            links.extend(Link(trimmed(m[0]), "bare", line=text[:200]) for m in URL.finditer(text))
            self._out.prose += len(text.strip())
        for link in links:
            link.round, link.block, link.alone = self._round, self._block, True
        self._out.links.extend(links)
        self._since = self._since or bool(links)

    def _as_links(self, tags: Iterable[Tag]) -> list[Link]:
        return [
            Link(
                tag.url,
                "tag" if tag.kind != "link" else "link",
                tag.label,
                kind="" if tag.kind == "link" else tag.kind,
                poster=tag.poster,
            )
            for tag in tags
        ]

    def _tag_links(self, tags: Iterable[Tag]) -> None:
        for link in self._as_links(tags):
            link.round, link.block, link.alone = self._round, self._block, True
            self._out.links.append(link)


def _is_work(note: Note) -> bool:
    """Did the gateway go on working between two links?"""
    if note.kind in ("progress", "queue", "retry", "working", "review"):
        return True
    return note.kind == "alive" and len(note.text) > 2
