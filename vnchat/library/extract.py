"""A document that a person attached, as text for a model: what it is, its words, how long.

PDF and Office files are read by a process with limits (`extracting.py`); text and code are decoded
here. Nothing in a document is run, and no link in it is followed. Slow work: call it in a thread.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from vnchat.errors import BadInput
from vnchat.library import apart

MOST_BYTES = 50_000_000  # of a file
MOST_TEXT = 1_000_000  # bytes of its words
_SECONDS = 40.0
_READER = "vnchat.library.extracting"
_ENDINGS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
_TYPES = {ending: type for type, ending in _ENDINGS.items()}
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Extract:
    """The words of a document. `type` is what it is, `cut`: is it only the beginning."""

    text: str
    type: str
    tokens: int
    cut: bool


def extract(data: bytes, name: str) -> Extract:
    """Raises BadInput, with a sentence that names the reason, if there are no words to be had."""
    if not data:
        raise BadInput("The file is empty.")
    if len(data) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
    kind = _document(data)
    text = _read_apart(data, kind) if kind else _decoded(data)
    text = text.replace("\0", "")
    cut = len(text.encode()) > MOST_TEXT
    if cut:
        text = text.encode()[:MOST_TEXT].decode(errors="ignore")
    if not text.strip():
        raise BadInput("There are no words in it; a scanned page can be sent as a picture.")
    type = _TYPES[kind] if kind else "text/csv" if name.lower().endswith(".csv") else "text/plain"
    return Extract(text, type, tokens_of(text), cut)


def tokens_of(text: str) -> int:
    """About how many tokens: four Latin letters or one character of another script each."""
    latin = sum(1 for character in text if character < "\u0250")
    return max(1, round(latin / 4 + (len(text) - latin) * 0.8))


def _document(data: bytes) -> str:
    if data[:1024].lstrip()[:5] == b"%PDF-":
        return "pdf"
    if data[:4] != b"PK\x03\x04":
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadInput("The file is damaged or incomplete.", detail=str(error)) from error
    for part, kind in _PARTS.items():
        if part in names:
            return kind
    raise BadInput("It is an archive; attach the files that are in it.")


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                break
    if b"\0" in data[:8192] or _strange(data[:8192]) > 0.1:
        raise BadInput("This kind of file cannot be read as text.")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _strange(head: bytes) -> float:
    """The part of control characters that no text has."""
    odd = sum(1 for byte in head if byte < 9 or (13 < byte < 32 and byte != 27))
    return odd / max(1, len(head))


def _read_apart(data: bytes, kind: str) -> str:
    try:
        words = apart.run(_READER, kind, str(MOST_TEXT), data=data, seconds=_SECONDS)
    except TimeoutError as error:
        raise BadInput("It takes too long to read; attach a smaller part of it.") from error
    except RuntimeError as error:
        raise BadInput(
            "The file is damaged, locked by a password or too large to read.", detail=str(error)
        ) from error
    return words.decode("utf-8", "replace")
