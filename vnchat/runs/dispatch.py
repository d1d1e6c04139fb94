"""By which route a run is asked when it is no chat: tasks, pictures, sound, the responses form.

Pictures, speech and the like are one request each (gateway/images.py, audio.py, responses.py);
tasks are submitted and followed (tasks.py). The runner gives the run, its messages and the hooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.audio import Spoken, speech_ask, transcription_ask
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.configured import Gateways
from vnchat.gateway.images import images_ask
from vnchat.gateway.native import claude_ask, gemini_ask
from vnchat.gateway.once import Ask, Make, Posted, ask_once
from vnchat.gateway.records import Record
from vnchat.gateway.repeats import Outcome
from vnchat.gateway.request import last_prompt
from vnchat.gateway.responses import responses_ask
from vnchat.gateway.routing import Route
from vnchat.gateway.tasks import Wanted, base_of, images_of, root_of, submit_of
from vnchat.reading.answered import Pictures
from vnchat.reading.made import Gathered
from vnchat.reading.native import Claude, Gemini
from vnchat.reading.reply import Reply
from vnchat.reading.responses import Responses
from vnchat.reading.transcript import Transcript
from vnchat.runs.live import LiveRun
from vnchat.runs.preview import Preview, of_once, of_task
from vnchat.runs.tasks import Hooks, Limits, Place, cancel_task, follow_task, repeated, run_task
from vnchat.settings import Settings

# What a route makes, for the card that stands for the answer meanwhile.
MAKES = {"image": "image", "speech": "audio", "transcription": "text", "responses": "text",
         "claude": "text", "gemini": "text"}  # fmt: skip


def limits_of(settings: Settings) -> Limits:
    return Limits(
        every=settings.task_poll_seconds,
        silence=settings.task_silence_seconds,
        give_up=settings.task_give_up_seconds,
        wait=settings.wait_limit_seconds,
    )


@dataclass(frozen=True, slots=True)
class Wish:
    """What goes along with the messages."""

    controls: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    stream: bool = True
    source: Mapping[str, Any] = field(default_factory=dict)  # the task that `step` continues
    step: str = ""
    pressed: str = ""  # the button of that task
    sound: tuple[str, bytes, str] | None = None  # attached: name, bytes, type
    mask: str = ""  # over the first picture, as a data: address


class Dispatch:
    def __init__(
        self,
        settings: Settings,
        gateways: Gateways,
        client: GatewayClient,
        records: Mapping[str, Record],
    ) -> None:
        self._settings = settings
        self._gateways = gateways
        self._client = client
        self.records = records

    def makes(self, route: Route) -> str:
        if route.kind == "task" and route.record in self.records:
            return self.records[route.record].kind
        return MAKES.get(route.kind, "")

    async def ask(
        self,
        live: LiveRun,
        route: Route,
        messages: Sequence[Mapping[str, Any]],
        wish: Wish,
        hooks: Hooks,
    ) -> Reply:
        """Everything from the request to its reply. Raises BadInput before anything is sent."""
        if route.kind != "task":
            return await self._once(live, route, messages, wish, hooks)
        return await run_task(
            self._task_place(live, route, wish),
            _wanted(live, messages, wish),
            run_id=live.id,
            hooks=hooks,
            limits=limits_of(self._settings),
            step=wish.step,
        )

    def _task_place(self, live: LiveRun, route: Route, wish: Wish) -> Place:
        """A step belongs to the record that made what is continued."""
        if wish.step and not wish.source:
            raise BadInput("This was not made by a task, so it cannot be continued this way.")
        return self._place(live, str(wish.source.get("record", "")) if wish.step else route.record)

    def preview(
        self, live: LiveRun, route: Route, messages: Sequence[Mapping[str, Any]], wish: Wish
    ) -> Preview:
        """What `ask` would send. Raises BadInput as it does."""
        if route.kind == "task":
            place = self._task_place(live, route, wish)
            asking = submit_of(place.record, _wanted(live, messages, wish), step=wish.step)
            return of_task(
                base_of(place.profile, place.record, asking).base_url.rstrip("/"), asking
            )
        profile, _ = self._gateways.get(live.gateway)
        ask, _ = self._asked(live, route, messages, wish)
        beside = isinstance(ask, Posted) and ask.beside
        return of_once((root_of(profile) if beside else profile).base_url.rstrip("/"), ask)

    async def _once(
        self,
        live: LiveRun,
        route: Route,
        messages: Sequence[Mapping[str, Any]],
        wish: Wish,
        hooks: Hooks,
    ) -> Reply:
        """One request and its answer."""
        profile, key = self._gateways.get(live.gateway)
        ask, make = self._asked(live, route, messages, wish)

        async def send() -> tuple[Reply | None, Outcome]:
            return await ask_once(
                self._client,
                profile,
                key,
                ask,
                make,
                media=route.kind in ("image", "speech"),
                run_id=live.id,
                on_change=hooks.on_change,
            )

        reply = await repeated(
            send,
            hooks,
            kind="create" if live.paid else "text",
            wait_limit=self._settings.wait_limit_seconds,
        )
        return reply or Reply()

    def _asked(
        self, live: LiveRun, route: Route, messages: Sequence[Mapping[str, Any]], wish: Wish
    ) -> tuple[Ask | Posted, Make]:
        profile, _ = self._gateways.get(live.gateway)
        wanted = _wanted(live, messages, wish)
        ask: Ask | Posted
        make: Make
        stream = wish.stream and profile.streams(live.model)
        about = (live.model, messages, wish.parameters, profile.body)
        match route.kind:
            case "image":
                ask, make = images_ask(wanted), Pictures
            case "speech":
                ask, make = speech_ask(wanted), Spoken
            case "transcription":
                if wish.sound is None:
                    raise BadInput("Attach the sound that is to be written down.")
                ask, make = transcription_ask(wanted, wish.sound), Transcript
            case "responses":
                ask, make = responses_ask(*about, stream=stream), Responses
            case "claude":
                ask, make = claude_ask(*about, stream=stream), Claude
            case "gemini":
                ask, make = gemini_ask(*about, stream=stream), Gemini
            case _:
                raise BadInput("A model of this kind cannot be used in a conversation.")
        return ask, make

    async def follow(self, live: LiveRun, hooks: Hooks, reader: Gathered) -> Reply:
        """A task whose id is known: only asked after."""
        place = self._place(live, str(live.task.get("record", "")))
        return await follow_task(
            place,
            live.task,
            reader=reader,
            hooks=hooks,
            limits=limits_of(self._settings),
            at_once=True,
        )

    def can_cancel(self, live: LiveRun) -> bool:
        record = self.records.get(str(live.task.get("record", "")))
        return record is not None and record.cancel is not None

    async def cancel(self, live: LiveRun) -> str:
        """Ask the provider to end the task of a run; what it said."""
        return await cancel_task(self._place(live, str(live.task["record"])), live.task)

    def reader(self, live: LiveRun) -> Gathered:
        return self._place(live, str(live.task.get("record", ""))).reader()

    def _place(self, live: LiveRun, record: str) -> Place:
        profile, key = self._gateways.get(live.gateway)
        found = self.records.get(record)
        if found is None:
            raise BadInput(f"The record “{record[:60]}” of this task is not there any more.")
        return Place(self._client, profile, key, found)


def _wanted(live: LiveRun, messages: Sequence[Mapping[str, Any]], wish: Wish) -> Wanted:
    return Wanted(
        model=live.model,
        prompt=last_prompt(messages),
        images=images_of(messages),
        controls=wish.controls,
        source=str(wish.source.get("id", "")),
        choice=wish.pressed,
        mask=wish.mask,
    )
