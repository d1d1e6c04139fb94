"""Whatever comes from outside: a value or one sentence, never another exception."""

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from vnchat.errors import BadInput
from vnchat.gateway.address import parse_address
from vnchat.gateway.families import group, name_for, parse
from vnchat.gateway.modellist import read_models
from vnchat.gateway.parameters import BY_NAME, check_parameters
from vnchat.gateway.profile import from_json, origin_of, to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
PIECES = st.sampled_from(
    ["https://", "http:", "x.example.com", "localhost", ":80", "/v1", "/chat/completions", "curl ",
     "-H ", "'", '"', "Authorization: Bearer ", "sk-abcdefgh1234", " ", "\n", "\\", "?key=", "@",
     "[", "::1", "]", "-d ", '{"model": "m"}', "=", "base_url", "#", "`", "<", ">", "%"]
)  # fmt: skip
PASTED = st.text(max_size=200) | st.lists(PIECES, max_size=12).map("".join)


@given(PASTED)
def test_a_paste_is_an_address_or_refused(pasted):
    with contextlib.suppress(BadInput):
        found = parse_address(pasted)

        assert found.base_url == found.candidates[0]
        assert origin_of(found.base_url).startswith(("http://", "https://"))
        assert parse_address(found.base_url).base_url == found.base_url


@given(st.dictionaries(st.sampled_from([*BY_NAME, "extra", "other"]), JSON, max_size=5))
def test_parameters_are_json_or_refused(raw):
    with contextlib.suppress(BadInput):
        json.dumps(check_parameters(raw), allow_nan=False)


@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_list_of_models_is_read_without_trouble(body):
    names = read_models(body).names

    assert len(set(names)) == len(names)


NAMES = st.lists(
    st.sampled_from(["sora2", "veo", "-", "_", "15s", "10s", "hd", "portrait", "9:16", "fast"]),
    max_size=7,
).map("".join)  # fmt: skip


@given(st.lists(NAMES | st.text(max_size=20), max_size=12))
def test_every_listed_name_stays_reachable(names):
    families = group(names)

    assert sorted(n for one in families for n in one.names) == sorted(set(names))
    for one in families:
        for name in one.names:
            assert name_for(one, parse(name)[1]) == name


@given(st.dictionaries(st.sampled_from(list(to_json(from_json({})))), JSON))
def test_a_stored_profile_is_read_without_trouble(data):
    found = from_json(data)

    assert from_json(to_json(found)) == found
