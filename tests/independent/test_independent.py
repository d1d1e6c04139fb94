"""Gateways that nobody here wrote are understood: by `ask`, by `check` and by a run of the page."""

from __future__ import annotations

import json
import os
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.independent.foreign import Foreign
from tests.runs.conftest import ask as start
from tests.runs.conftest import ended
from vnchat.engine import Engine

Command = Callable[..., tuple[int, dict[str, Any]]]
EngineAt = Callable[[Foreign], Engine]
BOTH = ("litellm", "aimock")
PLAIN = "Six times seven is **42**, 四十二."
CLIP = "https://media.invalid/clip.mp4?sig=a%2Fb"


@pytest.fixture(params=BOTH)
def gateway(request: pytest.FixtureRequest) -> Foreign:
    started: Foreign = request.getfixturevalue(request.param)
    return started


def at(gateway: Foreign, model: str, *more: str) -> list[str]:
    where = ["--base-url", gateway.base_url, "--api-key", gateway.key]
    return ["ask", *where, "--model", model, *more, "What is six times seven?"]


def requests_of(aimock: Foreign, model: str) -> list[dict[str, Any]]:
    """What aimock itself noted of the requests for a model."""
    request = urllib.request.Request(
        f"{aimock.base_url}/_requests", headers={"Authorization": f"Bearer {aimock.key}"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as answer:
        noted = json.load(answer)
    return [one["body"] for one in noted if (one["body"] or {}).get("model") == model]


# -- both --------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])
def test_a_text_is_read_the_same_streamed_or_not(
    gateway: Foreign, command: Command, stream: bool
) -> None:
    more = [] if stream else ["--no-stream"]

    code, reply = command(*at(gateway, "gpt-plain", *more))

    assert (code, reply["text"], reply["finish"]) == (0, PLAIN, "stop")
    assert reply["error"] is None
    assert reply["videos"] == []
    assert stream or reply["usage"]["completion_tokens"] > 0


def test_usage_is_told_at_the_end_of_a_stream(gateway: Foreign, command: Command) -> None:
    wanted = ["--param", 'stream_options={"include_usage": true}']

    code, reply = command(*at(gateway, "gpt-plain", *wanted))

    assert (code, reply["text"]) == (0, PLAIN)
    usage = reply["usage"]
    assert usage["prompt_tokens"] > 0
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


@pytest.mark.parametrize("more", [[], ["--no-stream"]], ids=["streamed", "in one piece"])
def test_a_video_and_its_progress_are_found(
    gateway: Foreign, command: Command, more: list[str]
) -> None:
    code, reply = command(*at(gateway, "sora-mock", *more))

    assert code == 0
    assert reply["videos"] == [CLIP]
    assert reply["progress"] == [40, 100]


def test_the_check_finds_models_and_a_working_stream(gateway: Foreign, command: Command) -> None:
    code, report = command(
        "check", gateway.base_url.removesuffix("/v1"), "--key", gateway.key, "--model", "gpt-plain"
    )

    assert (code, report["usable"]) == (0, True)
    assert report["profile"]["base_url"] == gateway.base_url
    assert report["profile"]["stream"] == "on"
    assert {"gpt-plain", "sora-mock"} <= set(report["models"])
    assert {"address", "key", "models", "text", "stream"} <= {
        one["about"] for one in report["findings"] if one["ok"]
    }


def test_a_wrong_key_is_not_usable_and_never_repeated(gateway: Foreign, command: Command) -> None:
    wrong = "sk-wrong-9876543210"

    code, report = command("check", gateway.base_url, "--key", wrong)

    assert (code, report["usable"]) == (1, False)
    refused = [one["about"] for one in report["findings"] if one["ok"] is False]
    assert refused == ["key"]
    assert wrong not in json.dumps(report)


def test_a_run_of_the_page_ends_done(gateway: Foreign, engine_at: EngineAt) -> None:
    engine = engine_at(gateway)

    run = ended(engine, start(engine, "What is six times seven?", "gpt-plain"))

    assert (run.state, run.reply.raw, run.requests) == ("done", PLAIN, 1)


def test_a_conversation_goes_on(gateway: Foreign, engine_at: EngineAt) -> None:
    engine = engine_at(gateway)
    first = start(engine, "What is six times seven?", "gpt-plain")
    ended(engine, first)

    run = ended(engine, start(engine, "Sure?", "gpt-plain", conversation=first.conversation))

    assert (run.state, run.reply.text) == ("done", PLAIN)


def test_a_result_that_cannot_be_fetched_stays_a_link(
    gateway: Foreign, engine_at: EngineAt
) -> None:
    engine = engine_at(gateway)
    given_up = threading.Event()

    def look(event: tuple[str, ...]) -> None:
        media = event[0] == "media" and engine.store.media.get(event[2], owner="local")
        if media and media.state in ("failed", "refused"):
            given_up.set()

    engine.hub.subscribe("local", look)
    turn = start(engine, "A boat", "sora-mock")
    run = ended(engine, turn)
    assert given_up.wait(30)

    (video,) = engine.store.media.of_messages([turn.answer.id], owner="local")[turn.answer.id]
    assert (run.state, video.kind, video.link) == ("done", "video", CLIP)
    assert video.reason


# -- LiteLLM -----------------------------------------------------------------------------------

LITELLM_ERRORS = {
    # model: kind, what the gateway's own words hold
    "sora-busy": ("rate_limit", "mock rate limit error"),
    "sora-broken": ("upstream", "mock internal server error"),
    "gpt-too-long": ("bad_request", "context window"),
    "sora-behind-nothing": ("network", "Connection error"),  # its words outrank its status 500
    "not-in-the-list": ("model", "Invalid model name"),
}


@pytest.mark.parametrize("more", [[], ["--no-stream"]], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("model", LITELLM_ERRORS)
def test_litellm_errors_become_kinds(
    litellm: Foreign, command: Command, model: str, more: list[str]
) -> None:
    kind, words = LITELLM_ERRORS[model]

    code, reply = command(*at(litellm, model, *more))

    error = reply["error"]
    assert (code, error["kind"]) == (1, kind)
    assert words in error["message"]


def test_litellm_is_the_version_that_is_pinned(litellm: Foreign) -> None:
    asked = {"model": "gpt-plain", "messages": [{"role": "user", "content": "Hi"}]}
    request = urllib.request.Request(
        f"{litellm.base_url}/chat/completions",
        json.dumps(asked).encode(),
        {"Authorization": f"Bearer {litellm.key}", "Content-Type": "application/json"},
    )

    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        version = answer.headers["x-litellm-version"]

    assert version == (os.environ.get("VNCHAT_REQUIRE_LITELLM") or version)
    assert version[0].isdigit()


# -- aimock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("more", [[], ["--no-stream"]], ids=["streamed", "in one piece"])
def test_aimock_reasoning_and_tool_calls(
    aimock: Foreign, command: Command, more: list[str]
) -> None:
    _, thought = command(*at(aimock, "gpt-thinker", *more))
    _, called = command(*at(aimock, "gpt-tools", *more))

    assert (thought["reasoning"], thought["text"]) == ("Six sevens make 42.", "It is 42.")
    (call,) = called["tool_calls"]
    assert call["name"] == "weather"
    assert json.loads(call["arguments"]) == {"city": "Oslo"}
    assert called["finish"] == "tool_calls"


def test_aimock_picture_and_sound_are_found(aimock: Foreign, command: Command) -> None:
    _, picture = command(*at(aimock, "image-mock"))
    _, sound = command(*at(aimock, "sound-mock"))

    assert picture["images"] == ["https://media.invalid/boat.png"]
    assert sound["audio"] == ["https://media.invalid/song.mp3"]


AIMOCK_ERRORS = {
    # model: kind, requests that one press may make
    "sora-busy": ("rate_limit", 2),
    "sora-later": ("rate_limit", 1),
    "sora-limits": ("rate_limit", 2),
    "sora-unsafe": ("moderation_prompt", 1),
    "sora-poor": ("quota", 1),
    "sora-drops": ("upstream", 1),
    "sora-garbles": ("bad_response", 1),
    "sora-hangs-up": ("network", 1),
}


@pytest.mark.parametrize("more", [[], ["--no-stream"]], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("model", AIMOCK_ERRORS)
def test_aimock_errors_and_chaos_become_kinds_and_are_not_repeated(
    aimock: Foreign, command: Command, model: str, more: list[str]
) -> None:
    kind, most = AIMOCK_ERRORS[model]
    before = len(requests_of(aimock, model))

    code, reply = command(*at(aimock, model, *more))

    assert (code, reply["error"]["kind"]) == (1, kind)
    assert len(requests_of(aimock, model)) - before == most


def test_aimock_that_is_late_is_waited_for(aimock: Foreign, engine_at: EngineAt) -> None:
    engine = engine_at(aimock)

    run = ended(engine, start(engine, "A boat", "sora-late"))

    assert (run.state, run.reply.text, run.requests) == ("done", "late but whole", 1)


def test_aimock_cut_off_keeps_the_text_and_says_so(aimock: Foreign, engine_at: EngineAt) -> None:
    engine = engine_at(aimock)

    run = ended(engine, start(engine, "Count", "sora-cut"))

    assert run.reply.raw.startswith("one two")
    assert "ten" not in run.reply.raw
    assert run.state == "failed"
    assert run.reply.failure is not None
    assert run.reply.failure.kind == "network"
    assert run.reply.failure.charged != "no"
    assert len(requests_of(aimock, "sora-cut")) == 1


@pytest.mark.parametrize("model", ["sora-drops", "sora-garbles", "sora-hangs-up"])
def test_a_run_against_aimock_chaos_fails_after_one_request(
    aimock: Foreign, engine_at: EngineAt, model: str
) -> None:
    engine = engine_at(aimock)
    before = len(requests_of(aimock, model))

    run = ended(engine, start(engine, "A boat", model))

    assert (run.state, run.requests) == ("failed", 1)
    assert run.reply.failure is not None
    assert run.reply.failure.charged in ("maybe", "likely")
    assert len(requests_of(aimock, model)) - before == 1


def test_a_run_refused_by_aimock_waits_visibly_and_once(
    aimock: Foreign, engine_at: EngineAt
) -> None:
    engine = engine_at(aimock)
    before = len(requests_of(aimock, "sora-busy"))

    run = ended(engine, start(engine, "A boat", "sora-busy"))

    assert (run.state, run.requests, run.attempt) == ("failed", 2, 2)
    assert len(requests_of(aimock, "sora-busy")) - before == 2


def test_aimock_gets_the_whole_conversation(aimock: Foreign, engine_at: EngineAt) -> None:
    engine = engine_at(aimock)
    first = start(engine, "What is six times seven?", "gpt-plain")
    ended(engine, first)

    ended(engine, start(engine, "Sure?", "gpt-plain", conversation=first.conversation))

    sent = requests_of(aimock, "gpt-plain")[-1]
    assert [one["content"] for one in sent["messages"]] == [
        "What is six times seven?",
        PLAIN,
        "Sure?",
    ]
    assert sent["stream"] is True
