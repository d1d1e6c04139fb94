"""Reading a large JSON file in little memory: long base64 strings are lifted out to files first.

What is left is read as usual, within a limit, and a word that nobody can guess stands where each
file was. Only the folder that the caller names is written; nothing is decided about the contents.
"""

from __future__ import annotations

import base64
import binascii
import json
import mmap
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vnchat.exchange.shapes import BadFile

LIFTED_FROM = 64 * 1024  # bytes of a string
DEEPEST = 900  # of nesting; Python's own reader gives up a little later
_QUOTE, _ESCAPE = ord('"'), ord("\\")
_PIECE = 4 * 256 * 1024  # a multiple of four: base64 is decoded piece by piece
# All run in linear time: every repeat is possessive, and a string without an end matches too.
_MARKS = re.compile(rb'["{}\[\]]')
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?+', re.DOTALL)
_BEGINNING = re.compile(
    rb'"(?:data:[\w.+-]{1,60}(?:\\?/)[\w.+-]{1,60}(?:;[\w=.-]{1,40})?;base64,)?'
    rb"(?=[A-Za-z0-9+/\\]{1000})"
)
_PREFIX = re.compile(r"data:([\w.+-]{1,60}/[\w.+-]{1,60})(?:;[\w=.-]{1,40})?;base64,")


class Blobs:
    """The files that were lifted out of one JSON file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secret = f"lifted-{secrets.token_hex(16)}-"
        self._files: dict[str, Path] = {}

    def new(self) -> tuple[str, Path]:
        token = f"{self._secret}{len(self._files)}"
        self._files[token] = path = self._folder / token
        return token, path

    def file_of(self, data: str) -> Path:
        """The decoded bytes of a base64 text or data: address, as a file that may be moved away.

        Raises BadFile if it is no base64.
        """
        found = _PREFIX.match(data)
        inside = data[found.end() :] if found else data
        if inside in self._files:
            return self._files[inside]
        _, path = self.new()
        try:
            path.write_bytes(base64.b64decode(inside, validate=True))
        except (binascii.Error, ValueError) as error:
            raise BadFile("A file inside is damaged: it is no base64.") from error
        return path

    def restored(self, text: str) -> str:
        """Words that only looked like a file get their letters back."""
        at = text.find(self._secret)
        if at < 0 or text[at:] not in self._files:
            return text
        data = base64.b64encode(self._files[text[at:]].read_bytes()).decode("ascii")
        return text[:at] + data


def read_json(path: Path, blobs: Blobs, *, longest: int) -> Any:
    """The value of a JSON file. `longest` bounds what is left after the lifting, in bytes."""
    text = _without_files(path, blobs, longest)
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:  # JSONDecodeError, and numbers of thousands of digits
        raise BadFile("The file is no JSON that can be read.", detail=str(error)) from error


def _without_files(path: Path, blobs: Blobs, longest: int) -> str:
    size = path.stat().st_size
    if not size:
        raise BadFile("The file is empty.")
    pieces: list[bytes] = []
    kept = at = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:2] == b"PK":
            raise BadFile("This is a ZIP archive: unpack it and import the JSON file inside.")
        if data[:3] == b"\xef\xbb\xbf":
            at = 3
        for start, end in _strings(data, at):
            if end - start < LIFTED_FROM:
                continue
            beginning = _BEGINNING.match(data, start)
            if beginning is None:
                continue
            token, target = blobs.new()
            if not _decode(data, beginning.end(), end - 1, target):
                continue
            pieces.append(data[at : beginning.end()])
            pieces.append(token.encode())
            kept += beginning.end() - at
            at = end - 1
            _check(kept, longest)
        _check(kept + size - at, longest)
        pieces.append(data[at:])
    try:
        return b"".join(pieces).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadFile("The file is not UTF-8 text.", detail=str(error)) from error


def _strings(data: mmap.mmap, at: int) -> Iterator[tuple[int, int]]:
    """Where each string begins and ends. Raises BadFile when the nesting is too deep."""
    depth = 0
    while found := _MARKS.search(data, at):
        start = found.start()
        if data[start] != _QUOTE:
            depth += 1 if data[start] in b"{[" else -1
            if depth > DEEPEST:
                raise _too_deep()
            at = start + 1
            continue
        # Nearly every string has no escape at its end: looking for the next quote is the fast way.
        end = data.find(b'"', start + 1)
        if end < 0 or data[end - 1] == _ESCAPE:
            whole = _STRING.match(data, start)
            end = (whole.end() if whole else len(data)) - 1
        at = end + 1
        yield start, at


def _decode(data: mmap.mmap, begin: int, end: int, target: Path) -> bool:
    """Write the bytes of a base64 text; False if it only looks like one."""
    left = b""
    with target.open("wb") as out:
        for at in range(begin, end, _PIECE):
            piece = left + data[at : min(end, at + _PIECE)]
            odd = piece.endswith(b"\\")
            piece = piece.replace(b"\\/", b"/")
            whole = (len(piece) - odd) // 4 * 4
            left = piece[whole:]
            try:
                out.write(base64.b64decode(piece[:whole], validate=True))
            except binascii.Error:
                return False
    return not left


def _check(length: int, longest: int) -> None:
    if length > longest:
        raise BadFile(
            f"The file holds more than {longest // 1_000_000} MB of text. Export fewer "
            "conversations at once, or ask the administrator to raise VNCHAT_IMPORT_MAX_TEXT."
        )


def _too_deep() -> BadFile:
    return BadFile(
        f"The file is nested more than {DEEPEST} levels deep. "
        "If the program that wrote it can, export without “recursive”."
    )


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
