"""The independent gateways, started once, and an engine of ours that talks to them.

`.ci/run` installs them: LiteLLM's proxy into .venv-litellm, aimock into .aimock.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.independent.foreign import Foreign, installed
from tests.independent.media import write
from vnchat.__main__ import main
from vnchat.demo.server import DemoGateway
from vnchat.engine import Engine, EngineThread
from vnchat.settings import Settings

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def upstream() -> Iterator[DemoGateway]:
    """What stands behind LiteLLM where real bytes have to go through it."""
    with DemoGateway(pace=0, clip_seconds=1) as started:
        yield started


@pytest.fixture(scope="session")
def litellm(upstream: DemoGateway) -> Iterator[Foreign]:
    """LiteLLM's proxy: some models answer with a `mock_response`, some by what is behind them."""
    program = installed(
        ".venv-litellm", "bin/litellm", "VNCHAT_REQUIRE_LITELLM", "pip install 'litellm[proxy]'"
    )
    settings = str(HERE / "litellm.yaml")
    with Foreign(
        [str(program), "--config", settings, "--host", "127.0.0.1", "--port", "{port}"],
        ready="Uvicorn running on",
        key="sk-litellm-0123456789",
        environment={
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_TELEMETRY": "False",
            "UPSTREAM": upstream.base_url,
        },
    ) as started:
        yield started


@pytest.fixture(scope="session")
def aimock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    """aimock by CopilotKit, which needs Node 20.15; its fixtures say what each model does."""
    program = installed(
        ".aimock",
        "node_modules/.bin/llmock",
        "VNCHAT_REQUIRE_AIMOCK",
        "npm install @copilotkit/aimock",
    )
    key = "sk-aimock-0123456789"
    files = write(tmp_path_factory.mktemp("aimock") / "media.json")
    with Foreign(
        [str(program), "--host", "127.0.0.1", "--port", "{port}", "--strict",
         "--validate-on-load", "--fixtures", str(HERE / "aimock.json"),
         "--fixtures", str(files)],
        ready="server listening on",
        key=key,
        environment={"AIMOCK_API_KEYS": key},
    ) as started:  # fmt: skip
        yield started


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, dict[str, Any]]]:
    """`python -m vnchat … --json` as (exit code, what it printed)."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VNCHAT_DATA_DIR", str(tmp_path / "data"))

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        code = main([*words, "--json"])
        said, complaint = capfd.readouterr()
        assert said, complaint
        return code, json.loads(said)

    return run


@pytest.fixture
def engine_at(settings: Settings) -> Iterator[Callable[[Foreign], Engine]]:
    """The whole product behind the page, talking to one of them."""
    threads: list[EngineThread] = []

    def opened(gateway: Foreign) -> Engine:
        made = Engine.open(
            dataclasses.replace(
                settings, base_url=gateway.base_url, api_key=gateway.key, task_poll_seconds=0.2
            )
        )
        threads.append(EngineThread(made))
        return threads[-1].__enter__()

    yield opened
    for thread in threads:
        thread.__exit__()
