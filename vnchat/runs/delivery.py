"""From a result link to a kept file: rows, the guarded fetch, the shelf, the poster.

What was paid for is fetched the moment it appears and again after a restart; a link that cannot
be fetched stays a link with the reason.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from uuid import uuid4

from vnchat.conversation import Media
from vnchat.errors import BadInput, NotFound, StorageUnavailable
from vnchat.gateway.configured import Gateways
from vnchat.gateway.keys import Key
from vnchat.gateway.tasks import wants_key
from vnchat.library.convert import to_playable
from vnchat.library.extract import Extract
from vnchat.library.faults import MediaFailed, MediaRefused
from vnchat.library.fetcher import FetchPolicy, fetch
from vnchat.library.media import Shelf
from vnchat.library.pictures import Picture, preview
from vnchat.library.probe import Probe, probe
from vnchat.library.transport import Network
from vnchat.reading.reply import Reply
from vnchat.runs.conversions import CONVERTED, Conversions
from vnchat.runs.filing import given_row, kept_values, measured, titled
from vnchat.runs.hub import Hub
from vnchat.runs.keeping import Keeping
from vnchat.runs.live import LiveRun
from vnchat.settings import Settings
from vnchat.store import Store

log = logging.getLogger(__name__)

TELL_SECONDS = 0.5
MOST_COVER = 8_000_000
SMALL_BYTES = 80_000  # a larger picture gets a small one beside it, for lists


class Delivery:
    def __init__(
        self,
        settings: Settings,
        store: Store,
        shelf: Shelf,
        hub: Hub,
        gateways: Gateways,
        network: Network | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._shelf = shelf
        self._hub = hub
        self._gateways = gateways
        self._network = network or Network()
        self._under_way: set[str] = set()
        self.got: dict[str, int] = {}  # media under way → bytes so far
        self.expected: dict[str, int] = {}  # media under way → bytes announced, if any were
        self.keeping = Keeping(settings, store, shelf)
        self._at_once = asyncio.Semaphore(4)
        self._converting = asyncio.Semaphore(1)
        self.conversions = Conversions(self._convert)

    def expected_of(self, live: LiveRun, reply: Reply) -> list[Media]:
        """Rows for the results of a reply: written with its end, before anything is fetched."""
        return [
            Media(
                id=uuid4().hex,
                owner=live.owner,
                kind=result.kind,
                origin="result",
                state="waiting" if result.playable else "refused",
                message=live.message,
                conversation=live.conversation,
                run=live.id,
                place=place,
                link=result.url,
                playable=result.playable,
                name=titled(result.title),
                reason="" if result.playable else "hls",
                created=time.time(),
            )
            for place, result in enumerate(reply.results)
        ]

    async def deliver(self, message: str, owner: str, gateway: str) -> None:
        """Fetch every result of a message that waits."""
        found = await asyncio.to_thread(self._store.media.of_messages, [message], owner=owner)
        waiting = [one for one in found.get(message, ()) if one.state in ("waiting", "fetching")]
        await asyncio.gather(*(self._one(one, gateway) for one in waiting))

    async def again(self, media: str, *, owner: str) -> None:
        """One press on a result that could not be fetched."""
        one = await asyncio.to_thread(self._store.media.get, media, owner=owner)
        if one.state == "kept" or one.id in self._under_way:
            return
        run = await asyncio.to_thread(self._store.runs.get, one.run, owner=owner)
        await self._one(one, run.gateway)

    async def resume(self, gateways: Gateways) -> None:
        """After a restart: what was on its way goes on."""
        del gateways
        for one in await asyncio.to_thread(self._store.media.unfetched):
            await self.take_on(one)

    async def take_on(self, one: Media) -> None:
        """Fetch what another server (or this one before its restart) did not end to fetch."""
        try:
            run = await asyncio.to_thread(self._store.runs.get, one.run, owner=one.owner)
        except NotFound:
            return
        await self._one(one, run.gateway)

    async def load(self, media: Media) -> bytes:
        """The bytes of a kept file that goes to the gateway; of a document its words."""
        if media.kind == "file" and media.poster:
            media = await asyncio.to_thread(self._store.media.get, media.poster, owner=media.owner)
        return b"".join([piece async for piece in self._shelf.read(media.key)])

    async def keep_given(self, picture: Picture, name: str, *, owner: str) -> Media:
        """Keep a picture that a person attached; it is bound to its message when that is sent."""
        await self._room(owner, len(picture.data))
        row = given_row(owner, "image", name, picture.type, len(picture.data))
        row = replace(row, width=picture.width, height=picture.height)
        small = None
        if len(picture.data) > SMALL_BYTES:
            small = await asyncio.to_thread(preview, picture.data, longest=640)
            row = replace(row, poster=await self._keep_poster(row, small.data, small.type))
        async with self.keeping.data(picture.data, type=picture.type) as key:
            row = replace(row, key=key)
            await asyncio.to_thread(self._store.media.add, row)
        return row

    async def keep_document(self, data: bytes, told: Extract, name: str, *, owner: str) -> Media:
        """Keep a document that a person attached, and beside it the words that are sent."""
        await self._room(owner, len(data))
        row = replace(given_row(owner, "file", name, told.type, len(data)), tokens=told.tokens)
        words = await self._keep_poster(row, told.text.encode(), "text/plain")
        async with self.keeping.data(data, type=told.type) as key:
            row = replace(row, key=key, poster=words)
            await asyncio.to_thread(self._store.media.add, row)
        return row

    async def keep_film(self, data: bytes, facts: Probe, name: str, *, owner: str) -> Media:
        """Keep a video or sound that a person attached, as it is."""
        await self._room(owner, len(data))
        row = given_row(owner, facts.kind, name, facts.type, len(data))
        poster = ""
        if facts.poster:
            poster = await self._keep_poster(row, facts.poster, facts.poster_type)
        async with self.keeping.data(data, type=facts.type) as key:
            known = kept_values(row, facts, key, len(data), poster)
            row = replace(row, **known)  # type: ignore[arg-type]
            await asyncio.to_thread(self._store.media.add, row)
        return row

    async def keep_spoken(self, row: Media, data: bytes, facts: Probe) -> Media:
        """Keep an answer that was read aloud; a row that lost its file gets it back."""
        await self._room(row.owner, len(data))
        async with self.keeping.data(data, type=facts.type) as key:
            known = kept_values(row, facts, key, len(data), "")
            row = replace(row, **known)  # type: ignore[arg-type]
            await asyncio.to_thread(self._store.media.put, row)
        return row

    async def empty(self, media: Sequence[str], *, owner: str) -> int:
        """Delete files from the library; gives how many. Their messages say so."""
        gone, keys = await asyncio.to_thread(self._store.media.empty, media, owner=owner)
        await self.keeping.free(keys)
        for one in gone:
            self._hub.tell(owner, "media", one.message, one.id)
        return len(gone)

    async def forget(self, conversation: str, *, owner: str) -> int:
        """A conversation was deleted for good: free what nothing else uses; gives the bytes."""
        keys = await asyncio.to_thread(
            self._store.media.forget_conversation, conversation, owner=owner
        )
        return await self.keeping.free(keys)

    async def _convert(self, media: str, owner: str, on_progress: Callable[[float], None]) -> Media:
        """A file that browsers do not play, once more as one that they do. Raises MediaFailed."""
        one = await asyncio.to_thread(self._store.media.get, media, owner=owner)
        if not one.key or one.playable or one.kind not in ("video", "audio"):
            raise NotFound("file")
        target = self._shelf.incoming / f"convert-{uuid4().hex}"
        try:
            async with self._converting, self._shelf.on_disk(one.key) as source:
                await self.keeping.room_for(owner)
                most = self._settings.media_max_bytes
                await to_playable(
                    source, target, one.kind, most_bytes=most, on_progress=on_progress
                )
                facts = await asyncio.to_thread(probe, target)
                size, sha256 = await asyncio.to_thread(measured, target)
                await self.keeping.room_for(owner, size, sha256)
            name = f"{one.name.rpartition('.')[0]}.{'mp4' if one.kind == 'video' else 'm4a'}"
            new = replace(one, id=uuid4().hex, name=name, link="", poster="", created=time.time())
            poster = ""
            if facts.poster:
                poster = await self._keep_poster(new, facts.poster, facts.poster_type)
            async with self.keeping.file(target, type=facts.type, sha256=sha256) as key:
                new = replace(new, **kept_values(new, facts, key, size, poster))  # type: ignore[arg-type]
                await asyncio.to_thread(self._store.media.add, new)
        finally:
            await asyncio.to_thread(target.unlink, missing_ok=True)
        await self._say(one, reason=CONVERTED)
        self._hub.tell(owner, "media", new.message, new.id)
        return new

    async def _room(self, owner: str, size: int) -> None:
        try:
            await self.keeping.room_for(owner, size)
        except MediaFailed as error:
            raise BadInput(str(error), detail=error.detail) from error

    async def _one(self, one: Media, gateway: str) -> None:
        if one.id in self._under_way:
            return
        self._under_way.add(one.id)
        try:
            async with self._at_once:
                await self._fetch_and_keep(one, gateway)
        except (MediaRefused, MediaFailed) as error:
            log.info("media %s: %s %s", one.id, error.reason, error.detail)
            refused = isinstance(error, MediaRefused)
            await self._settle(
                one,
                state="refused" if refused else "failed",
                reason=error.reason,
                again=error.again,
            )
        except NotFound:  # its gateway was removed, or the row with its conversation
            await self._settle(one, state="failed", reason="gateway_gone", again=False)
        except (StorageUnavailable, OSError) as error:
            log.warning("media %s cannot be kept: %r", one.id, error)
            await self._settle(one, state="failed", reason="storage", again=True)
        finally:
            self._under_way.discard(one.id)
            self.got.pop(one.id, None)
            self.expected.pop(one.id, None)

    async def _fetch_and_keep(self, one: Media, gateway: str) -> None:
        profile, key = self._gateways.get(gateway)
        await self._say(one, state="fetching", reason="", again=False)
        loop = asyncio.get_running_loop()
        due: asyncio.TimerHandle | None = None

        def tell() -> None:
            nonlocal due
            due = None
            if one.id in self.got:
                self._hub.tell(one.owner, "media", one.message, one.id)

        def on_progress(got: int, total: int | None) -> None:
            nonlocal due
            self.got[one.id] = got
            self.expected[one.id] = total or 0
            if due is None:  # told a moment later: what came last before a pause is seen too
                due = loop.call_later(TELL_SECONDS, tell)

        keyed = profile.key_on_media or wants_key(profile, one.link)
        policy = FetchPolicy(
            own_origin=profile.origin,
            allow_hosts=self._settings.media_hosts,
            allow_http=self._settings.media_http,
            max_bytes=self._settings.media_max_bytes,
            key_on_own_origin=keyed,
            network=self._network,
        )
        await self.keeping.room_for(one.owner)
        fetched = await fetch(
            one.link,
            policy=policy,
            into=self._shelf.incoming,
            on_progress=on_progress,
            key=key.reveal() if keyed and key is not None else None,
        )
        try:
            await self.keeping.room_for(one.owner, fetched.size, fetched.sha256)
            facts: Probe = await asyncio.to_thread(probe, fetched.path)
            poster = ""
            if facts.poster:
                poster = await self._keep_poster(one, facts.poster, facts.poster_type)
            elif facts.kind == "audio":
                poster = await self._cover(one, policy, key if keyed else None)
            async with self.keeping.file(
                fetched.path, type=facts.type, sha256=fetched.sha256
            ) as shelf_key:
                await self._say(one, **kept_values(one, facts, shelf_key, fetched.size, poster))
        finally:
            await asyncio.to_thread(fetched.path.unlink, missing_ok=True)

    async def _cover(self, one: Media, policy: FetchPolicy, key: Key | None) -> str:
        """The picture that a provider gives for a song. A song without one is a song too."""
        run = await asyncio.to_thread(self._store.runs.get, one.run, owner=one.owner)
        link = run.reply.results[one.place].poster if one.place < len(run.reply.results) else ""
        if not link:
            return ""
        try:
            fetched = await fetch(
                link,
                policy=replace(policy, max_bytes=MOST_COVER),
                into=self._shelf.incoming,
                key=key.reveal() if key is not None else None,
            )
        except (MediaRefused, MediaFailed) as error:
            log.info("cover of %s: %s %s", one.id, error.reason, error.detail)
            return ""
        try:
            data = await asyncio.to_thread(fetched.path.read_bytes)
            small = await asyncio.to_thread(preview, data, longest=640)
        except BadInput as error:
            log.info("cover of %s: %s", one.id, error)
            return ""
        finally:
            await asyncio.to_thread(fetched.path.unlink, missing_ok=True)
        return await self._keep_poster(one, small.data, small.type)

    async def _keep_poster(self, one: Media, data: bytes, type: str) -> str:
        async with self.keeping.data(data, type=type) as key:
            row = Media(
                id=uuid4().hex,
                owner=one.owner,
                kind="image",
                origin="poster",
                state="kept",
                conversation=one.conversation,
                type=type,
                key=key,
                size=len(data),
                created=time.time(),
            )
            await asyncio.to_thread(self._store.media.add, row)
        return row.id

    async def _settle(self, one: Media, **values: object) -> None:
        """Say how it ended; while the database is away, again and again."""
        pause = 0.5
        while True:
            try:
                await self._say(one, **values)
            except StorageUnavailable:
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)
            else:
                return

    async def _say(self, one: Media, **values: object) -> None:
        await asyncio.to_thread(self._store.media.change, one.id, owner=one.owner, **values)
        self._hub.tell(one.owner, "media", one.message, one.id)
