"""A few of the rounds of `python -m tests.faults`, which runs a hundred of them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests import postgres
from tests.faults.driver import Driver
from tests.faults.gateway import FaultGateway


@pytest.mark.parametrize(
    ("database", "rounds"),
    [("sqlite", 6), pytest.param("postgres", 3, marks=pytest.mark.postgres)],
)
def test_nothing_is_lost_or_sent_twice_when_the_server_dies(
    database: str, rounds: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.database() if database == "postgres" else ""
    with FaultGateway() as gateway:
        driver = Driver(tmp_path, gateway, seed=12, database_url=url)
        outcome = asyncio.run(driver.run(rounds))

    with capsys.disabled():
        print(f"\n{database}: {outcome.figures}; SIGTERM at most {outcome.longest_term:.2f} s")
    assert outcome.wrong == []
    assert outcome.survived == rounds
