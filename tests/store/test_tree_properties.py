"""Nothing that was written is ever lost: whatever somebody presses, each message can be reached.

Reached means: it stands on the open path after turning to it, or it is in the trash (deleted > 0)
and comes back from there.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from vnchat.settings import Settings
from vnchat.store import Plan, Store
from vnchat.store.tables import messages

PLAN = Plan(model="m", gateway="g", paid=False, stream=True, state="done")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["ask", "edit", "regenerate", "delete", "restore", "turn", "fork", "trash", "untrash"]
        ),
        st.integers(0, 50),
    ),
    max_size=25,
)


class Tree:
    """A person who presses things in conversations of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.conversations = [self._add("", "", "First").conversation]
        self.written: set[str] = set()
        self.note()

    def _add(self, conversation: str, parent: str, question: str | None):  # type: ignore[no-untyped-def]
        return self.store.conversations.add_turn(
            owner="ann", conversation=conversation, parent=parent, plan=PLAN, question=question
        )

    def rows(self, *, deleted: bool = False) -> list[sa.Row]:  # type: ignore[type-arg]
        """Of conversations that are not in the trash themselves."""
        here = {one.id for one in self.store.listing.all(owner="ann")}
        with self.store.engine.connect() as connection:
            every = connection.execute(sa.select(messages).order_by(messages.c.seq)).all()
        return [r for r in every if r.conversation in here and (r.deleted > 0) == deleted]

    def note(self) -> None:
        with self.store.engine.connect() as connection:
            self.written |= set(connection.execute(sa.select(messages.c.id)).scalars())

    def press(self, what: str, n: int) -> None:
        store = self.store.conversations
        rows = self.rows()
        users = [r for r in rows if r.role == "user"]
        answers = [r for r in rows if r.role == "assistant"]
        gone = self.rows(deleted=True)
        trashed = [one for one, _, _ in self.store.listing.trash(owner="ann")]
        here = [one.id for one in self.store.listing.all(owner="ann")]
        match what:
            case "ask" if here:
                one = store.get(here[n % len(here)], owner="ann")
                self._add(one.id, one.head, f"Question {n}")
            case "edit" if users:
                one = users[n % len(users)]
                self._add(one.conversation, one.parent, f"Edited {n}")
            case "regenerate" if users:
                one = users[n % len(users)]
                self._add(one.conversation, one.id, None)
            case "delete" if rows:
                store.delete_turn(rows[n % len(rows)].id, owner="ann")
            case "restore" if gone:
                parents = {r.id for r in rows} | {""}
                tops = [r for r in gone if r.parent in parents]
                if tops:
                    store.restore_turn(tops[n % len(tops)].id, owner="ann")
            case "turn" if rows:
                store.turn_to(rows[n % len(rows)].id, owner="ann")
            case "fork" if answers:
                store.fork(answers[n % len(answers)].id, owner="ann")
            case "trash" if here:
                store.delete(here[n % len(here)], owner="ann")
            case "untrash" if trashed:
                store.restore(trashed[n % len(trashed)], owner="ann")
        self.note()


@effort(max_examples=40, deadline=None)
@given(STEPS)
def test_every_message_is_reachable_or_in_the_trash(steps: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(Settings(data_dir=Path(folder)))
        try:
            tree = Tree(store)
            for what, n in steps:
                tree.press(what, n)

            for one in store.listing.all(owner="ann"):
                head = store.conversations.get(one.id, owner="ann").head
                path = store.trees.path(head, owner="ann", conversation=one.id)
                left = [r.id for r in tree.rows() if r.conversation == one.id]
                assert bool(path) == bool(left), "a conversation with messages shows some"
            for row in tree.rows():
                store.conversations.turn_to(row.id, owner="ann")
                told = store.conversations.get(row.conversation, owner="ann")
                path = store.trees.path(told.head, owner="ann", conversation=told.id)
                assert row.id in {one.id for one in path}
                assert path[0].parent == "", "the path begins at the beginning"
            for one, _, _ in store.listing.trash(owner="ann"):
                store.conversations.restore(one, owner="ann")
            found = {r.id for r in tree.rows()} | {r.id for r in tree.rows(deleted=True)}
            assert found == tree.written
        finally:
            store.close()
