"""What a prompt is sent with survives as the options of its conversation."""

from __future__ import annotations

from typing import Any

import pytest

from vnchat.runs.choice import Choice, others_of

CASES: dict[str, tuple[Any, tuple[tuple[str, str], ...]]] = {
    "two of them": ([["a", "m"], ["b", "n"]], (("a", "m"), ("b", "n"))),
    "a gateway that was removed": ([["gone", "m"], ["b", "n"]], (("b", "n"),)),
    "more than can be asked": (
        [["a", str(n)] for n in range(5)],
        (("a", "0"), ("a", "1"), ("a", "2")),
    ),
    "no list": ("a", ()),
    "names alone, as an older version wrote nothing": (["m", 3, None], ()),
    "a model that is no name": ([["a", 3], ["a", ""]], ()),
    "too long": ([["a", "m", "x"]], ()),
    "nothing": (None, ()),
}


@pytest.mark.parametrize(("told", "others"), CASES.values(), ids=CASES.keys())
def test_the_other_models_are_read_back(told: Any, others: tuple[tuple[str, str], ...]) -> None:
    assert others_of(told, {"a", "b"}) == others


def test_they_are_kept_with_the_options() -> None:
    chosen = Choice("a", "m", others=(("b", "n"),))

    assert others_of(chosen.options()["others"], {"a", "b"}) == chosen.others
    assert "others" not in Choice("a", "m").options()
