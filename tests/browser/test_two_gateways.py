"""With two gateways: models of both side by side, and an assistant that brings its gateway along."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTEFACTS, BOX, say
from tests.serving import Server
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.server import DemoGateway
from vnchat.gateway.configured import FROM_SETTINGS, Gateways
from vnchat.gateway.profile import Profile
from vnchat.settings import Settings

Opener = Callable[..., Page]


@pytest.fixture
def second() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture
def named() -> dict[str, str]:
    """The ids that the gateways got."""
    return {}


@pytest.fixture
def server(
    gateway: DemoGateway, second: DemoGateway, named: dict[str, str], tmp_path: Path
) -> Iterator[Server]:
    data = tmp_path / "data"
    data.mkdir()
    more = Profile(id="second", name="Second", base_url=second.base_url)
    gateways = Gateways(Settings(data_dir=data, base_url=gateway.base_url), lambda: "")
    named["second"] = gateways.add(more, "sk-second-0123456789").id
    gateways.make_default(FROM_SETTINGS)
    told = {"OPENAI_BASE_URL": gateway.base_url, "OPENAI_API_KEY": "sk-test-0123456789"}
    started = Server(data, told)
    started.start()
    yield started
    started.stop()


def test_models_of_two_gateways_answer_side_by_side_and_the_choice_stays(
    open_page: Opener, gateway: DemoGateway, second: DemoGateway
) -> None:
    gateway.script("demo-chat", Script(text_chunks("From the first.")))
    second.script("demo-chat", Script(text_chunks("From the second.")))
    page = open_page("?model=demo-chat")
    page.get_by_role("button", name="demo-chat").click()
    page.get_by_role("combobox", name="Ask these models too").fill("demo-chat")
    page.get_by_role("option", name="demo-chat · Second").click()
    expect(page.get_by_role("dialog", name="demo-chat +1")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    say(page, "Who are you?")

    expect(page.locator(".vn-beside").nth(0)).to_contain_text("From the first.")
    expect(page.locator(".vn-beside").nth(1)).to_contain_text("From the second.")
    expect(page.locator(".vn-beside-name").nth(1)).to_have_text("demo-chat · Second")
    page.screenshot(path=ARTEFACTS / "beside-gateways.png")
    page.reload()
    expect(page.get_by_role("button", name="demo-chat +1")).to_be_visible()
    page.get_by_role("button", name="Continue with this one").last.click()
    expect(page.locator(".vn-beside")).to_have_count(0)
    second.script("demo-chat", Script(text_chunks("The second goes on.")))
    page.get_by_role("button", name="demo-chat").first.click()
    expect(page.get_by_role("dialog").get_by_text(second.base_url)).to_be_visible()


def test_assistants_come_from_a_file_with_their_gateway_and_go_to_one(
    open_page: Opener, second: DemoGateway, named: dict[str, str], tmp_path: Path
) -> None:
    second.script("demo-chat", Script(text_chunks("Wisely.")))
    told = [
        {
            "name": "Sage",
            "model": "demo-chat",
            "gateway": named["second"],
            "starters": ["What is time?"],
        },
        {"name": "Lost", "model": "demo-chat", "gateway": "gone"},
    ]
    file = tmp_path / "assistants.json"
    file.write_text(json.dumps({"format": "vnchat.assistants", "version": 1, "assistants": told}))
    page = open_page()
    page.get_by_role("link", name="Assistants").click()
    page.get_by_role("button", name="Import").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Sage", exact=True)).to_be_visible()
    page.screenshot(path=ARTEFACTS / "assistants-imported.png")

    with page.expect_download() as came:
        page.get_by_role("button", name="Export").click()
    given = json.loads(Path(came.value.path()).read_text())
    assert {(one["name"], one["gateway"]) for one in given["assistants"]} == {
        ("Sage", named["second"]),
        ("Lost", "gone"),
    }
    page.reload()
    page.get_by_role("button", name="New conversation").click()
    page.locator(BOX).wait_for()
    page.get_by_role("button", name="Sage", exact=True).click()
    page.get_by_role("button", name="What is time?").click()
    expect(page.locator(".vn-model")).to_contain_text("Wisely.")
    assert second.requests.wait_for(lambda r: r.model == "demo-chat")

    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Lost", exact=True).click()
    page.get_by_role("button", name="demo-chat").click()
    expect(page.get_by_text("Its gateway (gone) is not set up here")).to_be_visible()
    page.screenshot(path=ARTEFACTS / "assistant-elsewhere.png")
