"""Lines that tell how far the work is: percentages, a queue, a retry, dots.

Pure. `read_line` says what one line is, by its words (`words/`) or, in a language that no table
knows, by its shape. `Lines` reads a growing text line by line. Whether the reply as a whole is a
media run, so that its lines count, is decided at the end in `verdict.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from vnchat.reading import words

LineKind = Literal[
    "progress",
    "queue",
    "review",
    "retry",
    "working",
    "alive",
    "success",
    "failure",
    "meta",
    "prose",
]
Channel = Literal["content", "reasoning", "told"]

LONGEST = 240  # a longer line is prose
_MARKUP = re.compile(r"[*`~]+|(?<![^\W_])_+|_+(?![^\W_])|<[^<>]{0,500}>")
_LINKS = re.compile(
    r"!?\[([^\[\]\n]{0,200})\]\([^()\n]{0,500}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)|(?:https?|data):[^\s<>]+"
)
_LEAD = re.compile(r"^(?:[\s>|#]|[-+•·](?=\s)|\d{1,2}[.)]\s)+")
_UNIT = r"(?:%|％|٪|﹪|percent\b|pct\b|パーセント|퍼센트)"
_PERCENT = re.compile(
    rf"(?<!\d)(?<!\d[.,:/])(\d{{1,3}}(?:[.,٫]\d{{1,4}})?)\s{{0,2}}{_UNIT}|(?<![\d\w])[%٪]\s?(\d{{1,3}}(?:[.,]\d{{1,2}})?)(?![\d%\w])"
)
_DOTTED = re.compile(r"(?<!\d)(\d{1,3}(?:\.\d{1,2})?)(?=\s?(?:\.{2}|…))")
_LAST_OF_SERIES = re.compile(r"\s?(?:\.{2,}|…)\s?(\d{1,3}(?:\.\d{1,2})?)\s*")
_BETWEEN = re.compile(r"[\s|]*(?:\.{2,}|…|→|->|-|>|»)[\s.|]*")
_OF_100 = re.compile(r"(?<![\d.])(\d{1,3})\s?/\s?100(?![\d%])")
_LAST = re.compile(r"[^\d]\s{0,3}(\d{1,3}(?:\.\d{1,2})?)\s*$")
_PLACE = re.compile(
    r"(?:前面还有|前方还有|前面|前方|排在第|排在|位置|第|position|place|ahead|queue|#|№|順番|순번|позици\w*)[^\d\n]{0,12}(\d{1,5})"
    r"|(\d{1,5})\s?(?:人|位|ahead|people|in front|tasks? ahead|명)",
    re.IGNORECASE,
)
_DOTS = re.compile(r"[.…。·⋯・\s]{2,}")
_TRAILING_DOTS = re.compile(r"(?:\.{2,}|…|。{2,}|⋯)\s*[)）\]]?\s*$")
_CLAUSE = re.compile(r"[，,。；;|｜]")
_STEP = re.compile(r"\d{1,2}[.)]\s")  # of a list in an answer
_ID = re.compile(r"\b(?:task|gen|video|chatcmpl|s)_[0-9A-Za-z]{6,}")
_LETTER = re.compile(r"[^\W\d_]")
_SHARE = re.compile(r"0[.,]\d{1,4}|1[.,]0{1,4}")
_COMPACT = re.compile(r"[\d.,٫]+")
_MOVING = re.compile(r"[0-9%％٪٠-٩]|^[.…。]+$|\.\.$")
_DIGIT = re.compile(r"\d")
_BAR = re.compile(r"[\[【(（|][#=*\-–—>.·\s]{3,60}[\])】）|]|[█▓▒░▰▱■□▇▉●○◼◻⬛⬜🟩🟦🟨🟪🟧⣿]{3,60}")
_RECORD = re.compile(
    r"[\"']?(?:progress|percent(?:age)?)[\"']?\s?[:=]\s?[\"']?(\d{1,3}(?:\.\d{1,4})?)(?![\d.])",
    re.IGNORECASE,
)
_RUNNING = re.compile(
    r"[\"'](?:\w{0,12}_?status|state|stage|phase)[\"']\s?:\s?[\"'](?:\w{0,12}(?:process|queue|running|"
    r"progress|generat|pending|render|submitted|wait)|排队|生成|处理|进行)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Note:
    """One line that is more than prose. Mutable while the line grows."""

    kind: LineKind
    channel: Channel
    text: str
    number: int  # of its line in its channel
    values: list[float] = field(default_factory=list)
    label: str = ""  # the line without its numbers
    strong: bool = False  # a known word says that it is progress
    adorned: bool = False  # quoted, or led by a sign
    tidy: bool = False  # after the number comes nothing but brackets or dots
    place: int | None = None
    early: bool = True  # no prose stood before it
    complete: bool = True  # its line has ended


def read_line(
    line: str, channel: Channel = "content", number: int = 0, *, complete: bool = True
) -> Note | None:
    """What a line says; None for an empty one."""
    bare = line.strip()
    if not bare:
        return None
    if len(bare) > LONGEST:
        return Note("prose", channel, "", number)
    quoted = bare.startswith(">")
    plain = (
        _MARKUP.sub("", _LINKS.sub(" ", bare))
        if ("[" in bare or ":" in bare)
        else _MARKUP.sub("", bare)
    )
    plain = _LEAD.sub("", plain).strip()
    adorned = quoted or (bool(plain) and _is_sign(plain[0]))
    note = Note("prose", channel, plain, number, adorned=adorned, complete=complete)
    if not plain or not _LETTER.search(plain):
        note.kind = "alive" if _DOTS.fullmatch(plain) else "meta"
        if not (_PERCENT.search(plain) or _BAR.search(plain) or words.FAILURE_SIGN.match(plain)):
            return note
    note.values, note.strong, note.tidy = _values(plain, complete)
    apart = quoted or adorned or channel != "content"
    if _is_failure(plain, bool(note.values)) and not _is_retry(plain):
        note.kind, note.values = "failure", []
    elif note.values:
        note.kind = "progress"
    elif len(plain) <= (160 if apart else 70) and _is_retry(plain):
        note.kind = "retry"
    elif len(plain) <= 90 and (apart or (_TRAILING_DOTS.search(plain) and not _STEP.match(bare))):
        note.kind = _status(plain, note, quoted)
    elif len(plain) <= 60 and words.SUCCESS.search(plain):
        note.kind = "success"
    elif _is_aside(bare, plain):
        note.kind = "meta"
    if note.kind == "progress":
        note.label = _COMPACT.sub("#", _BAR.sub("", plain)).casefold()
    return note


def read_record(line: str, channel: Channel, number: int) -> Note | None:
    """A line that is a job's record in JSON: how far it is. Anything else is data: None."""
    if len(line) > 2 * LONGEST or not _RUNNING.search(line) or words.ECHO.search(line):
        return None
    found = _RECORD.search(line)
    values = [_number(found[1])] if found else []
    if not found or not 0 <= values[0] <= 100:
        return None
    if _SHARE.fullmatch(found[1]):
        values = [round(values[0] * 100, 2)]
    return Note("progress", channel, line.strip(), number, values, "record", strong=True)


