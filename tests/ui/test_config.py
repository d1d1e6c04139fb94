"""The options that the page depends on, hidden ones too, are in force."""

from __future__ import annotations

import tomllib

import pytest
from streamlit import config

from tests.serving import ROOT

WANTED = {
    "server.address": "127.0.0.1",
    "server.fileWatcherType": "none",
    "server.enableWebsocketCompression": True,
    "runner.postScriptGC": False,
    "runner.magicEnabled": False,
    "global.minCachedMessageSize": 1000,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
}


@pytest.mark.parametrize(("name", "value"), WANTED.items(), ids=WANTED.keys())
def test_an_option_is_set_and_known_to_the_framework(name: str, value: object) -> None:
    section, option = name.split(".")
    written = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())

    assert written[section][option] == value
    assert name in config.get_config_options()
