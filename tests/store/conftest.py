"""The same store on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.postgres import database
from vnchat.settings import Settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Overrides the settings of every other test: here each has both databases."""
    plain = Settings(data_dir=tmp_path / "data", demo_pace=0)
    if request.param == "sqlite":
        return plain
    return dataclasses.replace(plain, database_url=database())
