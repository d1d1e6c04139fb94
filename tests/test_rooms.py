"""Imports point down: only the page's rooms know Streamlit, and the pure rooms know nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT

FILES = sorted((ROOT / "vnchat").rglob("*.py"))
RULES = {
    # room → what it may not import
    "vnchat/reading": ("vnchat.gateway", "vnchat.runs", "vnchat.store", "vnchat.web", "vnchat.ui",
                       "vnchat.library", "openai", "httpx2", "sqlalchemy", "asyncio",
                       "time"),
    "vnchat/store": ("vnchat.runs", "vnchat.web", "vnchat.gateway", "vnchat.library"),
    "vnchat/exchange": ("vnchat.runs", "vnchat.store", "vnchat.web", "vnchat.ui", "vnchat.gateway",
                        "vnchat.library", "sqlalchemy", "asyncio"),
    "vnchat/library": ("vnchat.runs", "vnchat.web", "vnchat.gateway", "vnchat.store"),
    "vnchat/gateway": ("vnchat.runs", "vnchat.web", "vnchat.store", "vnchat.library"),
    "vnchat/runs": ("vnchat.web",),
    "vnchat/demo": ("vnchat.runs", "vnchat.web", "vnchat.store", "vnchat.gateway"),
}  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_page_knows_streamlit(path: Path) -> None:
    if "ui" in path.relative_to(ROOT).parts:
        return

    assert [name for name in imported(path) if is_in(name, "streamlit")] == []


@pytest.mark.parametrize("room", RULES)
def test_a_room_imports_only_what_is_below(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        if path.is_relative_to(ROOT / room)
        for name in imported(path)
        if any(is_in(name, forbidden) for forbidden in RULES[room])
    ]

    assert wrong == []
