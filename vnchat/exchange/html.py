"""The open path as a page of its own: it asks the network for nothing and runs nothing.

The policy is inside the page, so it holds from a disk as well. A picture, video or sound stands
in the page itself, or behind an address that the caller gives (web/shared.py). Markdown is drawn
with raw HTML off; a picture in a text is a link, never loaded.
"""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from vnchat.conversation import Conversation, Media, Message, Run
from vnchat.exchange import facts
from vnchat.exchange.markdown import text_of
from vnchat.exchange.pieces import Inside, Piece
from vnchat.words import say

STYLE = """
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d1e22, #e7e7ea);
  --soft: light-dark(#5b5d66, #a3a5ad);
  --ground: light-dark(#fff, #17181b);
  --bubble: light-dark(#f1f2f5, #26282d);
  --line: light-dark(#dfe1e6, #34363c);
  --accent: light-dark(#2f5bd0, #8fb0ff);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 16px/1.6 system-ui, sans-serif;
}
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; overflow-wrap: break-word; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 1rem 0 .25rem; }
.fine { color: var(--soft); font-size: .85rem; }
.notice {
  border: 1px solid var(--line);
  border-radius: .6rem;
  padding: .5rem .8rem;
  margin-bottom: 1.5rem;
}
article { margin: 1.25rem 0; }
.person { display: flex; flex-direction: column; align-items: flex-end; }
.person .words {
  background: var(--bubble);
  border-radius: 1.1rem;
  padding: .55rem .9rem;
  max-width: 85%;
  white-space: pre-wrap;
}
img, video { max-width: 100%; border-radius: .6rem; display: block; margin: .5rem 0; }
audio { width: 100%; }
pre { background: var(--bubble); border-radius: .6rem; padding: .75rem; overflow-x: auto; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid var(--line); padding: .3rem .6rem; }
blockquote {
  margin: 0;
  padding-left: 1rem;
  border-left: 3px solid var(--line);
  color: var(--soft);
}
a { color: var(--accent); }
details { margin: .5rem 0; }
hr { border: 0; border-top: 1px solid var(--line); margin: 3rem 0; }
.why { border: 1px solid var(--line); border-radius: .6rem; padding: .5rem .8rem; }
@media print { video, audio { display: none; } }
"""
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()


def policy(media: str) -> str:
    """The content security policy: the one style above, and media from `media` only."""
    return (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src {media}; media-src {media}; "
        "base-uri 'none'; form-action 'none'"
    )


Source = Callable[[Media], Piece | None]
_SHOWN = {"video": "video", "audio": "audio", "image": "img", "mask": "img"}


class HtmlWriter:
    """`source` gives where a file's bytes come from; by default they are in the page."""

    type = "text/html; charset=utf-8"
    ending = "html"
    whole = False

    def __init__(self, lang: str, *, notice: str = "", source: Source | None = None) -> None:
        self._lang = lang
        self._notice = notice
        self._source = source
        self._several = False

    def opening(self, title: str) -> Iterator[Piece]:
        policy_here = "" if self._source else _meta(policy("data:"))
        yield (
            f'<!doctype html>\n<html lang="{"zh-Hans" if self._lang == "zh" else "en"}">\n'
            f'<head>\n<meta charset="utf-8">\n{policy_here}'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="robots" content="noindex, nofollow">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{_text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        )
        if self._notice:
            yield f'<p class="notice fine">{_text(self._notice)}</p>\n'

    def begin(self, conversation: Conversation) -> Iterator[Piece]:
        if self._several:
            yield "<hr>\n"
        self._several = True
        title = conversation.title or say(self._lang, "export.untitled")
        yield f'<h1 dir="auto">{_text(title)}</h1>\n'
        yield f'<p class="fine">{facts.when(conversation.created)}</p>\n'
        system = conversation.options.get("system")
        if isinstance(system, str) and system.strip() and not self._source:
            label = _text(say(self._lang, "export.system"))
            yield f"<details><summary>{label}</summary><pre>{_text(system)}</pre></details>\n"

    def message(self, message: Message, run: Run | None, media: Sequence[Media]) -> Iterator[Piece]:
        person = message.role == "user"
        who = _text(say(self._lang, "you" if person else "answer"))
        yield f'<article class="{"person" if person else "model"}" aria-label="{who}">\n'
        if run is not None and run.reply.reasoning.strip():
            label = _text(say(self._lang, "export.thoughts"))
            yield (
                f"<details><summary>{label}</summary>"
                f"<pre>{_text(run.reply.reasoning)}</pre></details>\n"
            )
        for one in media:
            if person and one.origin == "given":
                yield from self._file(one)
        text = text_of(message, run)
        if text.strip():
            inside = _text(text) if person else rendered(text)
            yield f'<div class="words" dir="auto">{inside}</div>\n'
        for one in media:
            if one.origin == "result":
                yield from self._file(one)
        if run is not None:
            if why := facts.why_empty(run, self._lang):
                yield f'<p class="why">{_text(why)}</p>\n'
            yield f'<p class="fine" dir="auto">{_text(facts.line(run, self._lang))}'
            yield f" · {facts.when(run.created)}</p>\n" if run.created else "</p>\n"
        yield "</article>\n"

    def end(self) -> Iterator[Piece]:
        yield ""

    def closing(self) -> Iterator[Piece]:
        yield "</main>\n</body>\n</html>\n"

    def _file(self, one: Media) -> Iterator[Piece]:
        source: Piece | None = Inside(one) if one.key and self._source is None else None
        if self._source is not None:
            source = self._source(one)
        tag = _SHOWN.get(one.kind)
        name = _text(one.name or say(self._lang, f"export.kind.{one.kind}"))
        if source is None or tag is None or not shown_type(one.type):
            yield f'<p class="fine">{name}: {_text(say(self._lang, "export.not_here"))}</p>\n'
            return
        size = f' width="{one.width}" height="{one.height}"' if one.width and one.height else ""
        more = f' alt="{name}"' if tag == "img" else f' controls preload="metadata" title="{name}"'
        yield f'<{tag}{size if tag != "audio" else ""}{more} src="'
        if isinstance(source, Inside):
            yield f"data:{one.type};base64,"
        else:
            source = _text(source)
        yield source
        yield '">\n' if tag == "img" else f'"></{tag}>\n'


def shown_type(type: str) -> bool:
    """Only types that we gave ourselves stand in an attribute."""
    main, _, rest = type.partition("/")
    return main in ("image", "video", "audio") and rest.replace("-", "").isalnum()


def rendered(text: str) -> str:
    """Markdown of an answer as safe HTML."""
    return str(_MARKDOWN.render(text))


def _text(text: str) -> str:
    return html.escape(text, quote=True)


def _meta(policy: str) -> str:
    return f'<meta http-equiv="Content-Security-Policy" content="{_text(policy)}">\n'


def _link_allowed(url: str) -> bool:
    return url.strip().lower().startswith(("https://", "http://", "mailto:"))


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A picture from elsewhere is a link: opening a page loads nothing."""
        url = str(tokens[idx].attrs.get("src", ""))
        label = _text(tokens[idx].content or url)
        if not _link_allowed(url):
            return label
        return f'<a href="{_text(url)}" rel="noopener noreferrer" target="_blank">{label}</a>'

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        tokens[idx].attrs["rel"] = "noopener noreferrer"
        tokens[idx].attrs["target"] = "_blank"
        return str(self.renderToken(tokens, idx, options, env))


_MARKDOWN = MarkdownIt(
    "commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer
).enable(["table", "strikethrough"])
_MARKDOWN.validateLink = _link_allowed  # type: ignore[method-assign]
