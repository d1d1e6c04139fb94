"""ChatGPT's, Open WebUI's and LibreChat's files, in small: what is taken, what is left out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.exchange.conftest import OWNER, data_url, imported, picture
from vnchat.engine import Engine
from vnchat.exchange.shapes import Told, ToldMessage


def flat(told: Told, n: int = 0) -> list[tuple[str, str, str]]:
    """(id, parent, text) of each message."""
    return [(one.id, one.parent, one.text) for one in told.conversations[n].messages]


def by_id(told: Told) -> dict[str, ToldMessage]:
    return {one.id: one for one in told.conversations[0].messages}


def node(
    id: str, parent: str | None, role: str, *parts: Any, type: str = "text", **more: Any
) -> dict[str, Any]:
    content = {"content_type": type, "parts": list(parts)} | more.pop("content", {})
    return {
        "id": id,
        "parent": parent,
        "children": [],
        "message": {
            "id": id,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": 1_756_000_001.5,
            "content": content,
            "status": "finished_successfully",
            "metadata": {},
            "recipient": "all",
        }
        | more,
    }


def chatgpt(*nodes: dict[str, Any], current: str = "", **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "title": "Deploys 部署",
            "create_time": 1_756_000_000.1,
            "update_time": 1_756_000_400.6,
            "current_node": current or nodes[-1]["id"],
            "default_model_slug": "gpt-5",
            "mapping": {
                "root": {"id": "root", "message": None, "parent": None, "children": []},
                **{one["id"]: one for one in nodes},
            },
        }
        | more
    ]


def test_a_chatgpt_tree_keeps_its_branches_and_its_open_path(told) -> None:
    found = told(
        chatgpt(
            node("u1", "root", "user", "How do I roll back? 如何回滚？"),
            node("a1", "u1", "assistant", "Run this.", metadata={"model_slug": "o4-mini"}),
            node("a2", "u1", "assistant", "Or this."),
            node("u2", "a1", "user", "Thanks"),
            current="a2",
        )
    )

    assert found.source == "chatgpt"
    assert flat(found) == [
        ("u1", "", "How do I roll back? 如何回滚？"),
        ("a1", "u1", "Run this."),
        ("u2", "a1", "Thanks"),
        ("a2", "u1", "Or this."),
    ]
    conversation = found.conversations[0]
    assert (conversation.title, conversation.head) == ("Deploys 部署", "a2")
    runs = [one.run for one in conversation.messages if one.run]
    assert [one.model for one in runs] == ["o4-mini", "gpt-5"]
    assert runs[0].reply.raw == "Run this."


def test_hidden_and_tool_messages_are_left_out_and_nothing_below_them_is_lost(told) -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    found = told(
        chatgpt(
            node("sys", "root", "system", ""),
            node("ctx", "sys", "user", metadata=hidden, type="user_editable_context"),
            node("u1", "ctx", "user", "Look it up"),
            node("call", "u1", "assistant", '{"q": 1}', recipient="browser"),
            node("tool", "call", "tool", "found"),
            node("think", "tool", "assistant", type="thoughts",
                 content={"thoughts": [{"summary": "S", "content": "Let me see"}]}),
            node("a1", "think", "assistant", "Here."),
        )
    )  # fmt: skip

    assert flat(found) == [("u1", "", "Look it up"), ("a1", "u1", "Here.")]
    run = by_id(found)["a1"].run
    assert run is not None
    assert run.reply.reasoning == "Let me see"
    assert found.left_out == {"tool": 2}


def test_pictures_that_are_not_in_the_file_are_counted(told) -> None:
    pointer = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://x"}
    found = told(
        chatgpt(node("u1", "root", "user", pointer, "What is this?", type="multimodal_text"))
    )

    assert flat(found) == [("u1", "", "What is this?")]
    assert found.left_out == {"picture": 1}


def test_entries_without_messages_are_named_in_the_report(told) -> None:
    good = chatgpt(node("u1", "root", "user", "Hi"))
    found = told([*good, {"title": "Corrupted entry", "id": "x"}])

    assert (len(found.conversations), found.left_out) == (1, {"empty": 1})


def test_an_answer_in_pieces_is_one_answer(told) -> None:
    found = told(
        chatgpt(
            node("u1", "root", "user", "Go"),
            node("a1", "u1", "assistant", "First"),
            node("a2", "a1", "assistant", "second"),
            node("u2", "a2", "user", "More"),
        )
    )

    assert flat(found) == [("u1", "", "Go"), ("a2", "u1", "First\n\nsecond"), ("u2", "a2", "More")]


def test_citation_marks_are_taken_away(told) -> None:
    found = told(chatgpt(node("u1", "root", "user", "So \ue200cite\ue202turn0search1\ue201 it is")))

    assert flat(found)[0][2] == "So  it is"


def owui(*messages: dict[str, Any], current: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": "c1",
            "title": "港口",
            "chat": {
                "title": "港口",
                "models": ["deepseek-r1"],
                "history": {"currentId": current, "messages": {m["id"]: m for m in messages}},
            },
            "created_at": 1_700_000_000,
            "updated_at": 1_700_000_010,
            "pinned": True,
        }
        | more
    ]


def test_an_open_webui_chat_comes_with_thoughts_and_inline_pictures(told) -> None:
    found = told(
        owui(
            {
                "id": "u", "parentId": None, "childrenIds": ["a"], "role": "user",
                "content": "What is 15 * 17?", "timestamp": 1_700_000_000,
                "files": [
                    {"type": "image", "url": data_url(picture())},
                    {"type": "file", "id": "f1", "url": "/api/v1/files/f1"},
                ],
            },
            {
                "id": "a", "parentId": "u", "childrenIds": [], "role": "assistant",
                "content": '<details type="reasoning" done="true" duration="3">\n'
                "<summary>Thought for 3 seconds</summary>\n&gt; Let me\n&gt; see\n</details>\n255",
                "model": "deepseek-r1", "timestamp": 1_700_000_010, "done": True,
            },
            current="a",
        )
    )  # fmt: skip

    question, answer = found.conversations[0].messages
    assert (found.source, answer.text, len(question.media)) == ("openwebui", "255", 1)
    assert answer.run is not None
    assert (answer.run.model, answer.run.reply.reasoning) == ("deepseek-r1", "Let me\nsee")
    assert found.conversations[0].pinned
    assert found.left_out == {"picture": 1}


def test_an_open_webui_picture_is_drawn_anew_and_kept(here: Engine) -> None:
    message = {
        "id": "u", "parentId": None, "role": "user", "content": "看",
        "files": [{"type": "image", "url": data_url(picture("green"), "image/png")}],
    }  # fmt: skip

    report = imported(here, owui(message, current="u"))

    assert report["media"] == 1
    [one] = here.store.conversations.messages(report["first"], owner=OWNER)
    [kept] = here.store.media.of_messages([one.id], owner=OWNER)[one.id]
    assert (kept.kind, kept.width, kept.height, kept.origin) == ("image", 64, 32, "given")


def libre(id: str, parent: str, person: bool, text: str, **more: Any) -> dict[str, Any]:
    return {
        "messageId": id,
        "parentMessageId": parent,
        "isCreatedByUser": person,
        "sender": "User" if person else "GPT-4",
        "text": text,
        "createdAt": "2024-05-28T18:08:55.014Z",
        "model": None if person else "gpt-4o",
        "unfinished": False,
    } | more


NONE = "00000000-0000-0000-0000-000000000000"
HEAD = {"conversationId": "c", "endpoint": "openAI", "title": "Original", "options": {"model": "m"}}


def test_a_librechat_export_with_branches_in_a_row(told) -> None:
    found = told(
        HEAD
        | {
            "recursive": False,
            "messages": [
                libre("u1", NONE, True, "tell me a story 讲个故事"),
                libre("a1", "u1", False, "Once", unfinished=True),
                libre("a2", "u1", False, "", content=[
                    {"type": "think", "think": "hm"},
                    {"type": "text", "text": {"value": "Twice"}},
                    {"type": "tool_call", "tool_call": {}},
                ]),
            ],
        }
    )  # fmt: skip

    assert flat(found) == [
        ("u1", "", "tell me a story 讲个故事"),
        ("a1", "u1", "Once"),
        ("a2", "u1", "Twice"),
    ]
    cut, whole = (one.run for one in found.conversations[0].messages[1:])
    assert cut is not None
    assert whole is not None
    assert (cut.state, whole.state, whole.reply.reasoning) == ("interrupted", "done", "hm")
    assert found.conversations[0].created == pytest.approx(1_716_919_735.014)
    assert found.left_out == {"tool": 1}


def test_a_librechat_export_as_a_tree(told) -> None:
    tree = libre("u1", NONE, True, "a", children=[
        libre("a1", "u1", False, "b", children=[libre("u2", "a1", True, "c", children=[])]),
        libre("a2", "u1", False, "d", children=[]),
    ])  # fmt: skip
    found = told(HEAD | {"recursive": True, "messagesTree": [tree]})

    assert flat(found) == [("u1", "", "a"), ("a1", "u1", "b"), ("u2", "a1", "c"), ("a2", "u1", "d")]
