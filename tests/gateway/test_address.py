"""Whatever a person pastes as the address of a gateway is understood, or refused in a sentence."""

import pytest

from vnchat.errors import BadInput
from vnchat.gateway.address import parse_address

ADDRESSES = {
    "as documented": ("https://api.example.com/v1", "https://api.example.com/v1"),
    "trailing slash": ("https://api.example.com/v1/", "https://api.example.com/v1"),
    "no version": ("https://api.example.com", "https://api.example.com/v1"),
    "no version, slash": ("https://api.example.com/", "https://api.example.com/v1"),
    "no scheme": ("api.example.com", "https://api.example.com/v1"),
    "no scheme, path": ("api.example.com/v1/chat/completions", "https://api.example.com/v1"),
    "two slashes in front": ("//api.example.com/v1", "https://api.example.com/v1"),
    "one slash missing": ("https:/api.example.com/v1", "https://api.example.com/v1"),
    "colon missing": ("https//api.example.com/v1", "https://api.example.com/v1"),
    "backslashes": ("https:\\\\api.example.com\\v1", "https://api.example.com/v1"),
    "capitals in the host": ("HTTPS://API.Example.COM/v1", "https://api.example.com/v1"),
    "whole call": ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
    "whole call without version": (
        "https://api.example.com/chat/completions",
        "https://api.example.com/v1",
    ),
    "list of models": ("https://api.example.com/v1/models", "https://api.example.com/v1"),
    "one model": ("https://api.example.com/v1/models/gpt-4", "https://api.example.com/v1"),
    "pictures": ("https://api.example.com/v1/images/generations", "https://api.example.com/v1"),
    "speech": ("https://api.example.com/v1/audio/speech", "https://api.example.com/v1"),
    "version twice": ("https://api.example.com/v1/v1", "https://api.example.com/v1"),
    "version twice and call": (
        "https://api.example.com/v1/v1/chat/completions",
        "https://api.example.com/v1",
    ),
    "call twice": (
        "https://api.example.com/v1/chat/completions/chat/completions",
        "https://api.example.com/v1",
    ),
    "doubled slashes": ("https://api.example.com//v1//", "https://api.example.com/v1"),
    "query": ("https://api.example.com/v1?watermark=true", "https://api.example.com/v1"),
    "fragment": ("https://api.example.com/#/token", "https://api.example.com/v1"),
    "blanks around": ("  https://api.example.com/v1 \n", "https://api.example.com/v1"),
    "double quotes": ('"https://api.example.com/v1"', "https://api.example.com/v1"),
    "single quotes and comma": ("'https://api.example.com/v1',", "https://api.example.com/v1"),
    "backticks": ("`https://api.example.com/v1`", "https://api.example.com/v1"),
    "angle brackets": ("<https://api.example.com/v1>", "https://api.example.com/v1"),
    "Chinese quotes and full stop": (
        "“https://api.example.com/v1”。",
        "https://api.example.com/v1",
    ),
    "invisible mark": ("\ufeffhttps://api.example.com/v1\u200b", "https://api.example.com/v1"),
    "localhost": ("localhost:3000", "http://localhost:3000/v1"),
    "localhost with path": ("localhost:8000/v1", "http://localhost:8000/v1"),
    "bare localhost": ("localhost", "http://localhost/v1"),
    "https on localhost": ("https://localhost:8443", "https://localhost:8443/v1"),
    "number of a host": ("192.168.1.20:8000", "http://192.168.1.20:8000/v1"),
    "IPv6": ("[::1]:8000/v1", "http://[::1]:8000/v1"),
    "name in a container network": ("new-api:3000", "http://new-api:3000/v1"),
    "name with scheme": ("http://gateway/v1", "http://gateway/v1"),
    "default port": ("https://api.example.com:443/v1", "https://api.example.com/v1"),
    "other port": ("https://api.example.com:8443/v1", "https://api.example.com:8443/v1"),
    "version 3": ("https://x.example.com/api/v3", "https://x.example.com/api/v3"),
    "version 4 and call": (
        "https://open.bigmodel.cn/api/paas/v4/chat/completions",
        "https://open.bigmodel.cn/api/paas/v4",
    ),
    "beta and more": (
        "https://x.example.com/v1beta/openai/",
        "https://x.example.com/v1beta/openai",
    ),
    "version below a path": (
        "https://x.example.com/compatible-mode/v1",
        "https://x.example.com/compatible-mode/v1",
    ),
    "openai below": ("https://x.example.com/openai/v1/", "https://x.example.com/openai/v1"),
    "path per tenant": ("http://127.0.0.1:9/some_case/v1", "http://127.0.0.1:9/some_case/v1"),
    "known host": ("openrouter.ai", "https://openrouter.ai/api/v1"),
    "name in Chinese": ("https://例子.com/v1", "https://xn--fsqu00a.com/v1"),
    "setting line": ("OPENAI_BASE_URL=https://api.example.com/v1", "https://api.example.com/v1"),
    "exported": (
        'export OPENAI_BASE_URL="https://api.example.com"',
        "https://api.example.com/v1",
    ),
}


