"""Providers' task routes as data: how a task is submitted, asked after, and what can be set.

The records are TOML files in `providers/`; a file of the person's own (VNCHAT_TASKS_FILE) adds to
them or replaces one by its id. Everything is checked when it is loaded, and a wrong record is
named in one sentence. What fills a record is in `tasks.py`, what replies mean in reading/tasks.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from vnchat.errors import BadInput
from vnchat.reading import pointing
from vnchat.reading.tasks import Hints
from vnchat.reading.taskwords import LEXICON

PROVIDERS = Path(__file__).parent / "providers"

When = Literal["always", "image", "last_image", "images", "mask"]


@dataclass(frozen=True, slots=True)
class Send:
    """One request: its parts are templates."""

    method: str = "POST"
    path: str = ""
    encoding: Literal["json", "multipart", "none"] = "json"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()  # other paths, tried only after 404 or 405


@dataclass(frozen=True, slots=True)
class Overlay:
    """What changes in the submit with pictures, or for some models. Later ones win."""

    when: When = "always"
    models: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)  # fields of Send
    fresh: bool = False  # its body replaces the one before instead of being laid over it
    drop: tuple[str, ...] = ()  # places of the body to leave out


@dataclass(frozen=True, slots=True)
class Next:
    """What can be done with a finished task: change, extend, press one of its buttons."""

    id: str
    send: Send
    title: str = ""
    base: str = ""  # "api" or "root", where it is not the record's
    otherwise: str = ""  # the step that is tried after 404 or 405
    text: str = ""  # where the answer's words stand, of a step that answers with words

    @property
    def takes_mask(self) -> bool:
        return "{mask" in str(self.send.body)


@dataclass(frozen=True, slots=True)
class Control:
    """Something a person can set. `values` by glob of the model's name; empty: not offered."""

    name: str
    values: tuple[tuple[str, tuple[str, ...]], ...]
    number: bool = False

    def for_model(self, model: str) -> tuple[str, ...]:
        return next((v for pattern, v in self.values if matches(model, (pattern,))), ())


@dataclass(frozen=True, slots=True)
class Record:
    id: str
    title: str
    kind: Literal["video", "image", "audio", "text"]
    seen: str
    sources: tuple[str, ...]
    models: tuple[str, ...]
    base: Literal["api", "root"]
    submit: Send
    poll: Send
    hints: Hints
    every: float = 10.0
    needs_image: bool = False
    least: int = 0  # pictures
    most: int = 0  # pictures; 0: any number
    overlays: tuple[Overlay, ...] = ()
    controls: tuple[Control, ...] = ()
    content: str = ""  # where the bytes are when no link is told; needs the key
    hop: Send | None = None  # a second question for the file: {take} is what `hop_take` names
    hop_take: str = ""
    hop_result: str = ""
    cancel: Send | None = None
    next: tuple[Next, ...] = ()

    @property
    def takes_mask(self) -> bool:
        return any(overlay.when == "mask" for overlay in self.overlays)

    def takes(self, model: str) -> bool:
        return matches(model, self.models)

    def offered(self, model: str) -> list[tuple[Control, tuple[str, ...]]]:
        """The controls of this model with their values."""
        return [(one, values) for one in self.controls if (values := one.for_model(model))]


def matches(model: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(model.lower(), pattern.lower()) for pattern in patterns)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Record]:
    """The records that come with the product, by their id."""
    known: dict[str, Record] = {}
    for path in sorted(PROVIDERS.glob("*.toml")):
        known |= read(path)
    return known


def load(own: Path | None = None) -> dict[str, Record]:
    """Shipped records and a person's own. Raises BadInput naming file, record and field."""
    return shipped() | (read(own) if own is not None else {})


def read(path: Path) -> dict[str, Record]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(
            f"The file of task records {path} cannot be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The task records in {path} are not valid TOML: {error}.") from error
    rows = data.get("task")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise BadInput(f"{path.name} holds no [[task]] records.")
    known: dict[str, Record] = {}
    for number, row in enumerate(rows, 1):
        name = str(row.get("id") or f"number {number}")
        try:
            if name in known:
                raise _Wrong("this “id” is there twice.")
            known[name] = _record(row)
        except _Wrong as wrong:
            raise BadInput(f"{path.name}, record “{name}”: {wrong}") from None
    return known


class _Wrong(Exception):
    """A sentence on one record; the file and the record are named by whoever catches it."""


