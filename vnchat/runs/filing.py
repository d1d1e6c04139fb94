"""Rows of kept files from what is known of them: given by a person, or made. No database here.

Used by delivery.py, which fetches and keeps.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from uuid import uuid4

from vnchat.conversation import Media
from vnchat.library.names import ending_of, file_name, safe
from vnchat.library.probe import Probe


def titled(title: str) -> str:
    """A title of the gateway's as the beginning of a file's name."""
    return safe(" ".join(title.split()))[:100] if title.strip() else ""


def given_row(owner: str, kind: str, name: str, type: str, size: int) -> Media:
    return Media(
        id=uuid4().hex,
        owner=owner,
        kind=kind,
        origin="given",
        state="kept",
        name=name[:120],
        type=type,
        size=size,
        created=time.time(),
    )


def measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _named(one: Media, type: str) -> str:
    """A result may have its title, without an ending; what was given keeps its name."""
    if not one.name or one.origin != "result":
        return one.name or file_name("", type, one.id)
    return f"{one.name.removesuffix(f'.{ending_of(type)}')[:110]}.{ending_of(type)}"


def kept_values(one: Media, facts: Probe, key: str, size: int, poster: str) -> dict[str, object]:
    """What a row says once its file is there."""
    return {
        "state": "kept",
        "kind": facts.kind,
        "type": facts.type,
        "key": key,
        "name": _named(one, facts.type),
        "size": size,
        "width": facts.width or 0,
        "height": facts.height or 0,
        "seconds": facts.seconds or 0.0,
        "codec": facts.codec,
        "playable": facts.playable,
        "poster": poster,
        "reason": "" if facts.playable else "codec",
        # a picture inside the answer is in the shelf now: not twice
        "link": "" if one.link.startswith("data:") else one.link,
    }
