"""The routes of the voice: only for our own page, one request for one press, kept for the next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.runs.conftest import ask, ended
from vnchat import engine as engines
from vnchat.demo.audio import spoken
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.library.joining import joined
from vnchat.library.probe import probe
from vnchat.settings import Settings
from vnchat.web.voice import voice_routes

OWN = {"origin": "http://localhost"}
LONG = "This sentence is about fifty characters in length. " * 100


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture
def engine(settings: Settings, gateway: DemoGateway) -> Iterator[Engine]:
    import dataclasses

    told = dataclasses.replace(settings, base_url=gateway.base_url, api_key="sk-test-0123456789")
    with EngineThread(Engine.open(told)) as started:
        yield started
    engines.install(None)


class OnTheLoop:
    """The server's routes run on the loop of the engine."""

    def __init__(self, engine: Engine) -> None:
        app = Starlette(routes=voice_routes(""))
        loop = engine.runner.loop

        async def there(scope, receive, send):  # type: ignore[no-untyped-def]
            here = asyncio.get_running_loop()

            async def got():  # type: ignore[no-untyped-def]
                return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(receive(), here))

            async def gave(message):  # type: ignore[no-untyped-def]
                sent = asyncio.run_coroutine_threadsafe(send(message), here)
                await asyncio.wrap_future(sent)

            work = asyncio.run_coroutine_threadsafe(app(scope, got, gave), loop)
            await asyncio.wrap_future(work)

        self.client = TestClient(there, base_url="http://localhost")


@pytest.fixture
def client(engine: Engine) -> TestClient:
    return OnTheLoop(engine).client


def answer(engine: Engine, model: str = "demo-chat") -> str:
    turn = ask(engine, "Good morning", model)
    ended(engine, turn)
    return turn.answer.id


def speaking(message: str, **more: object) -> dict[str, object]:
    asked = {"message": message, "at": 0, "gateway": "settings", "model": "demo-speech"}
    return asked | {"voice": "nova"} | more


def posts(gateway: DemoGateway, path: str) -> int:
    return len([r for r in list(gateway.requests) if r.path == path])


def test_a_recording_becomes_its_words(client: TestClient, gateway: DemoGateway) -> None:
    sound = spoken("one two", "nova", "wav")

    told = client.post(
        "/vnchat/hear?gateway=settings&model=demo-transcribe&language=zh",
        content=sound,
        headers=OWN,
    ).json()

    assert "秒的声音" in told["text"]
    [request] = [r for r in gateway.requests if r.path == "/v1/audio/transcriptions"]
    assert request.body["file"].data == sound
    assert request.body["file"].name == "recording.wav"


def test_what_is_no_recording_is_not_sent(client: TestClient, gateway: DemoGateway) -> None:
    told = client.post("/vnchat/hear?model=demo-transcribe", content=b"<html>", headers=OWN)

    assert (told.status_code, told.json()["problem"]) == (400, "This is no recording.")
    assert posts(gateway, "/v1/audio/transcriptions") == 0


def test_a_recording_that_is_too_long_is_refused(
    client: TestClient, gateway: DemoGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vnchat.web.voice.MOST_HEARD", 1000)

    told = client.post(
        "/vnchat/hear?model=demo-transcribe", content=spoken("one", "nova", "wav"), headers=OWN
    )

    assert told.status_code == 400
    assert posts(gateway, "/v1/audio/transcriptions") == 0


@pytest.mark.parametrize("path", ["/vnchat/hear?model=demo-transcribe", "/vnchat/speak"])
@pytest.mark.parametrize(
    "headers", [{"origin": "https://else.where"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_page_may_not_ask(
    client: TestClient, gateway: DemoGateway, path: str, headers: dict[str, str]
) -> None:
    told = client.post(path, content=spoken("one", "nova", "wav"), headers=headers)

    assert told.status_code == 403
    assert [r for r in gateway.requests if "audio" in r.path] == []


def test_the_same_answer_is_made_once(
    client: TestClient, engine: Engine, gateway: DemoGateway
) -> None:
    message = answer(engine)

    first = client.post("/vnchat/speak", json=speaking(message), headers=OWN).json()
    second = client.post("/vnchat/speak", json=speaking(message), headers=OWN).json()

    assert posts(gateway, "/v1/audio/speech") == 1
    assert first["id"] == second["id"]
    assert (first["kind"], first["of"]) == ("audio", 1)
    assert client.get(first["whole"]).content[:3] == b"ID3"


def test_two_presses_at_once_are_one_request(engine: Engine, gateway: DemoGateway) -> None:
    from vnchat.runs.voice import Voice

    message, by = answer(engine), Voice("settings", "demo-speech", "nova")

    async def both() -> list[str]:
        told = (engine.voices.speak(message, 0, by, owner="local") for _ in range(3))
        return [one.media.id for one in await asyncio.gather(*told)]

    names = asyncio.run_coroutine_threadsafe(both(), engine.runner.loop).result(20)

    assert len(set(names)) == 1
    assert posts(gateway, "/v1/audio/speech") == 1


def test_a_sound_that_was_deleted_is_made_anew(
    client: TestClient, engine: Engine, gateway: DemoGateway
) -> None:
    message = answer(engine)
    told = client.post("/vnchat/speak", json=speaking(message), headers=OWN).json()
    emptying = engine.delivery.empty([told["id"]], owner="local")
    asyncio.run_coroutine_threadsafe(emptying, engine.runner.loop).result(20)

    again = client.post("/vnchat/speak", json=speaking(message), headers=OWN).json()

    assert again["state"] == "kept"
    assert posts(gateway, "/v1/audio/speech") == 2


def test_a_long_answer_is_saved_as_one_file(
    client: TestClient, engine: Engine, gateway: DemoGateway
) -> None:
    gateway.script("talker", Script(text_chunks(LONG)))
    message = answer(engine, "talker")
    first = client.post("/vnchat/speak", json=speaking(message), headers=OWN).json()
    assert first["of"] == 2
    assert client.get(first["whole"]).status_code == 404

    second = client.post("/vnchat/speak", json=speaking(message, at=1), headers=OWN).json()

    whole = probe(client.get(second["whole"]).content)
    assert whole.kind == "audio"
    assert whole.seconds == pytest.approx(first["seconds"] + second["seconds"], rel=0.02)
    texts = [r.body["input"] for r in gateway.requests if r.path == "/v1/audio/speech"]
    assert " ".join(texts) == LONG.strip()


def test_an_error_of_the_gateway_is_told_and_nothing_is_kept(
    client: TestClient, engine: Engine, gateway: DemoGateway
) -> None:
    gateway.script("demo-speech", Script(['{"error":{"message":"No money left."}}'], status=402))

    told = client.post("/vnchat/speak", json=speaking(answer(engine)), headers=OWN)

    assert (told.status_code, told.json()["problem"]) == (502, "No money left.")
    assert engine.store.media.bytes_kept() == 0


@pytest.mark.parametrize("kind", ["mp3", "wav", "opus", "aac"])
def test_pieces_of_every_format_are_joined(kind: str) -> None:
    one, two = spoken("one two", "nova", kind), spoken("three four five", "nova", kind)

    whole = probe(joined([one, two]))

    assert whole.seconds == pytest.approx(5 * 0.28, abs=0.3)
