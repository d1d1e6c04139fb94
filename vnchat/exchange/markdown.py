"""The open path of a conversation as Markdown, to read and to keep in a folder of notes.

The words of a message stand as they were written. Files are named with their links; the bytes are
in the JSON and HTML exports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vnchat.conversation import Conversation, Media, Message, Run
from vnchat.exchange import facts
from vnchat.exchange.pieces import Piece
from vnchat.reading.prose import prose
from vnchat.words import say

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>#|"})


class MarkdownWriter:
    type = "text/markdown; charset=utf-8"
    ending = "md"
    whole = False

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._several = False

    def opening(self, title: str) -> Iterator[Piece]:
        yield ""

    def begin(self, conversation: Conversation) -> Iterator[Piece]:
        if self._several:
            yield "\n\n---\n\n"
        self._several = True
        yield f"# {plain(conversation.title) or say(self._lang, 'export.untitled')}\n\n"
        yield f"{facts.when(conversation.created)}\n"
        system = conversation.options.get("system")
        if isinstance(system, str) and system.strip():
            yield f"\n## {say(self._lang, 'export.system')}\n\n{system.strip()}\n"

    def message(self, message: Message, run: Run | None, media: Sequence[Media]) -> Iterator[Piece]:
        who = say(self._lang, "you" if message.role == "user" else "answer")
        yield f"\n## {who}\n\n"
        text = text_of(message, run)
        if text.strip():
            yield f"{text.strip()}\n"
        for one in media:
            if one.origin != "poster":
                yield f"\n{self._file(one)}\n"
        if run is not None:
            if why := facts.why_empty(run, self._lang):
                yield f"\n*{plain(why)}*\n"
            yield f"\n*{plain(facts.line(run, self._lang))}*\n"

    def end(self) -> Iterator[Piece]:
        yield ""

    def closing(self) -> Iterator[Piece]:
        yield ""

    def _file(self, one: Media) -> str:
        kind = say(self._lang, f"export.kind.{one.kind}")
        size = f"{one.width} × {one.height}" if one.width else ""
        length = f"{one.seconds:g} s" if one.seconds else ""
        told = ", ".join(part for part in (plain(one.name), size, length) if part)
        link = f" <{one.link}>" if one.link.startswith(("https://", "http://")) else ""
        return f"- {kind}: {told}{'' if '>' in link[2:-1] else link}"


def text_of(message: Message, run: Run | None) -> str:
    """What the page shows of a message."""
    if run is None or message.role == "user":
        return message.text
    return prose(run.reply.text, run.reply.results) if run.reply.results else run.reply.text


def plain(text: str) -> str:
    """Text that means nothing in Markdown, on one line."""
    return " ".join(text.split()).translate(_MARKS)
