"""Who may speak to the server: its own machine, its own names, its own page."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from vnchat.web.guard import Guard, host_of, origin_allowed, policy


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def client(peer: str = "127.0.0.1", **options: object) -> TestClient:
    settings = {"hosts": (), "shared": False} | options
    app = Starlette(
        routes=[Route("/", hello)],
        middleware=[Middleware(Guard, **settings)],  # type: ignore[arg-type]
    )
    return TestClient(app, client=(peer, 4000))


CASES = {
    "its own name": ("127.0.0.1:8501", "127.0.0.1", {}, 200),
    "localhost": ("localhost", "127.0.0.1", {}, 200),
    "IPv6 loopback": ("[::1]:8501", "::1", {}, 200),
    "another loopback address": ("127.0.0.9", "127.0.0.9", {}, 200),
    "a name pointed at us": ("evil.example.net", "127.0.0.1", {}, 403),
    "a configured name": ("chat.example.com", "127.0.0.1", {"hosts": ("chat.example.com",)}, 200),
    "a configured name in capitals": (
        "CHAT.example.com.",
        "127.0.0.1",
        {"hosts": ("chat.example.com",)},
        200,
    ),
    "no host at all": ("", "127.0.0.1", {}, 403),
    "nonsense": ("[::1", "127.0.0.1", {}, 403),
    "another machine": ("127.0.0.1", "192.0.2.7", {}, 403),
    "another machine, shared": ("192.0.2.2:8501", "192.0.2.7", {"shared": True}, 200),
    "a foreign name, shared": ("evil.example.net", "192.0.2.7", {"shared": True}, 403),
}


@pytest.mark.parametrize(("host", "peer", "options", "status"), CASES.values(), ids=CASES.keys())
def test_who_is_answered(host, peer, options, status) -> None:  # type: ignore[no-untyped-def]
    answer = client(peer, **options).get("/", headers={"host": host})

    assert answer.status_code == status


def test_a_refusal_says_what_to_set() -> None:
    answer = client("192.0.2.7").get("/")

    assert "VNCHAT_SHARE_WITH_NETWORK" in answer.text


def test_every_answer_carries_the_policy() -> None:
    headers = client().get("/").headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_inline_scripts_of_the_page_are_allowed_by_hash_alone(tmp_path: Path) -> None:
    said = policy("<script>alert(1)</script><script src='/x.js'></script>")

    assert said.count("'sha256-") == 1
    assert "unsafe-inline'; img" in said  # styles only
    assert "script-src 'self' 'sha256-" in said


ORIGINS = {
    "no page": ({"host": "127.0.0.1:8501"}, True),
    "our page": ({"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, True),
    "another site": ({"host": "127.0.0.1:8501", "origin": "https://evil.example.net"}, False),
    "another port": ({"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:9000"}, False),
    "a sandboxed page": ({"host": "127.0.0.1:8501", "origin": "null"}, False),
    "nonsense": ({"host": "127.0.0.1:8501", "origin": "http://["}, False),
}


@pytest.mark.parametrize(("headers", "allowed"), ORIGINS.values(), ids=ORIGINS.keys())
def test_where_a_socket_may_come_from(headers, allowed) -> None:  # type: ignore[no-untyped-def]
    assert origin_allowed(headers) is allowed


@pytest.mark.parametrize(
    ("header", "host"), [("A.b:80", "a.b"), ("[::1]:1", "::1"), ("x.", "x"), ("", "")]
)
def test_the_host_in_a_header(header: str, host: str) -> None:
    assert host_of(header) == host
