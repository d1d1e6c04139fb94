"""What the page costs and how late it is: `python -m tests.bench [--short] [--json FILE]`.

Starts a scripted gateway, vnchat and the `st.write_stream` page, each a process of its own, and
measures them side by side: in Chromium one reply at a time, at protocol level many users at once.
Prints one table; judges nothing but whether a goal is met. Runs of the two pages alternate, and
each figure is a median. Each run waits until others leave the machine alone (`machine.py`).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.bench.measures import PARTS, Plan, measure
from tests.bench.table import markdown


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench")
    arguments.add_argument("--short", action="store_true", help="only to see that it works")
    arguments.add_argument("--json", type=Path, help="write the rows to this file too")
    arguments.add_argument("--runs", type=int, default=3, help="runs for each median")
    arguments.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    arguments.add_argument("--alone", action="store_true", help="without the page to compare with")
    told = arguments.parse_args()
    parts = tuple(told.only.split(",")) if told.only else tuple(PARTS)
    if unknown := set(parts) - set(PARTS):
        arguments.error(f"no such part: {', '.join(sorted(unknown))}")
    plan = Plan.short() if told.short else Plan(runs=told.runs, turns=3 * told.runs)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        rows, machine = measure(Path(folder), plan, parts, alone=told.alone, say=_say)
    print(f"{markdown(rows)}\n\n{machine}")
    if told.json is not None:
        told.json.write_text(json.dumps([row.as_json() for row in rows], indent=2) + "\n")


def _say(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
