"""By which route a run is asked when it is no chat: tasks, pictures, sound, the responses form.

Pictures, speech and the like are one request each (gateway/images.py, audio.py, responses.py);
tasks are submitted and followed (tasks.py). The runner gives the run, its messages and the hooks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vnchat.errors import BadInput
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.configured import Gateways
from vnchat.gateway.records import Record
from vnchat.gateway.request import last_prompt
from vnchat.gateway.routing import Route
from vnchat.gateway.tasks import Wanted, images_of
from vnchat.reading.made import Gathered
from vnchat.reading.reply import Reply
from vnchat.runs.live import LiveRun
from vnchat.runs.tasks import Hooks, Limits, Place, follow_task, run_task
from vnchat.settings import Settings

# What a route makes, for the card that stands for the answer meanwhile.
MAKES = {"image": "image", "speech": "audio", "transcription": "text", "responses": "text"}


def limits_of(settings: Settings) -> Limits:
    return Limits(
        every=settings.task_poll_seconds,
        silence=settings.task_silence_seconds,
        give_up=settings.task_give_up_seconds,
        wait=settings.wait_limit_seconds,
    )


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
        controls: Mapping[str, str],
        hooks: Hooks,
        *,
        source: Mapping[str, Any] | None = None,
        step: str = "",
        choice: str = "",
    ) -> Reply:
        """Everything from the request to its reply. Raises BadInput before anything is sent.

        `source` is the task that `step` continues, `choice` the button that was pressed.
        """
        if route.kind != "task":
            raise BadInput("A model of this kind cannot be used in a conversation.")
        if step and not source:
            raise BadInput("This was not made by a task, so it cannot be continued this way.")
        # A step belongs to the record that made what is continued.
        record = str(source.get("record", "")) if step and source else route.record
        place = self._place(live, record)
        wanted = Wanted(
            model=live.model,
            prompt=last_prompt(messages),
            images=images_of(messages),
            controls=controls,
            source=str((source or {}).get("id", "")),
            choice=choice,
        )
        return await run_task(
            place,
            wanted,
            run_id=live.id,
            hooks=hooks,
            limits=limits_of(self._settings),
            step=step,
        )

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

    def reader(self, live: LiveRun) -> Gathered:
        return self._place(live, str(live.task.get("record", ""))).reader()

    def _place(self, live: LiveRun, record: str) -> Place:
        profile, key = self._gateways.get(live.gateway)
        found = self.records.get(record)
        if found is None:
            raise BadInput(f"The record “{record[:60]}” of this task is not there any more.")
        return Place(self._client, profile, key, found)
