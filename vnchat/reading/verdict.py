"""What a finished reply was: an answer, a result, a refusal in words, or work that came to nothing.

Pure. Words alone prove nothing: an ordinary answer may speak of errors and percentages. So a line
counts by its place: alone on its line in a reply that is made of such lines, or as the whole reply.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vnchat.reading import words
from vnchat.reading.failure import kind_by_words
from vnchat.reading.progress import Note, read_line
from vnchat.reading.said import Said, said_as_content

STATUS = ("queue", "review", "retry", "working", "alive")
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Work:
    """How a reply told of work going on."""

    shown: bool  # it is a media run
    hinted: bool  # a line at its beginning looks like one
    progress: tuple[float, ...]


def work_of(notes: Sequence[Note], prose: int, *, result: bool, answer: bool) -> Work:
    """Was something being made, and which percentages were told?

    `prose` counts lines of ordinary text; `result`: there is a clip or picture, or an error was
    told; `answer`: there is content besides notes.
    """
    moving = [note for note in notes if note.kind == "progress" and note.values]
    runs = _runs(moving)
    # in an ordinary answer percentages stand in a list with a label each
    prose += sum(
        1
        for note in moving
        if note.channel == "content"
        and not (note.strong or note.adorned or note.label in runs or len(note.values) > 2)
    )
    prose += sum(
        1
        for note in notes
        if note.kind == "alive"
        and not note.adorned
        and note.channel == "content"
        and len(note.text) > 12
    )
    counted: list[float] = []
    for note in moving:
        series = len(note.values) > 1 and (note.adorned or not prose)
        run = note.label in runs or series
        if note.channel == "told":
            good = True
        elif result:
            good = note.strong or run or (note.adorned and prose == 0)
        elif note.channel == "reasoning":
            good = ((note.strong and note.tidy) or run) and not answer
        else:
            good = (
                (run and prose <= (2 if note.adorned else 1))
                or (note.strong and note.adorned and prose <= 2)
                or (note.strong and not prose and len(moving) > 1)
            )
        if good:
            for value in note.values:
                if not counted or counted[-1] != value:
                    counted.append(value)
    status = [n for n in notes if n.kind in STATUS and (n.channel != "content" or not prose)]
    shown = bool(counted) or any(
        (n.kind != "alive" or n.adorned or len(n.text) > 5)
        and (n.channel == "told" or n.channel == "content" or not answer)
        for n in status
    )
    hinted = shown or any(n.kind in STATUS and n.adorned and n.early for n in notes)
    return Work(shown, hinted, tuple(counted))


def _runs(moving: Iterable[Note]) -> set[str]:
    """Labels that came at least twice with rising numbers: progress in whatever language."""
    last: dict[str, float] = {}
    found: set[str] = set()
    for note in moving:
        if note.label in last and note.values[0] > last[note.label]:
            found.add(note.label)
        last[note.label] = note.values[-1]
    return found


def said_in_words(text: str, notes: Sequence[Note], *, work: bool, prompt: str) -> Said | None:
    """The failure that an answer tells in words, if any.

    Called only if nothing was made.
    """
    bare = text.strip()
    if whole := _FENCE.fullmatch(bare):
        bare = whole[1].strip()
    if bare[:1] in ("{", "[") and len(bare) <= 20_000:
        try:
            return said_as_content(json.loads(bare, strict=False))
        except (ValueError, RecursionError):
            pass
    lines, rest, own = _own_lines(text)
    if work:
        for number in range(len(lines) - 1, -1, -1):
            note = lines[number]
            if note.kind == "failure" or (
                note.kind in ("prose", "meta", "success")
                and words.FAILURE.search(note.text)
                and len(note.text) <= 200
                and not words.DISCUSSION.search(note.text)
                and not (note.kind == "success" and note.adorned)
            ):
                return Said(_joined(lines, number))
        for note in reversed(notes):
            if note.channel != "content" and note.kind == "failure":
                return Said(note.text)
        return None
    if not own or len(rest) > 420 or len(own) > 6:
        return None
    if any(words.FAILED_STATUS.match(_SIGNS.sub("", note.text)) for note in own):
        return Said(rest)
    if len(own) > 3:
        return None
    first = own[0].text
    if (rest in prompt and len(rest) > 3) or first[:1] in _QUOTES:
        return None  # a translation, an echo, somebody's words
    if words.DISCUSSION.search(rest):
        return None
    opening = _SIGNS.sub("", first)
    if words.FAILURE_OPENING.match(opening):
        generic = re.match(r"\w{1,20}\s?[:：]", opening)
        return Said(rest) if not generic or kind_by_words(rest) or own[0].adorned else None
    sorted_out = any(note.kind == "success" for note in own)  # a list of what is and what is not
    kind = kind_by_words(rest) if own[0].kind == "failure" and not sorted_out else ""
    if kind in _PLAIN_KINDS or (kind and words.FAILURE.search(opening)):
        return Said(rest)
    return None


_PLAIN_KINDS = ("quota", "auth", "rate_limit")  # after a cross their words say enough
_FENCE = re.compile(r"```(?:json)?[ \t]*\n([^`]{1,20000})\n?```", re.IGNORECASE)
_QUOTES = "\"'“‘«「『"
_SIGNS = re.compile(r"^(?:[^\w\s]|[\ufe0f\u200d]|\s)+")


def _own_lines(text: str) -> tuple[list[Note], str, list[Note]]:
    """All lines outside of code; the text and lines that are no status note."""
    lines: list[Note] = []
    fence = ""
    for raw in text[-20_000:].split("\n"):
        bare = raw.lstrip("> \t")
        if fence:
            fence = "" if bare.startswith(fence) else fence
            continue
        if bare.startswith(("```", "~~~")):
            fence = bare[:3]
            continue
        if note := read_line(raw):
            note.text = note.text or raw.strip()
            lines.append(note)
    own = [
        n
        for n in lines
        if n.kind in ("prose", "failure", "success", "meta")
        or (n.kind == "progress" and not n.strong)
    ]
    return lines, "\n".join(n.text for n in own), own


def _joined(lines: Sequence[Note], last: int) -> str:
    """A failure line and what explains it beside it."""
    first = last
    while first and last - first < 3 and _explains(lines[first - 1]):
        first -= 1
    below = [n.text for n in lines[last + 1 : last + 4] if n.kind in ("prose", "meta", "failure")]
    return "\n".join([*(n.text for n in lines[first : last + 1]), *below])


def _explains(note: Note) -> bool:
    if note.kind == "failure":
        return True
    return note.kind in ("prose", "meta") and bool(words.FAILURE.search(note.text))


def without_notes(text: str, notes: Sequence[Note], said: Said | None) -> str:
    """The text of a media run without its progress lines and the sentence that became the error.

    `notes` were taken of this very text: they know their lines.
    """
    told = set(said.message.split("\n")) if said else set()
    content = [note for note in notes if note.channel == "content"]
    gone = {n.number for n in content if n.kind in ("progress", *STATUS) or n.text in told}
    lines = text.split("\n")
    if told:  # lines below it that explain it
        for number in range(max(0, len(lines) - 40), len(lines)):
            if number not in gone and (note := read_line(lines[number])) and note.text in told:
                gone.add(number)
    kept = (line for number, line in enumerate(lines) if number not in gone)
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()
