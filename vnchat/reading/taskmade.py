"""What a finished task made, at the places where it may stand, and what can be pressed next. Pure.

`tasks.py` reads states and failures; here are addresses, covers, titles and words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from vnchat.reading.plain import one_line
from vnchat.reading.pointing import found, text_at
from vnchat.reading.reply import Result, ResultKind
from vnchat.reading.taskwords import RESULT
from vnchat.reading.urls import UNPLAYABLE, extension_of, kind_of

MOST = 50
LONGEST_WORDS = 20_000


def results_in(
    roots: Sequence[object],
    path: str,
    kind: ResultKind,
    origin: str = "",
    *,
    poster: str = "",
    title: str = "",
    words: str = "",
) -> tuple[Result, ...]:
    """The results at the record's place, else at the usual ones."""
    for place in (path, RESULT):
        if not place:
            continue
        # Of a result the provider's own word counts first, of a state the gateway's.
        for root in reversed(roots):
            told = _flat(found(root, place))
            beside = [
                _flat(found(root, one), unfold=False) if one else []
                for one in (poster, title, words)
            ]
            if made := as_results(told, kind, origin, *beside):
                return made
    late = [r for root in roots for r in found(root, "fail_reason")]
    return as_results([r for r in late if address_of(r, "")], kind, origin)


def as_results(
    values: Sequence[object],
    kind: ResultKind,
    origin: str = "",
    posters: Sequence[object] = (),
    titles: Sequence[object] = (),
    words: Sequence[object] = (),
) -> tuple[Result, ...]:
    """`posters` and the like belong to the results only if there are as many."""
    flat = _flat(values)
    made: dict[str, Result] = {}
    for at, value in enumerate(flat[:MOST]):
        url = address_of(value, origin)
        if not url or url in made:
            continue
        told = kind_of(url)
        is_of: ResultKind = told if told in ("video", "image", "audio") else kind
        made[url] = Result(
            is_of,
            url,
            address_of(posters[at], origin) if len(posters) == len(flat) else "",
            extension_of(url) not in UNPLAYABLE,
            one_line(_text(titles, at, len(flat)), (), 120),
            _text(words, at, len(flat))[:LONGEST_WORDS].strip(),
        )
    return tuple(made.values())


# Parts of a reply that repeat the request, or say something about the made thing.
_NOT_MADE = re.compile(
    r"input|request|param|reference|first_frame|last_frame|start_image|end_image|(?<!re)source|callback"
    r"|webhook|notify|cover|thumb|poster|avatar|profile|preview|metadata_url|_get$|status_url"
    r"|cancel|stream|share|page|doc|error|prompt",
    re.IGNORECASE,
)


def anywhere(value: object, kind: ResultKind, origin: str = "") -> tuple[Result, ...]:
    """Of a finished task that names its result at no known place: links whose ending says what
    they are, but none of a part that repeats the request."""
    links: list[object] = []
    waiting: list[tuple[object, int]] = [(value, 0)]
    while waiting and len(links) < MOST:
        one, depth = waiting.pop(0)
        if isinstance(one, str) and kind_of(one) == kind and address_of(one, ""):
            links.append(one)
        if depth > 8:
            continue
        if isinstance(one, str) and one.lstrip()[:1] in ("[", "{"):
            waiting.append((_opened(one), depth + 1))
        elif isinstance(one, Mapping):
            waiting += [(v, depth + 1) for k, v in one.items() if not _NOT_MADE.search(str(k))]
        elif isinstance(one, list):
            waiting += [(v, depth + 1) for v in one[:MOST]]
    return as_results(links, kind, origin)


def address_of(value: object, origin: str) -> str:
    if isinstance(value, Mapping):
        value = value.get("url") or value.get("video_url") or value.get("download_url")
    if not isinstance(value, str) or any(c.isspace() for c in value[:2000]):
        return ""
    if value.startswith("data:") and kind_of(value) in ("video", "image", "audio"):
        return value
    if value.startswith(("https://", "http://")) and len(value) > 10:
        return value
    if origin and value.startswith("/") and not value.startswith("//"):
        return urljoin(origin, value)
    return ""


def choices_in(roots: Sequence[object], path: str) -> tuple[Mapping[str, str], ...]:
    """Buttons: {id, label} each."""
    if not path:
        return ()
    for root in roots:
        rows = [one for one in found(root, path) if isinstance(one, Mapping)]
        if rows:
            named = (
                {
                    "id": text_at(row, "customId || custom_id || id")[:300],
                    "label": one_line(
                        f"{text_at(row, 'emoji')} {text_at(row, 'label')}".strip(), (), 40
                    ),
                }
                for row in rows[:40]
            )
            return tuple(one for one in named if one["id"] and one["label"])
    return ()


def _flat(values: Sequence[object], *, unfold: bool = True) -> list[object]:
    """Lists opened, and texts that are lists or objects themselves."""
    told: list[object] = []
    for value in values:
        opened = _opened(value) if unfold else value
        told += opened if isinstance(opened, list) else [opened]
    return told


def _opened(value: object) -> object:
    if not isinstance(value, str) or value.strip()[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None


def _text(values: Sequence[object], at: int, count: int) -> str:
    value = values[at] if len(values) == count else ""
    return value if isinstance(value, str) else ""
