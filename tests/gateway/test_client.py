"""The calls over real HTTP: what is sent, where the key goes, and what a broken line means."""

import asyncio

import pytest

from vnchat.demo.script import Gate, text_chunks
from vnchat.demo.script import error as error_body
from vnchat.demo.server import DemoGateway, Script
from vnchat.gateway.client import encoded
from vnchat.gateway.faults import GatewayFault, GatewayRefused
from vnchat.gateway.keys import Key
from vnchat.gateway.network import Network
from vnchat.gateway.profile import Profile

SECRET = "sk-abcdef1234567890"
BODY = {"model": "scripted", "messages": [{"role": "user", "content": "x"}], "stream": True}


async def sent(client, profile, key=SECRET, body=BODY):
    """(status, body) of one completion."""
    async with client.completion(profile, key, body, run_id="run-1", stream=True) as answer:
        return answer.status, b"".join([chunk async for chunk in answer.bytes()])


def test_the_bytes_come_as_the_gateway_wrote_them(gateway, profile, with_client):
    pieces = [b": PING\n\n", b"data: {bro", b"ken\n\n", b"\xff\xfe"]
    gateway.script("scripted", Script(pieces))

    assert with_client(lambda client: sent(client, profile)) == (200, b"".join(pieces))


def test_a_request_carries_key_run_and_body(gateway, profile, with_client):
    gateway.script("scripted", Script(text_chunks("hi")))

    with_client(lambda client: sent(client, profile, Key(SECRET)))

    (request,) = gateway.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.headers["idempotency-key"] == "run-1"
    assert request.headers["content-type"] == "application/json"
    assert request.body == BODY


AUTHORIZATION = {
    "bearer": ({}, SECRET, f"Bearer {SECRET}"),
    "bare": ({"bearer": False}, SECRET, SECRET),
    "no key": ({}, "", None),
    "no key, none at all": ({}, None, None),
    "not by an extra header": ({"headers": (("Authorization", "x"),)}, SECRET, f"Bearer {SECRET}"),
}


@pytest.mark.parametrize(
    ("fields", "key", "header"), AUTHORIZATION.values(), ids=AUTHORIZATION.keys()
)
def test_the_key_goes_as_the_profile_says(gateway, with_client, monkeypatch, fields, key, header):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-gateway")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-gateway")
    gateway.script("scripted", Script(text_chunks("hi")))
    profile = Profile(id="p", name="p", base_url=gateway.base_url, **fields)

    with_client(lambda client: sent(client, profile, key))

    (request,) = gateway.requests
    assert request.headers.get("authorization") == header
    assert "of-another-gateway" not in str(request.headers)


def test_extra_headers_are_sent(gateway, with_client):
    gateway.script("scripted", Script(text_chunks("hi")))
    profile = Profile(id="p", name="p", base_url=gateway.base_url, headers=(("X-Mine", "1"),))

    with_client(lambda client: sent(client, profile))

    assert gateway.requests[0].headers["x-mine"] == "1"


FROM_THE_ENVIRONMENT = "\n".join(
    (
        "Authorization: Bearer sk-of-another-gateway",
        "X-Team: team-of-another-gateway",
        "X-Mine: not-this",
        "Content-Type: text/plain",
        "no header at all",
    )
)


def test_headers_of_the_environment_go_to_no_gateway(gateway, with_client, monkeypatch):
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", FROM_THE_ENVIRONMENT)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-another-gateway")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-another-gateway")
    gateway.script("scripted", Script(text_chunks("hi")))
    own = (("x-mine", "1"), ("OpenAI-Organization", "org-of-this-one"))
    profile = Profile(id="p", name="p", base_url=gateway.base_url, headers=own)

    with_client(lambda client: sent(client, profile))
    with_client(lambda client: client.models(profile, ""))

    said, listed = (request.headers for request in gateway.requests)
    assert "another-gateway" not in f"{said}{listed}"
    assert (said["x-mine"], said["openai-organization"]) == ("1", "org-of-this-one")
    assert said["authorization"] == f"Bearer {SECRET}"
    assert said["content-type"] == "application/json"
    assert "authorization" not in listed
    assert "x-team" not in listed


