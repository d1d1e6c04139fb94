"""A profile survives its JSON, whatever is missing or odd in it."""

import pytest

from vnchat.gateway.profile import PRESETS, Profile, from_json, origin_of, to_json

PROFILE = Profile(
    id="p",
    name="Mine",
    base_url="https://gw.example.com/v1",
    picture_form="string",
    bearer=False,
    headers=(("X-A", "1"),),
    body={"video_config": {"seconds": 6}},
    stream="off",
    stream_by_model=(("sora*", True),),
    history="last",
    key_on_media=True,
)


def test_a_profile_comes_back_from_json():
    assert from_json(to_json(PROFILE)) == PROFILE


ODD = {
    "nothing": {},
    "wrong types": {"name": 5, "bearer": "yes", "headers": "x", "body": [], "stream": True},
    "unknown words": {"history": "some", "picture_form": "square", "added_later": 1},
    "broken pairs": {"headers": [["a"], 5], "stream_by_model": {"x": 1}},
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_odd_fields_take_their_defaults(data):
    found = from_json(data)

    assert (found.bearer, found.history, found.picture_form, found.headers) == (
        True,
        "all",
        "object",
        (),
    )


def test_streaming_is_decided_by_the_first_glob_that_fits():
    assert PROFILE.streams("Sora-2") is True
    assert PROFILE.streams("gpt-4o") is False


ORIGINS = {
    "https://GW.example.com/v1": "https://gw.example.com:443",
    "http://localhost/v1": "http://localhost:80",
    "http://[::1]:8000/v1": "http://[::1]:8000",
}


@pytest.mark.parametrize(("url", "origin"), ORIGINS.items(), ids=ORIGINS.keys())
def test_an_origin_says_its_port(url, origin):
    assert origin_of(url) == origin


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.id for preset in PRESETS])
def test_a_preset_makes_a_profile_and_says_what_it_is(preset):
    made = preset.profile(id="p", name="n", base_url="https://gw.example.com/v1")

    assert from_json(to_json(made)) == made
    assert preset.about.endswith(".")
