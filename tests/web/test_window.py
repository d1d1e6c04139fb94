"""A tab is told what it does not have, and the rest by its beginning and number."""

from __future__ import annotations

from typing import Any

from vnchat.web.window import Window

ABOUT = {"more": False, "title": "t", "context": None}


def message(name: str, text: str = "", state: str = "", **more: Any) -> dict[str, Any]:
    run = {"id": f"run-{name}", "state": state, "elapsed": more.pop("elapsed", 0)}
    plain = {"id": name, "parent": "", "versions": {"at": 1, "of": 1, "ids": [name]}}
    return {**plain, "text": text, "run": run if state else None, **more}


def test_the_first_window_is_told_whole_and_the_same_one_not_again() -> None:
    window = Window()
    messages = [message("a", "x"), message("b", "y")]
    assert window.whole(messages, ABOUT) == {"messages": messages, **ABOUT}
    assert window.whole(messages, ABOUT) is None
    assert window.whole(messages, ABOUT | {"title": "u"}) == {
        "messages": [{"id": "a", "same": 2}],
        **ABOUT,
        "title": "u",
    }


def test_how_full_the_context_is_is_told_once() -> None:
    window = Window()
    window.whole([message("a", "x")], ABOUT)
    nearly = {"used": 90, "size": 100}
    assert not window.filled(None)
    assert window.filled(nearly)
    assert not window.filled(dict(nearly))
    assert window.whole([message("a", "x")], ABOUT | {"context": nearly}) is None
    assert window.filled(None)


def test_of_a_long_window_only_what_is_new_is_told() -> None:
    window = Window()
    old = [message(f"m{n}", "words " * 50) for n in range(40)]
    window.whole(old, ABOUT)
    told = window.whole([*old[2:], message("q", "new"), message("r")], ABOUT)
    assert told is not None
    assert told["messages"] == [{"id": "m2", "same": 38}, message("q", "new"), message("r")]


def test_what_changed_in_the_middle_is_told_between_what_did_not() -> None:
    window = Window()
    window.whole([message(name, name) for name in "abcde"], ABOUT)
    told = window.whole([message(n, "C" if n == "c" else n) for n in "abcde"], ABOUT)
    assert told is not None
    assert told["messages"] == [
        {"id": "a", "same": 2},
        message("c", "C"),
        {"id": "d", "same": 2},
    ]


def test_a_removed_message_breaks_the_number() -> None:
    window = Window()
    window.whole([message(name) for name in "abcd"], ABOUT)
    told = window.whole([message(name) for name in "abd"], ABOUT)
    assert told is not None
    assert told["messages"] == [{"id": "a", "same": 2}, {"id": "d", "same": 1}]


def test_a_turn_is_told_ahead_and_then_not_again() -> None:
    window = Window()
    window.whole([message("a")], ABOUT)
    turn = [message("q", "?"), message("r", state="sending", elapsed=0)]
    told = window.longer(turn, "title of a new one")
    assert told == {"messages": [{"id": "a", "same": 1}, *turn], **ABOUT}
    assert window.last == "r"
    read = [message("a"), message("q", "?"), message("r", state="running", elapsed=0.4)]
    assert window.whole(read, ABOUT) is None  # its follower tells of a run that goes on
    done = message("r", "answer", state="done")
    window.ended(done)
    assert window.whole([*read[:2], done], ABOUT) is None


def test_the_first_turn_gives_its_title() -> None:
    told = Window().longer([message("q", "?")], "?")
    assert told == {
        "messages": [message("q", "?")],
        "more": False,
        "title": "?",
        "context": None,
    }


def test_answers_beside_each_other_are_named_one_by_one() -> None:
    window = Window()
    beside = [message("q"), message("r", beside=2), message("s", beside=2)]
    window.whole(beside, ABOUT)
    told = window.whole(beside, ABOUT)
    assert told is not None
    assert told["messages"] == [
        {"id": "q", "same": 1},
        {"id": "r", "same": 1, "beside": 2},
        {"id": "s", "same": 1, "beside": 2},
    ]
