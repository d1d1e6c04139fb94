"""The tables, and the two column types that clean what comes from outside.

Only shapes here; queries are in the neighbours. A change of a table needs a step in migrations/
(a test compares the two).
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def clean(text: str) -> str:
    """Text as both databases can hold it: no NUL, no half characters."""
    if text.isascii() and "\x00" not in text:
        return text
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


class CleanText(TypeDecorator[str]):
    """Text from outside: NUL and lone surrogates are replaced on the way in."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Json(TypeDecorator[Any]):
    """A JSON value as text. Not the databases' own type: PostgreSQL's refuses what JSON allows."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(**more: Any) -> sa.Column[str]:
    return sa.Column("id", sa.String(64), **more)


def _short(name: str, default: str = "", **more: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(200), nullable=False, server_default=default, **more)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def _count(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=default)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


conversations = sa.Table(
    "conversations",
    metadata,
    _id(primary_key=True),
    _short("owner"),
    sa.Column("title", CleanText, nullable=False, server_default=""),
    _short("head"),
    sa.Column("options", Json, nullable=False, server_default="{}"),
    _number("created"),
    _number("updated"),
    _flag("pinned"),
    sa.Column("folder", CleanText, nullable=False, server_default=""),
    _flag("archived"),
    _number("deleted"),
    sa.Index(None, "owner", "updated"),
)

messages = sa.Table(
    "messages",
    metadata,
    # the order of messages is this number, never a clock
    sa.Column(
        "seq",
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        primary_key=True,
        autoincrement=True,
    ),
    _id(nullable=False, unique=True),
    _short("owner"),
    _short("conversation"),
    _short("parent"),
    _short("role"),
    sa.Column("text", CleanText, nullable=False, server_default=""),
    _short("run"),
    _number("created"),
    _number("deleted"),
    sa.Index(None, "conversation", "seq"),
    sa.Index(None, "conversation", "parent"),
)

runs = sa.Table(
    "runs",
    metadata,
    _id(primary_key=True),
    _short("owner"),
    _short("conversation"),
    _short("message"),
    _short("state"),
    sa.Column("model", CleanText, nullable=False, server_default=""),
    _short("gateway"),
    _flag("paid"),
    _flag("stream"),
    sa.Column("parameters", Json, nullable=False, server_default="{}"),
    sa.Column("reply", Json, nullable=False, server_default="{}"),
    # a provider's task: its id and how it is asked after; {} until it was accepted
    sa.Column("task", Json, nullable=False, server_default="{}"),
    _short("made"),  # video, image, audio or text, once it is done
    _number("created"),
    _number("started"),
    _number("first_byte"),
    _number("ended"),
    _count("attempt", "1"),
    _number("wait_until"),
    _short("instance"),
    _flag("stop_asked"),
    _flag("seen"),
    _count("requests"),
    # the newest run of a conversation is read from the index alone, without its long reply
    sa.Index(None, "conversation", "created", "state", "made", "seen"),
    sa.Index(None, "state"),
    sa.Index(None, "gateway", "model", "made"),
)

media = sa.Table(
    "media",
    metadata,
    _id(primary_key=True),
    _short("owner"),
    _short("conversation"),
    _short("message"),
    _short("run"),
    _short("kind"),
    _short("origin"),
    _short("state"),
    _count("place"),
    sa.Column("name", CleanText, nullable=False, server_default=""),
    _short("type"),
    _short("key"),
    _count("size"),
    _count("width"),
    _count("height"),
    _number("seconds"),
    _short("codec"),
    sa.Column("playable", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("link", CleanText, nullable=False, server_default=""),
    _short("poster"),
    _short("reason"),
    _flag("again"),
    _count("tokens"),
    _number("created"),
    sa.Index(None, "message"),
    sa.Index(None, "conversation"),
    sa.Index(None, "key"),
    sa.Index(None, "poster"),
    sa.Index(None, "owner", "created"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("conversation", sa.String(200), primary_key=True),
    sa.Column("text", CleanText, nullable=False, server_default=""),
    _number("updated"),
)

# how a person asks a model, where the gateway's list does not say it or says it wrongly
routes = sa.Table(
    "routes",
    metadata,
    sa.Column("owner", sa.String(200), primary_key=True),
    sa.Column("gateway", sa.String(200), primary_key=True),
    sa.Column("model", sa.String(200), primary_key=True),
    _short("route"),
)

instances = sa.Table(
    "instances",
    metadata,
    _id(primary_key=True),
    _number("heartbeat"),  # the database's clock
)

shares = sa.Table(
    "shares",
    metadata,
    _id(primary_key=True),  # the secret part of the address
    _short("owner"),
    _short("conversation"),
    _short("head"),  # the end of what is shared; what is written later is not
    _flag("with_media"),
    _number("created"),
    sa.Index(None, "owner", "conversation"),
)

presets = sa.Table(
    "presets",
    metadata,
    _id(primary_key=True),
    _short("owner"),
    _short("kind"),  # assistant or template
    sa.Column("name", CleanText, nullable=False, server_default=""),
    sa.Column("body", Json, nullable=False, server_default="{}"),
    _flag("chosen"),  # the assistant that a new conversation begins with
    _number("updated"),
    sa.Index(None, "owner", "kind"),
)
