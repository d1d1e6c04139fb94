"""Walking up a conversation, sharing it and taking files in: the same on both databases."""

from __future__ import annotations

import pytest

from vnchat.conversation import Media, path_to
from vnchat.errors import NotFound
from vnchat.exchange.shapes import ToldConversation, ToldMessage, ToldRun
from vnchat.reading.reply import Reply
from vnchat.store import Store

TOLD = ToldConversation(
    title="Harbour 港口",
    head="a2",
    messages=(
        ToldMessage("q", "", "user", "Where is it? 港口在哪里？", 1.0),
        ToldMessage(
            "a1", "q", "assistant", "There", 2.0, ToldRun("done", "m", reply=Reply(text="There"))
        ),
        ToldMessage("a2", "q", "assistant", "Here", 3.0),
        ToldMessage("q2", "a1", "user", "Thanks", 4.0),
    ),
)


def taken(store: Store, owner: str = "ann") -> str:
    file = Media(id="f1", owner="", kind="image", origin="given", state="kept", key="k" * 64)
    files = {(0, "q"): [file]} if owner == "ann" else {}
    [one] = store.imports.write([TOLD], files, owner=owner)
    return one


def test_a_path_is_walked_from_its_end(store: Store) -> None:
    one = taken(store)
    every = store.conversations.messages(one, owner="ann")
    end = every[3].id

    assert [m.text for m in every] == ["Where is it? 港口在哪里？", "There", "Here", "Thanks"]
    path = store.trees.path(end, owner="ann", conversation=one)
    assert path == path_to(end, every)
    assert store.trees.path(end, owner="ann", conversation=one, most=2) == path[-2:]
    before = store.trees.path(end, owner="ann", conversation=one, most=1, before=True)
    assert before == path[-2:-1]
    assert store.trees.path(end, owner="bob", conversation=one) == []
    assert store.trees.path(end, owner="ann", conversation="other") == []


def test_a_deleted_message_ends_the_way_up(store: Store) -> None:
    one = taken(store)
    every = store.conversations.messages(one, owner="ann")
    store.conversations.delete_turn(every[1].id, owner="ann")

    assert store.trees.path(every[3].id, owner="ann", conversation=one) == []
    assert [n.id for n in store.trees.nodes(one, owner="ann")] == [every[0].id, every[2].id]


def test_siblings_and_weight(store: Store) -> None:
    one = taken(store)
    every = store.conversations.messages(one, owner="ann")
    ids = [m.id for m in every]

    versions = store.trees.versions(every, owner="ann")

    assert versions == {
        ids[0]: [ids[0]],
        ids[1]: [ids[1], ids[2]],
        ids[2]: [ids[1], ids[2]],
        ids[3]: [ids[3]],
    }
    words = every[0].text + "There"
    weight = store.trees.weight(ids[1], owner="ann", conversation=one)
    assert weight == (len(words), len(words.encode()))
    assert store.trees.weight(ids[1], owner="bob", conversation=one) == (0, 0)


def test_what_a_file_told_is_the_importers(store: Store) -> None:
    one = taken(store)

    told = store.conversations.get(one, owner="ann")
    every = store.conversations.messages(one, owner="ann")
    assert (told.title, told.head) == ("Harbour 港口", every[2].id)
    [kept] = store.media.of_messages([every[0].id], owner="ann")[every[0].id]
    assert (kept.owner, kept.conversation) == ("ann", one)
    [run] = store.runs.of_conversation(one, owner="ann").values()
    assert (run.message, run.gateway, run.reply.text) == (every[1].id, "~", "There")
    assert [hit.conversation for hit in store.conversations.search("哪里", owner="ann")] == [one]
    with pytest.raises(NotFound):
        store.conversations.get(one, owner="bob")


def test_a_share_is_found_by_its_token_until_it_is_withdrawn(store: Store) -> None:
    one = taken(store)

    made = store.shares.make(one, owner="ann", with_media=False)
    again = store.shares.make(one, owner="ann", with_media=True)

    assert again.token == made.token
    assert store.shares.opened(made.token) == again == store.shares.of(one, owner="ann")
    assert store.shares.of(one, owner="bob") is None
    with pytest.raises(NotFound):
        store.shares.make(one, owner="bob", with_media=False)
    store.shares.withdraw(one, owner="bob")
    assert store.shares.opened(made.token) is not None
    store.conversations.delete(one, owner="ann")
    assert store.shares.opened(made.token) is None
    store.conversations.restore(one, owner="ann")
    store.shares.withdraw(one, owner="ann")
    assert store.shares.opened(made.token) is None
    assert store.shares.opened("") is None
