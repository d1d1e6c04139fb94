"""The demo's clips: really made for the prompt, and continued in both dialects."""

import io
import re
import urllib.request

import av
import pytest
from openai import OpenAI
from PIL import Image

from vnchat.demo.clips import Clip
from vnchat.demo.film import Abandoned, write_clip
from vnchat.demo.filming import format_of, length_of
from vnchat.demo.fonts import font, wrapped
from vnchat.demo.scene import PALETTES, plan_of
from vnchat.demo.server import DemoGateway

from .test_chat import ask, data_url, picture_part, streamed


def looked_at(url):
    """Codec, size, seconds and the middle frame of the clip behind a link."""
    with urllib.request.urlopen(url) as answer:
        data = answer.read()
    with av.open(io.BytesIO(data)) as film:
        stream = film.streams.video[0]
        frames = [frame.to_image() for frame in film.decode(stream)]
        return (
            stream.codec_context.name,
            (stream.width, stream.height),
            film.duration / av.time_base,
            frames[len(frames) // 2],
        )


def link_in(text):
    return re.search(r"http://127\.0\.0\.1:\d+/media/\w+\.mp4", text)[0]


def difference(one, two):
    """How far apart two frames are on average, of 255."""
    small = [frame.convert("L").resize((48, 27)).tobytes() for frame in (one, two)]
    return sum(abs(a - b) for a, b in zip(*small, strict=True)) / len(small[0])


def test_a_film_is_made_and_linked(client):
    text, _, finish, _ = streamed(client, "demo-video", "A paper boat at dusk")

    assert finish == ["stop"]
    assert re.findall(r"Progress: ([\d.]+)%", text)[-1] == "96.0"
    assert re.search(r"> ID: `task_01[a-z2-7]{24}`", text)
    assert re.search(r"> sid: s_[0-9a-f]{32}", text)
    codec, size, seconds, _ = looked_at(link_in(text))
    assert (codec, size) == ("h264", (960, 540))
    assert seconds == pytest.approx(1, abs=0.1)


def test_without_streaming_only_the_result_is_told(client):
    whole = ask(client, "demo-video", "竖屏 一只纸船").choices[0].message.content

    assert "%" not in whole
    assert "生成完成" in whole
    assert looked_at(link_in(whole))[1] == (540, 960)


NAMES = {
    "both in the name": ("demo-video-portrait-10s", "16:9", (540, 960), 10),
    "format in the words": ("demo-video", "竖屏的雨", (540, 960), 5),
    "nothing said": ("demo-clip", "Rain", (960, 540), 5),
}


@pytest.mark.parametrize(("model", "words", "size", "seconds"), NAMES.values(), ids=NAMES.keys())
def test_the_name_decides_format_and_length(model, words, size, seconds):
    assert (format_of(model, words), length_of(model)) == (size, seconds)


def test_a_film_of_five_seconds_has_five_seconds():
    with (
        DemoGateway(pace=0) as gateway,
        OpenAI(base_url=gateway.base_url, api_key="any", max_retries=0) as client,
    ):
        whole = ask(client, "demo-video-landscape-5s", "A field of wheat")

        assert looked_at(link_in(whole.choices[0].message.content))[2] == pytest.approx(5, abs=0.1)


def test_the_film_can_be_read_in_ranges(client):
    url = link_in(ask(client, "demo-video", "Ranges").choices[0].message.content)

    part = urllib.request.Request(url, headers={"Range": "bytes=4-7"})
    with urllib.request.urlopen(part) as answer:
        assert answer.status == 206
        assert answer.read() == b"ftyp"
        assert answer.headers["content-type"] == "video/mp4"


def test_three_changes_by_the_history(client):
    messages, films = [], []
    for words in ("A boat on a lake", "higher waves", "more birds", "let it rain"):
        messages.append({"role": "user", "content": words})
        reply = client.chat.completions.create(model="demo-video", messages=messages)
        raw = reply.choices[0].message.content
        messages.append({"role": "assistant", "content": raw})
        films.append((raw, looked_at(link_in(raw))[3]))

    for number, (raw, _) in enumerate(films[1:], 1):
        assert f'"change": {number}' in raw
        assert '"title": "A boat on a lake"' in raw
    frames = [frame for _, frame in films]
    other = looked_at(link_in(ask(client, "demo-video", "Night hills").choices[0].message.content))
    assert 0 < difference(frames[0], frames[1]) < difference(frames[0], other[3])


def test_three_changes_by_the_id_in_the_last_message(client, gateway):
    raw, *_ = streamed(client, "demo-clip", "A boat on a lake")
    for number, words in enumerate(("higher waves", "more birds", "let it rain"), 1):
        media = re.search(r"data-media-id='(\w+)'", raw)[1]
        content = [{"type": "text", "text": words}, picture_part(f"extend://{media}")]
        raw, reasoning, *_ = streamed(client, "demo-clip", content)

        assert "Progress: 96%" in reasoning
        assert "Continuing the clip" in reasoning
        made = gateway._studio.clips.named_in(raw)
        assert (made.title, len(made.changes)) == ("A boat on a lake", number)
        assert made.changes[-1] == words


def test_a_clip_model_ignores_the_history_and_takes_a_sid(client, gateway):
    first = ask(client, "demo-video", "A tea house").choices[0].message.content
    sid = re.search(r"s_[0-9a-f]{32}", first)[0]
    history = [{"role": "assistant", "content": first}, {"role": "user", "content": "New thing"}]

    alone = client.chat.completions.create(model="demo-clip", messages=history)
    by_sid = ask(client, "demo-clip", f"{sid} now in spring")

    clips = gateway._studio.clips
    assert clips.named_in(alone.choices[0].message.content).title == "New thing"
    changed = clips.named_in(by_sid.choices[0].message.content)
    assert (changed.title, changed.changes) == ("A tea house", ("now in spring",))


def test_an_unknown_id_is_a_failure_in_words(client):
    content = [{"type": "text", "text": "Go on"}, picture_part("extend://CAUSnowhere")]

    text, _, finish, _ = streamed(client, "demo-clip", content)

    assert "❌" in text
    assert "not known here" in text
    assert finish == ["stop"]


def test_an_attached_picture_is_the_ground_of_the_film(client):
    content = [{"type": "text", "text": "Fly in"}, picture_part(data_url((300, 200), "#30a040"))]

    raw, *_ = streamed(client, "demo-video", content)

    red, green, blue = (
        looked_at(link_in(raw))[3].resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    )
    assert green > red + 20
    assert green > blue + 20


def test_clips_are_known_after_a_restart(tmp_path):
    def film(gateway, messages):
        with OpenAI(base_url=gateway.base_url, api_key="any", max_retries=0) as client:
            made = client.chat.completions.create(model="demo-video", messages=messages)
            return made.choices[0].message.content

    question = {"role": "user", "content": "A red kite"}
    with DemoGateway(pace=0, clip_seconds=0.5, work_dir=tmp_path) as gateway:
        raw = film(gateway, [question])
    with DemoGateway(pace=0, clip_seconds=0.5, work_dir=tmp_path) as gateway:
        history = [
            question,
            {"role": "assistant", "content": raw},
            {"role": "user", "content": "Higher"},
        ]
        changed = film(gateway, history)

    assert '"change": 1' in changed


def test_nothing_is_drawn_for_nobody(tmp_path):
    with pytest.raises(Abandoned):
        write_clip(Clip("A boat", seconds=60), tmp_path / "a.mp4", lambda: True)


def test_words_that_a_font_cannot_write_do_no_harm(tmp_path):
    clip = Clip("🚀 \ud83d 漢字 \x00 " + "long" * 90, changes=("",), seconds=0.2)

    write_clip(clip, tmp_path / "a.mp4", lambda: False)

    assert (tmp_path / "a.mp4").stat().st_size > 0


PLANS = {
    "sea by a word": ("A ship at dawn", True, "dawn"),
    "hills by a word": ("Mountains at night", False, "night"),
    "Chinese": ("雪山上的村庄", False, "winter"),
    "both words: water wins": ("A village by the sea in autumn", True, "sand"),
}


@pytest.mark.parametrize(("title", "sea", "palette"), PLANS.values(), ids=PLANS.keys())
def test_words_of_the_prompt_choose_the_scene(title, sea, palette):
    plan = plan_of(title)

    assert plan.sea == sea
    assert plan.palette == PALETTES[palette]


def test_a_part_of_a_word_chooses_nothing():
    assert plan_of("Mustard season").palette != PALETTES["night"]
    assert not plan_of("Team search", ("snowflakes raining",)).snow


def test_changes_keep_the_colours_and_add_weather():
    before, after = plan_of("A boat"), plan_of("A boat", ("at night", "with snow"))

    assert (after.palette, after.sea, after.seed) == (before.palette, before.sea, before.seed)
    assert after.snow
    assert after.birds > before.birds


def test_long_titles_are_cut_to_three_lines():
    face = font(36, bold=True)

    lines = wrapped("one two three " * 40, face, 400, 3)

    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert all(face.getlength(line) <= 400 for line in lines)
