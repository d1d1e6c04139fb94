"""The bar never runs backwards within a round; the time left comes from earlier runs alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.conftest import OWNER, ask, ended, until
from vnchat.demo.script import Gate, Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.runs.progress import Bar, estimate

TOLD = {
    # what the gateway told: the bar after each, the round at the end
    "steadily": ([7, 19, 96], [7, 19, 96], 1),
    "one step back": ([40, 38, 41], [40, 40, 41], 1),
    "back to a tenth of nothing": ([30, 5, 35], [30, 30, 35], 1),
    "begins again": ([80, 2, 50], [80, 2, 50], 2),
    "begins again twice": ([70, 0, 90, 1], [70, 0, 90, 1], 3),
    "beyond all bounds": ([-5, 130, 99], [0, 100, 100], 1),
    "no number": ([10, float("nan"), float("inf"), 20], [10, 10, 10, 20], 1),
    "the same again and again": ([50, 50, 50], [50, 50, 50], 1),
}


@pytest.mark.parametrize(("told", "shown", "rounds"), TOLD.values(), ids=TOLD.keys())
def test_the_bar_of_a_run(told: list[float], shown: list[float], rounds: int) -> None:
    bar = Bar()

    seen = [bar.take(told[: n + 1]) for n in range(len(told))]

    assert (seen, bar.round) == (shown, rounds)


def test_a_try_of_the_gateway_s_own_begins_a_round_wherever_it_stood() -> None:
    bar = Bar()
    bar.take([40])

    assert bar.take([40, 20], retrying=True) == 20
    assert bar.round == 2


def test_a_request_that_is_sent_anew_begins_at_nothing() -> None:
    bar = Bar()
    bar.take([40, 60])

    bar.begin_again()

    assert bar.value is None
    assert bar.take([3]) == 3
    assert bar.round == 2


@given(st.lists(st.floats()), st.lists(st.booleans()))
def test_no_list_of_numbers_makes_it_run_backwards_within_a_round(
    told: list[float], retrying: list[bool]
) -> None:
    bar, before, round = Bar(), None, 1
    for n in range(len(told)):
        value = bar.take(told[: n + 1], retrying=n < len(retrying) and retrying[n])
        if bar.round == round and before is not None:
            assert value is not None
            assert value >= before
        assert value is None or 0 <= value <= 100
        before, round = value, bar.round


LEFT = {
    "nothing known": ([], 10, (None, 0)),
    "one run says little": ([60], 10, (None, 1)),
    "two runs": ([60, 80], 10, (60, 2)),
    "the median, not the mean": ([60, 70, 900], 10, (60, 3)),
    "the time is up": ([60, 80], 70, (None, 2)),
    "over time": ([60, 80], 600, (None, 2)),
    "runs that took no time": ([0, -3, 60], 10, (None, 1)),
}


@pytest.mark.parametrize(("earlier", "elapsed", "left"), LEFT.values(), ids=LEFT.keys())
def test_the_time_left(earlier: list[float], elapsed: float, left: object) -> None:
    assert estimate(earlier, elapsed) == left


def test_a_run_shows_round_bar_and_review(engine: Engine, gateway: DemoGateway) -> None:
    gate = Gate()
    gateway.script(
        "sora-2",
        Script(text_chunks("> Progress: 93%\n\n", "> Progress: 4%\n\n", "> Progress: 7%\n\n"),
               gate=gate),
    )  # fmt: skip
    turn = ask(engine, "A harbour", "sora-2")
    live = engine.runner.live(turn.run, owner=OWNER)
    assert live is not None

    views = []
    for percent in (93, 4, 7):
        gate.release(2 if percent == 93 else 1)  # the role comes first
        until(engine, turn, lambda live, percent=percent: live.view()["progress"] == percent)
        views.append(live.view())
    gate.open()
    ended(engine, turn)

    assert [one["progress"] for one in views] == [93, 4, 7]
    assert [one["round"] for one in views] == [1, 2, 2]


def test_the_estimate_is_of_this_model_at_this_gateway(
    engine: Engine, gateway: DemoGateway
) -> None:
    for model in ("sora-2", "sora-2", "veo-3"):
        gateway.script(model, Script(text_chunks("[clip](https://media.invalid/a.mp4)")))
        ended(engine, ask(engine, "A harbour", model))
    gate = Gate()
    gateway.script("sora-2", Script(text_chunks("> Progress: 1%\n\n"), gate=gate))
    gateway.script("veo-3", Script(text_chunks("> Progress: 1%\n\n"), gate=gate))
    gateway.script("sora-2-pro", Script(text_chunks("> Progress: 1%\n\n"), gate=gate))

    turns = {model: ask(engine, "Once more", model) for model in ("sora-2", "veo-3", "sora-2-pro")}
    counted = {}
    for model, turn in turns.items():
        live = engine.runner.live(turn.run, owner=OWNER)
        assert live is not None
        counted[model] = live.view()["left_from"]
    gate.open()
    for turn in turns.values():
        ended(engine, turn)

    assert counted == {"sora-2": 2, "veo-3": 1, "sora-2-pro": 0}
