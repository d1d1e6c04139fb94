"""The words of a document, read by a process that has nothing else to do: `extract.py` runs it.

`python -m vnchat.library.extracting KIND < file` writes the text to standard output. It limits its
own memory, time and files before it opens anything; whatever a reader does then ends here.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from vnchat.library.apart import limit

MOST_MEMORY = 1_500_000_000
MOST_SECONDS = 25
_MOST_UNPACKED = 300_000_000  # of an Office file, as its own list says
_MOST_ROWS = 20_000
_MOST_PAGES = 2_000


def main() -> int:
    limit(memory=MOST_MEMORY, seconds=MOST_SECONDS)
    kind = sys.argv[1]
    most = int(sys.argv[2])
    data = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    written = 0
    for piece in READERS[kind](data):
        raw = piece.encode("utf-8", "replace")[: most + 1 - written]
        out.write(raw)
        written += len(raw)
        if written > most:
            break
    out.flush()
    return 0


def pdf(data: bytes) -> Iterator[str]:
    import pypdf

    for n, page in enumerate(pypdf.PdfReader(io.BytesIO(data)).pages):
        if n >= _MOST_PAGES:
            return
        yield f"[page {n + 1}]\n{page.extract_text()}\n\n"


def docx(data: bytes) -> Iterator[str]:
    import docx as reader
    from docx.table import Table

    _check_unpacked(data)
    for block in reader.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(block, Table):
            yield from (_row(cell.text for cell in row.cells) for row in block.rows)
        else:
            yield f"{block.text}\n"


def xlsx(data: bytes) -> Iterator[str]:
    import openpyxl

    _check_unpacked(data)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield f"[sheet {sheet.title}]\n"
        for n, row in enumerate(sheet.iter_rows(values_only=True)):
            if n >= _MOST_ROWS:
                break
            if any(value is not None for value in row):
                yield _row("" if value is None else str(value) for value in row)
        yield "\n"


def pptx(data: bytes) -> Iterator[str]:
    import pptx as reader

    _check_unpacked(data)
    for n, slide in enumerate(reader.Presentation(io.BytesIO(data)).slides):
        yield f"[slide {n + 1}]\n"
        for shape in slide.shapes:
            yield from _words_of(shape)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield f"[notes] {slide.notes_slide.notes_text_frame.text}\n"
        yield "\n"


def _words_of(shape: Any) -> Iterator[str]:
    if shape.has_text_frame and shape.text_frame.text.strip():
        yield f"{shape.text_frame.text}\n"
    if shape.has_table:
        for row in shape.table.rows:
            yield _row(cell.text for cell in row.cells)


def _row(cells: Iterator[str]) -> str:
    return "\t".join(" ".join(cell.split()) for cell in cells) + "\n"


def _check_unpacked(data: bytes) -> None:
    """What the file itself says it unpacks to; the memory limit holds whoever lies."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(info.file_size for info in archive.infolist()) > _MOST_UNPACKED:
            raise ValueError("unpacks to too much")


READERS = {"pdf": pdf, "docx": docx, "xlsx": xlsx, "pptx": pptx}

if __name__ == "__main__":
    sys.exit(main())
