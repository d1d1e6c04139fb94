"""A list of models of any shape gives its usable names."""

import json

import pytest

from vnchat.gateway.modellist import MOST_NAMES, read_models

SHAPES = {
    "as documented": ({"object": "list", "data": [{"id": "a"}, {"id": "b"}]}, ("a", "b")),
    "bare list": ([{"id": "a"}], ("a",)),
    "names": (["a", "b"], ("a", "b")),
    "models": ({"models": [{"name": "models/a"}]}, ("a",)),
    "nested": ({"success": True, "data": {"models": ["a"]}}, ("a",)),
    "names as keys": ({"models": {"a": {}, "b": {}}}, ("a", "b")),
    "doubles": ({"data": [{"id": "a"}, {"id": "a"}]}, ("a",)),
    "wrong types": ({"data": [{"id": 5}, None, 3, [], {"id": None, "name": "a"}, {}]}, ("a",)),
    "markup stays text": ({"data": [{"id": "<b>a</b>"}]}, ("<b>a</b>",)),
    "turned and half characters": ({"data": [{"id": "a\u202eb"}, {"id": "a\ud83d"}]}, ()),
    "far too long": ({"data": [{"id": "a" * 5000}]}, ()),
    "null": ({"data": None}, ()),
    "error": ({"error": {"message": "no"}}, ()),
    "number": (5, ()),
}


@pytest.mark.parametrize(("data", "names"), SHAPES.values(), ids=SHAPES.keys())
def test_reading_a_list(data, names):
    assert read_models(json.dumps(data).encode()).names == names


def test_entries_left_out_are_said():
    assert read_models(b'["a", 5, {}]').note == "2 entries without a usable name were left out."


NO_LISTS = {
    "web page": (b"<!doctype html><html>", "web page"),
    "nothing": (b"", "no JSON"),
    "bytes": (b"\xff\xfe\x00", "no JSON"),
    "deep": (b"[" * 100_000, "no JSON"),
}


@pytest.mark.parametrize(("body", "word"), NO_LISTS.values(), ids=NO_LISTS.keys())
def test_what_is_no_list_is_said(body, word):
    found = read_models(body)

    assert (found.names, word in found.note) == ((), True)


def test_thousands_are_bounded():
    body = json.dumps({"data": [{"id": f"m{i}"} for i in range(MOST_NAMES + 5)]}).encode()

    assert len(read_models(body).names) == MOST_NAMES


def test_what_a_gateway_tells_of_a_model_is_kept():
    body = {
        "data": [
            {"id": "a", "supported_endpoint_types": ["openai", 5]},
            {"id": "b", "architecture": {"output_modalities": ["image"]}},
            {"id": "c"},
        ]
    }

    assert read_models(json.dumps(body).encode()).types == {"a": ("openai",), "b": ("image",)}