def test_half_a_character_reaches_the_gateway(gateway, profile, with_client):
    gateway.script("scripted", Script(text_chunks("hi")))
    body = {**BODY, "messages": [{"role": "assistant", "content": "half \ud83d"}]}

    with_client(lambda client: sent(client, profile, body=body))

    assert gateway.requests[0].body == body


def test_ordinary_text_is_not_escaped():
    assert encoded({"a": "视频"}) == '{"a":"视频"}'.encode()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_neither_key_nor_conversation_elsewhere(profile, with_client, status):
    with DemoGateway(pace=0) as elsewhere, DemoGateway(pace=0) as gateway:
        place = {"location": f"{elsewhere.base_url}/chat/completions"}
        gateway.script("scripted", Script(status=status, headers=place))
        gateway.script("/v1/models", Script(status=status, headers=place))
        profile = Profile(id="p", name="p", base_url=gateway.base_url)

        async def work(client):
            with pytest.raises(GatewayRefused) as refused:
                await client.models(profile, SECRET)
            return refused.value, await sent(client, profile)

        refused, (got, _) = with_client(work)

        assert got == status
        assert refused.moved_to == place["location"]
        assert list(elsewhere.requests) == []


def test_a_refusal_comes_back_with_its_body(gateway, profile, with_client):
    gateway.script("scripted", Script(["no model"], status=503))

    assert with_client(lambda client: sent(client, profile)) == (503, b"no model")


def test_an_endless_refusal_has_an_end(gateway, profile, with_client):
    gateway.script("scripted", Script(["x" * 100_000] * 40, status=500, end="hang"))

    status, body = with_client(lambda client: sent(client, profile))

    assert (status, len(body)) == (500, 1_000_000)


def test_a_refusal_that_breaks_off_is_still_a_refusal(gateway, profile, with_client):
    gateway.script("scripted", Script(["half"], status=500, end="reset"))

    status, _ = with_client(lambda client: sent(client, profile))

    assert status == 500


def fault_of(with_client, profile, **options):
    async def work(client):
        with pytest.raises(GatewayFault) as raised:
            await sent(client, profile)
        return raised.value

    return with_client(work, **options)


FAULTS = {
    "dropped without a byte": (Script(status=0), "before_first_byte", "reset"),
    "dropped in the middle": (Script(["data: x\n\n"], end="reset"), "after_first_byte", "reset"),
    "silent in the middle": (Script(["data: x\n\n"], end="hang"), "after_first_byte", "stalled"),
    "silent from the start": (Script(["x"], gate=Gate()), "before_first_byte", "stalled"),
}


