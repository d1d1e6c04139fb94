"""What the page gives before a message: a frame as a picture, a document's tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from vnchat import engine as engines
from vnchat.engine import Engine
from vnchat.library.extract import tokens_of
from vnchat.settings import Settings
from vnchat.web.given import given_routes


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    made = Engine.open(settings)
    engines.install(made)
    yield TestClient(Starlette(routes=given_routes("")), base_url="http://localhost")
    engines.install(None)
    asyncio.run(made.end())


def test_a_documents_tokens_are_told_and_nothing_is_kept(
    client: TestClient, settings: Settings
) -> None:
    words = "Zeile für Zeile 一二三\n" * 50
    told = client.post("/vnchat/estimate?name=a.txt", content=words.encode())

    assert told.json() == {"tokens": tokens_of(words), "cut": False}
    kept = [one for one in (settings.data_dir / "media").rglob("*") if len(one.name) == 64]
    assert kept == []


def test_what_is_too_long_is_said(client: TestClient) -> None:
    told = client.post("/vnchat/estimate?name=a.txt", content=b"word " * 300_000)
    assert told.json()["cut"] is True


@pytest.mark.parametrize("data", [b"\0\0\0\x14ftypheic\0\0\0\0mif1", b"\x1a\x45\xdf\xa3webm"])
def test_a_picture_or_film_without_a_type_is_no_unreadable_document(
    client: TestClient, data: bytes
) -> None:
    told = client.post("/vnchat/estimate?name=IMG_0001.HEIC", content=data)
    assert told.json() == {"tokens": 0, "cut": False}


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 no more", bytes(range(256)) * 10])
def test_what_has_no_words_is_one_sentence(client: TestClient, data: bytes) -> None:
    told = client.post("/vnchat/estimate?name=../../a.pdf", content=data)
    assert told.status_code == 400
    assert told.json()["problem"].endswith(".")


def test_another_site_may_not_ask(client: TestClient) -> None:
    told = client.post(
        "/vnchat/estimate?name=a", content=b"a", headers={"Origin": "https://evil.example"}
    )
    assert told.status_code == 403