_FIELDS = frozenset({
    "id", "title", "kind", "seen", "sources", "models", "base", "submit", "poll", "task_id",
    "status", "states", "progress", "scale", "result", "poster", "result_text", "result_title",
    "result_words",
    "failure", "submit_ok", "choices", "early", "every", "needs_image", "overlay", "controls",
    "content", "hop", "cancel", "next", "note", "pictures",
})  # fmt: skip
_NEXT = frozenset({"id", "title", "base", "otherwise", "result_text"})
_SEND = frozenset({"method", "path", "encoding", "query", "headers", "body", "alternatives"})


def _record(row: Mapping[str, Any]) -> Record:
    if unknown := sorted(set(row) - _FIELDS):
        raise _Wrong(f"“{unknown[0]}” is no field of a record.")
    for name in ("id", "kind", "submit"):
        if not row.get(name):
            raise _Wrong(f"“{name}” is missing.")
    id = _text(row, "id")
    if not id.isascii() or not id.replace("_", "").replace("-", "").isalnum():
        raise _Wrong("“id” may hold letters, digits, _ and - only.")
    hop = _table(row, "hop")
    named = _VALUES | set(_table(row, "controls"))
    for place in ("submit", "poll", "overlay", "hop", "cancel", "next"):
        for told in _places(row.get(place)):
            if told not in named:
                raise _Wrong(f"“{{{told}}}” in “{place}” is no placeholder.")
    least, most = _pictures(row)
    return Record(
        id=id,
        title=_text(row, "title") or id,
        kind=_one_of(row, "kind", ("video", "image", "audio", "text")),
        seen=_text(row, "seen"),
        sources=_texts(row, "sources"),
        models=_texts(row, "models"),
        base=_one_of(row, "base", ("api", "root"), "api"),
        submit=_send(_table(row, "submit"), "submit", "POST"),
        poll=_send(_table(row, "poll"), "poll", "GET") if row.get("poll") else Send("GET"),
        hints=_hints(row),
        every=_seconds(row),
        needs_image=row.get("needs_image") is True,
        least=least,
        most=most,
        overlays=tuple(_overlays(row)),
        controls=tuple(_controls(row)),
        content=_path(_text(row, "content"), "content") if row.get("content") else "",
        hop=_send({k: v for k, v in hop.items() if k in _SEND}, "hop", "GET") if hop else None,
        hop_take=_pointed(hop, "take"),
        hop_result=_pointed(hop, "result"),
        cancel=_send(_table(row, "cancel"), "cancel", "POST") if row.get("cancel") else None,
        next=tuple(_nexts(row)),
    )


def _hints(row: Mapping[str, Any]) -> Hints:
    states = {str(k).casefold(): str(v) for k, v in _table(row, "states").items()}
    for word in states.values():
        if word not in set(LEXICON.values()):
            raise _Wrong(f"“{word}” in “states” is no state.")
    return Hints(
        kind=_one_of(row, "kind", ("video", "image", "audio", "text")),
        task_id=_pointed(row, "task_id"),
        status=_pointed(row, "status"),
        states=states,
        progress=_pointed(row, "progress"),
        scale=_one_of(row, "scale", ("auto", "percent", "fraction"), "auto"),
        result=_pointed(row, "result"),
        poster=_pointed(row, "poster"),
        text=_pointed(row, "result_text"),
        title=_pointed(row, "result_title"),
        words=_pointed(row, "result_words"),
        failure=_pointed(row, "failure"),
        submit_ok=tuple(str(one) for one in _listed(row, "submit_ok")),
        choices=_pointed(row, "choices"),
        early=row.get("early") is True,
    )


def _send(row: Mapping[str, Any], place: str, method: str) -> Send:
    if unknown := sorted(set(row) - _SEND):
        raise _Wrong(f"“{unknown[0]}” is no field of “{place}”.")
    sends = Send(
        method=_one_of(row, "method", ("GET", "POST", "PUT", "DELETE"), method),
        path=_path(_text(row, "path"), place),
        encoding=_one_of(row, "encoding", ("json", "multipart", "none"), "json"),
        query={str(k): str(v) for k, v in _table(row, "query").items()},
        headers={str(k): str(v) for k, v in _table(row, "headers").items()},
        body=dict(_table(row, "body")),
        alternatives=tuple(_path(one, place) for one in _texts(row, "alternatives")),
    )
    if any(name.lower() in ("authorization", "cookie", "host") for name in sends.headers):
        raise _Wrong(f"“{place}” may not set this header.")
    return sends


