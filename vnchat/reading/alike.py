"""Chunks that differ from an earlier one in their words alone, read without being decoded.

A stream says the same envelope thousands of times. Once a chunk has been decoded and its words are
found in it, the next one with the same beginning and the same end says what stands between. Pure.
"""

from __future__ import annotations

from vnchat.reading.bodies import DECODER
from vnchat.reading.chunks import plain_text

_PROBE = "a word that stands for all"
_MOST_VAIN = 8  # envelopes that never came again: each chunk has one of its own


class Alike:
    """The envelope of one stream, as far as it stays the same."""

    def __init__(self) -> None:
        self._head = self._tail = ""
        self._vain = 0

    def words(self, data: str) -> str | None:
        """What a chunk says, if it is as the one before; None: it has to be decoded."""
        head, tail = self._head, self._tail
        if not head or not data.startswith(head) or not data.endswith(tail):
            return None
        words = data[len(head) : len(data) - len(tail)]
        if len(words) != len(data) - len(head) - len(tail) or not _is_simple(words):
            return None
        self._vain = 0
        return words

    def learn(self, data: str, words: str) -> None:
        """`data` was decoded; `plain_text` found these words in it."""
        if self._vain >= _MOST_VAIN or not words or not _is_simple(words):
            return
        self._vain += 1
        if data.count(quoted := f'"{words}"') != 1:
            return
        at = data.index(quoted) + 1
        head, tail = data[:at], data[at + len(words) :]
        # is it these words that stand there, and nothing that hangs on them?
        if plain_text(DECODER.decode(f"{head}{_PROBE}{tail}")) == _PROBE:
            self._head, self._tail = head, tail


def _is_simple(words: str) -> bool:
    """Does JSON write these characters as they are?"""
    return words.isprintable() and '"' not in words and "\\" not in words
