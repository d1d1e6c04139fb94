"""What the demo serves beside chat: pictures, sound, and clips as tasks."""

import base64
import io
import json
import urllib.request
import wave

import av
import openai
import pytest
from openai import OpenAI
from PIL import Image

from vnchat.demo.server import DemoGateway
from vnchat.demo.uploads import Upload

from .test_chat import data_url


def opened(data):
    return Image.open(io.BytesIO(data))


def fetched(url):
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def got(client, path):
    return client.get(path, cast_to=object)


def posted(client, path, **body):
    return client.post(path, cast_to=object, body=body)


def png():
    return (
        "ground.png",
        base64.b64decode(data_url((90, 60), "#2060c0").split(",")[1]),
        "image/png",
    )


def test_pictures_as_links_differ(client):
    made = client.images.generate(model="demo-image", prompt="Hills", n=2, size="512x768").data

    pictures = [fetched(one.url) for one in made]
    assert [opened(data).size for data in pictures] == [(512, 768)] * 2
    assert pictures[0] != pictures[1]


def test_a_picture_as_base64_in_a_format(client):
    [made] = client.images.generate(
        model="demo-image",
        prompt="茶园",
        response_format="b64_json",
        output_format="webp",
        size="auto",
    ).data

    picture = opened(base64.b64decode(made.b64_json))
    assert (picture.format, picture.size) == ("WEBP", (1024, 1024))
    assert made.revised_prompt == "茶园"


def test_partial_pictures_come_before_the_whole_one(client):
    events = list(
        client.images.generate(
            model="demo-image", prompt="Sea", stream=True, partial_images=2, size="512x512"
        )
    )

    assert [event.type for event in events] == [
        "image_generation.partial_image",
        "image_generation.partial_image",
        "image_generation.completed",
    ]
    sizes = [len(base64.b64decode(event.b64_json)) for event in events]
    assert sizes[0] < sizes[1] < sizes[2]
    assert events[-1].usage.total_tokens > 0


def test_an_edit_keeps_the_picture_that_was_sent(client, gateway):
    [made] = client.images.edit(
        model="demo-image", prompt="Add words", image=[png()], size="512x512",
        response_format="b64_json",
    ).data  # fmt: skip

    colour = (
        opened(base64.b64decode(made.b64_json))
        .resize((1, 1), Image.Resampling.BOX)
        .getpixel((0, 0))
    )
    assert colour[2] > colour[0] + 60
    sent = gateway.requests[-1].body
    assert sent["image"] == Upload(*(png()[0], png()[2], png()[1]))
    assert sent["prompt"] == "Add words"


BAD_PICTURES = {
    "no prompt": ({"prompt": ""}, "prompt"),
    "eleven pictures": ({"prompt": "x", "n": 11}, "n"),
    "size in words": ({"prompt": "x", "size": "big"}, "size"),
    "too long": ({"prompt": "x", "size": "4096x4096"}, "size"),
    "unknown format": ({"prompt": "x", "output_format": "bmp"}, "output_format"),
    "no model": ({"prompt": "x", "model": ""}, "model"),
}


@pytest.mark.parametrize(("fields", "param"), BAD_PICTURES.values(), ids=BAD_PICTURES.keys())
def test_a_wrong_field_of_a_picture_is_named(client, fields, param):
    with pytest.raises(openai.BadRequestError) as refused:
        posted(client, "/images/generations", **{"model": "demo-image", **fields})

    assert refused.value.param == param