_PLACE = re.compile(r"\{([a-z_]+)(?::[A-Za-z0-9]+)?\}")
# What a template may name besides the record's own controls.
_VALUES = frozenset({
    "prompt", "model", "image", "images", "last_image", "mask", "source_id", "choice", "task_id",
    "submit_path", "response_path", "take", "item", "seconds", "size", "ratio", "resolution",
    "seed", "n", "negative_prompt",
})  # fmt: skip


def _places(value: object) -> Iterator[str]:
    """The names of the placeholders in a template."""
    if isinstance(value, str):
        yield from _PLACE.findall(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _places(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _places(one)


def _path(path: str, place: str) -> str:
    """A record may name paths, never hosts: the key goes where the gateway is."""
    if not path.startswith("/") and not path.startswith("{"):
        raise _Wrong(f"the path of “{place}” must begin with a slash.")
    if path.startswith("//") or "://" in path or ".." in path or "\\" in path:
        raise _Wrong(f"the path of “{place}” may not name a host or leave its place.")
    return path


def _overlays(row: Mapping[str, Any]) -> Iterator[Overlay]:
    for one in _rows(row, "overlay"):
        changes = {k: v for k, v in one.items() if k not in ("when", "models", "fresh", "drop")}
        if unknown := sorted(set(changes) - _SEND):
            raise _Wrong(f"“{unknown[0]}” is no field of “overlay”.")
        _send({"path": "/", **changes}, "overlay", "POST")  # checked alike
        when = _one_of(one, "when", get_args(When), "always")
        yield Overlay(
            when, _texts(one, "models"), changes, one.get("fresh") is True, _texts(one, "drop")
        )


def _controls(row: Mapping[str, Any]) -> Iterator[Control]:
    for name, told in _table(row, "controls").items():
        by_glob = told if isinstance(told, Mapping) else {"*": told}
        values = []
        number = False
        for pattern, listed in by_glob.items():
            if not isinstance(listed, list):
                raise _Wrong(f"the values of the control “{name}” must be a list.")
            number = number or any(isinstance(v, int | float) for v in listed)
            values.append((str(pattern), tuple(_plain(v) for v in listed)))
        yield Control(str(name), tuple(values), number)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _nexts(row: Mapping[str, Any]) -> Iterator[Next]:
    for one in _rows(row, "next"):
        send = {k: v for k, v in one.items() if k in _SEND}
        if unknown := sorted(set(one) - _SEND - _NEXT):
            raise _Wrong(f"“{unknown[0]}” is no field of “next”.")
        yield Next(
            _text(one, "id"),
            _send(send, "next", "POST"),
            _text(one, "title"),
            _one_of(one, "base", ("", "api", "root")),
            _text(one, "otherwise"),
            _pointed(one, "result_text"),
        )


def _rows(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = row.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise _Wrong(f"“{name}” must be a list of tables.")
    return found


def _listed(row: Mapping[str, Any], name: str) -> list[Any]:
    found = row.get(name, [])
    if not isinstance(found, list):
        raise _Wrong(f"“{name}” must be a list.")
    return found


def _table(row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = row.get(name, {})
    if not isinstance(found, Mapping):
        raise _Wrong(f"“{name}” must be a table.")
    return found


def _text(row: Mapping[str, Any], name: str) -> str:
    found = row.get(name, "")
    if not isinstance(found, str):
        raise _Wrong(f"“{name}” must be text.")
    return found.strip()


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = row.get(name, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise _Wrong(f"“{name}” must be a list of texts.")
    return tuple(found)


def _pointed(row: Mapping[str, Any], name: str) -> str:
    path = _text(row, name)
    if wrong := pointing.check(path):
        raise _Wrong(f"“{name}”: {wrong}.")
    return path


def _one_of(row: Mapping[str, Any], name: str, known: Sequence[str], default: str = "") -> Any:
    found = row.get(name, default)
    if found not in known:
        raise _Wrong(f"“{name}” must be one of {', '.join(known)}.")
    return found


def _pictures(row: Mapping[str, Any]) -> tuple[int, int]:
    found = row.get("pictures", [0, 0])
    right = isinstance(found, list) and len(found) == 2 and all(type(n) is int for n in found)
    if not right or not 0 <= found[0] <= found[1]:
        raise _Wrong("“pictures” must be the least and the most of them, like [2, 5].")
    return found[0], found[1]


def _seconds(row: Mapping[str, Any]) -> float:
    every = row.get("every", 10)
    if isinstance(every, bool) or not isinstance(every, int | float) or not 1 <= every <= 600:
        raise _Wrong("“every” must be a number of seconds from 1 to 600.")
    return float(cast(float, every))
