"""The runner: runs on the server's own loop, tied to no browser session.

`start` and `stop` may be called from any thread; everything else happens on the loop. Nothing
blocks the loop: database, files and pictures go to threads. What a run means is decided in
reading and states; what it says to its gateway is speaking.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4

from vnchat.conversation import Media, Run, RunState
from vnchat.errors import BadInput, NotFound, StorageUnavailable, VnchatError
from vnchat.gateway.client import GatewayClient
from vnchat.gateway.configured import Gateways
from vnchat.gateway.families import kind_hint
from vnchat.gateway.records import Record
from vnchat.reading import Fault
from vnchat.reading.reply import Reply
from vnchat.runs.choice import Choice
from vnchat.runs.delivery import Delivery
from vnchat.runs.dispatch import Dispatch
from vnchat.runs.endings import made_of, refused, state_of, with_failure
from vnchat.runs.gathering import Gathering
from vnchat.runs.hub import Hub
from vnchat.runs.live import LiveRun
from vnchat.runs.others import Others
from vnchat.runs.queue import Queue
from vnchat.runs.roster import Roster
from vnchat.runs.speaking import Speaking
from vnchat.runs.stopping import Stopping
from vnchat.runs.writing import EndedElsewhere, Writing
from vnchat.settings import Settings
from vnchat.store import Plan, Store, Turn

log = logging.getLogger(__name__)

KEEP_ENDED_SECONDS = 20.0
LATE_SECONDS = 1.5

P = ParamSpec("P")


def _counted(
    press: Callable[Concatenate[Runner, P], Turn],
) -> Callable[Concatenate[Runner, P], Turn]:
    """A press under way is waited for when the server ends: its turn is written by then."""

    @functools.wraps(press)
    def counted(self: Runner, /, *args: P.args, **kwargs: P.kwargs) -> Turn:
        with self._pressing:
            self._presses += 1
        try:
            return press(self, *args, **kwargs)
        finally:
            with self._pressing:
                self._presses -= 1

    return counted


class Runner:
    def __init__(
        self,
        settings: Settings,
        store: Store,
        gateways: Gateways,
        delivery: Delivery,
        hub: Hub,
        records: Mapping[str, Record] | None = None,
        link_of: Callable[[Media], str] | None = None,
    ) -> None:
        self.instance = uuid4().hex
        self._store = store
        self._gateways = gateways
        self._delivery = delivery
        self._hub = hub
        self._gathering = Gathering(store, gateways, delivery, link_of)
        self._client = GatewayClient(idle_seconds=settings.idle_seconds)
        self._dispatch = Dispatch(settings, gateways, self._client, records or {})
        self._queue = Queue(settings.runs_for_each, settings.runs_in_all)
        self._roster = Roster()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._background: set[asyncio.Task[Any]] = set()
        self._told_text: set[tuple[str, str]] = set()
        self._stopping = Stopping(store, hub, self._dispatch)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closing = False
        self._pressing = threading.Lock()
        self._presses = 0
        self._writing = Writing(store, self.instance)
        self.speaking = Speaking(
            settings, store, gateways, delivery, self._client,
            self._gathering, self._dispatch, self._writing, self._stopping, self._spawn,
        )  # fmt: skip
        self._others = Others(
            store,
            hub,
            delivery,
            instance=self.instance,
            shared=bool(settings.database_url),
            mine=self._carried,
            stop=self._stop_asked,
            adopt=self._adopt,
        )

    # -- life ---------------------------------------------------------------------------------

    async def begin(self) -> None:
        """Take the loop, end what dead servers left, go on fetching what was not fetched."""
        self._loop = asyncio.get_running_loop()
        self._hub.use(self._loop)
        await self._others.begin()
        self._spawn(self._writing.save_forever(self._roster.all))
        self._spawn(self._others.beat_forever())
        self._spawn(self._others.look_forever())
        self._spawn(self._delivery.resume(self._gateways))

    async def end(self) -> None:
        """Save everything and mark what goes on; safe to call twice."""
        if self._closing:
            return
        self._closing = True
        while self._presses:  # noqa: ASYNC110 - they are counted in other threads
            await asyncio.sleep(0.01)
        await asyncio.gather(
            *(self._cut(live) for live in self._roster.all()), return_exceptions=True
        )
        # Those that were just ending by themselves are stored too.
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._writing.settle()
        if self.speaking.late:  # the answers of submits that were cut: a moment for their ids
            await asyncio.wait(self.speaking.late, timeout=LATE_SECONDS)
        # Every one has let go of its file and its connection before the loop ends.
        left = [one for one in self._background if one is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._writing.close()
        await self._client.aclose()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """For scripts, which run in other threads."""
        if self._loop is None:
            raise StorageUnavailable("The server is not ready yet; try again in a moment.")
        return self._loop

    @property
    def client(self) -> GatewayClient:
        return self._client

    @property
    def alive(self) -> bool:
        return self._loop is not None and self._loop.is_running() and not self._closing

    # -- from any thread ----------------------------------------------------------------------

    @_counted
    def start(
        self,
        *,
        owner: str,
        conversation: str,
        choice: Choice,
        question: str | None = None,
        attached: Sequence[str] = (),
        parent: str | None = None,
    ) -> Turn:
        """Write the turn and begin its run.

        `parent` None continues at the conversation's head; with `question` None the question
        `parent` is answered once more. Raises BadInput, NotFound or StorageUnavailable before
        anything is sent.
        """
        if self._loop is None or self._closing:
            raise StorageUnavailable("The server is stopping. Nothing was sent; try again soon.")
        if question is not None and not question.strip() and not attached:
            raise BadInput("The prompt is empty. Write something or attach a picture.")
        if not choice.model.strip():
            raise BadInput("No model is chosen. Pick one or type its name.")
        profile, _ = self._gateways.get(choice.gateway)
        if parent is None:
            parent = self._head(conversation, owner)
        asked = (profile.id, choice.model)
        if question is None and (again := self._just_begun(owner, parent, *asked)):
            return again
        route = self.speaking.route(choice)
        hint = self._dispatch.makes(route) or kind_hint(choice.model)
        paid = route.kind in ("task", "image", "speech") or not self._tells_text(*asked)
        after = self._roster.answering(conversation, parent) if question is not None else None
        earlier: tuple[float, ...] = ()
        if hint in ("video", "image", "audio"):  # read before: after the turn nothing may fail
            earlier = tuple(self._store.runs.earlier_seconds(profile.id, choice.model))
        free = after is None and self._queue.has_room(owner)
        turn = self._store.conversations.add_turn(
            owner=owner,
            conversation=conversation,
            parent=parent,
            plan=Plan(
                model=choice.model,
                gateway=profile.id,
                paid=paid,
                stream=choice.stream and profile.streams(choice.model),
                parameters={
                    "system": choice.system,
                    "fields": dict(choice.parameters),
                    "continuing": dict(choice.continuing or {}),
                    "route": choice.route,
                    "controls": dict(choice.controls),
                },
                state="sending" if free else "queued",
                instance=self.instance,
            ),
            question=question,
            attached=attached,
            options=choice.options(),
        )
        live = LiveRun(
            id=turn.run,
            owner=owner,
            conversation=turn.conversation,
            message=turn.answer.id,
            model=choice.model,
            gateway=profile.id,
            paid=paid,
            made_hint=hint,
            state="sending" if free else "queued",
            created=time.time(),
            started=time.time() if free else 0.0,
            left_before=earlier,
            again=question is None,
            turn=turn if turn.question is not None and not attached else None,
        )
        if free and turn.question is not None and not turn.question.parent and not attached:
            live.ahead = [turn.question], {}
        elif free:  # read here: on the loop it would wait for a thread that competes with this one
            with contextlib.suppress(StorageUnavailable):
                live.ahead = self._gathering.path(live)
        self._roster.add(live)
        self._loop.call_soon_threadsafe(self._begin_run, live, choice, after)
        self._hub.tell(owner, "tree", turn.conversation)
        self._hub.tell(owner, "item", turn.conversation)
        return turn

    def stop(self, run: str, *, owner: str) -> None:
        """The state first, the connection second. A run of another server is asked by its row."""
        live = self._roster.of(run, owner)
        if live is None:
            self._store.runs.ask_to_stop(run, owner=owner)
            return
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop_here, live)

    def look_again(self, run: str, *, owner: str) -> None:
        """Ask after a task whose end nobody saw. Nothing is sent anew."""
        if self._loop is None or self._closing:
            raise StorageUnavailable("The server is stopping; try again soon.")
        if not self._store.runs.look_again(run, owner=owner, instance=self.instance):
            return  # it is followed already, or has its end
        told = self._store.runs.get(run, owner=owner)
        self._loop.call_soon_threadsafe(self._adopt, told)
        self._hub.tell(owner, "tree", told.conversation)
        self._hub.tell(owner, "item", told.conversation)

    def live(self, run: str, *, owner: str) -> LiveRun | None:
        return self._roster.of(run, owner)

    def begun(self, conversation: str, *, owner: str) -> LiveRun | None:
        """The run of the turn that was written last there, as long as it goes on."""
        return self._roster.begun(conversation, owner)

    def going(self, owner: str) -> list[LiveRun]:
        return self._roster.going(owner)

    # -- on the loop --------------------------------------------------------------------------

    def _begin_run(self, live: LiveRun, choice: Choice, after: LiveRun | None) -> None:
        if self._closing:  # pressed while the server was stopping: `end` cuts it, nothing is sent
            return
        self._carry(live, self._queued(live, choice, after))

    def _adopt(self, run: Run) -> None:
        """Go on with a task whose id is known: after a restart, or because somebody asks."""
        live = LiveRun(
            id=run.id,
            owner=run.owner,
            conversation=run.conversation,
            message=run.message,
            model=run.model,
            gateway=run.gateway,
            paid=run.paid,
            made_hint="",
            state="running",
            created=run.created,
            started=run.started,
            first_byte=run.first_byte,
            attempt=run.attempt,
            task=run.task,
        )
        self._roster.add(live)
        self._carry(live, self.speaking.follow(live, run.reply))

    def _carry(self, live: LiveRun, asking: Coroutine[Any, Any, Reply]) -> None:
        task = asyncio.get_running_loop().create_task(self._work(live, asking))
        self._tasks[live.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(live.id, None))

    async def _queued(self, live: LiveRun, choice: Choice, after: LiveRun | None) -> Reply:
        async with self._queue.place(live, after):
            if live.state == "queued":
                await self._writing.sends(live, 1, started=time.time())
            return await self.speaking.ask(live, choice)

    async def _work(self, live: LiveRun, asking: Coroutine[Any, Any, Reply]) -> None:
        """Every way out ends in a state."""
        try:
            reply = await asking
            await self._finish(live, state_of(reply, paid=live.charged), reply)
        except asyncio.CancelledError:
            raise  # whoever cancelled has given the state
        except EndedElsewhere:
            log.warning("run %s was ended by another server before it was sent", live.id)
            await self._finish(live, "interrupted", Reply())
        except VnchatError as error:
            log.info("run %s ended: %s %s", live.id, error, error.detail)
            await self._finish(live, "failed", refused(str(error)))
        except Exception as error:  # a background run must end in a state
            log.exception("run %s broke", live.id)
            reply = live.reader.end(Fault("network", repr(error))) if live.reader else Reply()
            broke = refused(f"Something in vnchat broke (reference {live.id[:8]}).")
            await self._finish(
                live, "failed", broke if not reply.raw else with_failure(reply, broke)
            )

    async def _finish(self, live: LiveRun, state: RunState, reply: Reply) -> None:
        """Give the final state once; with the database away the reply is held until it is back."""
        if not live.going:
            return
        live.state = state
        made = made_of(live, state, reply)
        results = self._delivery.expected_of(live, reply)
        ended = await self._writing.until_stored(
            live,
            lambda: self._store.runs.finish(
                live.id,
                state,
                reply,
                made,
                owner=live.owner,
                first_byte=live.first_byte,
                results=results,
            ),
        )
        if ended and results:
            self._spawn(self._delivery.deliver(live.message, live.owner, live.gateway))
        live.final = True
        live.wake()
        self._hub.tell(live.owner, "ended", live.id, live.conversation, state)
        self._hub.tell(live.owner, "item", live.conversation)
        asyncio.get_running_loop().call_later(KEEP_ENDED_SECONDS, self._roster.let_go, live)

    def _stop_asked(self, run: str) -> None:
        if live := self._roster.get(run):
            self._stop_here(live)

    def _carried(self) -> list[str]:
        """The runs that somebody in this process will give an end to."""
        going = [live.id for live in self._roster.going()]
        return [*going, *self._writing.pending]

    def _stop_here(self, live: LiveRun) -> None:
        if live.going:
            self._spawn(self._cut(live, "stopped"))

    async def _cut(self, live: LiveRun, state: RunState | None = None) -> None:
        """End a run from outside: stopped by a person, or cut off by the end of the server."""
        if not live.going:
            return  # it is just ending by itself: that is not to be cut short
        if state is None and live.task:
            if task := self._tasks.get(live.id):
                task.cancel()
            await self._writing.text_of(live)
            return  # its row stays as it is: whoever starts next asks after it
        fault = Fault("stopped" if state == "stopped" else "shutdown")
        reply = live.reader.end(fault) if live.reader is not None else Reply()
        if state is None:
            sent = live.state in ("sending", "running")
            state = "unknown" if live.charged and sent else "interrupted"
        if state == "stopped":
            reply = self._stopping.marked(live, reply)
        finishing = asyncio.ensure_future(self._finish(live, state, reply))
        await asyncio.sleep(0)  # the state is given before the connection is closed
        if task := self._tasks.get(live.id):
            task.cancel()
        await finishing
        if state == "stopped":
            await self._stopping.cancel(live)

    # -- small decisions ----------------------------------------------------------------------

    def _tells_text(self, gateway: str, model: str) -> bool:
        """Once it has, it has: the database is asked no more."""
        asked = (gateway, model)
        if asked not in self._told_text and self._store.runs.answered_with_text(*asked):
            self._told_text.add(asked)
        return asked in self._told_text

    def _head(self, conversation: str, owner: str) -> str:
        """Where the conversation goes on; nowhere yet if it is not written."""
        try:
            return self._store.conversations.get(conversation, owner=owner).head
        except NotFound:
            return ""  # a foreign one is refused when the turn is written

    def _just_begun(self, owner: str, question: str, gateway: str, model: str) -> Turn | None:
        """The same press twice: the run that the first one began, be it over already."""
        for live in self._roster.pressed_before(owner, gateway, model):
            try:
                answer = self._store.conversations.message(live.message, owner=owner)
            except NotFound:
                continue
            if answer.parent == question:
                return Turn(live.conversation, None, answer, live.id)
        return None

    def _spawn(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return task