def _is_retry(plain: str) -> bool:
    return bool(words.RETRY.search(plain)) and not words.RETRIED.search(plain)


def _is_failure(plain: str, moving: bool) -> bool:
    if words.FAILURE_SIGN.match(plain):  # a warning sign before a percentage is no failure
        return not moving or bool(words.FAILURE.search(plain))
    return bool(words.FAILURE_OPENING.match(plain))


def _status(plain: str, note: Note, quoted: bool) -> LineKind:
    if words.REVIEW.search(plain):
        return "review"
    if words.QUEUE.search(plain) and not words.SUCCESS.match(plain):
        if found := _PLACE.search(plain):
            note.place = int(found[1] or found[2])
        return "queue"
    if words.SUCCESS.search(plain):
        return "success"
    dots = _TRAILING_DOTS.search(plain)
    if words.WORKING.search(plain) and (dots or quoted or _says(words.WORKING, plain)):
        return "working"
    if dots:
        return "alive"
    return "meta" if note.adorned else "prose"


def _is_aside(bare: str, plain: str) -> bool:
    """A link, a tag or an id on a line of its own."""
    if bare.startswith(("<", "![", "|")) or (len(plain) <= 80 and _ID.search(bare)):
        return True
    return len(plain) < len(bare) - 8 and len(_LETTER.findall(plain)) <= 24


