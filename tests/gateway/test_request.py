"""Messages pass word for word; pictures and history take the gateway's form."""

import pytest

from vnchat.errors import BadInput
from vnchat.gateway.parameters import PARAMETERS, check_parameters
from vnchat.gateway.profile import Profile
from vnchat.gateway.request import body_of, last_prompt

URL = "data:image/png;base64,AAAA"
OBJECT = {"type": "image_url", "image_url": {"url": URL}}
STRING = {"type": "image_url", "image_url": URL}
TALK = [
    {"role": "system", "content": "be brief"},
    {"role": "user", "content": "a boat"},
    {"role": "assistant", "content": "raw \ud83d answer\n> sid: s_1"},
    {"role": "user", "content": [{"type": "text", "text": "at night"}, OBJECT]},
]


def made(messages=TALK, parameters=None, **fields):
    profile = Profile(id="p", name="p", base_url="https://gw.example.com/v1", **fields)
    return body_of(messages, model="m", parameters=parameters or {}, profile=profile, stream=True)


def test_messages_pass_word_for_word():
    assert made() == {"model": "m", "messages": TALK, "stream": True}


PICTURES = {
    "object stays": ("object", OBJECT, OBJECT),
    "object from a string": ("object", STRING, OBJECT),
    "string from an object": ("string", OBJECT, STRING),
    "string stays": ("string", STRING, STRING),
    "other parts stay": ("string", {"type": "video_url", "video_url": {"url": "x"}}, None),
    "what is no picture stays": ("string", {"type": "image_url", "image_url": None}, None),
}


@pytest.mark.parametrize(("form", "given", "sent"), PICTURES.values(), ids=PICTURES.keys())
def test_pictures_take_the_form_of_the_gateway(form, given, sent):
    messages = [{"role": "user", "content": [given]}]

    assert made(messages, picture_form=form)["messages"][0]["content"] == [sent or given]


def test_a_gateway_that_reads_the_last_message_gets_the_last_message():
    assert made(history="last")["messages"] == [TALK[0], TALK[3]]


def test_what_a_person_set_outranks_the_profile():
    body = made(parameters={"temperature": 0.2}, body={"temperature": 1, "video_config": {"a": 1}})

    assert (body["temperature"], body["video_config"]) == (0.2, {"a": 1})


@pytest.mark.parametrize(("messages", "model"), [([], "m"), (TALK, " ")])
def test_nothing_to_send_is_refused(messages, model):
    profile = Profile(id="p", name="p", base_url="https://gw.example.com/v1")
    with pytest.raises(BadInput):
        body_of(messages, model=model, parameters={}, profile=profile, stream=True)


def test_the_prompt_is_the_text_of_the_last_user_message():
    assert last_prompt(TALK) == "at night"
    assert last_prompt([{"role": "system", "content": "x"}]) == ""


SENT = {
    "number as text": ({"temperature": "0.7"}, {"temperature": 0.7}),
    "nought is a value": ({"temperature": 0, "seed": 0}, {"temperature": 0, "seed": 0}),
    "off is a value": ({"store": False}, {"store": False}),
    "unset": ({"temperature": None, "user": " "}, {}),
    "whole number as text": ({"max_tokens": "100"}, {"max_tokens": 100}),
    "switch as word": ({"logprobs": "on"}, {"logprobs": True}),
    "a blank line is a stop": ({"stop": "\n\n"}, {"stop": "\n\n"}),
    "one stop word": ({"stop": "END "}, {"stop": "END "}),
    "several stops as JSON": ({"stop": '["a", "b"]'}, {"stop": ["a", "b"]}),
    "modalities by comma": ({"modalities": "text, audio"}, {"modalities": ["text", "audio"]}),
    "an effort that is new": ({"reasoning_effort": "huge"}, {"reasoning_effort": "huge"}),
    "object as JSON": (
        {"response_format": '{"type": "json_object"}'},
        {"response_format": {"type": "json_object"}},
    ),
    "tools": (
        {"tools": '[{"type": "function"}]', "tool_choice": "auto"},
        {"tools": [{"type": "function"}], "tool_choice": "auto"},
    ),
    "unknown field": ({"remix_target_id": "s_1"}, {"remix_target_id": "s_1"}),
    "extra JSON": ({"extra": '{"size": "1280x720"}'}, {"size": "1280x720"}),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "sent"), SENT.values(), ids=SENT.keys())
def test_parameters_are_sent_typed_and_only_when_set(raw, sent):
    assert check_parameters(raw) == sent


REFUSED = {
    "too hot": {"temperature": 3},
    "no number": {"temperature": "warm"},
    "not finite": {"top_p": float("nan")},
    "truth is no number": {"top_p": True},
    "broken number": {"max_tokens": "1.5"},
    "too few": {"n": 0},
    "penalty": {"presence_penalty": -2.5},
    "many stops": {"stop": ["a", "b", "c", "d", "e"]},
    "no object": {"logit_bias": "[1]"},
    "broken JSON": {"response_format": "{"},
    "no list": {"tools": "{}"},
    "list of text": {"tools": ["a"]},
    "switch": {"store": "perhaps"},
    "text": {"user": 5},
    "choice without tools": {"tool_choice": "auto"},
    "top without logprobs": {"top_logprobs": 2},
    "ours": {"model": "x"},
    "not JSON": {"metadata": {"a": {1, 2}}},
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_a_wrong_parameter_is_named(raw):
    with pytest.raises(BadInput, match=next(iter(raw))):
        check_parameters(raw)


def test_the_table_covers_the_form_of_the_documentation():
    documented = {
        "temperature", "top_p", "n", "stop", "max_tokens", "max_completion_tokens",
        "presence_penalty", "frequency_penalty", "seed", "reasoning_effort", "verbosity",
        "response_format", "logit_bias", "logprobs", "top_logprobs", "user", "tools",
        "tool_choice", "parallel_tool_calls", "modalities", "audio", "prediction", "service_tier",
        "store", "metadata", "stream_options", "web_search_options",
    }  # fmt: skip

    assert documented <= {one.name for one in PARAMETERS}
    assert all(one.help == f"parameter.{one.name}" for one in PARAMETERS)
