"""Claude's and Gemini's own forms through the runner and the demo gateway."""

from __future__ import annotations

import dataclasses

import pytest
from PIL import Image

from tests.runs.conftest import OWNER, ask, ended
from tests.runs.test_routes import kept, on_loop
from vnchat.demo.script import Script
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine
from vnchat.gateway.native import claude_ask, gemini_ask
from vnchat.library.pictures import rebuild
from vnchat.runs.choice import Choice

KEY = "sk-test-0123456789"
MESSAGES = [
    {"role": "system", "content": "Be short."},
    {"role": "assistant", "content": "left over"},
    {"role": "user", "content": "One"},
    {"role": "user", "content": [{"type": "text", "text": "Two"}]},
    {"role": "assistant", "content": "Three"},
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "Four"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
            {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}},
        ],
    },
]


def test_a_conversation_in_claudes_form() -> None:
    parameters = {"temperature": 0.5, "stop": "END", "max_tokens": 100, "extra": {"x": 1}}

    told = claude_ask("claude-x", MESSAGES, parameters, {"y": 2}, stream=True)

    assert told.body == {
        "model": "claude-x",
        "max_tokens": 100,
        "system": "Be short.",
        "stream": True,
        "temperature": 0.5,
        "stop_sequences": ["END"],
        "x": 1,
        "y": 2,
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "One"}, {"type": "text", "text": "Two"}],
            },
            {"role": "assistant", "content": [{"type": "text", "text": "Three"}]},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "Four"},
                    {
                        "type": "image",
                        "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"},
                    },
                    {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
                ],
            },
        ],
    }


def test_claude_thinks_when_it_is_asked_to() -> None:
    parameters = {"temperature": 0.5, "reasoning_effort": "medium"}

    body = claude_ask("claude-x", MESSAGES, parameters, {}, stream=True).body

    assert body["thinking"] == {"type": "enabled", "budget_tokens": 8192}
    assert body["max_tokens"] > 8192
    assert "temperature" not in body


def test_a_conversation_in_geminis_form() -> None:
    parameters = {"max_tokens": 100, "top_k": 3, "reasoning_effort": "low"}

    told = gemini_ask("gemini-2.5-pro", MESSAGES, parameters, {}, stream=True)

    assert told.path == "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse"
    assert told.body["systemInstruction"] == {"parts": [{"text": "Be short."}]}
    assert [one["role"] for one in told.body["contents"]] == ["user", "model", "user"]
    assert told.body["contents"][2]["parts"][1:] == [
        {"inlineData": {"mimeType": "image/png", "data": "AAAA"}},
        {"fileData": {"fileUri": "https://a.example/b.png"}},
    ]
    assert told.body["generationConfig"] == {
        "maxOutputTokens": 100,
        "topK": 3,
        "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 2048},
    }


@pytest.mark.parametrize("name", ["a/../b", "x?key=1", "x#y"])
def test_a_name_stays_inside_its_path(name: str) -> None:
    path = gemini_ask(name, MESSAGES, {}, {}, stream=False).path

    assert path.count("/") == 3
    assert "?" not in path
    assert "#" not in path


FORMS = {
    "claude": ("demo-claude", "/v1/messages", "x-api-key"),
    "gemini": (
        "demo-gemini",
        "/v1beta/models/demo-gemini:streamGenerateContent",
        "x-goog-api-key",
    ),
}


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "in one piece"])
@pytest.mark.parametrize("form", FORMS)
def test_a_model_of_that_form_answers(
    engine: Engine, gateway: DemoGateway, form: str, stream: bool
) -> None:
    model, path, header = FORMS[form]

    turn = ask(engine, "Good morning", model, route=form, stream=stream)
    run = ended(engine, turn)

    assert (run.state, run.reply.failure) == ("done", None)
    assert "Good morning" in run.reply.text
    assert run.reply.reasoning
    assert run.reply.usage is not None
    assert run.reply.usage["completion_tokens"] > 0
    [request] = [r for r in gateway.requests if r.method == "POST"]
    assert request.path == path if stream else request.path.replace("streamG", "g")
    assert request.headers[header] == KEY
    assert "authorization" not in request.headers
    assert request.headers["idempotency-key"] == turn.run


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_goes_along_and_the_conversation_goes_on(
    engine: Engine, gateway: DemoGateway, form: str
) -> None:
    import io

    file = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(file, "PNG")
    row = on_loop(engine, engine.delivery.keep_given(rebuild(file.getvalue()), "a", owner=OWNER))
    choice = dataclasses.replace(Choice("settings", FORMS[form][0]), route=form)
    turn = engine.runner.start(
        owner=OWNER, conversation="", choice=choice, question="What?", attached=[row.id]
    )
    first = ended(engine, turn)

    again = ask(engine, "Sure?", choice.model, conversation=turn.conversation, route=form)

    assert "64" in first.reply.text
    assert ended(engine, again).state == "done"
    *_, request = [r for r in gateway.requests if r.method == "POST"]
    turns = request.body.get("messages") or request.body["contents"]
    assert [one["role"] for one in turns][::2] == ["user", "user"]


def test_gemini_paints_inside_its_answer(engine: Engine) -> None:
    turn = ask(engine, "A picture of the sea", "demo-gemini", route="gemini")

    assert ended(engine, turn).state == "done"

    [picture] = kept(engine, turn)
    assert (picture.kind, picture.width) == ("image", 256)


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_is_not_repeated_and_shows_no_key(
    engine: Engine, gateway: DemoGateway, form: str
) -> None:
    model, path, _ = FORMS[form]
    body = f'{{"error":{{"message":"The key {KEY} is wrong","code":401}}}}'
    gateway.script(path if form == "gemini" else model, Script([body], status=401))

    run = ended(engine, ask(engine, "Hello", model, route=form))

    assert run.reply.failure is not None
    assert run.reply.failure.kind == "auth"
    assert KEY not in run.reply.failure.message
    assert len([r for r in gateway.requests if r.method == "POST"]) == 1
