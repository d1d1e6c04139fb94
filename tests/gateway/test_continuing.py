"""A finished video is continued the way its gateway understands."""

import pytest

from vnchat.gateway.continuing import continuing, continuing_model, way_of
from vnchat.gateway.profile import Profile
from vnchat.reading.reply import Handle, Reply

SID = "s_" + "0a" * 16
EARLIER = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "a boat"}]
RAW = "> ID: `task_1`\n> sid: x\n[video](https://gw.example.com/a.mp4) \ud83d"


def profile(**fields):
    return Profile(id="p", name="p", base_url="https://gw.example.com/v1", **fields)


def reply(*handles):
    return Reply(raw=RAW, handles=tuple(Handle(way, value) for way, value in handles))


WAYS = {
    "told: history": (profile(continue_by="history"), [("sid", SID)], "change", "history"),
    "told: id": (profile(continue_by="id"), [("sid", SID)], "change", "id"),
    "told: id, but there is none": (profile(continue_by="id"), [], "change", "history"),
    "only a task's id": (profile(), [("task", "task_1")], "change", "history"),
    "a task's id beside": (profile(), [("task", "task_1"), ("sid", SID)], "change", "history"),
    "an id alone": (profile(), [("sid", SID)], "change", "both"),
    "last message only": (profile(history="last"), [("sid", SID)], "change", "id"),
    "last message only, no id": (profile(history="last"), [], "change", "history"),
    "media id extends": (profile(), [("extend", "extend://M")], "extend", "both"),
    "media id changes too": (profile(), [("extend", "extend://M")], "change", "both"),
    "media id, last message only": (
        profile(history="last"), [("extend", "extend://M")], "change", "id",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("where", "handles", "wish", "way"), WAYS.values(), ids=WAYS.keys())
def test_the_way_that_fits(where, handles, wish, way):
    assert way_of(where, reply(*handles), wish) == way


def test_the_whole_raw_answer_goes_back_word_for_word():
    sent = continuing(
        EARLIER, reply(("task", "task_1")), profile=profile(), wish="change", prompt="at night"
    )

    assert sent == [
        *EARLIER,
        {"role": "assistant", "content": RAW},
        {"role": "user", "content": "at night"},
    ]


def test_an_id_goes_into_the_new_message():
    sent = continuing(
        EARLIER, reply(("sid", SID)), profile=profile(history="last"), wish="change", prompt="night"
    )

    assert sent == [EARLIER[0], {"role": "user", "content": f"night\n{SID}"}]


def test_an_id_that_the_person_wrote_is_not_repeated():
    sent = continuing(
        [],
        reply(("sid", SID)),
        profile=profile(history="last"),
        wish="change",
        prompt=f"{SID} dusk",
    )

    assert sent == [{"role": "user", "content": f"{SID} dusk"}]


@pytest.mark.parametrize("value", ["extend://M1", "M1"])
def test_a_media_id_goes_as_a_picture(value):
    sent = continuing(
        [], reply(("extend", value)), profile=profile(history="last"), wish="extend", prompt="on"
    )

    assert sent[-1]["content"] == [
        {"type": "text", "text": "on"},
        {"type": "image_url", "image_url": {"url": "extend://M1"}},
    ]


LISTED = ["veo_3_1_t2v_fast_landscape", "veo_3_1_extend_landscape", "veo_3_1_extend_portrait"]
MODELS = {
    "extends with its own model": (
        "veo_3_1_t2v_fast_landscape",
        [("extend", "M")],
        "extend",
        "veo_3_1_extend_landscape",
    ),
    "changes by the id that extends": (
        "veo_3_1_t2v_fast_landscape",
        [("extend", "M")],
        "change",
        "veo_3_1_extend_landscape",
    ),
    "a change keeps the model": ("sora2-x", [("gen", "gen_1")], "change", "sora2-x"),
    "another make keeps its model": ("sora2-x", [("gen", "gen_1")], "extend", "sora2-x"),
    "no id, no other model": (
        "veo_3_1_t2v_fast_landscape",
        [],
        "extend",
        "veo_3_1_t2v_fast_landscape",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("model", "handles", "wish", "asked"), MODELS.values(), ids=MODELS.keys())
def test_the_model_that_continues(model, handles, wish, asked):
    assert continuing_model(model, LISTED, reply(*handles), wish) == asked
