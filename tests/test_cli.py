"""`python -m vnchat`: the answer on standard output, everything else on standard error."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from vnchat.__main__ import main
from vnchat.demo.script import Script, text_chunks
from vnchat.demo.script import error as error_body
from vnchat.demo.server import DemoGateway

KEY = "sk-abcdef1234567890"
KEYS = {
    "text", "reasoning", "videos", "images", "audio", "progress", "tool_calls", "finish", "error",
    "usage",
}  # fmt: skip


@pytest.fixture(scope="module")
def gateway() -> Iterator[DemoGateway]:
    with DemoGateway(pace=0) as started:
        yield started


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch, tmp_path, gateway):
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VNCHAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("VNCHAT_DEMO_PACE", "0")
    monkeypatch.chdir(tmp_path)
    gateway.requests.clear()


@pytest.fixture
def ask(gateway, capfd):
    """(exit code, standard output, standard error) of one ask."""

    def call(*words, model="scripted", base_url=None):
        address = ["--base-url", base_url or gateway.base_url, "--model", model]
        code = main(["ask", *address, *words])
        return code, *capfd.readouterr()

    return call


def test_the_answer_goes_to_standard_output(gateway, ask):
    gateway.script("scripted", Script(text_chunks("Hello", " there")))

    assert ask("Say", "hello") == (0, "Hello there\n", "")
    assert gateway.requests[0].messages == [{"role": "user", "content": "Say hello"}]


def test_json_is_one_object_with_every_key(gateway, ask):
    gateway.script("scripted", Script(text_chunks("视频")))

    code, out, _ = ask("x", "--json")

    assert (code, set(json.loads(out)), json.loads(out)["text"]) == (0, KEYS, "视频")


def test_why_it_failed_goes_to_standard_error(gateway, ask):
    gateway.script("scripted", Script([error_body(f"Incorrect API key {KEY}")], status=401))

    code, out, err = ask("x", "--api-key", KEY)

    assert (code, out) == (1, "")
    assert err.startswith("auth: Incorrect API key")
    assert KEY not in err


def test_a_failure_in_json_has_its_kind(gateway, ask):
    gateway.script("scripted", Script([error_body("Incorrect API key")], status=401))

    code, out, _ = ask("x", "--json")

    assert (code, json.loads(out)["error"]["kind"]) == (1, "auth")


def test_progress_goes_to_standard_error_and_the_link_to_standard_output(gateway, ask):
    pieces = text_chunks(
        "> 进度：36.0%\n", "> 进度：80.0%\n", "[video](https://v.example.com/a.mp4)"
    )
    gateway.script("scripted-video", Script(pieces))

    code, out, err = ask("a boat", model="scripted-video")

    assert (code, out) == (0, "https://v.example.com/a.mp4\n")
    assert ("36 %" in err, "80 %" in err) == (True, True)


def test_what_is_sent_follows_the_flags(gateway, ask):
    gateway.script("scripted", Script(text_chunks("x")))

    ask(
        "hi",
        "--system",
        "be brief",
        "--no-stream",
        "--param",
        "temperature=0.5",
        "--param",
        'metadata={"a": "b"}',
        "--image",
        "https://pics.example.com/a.png",
    )

    (request,) = gateway.requests
    assert request.body == {
        "model": "scripted",
        "stream": False,
        "temperature": 0.5,
        "metadata": {"a": "b"},
        "messages": [
            {"role": "system", "content": "be brief"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "hi"},
                    {
                        "type": "image_url",
                        "image_url": {"url": "https://pics.example.com/a.png"},
                    },
                ],
            },
        ],
    }


def test_messages_of_a_file_go_word_for_word(gateway, ask, tmp_path):
    gateway.script("scripted", Script(text_chunks("x")))
    messages = [{"role": "assistant", "content": "half \ud83d"}, {"role": "user", "content": "更"}]
    text = json.dumps(messages, ensure_ascii=False)
    (tmp_path / "m.json").write_bytes(b"\xef\xbb\xbf" + text.encode("utf-8", "surrogatepass"))

    code, *_ = ask("--messages", "m.json", "--json")

    assert (code, gateway.requests[0].messages) == (0, messages)


def test_a_picture_is_rebuilt_before_it_is_sent(gateway, ask, tmp_path):
    from PIL import Image

    gateway.script("scripted", Script(text_chunks("x")))
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "JPEG", comment=b"a secret place")
    (tmp_path / "a.jpg").write_bytes(data.getvalue())

    ask("what is it", "--image", "a.jpg")

    (picture,) = gateway.requests[0].pictures
    assert b"secret" not in picture
    assert Image.open(io.BytesIO(picture)).size == (8, 8)


def test_standard_input_is_the_question(gateway, ask, monkeypatch):
    gateway.script("scripted", Script(text_chunks("x")))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("今天\n".encode())))

    ask()

    assert gateway.requests[0].messages[-1]["content"] == "今天"


def test_a_pasted_sample_is_address_key_and_model(gateway, ask, capfd):
    gateway.script("of-the-sample", Script(text_chunks("x")))
    sample = f"""curl {gateway.base_url}/chat/completions \\
      -H "Authorization: Bearer {KEY}" -d '{{"model": "of-the-sample"}}'"""

    code = main(["ask", "hi", "--base-url", sample])

    assert (code, gateway.requests[0].model) == (0, "of-the-sample")
    assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in "".join(capfd.readouterr())


def test_the_key_of_one_address_does_not_go_to_another(gateway, ask, monkeypatch):
    gateway.script("scripted", Script(text_chunks("x")))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)

    _, _, err = ask("hi")

    assert "authorization" not in gateway.requests[0].headers
    assert "another address" in err


def test_the_settings_name_the_gateway(gateway, monkeypatch, capfd):
    gateway.script("scripted", Script(text_chunks("x")))
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", gateway.base_url)

    code = main(["ask", "hi", "--model", "scripted"])

    assert (code, capfd.readouterr().out) == (0, "x\n")
    assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_without_settings_the_demo_gateway_answers(capfd):
    code = main(["ask", "Six times seven?"])

    out, err = capfd.readouterr()
    assert (code, bool(out.strip()), "demo gateway" in err) == (0, True, True)


UNUSABLE = {
    "no address": (["--base-url", "ftp://x", "hi"], "https://"),
    "no model": (["--base-url", "http://127.0.0.1:9", "hi"], "--model"),
    "no such file": (["--base-url", "http://127.0.0.1:9", "--messages", "none.json"], "none.json"),
    "wrong parameter": (
        ["--base-url", "http://127.0.0.1:9", "--model", "m", "hi", "--param", "temperature=9"],
        "temperature",
    ),
    "parameter without value": (
        ["--base-url", "http://127.0.0.1:9", "--model", "m", "hi", "--param", "temperature"],
        "name=value",
    ),
    "no such picture": (["--base-url", "http://127.0.0.1:9", "hi", "--image", "no.png"], "no.png"),
    "variable that is not set": (
        ["--base-url", "http://127.0.0.1:9", "--model", "m", "hi", "--api-key", "env:NOT_SET"],
        "NOT_SET",
    ),
}


@pytest.mark.parametrize(("words", "said"), UNUSABLE.values(), ids=UNUSABLE.keys())
def test_what_cannot_be_done_is_one_sentence(capfd, words, said):
    code = main(["ask", *words])

    out, err = capfd.readouterr()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


BROKEN = {
    "no JSON": b"{",
    "no UTF-8": b"\xff\xff",
    "no list": b'{"a": 1}',
    "no role": b'[{"content": "x"}]',
    "empty": b"[]",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_of_messages_is_one_sentence(capfd, tmp_path, data):
    (tmp_path / "m.json").write_bytes(data)

    code = main(["ask", "--base-url", "http://127.0.0.1:9", "--model", "m", "--messages", "m.json"])

    assert (code, "m.json" in capfd.readouterr().err) == (2, True)


def test_check_says_what_it_found(gateway, capfd):
    code = main(["check", gateway.origin, "--api-key", KEY])

    out, _ = capfd.readouterr()
    assert (code, "demo-chat answers." in out, "Usable." in out) == (0, True, True)
    assert KEY not in out


def test_check_as_json(gateway, capfd):
    code = main(["check", gateway.base_url, "--json"])

    report = json.loads(capfd.readouterr().out)
    assert (code, report["usable"]) == (0, True)
    assert report["profile"]["base_url"] == gateway.base_url


def test_check_fails_where_nothing_answers(capfd):
    assert main(["check", "http://127.0.0.1:9/v1"]) == 1
    assert "refused" in capfd.readouterr().out


def test_check_without_an_address_says_how(capfd):
    assert main(["check"]) == 2
    assert "OPENAI_BASE_URL" in capfd.readouterr().err


@contextlib.contextmanager
def process(*words):
    command = [sys.executable, "-m", "vnchat", *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE

    def heeds_control_c() -> None:  # started in the background, a shell has its commands ignore it
        signal.signal(signal.SIGINT, signal.default_int_handler)

    with subprocess.Popen(
        command, env=environment, stdout=pipe, stderr=pipe, preexec_fn=heeds_control_c
    ) as asking:
        try:
            yield asking
        finally:
            asking.kill()


def test_control_c_ends_the_call_and_the_request(gateway):
    gateway.script("scripted", Script(["data: x\n\n"], end="hang"))

    with process("ask", "--base-url", gateway.base_url, "--model", "scripted", "hi") as asking:
        gateway.requests.wait_for(lambda request: bool(request.sent_marks), within=30)
        asking.send_signal(signal.SIGINT)
        _, err = asking.communicate(timeout=30)

    assert (asking.returncode, b"Traceback" in err) == (130, False)
    left = gateway.requests.wait_for(lambda request: request.outcome != "open", within=10)
    assert left.outcome == "client left"


def test_json_is_utf_8_wherever_it_goes(gateway):
    gateway.script("scripted", Script(text_chunks("视频 \U0001f680")))

    with process(
        "ask", "--base-url", gateway.base_url, "--model", "scripted", "hi", "--json"
    ) as asking:
        out, err = asking.communicate(timeout=30)

    assert json.loads(out.decode("utf-8"))["text"] == "视频 \U0001f680"
    assert (asking.returncode, err) == (0, b"")


def test_the_demo_gateway_runs_alone_until_control_c():
    with process("demo", "--port", "0") as running:
        line = running.stdout.readline().decode()
        address = line.split("answers at ")[1].split(";")[0]
        usable = main(["check", address])
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)

    assert (usable, running.returncode, b"Traceback" in err) == (0, 130, False)


def test_starting_loads_nothing_that_is_not_needed():
    code = "import sys, vnchat.__main__; print({'openai', 'streamlit', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"
