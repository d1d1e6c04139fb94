"""Which clips were made, so that a later request can change one. Ids as real gateways write them.

Plain values and a file of JSON lines; the frames are drawn in `film.py`.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

LANDSCAPE, PORTRAIT = (960, 540), (540, 960)


def _task_id() -> str:
    return "task_01" + base64.b32encode(secrets.token_bytes(15)).decode().lower()


def _sid() -> str:
    return "s_" + secrets.token_hex(16)


def _media_id() -> str:
    return "CAUS" + secrets.token_urlsafe(18).replace("-", "A").replace("_", "B")


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip: what it shows and under which ids it can be continued."""

    title: str  # the first prompt: it decides scene and colours for good
    changes: tuple[str, ...] = ()
    size: tuple[int, int] = LANDSCAPE
    seconds: float = 5
    picture: bytes | None = None  # attached: the ground of every version
    task: str = field(default_factory=_task_id)
    sid: str = field(default_factory=_sid)
    media: str = field(default_factory=_media_id)

    def changed(self, words: str, seconds: float) -> Clip:
        """The next version. Its format stays, or it would be another clip."""
        return replace(
            self, changes=(*self.changes, words), seconds=seconds,
            task=_task_id(), sid=_sid(), media=_media_id(),
        )  # fmt: skip

    @property
    def orientation(self) -> str:
        return "landscape" if self.size[0] >= self.size[1] else "portrait"


IDS = re.compile(r"task_01[a-z2-7]{24}|s_[0-9a-f]{32}|gen_[0-9a-z]{26}|CAUS[0-9A-Za-z]{24}")


class Clips:
    """All clips by each of their ids; kept in a file, so that a restart forgets none."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._by_id: dict[str, Clip] = {}
        self._files: dict[str, str] = {}
        for line in file.read_text("utf-8").splitlines() if file.exists() else ():
            kept = json.loads(line)
            self._index(_clip_of(kept), kept["file"])

    def add(self, clip: Clip, file_name: str) -> None:
        with self._lock:
            self._index(clip, file_name)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**_json_of(clip), "file": file_name}) + "\n")

    def named_in(self, text: str) -> Clip | None:
        """The clip whose id stands last in this text."""
        known = [found for name in IDS.findall(text) if (found := self._by_id.get(name))]
        return known[-1] if known else None

    def get(self, name: str) -> Clip | None:
        return self._by_id.get(name)

    def file_of(self, clip: Clip) -> str:
        """The name of its file in the media folder."""
        return self._files[clip.task]

    def _index(self, clip: Clip, file_name: str) -> None:
        self._files[clip.task] = file_name
        generation = "gen_01" + clip.task.removeprefix("task_01")
        for name in (clip.task, clip.sid, clip.media, generation):
            self._by_id[name] = clip


def _json_of(clip: Clip) -> dict[str, Any]:
    picture = base64.b64encode(clip.picture).decode() if clip.picture else None
    return {
        "title": clip.title, "changes": clip.changes, "size": clip.size, "seconds": clip.seconds,
        "picture": picture, "task": clip.task, "sid": clip.sid, "media": clip.media,
    }  # fmt: skip


def _clip_of(line: dict[str, Any]) -> Clip:
    picture = base64.b64decode(line["picture"]) if line["picture"] else None
    width, height = line["size"]
    return Clip(
        title=line["title"], changes=tuple(line["changes"]), size=(width, height),
        seconds=line["seconds"], picture=picture,
        task=line["task"], sid=line["sid"], media=line["media"],
    )  # fmt: skip
