"""Words from a recording, and an answer read aloud: requests beside the conversation.

A recording becomes a draft and is not kept. Speech is kept with its answer, piece by piece, under
an id made of what was asked for: a second press plays what is there, and two presses at once are
one request. What is spoken of an answer is reading/aloud.py's; the routes are web/voice.py's.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from dataclasses import dataclass
from uuid import uuid4

from vnchat.conversation import Media
from vnchat.errors import BadInput, NotFound, StorageUnavailable, VnchatError
from vnchat.gateway.audio import Spoken, speech_ask, transcription_ask
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.configured import Gateways
from vnchat.gateway.once import Ask, Make, Posted, ask_once
from vnchat.gateway.tasks import Wanted
from vnchat.library.faults import MediaFault
from vnchat.library.joining import joined
from vnchat.library.probe import probe
from vnchat.library.sniff import HEAD, container_of
from vnchat.reading.aloud import pieces, speakable
from vnchat.reading.reply import Reply
from vnchat.reading.transcript import Words
from vnchat.runs.delivery import Delivery
from vnchat.store import Store

MOST_HEARD = 20_000_000  # bytes of a recording
HEAR_SECONDS = 180.0
SPEAK_SECONDS = 300.0
# What a recorder of a browser makes; the name tells the gateway the form.
_NAMES = {
    "matroska": "webm", "mov": "mp4", "ogg": "ogg", "wav": "wav", "mp3": "mp3", "aac": "aac",
    "flac": "flac",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, and how."""

    gateway: str
    model: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    media: Media
    at: int
    of: int


class Voices:
    def __init__(
        self, store: Store, gateways: Gateways, delivery: Delivery, client: GatewayClient
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._delivery = delivery
        self._client = client
        self._under_way: dict[str, asyncio.Task[Media]] = {}

    async def hear(self, by: Voice, data: bytes, *, language: str = "") -> str:
        """What was said in a recording. Raises VnchatError with its sentence."""
        found = container_of(data[:HEAD])
        if found is None or found.kind == "image":
            raise BadInput("This is no recording.")
        form = _NAMES.get(found.demuxer, "")
        if not form:
            raise BadInput("A recording of this form cannot be sent.")
        controls = {"language": language} if language else {}
        wanted = Wanted(model=by.model, prompt="", controls=controls)
        sound = (f"recording.{form}", data, f"audio/{form.replace('mp3', 'mpeg')}")
        asked = transcription_ask(wanted, sound)
        reply = await self._asked(by, asked, Words, media=False, seconds=HEAR_SECONDS)
        return reply.text.strip()

    async def speak(self, message: str, at: int, by: Voice, *, owner: str) -> Piece:
        """One piece of an answer as kept sound. Raises VnchatError; asks once for each piece."""
        parts, conversation = await asyncio.to_thread(self._parts, message, owner)
        if not parts:
            raise BadInput("There is nothing in this answer that can be read aloud.")
        if not 0 <= at < len(parts):
            raise NotFound("sound")
        name = spoken_id(owner, by, parts[at])
        if kept := await asyncio.to_thread(self._kept, name, owner):
            return Piece(kept, at, len(parts))
        task = self._under_way.get(name)
        if task is None:
            row = Media(
                id=name,
                owner=owner,
                kind="audio",
                origin="spoken",
                state="kept",
                message=message,
                conversation=conversation,
                place=at,
                created=time.time(),
            )
            task = asyncio.create_task(self._made(row, parts[at], by), name=name)
            self._under_way[name] = task
            task.add_done_callback(self._done)
        try:  # it is paid for: who goes away meanwhile finds it kept
            return Piece(await asyncio.shield(task), at, len(parts))
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
            raise StorageUnavailable("The server is stopping; try again soon.") from None

    async def whole(self, message: str, by: Voice, *, owner: str) -> tuple[bytes, str]:
        """All kept pieces as one file, and its type. Raises NotFound while one is missing."""
        parts, _ = await asyncio.to_thread(self._parts, message, owner)
        sounds: list[bytes] = []
        kind = ""
        for part in parts:
            name = spoken_id(owner, by, part)
            kept = await asyncio.to_thread(self._kept, name, owner)
            if kept is None:
                raise NotFound("sound")
            sounds.append(await self._delivery.load(kept))
            kind = kept.type
        if not sounds:
            raise NotFound("sound")
        return await asyncio.to_thread(joined, sounds), kind

    async def end(self) -> None:
        """What is on its way is given up with the server."""
        left = list(self._under_way.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _done(self, task: asyncio.Task[Media]) -> None:
        self._under_way.pop(task.get_name(), None)
        if not task.cancelled():
            task.exception()  # told to whoever still waits; nobody may

    def _parts(self, message: str, owner: str) -> tuple[list[str], str]:
        told = self._store.conversations.message(message, owner=owner)
        text = told.text
        if told.run:
            text = self._store.runs.get(told.run, owner=owner).reply.text or text
        return pieces(speakable(text)), told.conversation

    def _kept(self, name: str, owner: str) -> Media | None:
        try:
            found = self._store.media.get(name, owner=owner)
        except NotFound:
            return None
        return found if found.key else None

    async def _made(self, row: Media, text: str, by: Voice) -> Media:
        controls = {"voice": by.voice} if by.voice else {}
        asked = speech_ask(Wanted(model=by.model, prompt=text, controls=controls))
        reply = await self._asked(by, asked, Spoken, media=True, seconds=SPEAK_SECONDS)
        if not reply.results:
            raise VnchatError("The gateway gave no sound.")
        data = base64.b64decode(reply.results[0].url.partition(",")[2])
        try:
            facts = await asyncio.to_thread(probe, data)
            if facts.kind != "audio":
                raise VnchatError("The gateway gave something that is no sound.")
        except MediaFault as error:
            raise VnchatError(
                "The gateway gave a sound that cannot be opened.", detail=error.detail
            ) from error
        return await self._delivery.keep_spoken(row, data, facts)

    async def _asked(
        self, by: Voice, ask: Ask | Posted, make: Make, *, media: bool, seconds: float
    ) -> Reply:
        profile, key = self._gateways.get(by.gateway)
        asking = ask_once(
            self._client,
            profile,
            key,
            ask,
            make,
            media=media,
            run_id=uuid4().hex,
            on_change=lambda _: None,
        )
        try:
            reply, _ = await asyncio.wait_for(asking, seconds)
        except TimeoutError as error:
            raise VnchatError("The gateway did not answer in time. Try again.") from error
        if reply.failure is not None:
            raise VnchatError(reply.failure.message or "The gateway refused the request.")
        return reply


def spoken_id(owner: str, by: Voice, text: str) -> str:
    """The same words by the same voice are the same sound, in a forked conversation too."""
    asked = "\n".join((owner, by.gateway, by.model, by.voice, text))
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:32]
