"""What is imported has a line of its own in pyproject.toml, and what has a line is used."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

from tests.serving import ROOT

OURS = {"vnchat", "tests"}
# not imported, but needed: drivers, plugins and tools
UNSEEN = {"psycopg", "moto", "ruff", "mypy", "anyio"}
TOLD = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(*groups: list[str]) -> set[str]:
    """As package indexes compare them."""
    said = (re.match(r"[\w.-]+", line) for group in groups for line in group)
    return {_plain(one[0]) for one in said if one}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported(*folders: str) -> dict[str, set[str]]:
    """Package → the files that import it."""
    packages = importlib.metadata.packages_distributions()
    found: dict[str, set[str]] = {}
    for folder in folders:
        place = ROOT / folder
        for path in [place] if place.is_file() else sorted(place.rglob("*.py")):
            for module in _modules(path):
                if module not in sys.stdlib_module_names and module not in OURS:
                    package = _plain(packages.get(module, [module])[0])
                    found.setdefault(package, set()).add(str(path.relative_to(ROOT)))
    return found


def _modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


PRODUCT = ("vnchat", "pages", "streamlit_app.py")
DEPENDENCIES = names(TOLD["dependencies"])
EVERY = names(TOLD["dependencies"], *TOLD["optional-dependencies"].values())


@pytest.mark.parametrize(
    ("folders", "allowed"),
    [(PRODUCT, DEPENDENCIES), (("tests",), EVERY)],
    ids=["product", "tests"],
)
def test_what_is_imported_has_its_line(folders: tuple[str, ...], allowed: set[str]) -> None:
    assert {one: by for one, by in imported(*folders).items() if one not in allowed} == {}


def test_what_has_a_line_is_used() -> None:
    used = set(imported(*PRODUCT, "tests"))

    assert EVERY - used - UNSEEN == set()