@pytest.mark.parametrize(("pasted", "base_url"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_an_address_is_understood(pasted, base_url):
    assert parse_address(pasted).base_url == base_url


CANDIDATES = {
    "a version is told": ("https://x.example.com/v1", ["https://x.example.com/v1"]),
    "no version": (
        "https://x.example.com",
        ["https://x.example.com/v1", "https://x.example.com"],
    ),
    "a page of the site": (
        "https://x.example.com/console",
        [
            "https://x.example.com/console/v1",
            "https://x.example.com/console",
            "https://x.example.com/v1",
        ],
    ),
}


@pytest.mark.parametrize(("pasted", "candidates"), CANDIDATES.values(), ids=CANDIDATES.keys())
def test_what_else_the_address_may_be(pasted, candidates):
    assert list(parse_address(pasted).candidates) == candidates


REFUSED = {
    "nothing": ("", "empty"),
    "only quotes": ("  '' ", "empty"),
    "file": ("file:///etc/passwd", "https://"),
    "ftp": ("ftp://api.example.com", "https://"),
    "script": ("javascript:alert(1)", "https://"),
    "mail": ("mailto:me@example.com", "https://"),
    "password": ("https://user:secret@api.example.com/v1", "own field"),
    "key as user": ("https://sk-123456@api.example.com/v1", "own field"),
    "spaces": ("https://api.example.com /v1", "spaces"),
    "a word": ("hello", "address"),
    "a sentence": ("my gateway please", "spaces"),
    "no host": ("https://", "address"),
    "odd host": ("https://exa$mple.com", "address"),
    "odd port": ("https://api.example.com:99999", "address"),
    "odd number": ("http://1.2.3.400", "address"),
    "sample without address": ("curl -H 'Authorization: Bearer sk-1234567890'\n", "address"),
    "endless": ("https://" + "a" * 60_000, "long"),
}


@pytest.mark.parametrize(("pasted", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_address_is_refused_in_one_sentence(pasted, word):
    with pytest.raises(BadInput) as refused:
        parse_address(pasted)

    assert word in str(refused.value)
    assert "secret" not in str(refused.value)


SH = r"""curl https://api.example.com/v1/chat/completions \
  -H "Content-Type: application/json" \
  -H "Authorization: Bearer sk-abcdef1234567890" \
  -d '{
    "model": "sora-2",
    "messages": [{"role": "user", "content": "it'\''s \"fine\""}]
  }'"""
APIFOX = """curl --location --request POST 'https://api.example.com/v1/chat/completions' \\
--header 'Authorization: sk-abcdef1234567890' \\
--data-raw '{"model": "gpt-4o", "stream": false}'"""
CMD = """curl "https://api.example.com/v1/chat/completions" ^
  -H "Authorization: Bearer sk-abcdef1234567890" ^
  -d "{\\"model\\": \\"veo3\\", \\"messages\\": []}\""""
POWERSHELL = """curl.exe -X POST `
  --url https://api.example.com/v1/chat/completions `
  --header 'Authorization: Bearer sk-abcdef1234567890' `
  --json '{"model":"veo3"}'"""
ATTACHED = (
    "curl -XPOST -H'Authorization: Bearer sk-abcdef1234567890' api.example.com/v1 -d@body.json"
)
PLACEHOLDER = """curl https://api.example.com/v1/chat/completions \\
  -H "Authorization: Bearer $OPENAI_API_KEY" -d '{"model": "gpt-4o"}'"""
YOUR_KEY = "curl https://api.example.com/v1/models --header='Authorization: Bearer YOUR_API_KEY'"
PYTHON = """from openai import OpenAI
client = OpenAI(
    api_key="sk-abcdef1234567890",
    base_url="https://api.example.com/v1",
)
client.chat.completions.create(model="sora_video2", messages=[])"""
SCRIPT = """const client = new OpenAI({
  baseURL: 'https://api.example.com/v1', apiKey: 'sk-abcdef1234567890' });
await client.chat.completions.create({ model: 'sora-2' })"""
REQUESTS = """url = "https://api.example.com/v1/chat/completions"
payload = {"model": "sora-2"}
headers = {"Authorization": "Bearer sk-abcdef1234567890"}"""
LETTER = """接口地址：https://api.example.com
密钥：sk-abcdef1234567890"""
DOTENV = """OPENAI_API_KEY=sk-abcdef1234567890
OPENAI_BASE_URL=https://api.example.com/v1
"""
KEY = "sk-abcdef1234567890"
SAMPLES = {
    "sh": (SH, KEY, "sora-2"),
    "sh on Windows line ends": (SH.replace("\n", "\r\n"), KEY, "sora-2"),
    "with a prompt sign": ("$ " + SH, KEY, "sora-2"),
    "apifox, bare key": (APIFOX, KEY, "gpt-4o"),
    "cmd": (CMD, KEY, "veo3"),
    "PowerShell": (POWERSHELL, KEY, "veo3"),
    "options written together": (ATTACHED, KEY, None),
    "variable instead of a key": (PLACEHOLDER, None, "gpt-4o"),
    "words instead of a key": (YOUR_KEY, None, None),
    "Python": (PYTHON, KEY, "sora_video2"),
    "JavaScript": (SCRIPT, KEY, "sora-2"),
    "requests": (REQUESTS, KEY, "sora-2"),
    "Chinese letter": (LETTER, KEY, None),
    "settings": (DOTENV, KEY, None),
    "address and key": ("https://api.example.com/v1 sk-abcdef1234567890", KEY, None),
    "key in the query": ("https://api.example.com/v1?key=sk-abcdef1234567890", KEY, None),
}


@pytest.mark.parametrize(("pasted", "key", "model"), SAMPLES.values(), ids=SAMPLES.keys())
def test_a_sample_gives_address_key_and_model(pasted, key, model):
    found = parse_address(pasted)

    assert (found.base_url, found.key, found.model) == ("https://api.example.com/v1", key, model)
    assert KEY not in found.note
    assert KEY not in repr(found)


def test_the_note_says_what_was_understood():
    assert parse_address(SH).note == (
        "The address, the key and the model came from the sample. /chat/completions was left out."
    )
