"""From what was typed and attached to a run. No drawing here; the composer and thread call it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Protocol

import streamlit as st

from vnchat.conversation import Media
from vnchat.engine import engine
from vnchat.errors import BadInput
from vnchat.library.pictures import rebuild
from vnchat.ui import continuing
from vnchat.ui.loop import on_the_loop
from vnchat.ui.state import Open, choice, owner, say

MOST_PICTURES = 8


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
        choice=wanted,
        question=text,
        attached=[one.id for one in pictures],
        parent=parent,
    )
    if whole:
        current.attached, current.continuing = [], None
    current.problem = ""
    if turn.question is not None:
        current.messages = [*current.messages, turn.question, turn.answer]
    if st.query_params.get("c") != current.id:
        st.query_params["c"] = current.id


def answer_again(current: Open, question: str) -> None:
    wanted = dataclasses.replace(choice(), continuing=continuing.before(question))
    engine().runner.start(owner=owner(), conversation=current.id, choice=wanted, parent=question)


def fetch_again(media: str) -> None:
    on_the_loop(engine().delivery.again(media, owner=owner()), wait=False)


def take_pictures(files: Sequence[File]) -> list[Media]:
    """Rebuild and keep what was attached. Raises BadInput naming the first file that is none.

    The good ones of a refused handful are not lost: they are in the error's `kept`.
    """
    settings = engine().settings
    kept: list[Media] = []
    if len(files) > MOST_PICTURES:
        raise PicturesRefused(say("too_many_pictures", most=MOST_PICTURES), kept)
    refusal = ""
    for file in files:
        try:
            picture = rebuild(
                file.getvalue(),
                longest=settings.picture_longest,
                max_bytes=settings.picture_max_bytes,
            )
        except BadInput as error:
            refusal = refusal or say("picture_refused", name=file.name[:80], why=str(error))
            continue
        kept.append(on_the_loop(engine().delivery.keep_given(picture, file.name, owner=owner())))
    if refusal:
        raise PicturesRefused(refusal, kept)
    return kept


class PicturesRefused(BadInput):
    def __init__(self, sentence: str, kept: list[Media]) -> None:
        super().__init__(sentence)
        self.kept = kept
