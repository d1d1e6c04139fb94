"""What tests rely on: scripted answers byte for byte, gates, and the record of every request."""

import asyncio
import json
import socket
import threading
import urllib.request

import openai
import pytest
from openai import AsyncOpenAI

from vnchat.demo.script import Gate, Script, chunk, completion, error, sse, text_chunks
from vnchat.demo.server import DemoGateway, PortInUse

from .test_chat import ask, streamed


def posted(gateway, model, path="chat/completions"):
    """The raw bytes of an answer."""
    request = urllib.request.Request(
        f"{gateway.base_url}/{path}",
        data=json.dumps({"model": model}).encode(),
        headers={"Content-Type": "application/json", "X-Mine": "yes"},
    )
    with urllib.request.urlopen(request) as answer:
        return answer.headers["content-type"], answer.read()


def test_a_script_goes_out_byte_for_byte(gateway):
    pieces = [": hi\r\n\r\n", b"data: \xe4\xb8", b"\xad\n\n"]
    gateway.script("exact", Script(pieces))

    kind, body = posted(gateway, "exact")

    assert kind == "text/event-stream"
    assert body == b": hi\r\n\r\ndata: \xe4\xb8\xad\n\n"
    assert gateway.requests[-1].headers["x-mine"] == "yes"


def test_a_script_can_be_cut_into_pieces_of_a_size(gateway):
    gateway.script("cut", Script(text_chunks("Hello"), chunk_bytes=7))

    posted(gateway, "cut")

    seen = gateway.requests.wait_for(lambda r: r.model == "cut" and r.outcome == "answered")
    assert len(seen.sent_marks) == -(-seen.sent_bytes // 7)


def test_scripts_answer_one_request_after_the_other(gateway, client):
    busy = Script([error("Slow down", code="rate_limit")], 429, {"Retry-After": "3"})
    gateway.script(
        "busy", [busy, Script(text_chunks("Good", " day")), Script([completion("Last")])]
    )

    with pytest.raises(openai.RateLimitError) as refused:
        ask(client, "busy", "Hello", stream=True)
    text, *_ = streamed(client, "busy", "Hello")
    whole = ask(client, "busy", "Hello").choices[0].message.content

    assert refused.value.response.headers["retry-after"] == "3"
    assert (text, whole) == ("Good day", "Last")
    assert [r.status for r in gateway.requests if r.model == "busy"] == [429, 200, 200]


def test_none_in_a_list_is_the_demos_own_answer(gateway, client):
    gateway.script("demo-chat", [Script([error("Broken")], 500), None])

    with pytest.raises(openai.InternalServerError):
        ask(client, "demo-chat", "Hello")

    assert "demo" in ask(client, "demo-chat", "Hello").choices[0].message.content


def test_a_path_can_be_scripted(client, gateway):
    gateway.script("/v1/models", [Script(["<html>"], headers={"Content-Type": "text/html"}), None])

    with pytest.raises((openai.APIError, AttributeError)):
        client.models.list().data[0].id  # noqa: B018

    assert client.models.list().data


def test_a_gate_lets_one_piece_pass_at_a_time(gateway, client):
    gate = Gate()
    gateway.script("gated", Script(sse(chunk("one"), chunk("two"), done=False), gate=gate))

    with ask(client, "gated", "Hello", stream=True) as stream:
        request = gateway.requests.wait_for(lambda r: r.model == "gated" and r.status == 200)
        assert request.sent_marks == []
        gate.release()
        assert next(stream).choices[0].delta.content == "one"
        assert len(request.sent_marks) == 1
        gate.open()
        assert next(stream).choices[0].delta.content == "two"


def test_leaving_is_noticed(gateway, client):
    gateway.script("endless", Script(sse(chunk("one"), done=False), end="hang"))

    stream = ask(client, "endless", "Hello", stream=True)
    next(stream)
    stream.close()

    left = gateway.requests.wait_for(lambda r: r.model == "endless" and r.outcome != "open")
    assert left.outcome == "client left"
    assert left.ended >= left.sent_marks[-1]


def test_leaving_an_own_answer_is_noticed():
    with DemoGateway(pace=1) as gateway:

        async def begin_and_leave():
            async with AsyncOpenAI(base_url=gateway.base_url, api_key="k", max_retries=0) as client:
                stream = await ask(client, "demo-video", "A long wait", stream=True)
                await anext(aiter(stream))
                await stream.close()

        asyncio.run(begin_and_leave())

        left = gateway.requests.wait_for(lambda r: r.outcome != "open")
        assert left.outcome == "client left"


ENDS = {
    "dropped in the middle": Script(sse(chunk("one"), done=False), end="reset"),
    "dropped without a byte": Script(status=0),
}


@pytest.mark.parametrize("script", ENDS.values(), ids=ENDS.keys())
def test_a_connection_can_be_dropped(gateway, client, script):
    gateway.script("dropped", script)

    with pytest.raises(openai.APIConnectionError):
        list(ask(client, "dropped", "Hello", stream=True))

    assert gateway.requests.wait_for(lambda r: r.model == "dropped").outcome == "dropped"


def test_what_was_sent_before_a_drop_arrives(gateway, client):
    gateway.script("late drop", Script(sse(chunk("one"), done=False), end="reset"))

    stream = iter(ask(client, "late drop", "Hello", stream=True))

    assert next(stream).choices[0].delta.content == "one"


def test_stopping_does_not_wait_for_open_streams():
    gateway = DemoGateway(pace=0).start()
    gateway.script("endless", Script(sse(chunk("one"), done=False), end="hang"))
    with openai.OpenAI(base_url=gateway.base_url, api_key="k", max_retries=0) as client:
        stream = ask(client, "endless", "Hello", stream=True)
        next(stream)

        gateway.stop()

        with pytest.raises(openai.APIConnectionError):
            next(stream)
    assert gateway.requests[0].outcome == "gateway stopped"
    assert not [thread for thread in threading.enumerate() if str(gateway.port) in thread.name]


def test_a_port_in_use_is_told_in_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(PortInUse, match=f"Port {port} is in use"):
            DemoGateway(port).start()


def test_waiting_for_a_request_that_never_comes_says_what_was_seen(gateway, client):
    client.models.list()

    with pytest.raises(TimeoutError, match="GET /v1/models"):
        gateway.requests.wait_for(lambda r: r.path == "/nowhere", within=0)