def _is_sign(char: str) -> bool:
    return (
        char >= "\u2190"
        and not char.isalnum()
        and not "\u3000" <= char <= "\u303f"
        and not "\uff00" <= char <= "\uffef"
    )


def _values(plain: str, complete: bool) -> tuple[list[float], bool, bool]:
    """The percentages of a progress line; does a word say that it is one; is it tidy?"""
    if not _DIGIT.search(plain):
        return [], False, False
    found = [(m.start(), m.end(), m[1] or m[2]) for m in _PERCENT.finditer(plain)]
    bare = not found
    told = words.PROGRESS.search(plain) or _BAR.search(plain)
    strong = told is not None and (told[0][0].isalpha() or not _is_named_bar(plain, told[0][0]))
    if told and not found:
        found = [(m.start(), m.end(), m[1]) for m in _DOTTED.finditer(plain, told.end())]
        if found and complete and (end := _LAST_OF_SERIES.fullmatch(plain, found[-1][1])):
            found.append((end.start(1), end.end(1), end[1]))  # "20..60..100"
        if not found:
            found = [(m.start(), m.end(), m[1]) for m in _OF_100.finditer(plain)]
        if (
            not found
            and complete
            and (last := _LAST.search(plain, max(0, told.end() - 1)))
            and _leads(plain, last.start())
        ):
            found = [(last.start(1), last.end(1), last[1])]
    if not found:
        return [], False, False
    head, tail = plain[: found[0][0]], plain[found[-1][1] :]
    shares = bare and all(_SHARE.fullmatch(text) for _, _, text in found)
    values = [
        round(value * 100, 2) if shares else value
        for _, _, text in found
        if 0 <= (value := _number(text)) <= 100
    ]
    if not values or _is_of_else(head):
        return [], False, False
    tidy = not tail.strip(" .…%|]）】)*") or tail.lstrip(" .…").startswith(("(", "（", "[", "|"))
    dotted = tail.strip(" .…%)]）】(（[")
    if told and len(plain) <= 140 and len(head) <= 70 and len(dotted) <= 40:
        return values, strong, tidy
    gaps = (plain[a[1] : b[0]] for a, b in pairwise(found))
    if (
        all(map(_BETWEEN.fullmatch, gaps))
        and len(head) <= 60
        and len(dotted) <= 24
        and len(plain) <= 90
    ):
        return values, False, tidy
    return [], False, False


def _is_named_bar(plain: str, sign: str) -> bool:
    """A bar with words beside it that are none of progress: "Python ▓▓▓▓░ 80%"."""
    bar = bool(_BAR.match(sign * 3)) and bool(_LETTER.search(plain))
    return bar and not _says(words.PROGRESS, plain)


def _says(pattern: re.Pattern[str], plain: str) -> bool:
    """Does a word say so, not a sign alone?"""
    return any(found[0][0].isalpha() for found in pattern.finditer(plain))


@lru_cache(maxsize=256)  # the lines of one wait begin alike
def _is_of_else(head: str) -> bool:
    """Do the words before a percentage say that it is of something else?"""
    if not words.NO_PROGRESS.search(head):
        return False
    return bool(words.ECHO.search(head)) or not _says(words.PROGRESS, _CLAUSE.split(head)[-1])


def _leads(plain: str, end: int) -> bool:
    """Does a word for progress stand right before this place?"""
    return any(end <= found.end() + 2 for found in words.PROGRESS.finditer(plain, 0, end + 1))


