"""Finding kept files: filters, search in prompts, pages. Only reads; media.py writes the rows.

A fork, an edited question or a frame used again name the same bytes once more: that is one item
here, shown where it was made, with the other places beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import Media
from vnchat.store.database import reading
from vnchat.store.tables import conversations, media, messages, runs

PROMPT_LENGTH = 2000  # of a prompt as the library shows it
MOST_NAMED = 300  # conversations offered as a filter
MOST_PLACES = 20  # of one file

_question = messages.alias("question")
_prompt = sa.case(
    (media.c.origin == "given", messages.c.text),
    else_=sa.func.coalesce(_question.c.text, ""),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; an empty field asks for everything."""

    kind: str = ""  # video, image, audio, file
    origin: str = ""  # result, given
    model: str = ""
    conversation: str = ""
    since: float = 0.0
    until: float = 0.0
    smallest: int = 0
    largest: int = 0
    words: str = ""  # all of them stand in the prompt or in the file's name


@dataclass(frozen=True, slots=True)
class Found:
    """A kept file and where it comes from."""

    media: Media
    prompt: str
    model: str
    title: str


@dataclass(frozen=True, slots=True)
class Place:
    """A message that shows a file."""

    conversation: str
    message: str
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by."""

    models: list[str] = field(default_factory=list)
    conversations: list[tuple[str, str]] = field(default_factory=list)  # (id, title)


class Library:
    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def page(
        self, wanted: Wanted, *, owner: str, after: tuple[float, str] | None = None, limit: int = 60
    ) -> list[Found]:
        """The newest first; `after` is (created, id) of the last one of the page before."""
        once = _once(wanted, owner)
        query = (
            sa.select(
                media,
                sa.func.substr(_prompt, 1, PROMPT_LENGTH).label("prompt"),
                sa.func.coalesce(runs.c.model, "").label("model"),
                conversations.c.title.label("title"),
            )
            .select_from(_joined().join(once, once.c.id == media.c.id))
            .where(once.c.nth == 1)
            .order_by(media.c.created.desc(), media.c.id.desc())
            .limit(limit)
        )
        if after is not None:
            query = query.where(
                sa.or_(
                    media.c.created < after[0],
                    sa.and_(media.c.created == after[0], media.c.id < after[1]),
                )
            )
        with reading(self._engine) as connection:
            return [_found(row) for row in connection.execute(query).all()]

    def one(self, media_id: str, *, owner: str) -> Found | None:
        with reading(self._engine) as connection:
            row = connection.execute(
                sa.select(
                    media,
                    _prompt.label("prompt"),
                    sa.func.coalesce(runs.c.model, "").label("model"),
                    conversations.c.title.label("title"),
                )
                .select_from(_joined())
                .where(*_conditions(Wanted(), owner), media.c.id == media_id)
            ).first()
        return None if row is None else _found(row)

    def places(self, keys: Sequence[str], *, owner: str) -> dict[str, list[Place]]:
        """Where each of these files is shown, the first place first."""
        with reading(self._engine) as connection:
            rows = connection.execute(
                sa.select(media.c.key, media.c.conversation, media.c.message, conversations.c.title)
                .select_from(_joined())
                .where(*_conditions(Wanted(), owner), media.c.key.in_(list(keys)))
                .order_by(*_FIRST)
            ).all()
        found: dict[str, list[Place]] = {}
        for row in rows:
            places = found.setdefault(row.key, [])
            if len(places) < MOST_PLACES:
                places.append(Place(row.conversation, row.message, row.title or ""))
        return found

    def count(self, wanted: Wanted, *, owner: str) -> tuple[int, int]:
        """How many files fit, and their bytes."""
        sizes = (
            sa.select(sa.func.max(media.c.size).label("size"))
            .select_from(_joined())
            .where(*_conditions(wanted, owner))
            .group_by(media.c.key)
            .subquery()
        )
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(sizes.c.size), 0))
        query = query.select_from(sizes)
        with reading(self._engine) as connection:
            row = connection.execute(query).one()
        return int(row[0]), int(row[1])

    def choices(self, *, owner: str) -> Choices:
        here = _conditions(Wanted(), owner)
        with reading(self._engine) as connection:
            models = connection.execute(
                sa.select(runs.c.model).select_from(_joined()).where(*here).distinct()
            ).scalars()
            named = connection.execute(
                sa.select(conversations.c.id, conversations.c.title)
                .select_from(_joined())
                .where(*here)
                .distinct()
                .order_by(conversations.c.title, conversations.c.id)
                .limit(MOST_NAMED)
            ).all()
            return Choices(
                models=sorted(one for one in models if one),
                conversations=[(row[0], row[1]) for row in named],
            )


# of several places of one file the first: where it was made, not where it was given again
_FIRST = (media.c.origin != "result", media.c.created, messages.c.seq, media.c.id)


def _once(wanted: Wanted, owner: str) -> sa.Subquery:
    """The rows that fit, numbered for each file."""
    nth = sa.func.row_number().over(partition_by=media.c.key, order_by=_FIRST)
    return (
        sa.select(media.c.id, nth.label("nth"))
        .select_from(_joined())
        .where(*_conditions(wanted, owner))
        .subquery()
    )


def _joined() -> sa.FromClause:
    return (
        media.join(messages, messages.c.id == media.c.message)
        .join(conversations, conversations.c.id == media.c.conversation)
        .outerjoin(_question, _question.c.id == messages.c.parent)
        .outerjoin(runs, runs.c.id == messages.c.run)
    )


def _conditions(wanted: Wanted, owner: str) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [
        media.c.owner == owner,
        conversations.c.owner == owner,
        media.c.key != "",
        media.c.origin.in_(("result", "given")),
        media.c.kind != "mask",
        messages.c.deleted == 0,
        conversations.c.deleted == 0,
    ]
    for column, value in (
        (media.c.kind, wanted.kind),
        (media.c.origin, wanted.origin),
        (media.c.conversation, wanted.conversation),
        (runs.c.model, wanted.model),
    ):
        if value:
            found.append(column == value)
    if wanted.since:
        found.append(media.c.created >= wanted.since)
    if wanted.until:
        found.append(media.c.created < wanted.until)
    if wanted.smallest:
        found.append(media.c.size >= wanted.smallest)
    if wanted.largest:
        found.append(media.c.size < wanted.largest)
    for word in wanted.words.split()[:8]:
        found.append(
            sa.or_(
                _prompt.icontains(word[:100], autoescape=True),
                media.c.name.icontains(word[:100], autoescape=True),
            )
        )
    return found


def _found(row: sa.Row[Any]) -> Found:
    known = Media(**{name: getattr(row, name) for name in Media.__dataclass_fields__})
    return Found(known, row.prompt or "", row.model, row.title or "")
