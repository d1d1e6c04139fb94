"""The check finds the address, lists the models, tries one cheap answer and says what to do."""

import json
from collections.abc import Iterator

import pytest

from vnchat.demo.script import Script, completion, text_chunks
from vnchat.demo.script import error as error_body
from vnchat.demo.server import DemoGateway
from vnchat.gateway.address import parse_address
from vnchat.gateway.check import check_gateway, preset_for, text_models
from vnchat.gateway.keys import Key
from vnchat.gateway.modellist import ModelList
from vnchat.gateway.profile import Profile

FINE = Script(text_chunks("OK"))
HTML = Script(["<html>console</html>"], headers={"content-type": "text/html"})
NOT_FOUND = Script([error_body("Invalid URL")], status=404)


@pytest.fixture
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as own:  # scripts for paths would reach other tests
        yield own


def checked(with_client, address, key="", **options):
    return with_client(
        lambda client: check_gateway(client, parse_address(address), Key(key), **options),
        idle_seconds=2,
        unstreamed_seconds=2,
    )


def listed(*names):
    return Script([json.dumps({"data": [{"id": name} for name in names]})])


def told(report):
    return [(one.about, one.ok) for one in report.findings if one.about != "profile"]


def completions(gateway):
    return [r.model for r in gateway.requests if r.path.endswith("/chat/completions")]


def test_a_gateway_that_works_is_usable(gateway, with_client):
    report = checked(with_client, gateway.base_url, "sk-any-key-1")

    assert report.usable
    assert told(report) == [
        ("address", True), ("key", True), ("models", True), ("text", True), ("stream", True),
    ]  # fmt: skip
    assert completions(gateway) == ["demo-chat"]


def test_the_version_is_left_out_where_the_gateway_has_none(gateway, with_client):
    gateway.script("/v1/models", HTML)
    gateway.script("/models", listed("gpt-4o-mini"))
    gateway.script("gpt-4o-mini", FINE)

    report = checked(with_client, gateway.origin)

    assert (report.usable, report.profile.base_url) == (True, gateway.origin)


def test_a_bare_key_is_tried_when_bearer_is_refused(gateway, with_client):
    refused = Script([error_body("invalid token")], status=401)
    gateway.script("/v1/models", [refused, listed("gpt-4o-mini")])
    gateway.script("gpt-4o-mini", FINE)

    report = checked(with_client, gateway.base_url, "sk-any-key-1")

    sent = [request.headers["authorization"] for request in gateway.requests]
    assert sent == ["Bearer sk-any-key-1", "sk-any-key-1", "sk-any-key-1"]
    assert (report.usable, report.profile.bearer) == (True, False)


def test_a_wrong_key_is_said_and_not_shown(gateway, with_client):
    body = error_body("Incorrect API key: sk-any-key-1")
    gateway.script("/v1/models", Script([body], status=401))

    report = checked(with_client, gateway.base_url, "sk-any-key-1")

    assert (report.usable, told(report)) == (False, [("address", True), ("key", False)])
    assert "sk-any-key-1" not in str(report)


def test_a_missing_key_is_said(gateway, with_client):
    gateway.script("/v1/models", Script([error_body("no key")], status=401))

    report = checked(with_client, gateway.base_url)

    assert "wants a key" in report.findings[-1].sentence


def test_nothing_is_sent_to_a_model_that_may_cost(gateway, with_client):
    gateway.script("/v1/models", listed("sora2-portrait-15s", "gpt-4o-image"))

    report = checked(with_client, gateway.base_url)

    assert (completions(gateway), report.usable) == ([], True)


@pytest.mark.parametrize(("paid", "sent"), [(False, []), (True, ["sora-2"])])
def test_a_paid_model_is_tried_only_when_told(gateway, with_client, paid, sent):
    gateway.script("sora-2", FINE)

    checked(with_client, gateway.base_url, model="sora-2", paid=paid)

    assert completions(gateway) == sent


