"""Reasoning apart from text, in fields and in tags; tool calls joined."""

from __future__ import annotations

import pytest

from tests.reading.wire import answer, read_with, stream, told

THINKING = {
    "a field of its own": (stream({"reasoning_content": "Hm."}, "No."), "Hm.", "No."),
    "both names, same text": (
        stream({"reasoning_content": "Hm.", "reasoning": "Hm."}, "No."),
        "Hm.",
        "No.",
    ),
    "reasoning only": (stream({"reasoning": "Hm."}, "No."), "Hm.", "No."),
    "details as a list": (
        stream({"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]}, "No."),
        "Hm.",
        "No.",
    ),
    "a summary in details": (
        stream({"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]}, "No."),
        "Hm.",
        "No.",
    ),
    "details beside the text": (
        stream({"reasoning": "Hm.", "reasoning_details": [{"text": "Hm."}]}, "No."),
        "Hm.",
        "No.",
    ),
    "as an object with text": (stream({"reasoning": {"text": "Hm."}}, "No."), "Hm.", "No."),
    "as a content part": (
        stream(
            {"content": [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "No."}]}
        ),
        "Hm.",
        "No.",
    ),
    "tags": (stream("<think>Hm.</think>No."), "Hm.", "No."),
    "tags in pieces": (stream("<th", "ink>H", "m.</thi", "nk>", "\n\nNo."), "Hm.", "No."),
    "tags letter by letter": (stream(*"<think>Hm.</think>No."), "Hm.", "No."),
    "another name": (stream("<thinking>Hm.</thinking>No."), "Hm.", "No."),
    "in capitals, with an attribute": (stream('<THINK time="3">Hm.</THINK>No.'), "Hm.", "No."),
    "after a line break": (stream("\n<think>Hm.</think>\nNo."), "Hm.", "\nNo."),
    "two blocks": (stream("<think>Hm.</think>\n<think> Oh.</think>No."), "Hm. Oh.", "No."),
    "after a sentence": (stream("Wait. <think>Hm.</think>No."), "Hm.", "Wait. No."),
    "the same thought as field and tag": (
        stream({"reasoning_content": "Hm."}, "<think>Hm.</think>No."),
        "Hm.",
        "No.",
    ),
    "never closed": (stream("<think>Hm.", finish="length"), "Hm.", ""),
    "never opened": (stream("Hm.\n</think>\n\nNo."), "Hm.\n", "No."),
    "in code": (stream("```\n<think>x</think>\n```"), "", "```\n<think>x</think>\n```"),
    "in code marks": (
        stream("The `<think>` tag and `</think>`."),
        "",
        "The `<think>` tag and `</think>`.",
    ),
    "amid a sentence": (stream("The <think> tag is one."), "", "The <think> tag is one."),
    "opened after a sentence, never closed": (
        stream("It is a tag. <think> is its name."),
        "",
        "It is a tag. <think> is its name.",
    ),
    "something else that begins so": (stream("<thi", "s>x"), "", "<this>x"),
    "less than": (stream("1 <", " 2"), "", "1 < 2"),
    "less than at the end": (stream("1 <"), "", "1 <"),
    "Kimi's signs": (stream("◁think▷Hm.◁/think▷No."), "Hm.", "No."),
}


@pytest.mark.parametrize(("sent", "reasoning", "text"), THINKING.values(), ids=THINKING.keys())
def test_reasoning_apart_from_text(sent, reasoning, text):
    assert told(sent, ["reasoning", "text"]) == {"reasoning": reasoning, "text": text}


@pytest.mark.parametrize("name", [n for n in THINKING if n != "never opened"])
def test_tags_never_reach_the_live_text(name):
    sent, _, text = THINKING[name]
    reader, reply = read_with(sent, 1)

    assert "".join(reader.text_parts) == text == reply.text


def call(index=None, id=None, name=None, arguments=None):
    function = {k: v for k, v in (("name", name), ("arguments", arguments)) if v is not None}
    return {
        "tool_calls": [
            {
                k: v
                for k, v in (("index", index), ("id", id), ("function", function))
                if v is not None
            }
        ]
    }


CALLS = {
    "one call in pieces": (
        stream(
            call(0, "a", "now", ""),
            call(0, None, None, '{"zo'),
            call(0, None, None, 'ne":1}'),
            finish="tool_calls",
        ),
        [("now", '{"zone":1}')],
    ),
    "two calls": (
        stream(
            call(0, "a", "now", "{}"),
            call(1, "b", "then", "{"),
            call(1, None, None, "}"),
            finish="tool_calls",
        ),
        [("now", "{}"), ("then", "{}")],
    ),
    "two calls in mixed order": (
        stream(
            call(1, "b", "then", "{"),
            call(0, "a", "now", "{}"),
            call(1, None, None, "}"),
            finish="tool_calls",
        ),
        [("now", "{}"), ("then", "{}")],
    ),
    "no index": (
        stream(call(None, "a", "now", "{"), call(None, None, None, "}"), finish="tool_calls"),
        [("now", "{}")],
    ),
    "no index and no id": (
        stream(call(None, None, "now", "{"), call(None, None, None, "}"), finish="tool_calls"),
        [("now", "{}")],
    ),
    "no index, two ids": (
        stream(call(None, "a", "now", "{}"), call(None, "b", "then", "{}"), finish="tool_calls"),
        [("now", "{}"), ("then", "{}")],
    ),
    "every call under index 0": (
        stream(call(0, "a", "now", "{}"), call(0, "b", "then", "{}"), finish="tool_calls"),
        [("now", "{}"), ("then", "{}")],
    ),
    "the name repeated": (
        stream(call(0, "a", "now", "{"), call(0, "a", "now", "}"), finish="tool_calls"),
        [("now", "{}")],
    ),
    "arguments as an object": (
        answer(
            None,
            "tool_calls",
            tool_calls=[{"id": "a", "function": {"name": "now", "arguments": {"z": 1}}}],
        ),
        [("now", '{"z": 1}')],
    ),
    "a legacy function call": (
        stream(
            {"function_call": {"name": "now", "arguments": "{"}},
            {"function_call": {"arguments": "}"}},
            finish="function_call",
        ),
        [("now", "{}")],
    ),
    "repeated in a closing message": (
        stream(
            call(0, "a", "now", "{}"),
            {
                "choices": [
                    {
                        "index": 0,
                        "message": call(0, "a", "now", "{}"),
                        "finish_reason": "tool_calls",
                    }
                ]
            },
            finish=None,
        ),
        [("now", "{}")],
    ),
    "finished with stop": (stream(call(0, "a", "now", "{}")), [("now", "{}")]),
}


@pytest.mark.parametrize(("sent", "calls"), CALLS.values(), ids=CALLS.keys())
def test_tool_calls_are_joined(sent, calls):
    got = told(sent, ["tool_calls", "finish", "kind"])

    assert [(c["name"], c["arguments"]) for c in got["tool_calls"]] == calls
    assert (got["finish"], got["kind"]) == ("tool_calls", None)
