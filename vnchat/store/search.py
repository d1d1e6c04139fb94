"""Search over titles and texts: SQLite's FTS5, PostgreSQL's own index, one set of terms.

The index is a table of its own (`search_index`), kept in the same transaction as the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from vnchat.store.database import reading
from vnchat.store.tables import conversations, messages, runs
from vnchat.store.terms import asked, excerpt, terms

MOST = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One message, or a title (`message` is "" then), that holds everything asked for."""

    conversation: str
    message: str
    title: str
    updated: float
    before: str
    words: str
    after: str


_PLACE = sa.text("SELECT at FROM search_place WHERE message = :m")
_OUT = sa.text("DELETE FROM search_index WHERE rowid = :r")
_IN = sa.text(  # RETURNING gives no true rowid of a virtual table
    "INSERT INTO search_index (terms, owner, conversation, message) VALUES (:t, :o, :c, :m)"
)
_PLACED = sa.text("INSERT OR REPLACE INTO search_place (message, at) VALUES (:m, :r)")
_UPSERT = sa.text(
    "INSERT INTO search_index (message, owner, conversation, terms) "
    "VALUES (:m, :o, :c, to_tsvector('simple', :t)) ON CONFLICT (message) DO UPDATE "
    "SET terms = excluded.terms"
)


def create(connection: sa.Connection) -> None:
    """The index itself, for the first schema."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "terms, owner UNINDEXED, conversation UNINDEXED, message UNINDEXED, "
            'tokenize = "unicode61 remove_diacritics 0")'
        )
        connection.exec_driver_sql("CREATE TABLE search_place (message TEXT PRIMARY KEY, at INT)")
        return
    connection.exec_driver_sql(
        "CREATE TABLE search_index (message varchar(200) PRIMARY KEY, owner varchar(200) NOT NULL,"
        " conversation varchar(200) NOT NULL, terms tsvector NOT NULL)"
    )
    connection.exec_driver_sql("CREATE INDEX ix_search_terms ON search_index USING gin (terms)")


def put(connection: sa.Connection, owner: str, conversation: str, message: str, text: str) -> None:
    """Index a text under its message ("" for the title), in place of what was there."""
    key = message or f"title:{conversation}"
    values = {"o": owner, "c": conversation, "m": key, "t": terms(text)}
    if connection.dialect.name == "sqlite":
        old = connection.execute(_PLACE, {"m": key}).scalar()
        if old is not None:
            connection.execute(_OUT, {"r": old})
        made = connection.execute(_IN, values).lastrowid
        connection.execute(_PLACED, {"m": key, "r": made})
        return
    # A tsvector holds a megabyte.
    connection.execute(_UPSERT, values | {"t": values["t"][:900_000]})


def forget(connection: sa.Connection, conversation: str) -> None:
    """Take a whole conversation out of the index."""
    if connection.dialect.name == "sqlite":
        # the index has no order of its own: its rows are found by the names of what they hold
        named = sa.union(
            sa.select(messages.c.id).where(messages.c.conversation == conversation),
            sa.select(sa.literal(f"title:{conversation}")),
        )
        for key in connection.execute(named).scalars().all():
            drop(connection, key)
        return
    connection.execute(
        sa.text("DELETE FROM search_index WHERE conversation = :c"), {"c": conversation}
    )


def drop(connection: sa.Connection, message: str) -> None:
    """Take one message out of the index."""
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text("DELETE FROM search_index WHERE message = :m"), {"m": message})
        return
    at = connection.execute(
        sa.text("DELETE FROM search_place WHERE message = :m RETURNING at"), {"m": message}
    ).scalar()
    if at is not None:
        connection.execute(sa.text("DELETE FROM search_index WHERE rowid = :r"), {"r": at})


def find(engine: sa.Engine, query: str, *, owner: str, limit: int = MOST) -> list[Hit]:
    """Newest first; only the owner's, nothing from the trash."""
    phrases = asked(query)
    if not phrases:
        return []
    with reading(engine) as connection:
        lite = connection.dialect.name == "sqlite"
        wanted = _fts(phrases) if lite else _tsquery(phrases)
        matching = "search_index MATCH :q" if lite else "terms @@ to_tsquery('simple', :q)"
        rows = connection.execute(
            sa.text(
                "SELECT s.message AS message, c.id AS conversation, c.title AS title,"  # noqa: S608
                " c.updated AS updated, m.role AS role, m.text AS text, m.run AS run"
                " FROM search_index s JOIN conversations c ON c.id = s.conversation"
                " LEFT JOIN messages m ON m.id = s.message"
                f" WHERE {matching} AND s.owner = :o AND c.owner = :o AND c.deleted = 0"
                " AND (m.id IS NULL OR m.deleted = 0)"
                " ORDER BY c.updated DESC, m.seq DESC LIMIT :n"
            ),
            {"q": wanted, "o": owner, "n": limit},
        ).all()
    hits = []
    for row in rows:
        is_title = row.message.startswith("title:")
        parts = excerpt(row.title if is_title else row.text or "", query)
        hits.append(
            Hit(
                row.conversation,
                "" if is_title else row.message,
                row.title,
                row.updated,
                *parts,
            )
        )
    return hits


def _fts(phrases: list[list[str]]) -> str:
    quoted = ['"' + " ".join(one).replace('"', "") + '"' for one in phrases]
    return " AND ".join(quoted) + ("*" if phrases[-1][0].isascii() else "")


def _tsquery(phrases: list[list[str]]) -> str:
    quoted = [
        " <-> ".join("'" + term.replace("'", "").replace("\\", "") + "'" for term in one)
        for one in phrases
    ]
    joined = " & ".join(f"({one})" for one in quoted)
    if phrases[-1][0].isascii() and len(phrases[-1]) == 1:
        joined = joined[:-1] + ":*)"
    return joined


def rebuild(connection: sa.Connection) -> None:
    """Index everything anew: after an import, or when the way of indexing has changed."""
    lite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("DELETE FROM search_index")
    if lite:
        connection.exec_driver_sql("DELETE FROM search_place")
    for row in connection.execute(
        sa.select(conversations.c.id, conversations.c.owner, conversations.c.title)
    ):
        put(connection, row.owner, row.id, "", row.title)
    for told in connection.execute(
        sa.select(
            messages.c.id, messages.c.owner, messages.c.conversation, messages.c.text, runs.c.reply
        ).join(runs, runs.c.id == messages.c.run, isouter=True)
    ):
        text = (told.reply or {}).get("text") or told.text
        put(connection, told.owner, told.conversation, told.id, text)