def _number(text: str) -> float:
    try:
        value = float(text.replace(",", ".").replace("٫", "."))
    except ValueError:
        return -1
    return int(value) if value.is_integer() else value


class Lines:
    """Reads one growing channel. Notes go, as they come, to a list that channels share."""

    def __init__(self, channel: Channel, notes: list[Note]) -> None:
        self.prose = 0  # lines of ordinary text, code not counted
        self.prose_chars = 0
        self._channel: Channel = channel
        self._notes = notes
        self._line: list[str] = []
        self._length = 0
        self._number = 0
        self._note: Note | None = None  # of the unfinished line, once it is worth one
        self._fence = ""
        self._json = False

    def feed(self, text: str) -> bool:
        """Take more text; did a note come or change?"""
        if "\n" not in text:
            return self._grow(text)
        first, *others = text.split("\n")
        changed = self._grow(first, peek=False)
        for line in others:
            changed = self._finish() or changed
            changed = self._grow(line, peek=False) or changed
        if _MOVING.search(others[-1]):
            changed = self._peek() or changed
        return changed

    def end(self) -> bool:
        """The last line needs no line end."""
        return self._finish()

    def begins_with(self, text: str) -> bool:
        """Does the unfinished line begin so, with no prose before it?"""
        return not self.prose and "".join(self._line[:2]).lstrip("> ").startswith(text)

    def _grow(self, text: str, *, peek: bool = True) -> bool:
        if not text:
            return False
        before, self._length = self._length, self._length + len(text)
        if before > LONGEST:
            return False
        self._line.append(text[: LONGEST + 80])
        if peek and self._length <= LONGEST and _MOVING.search(text):
            return self._peek()
        return False

    def _peek(self) -> bool:
        if self._fence or self._json or self._length > LONGEST:
            return False
        note = read_line("".join(self._line), self._channel, self._number, complete=False)
        if note is None or note.kind in ("prose", "meta", "failure", "success", "retry"):
            return False
        if self._note is None:
            note.early = self.prose <= 1
            self._note = note
            self._notes.append(note)
            return True
        changed = len(note.values) > len(self._note.values) or note.kind != self._note.kind
        self._put(note)
        return changed

    def _put(self, note: Note) -> None:
        old = self._note
        if old is not None:
            old.kind, old.text, old.label, old.strong = (
                note.kind,
                note.text,
                note.label,
                note.strong,
            )
            old.values, old.place, old.adorned = note.values, note.place, note.adorned
            old.tidy, old.complete = note.tidy, note.complete

    def _finish(self) -> bool:
        line = "".join(self._line)
        length, self._length = self._length, 0
        self._line.clear()
        self._number += 1
        old, changed = self._note, False
        code = self._is_code(line)
        if code and line.startswith("{") and line.rstrip().endswith("}") and not self._fence:
            if (record := read_record(line, self._channel, self._number - 1)) is not None:
                self._notes.append(record)
                changed = True
        elif not code:
            if length > LONGEST and not line.strip(" .…>")[60:]:
                line = line[:200]  # a line of nothing but dots is as long as the wait
            note = read_line(line, self._channel, self._number - 1)
            if note is not None:
                note.early = self.prose <= 1
                if note.kind == "prose":
                    self.prose += 1
                    self.prose_chars += length
                if old is not None:
                    # what was given out early is known; a whole line may now say more
                    changed = True
                    self._put(note)
                elif note.kind not in ("prose", "meta"):
                    self._notes.append(note)
                    changed = True
        self._note = None
        return changed

    def _is_code(self, line: str) -> bool:
        """Fences and a raw JSON object: the echoed prompt is no progress."""
        if self._channel != "content":
            return False
        if self._json:
            self._json = not line.startswith(("}", "]"))
            return True
        bare = line.lstrip("> \t")
        if self._fence:
            if bare.startswith(self._fence):
                self._fence = ""
            return True
        if bare.startswith(("```", "~~~")):
            self._fence = bare[:3]
            return True
        if line.startswith("{") and self._number - 1 - self.prose < 40:
            self._json = not line.rstrip().endswith("}")
            return True
        return False
