"""Options that stand in a model's name become controls; a choice is always a listed name."""

import pytest

from vnchat.gateway.families import group, kind_hint, name_for, nearest, parse, shots_of, storyboard

NAMES = {
    "format and seconds": (
        "sora2-portrait-15s",
        ("sora2", {"format": "portrait", "duration": "15"}),
    ),
    "underscores, speed in the middle": (
        "veo_3_1_t2v_fast_portrait",
        ("veo_3_1_t2v", {"speed": "fast", "format": "portrait"}),
    ),
    "seconds and lines": (
        "veo_3_1_t2v_fast_landscape_4s_1080p",
        (
            "veo_3_1_t2v",
            {"speed": "fast", "format": "landscape", "duration": "4", "quality": "1080p"},
        ),
    ),
    "mixed separators": (
        "sora_video2-hd-landscape-10s",
        ("sora_video2", {"quality": "hd", "format": "landscape", "duration": "10"}),
    ),
    "word after the options": (
        "sora-2-hd-15s-chat",
        ("sora-2-chat", {"quality": "hd", "duration": "15"}),
    ),
    "ratio": (
        "sora-9:16-480p-5s",
        ("sora", {"format": "9:16", "quality": "480p", "duration": "5"}),
    ),
    "speed alone, of a video": ("veo3-fast", ("veo3", {"speed": "fast"})),
    "a make of its own": ("veo3.1-pro", ("veo3.1-pro", {})),
    "turbo of a text model": ("gpt-4-turbo", ("gpt-4-turbo", {})),
    "context length is no picture size": ("phi-3-mini-4k-instruct", ("phi-3-mini-4k-instruct", {})),
    "size of the parameters": ("qwq-32b", ("qwq-32b", {})),
    "nothing but an option": ("15s", ("15s", {})),
    "empty": ("", ("", {})),
}


@pytest.mark.parametrize(("name", "read"), NAMES.values(), ids=NAMES.keys())
def test_reading_a_name(name, read):
    assert parse(name) == read


LISTED = [
    "sora2-portrait-15s",
    "sora2-landscape-10s",
    "sora2-landscape-15s",
    "gpt-4",
    "gpt-4-turbo",
]


def test_names_of_one_family_become_one_entry_with_controls():
    sora, *others = group(LISTED)

    assert (sora.name, sora.names) == ("sora2", tuple(LISTED[:3]))
    assert sora.controls == {"duration": ("10", "15"), "format": ("landscape", "portrait")}
    assert [one.name for one in others] == ["gpt-4", "gpt-4-turbo"]


def test_a_choice_gives_the_listed_name_or_none():
    sora = group(LISTED)[0]

    assert name_for(sora, {"duration": "10", "format": "landscape"}) == "sora2-landscape-10s"
    assert name_for(sora, {"duration": "10", "format": "portrait"}) is None
    assert sora.available({"duration": "10", "format": "landscape"}) == {
        "duration": ("10", "15"),
        "format": ("landscape",),
    }


def test_a_change_that_is_not_listed_goes_to_the_nearest_that_is():
    sora = group(LISTED)[0]

    values = nearest(sora, {"duration": "10", "format": "portrait"}, "format")

    assert sora.combinations[values] == "sora2-portrait-15s"


def test_every_listed_name_can_be_chosen_whatever_the_list():
    names = [*LISTED, "sora2-15s-portrait", "SORA2-Portrait-15s", "sora2", "veo3", "veo3-fast"]

    families = group([*names, names[0]])

    assert sorted(n for one in families for n in one.names) == sorted(names)
    for one in families:
        for values, name in one.combinations.items():
            choice = dict(zip(("duration", "format", "quality", "speed"), values, strict=True))
            assert name_for(one, choice) == name


def test_a_name_that_is_alone_stays_itself():
    (only,) = group(["sora2-portrait-15s"])

    assert (only.name, only.controls, name_for(only, {})) == (
        "sora2-portrait-15s",
        {},
        "sora2-portrait-15s",
    )


HINTS = {
    "sora-2": "video", "sora_video2-hd": "video", "veo_3_1_t2v_fast": "video", "veo3": "video",
    "grok-imagine-video": "video", "qwen3-max-video": "video", "wan2.6-t2v": "video",
    "gemini-veo": "video", "kling-v2": "video", "demo-video-portrait-5s": "video",
    "sora_image": "image", "gpt-4o-image": "image", "gemini-3-pro-image-preview": "image",
    "nano-banana": "image", "grok-imagine-1.0": "image", "dall-e-3": "image", "flux.1": "image",
    "suno-v4": "audio", "gpt-4o-mini-tts": "audio", "whisper-1": "audio",
    "gpt-4o-mini": "text", "o3": "text", "claude-sonnet-4": "text", "deepseek-reasoner": "text",
    "qwq-32b": "text", "demo-chat": "text", "gemini-2.5-pro": "text", "swan-chat": "text",
    "text-embedding-3-small": "other", "bge-reranker": "other", "something": "other",
}  # fmt: skip


@pytest.mark.parametrize(("name", "hint"), HINTS.items(), ids=HINTS.keys())
def test_what_a_name_hints_at(name, hint):
    assert kind_hint(name) == hint


def test_a_storyboard_is_one_shot_a_line():
    shots = [(5, "a cat\n wakes"), (2.5, "it runs"), (1, " ")]

    assert storyboard(shots) == "[5.0s]a cat wakes\n[2.5s]it runs"


def test_a_storyboard_reads_back_as_its_shots():
    shots = [(5.0, "a cat wakes"), (2.5, "it [runs] 跑")]

    assert shots_of(storyboard(shots)) == shots
    assert shots_of("A cat wakes.") == []
    assert shots_of("[5.0s]a cat\nand then") == []
    assert shots_of("") == []