def test_a_picture_can_be_refused_in_review(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.generate(model="demo-refused", prompt="x")

    assert refused.value.code == "moderation_blocked"


def test_a_model_for_something_else_says_so(client):
    with pytest.raises(openai.BadRequestError, match="audio-speech"):
        client.chat.completions.create(
            model="demo-speech", messages=[{"role": "user", "content": "Hello"}]
        )


@pytest.mark.parametrize("kind", ["mp3", "wav", "flac", "aac", "opus"])
def test_speech_is_sound_in_the_format_that_was_asked_for(client, kind):
    data = client.audio.speech.create(
        model="demo-speech", voice="alloy", input="Five little words are here", response_format=kind
    ).read()

    with av.open(io.BytesIO(data)) as sound:
        frames = list(sound.decode(audio=0))
    assert sum(f.samples / f.sample_rate for f in frames) == pytest.approx(5 * 0.28, abs=0.15)


def test_raw_speech_can_be_faster(client):
    slow, fast = (
        client.audio.speech.create(
            model="demo-speech", voice="alloy", input="One two", response_format="pcm", speed=speed
        ).read()
        for speed in (1, 2)
    )

    assert len(slow) == 2 * len(fast) > 0


def test_speech_as_events_joins_to_the_sound(client):
    answer = client.audio.speech.create(
        model="demo-speech", voice="alloy", input="Hi", response_format="wav", stream_format="sse"
    ).read()

    events = [json.loads(line[6:]) for line in answer.decode().splitlines() if line[:5] == "data:"]
    sound = b"".join(base64.b64decode(e["audio"]) for e in events if "audio" in e)
    assert events[-1]["type"] == "speech.audio.done"
    with wave.open(io.BytesIO(sound)) as file:
        assert file.getframerate() == 24000


def recorded(seconds=2):
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\0\0" * 8000 * seconds)
    return ("note.wav", buffer.getvalue(), "audio/wav")


def test_a_transcription_tells_the_length(client):
    transcribe = client.audio.transcriptions.create

    short = transcribe(model="demo-transcribe", file=recorded())
    long = transcribe(model="demo-transcribe", file=recorded(), response_format="verbose_json")
    subtitles = transcribe(model="demo-transcribe", file=recorded(), response_format="srt")
    chinese = transcribe(model="demo-transcribe", file=recorded(), language="zh")

    assert "2.0 seconds" in short.text
    assert (long.duration, long.segments[0].end) == (2, 2)
    assert "00:00:00,000 --> 00:00:02,000" in subtitles
    assert "2.0 秒" in chinese.text


def test_a_transcription_can_be_streamed(client):
    events = list(
        client.audio.transcriptions.create(model="demo-transcribe", file=recorded(), stream=True)
    )

    assert "".join(event.delta for event in events[:-1]) == events[-1].text


def test_what_is_no_sound_is_refused(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.audio.transcriptions.create(model="demo-transcribe", file=("a.wav", b"words"))

    assert refused.value.param == "file"


def video_of(client, made):
    """Asks until the job has ended; every state on the way, and the last answer."""
    states = []
    while not states or states[-1] not in ("completed", "failed"):
        made = got(client, f"/videos/{made['id']}")
        states.append(made["status"])
    return states, made


def test_a_video_job_goes_through_its_states(client):
    made = posted(
        client, "/videos", model="demo-film", prompt="A kite", seconds="4", size="720x1280"
    )

    states, video = video_of(client, made)

    assert made["status"] == "queued"
    assert states[:2] == ["unknown", "in_progress"]
    assert video["progress"] == 100
    data = fetched(video["metadata"]["url"])
    with av.open(io.BytesIO(data)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height) == (540, 960)
    url = f"{client.base_url}videos/{made['id']}/content"
    assert fetched(url) == data


def test_a_video_job_takes_a_form_with_a_picture(client, gateway):
    made = client.post(
        "/videos",
        cast_to=object,
        body={"model": "demo-film", "prompt": "Come nearer"},
        files={"input_reference": png()},
        options={"headers": {"Content-Type": "multipart/form-data"}},
    )

    assert made["status"] == "queued"
    assert gateway.requests[-1].body["input_reference"].data == png()[1]
    assert gateway._studio.clips.get(video_of(client, made)[1]["id"]).picture == png()[1]


def test_a_video_can_be_remixed_listed_and_deleted(client, gateway):
    _, first = video_of(client, posted(client, "/videos", model="demo-film", prompt="A kite"))

    remixed = posted(client, f"/videos/{first['id']}/remix", prompt="More wind")
    _, done = video_of(client, remixed)
    listed = [video["id"] for video in got(client, "/videos")["data"]]
    client.delete(f"/videos/{first['id']}", cast_to=object)

    assert done["remixed_from_video_id"] == first["id"]
    clip = gateway._studio.clips.get(done["id"])
    assert (clip.title, clip.changes) == ("A kite", ("More wind",))
    assert {first["id"], done["id"]} <= set(listed)
    with pytest.raises(openai.NotFoundError):
        got(client, f"/videos/{first['id']}")


def test_a_video_job_can_fail_in_the_last_review(client):
    states, video = video_of(client, posted(client, "/videos", model="demo-refused", prompt="x"))

    assert states[-1] == "failed"
    assert video["error"]["code"] == "moderation_blocked"
    assert video["metadata"]["url"] == ""


BAD_VIDEOS = {
    "no prompt": ({"prompt": " "}, "prompt"),
    "a minute": ({"prompt": "x", "seconds": "60"}, "seconds"),
    "size in words": ({"prompt": "x", "size": "big"}, "size"),
    "a chat model": ({"prompt": "x", "model": "demo-chat"}, "model"),
    "a broken picture": ({"prompt": "x", "image": "data:image/png;base64,eA=="}, "image"),
}


@pytest.mark.parametrize(("fields", "param"), BAD_VIDEOS.values(), ids=BAD_VIDEOS.keys())
def test_a_wrong_field_of_a_video_is_named(client, fields, param):
    with pytest.raises(openai.BadRequestError) as refused:
        posted(client, "/videos", **{"model": "demo-film", **fields})

    assert refused.value.param == param


def test_a_task_is_unknown_for_a_moment_and_then_wrapped(client):
    task = posted(client, "/video/generations", model="demo-film", prompt="A kite")["data"][
        "task_id"
    ]

    with pytest.raises(openai.BadRequestError) as early:
        got(client, f"/video/generations/{task}")
    rows = [got(client, f"/video/generations/{task}")["data"] for _ in range(3)]

    assert early.value.code == "task_not_exist"
    assert [row["status"] for row in rows] == ["IN_PROGRESS", "IN_PROGRESS", "SUCCESS"]
    assert rows[0]["progress"] == "20%"
    assert rows[0]["result_url"] == ""
    assert fetched(rows[-1]["result_url"])[4:8] == b"ftyp"


def test_a_task_in_the_form_of_resellers(client):
    task = posted(client, "/video/create", model="demo-film", prompt="A kite", aspect_ratio="9:16")

    rows = [got(client, f"/video/query?id={task['id']}") for _ in range(4)]

    assert [row["status"] for row in rows] == ["pending", "processing", "processing", "completed"]
    assert fetched(rows[-1]["video_url"])[4:8] == b"ftyp"


def test_a_finished_task_is_known_after_a_restart(tmp_path):
    def client_of(gateway):
        return OpenAI(base_url=gateway.base_url, api_key="any", max_retries=0)

    with (
        DemoGateway(pace=0, clip_seconds=0.5, work_dir=tmp_path) as gateway,
        client_of(gateway) as one,
    ):
        _, video = video_of(one, posted(one, "/videos", model="demo-film", prompt="A kite"))
    with DemoGateway(pace=0, work_dir=tmp_path) as gateway, client_of(gateway) as other:
        again = got(other, f"/videos/{video['id']}")

        assert again["status"] == "completed"
        assert fetched(again["metadata"]["url"])[4:8] == b"ftyp"
