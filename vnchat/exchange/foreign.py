"""What the readers of other programs' files share: an answer as a run, thoughts, pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vnchat.conversation import Role, title_from
from vnchat.exchange.checks import Place
from vnchat.exchange.shapes import (
    LONGEST_TITLE,
    Told,
    ToldConversation,
    ToldMedia,
    ToldMessage,
    ToldRun,
)
from vnchat.exchange.trees import end_of, in_order, merged
from vnchat.reading.reply import Reply

_DETAILS = re.compile(
    r'<details type="(reasoning|tool_calls|code_interpreter)"[^>]{0,20000}>'
    r"(?:\s*<summary>([^<]{0,500})</summary>)?"
)
_CITED = re.compile("\ue200[^\ue200\ue201]{0,2000}\ue201|[\ue200-\ue206]")


def answer(
    text: str, *, model: str, source: str, created: float, reasoning: str = "", cut: bool = False
) -> ToldRun:
    """An answer that somebody else's program got: done, free of charge here."""
    reply = Reply(
        text=text,
        raw=text,
        reasoning=reasoning,
        finish="interrupted" if cut else "stop",
        model=model,
    )
    return ToldRun(
        state="interrupted" if cut else "done",
        model=model,
        gateway=source,
        reply=reply,
        made="text",
        created=created,
    )


def conversation(
    messages: list[ToldMessage],
    place: Place,
    told: Told,
    *,
    title: str,
    head: str,
    created: float,
    updated: float,
    pinned: bool = False,
    model: str = "",
) -> None:
    """Add what was read, or count it as empty."""
    ordered = merged(in_order(messages, place))
    if not ordered:
        told.left_out["empty"] += 1
        return
    first = next((one.text for one in ordered if one.role == "user"), "")
    told.conversations.append(
        ToldConversation(
            title=" ".join(title.split())[:LONGEST_TITLE] or title_from(first),
            head=end_of(head, ordered),
            messages=ordered,
            created=created,
            updated=updated or created,
            pinned=pinned,
            options={"model": model} if model else {},
        )
    )


def message(
    id: str,
    parent: str,
    role: Role,
    text: str,
    *,
    created: float,
    source: str,
    model: str = "",
    reasoning: str = "",
    media: tuple[ToldMedia, ...] = (),
    cut: bool = False,
) -> ToldMessage:
    run = None
    if role == "assistant":
        run = answer(
            text, model=model, source=source, created=created, reasoning=reasoning, cut=cut
        )
    return ToldMessage(id, parent, role, text, created, run, media)


def picture(url: object, name: object = "") -> ToldMedia | None:
    """A picture that is inside the file itself; None for one that would have to be fetched."""
    if not isinstance(url, str) or not url.startswith("data:image/"):
        return None
    return ToldMedia("image", "given", data=url, name=name[:120] if isinstance(name, str) else "")


def without_marks(text: str) -> str:
    """Without the private characters that stand for citations in some exports."""
    return _CITED.sub("", text) if max(text, default="") >= "\ue200" else text


def without_details(text: str) -> tuple[str, str]:
    """(text, thoughts) of an answer whose thoughts and tools stand in <details> before it."""
    kept: list[str] = []
    thoughts: list[str] = []
    at = 0
    while found := _DETAILS.search(text, at):
        end = text.find("</details>", found.end())
        if end < 0:
            break
        kept.append(text[at : found.start()])
        if found[1] == "reasoning":
            thoughts.append(_unquoted(text[found.end() : end]))
        at = end + len("</details>")
    kept.append(text[at:])
    return "".join(kept).strip() if at else text, "\n\n".join(thoughts)


def _unquoted(text: str) -> str:
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    lines = plain.replace("&#x27;", "'").replace("&amp;", "&").strip().splitlines()
    return "\n".join(line.removeprefix("> ").removeprefix(">") for line in lines)


def name_of(value: Mapping[str, Any], *names: str) -> str:
    """The first of these that is text."""
    return next((one for name in names if isinstance(one := value.get(name), str) and one), "")[
        :300
    ]
