"""From what was typed and attached to a run. No drawing here; the composer and thread call it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Protocol

from vnchat.conversation import Media
from vnchat.engine import engine
from vnchat.errors import BadInput
from vnchat.gateway.images import VARIATIONS, takes_variations
from vnchat.gateway.talking import talks
from vnchat.library.extract import extract
from vnchat.library.faults import MediaFault
from vnchat.library.pictures import rebuild
from vnchat.library.probe import probe
from vnchat.library.sniff import HEAD, container_of
from vnchat.runs.choice import Choice
from vnchat.ui import continuing, controls, masking
from vnchat.ui.loop import on_the_loop
from vnchat.ui.state import Open, choice, choose, others, owner, say

MOST_FILES = 8
MOST_FILM_BYTES = 20_000_000  # it goes inside the request, a third longer
PICTURE_NAMES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".heif", ".avif")


class File(Protocol):
    name: str

    def getvalue(self) -> bytes: ...


def send(
    current: Open,
    text: str,
    attached: Sequence[Media],
    *,
    parent: str | None = None,
    whole: bool = True,
    continues: Mapping[str, str] | None = None,
) -> None:
    """Send a prompt in the open conversation.

    Raises VnchatError before anything is written; what was typed stays with the caller. `whole`
    takes along what waits beside the composer (pictures, a video that is to be changed);
    `continues` is what the message before its editing continued.
    """
    wanted = dataclasses.replace(choice(), continuing=continues)
    pictures = [*attached, *current.attached] if whole else list(attached)
    if any(one.kind == "mask" for one in pictures):
        pictures = masking.in_order(pictures, masking.wanted_now(current) if whole else wanted)
    if whole and current.continuing:
        message, wish = current.continuing
        wanted = dataclasses.replace(
            wanted,
            model=continuing.model_for(current),
            continuing={"message": message, "wish": wish},
        )
        parent = message if parent is None else parent
    turn = engine().runner.start(
        owner=owner(),
        conversation=current.id,
        choice=controls.routed(wanted),
        question=text,
        attached=[one.id for one in pictures],
        parent=parent,
    )
    if whole and turn.question is not None and not wanted.continuing:
        _beside(current, wanted, turn.question.id, turn.answer.id)
    if whole:
        current.attached, current.continuing = [], None
    current.problem = ""
    if turn.question is not None:
        current.messages = [*current.messages, turn.question, turn.answer]


def _beside(current: Open, wanted: Choice, question: str, first: str) -> None:
    """The same prompt to the other models that were chosen: answers of one turn, side by side."""
    store = engine().store
    answers = [first]
    for gateway, model in others():
        other = dataclasses.replace(wanted, gateway=gateway, model=model, controls={})
        turn = engine().runner.start(
            owner=owner(),
            conversation=current.id,
            choice=controls.routed(other),
            parent=question,
        )
        answers.append(turn.answer.id)
    if len(answers) > 1:
        store.conversations.turn_to(first, owner=owner())
        options = {**wanted.options(), "beside": answers}
        store.conversations.set_options(current.id, options, owner=owner())
        engine().hub.tell(owner(), "tree", current.id)


def go_on_with(message: str) -> None:
    """One of the answers side by side is chosen; the others stay as its versions."""
    store = engine().store
    conversation = store.conversations.turn_to(message, owner=owner())
    told = store.conversations.get(conversation, owner=owner())
    options = {name: value for name, value in told.options.items() if name != "beside"}
    store.conversations.set_options(conversation, options, owner=owner())
    run = store.runs.get(store.conversations.message(message, owner=owner()).run, owner=owner())
    known = {one.id for one in engine().gateways.all()}
    gateway = run.gateway if run.gateway in known else choice().gateway
    choose(dataclasses.replace(choice(), gateway=gateway, model=run.model))


def answer_again(current: Open, question: str, model: str = "") -> None:
    wanted = dataclasses.replace(choice(), continuing=continuing.before(question))
    if model:
        wanted = dataclasses.replace(wanted, model=model, controls={})
    engine().runner.start(
        owner=owner(), conversation=current.id, choice=controls.routed(wanted), parent=question
    )


def press(current: Open, message: str, pressed: str) -> None:
    """A button of a provider's task, as a turn of its own. One press is one task."""
    store = engine().store
    told = store.conversations.message(message, owner=owner())
    run = store.runs.get(told.run, owner=owner())
    every = run.reply.extra.get("choices")
    label = next((str(one["label"]) for one in every or () if one.get("id") == pressed), "")
    if not label:
        raise BadInput(say("choice_gone"))
    going = engine().runner.going(owner())
    asked = {"message": message, "wish": "action", "pressed": pressed}
    if any(
        store.runs.get(one.id, owner=owner()).parameters.get("continuing") == asked
        for one in going
        if one.conversation == current.id
    ):
        return  # the same press twice: its task is on its way
    wanted = dataclasses.replace(
        choice(), gateway=run.gateway, model=run.model, continuing=asked, system="", controls={}
    )
    engine().runner.start(
        owner=owner(),
        conversation=current.id,
        choice=controls.routed(wanted),
        question=label,
        parent=message,
    )


