"""The one catalogue holds a sentence, in both languages, for everything that can be said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import get_args

import pytest

from tests.serving import ROOT
from vnchat.gateway.parameters import PARAMETERS
from vnchat.gateway.profile import DIALECT, PRESETS
from vnchat.reading.reply import Charged, FailureKind, Stage
from vnchat.ui.dialect import CHOICES
from vnchat.words import LANGUAGES, catalogue

KINDS, STAGES = get_args(FailureKind), get_args(Stage)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_failure_is_explained(kind: str, language: str) -> None:
    words = catalogue(language)

    told = [words.get(f"fail.{kind}.{part}", "") for part in ("title", "why", "do")]

    assert all(told)
    assert len(set(told)) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_reviews_stages_and_costs_are_told_apart(language: str) -> None:
    words = catalogue(language)
    reviews = ("moderation_input_image", "moderation_prompt", "moderation_output")

    for part in ("title", "why", "do"):
        assert len({words[f"fail.{kind}.{part}"] for kind in reviews}) == 3
    assert len({words[f"stage.{stage}"] for stage in STAGES}) == len(STAGES)
    assert len({words[f"charged.{charged}"] for charged in get_args(Charged)}) == 3
    assert "90" in words["fail.moderation_output.why"]


def test_both_languages_say_the_same_things_with_the_same_fields() -> None:
    english, chinese = catalogue("en"), catalogue("zh")

    assert set(english) == set(chinese)
    for key, text in english.items():
        fields = set(re.findall(r"\{(\w+)\}", text))
        assert fields == set(re.findall(r"\{(\w+)\}", chinese[key])), key


def said() -> Iterator[tuple[str, str]]:
    """Every key that the pages name as a plain string."""
    for path in [*(ROOT / "vnchat/ui").glob("*.py"), *(ROOT / "pages").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield path.name, f"ui.{first.value}"


def test_every_string_of_the_pages_is_in_the_catalogue() -> None:
    known = catalogue("en")

    assert [one for one in said() if one[1] not in known] == []


def test_every_field_of_the_forms_is_explained() -> None:
    known = catalogue("en")
    wanted = [f"ui.parameter.{one.name}" for one in PARAMETERS]
    wanted += [f"ui.dialect.{name}{end}" for name in DIALECT for end in ("", ".help")]
    wanted += [f"ui.dialect.{name}.{value}" for name in CHOICES for value in CHOICES[name]]
    wanted += [
        f"ui.dialect.short.{name}.{value}"
        for name, values in CHOICES.items()
        for value in values[1:]
    ]
    wanted += [f"ui.dialect.short.{name}" for name in DIALECT if name not in CHOICES]
    wanted += [f"ui.preset.{one.id}{end}" for one in PRESETS for end in ("", ".about")]

    assert [key for key in wanted if key not in known] == []
