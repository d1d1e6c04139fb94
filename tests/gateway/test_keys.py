"""A key is kept where only its owner reads it, and is never shown."""

import copy
import json
import pickle
import stat

import pytest

from vnchat.errors import BadInput, StorageUnavailable
from vnchat.gateway.keys import Key, KeyRing

SECRET = "sk-abcdef1234567890"


def test_a_key_never_shows_itself():
    key = Key(SECRET)

    shown = f"{key} {key!r} {[key]} {key.said} {vars(type(key)).get('__doc__')}"

    assert SECRET not in shown
    assert key.reveal() == SECRET


@pytest.mark.parametrize("spoil", [pickle.dumps, copy.deepcopy, json.dumps])
def test_a_key_is_not_copied_out(spoil):
    with pytest.raises(TypeError):
        spoil(Key(SECRET))


TYPED = {
    "as it is": SECRET,
    "blanks": f"  {SECRET}\n",
    "quotes": f'"{SECRET}"',
    "Bearer": f"Bearer {SECRET}",
    "whole header": f"Authorization: Bearer {SECRET}",
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_a_pasted_key_is_cleaned(typed):
    assert Key(typed).reveal() == SECRET


@pytest.mark.parametrize("typed", ["sk-a b", "sk-密钥", "sk-a\nX-Header: b", "sk-\x00"])
def test_what_cannot_be_a_key_is_refused(typed):
    with pytest.raises(BadInput):
        Key(typed)


def test_a_key_can_be_named_by_its_variable():
    key = Key("env:MY_KEY")

    assert key.reveal({"MY_KEY": SECRET}) == SECRET
    assert key.said == "env:MY_KEY"
    with pytest.raises(BadInput, match="MY_KEY"):
        key.reveal({})


def test_keys_are_kept_by_profile_in_a_file_of_the_owner(tmp_path):
    ring = KeyRing(tmp_path / "data")
    ring.put("a", f"Bearer {SECRET}")
    ring.put("b", "env:MY_KEY")

    again = KeyRing(tmp_path / "data")

    assert again.get("a").reveal() == SECRET
    assert again.get("b").said == "env:MY_KEY"
    assert again.get("c") is None
    files = list((tmp_path / "data").iterdir())
    assert [(f.name, stat.S_IMODE(f.stat().st_mode)) for f in files] == [("keys.json", 0o600)]


def test_a_key_can_be_forgotten(tmp_path):
    ring = KeyRing(tmp_path)
    ring.put("a", SECRET)

    ring.forget("a")
    ring.forget("a")

    assert ring.get("a") is None
    assert SECRET not in (tmp_path / "keys.json").read_text()


def test_a_damaged_file_is_said_without_its_content(tmp_path):
    (tmp_path / "keys.json").write_text(f'{{"a": "{SECRET}')

    with pytest.raises(StorageUnavailable) as failed:
        KeyRing(tmp_path).get("a")

    assert SECRET not in f"{failed.value} {failed.value.detail}"
