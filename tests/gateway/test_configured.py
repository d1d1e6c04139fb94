"""The gateways that are kept: the key apart, and typed again for another address."""

import pytest

from vnchat.errors import BadInput, NotFound
from vnchat.gateway.configured import DEMO, Gateways
from vnchat.gateway.profile import Profile

KEY = "sk-secret-123456789"


@pytest.fixture
def gateways(settings):
    return Gateways(settings, lambda: "http://127.0.0.1:1/v1")


def added(gateways, address="https://a.example.com/v1", key=KEY):
    return gateways.add(Profile("", "A", address, history="last"), key)


def test_without_one_the_demo_is_all_there_is(gateways):
    assert gateways.only_demo
    assert [one.id for one in gateways.all()] == [DEMO]


def test_a_kept_gateway_outlives_a_restart_with_its_key_in_a_file_apart(gateways, settings):
    kept = added(gateways)

    again = Gateways(settings, lambda: "")

    profile, key = again.get(kept.id)
    assert profile == kept
    assert key.reveal() == KEY
    assert KEY not in (settings.data_dir / "gateways.json").read_text()
    assert (settings.data_dir / "keys.json").stat().st_mode & 0o077 == 0


ADDRESSES = {
    "same": ("https://a.example.com/v1", False),
    "another path of the same host": ("https://a.example.com/api/v1", False),
    "another host": ("https://b.example.com/v1", True),
    "another port": ("https://a.example.com:8443/v1", True),
    "no longer by TLS": ("http://a.example.com/v1", True),
}


@pytest.mark.parametrize(("address", "wanted"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_another_place_never_gets_the_old_key(gateways, address, wanted):
    kept = added(gateways)
    moved = Profile(kept.id, "A", address)

    if not wanted:
        gateways.change(moved)
        assert gateways.get(kept.id)[0] == moved
        return
    with pytest.raises(BadInput, match="type its key again"):
        gateways.change(moved)
    assert gateways.get(kept.id)[0] == kept
    gateways.change(moved, "sk-other-12345")
    assert gateways.get(kept.id)[1].reveal() == "sk-other-12345"


def test_removing_the_default_makes_another_the_default(gateways, settings):
    first, second = added(gateways), added(gateways, "https://b.example.com/v1")
    assert gateways.default() == first

    gateways.remove(first.id)

    assert gateways.default() == second
    assert Gateways(settings, lambda: "").default() == second
    with pytest.raises(NotFound):
        gateways.get(first.id)
    with pytest.raises(NotFound):
        gateways.remove(first.id)
