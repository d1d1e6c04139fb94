"""Results inside the answer: `data:` addresses."""

import base64

import pytest

from vnchat.library.faults import MediaFailed, MediaRefused
from vnchat.library.fetcher import fetch
from vnchat.library.inline import decoded

BYTES = bytes(range(256))
PLAIN = base64.b64encode(BYTES).decode()

READ = {
    "base64": (f"data:image/png;base64,{PLAIN}", "image/png"),
    "capitals": (f"DATA:Image/PNG;BASE64,{PLAIN}", "image/png"),
    "with a parameter": (f"data:image/png;charset=x;base64,{PLAIN}", "image/png"),
    "wrapped lines": (
        "data:image/png;base64," + "\r\n".join([PLAIN[:76], PLAIN[76:]]),
        "image/png",
    ),
    "without padding": (f"data:image/png;base64,{PLAIN.rstrip('=')}", "image/png"),
    "url-safe": (
        "data:image/png;base64," + base64.urlsafe_b64encode(BYTES).decode(),
        "image/png",
    ),
    "percent-encoded": (f"data:image/png;base64,{PLAIN.replace('+', '%2B')}", "image/png"),
    "no type": (f"data:;base64,{PLAIN}", "text/plain"),
    "percent form": ("data:image/png," + "".join(f"%{n:02x}" for n in BYTES), "image/png"),
}


@pytest.mark.parametrize(("url", "kind"), READ.values(), ids=READ.keys())
def test_reading(url: str, kind: str) -> None:
    assert decoded(url, 1000) == (BYTES, kind)


@pytest.mark.parametrize("form", ["data:image/png;base64,", "data:image/png,"])
def test_more_than_the_limit_is_refused(form: str) -> None:
    with pytest.raises(MediaFailed) as failed:
        decoded(form + "QUJD" * 1000, 2999)

    assert failed.value.reason == "too_large"


@pytest.mark.parametrize("body", ["é", "A", "AA=A", "A*BC"])
def test_damaged_base64_is_said(body: str) -> None:
    with pytest.raises(MediaFailed) as failed:
        decoded(f"data:image/png;base64,{body}", 1000)

    assert failed.value.reason == "broken"


@pytest.mark.parametrize("url", ["data:", "data:image/png", "data:" + "x" * 1000 + ",AA"])
def test_what_is_no_data_address_is_refused(url: str) -> None:
    with pytest.raises(MediaRefused):
        decoded(url, 1000)


@pytest.mark.anyio
async def test_it_is_fetched_like_a_link(policy, tmp_path):
    fetched = await fetch(f"data:image/png;base64,{PLAIN}", policy=policy, into=tmp_path)

    assert fetched.path.read_bytes() == BYTES
    assert (fetched.size, fetched.type) == (256, "image/png")
