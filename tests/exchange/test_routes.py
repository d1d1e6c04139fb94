"""Exports, imports, shares over HTTP: for the owner, for our own page, and only what was shared."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from tests.exchange.conftest import OWNER, keep, picture, turn
from vnchat.engine import Engine
from vnchat.web.exchange import exchange_routes

EVIL = "<script>alert(1)</script> ![x](https://evil.example/p.png) [y](javascript:alert(1))"


@pytest.fixture
def client(here: Engine) -> TestClient:
    return TestClient(Starlette(routes=exchange_routes("")), base_url="http://localhost")


def offers(client: TestClient, conversation: str = "") -> dict:
    return client.get("/vnchat/exchange", params={"conversation": conversation}).json()


def share(client: TestClient, conversation: str, **more: object) -> str:
    told = client.post("/vnchat/share", json={"conversation": conversation} | more).json()
    return str(told["share"]["address"])


def test_a_json_download_holds_everything_and_a_forged_address_nothing(
    here: Engine, client: TestClient
) -> None:
    made = turn(here, "A harbour 港口", "Here")
    address = offers(client, made.conversation)["one"]["json"]

    answer = client.get(address)

    told = answer.json()["conversations"][0]
    assert [m["text"] for m in told["messages"]] == ["A harbour 港口", "Here"]
    run = told["messages"][1]["run"]
    assert run["parameters"]["fields"] == {"temperature": 0.5}
    assert run["facts"]["cost"] == 0.25
    assert (run["facts"]["tokens_in"], run["facts"]["tokens_out"]) == (5, 7)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert client.get(address.replace(".json", ".html")).status_code == 404
    assert client.get(address.split("?")[0]).status_code == 404


def test_all_conversations_in_one_file_but_those_in_the_trash(
    here: Engine, client: TestClient
) -> None:
    kept, gone = turn(here, "One", "1"), turn(here, "Two", "2")
    turn(here, "Somebody else's", "3", owner="ann")
    here.store.conversations.delete(gone.conversation, owner=OWNER)

    told = client.get(offers(client)["all"]["json"]).json()

    assert [one["id"] for one in told["conversations"]] == [kept.conversation]


def test_an_html_file_opens_without_any_request(here: Engine, client: TestClient) -> None:
    made = turn(here, EVIL, f"{EVIL}\n\n**bold** 粗体")
    keep(
        here,
        picture(),
        message=made.answer.id,
        conversation=made.conversation,
        origin="result",
    )

    page = client.get(offers(client, made.conversation)["one"]["html"]).text

    assert "default-src &#x27;none&#x27;" in page
    assert "<strong>bold</strong> 粗体" in page
    assert "<script" not in page
    assert 'href="javascript' not in page
    sources = re.findall(r'(?:src|srcset|poster|data|action)="([^"]{0,40})', page)
    assert sources == [sources[0]]
    assert sources[0].startswith("data:image/png;base64,")
    assert 'href="https://evil.example/p.png" rel="noopener noreferrer"' in page


def test_markdown_reads_as_it_was_written(here: Engine, client: TestClient) -> None:
    made = turn(here, "A *harbour*\n\nat dawn", "# Here 在这里")

    text = client.get(offers(client, made.conversation)["one"]["md"] + "&lang=zh").text

    assert "A *harbour*\n\nat dawn" in text
    assert "# Here 在这里" in text
    assert "temperature 0.5" in text


def test_an_upload_is_imported_and_reported(here: Engine, client: TestClient) -> None:
    made = turn(here, "A harbour", "Here")
    data = client.get(offers(client, made.conversation)["one"]["json"]).content

    report = client.post("/vnchat/import", content=data).json()

    assert (report["source"], report["conversations"], report["messages"]) == ("vnchat", 1, 2)
    assert client.post("/vnchat/import", content=b"{}").status_code == 400
    strange = client.post(
        "/vnchat/import", content=data, headers={"Origin": "https://evil.example"}
    )
    assert strange.status_code == 403
    assert len(here.store.trees.conversations(owner=OWNER)) == 2


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(
    here: Engine, client: TestClient
) -> None:
    object.__setattr__(here.settings, "import_max_bytes", 1000)

    answer = client.post("/vnchat/import", content=b" " * 1001)

    assert "VNCHAT_IMPORT_MAX_BYTES" in answer.json()["problem"]
    assert list(here.shelf.incoming.iterdir()) == []


def test_a_share_shows_the_path_as_it_was_and_nothing_else(
    here: Engine, client: TestClient
) -> None:
    first = turn(here, "Shared 分享", "Old answer")
    assert first.question is not None
    turn(here, None, "Shown answer", conversation=first.conversation, parent=first.question.id)
    address = share(client, first.conversation)
    head = here.store.conversations.get(first.conversation, owner=OWNER).head
    turn(here, "Written later", "Also later", conversation=first.conversation, parent=head)

    answer = client.get(address)

    assert "Shared 分享" in answer.text
    assert "Shown answer" in answer.text
    assert "read-only copy" in answer.text
    assert "Old answer" not in answer.text
    assert "later" not in answer.text
    assert "Be brief" not in answer.text  # the system prompt is the person's own
    assert "noindex" in answer.headers["x-robots-tag"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_withdrawn_share_reads_like_one_that_never_was(here: Engine, client: TestClient) -> None:
    made = turn(here, "Hi", "Yes")
    address = share(client, made.conversation, media=True)
    kept = keep(
        here,
        picture(),
        message=made.answer.id,
        conversation=made.conversation,
        origin="result",
    )
    assert client.get(f"{address}/{kept.id}").status_code == 200

    client.post("/vnchat/share", json={"conversation": made.conversation, "withdraw": True})

    unknown = client.get("/vnchat/shared/" + "A" * 32)
    for gone in (client.get(address), client.get(f"{address}/{kept.id}")):
        assert (gone.status_code, gone.text, gone.headers) == (404, unknown.text, unknown.headers)


def test_files_of_a_share_are_only_those_of_its_path_and_only_if_shared(
    here: Engine, client: TestClient
) -> None:
    shown, other = turn(here, "Hi", "Yes"), turn(here, "Private", "No")
    inside = keep(
        here, picture(), id="in", message=shown.answer.id, conversation=shown.conversation,
        origin="result",
    )  # fmt: skip
    outside = keep(
        here, picture("blue"), id="out", message=other.answer.id, conversation=other.conversation,
        origin="result",
    )  # fmt: skip

    bare = share(client, shown.conversation)
    assert "<img" not in client.get(bare).text
    assert client.get(f"{bare}/{inside.id}").status_code == 404

    address = share(client, shown.conversation, media=True)
    assert address == bare
    page = client.get(address).text
    [source] = re.findall(r'<img[^>]* src="([^"]+)"', page)
    assert client.get(source).content == picture()
    assert client.get(f"{address}/{outside.id}").status_code == 404


def test_a_share_of_a_deleted_or_foreign_conversation_is_nothing(
    here: Engine, client: TestClient
) -> None:
    made = turn(here, "Hi", "Yes")
    foreign = turn(here, "Hers", "Yes", owner="ann")
    address = share(client, made.conversation)
    here.store.conversations.delete(made.conversation, owner=OWNER)

    assert client.get(address).status_code == 404
    answer = client.post("/vnchat/share", json={"conversation": foreign.conversation})
    assert answer.status_code == 404
    assert offers(client, foreign.conversation)["one"] is None


def test_only_our_own_page_shares(here: Engine, client: TestClient) -> None:
    made = turn(here, "Hi", "Yes")

    answer = client.post(
        "/vnchat/share",
        content=json.dumps({"conversation": made.conversation}),
        headers={"Origin": "https://evil.example"},
    )

    assert answer.status_code == 403
    assert offers(client, made.conversation)["share"] is None


def test_addresses_of_shares_cannot_be_guessed(here: Engine, client: TestClient) -> None:
    one, two = (share(client, turn(here, "Hi", "Yes").conversation) for _ in range(2))

    tokens = [urlsplit(address).path.rsplit("/", 1)[1] for address in (one, two)]
    assert tokens[0] != tokens[1]
    assert min(map(len, tokens)) >= 32
