"""Results where no document says they are: in fields that a gateway invents, in bodies of words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vnchat.reading import Reader, Reply

CLIP = "https://cdn.example/out/v.mp4"
NAMELESS = "https://cdn.example/f/123"


def delta(content: str = "Done.", **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": content}}], **more}


def message(content: Any = "Done.", **more: Any) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": content, **more}}]}


def read(body: bytes, kind: str = "application/json", prompt: str = "a cat") -> Reply:
    reader = Reader(content_type=kind, origin="https://gateway.example", prompt=prompt)
    for at in range(0, len(body), 37):
        reader.feed(body[at : at + 37])
    return reader.end()


def stream(*frames: Any, done: bool = True) -> bytes:
    told = [one if isinstance(one, str) else json.dumps(one) for one in frames]
    return "".join(f"data: {one}\n\n" for one in [*told, *["[DONE]"] * done]).encode()


CHUNKS: dict[str, list[Any]] = {
    "beside a plain delta": [delta(video_url=CLIP)],
    "an object beside it": [delta(video={"url": CLIP})],
    "a result beside it": [delta(result={"url": CLIP})],
    "an output beside it": [delta(output=[CLIP])],
    "in the choice": [{"choices": [{"index": 0, "delta": {"content": "x"}, "video": CLIP}]}],
    "no choices": [{"choices": [], "video_url": CLIP}],
    "no choices, with progress": [
        {"choices": [], "progress": 35, "status": "processing"},
        {"choices": [], "progress": 100, "status": "completed", "video_url": CLIP},
    ],
    "in a delta of its own": [delta(), {"choices": [{"delta": {"media_url": CLIP}}]}],
    "words that are a link": [CLIP],
}


@pytest.mark.parametrize("frames", CHUNKS.values(), ids=CHUNKS.keys())
def test_a_clip_in_a_stream(frames: list[Any]) -> None:
    reply = read(stream(*frames), "text/event-stream")

    assert [(one.kind, one.url) for one in reply.results] == [("video", CLIP)]
    assert (reply.finish, reply.failure) == ("stop", None)


MESSAGES: dict[str, tuple[Any, str]] = {
    "media_url": (message("", media_url=CLIP), CLIP),
    "output": (message("", output={"url": CLIP}), CLIP),
    "resultUrls": (message("", resultUrls=[CLIP]), CLIP),
    "generated_videos": (message(generated_videos=[{"uri": CLIP}]), CLIP),
    "data": (message(None, data={"video_url": CLIP}), CLIP),
    "a type of its own": (message([{"type": "video/mp4", "url": NAMELESS}]), NAMELESS),
    "a mime_type": (
        message(None, attachments=[{"mime_type": "video/mp4", "url": NAMELESS}]),
        NAMELESS,
    ),
    "the name of the file": (
        message([{"type": "file", "file": {"filename": "v.mp4", "url": NAMELESS}}]),
        NAMELESS,
    ),
    "beside the text of a part": (message({"text": "Done.", "video_url": CLIP}), CLIP),
    "a body that is a string": (CLIP, CLIP),
    "a body that is a list": ([CLIP], CLIP),
}


@pytest.mark.parametrize(("body", "url"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_clip_in_a_body(body: Any, url: str) -> None:
    reply = read(json.dumps(body).encode())

    assert [(one.kind, one.url) for one in reply.results] == [("video", url)]
    assert (reply.finish, reply.failure) == ("stop", None)


FORMS: dict[str, list[tuple[str, Any]]] = {
    "answer": [("", {"event": "message", "answer": "Hel"}), ("", {"answer": "lo"})],
    "response": [("", {"response": "Hel"}), ("", {"response": "lo"})],
    "a token": [("", {"token": {"text": "Hel"}}), ("", {"token": {"text": "lo"}})],
    "an output that grows": [
        ("", {"output": {"text": "Hel"}}),
        ("", {"output": {"text": "Hello"}}),
    ],
    "an output in pieces": [("", {"output": {"text": "Hel"}}), ("", {"output": {"text": "lo"}})],
    "an answer that is told again whole": [
        ("conversation.message.delta", {"type": "answer", "content": "Hel"}),
        ("conversation.message.delta", {"type": "answer", "content": "lo"}),
        ("conversation.message.completed", {"type": "answer", "content": "Hello"}),
    ],
}


@pytest.mark.parametrize("frames", FORMS.values(), ids=FORMS.keys())
def test_text_that_is_streamed_in_a_form_of_its_own(frames: list[tuple[str, Any]]) -> None:
    body = "".join(f"event: {name}\ndata: {json.dumps(one)}\n\n" for name, one in frames)

    reply = read(f"{body}data: [DONE]\n\n".encode(), "text/event-stream")

    assert (reply.text, reply.finish, reply.failure) == ("Hello", "stop", None)


def test_such_a_form_says_that_it_is_over_in_its_own_place() -> None:
    pieces = [{"output": {"text": "Hel", "finish_reason": "null"}}]
    pieces += [{"output": {"text": "Hello", "finish_reason": "stop"}}]

    reply = read(stream(*pieces, done=False), "text/event-stream")

    assert (reply.text, reply.finish, reply.failure) == ("Hello", "stop", None)


FRIENDS: dict[str, Any] = {
    "citations": delta(citations=["https://news.example/a.jpg"]),
    "results of a search": delta(search_results=[{"url": CLIP, "title": "t"}]),
    "sources of a search": delta(vertex_grounding=[{"web": {"uri": "https://news.example/a.mp4"}}]),
    "what a tool read": message(executed_tools=[{"type": "visit", "url": CLIP}]),
    "pages from the web": delta(web_results=[{"url": "https://news.example/videos/5"}]),
    "a page under a name of its own": delta(more=[{"url": "https://news.example/videos/5"}]),
    "a picture under a name of its own": delta(more=[{"image": "https://news.example/a.jpg"}]),
    "annotations": message(annotations=[{"url_citation": {"url": CLIP}}]),
    "who answers": delta(assistant={"name": "Ann", "avatar_url": "https://cdn.example/ann.png"}),
    "an echo of the request": delta(request={"video_url": CLIP}),
    "a page": delta(details_url="https://gateway.example/tasks/5"),
}


@pytest.mark.parametrize("chunk", FRIENDS.values(), ids=FRIENDS.keys())
def test_what_an_ordinary_answer_names_beside_is_no_result(chunk: Any) -> None:
    reply = read(stream(chunk), "text/event-stream")

    assert (reply.text, reply.results, reply.failure) == ("Done.", (), None)


def test_a_body_of_words_is_an_answer_where_it_links_what_was_made() -> None:
    reply = read(f"进度 20%\n进度 80%\n完成 {CLIP}\n".encode(), "text/plain")

    assert [one.url for one in reply.results] == [CLIP]
    assert (reply.progress, reply.finish, reply.failure) == ((20, 80), "stop", None)


def test_a_body_of_words_without_a_result_is_none() -> None:
    reply = read(b"Insufficient balance. See https://gateway.example/help", "text/plain")

    assert reply.results == ()
    assert reply.failure is not None
    assert reply.failure.kind == "quota"


OUTCRIES = {
    "in brackets": ("[ERROR] 任务失败: 内容违规", "moderation_prompt"),
    "with a colon": ("Error: upstream returned 500", "upstream"),
    "in Chinese": ("错误：额度不足", "quota"),
}


@pytest.mark.parametrize(("line", "kind"), OUTCRIES.values(), ids=OUTCRIES.keys())
@pytest.mark.parametrize("form", ["data: {}\n\n", "\n{}\n\n"])
def test_words_between_the_chunks_that_begin_as_an_error_are_one(
    form: str, line: str, kind: str
) -> None:
    body = stream(delta("生成中 30%\n"), done=False) + form.format(line).encode()

    reply = read(body, "text/event-stream")

    assert reply.failure is not None
    assert (reply.failure.kind, reply.failure.message) == (kind, line)


WITHOUT_EXTENSION = {
    "to be saved": "✅ 完成 [点击下载](https://cdn.example/d/abcd?token=1)",
    "named in Chinese": "视频地址: https://cdn.example/d/abcd?token=1",
    "a sentence": "Your video is ready: https://cdn.example/d/abcd?token=1",
    "in a language that nobody taught us": "วิดีโอพร้อมแล้ว: https://cdn.example/d/abcd?token=1",
    "a word": "Result: https://cdn.example/d/abcd?token=1",
    "half a player": '<source src="https://cdn.example/d/abcd?token=1" type="video/mp4">',
    "a sentence and a link": "Your video is ready! [Download](https://cdn.example/d/abcd?token=1)",
}


@pytest.mark.parametrize("said", WITHOUT_EXTENSION.values(), ids=WITHOUT_EXTENSION.keys())
def test_after_progress_the_only_link_is_the_clip(said: str) -> None:
    frames = [delta("> 🎬 生成中 10%\n"), delta("> 🎬 生成中 50%\n\n"), delta(said)]

    reply = read(stream(*frames), "text/event-stream")

    assert [(one.kind, one.url) for one in reply.results] == [
        ("video", "https://cdn.example/d/abcd?token=1")
    ]
    assert reply.failure is None


@pytest.mark.parametrize(
    "said", ["❌ 生成失败: ", "Generation failed, read more: ", "See the documentation: "]
)
def test_after_progress_a_link_that_explains_is_no_clip(said: str) -> None:
    frames = [delta("> 🎬 生成中 10%\n"), delta("> 🎬 生成中 50%\n\n"), delta(f"{said}{NAMELESS}")]

    reply = read(stream(*frames), "text/event-stream")

    assert reply.results == ()
    assert reply.failure is not None


def test_a_link_after_a_search_is_no_clip() -> None:
    said = f"This is what the papers wrote of it. [Full report]({NAMELESS})"

    reply = read(stream(delta("🔎 Searching the web…\n\n"), delta(said)), "text/event-stream")

    assert (reply.results, reply.failure) == ((), None)


@pytest.mark.parametrize(
    ("said", "made"),
    [
        (f"Your video is ready: {NAMELESS}", [NAMELESS]),
        (f"视频已生成完成，点击观看：{NAMELESS}", [NAMELESS]),
        (f"✅ Done. The report is [on this page]({NAMELESS}).", []),
        (f"Finished: {NAMELESS}", []),
    ],
)
def test_without_progress_a_lone_link_is_what_its_line_says(said: str, made: list[str]) -> None:
    reply = read(stream(delta(said)), "text/event-stream")

    assert ([one.url for one in reply.results], reply.failure) == (made, None)
