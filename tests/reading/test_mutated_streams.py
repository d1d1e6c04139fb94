"""What a gateway may change about a stream without changing what it says."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reading.wire import DONE, chunk, frame, read
from vnchat.reading import ask_json

CDN = "https://cdn.example.com"
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
USAGE = frame({"choices": [], "usage": {"total_tokens": 3}})


def events(*deltas: object, finish: str | None = "stop", end: str = DONE) -> list[str]:
    """The events of one stream, apart."""
    said = [chunk({"content": one} if isinstance(one, str) else one) for one in deltas]
    last = [frame(chunk({}, finish))] if finish else []
    return [*map(frame, said), *last, *([end] if end else [])]


ERROR = {"error": {"message": "余额不足", "code": "insufficient_user_quota"}}
STREAMS = {
    "a clip after progress": events(
        "> ⌛️ 排队中...\n\n", "> 🏃 进度：36.0%\n\n", "> 🏃 进度：9", "0%\n\n",
        f"> ✅ 视频生成成功，[点击这里]({CDN}/猫(1).mp4) 查看~~~\n",
    ),
    "a tag after thoughts": events(
        {"reasoning_content": "生成进度: 28%\n"}, {"reasoning_content": "生成进度: 60%\n"},
        f"<video src='{CDN}/a.mp4?sig=a%2Bb&amp;x=1'", " controls></video>",
    ),
    "a think block": events("<th", "ink>\nHm 🚀, so.", "\n</thi", "nk>\n\nIt is **5**.\n"),
    "words": events("Bonjour, ", "voilà 👩‍👩‍👧 ", "c'est tout", "."),
    "a refusal": events("> 🏃 进度：97%\n\n", "> ❌ 生成失败：生成的视频未通过内容审核\n"),
    "an error": [*events("Hel", finish=None, end=""), frame(ERROR), DONE],
    "a call": events(
        {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "f", "arguments": '{"a"'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": ": 1}"}}]},
        finish="tool_calls",
    ),
    "only so long": events("One two ", "three", finish="length"),
}  # fmt: skip
NOISE = st.sampled_from(
    [
        ": keep-alive\n\n", ": PING\n\n", ":\n\n", "\n", "event: ping\ndata:\n\n", "data:\n\n", "id: 7\n\n", "retry: 1000\n\n",
        frame(chunk({})), frame(chunk({"content": ""})), frame(chunk({"role": "assistant", "content": None})), frame(chunk({}, "")),
        frame({"choices": []}), frame(chunk({"reasoning_content": None})), "event: ping\ndata: {\"type\": \"ping\"}\n\n",
    ]
)  # fmt: skip


@QUICK
@given(
    st.sampled_from(sorted(STREAMS)),
    st.lists(st.tuples(st.integers(0, 12), NOISE), max_size=6),
    st.none() | st.integers(0, 12),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
    st.sampled_from(["as it is", "space", "twice", "no end"]),
    st.integers(0, 30),
)
def test_noise_changes_nothing(name, noise, usage_at, line_end, mark, way, cut):
    wanted = ask_json(read("".join(STREAMS[name]).encode()))
    sent = list(STREAMS[name])
    if usage_at is not None:
        sent.insert(min(usage_at, len(sent) - 1), USAGE)
        wanted["usage"] = {"total_tokens": 3}
    for place, one in noise:
        sent.insert(min(place, len(sent)), one)
    if way == "twice":
        sent.append(DONE)
    if way == "no end" and name != "an error":  # a finish reason ends it too
        sent.remove(DONE)
    text = "".join(sent)
    if way == "space":
        text = text.replace("data: ", "data:")

    got = ask_json(read(mark + text.replace("\n", line_end).encode(), cut=cut))

    assert got == wanted
