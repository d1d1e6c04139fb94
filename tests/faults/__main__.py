"""python -m tests.faults --rounds 100 --seed 1 [--database postgres]"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.faults.driver import Driver
from tests.faults.gateway import FaultGateway


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    told = options.parse_args()
    url = ""
    if told.database == "postgres":
        if why := postgres.missing():
            print(why)
            return 2
        url = postgres.database()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, FaultGateway() as gateway:
        driver = Driver(Path(folder), gateway, seed=told.seed, database_url=url)
        outcome = asyncio.run(driver.run(told.rounds))
        if outcome.wrong:
            print(driver.server.log.read_text()[-4000:])
    print(
        f"{told.database}, seed {told.seed}: survived {outcome.survived} of {outcome.rounds} "
        f"rounds in {time.monotonic() - began:.0f} s; SIGTERM at most "
        f"{outcome.longest_term:.2f} s"
    )
    print(outcome.figures)
    for line in outcome.wrong:
        print(line)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
