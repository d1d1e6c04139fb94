"""What a person types for a gateway's dialect is read, or refused in a sentence that names it."""

import pytest

from vnchat.errors import BadInput
from vnchat.gateway.typed import (
    body_of_text,
    body_text,
    headers_of,
    headers_text,
    rules_of,
    rules_text,
)

READ = {
    "headers": (headers_of, " X-Title: my page \n\nHTTP-Referer:https://a.example/x:1",
                (("X-Title", "my page"), ("HTTP-Referer", "https://a.example/x:1"))),
    "a header twice": (headers_of, "X-A: 1\nx-a: 2", (("x-a", "2"),)),
    "no headers": (headers_of, " \n", ()),
    "fields": (body_of_text, '{"video_config": {"seconds": 6}}', {"video_config": {"seconds": 6}}),
    "no fields": (body_of_text, "", {}),
    "rules": (rules_of, "sora* on\nveo-*: off\n gpt=ON",
              (("sora*", True), ("veo-*", False), ("gpt", True))),
    "no rules": (rules_of, "\n", ()),
}  # fmt: skip


@pytest.mark.parametrize(("read", "typed", "fields"), READ.values(), ids=READ.keys())
def test_what_is_typed_is_read(read, typed, fields):
    assert read(typed) == fields


REFUSED = {
    "no colon": (headers_of, "X-Title my page", "no header"),
    "a name with a blank": (headers_of, "X Title: a", "no header"),
    "the key as a header": (headers_of, "Authorization: Bearer sk-1", "own place"),
    "a line end hidden in a value": (headers_of, "X-A: b\x0bX-B", "no header"),
    "letters that no header has": (headers_of, "X-A: 标题", "no header has"),
    "no JSON": (body_of_text, "{seconds: 6}", "no JSON"),
    "a list": (body_of_text, "[1]", "JSON object"),
    "the model as a field": (body_of_text, '{"model": "x"}', "model"),
    "deep nesting": (body_of_text, "[" * 100_000, "no JSON"),
    "a rule without a word": (rules_of, "sora*", "no rule"),
    "a rule of another word": (rules_of, "sora* perhaps", "no rule"),
    "too many lines": (rules_of, "a on\n" * 60, "too many"),
}


@pytest.mark.parametrize(("read", "typed", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_none_is_refused_and_named(read, typed, said):
    with pytest.raises(BadInput, match=said):
        read(typed)


def test_what_is_kept_is_shown_as_it_is_typed():
    for read, show, typed in (
        (headers_of, headers_text, "X-Title: a"),
        (rules_of, rules_text, "sora* on\nveo* off"),
    ):
        assert show(read(typed)) == typed
    assert body_of_text(body_text({"名": [1]})) == {"名": [1]}
    assert body_text({}) == ""