def test_another_model_is_tried_when_one_is_not_to_be_had(gateway, with_client):
    gateway.script("/v1/models", listed("gpt-4o-mini", "gpt-4o"))
    gone = error_body("The model does not exist", code="model_not_found")
    gateway.script("gpt-4o-mini", Script([gone], status=404))
    gateway.script("gpt-4o", FINE)

    report = checked(with_client, gateway.base_url)

    assert (report.usable, completions(gateway)) == (True, ["gpt-4o-mini", "gpt-4o"])


def test_a_gateway_that_refuses_max_tokens_is_asked_without(gateway, with_client):
    gateway.script("/v1/models", listed("gpt-4o"))
    refused = error_body("Unsupported parameter: 'max_tokens'", code="unsupported_parameter")
    gateway.script("gpt-4o", [Script([refused], status=400), FINE])

    report = checked(with_client, gateway.base_url)

    sent = ["max_tokens" in r.body for r in gateway.requests if r.model]
    assert (report.usable, sent) == (True, [True, False])


def test_a_gateway_that_cannot_stream_is_used_without(gateway, with_client):
    gateway.script("/v1/models", listed("gpt-4o"))
    empty = Script(["data: [DONE]\n\n"])
    gateway.script("gpt-4o", [empty, Script([completion("OK")])])

    report = checked(with_client, gateway.base_url)

    assert (report.usable, report.profile.stream) == (True, "off")


def test_a_gateway_without_a_list_is_found_by_asking_for_nothing(gateway, with_client):
    gateway.script("/v1/models", NOT_FOUND)

    report = checked(with_client, gateway.base_url, model="demo-chat")

    assert (report.usable, report.models.names) == (True, ())
    assert completions(gateway) == ["", "demo-chat"]


def test_a_web_site_is_no_gateway(gateway, with_client):
    for path in ("/v1/models", "/models", "/v1/chat/completions", "/chat/completions"):
        gateway.script(path, HTML)

    report = checked(with_client, gateway.origin)

    assert (report.usable, told(report)) == (False, [("address", False)])
    assert "documentation" in report.findings[0].advice


def test_nothing_at_the_address_is_said(with_client):
    report = checked(with_client, "http://127.0.0.1:9/v1")

    assert (report.usable, told(report)) == (False, [("address", False)])


FAMILIES = {
    "sora2api": (["sora2-landscape-10s", "sora2-portrait-15s", "gpt-image"], "sora2api"),
    "flow2api": (["veo_3_1_t2v_fast_portrait", "gemini-2.5-flash-image-landscape"], "flow2api"),
    "grok2api": (["grok-4", "grok-imagine-1.0-video"], "grok2api"),
    "unknown": (["gpt-4o", "sora-2"], None),
    "nothing listed": ([], None),
}


@pytest.mark.parametrize(("names", "preset"), FAMILIES.values(), ids=FAMILIES.keys())
def test_the_family_shows_in_the_list(names, preset):
    profile = Profile(id="", name="", base_url="https://gw.example.com/v1")

    found = preset_for(ModelList(tuple(names)), profile)

    assert (found.id if found else None) == preset


def test_the_cheap_text_model_is_tried_first():
    names = ("gpt-4o", "sora-2", "deepseek-reasoner", "gpt-4o-mini", "text-embedding-3-small")

    assert text_models(ModelList(names)) == ["gpt-4o-mini", "gpt-4o", "deepseek-reasoner"]


def test_a_redirect_to_https_is_followed_by_the_check_itself(gateway, with_client):
    place = gateway.base_url.replace("http:", "https:") + "/models"
    gateway.script("/v1/models", Script(status=301, headers={"location": place}))

    report = checked(with_client, gateway.base_url, "sk-any-key-1")

    # Nothing speaks https there: what counts is which address was tried.
    assert report.profile.base_url == gateway.base_url.replace("http:", "https:")


def test_a_redirect_elsewhere_is_told_and_not_followed(gateway, with_client):
    place = {"location": "https://elsewhere.example.com/v1/models"}
    gateway.script("/v1/models", Script(status=302, headers=place))

    report = checked(with_client, gateway.base_url, "sk-any-key-1")

    assert "elsewhere.example.com" in report.findings[0].sentence
    assert (report.usable, report.profile.base_url) == (False, gateway.base_url)
