"""Suno of the demo in new-api's form: /suno/submit/music, /suno/submit/lyrics, /suno/fetch/{id}.

Two clips a task, each a tone for every word, with title, cover and lyrics; a clip's address is
there before the song is finished, as at Suno. Shapes as in new-api (dto/suno.go).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import JSONResponse, Response

from .audio import spoken
from .clips import Clip
from .stages import Stage
from .studio import Studio

COVER = 320


@dataclass(eq=False)
class Song(Stage):
    title: str = ""
    words: str = ""
    tags: str = ""
    only_words: bool = False
    clips: list[dict[str, Any]] = field(default_factory=list)


class Suno:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._songs: dict[str, Song] = {}

    async def submit(self, kind: str, body: object) -> Response:
        fields: Mapping[str, Any] = body if isinstance(body, dict) else {}
        idea = str(fields.get("gpt_description_prompt") or "").strip()
        own = str(fields.get("prompt") or "").strip()
        if not idea and not own:
            return _no("prompt is empty")
        title = str(fields.get("title") or idea or own.splitlines()[0])[:60]
        words = "" if fields.get("make_instrumental") is True else own or _lyrics(idea)
        if kind == "lyrics":
            words = _lyrics(own)
        song = Song(
            self._studio, title=title, words=words, tags=str(fields.get("tags") or "soft, slow"),
            only_words=kind == "lyrics",
        )  # fmt: skip
        self._songs[song.id] = song
        return JSONResponse({"code": "success", "message": "", "data": song.id})

    async def fetch(self, name: str) -> Response:
        song = self._songs.get(name)
        if song is None:
            return _no("task_not_exist")
        percent = song.percent()
        if percent >= 40 and not song.clips and not song.only_words:
            song.clips = [await self._clip(song, number) for number in (1, 2)]
        status = "SUCCESS" if percent == 100 else "IN_PROGRESS" if percent else "SUBMITTED"
        row = {
            "task_id": song.id,
            "action": "LYRICS" if song.only_words else "MUSIC",
            "status": status,
            "progress": f"{percent}%",
            "fail_reason": "",
            "data": self._data(song, status),
        }
        return JSONResponse({"code": "success", "message": "", "data": row})

    def _data(self, song: Song, status: str) -> object:
        done = status == "SUCCESS"
        if song.only_words:
            return {"title": song.title, "text": song.words, "status": "complete"} if done else None
        return [{**clip, "state": "complete" if done else "streaming"} for clip in song.clips]

    async def _clip(self, song: Song, number: int) -> dict[str, Any]:
        sung = song.words or song.title
        data = await asyncio.to_thread(spoken, sung, f"voice {number}", "mp3")
        clip = Clip(song.title, size=(COVER, COVER))
        [cover] = await self._studio.paint(clip, kind="jpeg", variant=number)
        return {
            "id": f"{song.id}-{number}",
            "title": song.title,
            "audio_url": self._studio.keep(data, "mp3"),
            "video_url": "",
            "image_url": "",
            "image_large_url": self._studio.keep(cover, "jpeg"),
            "metadata": {"prompt": song.words, "tags": song.tags, "error_message": ""},
        }


def _lyrics(idea: str) -> str:
    return f"[Verse]\n{idea},\nso the morning begins\n\n[Chorus]\n{idea}, {idea}\n\n[End]"


def _no(message: str) -> Response:
    body = {"code": message.replace(" ", "_"), "message": message, "data": None}
    return JSONResponse(body, 400)
