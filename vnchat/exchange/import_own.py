"""Reading our own JSON (export_json.py writes it): strict, because whoever wrote it was us.

Only `read` is asked from outside. Ids stay the file's own; the store gives new ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from vnchat.conversation import Role, RunState
from vnchat.exchange.checks import Place
from vnchat.exchange.export_json import FORMAT, VERSION
from vnchat.exchange.replies import reply_of
from vnchat.exchange.shapes import (
    LONGEST_TITLE,
    Told,
    ToldConversation,
    ToldMedia,
    ToldMessage,
    ToldRun,
)
from vnchat.exchange.trees import end_of, in_order
from vnchat.states import GOING

KINDS = ("video", "image", "audio", "file", "mask")
MADE = ("", "video", "image", "audio", "text")


def is_own(data: object) -> bool:
    return isinstance(data, Mapping) and data.get("format") == FORMAT


def read(data: Mapping[str, Any], place: Place) -> Told:
    if data.get("version") != VERSION:
        raise place.wrong(
            f"it is of version {str(data.get('version'))[:20]!r}, and this program reads {VERSION}"
        )
    told = Told("vnchat")
    for n, one in enumerate(place.listed(data.get("conversations"), "“conversations”"), 1):
        here = place.inside(f"conversation {n}")
        told.conversations.append(_conversation(here.mapping(one, "it"), here, told))
    return told


def _conversation(one: Mapping[str, Any], place: Place, told: Told) -> ToldConversation:
    messages = [
        _message(here.mapping(each, "it"), here, told)
        for n, each in enumerate(place.listed(one.get("messages"), "“messages”"), 1)
        for here in [place.inside(f"message {n}")]
    ]
    ordered = in_order(messages, place, strict=True)
    return ToldConversation(
        title=place.text(one, "title")[:LONGEST_TITLE],
        head=end_of(place.id(one, "head", needed=False), ordered),
        messages=ordered,
        created=place.time(one, "created"),
        updated=place.time(one, "updated"),
        pinned=place.flag(one, "pinned"),
        options=_options(place.plain(place.mapping(one.get("options", {}), "“options”"))),
    )


def _options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What the composer is set to; only values of the types that it works with."""
    kept: dict[str, Any] = {}
    for name, value in options.items():
        kind = {"parameters": Mapping, "stream": bool, "model": str, "gateway": str, "system": str}
        kind |= {"controls": Mapping, "last": int}
        if isinstance(value, kind.get(name, object)):
            kept[name[:100]] = value
    return kept


def _message(one: Mapping[str, Any], place: Place, told: Told) -> ToldMessage:
    role: Any = one.get("role")
    if role not in get_args(Role):
        raise place.wrong("“role” must be user or assistant")
    return ToldMessage(
        id=place.id(one, "id"),
        parent=place.id(one, "parent", needed=False),
        role=role,
        text=place.text(one, "text"),
        created=place.time(one, "created"),
        run=None if one.get("run") is None else _run(one["run"], place, told),
        media=tuple(
            _media(place.mapping(each, "a file"), place)
            for each in place.listed(one.get("media", []), "“media”")
        ),
    )


def _run(value: object, place: Place, told: Told) -> ToldRun:
    one = place.mapping(value, "“run”")
    state: Any = one.get("state")
    if state not in get_args(RunState):
        raise place.wrong("“state” is none that a run can have")
    if state in GOING or state == "unknown":  # nobody here waits for its end
        state = "interrupted"
        told.left_out["running"] += 1
    made = place.text(one, "made", longest=20)
    parameters = place.plain(place.mapping(one.get("parameters", {}), "“parameters”"))
    parameters.pop("continuing", None)  # names messages by ids that are not theirs any more
    return ToldRun(
        state=state,
        model=place.text(one, "model", longest=1000),
        gateway=place.text(one, "gateway", longest=150),
        paid=place.flag(one, "paid"),
        stream=place.flag(one, "stream", True),
        parameters=parameters,
        reply=reply_of(place.plain(place.mapping(one.get("reply", {}), "“reply”"))),
        made=made if made in MADE else "",
        created=place.time(one, "created"),
        started=place.time(one, "started"),
        first_byte=place.time(one, "first_byte"),
        ended=place.time(one, "ended"),
        attempt=max(1, place.count(one, "attempt", 1)),
        requests=place.count(one, "requests"),
    )


def _media(one: Mapping[str, Any], place: Place) -> ToldMedia:
    kind, origin = one.get("kind"), one.get("origin")
    if kind not in KINDS or origin not in ("given", "result"):
        raise place.wrong("a file is of no known kind")
    data = one.get("data") or ""
    if not isinstance(data, str):
        raise place.wrong("the data of a file must be text")
    return ToldMedia(
        kind=kind,
        origin=origin,
        data=data,
        name=place.text(one, "name", longest=1000)[:120],
        sha256=place.text(one, "sha256", longest=64),
        proof=place.text(one, "proof", longest=100),
        link=place.text(one, "link"),
        state=place.text(one, "state", longest=20),
        reason=place.text(one, "reason", longest=50),
    )
