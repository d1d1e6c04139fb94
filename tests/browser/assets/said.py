"""Frames as the server says them, with what a test does not care about filled in."""

from __future__ import annotations

from typing import Any


def message(id: str, role: str, text: str = "", **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "parent": "",
        "role": role,
        "text": text,
        "attachments": [],
        "created": 0,
        "versions": {"at": 1, "of": 1, "ids": [id]},
        "run": None,
        "reasoning": "",
        "results": [],
        "failure": None,
        "tool_calls": [],
        "finish": "stop",
        "usage": None,
        "facts": {},
        **more,
    }


def run(id: str = "r1", state: str = "running", **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "state": state,
        "model": "m",
        "making": False,
        "progress": None,
        "activity": None,
        "elapsed": 0,
        "started": 1,
        "left": None,
        "left_from": 0,
        "wait_until": None,
        "attempt": 1,
        **more,
    }


def going(**more: Any) -> dict[str, Any]:
    return message("a1", "assistant", run=run(**more))


def media(id: str = "v1", **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "kind": "video",
        "name": "clip",
        "type": "video/mp4",
        "src": "/media/clip.mp4?s=1",
        "poster": "/media/poster.svg",
        "link": "https://cdn.example/v.mp4",
        "width": 1280,
        "height": 720,
        "seconds": 15,
        "size": 3_456_789,
        "state": "kept",
        "got": 0,
        "reason": "",
        "again": False,
        **more,
    }


def failure(kind: str, stage: str = "generation", **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "stage": stage,
        "message": "no luck",
        "trace": "",
        "code": "",
        "status": None,
        "charged": "maybe",
        "again": "yes",
        **more,
    }


def window(*messages: dict[str, Any], conversation: str = "c1", more: bool = False) -> list[Any]:
    return ["thread", conversation, {"messages": list(messages), "more": more, "title": "t"}]


def item(id: str, title: str, updated: float, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "title": title,
        "day": "",
        "updated": updated,
        "icon": "text",
        "state": "",
        "pinned": False,
        **more,
    }
