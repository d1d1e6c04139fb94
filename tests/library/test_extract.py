"""Documents as text: what is read, how long it is said to be, and what is refused in a sentence."""

from __future__ import annotations

import io
import zipfile

import docx
import openpyxl
import pptx
import pypdf
import pytest

from vnchat.errors import BadInput
from vnchat.library.extract import MOST_TEXT, extract, tokens_of


def pdf(words: str = "Harbour at dawn") -> bytes:
    """One page, written by hand: the reader is the one under test."""
    stream = f"BT /F1 24 Tf 72 700 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, part)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


def saved(made) -> bytes:  # type: ignore[no-untyped-def]
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def word() -> bytes:
    made = docx.Document()
    made.add_paragraph("Fog over the water")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "boat", "red"
    return saved(made)


def sheet() -> bytes:
    made = openpyxl.Workbook()
    made.active.title = "Shots"
    made.active.append(["scene", "seconds"])
    made.active.append(["harbour", 4.5])
    return saved(made)


def slides() -> bytes:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Opening shot"
    slide.notes_slide.notes_text_frame.text = "slowly"
    return saved(made)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (pdf(), "a.pdf", ["[page 1]", "Harbour at dawn"]),
        (word(), "a.docx", ["Fog over the water", "boat\tred"]),
        (sheet(), "a.xlsx", ["[sheet Shots]", "harbour\t4.5"]),
        (slides(), "a.pptx", ["Opening shot", "[notes] slowly"]),
        ("name,größe\n船,1\n".encode(), "a.csv", ["船,1"]),
        ("港口的黎明".encode("gb18030"), "a.txt", ["港口的黎明"]),
        ("harbour".encode("utf-16"), "a.txt", ["harbour"]),
        (b"\xef\xbb\xbfprint('hi')\n", "a.py", ["print('hi')"]),
        (pdf(), "misnamed.txt", ["Harbour at dawn"]),
    ],
)
def test_the_words_are_read_by_what_the_file_is(data: bytes, name: str, words: list[str]) -> None:
    told = extract(data, name)

    assert all(word in told.text for word in words)
    assert "\ufeff" not in told.text
    assert told.tokens >= 1
    assert not told.cut


def locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf()))
    writer.encrypt("secret", algorithm="RC4-128")
    return saved_by(writer)


def saved_by(writer: pypdf.PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO()
    archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
    with archive, archive.open("word/document.xml", "w") as part:
        for _ in range(400):
            part.write(b" " * 1_000_000)
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("../../etc/passwd", "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (bytes(range(256)) * 20, "cannot be read"),
        (word()[:-200], "damaged"),
        (pdf()[:60], "damaged"),
        (locked(), "damaged, locked"),
        (bomb(), "too large to read"),
        (archive(), "archive"),
        (b"   \n\t ", "no words"),
    ],
    ids=["empty", "binary", "cut-office", "cut-pdf", "locked", "bomb", "archive", "wordless"],
)
def test_what_has_no_words_is_refused_in_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        extract(data, "file")


def test_too_much_text_is_cut_and_said() -> None:
    told = extract("船".encode() * MOST_TEXT, "long.txt")

    assert told.cut
    assert len(told.text.encode()) <= MOST_TEXT


def test_the_estimate_knows_two_kinds_of_script() -> None:
    assert tokens_of("word " * 80) == 100
    assert tokens_of("港口" * 50) == 80
