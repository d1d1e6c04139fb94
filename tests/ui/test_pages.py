"""What the pages say and do, without a browser: the framework's own test runner."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from streamlit import dataframe_util
from streamlit.testing.v1 import AppTest

from tests.serving import ROOT
from vnchat import engine as engines
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.settings import Settings

SCRIPT = str(ROOT / "vnchat/ui/navigation.py")


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture
def engine(settings: Settings, gateway: DemoGateway) -> Iterator[Engine]:
    made = Engine.open(
        dataclasses.replace(settings, base_url=gateway.base_url, api_key="sk-test-0123456789")
    )
    with EngineThread(made) as running:
        yield running


@pytest.fixture
def open_page(engine: Engine) -> Callable[..., AppTest]:
    def opened(**query: str) -> AppTest:
        page = AppTest.from_file(SCRIPT, default_timeout=20)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return opened


def box(page: AppTest):  # type: ignore[no-untyped-def]
    return page.chat_input[0]


def labelled(several, words: str):  # type: ignore[no-untyped-def]
    """The first widget whose label begins so."""
    return next(one for one in several if one.label.startswith(words))


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 32), "red").save(file, "PNG")
    return file.getvalue()


def test_a_prompt_becomes_one_message_and_one_request(
    open_page, engine: Engine, gateway: DemoGateway
) -> None:
    gateway.script("plain", Script(text_chunks("Hello")))
    page = open_page(model="plain")

    box(page).set_value("Hi there").run()

    assert [m.text for m in page.session_state["open"].messages] == ["Hi there", ""]
    request = gateway.requests.wait_for(lambda r: r.model == "plain")
    assert request.messages == [{"role": "user", "content": "Hi there"}]
    page.run()
    assert len([r for r in gateway.requests if r.model == "plain"]) == 1


def test_no_page_looks_at_its_data_for_a_table(open_page, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []  # it would load pandas: 70 MB for nothing

    def look(value: object) -> dataframe_util.DataFormat:
        looked.append(value)
        return dataframe_util.DataFormat.UNKNOWN

    monkeypatch.setattr(dataframe_util, "determine_data_format", look)
    page = open_page(model="demo-video")
    box(page).set_value("A harbour").run()
    assert not page.exception
    assert [m.text for m in page.session_state["open"].messages] == ["A harbour", ""]
    assert looked == []


def test_the_model_of_the_address_is_chosen(open_page) -> None:
    page = open_page(model="my-own-model")

    assert page.session_state["choice"].model == "my-own-model"


def test_a_foreign_conversation_reads_as_a_missing_one(open_page) -> None:
    page = open_page(c="0" * 32)

    assert "no such conversation" in page.warning[0].value


def test_what_is_no_picture_is_refused_and_the_text_stays(open_page, gateway: DemoGateway) -> None:
    page = open_page(model="plain")

    box(page).set_value("Look at this")
    box(page).upload("good.png", picture())
    box(page).upload("bad.png", b"this is no picture")
    page.run()

    assert "bad.png" in page.error[0].value
    assert page.session_state["open"].attached[0].name == "good.png"
    assert box(page).value is not None or "Look at this" in str(page.session_state)
    assert [r for r in gateway.requests if r.path.endswith("/chat/completions")] == []


def test_a_picture_is_kept_and_bound_to_its_message(open_page, engine: Engine) -> None:
    page = open_page(model="plain")
    box(page).set_value("Look")
    box(page).upload("good.png", picture())
    page.run()

    question = page.session_state["open"].messages[0]
    kept = engine.store.media.of_messages([question.id], owner="local")[question.id]
    assert [(one.kind, one.width, one.height) for one in kept] == [("image", 64, 32)]


def test_a_parameter_out_of_range_is_one_sentence(open_page) -> None:
    page = open_page(model="plain")
    field = next(one for one in page.text_input if one.label == "temperature")

    field.set_value("7").run()

    assert any("temperature" in one.value for one in page.error)
    assert dict(page.session_state["choice"].parameters) == {}

    next(one for one in page.text_input if one.label == "temperature").set_value("0.5").run()
    assert dict(page.session_state["choice"].parameters) == {"temperature": 0.5}


def test_a_server_that_cannot_write_says_so_on_the_page(settings: Settings) -> None:
    settings.data_dir.write_text("a file in its place")
    made = Engine.open(settings)
    engines.install(made)
    try:
        page = AppTest.from_file(SCRIPT, default_timeout=20).run()
    finally:
        engines.install(None)

    assert "cannot be written" in page.error[0].value
    assert not page.exception


def test_the_demo_says_that_it_is_one(settings: Settings) -> None:
    with EngineThread(Engine.open(settings)):
        page = AppTest.from_file(SCRIPT, default_timeout=20).run()

    assert any("This is the demo" in one.value for one in page.markdown)


def test_a_wrong_address_is_refused_in_the_form_and_nothing_is_kept(open_page, engine) -> None:
    page = open_page()
    page.switch_page("../../pages/gateways.py").run()

    labelled(page.text_area, "Address").set_value("ftp://example.com")
    labelled(page.button, "Test and keep").click().run()

    assert page.error
    assert len(engine.gateways.all()) == 1


def test_a_tested_gateway_is_kept_with_its_key_apart(
    open_page, engine: Engine, gateway: DemoGateway
) -> None:
    page = open_page()
    page.switch_page("../../pages/gateways.py").run()

    labelled(page.text_area, "Address").set_value(gateway.base_url.removesuffix("/v1"))
    labelled(page.text_input, "Key").set_value("sk-secret-987654")
    labelled(page.button, "Test and keep").click().run()

    assert page.success, [one.value for one in page.error]
    kept = next(one for one in engine.gateways.all() if one.id != "settings")
    assert kept.base_url == gateway.base_url
    files = {one.name: one for one in engine.settings.data_dir.iterdir()}
    assert "sk-secret-987654" in files["keys.json"].read_text()
    assert files["keys.json"].stat().st_mode & 0o077 == 0
    assert "sk-secret-987654" not in files["gateways.json"].read_text()
    assert b"sk-secret-987654" not in files["vnchat.sqlite3"].read_bytes()
