"""Long conversations: a window is read, the rest is named; what is done before all is full."""

from __future__ import annotations

from tests.exchange.conftest import OWNER, imported, turn
from vnchat.conversation import Message
from vnchat.engine import Engine
from vnchat.runs.asking import from_question
from vnchat.web import views


def long(here: Engine, count: int, text: str = "word " * 40, model: str = "gpt-4o") -> str:
    messages = [
        {
            "id": f"m{n}",
            "parent": f"m{n - 1}" if n else "",
            "role": "assistant" if n % 2 else "user",
            "text": f"{n} {text}",
            "created": n,
        }
        for n in range(count)
    ]
    options = {"model": model}
    told = {"title": "long", "head": f"m{count - 1}", "options": options, "messages": messages}
    return str(imported(here, {"format": "vnchat", "version": 1, "conversations": [told]})["first"])


def test_a_window_at_a_time_leads_to_the_beginning(here: Engine) -> None:
    one = long(here, 100)

    seen: list[str] = []
    before, more = "", True
    while more:
        _, window, more = views.thread(here.store, here.addresses, one, owner=OWNER, before=before)
        assert len(window) <= views.WINDOW
        seen = [view["text"].split()[0] for view in window] + seen
        before = window[0]["id"]

    assert seen == [str(n) for n in range(100)]


def test_a_strangers_message_leads_nowhere(here: Engine) -> None:
    hers = turn(here, "Hers", "Yes", owner="ann")
    mine = long(here, 4)

    told = views.thread(here.store, here.addresses, mine, owner=OWNER, before=hers.answer.id)

    assert told[1:] == ([], False)
    assert here.store.trees.path(hers.answer.id, owner=OWNER, conversation=mine) == []


def test_versions_are_those_of_the_same_turn(here: Engine) -> None:
    first = turn(here, "Q", "One")
    assert first.question is not None
    again = turn(here, None, "Two", conversation=first.conversation, parent=first.question.id)

    window = views.thread(here.store, here.addresses, first.conversation, owner=OWNER)[1]

    ids = [first.answer.id, again.answer.id]
    assert window[1]["versions"] == {"at": 2, "of": 2, "ids": ids}
    assert window[0]["versions"]["of"] == 1


def test_the_page_speaks_before_the_context_is_full_and_not_of_unknown_models(
    here: Engine,
) -> None:
    one = long(here, 40, "港口" * 50, model="tiny")
    sizes = ("tiny=4500",)

    full = views.fullness(here.store, one, owner=OWNER, sizes=sizes)

    assert full is not None
    assert 4000 <= full["used"] <= 4200
    assert views.fullness(here.store, one, owner=OWNER, sizes=()) is None
    assert views.fullness(here.store, one, owner=OWNER, sizes=("tiny=6000",)) is None
    here.store.conversations.set_options(one, {"model": "tiny", "last": 20}, owner=OWNER)
    assert views.fullness(here.store, one, owner=OWNER, sizes=sizes) is None


def test_starting_anew_takes_the_last_turn_along(here: Engine) -> None:
    one = long(here, 10)
    head = here.store.conversations.get(one, owner=OWNER).head

    new = here.store.conversations.fork(head, owner=OWNER, last=2)

    kept = here.store.conversations.messages(new, owner=OWNER)
    assert [m.text.split()[0] for m in kept] == ["8", "9"]
    assert kept[0].parent == ""


def test_a_path_that_was_cut_begins_with_a_question() -> None:
    def made(n: int) -> Message:
        return Message(f"{n}", "c", "", "assistant" if n % 2 else "user", "", n, 0.0)

    assert [m.id for m in from_question([made(3), made(4), made(5)])] == ["4", "5"]
    assert [m.id for m in from_question([made(3)])] == ["3"]
