"""A conversation as JSON with everything: all branches, facts, settings, and the files as base64.

import_own.py reads it. Written in pieces, so that neither a long conversation nor a large video is
ever whole in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vnchat.conversation import Conversation, Media, Message, Run
from vnchat.exchange.facts import usage_facts
from vnchat.exchange.pieces import Inside, Piece
from vnchat.reading import to_json

FORMAT = "vnchat"
VERSION = 1
IMPORTED = "~"  # before a gateway's id: the run came with a file, this server never asked for it


class JsonWriter:
    """`proof` signs a file's hash: on the way back in, the bytes are known to be our own."""

    type = "application/json"
    ending = "json"
    whole = True

    def __init__(self, *, written: float, proof: Callable[[str], str]) -> None:
        self._written = written
        self._proof = proof
        self._first_conversation = self._first_message = True

    def opening(self, title: str) -> Iterator[Piece]:
        head = {"format": FORMAT, "version": VERSION, "title": title, "written": self._written}
        yield f'{_json(head)[:-1]},"conversations":['

    def begin(self, conversation: Conversation) -> Iterator[Piece]:
        head = {
            "id": conversation.id,
            "title": conversation.title,
            "created": conversation.created,
            "updated": conversation.updated,
            "pinned": conversation.pinned,
            "options": dict(conversation.options),
            "head": conversation.head,
        }
        yield f'{"" if self._first_conversation else ","}\n{_json(head)[:-1]},"messages":['
        self._first_conversation, self._first_message = False, True

    def message(self, message: Message, run: Run | None, media: Sequence[Media]) -> Iterator[Piece]:
        head = {
            "id": message.id,
            "parent": message.parent,
            "role": message.role,
            "text": message.text,
            "created": message.created,
            "run": None if run is None else _run(run),
        }
        yield f'{"" if self._first_message else ","}\n{_json(head)[:-1]},"media":['
        self._first_message = False
        files = [one for one in media if one.origin in ("given", "result")]
        for n, one in enumerate(files):
            yield f"{',' if n else ''}{_json(self._media(one))[:-1]}"
            if one.key:
                yield ',"data":"'
                yield Inside(one)
                yield '"'
            yield "}"
        yield "]}"

    def end(self) -> Iterator[Piece]:
        yield "]}"

    def closing(self) -> Iterator[Piece]:
        yield "\n]}\n"

    def _media(self, one: Media) -> dict[str, Any]:
        told = {
            "kind": one.kind,
            "origin": one.origin,
            "state": one.state,
            "reason": one.reason,
            "name": one.name,
            "type": one.type,
            "size": one.size,
            "width": one.width,
            "height": one.height,
            "seconds": one.seconds,
            "codec": one.codec,
            "link": "" if one.link.startswith("data:") else one.link,
            "created": one.created,
        }
        return told | ({"sha256": one.key, "proof": self._proof(one.key)} if one.key else {})


def _run(run: Run) -> dict[str, Any]:
    told = {
        "state": run.state,
        "model": run.model,
        "gateway": run.gateway.removeprefix(IMPORTED),
        "paid": run.paid,
        "stream": run.stream,
        "parameters": dict(run.parameters),
        "reply": to_json(run.reply),
        "created": run.created,
        "started": run.started,
        "first_byte": run.first_byte,
        "ended": run.ended,
        "attempt": run.attempt,
        "requests": run.requests,
    }
    return told | {"facts": usage_facts(run)}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