@pytest.mark.parametrize(("script", "how", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_broken_line_tells_what_the_gateway_may_have_got(
    gateway, profile, with_client, script, how, fault
):
    gateway.script("scripted", script)

    raised = fault_of(with_client, profile, idle_seconds=0.5)

    assert (raised.how, raised.fault.how) == (how, fault)


def test_keep_alives_are_no_silence(gateway, profile, with_client):
    pings = Script([": ping\n\n"] * 6, delays=[0.2] * 6)
    gateway.script("scripted", pings)

    status, body = with_client(lambda client: sent(client, profile), idle_seconds=0.6)

    assert (status, body) == (200, b": ping\n\n" * 6)


UNREACHABLE = {
    "refused": ("http://127.0.0.1:9/v1", "refused"),
    "no such host": ("http://no-such-host.invalid/v1", "no such host"),
}


@pytest.mark.parametrize(("base_url", "word"), UNREACHABLE.values(), ids=UNREACHABLE.keys())
def test_what_was_certainly_not_sent_is_told(with_client, base_url, word):
    raised = fault_of(with_client, Profile(id="p", name="p", base_url=base_url))

    assert (raised.how, raised.fault.how) == ("not_sent", "network")
    assert word in str(raised)


def test_https_where_there_is_none_was_not_sent(gateway, with_client):
    profile = Profile(id="p", name="p", base_url=gateway.base_url.replace("http:", "https:"))

    raised = fault_of(with_client, profile)

    assert (raised.how, "secure connection" in str(raised)) == ("not_sent", True)


def test_cancelling_closes_the_connection(gateway, profile, with_client):
    gateway.script("scripted", Script(["data: x\n\n"], end="hang"))

    async def work(client):
        begun = asyncio.Event()

        async def read():
            async with client.completion(profile, "", BODY, run_id="r", stream=True) as answer:
                async for _ in answer.bytes():
                    begun.set()

        task = asyncio.create_task(read())
        async with asyncio.timeout(30):
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        # The client is still open: it is the cancelling that closed the connection.
        return await asyncio.to_thread(
            gateway.requests.wait_for, lambda request: request.outcome != "open", within=1
        )

    assert with_client(work).outcome == "client left"


def test_three_hundred_streams_go_side_by_side(gateway, profile, with_client):
    gate = Gate()
    gateway.script("scripted", Script(text_chunks("hi"), gate=gate))

    async def work(client):
        tasks = [asyncio.create_task(sent(client, profile)) for _ in range(300)]
        await asyncio.to_thread(
            gateway.requests.wait_for, lambda _: len(gateway.requests) == 300, within=60
        )
        gate.open()
        return await asyncio.gather(*tasks)

    assert {status for status, _ in with_client(work, connect_seconds=60)} == {200}


def test_the_list_of_models_is_read(gateway, profile, with_client):
    found = with_client(lambda client: client.models(profile, SECRET))

    assert "demo-chat" in found.names
    assert gateway.requests[0].headers["authorization"] == f"Bearer {SECRET}"


LISTS = {
    "busy, then there": ([Script(status=503), Script(['["a"]'])], 2),
    "dropped, then there": ([Script(status=0), Script(['["a"]'])], 2),
    "waits as told": ([Script(status=429, headers={"retry-after": "0"}), Script(['["a"]'])], 2),
}


@pytest.mark.parametrize(("scripts", "count"), LISTS.values(), ids=LISTS.keys())
def test_the_list_is_asked_for_again(gateway, profile, with_client, scripts, count):
    gateway.script("/v1/models", scripts)

    found = with_client(lambda client: client.models(profile, ""))

    gateway.script("/v1/models", [None])
    assert (found.names, len(gateway.requests)) == (("a",), count)


NO_LISTS = {
    "always broken": (Script(["down"], status=502), 3, "upstream"),
    "wrong key": (Script([error_body(f"bad {SECRET}")], status=401), 1, "auth"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "count", "kind"), NO_LISTS.values(), ids=NO_LISTS.keys())
def test_the_list_is_asked_for_at_most_three_times(
    gateway, profile, with_client, script, count, kind
):
    gateway.script("/v1/models", script)

    async def work(client):
        with pytest.raises(GatewayRefused) as refused:
            await client.models(profile, SECRET)
        return refused.value

    refused = with_client(work)

    gateway.script("/v1/models", [None])
    assert (len(gateway.requests), refused.failure.kind) == (count, kind)
    assert SECRET not in str(refused)


def test_bytes_come_over_the_gathering_network(gateway, profile, with_client, monkeypatch):
    connected = []
    connect = Network.connect_tcp

    async def seen(self, host, port, **more):
        connected.append(host)
        return await connect(self, host, port, **more)

    monkeypatch.setattr(Network, "connect_tcp", seen)
    gateway.script("scripted", Script(text_chunks("hi")))

    with_client(lambda client: sent(client, profile))

    assert connected == ["127.0.0.1"]
