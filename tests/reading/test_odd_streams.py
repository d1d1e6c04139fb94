"""Streams framed and shaped in odd ways that still say one clear thing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reading.wire import DONE, answer, body, chunk, frame, stream, thoughts, told

CDN = "https://cdn.example.com"
MP4 = f"{CDN}/v/clip.mp4"


def b(text: str) -> bytes:
    return text.encode()


def ch(content: Any, finish: str | None = None) -> str:
    """One chunk as an event; a dict is its whole delta."""
    return frame(chunk({"content": content} if isinstance(content, str) else content, finish))


STREAMS = {
    "bom crlf": (b"\xef\xbb\xbf"+stream("Hi.").replace(b"\n",b"\r\n"), {"text": "Hi.","kind": None,"finish": "stop"}),
    "cr only": (stream("Hi.\n\nYou.").replace(b"\n",b"\r"), {"text": "Hi.\n\nYou.","kind": None}),
    "double wrapped": (b(f"data: data: {json.dumps(chunk({'content':'Hi.'}))}\n\ndata: data: [DONE]\n\n"), {"text": "Hi.","finish": "stop"}),
    "json string datum": (b("data: "+json.dumps(json.dumps(chunk({'content':'Hi.'})))+"\n\n"+DONE), {"text": "Hi.","kind": None}),
    "multi-line data": (b("data: {\ndata:   \"choices\": [{\"delta\": {\"content\": \"Hi.\"},\ndata:   \"finish_reason\": \"stop\"}]\ndata: }\n\n"), {"text": "Hi.","finish": "stop"}),
    "pretty json in data lines w/o prefix": (b("data: "+json.dumps(chunk({'content':'Hi.'}),indent=1)+"\n\n"+DONE), {"text": "Hi.","kind": None}),
    "no blank lines": (b("".join(f"data: {json.dumps(chunk({'content':c}))}\n" for c in ["He","y."])+"data: [DONE]\n"), {"text": "Hey.","finish": "stop"}),
    "ndjson": (b("".join(json.dumps(chunk({'content':c}))+"\n" for c in ["He","y."])+json.dumps(chunk({},"stop"))), {"text": "Hey.","finish": "stop","kind": None}),
    "ndjson ollama": (b("".join(json.dumps({"model":"m","message":{"role":"assistant","content":c},"done":False})+"\n" for c in ["He","y."])+json.dumps({"model":"m","message":{"content":""},"done":True,"done_reason":"stop"})+"\n"), {"text": "Hey.","finish": "stop","kind": None}),
    "cumulative video": (stream("> 进度 10%\n","> 进度 10%\n> 进度 60%\n",f"> 进度 10%\n> 进度 60%\n[播放]({MP4})"), {"progress": [10,60],"videos": [MP4]}),
    "final message after deltas": (stream("Hel","lo there, friend of mine.",frame({"choices":[{"index":0,"message":{"role":"assistant","content":"Hello there, friend of mine."},"finish_reason":"stop"}]}).encode(),finish=None), {"text": "Hello there, friend of mine.","finish": "stop"}),
    "final delta repeated": (b(ch("Hello there, ")+ch("friend of mine.")+ch("Hello there, friend of mine.","stop")+DONE), {"text": "Hello there, friend of mine."}),
    "final delta repeated no finish": (b(ch("Hello there, ")+ch("friend of mine, how are you?")+ch("Hello there, friend of mine, how are you?")+ch({},"stop")+DONE), {"text": "Hello there, friend of mine, how are you?"}),
    "usage in the middle": (b(ch("He")+frame({"choices":[],"usage":{"total_tokens":3}})+ch("y.")+ch({},"stop")+DONE), {"text": "Hey.","usage": {"total_tokens":3}}),
    "done twice": (stream("Hi.")+b(DONE), {"text": "Hi.","finish": "stop","kind": None}),
    "done lowercase": (stream("Hi.",finish=None,done=False)+b"data: [done]\n\n", {"text": "Hi.","finish": "stop"}),
    "done no prefix": (stream("Hi.",finish=None,done=False)+b"[DONE]\n\n", {"text": "Hi.","finish": "stop","kind": None}),
    "done event": (stream("Hi.",finish=None,done=False)+b"event: done\ndata: {}\n\n", {"text": "Hi.","finish": "stop","kind": None}),
    "done quoted": (stream("Hi.",finish=None,done=False)+b'data: "[DONE]"\n\n', {"text": "Hi.","finish": "stop","kind": None}),
    "content after done": (stream("Hi.")+b(ch(" More.")), {"finish": "stop","kind": None}),
    "finish empty then null": (b(ch("Hi.","")+ch({},None)+DONE), {"text": "Hi.","finish": "stop"}),
    "finish eos": (stream("Hi.",finish="eos"), {"finish": "stop","text": "Hi."}),
    "finish false": (b(frame({"choices":[{"delta":{"content":"Hi."},"finish_reason":False}]})+DONE), {"text": "Hi.","finish": "stop"}),
    "finish obj": (b(frame({"choices":[{"delta":{"content":"Hi."},"finish_reason":{"type":"stop"}}]})+DONE), {"text": "Hi.","finish": "stop"}),
    "finish no done cut": (stream("Hi.",finish="length",done=False), {"text": "Hi.","finish": "length","kind": None}),
    "bool content": (stream({"content":False},"Hi."), {"text": "Hi.","kind": None}),
    "content dict text": (answer({"type":"text","text":"Hi."}), {"text": "Hi.","kind": None}),
    "content dict parts": (answer({"parts":[{"text":"Hi."}]}), {"text": "Hi.","kind": None}),
    "content list strs": (answer(["Hi"," you."]), {"text": "Hi you.","kind": None}),
    "content list nested": (answer([[{"type":"text","text":"Hi."}]]), {"text": "Hi.","kind": None}),
    "content none delta": (stream({"content":None},"Hi.",{"content":None}), {"text": "Hi.","kind": None}),
    "delta none": (b(frame({"choices":[{"index":0,"delta":None}]})+ch("Hi.","stop")), {"text": "Hi.","kind": None}),
    "choices dict": (b(frame({"choices":{"delta":{"content":"Hi."},"finish_reason":"stop"}})), {"text": "Hi."}),
    "choices string key": (b(frame({"choices":{"0":{"delta":{"content":"Hi."},"finish_reason":"stop"}}})), {"text": "Hi.","kind": None}),
    "index str": (b(frame({"choices":[{"index":"0","delta":{"content":"Hi."},"finish_reason":"stop"}]})), {"text": "Hi.","kind": None}),
    "index null": (b(frame({"choices":[{"index":None,"delta":{"content":"Hi."},"finish_reason":"stop"}]})), {"text": "Hi.","kind": None}),
    "index one only": (stream(chunk({"content":"Hi."},"stop",index=1),finish=None), {"text": "Hi.","kind": None,"finish": "stop"}),
    "legacy text": (b(frame({"object":"text_completion","choices":[{"index":0,"text":"Hi","finish_reason":None}]})+frame({"choices":[{"index":0,"text":".","finish_reason":"stop"}]})+DONE), {"text": "Hi.","finish": "stop"}),
    "text null and delta": (b(frame({"choices":[{"index":0,"text":None,"delta":{"content":"Hi."},"finish_reason":"stop"}]})), {"text": "Hi."}),
    "text same as delta": (b(frame({"choices":[{"index":0,"text":"Hi.","delta":{"content":"Hi."},"finish_reason":"stop"}]})), {"text": "Hi."}),
    "message and delta both": (b(frame({"choices":[{"index":0,"message":{"content":"Hi."},"delta":{"content":"Hi."},"finish_reason":"stop"}]})), {"text": "Hi."}),
    "two choices": (stream(chunk({"content":"A."}),chunk({"content":"B."},index=1),finish="stop"), {"text": "A.\n\nB."}),
    "two choices in one": (b(frame({"choices":[{"index":0,"delta":{"content":"A."}},{"index":1,"delta":{"content":"B."}}]})+DONE), {"text": "A.\n\nB."}),
    "think split": (stream("<","th","ink",">a ","thought</","think",">\n\nHi."), {"text": "Hi.","reasoning": "a thought","kind": None}),
    "think unclosed": (stream("<think>","never ends"), {"reasoning": "never ends","text": ""}),
    "think in reasoning and content": (stream({"reasoning_content":"<think>\nA"},{"reasoning_content":"\n</think>"},"Hi."), {"text": "Hi."}),
    "think orphan": (stream("thought thought\n","</think>\n\nHi."), {"text": "Hi."}),
    "reasoning tag": (stream("<reasoning>a</reasoning>\nHi."), {"text": "Hi.","reasoning": "a"}),
    "reasoning null + details": (stream({"reasoning":None,"reasoning_details":[{"type":"reasoning.text","text":"a"}]},"Hi."), {"reasoning": "a","text": "Hi."}),
    "reasoning num": (stream({"reasoning_content":5},"Hi."), {"text": "Hi.","kind": None}),
    "reasoning only length": (thoughts("Hmm",finish="length"), {"reasoning": "Hmm","finish": "length"}),
    "keepalive empty deltas": (b(": hb\n\n"+ch({})+ch("")+ch({"role":"assistant","content":None})+"data:\n\n"+"data: \n\n"+ch("Hi.")+": hb\n\n"+ch({},"stop")+DONE), {"text": "Hi.","kind": None}),
    "event names": (b("event: message\n"+ch("Hi.")+"event: end\n"+DONE), {"text": "Hi.","finish": "stop"}),
    "id retry": (b("id: 1\nretry: 3000\n"+ch("Hi.","stop")), {"text": "Hi."}),
    "heartbeat json": (b(frame({"type":"heartbeat"})+ch("Hi.","stop")+DONE), {"text": "Hi.","kind": None}),
    "ping data": (b("data: ping\n\n"+ch("Hi.","stop")+DONE), {"text": "Hi.","kind": None}),
    "null data": (b("data: null\n\n"+ch("Hi.","stop")+DONE), {"text": "Hi.","kind": None}),
    "number data": (b("data: 1\n\n"+ch("Hi.","stop")+DONE), {"text": "Hi.","kind": None}),
    "list data": (b("data: []\n\n"+ch("Hi.","stop")+DONE), {"text": "Hi.","kind": None}),
    "list of chunks": (b("data: "+json.dumps([chunk({"content":"Hi"}),chunk({"content":"."},"stop")])+"\n\n"), {"text": "Hi.","kind": None}),
    "array body": (body([chunk({"content":"Hi"}),chunk({"content":"."},"stop")]), {"text": "Hi.","kind": None}),
    "NaN": (b('data: {"choices":[{"delta":{"content":"Hi."},"logprobs":NaN,"finish_reason":"stop"}]}\n\n'), {"text": "Hi."}),
    "surrogates split": (b('data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\ndata: {"choices":[{"delta":{"content":"\\ude80b"},"finish_reason":"stop"}]}\n\n'), {"text": "a🚀b"}),
    "surrogate around empty": (b('data: {"choices":[{"delta":{"content":"a\\ud83d"}}]}\n\ndata: {"choices":[{"delta":{"content":""}}]}\n\ndata: {"choices":[{"delta":{"content":"\\ude80b"},"finish_reason":"stop"}]}\n\n'), {"text": "a🚀b"}),
    "gbk bytes": (b"data: "+json.dumps(chunk({"content":"你好"},"stop"),ensure_ascii=False).encode("gbk")+b"\n\n", {"kind": None}),
    "nul bytes": (b"\x00\x00"+stream("Hi."), {"text": "Hi.","kind": None}),
    "wrapped data": (b(frame({"data":chunk({"content":"Hi."},"stop")})), {"text": "Hi.","kind": None}),
    "wrapped code data stream": (b(frame({"code":0,"msg":"ok","data":chunk({"content":"Hi."},"stop")})), {"text": "Hi.","kind": None}),
    "wrapped result": (body({"success":True,"result":{"response":"Hi."}}), {"text": "Hi.","kind": None}),
    "output.text": (body({"output":{"text":"Hi.","finish_reason":"stop"},"usage":{"total_tokens":2},"request_id":"r"}), {"text": "Hi.","kind": None}),
    "output.choices": (body({"output":{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":"Hi."}}]},"request_id":"r"}), {"text": "Hi.","kind": None}),
    "function call legacy": (stream({"function_call":{"name":"f","arguments":"{\"a\""}},{"function_call":{"arguments":":1}"}},finish="function_call"), {"tool_calls": [{"name":"f","arguments":'{"a":1}'}],"finish": "tool_calls"}),
    "tool call args obj": (answer(None,finish="tool_calls",tool_calls=[{"id":"1","type":"function","function":{"name":"f","arguments":{"a":1}}}]), {"tool_calls": [{"name":"f","arguments":'{"a": 1}'}],"finish": "tool_calls"}),
    "tool calls dict": (answer(None,finish="tool_calls",tool_calls={"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}), {"tool_calls": [{"name":"f","arguments":'{}'}]}),
    "tool null first": (stream({"tool_calls":None,"content":"Hi."}), {"text": "Hi.","kind": None}),
    "tool empty list": (stream({"tool_calls":[],"content":"Hi."}), {"text": "Hi.","tool_calls": []}),
    "tool with finish stop": (stream({"tool_calls":[{"index":0,"id":"1","function":{"name":"f","arguments":"{}"}}]}), {"finish": "tool_calls","tool_calls": [{"name":"f","arguments":"{}"}]}),
    "content spaces only": (stream("  \n"), {"kind": "bad_response"}),
    "zero width only": (stream("\u200b"), {"kind": "bad_response"}),
    "usage null": (stream(chunk({"content":"Hi."},usage=None)), {"usage": None}),
    "usage empty obj": (stream(chunk({"content":"Hi."},usage={})), {"usage": None}),
    "text line then stream": (b("OK\n\n")+stream("Hi."), {"text": "Hi.","kind": None}),
    "http head in body": (b("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")+stream("Hi."), {"text": "Hi.","kind": None}),
    "chunked sizes": (b"1a\r\n"+stream("Hi."), {"text": "Hi.","kind": None}),
    "data uppercase": (stream("Hi.").replace(b"data:",b"Data:"), {"text": "Hi.","kind": None}),
    "leading space data": (stream("Hi.").replace(b"data:",b" data:"), {"text": "Hi.","kind": None}),
    "tab after": (stream("Hi.").replace(b"data: ",b"data:\t"), {"text": "Hi.","kind": None}),
    "a cumulative story": (
        stream("Once upon a time", "Once upon a time there was", "Once upon a time there was a fox."),
        {"text": "Once upon a time there was a fox."},
    ),
    "a number as the whole message": (answer(42), {"text": "42", "kind": None}),
    "a stream inside a JSON string": (
        b(json.dumps(stream("Hi.").decode())),
        {"text": "Hi.", "kind": None},
    ),
    "an error inside a delta": (
        stream(chunk({"content": "", "error": {"message": "quota exhausted"}})),
        {"kind": "quota", "finish": "error"},
    ),
    "lines that repeat are kept": (
        stream("la la la, ", "la la la, ", "la la la!"),
        {"text": "la la la, la la la, la la la!"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "expect"), STREAMS.values(), ids=STREAMS.keys())
def test_what_an_odd_stream_says(sent, expect):
    assert told(sent, expect) == expect


@pytest.mark.parametrize("cut", [1, 7])
@pytest.mark.parametrize("name", STREAMS)
def test_an_odd_stream_says_the_same_however_it_is_cut(name, cut):
    sent, expect = STREAMS[name]

    assert told(sent, expect, cut=cut) == expect
