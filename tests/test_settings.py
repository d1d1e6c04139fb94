"""Settings: environment before secrets before defaults, wrong values named."""

from __future__ import annotations

from pathlib import Path

import pytest

from vnchat.errors import BadInput
from vnchat.settings import Settings, load


def secrets(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "secrets.toml"
    path.write_text(text)
    return path


def test_the_environment_comes_before_the_secrets(tmp_path: Path) -> None:
    path = secrets(tmp_path, 'OPENAI_API_KEY = "sk-file"\nOPENAI_BASE_URL = "https://file.example"')

    found = load({"OPENAI_API_KEY": "sk-env"}, path)

    assert (found.api_key, found.base_url) == ("sk-env", "https://file.example")


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load({}, tmp_path / "none.toml") == Settings()


CASES = {
    "a switch": ({"VNCHAT_SHARE_WITH_NETWORK": "yes"}, "share_with_network", True),
    "a number": ({"VNCHAT_IDLE_SECONDS": " 12.5 "}, "idle_seconds", 12.5),
    "a list": ({"VNCHAT_HOSTS": "a.example, b.example,"}, "hosts", ("a.example", "b.example")),
    "a folder": ({"VNCHAT_DATA_DIR": "/srv/x"}, "data_dir", Path("/srv/x")),
    "empty is unset": ({"VNCHAT_RUNS_IN_ALL": ""}, "runs_in_all", Settings().runs_in_all),
}


@pytest.mark.parametrize(("environment", "name", "value"), CASES.values(), ids=CASES.keys())
def test_a_value_is_typed(tmp_path: Path, environment, name, value) -> None:  # type: ignore[no-untyped-def]
    assert getattr(load(environment, tmp_path / "none"), name) == value


@pytest.mark.parametrize("variable", ["VNCHAT_IDLE_SECONDS", "VNCHAT_SHARE_WITH_NETWORK"])
def test_a_wrong_value_names_its_variable(tmp_path: Path, variable: str) -> None:
    with pytest.raises(BadInput, match=variable):
        load({variable: "perhaps"}, tmp_path / "none")


def test_damaged_secrets_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="not valid TOML"):
        load({}, secrets(tmp_path, "this is = = no toml"))


def test_the_key_is_not_printed() -> None:
    assert "sk-secret" not in repr(Settings(api_key="sk-secret"))
