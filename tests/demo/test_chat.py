"""The demo's chat through the official package: models, streams, whole answers, refusals."""

import base64
import io
import json
import urllib.request

import openai
import pytest
from PIL import Image

from vnchat.demo.server import DemoGateway


def ask(client, model, content, **more):
    return client.chat.completions.create(
        model=model, messages=[{"role": "user", "content": content}], **more
    )


def streamed(client, model, content, **more):
    """Text, reasoning and finish reasons of a stream."""
    text, reasoning, finish, usage = "", "", [], None
    for chunk in ask(client, model, content, stream=True, **more):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reasoning += (choice.delta.model_extra or {}).get("reasoning_content") or ""
            finish += [choice.finish_reason] if choice.finish_reason else []
    return text, reasoning, finish, usage


def data_url(size=(40, 20), colour="#c82828"):
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def picture_part(url):
    return {"type": "image_url", "image_url": {"url": url}}


def test_the_model_list_tells_what_each_model_is_for(client):
    models = {model.id: model for model in client.models.list()}

    assert "demo-chat" in models
    assert "demo-video-portrait-10s" in models
    assert models["demo-chat"].model_extra["supported_endpoint_types"] == ["openai"]
    assert "demo-refused-result" not in models


def test_the_stream_and_the_whole_answer_say_the_same(client):
    text, reasoning, finish, usage = streamed(
        client, "demo-chat", "Why is the sky blue?", stream_options={"include_usage": True}
    )
    whole = ask(client, "demo-chat", "Why is the sky blue?")

    assert whole.choices[0].message.content == text
    assert reasoning == ""
    assert finish == ["stop"]
    assert usage.total_tokens == whole.usage.total_tokens > 0
    for piece in ("## Why is the sky blue?", "| ---", "```python", "$$", "demo"):
        assert piece in text


def test_chinese_is_answered_in_chinese(client):
    text, *_ = streamed(client, "demo-chat", "天空为什么是蓝色的？")

    assert "演示网关" in text


def test_an_attached_picture_is_measured(client, gateway):
    content = [{"type": "text", "text": "What is this?"}, picture_part(data_url())]

    text, *_ = streamed(client, "demo-chat", content)

    assert "PNG, 40 × 20 pixels" in text
    assert "mostly red" in text
    arrived = gateway.requests[-1].pictures[0]
    assert Image.open(io.BytesIO(arrived)).size == (40, 20)


def test_the_reasoner_thinks_first(client):
    text, reasoning, *_ = streamed(client, "demo-reasoner", "Is 91 prime?")

    assert "4 words" not in text
    assert "3 words" in reasoning
    assert text.startswith("## Is 91 prime?")


def test_parameters_are_honoured(client):
    cut, _, finish, _ = streamed(client, "demo-chat", "Hello", max_completion_tokens=5)
    two = ask(client, "demo-chat", "Hello", n=2)
    stopped, *_ = streamed(client, "demo-chat", "Hello", stop="###")
    as_json = ask(client, "demo-chat", "Hello", response_format={"type": "json_object"})

    assert finish == ["length"]
    assert 0 < len(cut) < 40
    assert [choice.index for choice in two.choices] == [0, 1]
    assert "###" not in stopped
    assert json.loads(as_json.choices[0].message.content)["prompt"] == "Hello"


def test_a_tool_named_in_the_prompt_is_called(client):
    tool = {"type": "function", "function": {"name": "weather", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}}}}  # fmt: skip

    calls = [
        call
        for chunk in ask(client, "demo-chat", "Use weather", tools=[tool], stream=True)
        for call in chunk.choices[0].delta.tool_calls or ()
    ]

    assert [call.function.name for call in calls] == ["weather"]
    assert json.loads(calls[0].function.arguments) == {"city": "Use weather"}


WRONG = {
    "temperature too high": ({"temperature": 3}, "temperature"),
    "n is no number": ({"extra_body": {"n": "two"}}, "n"),
    "max_tokens is zero": ({"max_tokens": 0}, "max_tokens"),
    "five stops": ({"stop": ["a"] * 5}, "stop"),
    "logit_bias is a list": ({"extra_body": {"logit_bias": [1]}}, "logit_bias"),
    "no messages": ({"extra_body": {"messages": []}}, "messages"),
}


@pytest.mark.parametrize(("parameters", "field"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_parameter_is_named(client, parameters, field):
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, "demo-chat", "Hello", **parameters)

    assert refused.value.param == field
    assert field in refused.value.message


PICTURES = {
    "not base64": "data:image/png;base64,@@@",
    "no picture": "data:image/png;base64," + base64.b64encode(b"hello").decode(),
    "a path": "/tmp/picture.png",
}


@pytest.mark.parametrize("url", PICTURES.values(), ids=PICTURES.keys())
def test_a_picture_that_is_none_is_refused(client, url):
    content = [{"type": "text", "text": "Look"}, picture_part(url)]

    with pytest.raises(openai.BadRequestError):
        ask(client, "demo-chat", content)


def test_an_unknown_model_is_not_found(client):
    with pytest.raises(openai.NotFoundError) as refused:
        ask(client, "gpt-0", "Hello", stream=True)

    assert refused.value.code == "model_not_found"


def test_a_wrong_path_reads_as_at_other_gateways(client):
    with pytest.raises(openai.NotFoundError, match=r"Invalid URL \(POST /v1/nothing\)"):
        client.post("/nothing", cast_to=object, body={})


def test_a_key_is_asked_for_if_one_is_set():
    with DemoGateway(pace=0, key="right") as gateway:
        client = openai.OpenAI(base_url=gateway.base_url, api_key="wrong", max_retries=0)
        with client, pytest.raises(openai.AuthenticationError):
            client.models.list()
        with openai.OpenAI(base_url=gateway.base_url, api_key="right", max_retries=0) as owner:
            assert owner.models.list().data


REFUSED = {
    "picture, by name": ("demo-refused-picture", "Make her smile", "may contain a real person"),
    "picture, by words": ("demo-refused", "让照片里的人笑一下", "疑似包含真人"),
    "result": ("demo-refused-result", "A quiet street", "output moderation"),
}


@pytest.mark.parametrize(("model", "prompt", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_review_refuses_in_words_under_status_200(client, model, prompt, why):
    text, _, finish, _ = streamed(client, model, prompt)

    assert "❌" in text
    assert why in text
    assert finish == ["stop"]
    assert ("92.0%" in text) == (model == "demo-refused-result")


def test_a_prompt_is_refused_before_anything_is_made(client):
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, "demo-refused", "Something forbidden", stream=True)

    assert refused.value.code == "sentinel_block"


def test_a_picture_is_painted_and_linked(client):
    text, *_ = streamed(client, "demo-image", "A tea garden 16:9")

    url = text.rsplit("](", 1)[1].split(")")[0]
    with urllib.request.urlopen(url) as answer:
        assert Image.open(io.BytesIO(answer.read())).size == (1216, 832)
        assert answer.headers["content-type"] == "image/png"


def test_a_picture_can_come_inside_the_text(client):
    whole = ask(client, "demo-image-inline", "A tea garden").choices[0].message.content

    data = base64.b64decode(whole.split("base64,")[1].split(")")[0])
    assert Image.open(io.BytesIO(data)).size == (1024, 1024)
