"""Finding kept files: filters, search in prompts, pages. Only reads; media.py writes the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from vnchat.conversation import Media
from vnchat.store.database import reading
from vnchat.store.tables import conversations, media, messages, runs

PROMPT_LENGTH = 2000  # of a prompt as the library shows it
MOST_NAMED = 300  # conversations offered as a filter

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
        query = (
            sa.select(
                media,
                sa.func.substr(_prompt, 1, PROMPT_LENGTH).label("prompt"),
                sa.func.coalesce(runs.c.model, "").label("model"),
                conversations.c.title.label("title"),
            )
            .select_from(_joined())
            .where(*_conditions(wanted, owner))
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

    def count(self, wanted: Wanted, *, owner: str) -> tuple[int, int]:
        """How many files fit, and their bytes."""
        query = (
            sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(media.c.size), 0))
            .select_from(_joined())
            .where(*_conditions(wanted, owner))
        )
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
