"""The page of gateways: add, test, change, rename, choose, remove; the key is never shown again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving import ROOT
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.gateway.profile import Profile
from vnchat.settings import Settings

SCRIPT = str(ROOT / "vnchat/ui/navigation.py")
KEY = "sk-secret-987654321"


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
def open_page(engine: Engine) -> Callable[[], AppTest]:
    def opened() -> AppTest:
        page = AppTest.from_file(SCRIPT, default_timeout=30).run()
        page.switch_page("../../pages/gateways.py").run()
        assert not page.exception
        return page

    return opened


@pytest.fixture
def kept(engine: Engine, gateway: DemoGateway) -> Profile:
    return engine.gateways.add(Profile("", "Second", gateway.base_url), KEY)


def by_key(elements, start: str):  # type: ignore[no-untyped-def]
    """The widget whose key begins like this."""
    return next(one for one in elements if (one.key or "").startswith(start))


def submit(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click().run()
    assert not page.exception
    return page


def everything_shown(page: AppTest) -> str:
    return str(page.main) + str(page.sidebar)


def test_a_gateway_is_added_with_a_preset_and_its_key_is_not_shown_again(
    open_page, engine: Engine, gateway: DemoGateway
) -> None:
    page = open_page()
    by_key(page.text_area, "new-address").set_value(gateway.base_url)
    by_key(page.text_input, "new-key").set_value(KEY)
    by_key(page.text_input, "new-name").set_value("My videos")
    by_key(page.selectbox, "new-preset").set_value("sora2api")

    submit(page, "Test and keep")

    assert page.success, [one.value for one in page.error]
    added = engine.gateways.all()[-1]
    assert (added.name, added.base_url) == ("My videos", gateway.base_url)
    assert (added.history, added.continue_by) == ("last", "id")
    assert KEY not in everything_shown(page)
    assert by_key(page.text_input, "new-key").value == ""
    assert page.session_state["choice"].gateway == added.id


def test_by_itself_the_check_proposes_the_dialect(
    open_page, engine: Engine, gateway: DemoGateway
) -> None:
    page = open_page()
    by_key(page.text_area, "new-address").set_value(gateway.base_url)

    submit(page, "Test and keep")

    added = engine.gateways.all()[-1]
    assert added.name == gateway.base_url.split("/")[2]
    assert (added.stream, added.bearer) == ("on", True)


def test_what_cannot_be_tested_is_kept_only_by_a_second_press(open_page, engine: Engine) -> None:
    page = open_page()
    by_key(page.text_area, "new-address").set_value("http://127.0.0.1:9/v1")
    by_key(page.text_input, "new-key").set_value(KEY)

    submit(page, "Test and keep")
    assert len(engine.gateways.all()) == 1
    submit(page, "Keep it untested")

    assert engine.gateways.all()[-1].base_url == "http://127.0.0.1:9/v1"


def test_every_field_of_the_dialect_can_be_changed(
    open_page, engine: Engine, kept: Profile
) -> None:
    page = open_page()
    by_key(page.text_input, f"name-{kept.id}").set_value("Renamed")
    for name, value in {
        "history": "last", "continue_by": "id", "picture_form": "string", "picture_as": "link",
        "stream": "off",
    }.items():  # fmt: skip
        by_key(page.button_group, f"dialect-{name}-{kept.id}").set_value(value)
    by_key(page.toggle, f"dialect-bearer-{kept.id}").set_value(False)
    by_key(page.toggle, f"dialect-key_on_media-{kept.id}").set_value(True)
    by_key(page.text_area, f"dialect-headers-{kept.id}").set_value("X-Title: here")
    by_key(page.text_area, f"dialect-body-{kept.id}").set_value('{"group": "vip"}')
    by_key(page.text_area, f"dialect-stream_by_model-{kept.id}").set_value("sora* on")

    by_key(page.button, f"FormSubmitter:edit-{kept.id}").click().run()

    assert not page.exception
    assert not page.error, [one.value for one in page.error]
    changed, key = engine.gateways.get(kept.id)
    assert changed == Profile(
        kept.id, "Renamed", kept.base_url, picture_form="string", picture_as="link", bearer=False,
        headers=(("X-Title", "here"),), body={"group": "vip"}, stream="off",
        stream_by_model=(("sora*", True),), history="last", continue_by="id", key_on_media=True,
    )  # fmt: skip
    assert key is not None
    assert key.reveal() == KEY
    assert KEY not in everything_shown(page)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [("headers", "Authorization: Bearer x", "own place"), ("body", "[1]", "JSON object")],
)
def test_what_is_typed_wrong_is_one_sentence_and_changes_nothing(
    open_page, engine: Engine, kept: Profile, field: str, typed: str, said: str
) -> None:
    page = open_page()
    by_key(page.text_area, f"dialect-{field}-{kept.id}").set_value(typed)

    by_key(page.button, f"FormSubmitter:edit-{kept.id}").click().run()

    assert said in page.error[0].value
    assert engine.gateways.get(kept.id)[0] == kept
    assert by_key(page.text_area, f"dialect-{field}-{kept.id}").value == typed


def test_another_address_wants_its_key_typed_again(
    open_page, engine: Engine, kept: Profile
) -> None:
    page = open_page()
    by_key(page.text_input, f"address-{kept.id}").set_value("https://other.example.com/v1")
    by_key(page.button, f"FormSubmitter:edit-{kept.id}").click().run()
    assert "type its key again" in page.error[0].value
    assert engine.gateways.get(kept.id)[0].base_url == kept.base_url

    by_key(page.text_input, f"key-{kept.id}").set_value("sk-other-12345678")
    by_key(page.button, f"FormSubmitter:edit-{kept.id}").click().run()

    changed, key = engine.gateways.get(kept.id)
    assert changed.base_url == "https://other.example.com/v1"
    assert key is not None
    assert key.reveal() == "sk-other-12345678"
    assert "sk-other-12345678" not in everything_shown(page)


def test_a_known_kind_fills_the_fields_and_saving_is_a_press_of_its_own(
    open_page, engine: Engine, kept: Profile
) -> None:
    page = open_page()

    by_key(page.selectbox, f"preset-{kept.id}").set_value("bare").run()

    assert not page.exception
    assert by_key(page.toggle, f"dialect-bearer-{kept.id}").value is False
    assert engine.gateways.get(kept.id)[0].bearer is True
    by_key(page.button, f"FormSubmitter:edit-{kept.id}").click().run()
    changed = engine.gateways.get(kept.id)[0]
    assert (changed.bearer, changed.picture_form) == (False, "string")


def test_a_kept_gateway_is_tested_with_its_own_key(
    open_page, engine: Engine, kept: Profile, gateway: DemoGateway
) -> None:
    page = open_page()
    gateway.requests.clear()

    by_key(page.button, f"test-{kept.id}").click().run()

    assert any("models" in one.value for one in page.text)
    assert {one.headers["authorization"] for one in gateway.requests} == {f"Bearer {KEY}"}


def test_default_and_removing(open_page, engine: Engine, kept: Profile) -> None:
    page = open_page()

    by_key(page.button, f"default-{kept.id}").click().run()
    assert engine.gateways.default().id == kept.id

    by_key(page.button, f"remove-{kept.id}").click().run()

    assert not page.exception
    assert [one.id for one in engine.gateways.all()] == ["settings"]
    assert kept.id not in json.loads((engine.settings.data_dir / "keys.json").read_text())


def test_the_chat_goes_on_when_its_gateway_was_removed(
    open_page, engine: Engine, kept: Profile
) -> None:
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()
    chosen = dataclasses.replace(page.session_state["choice"], gateway=kept.id, model="")
    page.session_state["choice"] = chosen
    engine.gateways.remove(kept.id)

    page.run()

    assert not page.exception
    assert page.session_state["choice"].gateway == "settings"


def test_a_gateway_is_chosen_in_the_chat(engine: Engine, kept: Profile) -> None:
    page = AppTest.from_file(SCRIPT, default_timeout=30).run()

    next(one for one in page.selectbox if one.label == "Gateway").set_value(kept.id).run()

    assert not page.exception
    assert page.session_state["choice"].gateway == kept.id


def test_the_dialect_of_the_gateway_from_the_settings_outlives_a_restart(
    open_page, engine: Engine, settings: Settings, gateway: DemoGateway
) -> None:
    page = open_page()
    by_key(page.button_group, "dialect-history-settings").set_value("last")
    by_key(page.button, "FormSubmitter:edit-settings").click().run()
    assert engine.gateways.get("settings")[0].history == "last"

    from vnchat.gateway.configured import Gateways

    again = Gateways(engine.settings, lambda: "")
    elsewhere = dataclasses.replace(engine.settings, base_url="https://other.example.com/v1")

    assert again.get("settings")[0].history == "last"
    assert Gateways(elsewhere, lambda: "").get("settings")[0].history == "all"
