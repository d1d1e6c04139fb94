"""Rows of figures, and how they are shown: a Markdown table, and plain values for JSON."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measure. `goal` is the most it may be; None where there is none, or nothing to show."""

    name: str
    unit: str
    ours: float | None
    goal: float | None = None
    theirs: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        if self.goal is None or self.ours is None or math.isnan(self.ours):
            return None
        return self.ours <= self.goal

    def as_json(self) -> dict[str, object]:
        return {
            "measure": self.name,
            "unit": self.unit,
            "measured": _plain(self.ours),
            "goal": self.goal,
            "reached": self.reached,
            "st.write_stream": _plain(self.theirs),
            "note": self.note,
        }


def _plain(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 4)


def shown(value: float | None, unit: str) -> str:
    if value is None or math.isnan(value):
        return "–"
    if value == 0:
        return "0" if unit in ("", "×") else f"0 {unit}"
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def markdown(rows: list[Row]) -> str:
    lines = [
        "| measure | measured | goal | | `st.write_stream` |",
        "| --- | ---: | ---: | --- | ---: |",
    ]
    marks = {True: "yes", False: "**no**", None: ""}
    for row in rows:
        goal = "" if row.goal is None else f"≤ {shown(row.goal, row.unit)}"
        name = row.name if not row.note else f"{row.name} ({row.note})"
        ours, theirs = shown(row.ours, row.unit), shown(row.theirs, row.unit)
        lines.append(f"| {name} | {ours} | {goal} | {marks[row.reached]} | {theirs} |")
    return "\n".join(lines)
