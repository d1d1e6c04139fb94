"""Signed addresses: for one file, one owner and a few hours."""

import stat
from urllib.parse import parse_qsl

import pytest

from vnchat.errors import StorageUnavailable
from vnchat.library.signing import WINDOW_SECONDS, check, seconds_left, secret_of, sign

SECRET = b"s" * 32
NOW = 1_795_000_000.0


def signed(media: str = "m1", owner: str = "张三 <a@b>", now: float = NOW) -> dict[str, str]:
    return dict(parse_qsl(sign(SECRET, media, owner, now)))


def test_the_owner_comes_back():
    assert check(SECRET, "m1", signed(), NOW) == "张三 <a@b>"


def test_the_address_stays_the_same_within_a_window():
    start = NOW // WINDOW_SECONDS * WINDOW_SECONDS

    addresses = {sign(SECRET, "m1", "a", start + after) for after in (0, 60, WINDOW_SECONDS - 1)}

    assert len(addresses) == 1


def test_it_lives_between_one_and_two_windows():
    for after in (0.0, WINDOW_SECONDS / 2, WINDOW_SECONDS - 1.0):
        left = seconds_left(signed(now=NOW + after), NOW + after)
        assert WINDOW_SECONDS <= left <= 2 * WINDOW_SECONDS


def test_after_its_time_it_is_dead():
    query = signed()

    assert check(SECRET, "m1", query, float(query["e"]) - 1) is not None
    assert check(SECRET, "m1", query, float(query["e"])) is None


FORGED = {
    "another file": ("m2", {}),
    "another owner": ("m1", {"o": "Ym9i"}),
    "longer life": ("m1", {"e": "1999999999"}),
    "no signature": ("m1", {"s": ""}),
    "non-ASCII signature": ("m1", {"s": "é"}),
    "surrogate": ("m1", {"s": "\ud800"}),
    "owner no base64": ("m1", {"o": "!"}),
    "owner no text": ("m1", {"o": "_w"}),
    "time in words": ("m1", {"e": "soon"}),
    "time in other digits": ("m1", {"e": "१२३"}),
    "time too long": ("m1", {"e": "9" * 400}),
}


@pytest.mark.parametrize(("media", "changed"), FORGED.values(), ids=FORGED.keys())
def test_a_forged_address_names_nobody(media: str, changed: dict[str, str]) -> None:
    assert check(SECRET, media, signed() | changed, NOW) is None


def test_nothing_and_another_secret():
    assert check(SECRET, "m1", {}, NOW) is None
    assert check(b"t" * 32, "m1", signed(), NOW) is None


def test_the_secret_is_made_once_and_private(tmp_path):
    first = secret_of(tmp_path / "data")

    assert len(first) == 32
    assert secret_of(tmp_path / "data") == first
    files = list((tmp_path / "data").iterdir())
    assert len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_a_readable_secret_is_closed_again(tmp_path):
    secret_of(tmp_path)
    path = next(tmp_path.iterdir())
    path.chmod(0o644)

    secret_of(tmp_path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_damaged_secret_is_said(tmp_path):
    secret_of(tmp_path)
    next(tmp_path.iterdir()).write_bytes(b"short")

    with pytest.raises(StorageUnavailable, match="damaged"):
        secret_of(tmp_path)


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(StorageUnavailable):
        secret_of(tmp_path / "file")
