"""Which of an answer's links are its results.

Pure. Decoys are left out: what the person wrote, status pages, posters, previews, download twins,
examples in an ordinary answer, and inside hosts, which may never be fetched or embedded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnchat.reading import urls, words
from vnchat.reading.links import Link
from vnchat.reading.reply import Result, ResultKind

MOST_RESULTS = 64
LITTLE_PROSE = 320  # more text than this around a plain link, and the link is a mention
MUCH_PROSE = 700
_DIGITS = re.compile(r"\d{1,4}|[一二三四五六七八九十]")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Chosen:
    results: tuple[Result, ...] = ()
    refused: int = 0  # clips that would be results if their host were allowed


def choose(
    links: Sequence[Link],
    *,
    prompt: str = "",
    origin: str = "",
    evidence: bool = False,
    counted: bool = False,
    prose: int = 0,
    code: int = 0,
) -> Chosen:
    """The results among the links of one choice, in order, each once.

    `evidence`: progress, a queue or the like show that something was being made; `counted`: it was
    counted in percent. `prose`: characters of ordinary text; `code`: blocks of code beside it.
    """
    kept: list[Link] = []
    refused = 0
    seen: dict[str, Link] = {}
    strong = any(link.form in ("tag", "json", "part") for link in links)
    for link in links:
        url = urls.absolute(link.url.strip(), origin)
        only = len(links) == 1 and not prose
        kind = _kind(link, evidence=evidence, counted=counted, only=only, prose=prose)
        own = bool(origin) and url.startswith(origin + "/")
        if not kind or not url or not _is_offered(link, kind, evidence, prose, code, own):
            continue
        if not link.url.startswith(("http", "data:")) and not _is_relative(link, evidence, prose):
            continue
        if prompt and len(link.url) > 10 and link.url in prompt:
            continue
        if (
            link.form == "json"
            and link.is_poster
            and kind != "image"
            and any(o is not link and o.form == "json" for o in links)
        ):
            continue
        if not urls.may_count(url, origin):
            refused += kind != "image" or not strong
            continue
        if (same := seen.get(url)) is not None:
            same.poster = same.poster or link.poster
            same.is_poster = same.is_poster and link.is_poster
            if link.form in ("tag", "part") and same.form not in ("tag", "part"):
                same.kind = link.kind or same.kind
            same.label = same.label or link.label
            continue
        offered = replace(link, url=url, kind=kind, poster=_poster(link.poster, origin))
        seen[url] = offered
        kept.append(offered)
    clips = [link for link in kept if link.kind != "image"]
    clips = _last_round(_no_previews(_no_twins(_playable(clips))))
    pictures = [link for link in kept if link.kind == "image"]
    if clips:
        return Chosen(tuple(_with_posters(clips, pictures))[:MOST_RESULTS], refused)
    pictures = [link for link in pictures if not link.is_poster] or ([] if refused else pictures)
    pictures = _last_round(_no_previews(_no_twins(pictures)))
    return Chosen(
        tuple(Result("image", p.url, playable=urls.playable(p.url)) for p in pictures)[
            :MOST_RESULTS
        ],
        refused,
    )


def _kind(link: Link, *, evidence: bool, counted: bool, only: bool, prose: int) -> str:
    """What the link is of, by its structure first, then by its address, then by its words."""
    by_url = urls.kind_of(link.url)
    if link.form in ("tag", "json", "part"):
        moving = by_url in ("video", "audio")
        return by_url if moving and (link.kind != "image" or link.form == "tag") else link.kind
    if by_url in ("video", "audio", "image"):
        return by_url
    if by_url == "page" or link.url.startswith("data:"):
        return ""
    said = link.label or link.line
    if link.form == "picture":
        return (
            "video"
            if words.PLAY.search(said)
            and not words.PICTURE.search(said)
            and _says(link.url, "video", said)
            else "image"
        )
    if link.label and words.PAGE.search(link.label) and not _is_play_sign(link.label):
        return ""
    hint = urls.hinted_kind(link.url)
    told = counted or not only or words.PLAY.search(link.line)  # "Done: …" alone may be anything
    if told and (kind := _kind_offered(link, said, hint, evidence=evidence, prose=prose)):
        return kind
    if only and counted and not (words.FAILURE.search(link.line) or words.PAGE.search(said)):
        return hint or "video"  # in whatever language: it was made, and this is all that came
    if only:  # a bare address or one link is all that came
        if link.form == "bare" and len(_LETTERS.findall(link.line)) > 14:
            return ""  # a sentence with an address
        if link.form == "link" and words.PICTURE.search(said):
            return "image"
        if link.form == "link" and words.AUDIO.search(said):
            return "audio"
        return hint or ("video" if link.form == "link" and words.PLAY.search(said) else "")
    return ""


def _kind_offered(link: Link, said: str, hint: str, *, evidence: bool, prose: int) -> str:
    """What its words say it is, where they offer it and more than they speaks for it."""
    offered = (
        words.PLAY.search(said) or words.DOWNLOAD.search(said) or words.SUCCESS.search(link.line)
    )
    if not offered or not (
        evidence
        or (words.SUCCESS.search(link.line) and prose <= LITTLE_PROSE)
        or _is_play_sign(link.label)
    ):
        return ""
    if words.AUDIO.search(said) and not re.search("video|视频", said, re.IGNORECASE):
        return "audio"
    if hint == "image" or (words.PICTURE.search(said) and hint != "video"):
        return "image"
    return hint or "video"


def _is_relative(link: Link, evidence: bool, prose: int) -> bool:
    """May an address without a host be of this gateway?"""
    if not link.url.startswith("/") and urls.kind_of(link.url) in ("", "page"):
        return False
    return link.form in ("tag", "json", "part") or evidence or not prose


def _says(url: str, kind: str, label: str) -> bool:
    return urls.hinted_kind(url) == kind or bool(
        re.search(r"video|视频|影片|動画|영상|видео|vídeo", label, re.IGNORECASE)
    )


def _is_play_sign(label: str) -> bool:
    return any(sign in label for sign in ("▶", "🎬", "🎥", "📹", "🎞", "🎧", "🎵"))


def _is_offered(link: Link, kind: str, evidence: bool, prose: int, code: int, own: bool) -> bool:
    """Is it given as a result, or does an ordinary answer merely mention it?"""
    if link.form in ("json", "part"):
        return True
    if link.url.startswith("data:"):
        return len(link.url) > 60
    if evidence and link.form != "code":
        return True
    if link.form == "tag":
        return prose <= MUCH_PROSE and (code == 0 or prose <= 40)
    if link.form == "code":
        return (evidence or not code) and prose <= 40 and _few_words(link)
    if kind == "image":
        if link.form == "picture":
            if not link.alone or code or not (own or urls.is_signed_or_plain(link.url)):
                return False
            named = words.PICTURE.search(link.label) or words.SUCCESS.search(link.heading)
            return prose <= (LITTLE_PROSE if named else 120 if link.label else 40)
        sign = (
            words.PICTURE.search(link.label)
            or words.DOWNLOAD.search(link.label)
            or words.SUCCESS.search(link.line)
        )
        return prose <= 80 and code == 0 and (bool(sign) or link.alone)
    if _is_play_sign(link.label):
        return True
    if words.SUCCESS.search(link.line) and _led_by_sign(link.line):
        return code == 0
    if link.form == "picture":
        return code == 0
    named = words.SUCCESS.search(link.line) or words.SUCCESS.search(link.heading)
    if prose > (LITTLE_PROSE if named or words.PLAY.search(link.label) else 120) or code:
        return False
    return bool(words.SUCCESS.search(link.line)) or _few_words(link)


def _led_by_sign(line: str) -> bool:
    return any(sign in line[:12] for sign in ("✅", "🎉", "☑", "✔", "🟢"))


def _few_words(link: Link) -> bool:
    """A sentence around a link makes it a mention; a label does not."""
    return len(_LETTERS.findall(link.line)) - len(_LETTERS.findall(link.label)) <= 34


def _playable(links: list[Link]) -> list[Link]:
    """Without the HLS form of a clip that is offered as one file too."""
    files = {
        link.url.partition("?")[0].rpartition(".")[0] for link in links if urls.playable(link.url)
    }
    return [
        link
        for link in links
        if urls.playable(link.url) or link.url.partition("?")[0].rpartition(".")[0] not in files
    ]


def _no_twins(links: list[Link]) -> list[Link]:
    """Without the links for saving what another link plays."""
    plain = [link for link in links if not _saves(link)]
    if not plain:
        by_key: dict[str, Link] = {}
        for link in links:
            by_key.setdefault(urls.twin_key(link.url), link)
        return list(by_key.values())
    keys = {urls.twin_key(link.url) for link in plain}
    groups = {(link.round, link.block) for link in plain}
    rounds = {link.round for link in plain}
    kinds = {link.kind for link in plain}

    saved = {(link.round, link.block) for link in links if _saves(link)}
    for link in plain:
        link.paired = (link.round, link.block) in saved

    def is_twin(link: Link) -> bool:
        if urls.twin_key(link.url) in keys or (link.round, link.block) in groups:
            return link.kind in kinds or True
        return link.kind in kinds and (link.round in rounds or urls.is_download(link.url))

    return [link for link in links if not _saves(link) or not is_twin(link)]


def _saves(link: Link) -> bool:
    if urls.is_download(link.url):
        return True
    if link.form not in ("link", "bare"):
        return False
    said = link.label or link.line
    return bool(words.DOWNLOAD.search(said)) and not (
        link.label and words.PLAY.search(link.label) and _is_play_sign(link.label)
    )


def _no_previews(links: list[Link]) -> list[Link]:
    clear = [link for link in links if not _previews(link)]
    return clear or links[-1:]


def _previews(link: Link) -> bool:
    said = words.PREVIEW.search(link.label or link.line) or words.PREVIEW.search(link.heading)
    return bool(link.is_poster or said or urls.is_preview(link.url))


def _last_round(links: list[Link]) -> list[Link]:
    """Several clips are all results, unless work went on after the first: then it was a stage."""
    if len({link.round for link in links}) < 2:
        return links[-1:] if _is_a_better_pair(links) else links
    numbers = [tuple(_DIGITS.findall(link.label or link.line)) for link in links]
    if all(numbers) and len(set(numbers)) == len(numbers):  # "clip 1", "clip 2": made one by one
        return links
    last = max(link.round for link in links)
    return [link for link in links if link.round == last]


def _is_a_better_pair(links: list[Link]) -> bool:
    """The same "watch | download" twice, one below the other: first a preview, then the clip."""
    labels = {link.label for link in links}
    apart = len({link.block for link in links}) == len(links) > 1
    return apart and len(labels) == 1 and all(link.paired and not link.listed for link in links)


def _with_posters(clips: list[Link], pictures: list[Link]) -> list[Result]:
    spare = [p.url for p in pictures]
    results: list[Result] = []
    for clip in clips:
        kind: ResultKind = "video" if clip.kind == "video" else "audio"
        poster = clip.poster or (spare.pop(0) if spare and kind == "video" else "")
        results.append(Result(kind, clip.url, poster, urls.playable(clip.url)))
    return results


def _poster(url: str, origin: str) -> str:
    url = urls.absolute(url.strip(), origin)
    return url if url and urls.may_count(url, origin) else ""
