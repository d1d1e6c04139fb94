"""What every test may ask for: a store in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vnchat.settings import Settings
from vnchat.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", demo_pace=0)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store.open(settings)
    yield opened
    opened.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's loop lives in the main thread until the session ends,
    and nothing else could run a loop of its own there."""
    browser = Path(__file__).parent / "browser"
    items.sort(key=lambda item: browser in Path(item.path).parents)