def vary(current: Open, message: str, media: str) -> None:
    """More of the same: by the endpoint for variations where the model has one, else once more."""
    store = engine().store
    wanted = choice()
    if not (takes_variations(wanted.model) and controls.route_now(wanted).kind == "image"):
        answer_again(current, store.conversations.message(message, owner=owner()).parent)
        return
    picture = store.media.copy(store.media.get(media, owner=owner()))
    told = controls.routed(wanted)
    engine().runner.start(
        owner=owner(),
        conversation=current.id,
        choice=dataclasses.replace(told, route=f"task:{VARIATIONS}", system=""),
        question="",
        attached=[picture.id],
        parent=message,
    )


def look_again(message: str) -> bool:
    """Ask after the task of an answer whose end nobody saw; False if it has none to ask after."""
    store = engine().store
    told = store.conversations.message(message, owner=owner())
    if not told.run:
        return False
    run = store.runs.get(told.run, owner=owner())
    if not run.task or run.state not in ("unknown", "stopped", "interrupted"):
        return False
    engine().runner.look_again(run.id, owner=owner())
    return True


def fetch_again(media: str) -> None:
    on_the_loop(engine().delivery.again(media, owner=owner()), wait=False)


def take_files(files: Sequence[File]) -> list[Media]:
    """Keep what was attached, each in its way. Raises FilesRefused naming the first that cannot be.

    The good ones of a refused handful are not lost: they are in the error's `kept`.
    """
    kept: list[Media] = []
    if len(files) > MOST_FILES:
        raise FilesRefused(say("too_many_files", most=MOST_FILES), kept)
    refusal = ""
    for file in files:
        try:
            kept.append(_take(file.getvalue(), file.name))
        except BadInput as error:
            refusal = refusal or say("file_refused", name=file.name[:80], why=str(error))
    if refusal:
        raise FilesRefused(refusal, kept)
    return kept


def _take(data: bytes, name: str) -> Media:
    """One file by what it is: a picture rebuilt, a film if the gateway takes it, else its words."""
    delivery, settings = engine().delivery, engine().settings
    found = container_of(data[:HEAD])
    if (found and found.kind == "image") or name.lower().endswith(PICTURE_NAMES):
        picture = rebuild(
            data, longest=settings.picture_longest, max_bytes=settings.picture_max_bytes
        )
        return on_the_loop(delivery.keep_given(picture, name, owner=owner()))
    if found is None:
        told = extract(data, name)
        if told.cut:
            raise BadInput(say("file_too_long", tokens=f"{told.tokens:,}"))
        return on_the_loop(delivery.keep_document(data, told, name, owner=owner()))
    try:
        facts = probe(data)
    except MediaFault as error:
        raise BadInput(str(error), detail=error.detail) from error
    profile = engine().gateways.get(choice().gateway)[0]
    heard = controls.route_now(choice()).kind == "transcription" or (
        facts.kind == "audio" and talks(choice().model)
    )
    if not heard and not profile.takes(facts.kind):
        raise BadInput(say(f"no_{facts.kind}_in", gateway=profile.name))
    if len(data) > MOST_FILM_BYTES:
        raise BadInput(say("film_too_large", most=MOST_FILM_BYTES // 1_000_000))
    return on_the_loop(delivery.keep_film(data, facts, name, owner=owner()))


class FilesRefused(BadInput):
    def __init__(self, sentence: str, kept: list[Media]) -> None:
        super().__init__(sentence)
        self.kept = kept
