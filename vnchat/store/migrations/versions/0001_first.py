"""The first schema: conversations, messages, runs, media, drafts, instances."""

import sqlalchemy as sa
from alembic import op

from vnchat.store import search

revision = "0001"
down_revision = None


def _short(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(200), nullable=False, server_default="")


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _number(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def _count(name: str, default: str = "0") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=False, server_default=default)


def _flag(name: str, default: bool = False) -> sa.Column[bool]:
    value = sa.true() if default else sa.false()
    return sa.Column(name, sa.Boolean, nullable=False, server_default=value)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _text("title"),
        _short("head"),
        _text("options", "{}"),
        _number("created"),
        _number("updated"),
        _flag("pinned"),
        _text("folder"),
        _flag("archived"),
        _number("deleted"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_owner_updated", "conversations", ["owner", "updated"])
    op.create_table(
        "messages",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            nullable=False,
            autoincrement=True,
        ),
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _short("conversation"),
        _short("parent"),
        _short("role"),
        _text("text"),
        _short("run"),
        _number("created"),
        _number("deleted"),
        sa.PrimaryKeyConstraint("seq", name="pk_messages"),
        sa.UniqueConstraint("id", name="uq_messages_id"),
    )
    op.create_index("ix_messages_conversation_seq", "messages", ["conversation", "seq"])
    op.create_index("ix_messages_conversation_parent", "messages", ["conversation", "parent"])
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _short("conversation"),
        _short("message"),
        _short("state"),
        _text("model"),
        _short("gateway"),
        _flag("paid"),
        _flag("stream"),
        _text("parameters", "{}"),
        _text("reply", "{}"),
        _text("task", "{}"),
        _short("made"),
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
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index(
        "ix_runs_conversation_created_state_made_seen",
        "runs",
        ["conversation", "created", "state", "made", "seen"],
    )
    op.create_index("ix_runs_state", "runs", ["state"])
    op.create_index("ix_runs_gateway_model_made", "runs", ["gateway", "model", "made"])
    op.create_table(
        "media",
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _short("conversation"),
        _short("message"),
        _short("run"),
        _short("kind"),
        _short("origin"),
        _short("state"),
        _count("place"),
        _text("name"),
        _short("type"),
        _short("key"),
        _count("size"),
        _count("width"),
        _count("height"),
        _number("seconds"),
        _short("codec"),
        _flag("playable", True),
        _text("link"),
        _short("poster"),
        _short("reason"),
        _flag("again"),
        _count("tokens"),
        _number("created"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
    )
    op.create_index("ix_media_message", "media", ["message"])
    op.create_index("ix_media_conversation", "media", ["conversation"])
    op.create_index("ix_media_key", "media", ["key"])
    op.create_index("ix_media_poster", "media", ["poster"])
    op.create_index("ix_media_owner_created", "media", ["owner", "created"])
    op.create_table(
        "drafts",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("conversation", sa.String(200), nullable=False),
        _text("text"),
        _number("updated"),
        sa.PrimaryKeyConstraint("owner", "conversation", name="pk_drafts"),
    )
    op.create_table(
        "routes",
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("gateway", sa.String(200), nullable=False),
        sa.Column("model", sa.String(200), nullable=False),
        _short("route"),
        sa.PrimaryKeyConstraint("owner", "gateway", "model", name="pk_routes"),
    )
    op.create_table(
        "instances",
        sa.Column("id", sa.String(64), nullable=False),
        _number("heartbeat"),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
    )
    op.create_table(
        "shares",
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _short("conversation"),
        _short("head"),
        _flag("with_media"),
        _number("created"),
        sa.PrimaryKeyConstraint("id", name="pk_shares"),
    )
    op.create_index("ix_shares_owner_conversation", "shares", ["owner", "conversation"])
    op.create_table(
        "presets",
        sa.Column("id", sa.String(64), nullable=False),
        _short("owner"),
        _short("kind"),
        _text("name"),
        _text("body", "{}"),
        _flag("chosen"),
        _number("updated"),
        sa.PrimaryKeyConstraint("id", name="pk_presets"),
    )
    op.create_index("ix_presets_owner_kind", "presets", ["owner", "kind"])
    search.create(op.get_bind())
