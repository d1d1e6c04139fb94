"""A person's own file of records: a mistake is one sentence that names file, record and field."""

from __future__ import annotations

import copy
import dataclasses
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vnchat.engine import Engine
from vnchat.errors import BadInput
from vnchat.gateway import records
from vnchat.gateway.records import load, shipped
from vnchat.gateway.tasks import Wanted, poll_of, submit_of
from vnchat.settings import Settings

GOOD = """
[[task]]
id = "own"
title = "Mine"
kind = "video"
sources = ["my own gateway"]
models = ["mine-*"]
base = "root"
task_id = "data.id"
status = "data.state"
states = { baking = "running" }
progress = "data.percent"
scale = "percent"
result = "data.files[].link"
failure = "data.why"
submit_ok = [0, 1]
every = 5
pictures = [0, 2]
submit = { path = "/own/{model}", body = { prompt = "{prompt}", seed = "{seed}" } }
overlay = [{ when = "image", models = ["mine-2*"], body = { image = "{image:b64}" } }]
poll = { path = "/own/{task_id}", alternatives = ["/old/{task_id}"] }
cancel = { method = "DELETE", path = "/own/{task_id}" }
hop = { take = "file", path = "/files/{take}", result = "url" }
next = [{ id = "extend", path = "/own/{source_id}/more", body = { prompt = "{prompt}" } }]
controls.seconds = { "mine-2*" = [3, 6], "*" = [3] }
"""

MISTAKES = {
    "a typing error in a field": (("failure =", "failur ="), "“failur” is no field"),
    "a placeholder that is none": (('"{prompt}"', '"{promt}"'), "“{promt}” in “submit”"),
    "one in the poll": (('"/own/{task_id}", alt', '"/own/{taskid}", alt'), "“{taskid}” in “poll”"),
    "a wrong word for a state": (('"running" }', '"walking" }'), "“walking” in “states”"),
    "text where a list belongs": (("submit_ok = [0, 1]", "submit_ok = 1"), "“submit_ok” must be"),
    "a picture count": (("pictures = [0, 2]", "pictures = [3, 2]"), "“pictures” must be"),
    "a wrong method": (('method = "DELETE"', 'method = "ERASE"'), "“method” must be one of"),
    "a host in the cancel": (('path = "/own/{task_id}" }\nhop', 'path = "//h/x" }\nhop'), "“cancel”"),
    "a wrong scale": (('scale = "percent"', 'scale = "tenths"'), "“scale” must be one of"),
    "a wrong path into a reply": (('"data.files[].link"', '"data.files[*].link"'), "“result”"),
    "seconds as text": (("every = 5", 'every = "5"'), "“every” must be a number"),
    "an unknown field of an overlay": (('when = "image"', 'when = "image", wenn = 1'), "“wenn”"),
    "an unknown field of a step": (('id = "extend"', 'id = "extend", idd = 1'), "“idd”"),
    "a header with the key": (
        ("submit = {", 'submit = { headers = { Authorization = "x" },'), "may not set this header"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "says"), MISTAKES.values(), ids=MISTAKES.keys())
def test_the_start_says_what_is_wrong_and_where(
    settings: Settings, tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    path = tmp_path / "mine.toml"
    assert change[0] in GOOD
    path.write_text(GOOD.replace(*change, 1), encoding="utf-8")

    made = Engine.open(dataclasses.replace(settings, tasks_file=str(path)))

    assert says in made.broken
    assert "mine.toml" in made.broken
    assert "“own”" in made.broken
    assert "\n" not in made.broken


def test_a_file_that_is_not_there_is_said(settings: Settings, tmp_path: Path) -> None:
    made = Engine.open(dataclasses.replace(settings, tasks_file=str(tmp_path / "none.toml")))
    assert "none.toml" in made.broken
    assert made.broken.endswith(".")


def test_a_good_file_adds_its_record(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")

    own = load(path)["own"]

    assert own.offered("mine-2-pro")[0][1] == ("3", "6")
    assert set(load(path)) == {*shipped(), "own"}


def test_the_same_id_twice_is_said(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD + GOOD, encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine.toml, record “own”: this “id” is there twice"):
        load(path)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(0, 1) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data())
@hypothesis_settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_of_any_values_is_loaded_or_refused_in_a_sentence(data: Any) -> None:
    import tomllib

    row = copy.deepcopy(tomllib.loads(GOOD)["task"][0])
    for name in data.draw(st.lists(st.sampled_from(sorted(row)), max_size=3)):
        row[name] = data.draw(JUNK)
    made = told = None
    try:
        made = records._record(row)
    except records._Wrong as wrong:
        told = str(wrong)
    if made is None:
        assert str(told).endswith(".")
        return
    asking = submit_of(
        made, Wanted("mine-2", "a boat", ("data:image/png;base64,AAAA",) * made.least)
    )
    assert asking.path.startswith("/")
    poll_of(made, {"id": "x", "path": "/own"})
