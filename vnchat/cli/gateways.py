"""Which gateway a command talks to, and whether a key may go there.

The server's choice among several is `gateway.configured`. One rule holds here: the key from the
environment goes only to the address that stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from vnchat.gateway.address import Pasted, parse_address
from vnchat.gateway.keys import Key
from vnchat.gateway.profile import Profile, origin_of
from vnchat.settings import Settings

OFFICIAL = "https://api.openai.com/v1"  # what a key alone means everywhere else


@dataclass(frozen=True, slots=True)
class Chosen:
    profile: Profile
    key: Key
    model: str = ""  # from a pasted sample
    note: str = ""  # how the address was understood
    warning: str = ""


def from_settings(settings: Settings) -> Chosen | None:
    """The gateway of OPENAI_BASE_URL and OPENAI_API_KEY; None: the demo gateway is to be used."""
    if not settings.base_url and not settings.api_key:
        return None
    pasted = parse_address(settings.base_url) if settings.base_url else Pasted(OFFICIAL)
    key = Key(settings.api_key or pasted.key or "")
    return Chosen(_profile(pasted), key, pasted.model or "", pasted.note)


def from_flags(address: str, typed_key: str, settings: Settings) -> Chosen:
    """The gateway named on the command line. Raises BadInput for an address that is none."""
    pasted = parse_address(address)
    key, warning = Key(typed_key or pasted.key or ""), ""
    if not key and settings.api_key:
        home = from_settings(settings)
        if home and home.profile.origin == origin_of(pasted.base_url):
            key = home.key
        else:
            warning = "The key in OPENAI_API_KEY belongs to another address and was not used."
    return Chosen(_profile(pasted), key, pasted.model or "", pasted.note, warning)


def _profile(pasted: Pasted) -> Profile:
    return Profile(id="configured", name=pasted.host, base_url=pasted.base_url)
