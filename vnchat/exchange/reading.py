"""Which program wrote this file, and what does it tell? The one entry of everything read here."""

from __future__ import annotations

from pathlib import Path

from vnchat.exchange import chatgpt, import_own, librechat, openwebui
from vnchat.exchange.checks import Place
from vnchat.exchange.lifting import Blobs, read_json
from vnchat.exchange.shapes import (
    MOST_CONVERSATIONS,
    MOST_MEDIA,
    MOST_MESSAGES,
    BadFile,
    Told,
)


def read_file(path: Path, blobs: Blobs, *, longest: int) -> Told:
    """Slow work: call it in a thread. Raises BadFile with one sentence."""
    data = read_json(path, blobs, longest=longest)
    place = Place(blobs)
    if import_own.is_own(data):
        told = import_own.read(data, place)
    elif chatgpt.is_chatgpt(data):
        told = chatgpt.read(data, place)
    elif librechat.is_librechat(data):
        told = librechat.read(data, place)
    elif openwebui.is_openwebui(data):
        told = openwebui.read(data, place)
    else:
        raise BadFile(
            "The file is none that can be imported: it takes this program's own JSON, ChatGPT's "
            "conversations.json, and the JSON exports of Open WebUI and LibreChat."
        )
    _count(told)
    return told


def _count(told: Told) -> None:
    conversations = len(told.conversations)
    messages = sum(len(one.messages) for one in told.conversations)
    media = sum(len(m.media) for one in told.conversations for m in one.messages)
    for many, most, what in (
        (conversations, MOST_CONVERSATIONS, "conversations"),
        (messages, MOST_MESSAGES, "messages"),
        (media, MOST_MEDIA, "files"),
    ):
        if many > most:
            raise BadFile(f"The file holds {many} {what}; at most {most} can be taken at once.")
