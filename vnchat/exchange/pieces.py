"""What a writer of an export gives: text, or the place where the bytes of a file belong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from vnchat.conversation import Conversation, Media, Message, Run


@dataclass(frozen=True, slots=True)
class Inside:
    """Here the file's bytes stand as base64; who writes the stream reads them piece by piece."""

    media: Media


Piece = str | Inside


class Writer(Protocol):
    """One form of export. `whole`: it wants every branch, else the open path."""

    type: str
    ending: str
    whole: bool

    def opening(self, title: str) -> Iterator[Piece]: ...

    def begin(self, conversation: Conversation) -> Iterator[Piece]: ...

    def message(
        self, message: Message, run: Run | None, media: Sequence[Media]
    ) -> Iterator[Piece]: ...

    def end(self) -> Iterator[Piece]: ...

    def closing(self) -> Iterator[Piece]: ...
