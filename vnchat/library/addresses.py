"""May this address from outside be fetched, and what exactly goes on the wire?

Pure: no network. An address is parsed here once; `fetcher.py` connects with the parts and asks
`check_answer` about every address the name resolves to. Path and query of a signed link stay as
they were written: only what HTTP cannot carry (non-ASCII, spaces) is percent-encoded.
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import idna

from vnchat.library.faults import MediaRefused

LONGEST_URL = 16_384
_PORTS = {"http": 80, "https": 443}
_SPLIT = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>[^/?#]*)(?P<rest>[^#]*)")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# What IANA's special-purpose registries (RFC 6890 and updates) take out of the public internet.
# Written out, because what `ipaddress.is_private` means changed between patch releases of Python.
_INSIDE_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",  # "this network"; Linux connects 0.0.0.0 to itself
            "10.0.0.0/8",
            "100.64.0.0/10",  # shared address space of carriers and cloud metadata
            "127.0.0.0/8",
            "169.254.0.0/16",  # link-local, cloud metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_OUTSIDE_6 = ipaddress.IPv6Network("2000::/3")  # everything else is local, mapped or reserved
_INSIDE_6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID, benchmarks and other protocol assignments
            "2001:db8::/32",
            "2002::/16",  # 6to4: carries an IPv4 address
            "3fff::/20",
        ),
    )
)
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: an IPv4 address in the last 32 bits


@dataclass(frozen=True, slots=True)
class Address:
    """One parsed web address. `target` is path and query exactly as they were written."""

    scheme: str
    host: str  # lower-case ASCII without brackets or trailing dot
    port: int
    target: str
    literal: IPAddress | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port, always written out: what is compared."""
        return f"{self.scheme}://{self._bracketed}:{self.port}"

    @property
    def host_header(self) -> str:
        usual = self.port == _PORTS.get(self.scheme)
        return self._bracketed if usual else f"{self._bracketed}:{self.port}"

    @property
    def wire(self) -> bytes:
        """The request target as it is sent."""
        return quote(self.target, safe=_PRINTABLE).encode("ascii")

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host


_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def parse(url: str) -> Address:
    """The parts of a web address, or `MediaRefused` if it is none."""
    if len(url) > LONGEST_URL or _FORBIDDEN.search(url):
        raise MediaRefused("unreadable")
    found = _SPLIT.match(url)
    if not found:
        raise MediaRefused("scheme" if ":" in url[:32] else "unreadable")
    scheme = found["scheme"].lower()
    if scheme not in _PORTS:
        raise MediaRefused("scheme")
    if "@" in found["host"]:
        raise MediaRefused("user_part")
    name, port = _host_and_port(found["host"], _PORTS[scheme])
    literal = _literal(name)
    host = str(literal) if literal else _name(name)
    target = found["rest"]
    return Address(scheme, host, port, target if target[:1] == "/" else f"/{target}", literal)


def join(base: Address, location: str) -> Address:
    """Where a redirect leads. An absolute one stays as written."""
    location = location.strip(" \t")
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", location):
        return parse(location)
    if location.startswith("//"):
        return parse(f"{base.scheme}:{location}")
    if location.startswith("/"):
        return parse(base.origin + location)
    return parse(urljoin(base.origin + base.target, location))


def permit(
    address: Address, *, own_origin: str, allow_hosts: Sequence[str] = (), allow_http: bool = False
) -> bool:
    """Is this the gateway's own origin? Raises `MediaRefused` if the address may not be fetched.

    The own origin (scheme, host and port compared exactly) is allowed wherever it lives; for all
    others the caller must still give every resolved address to `check_answer`.
    """
    if own_origin and address.origin == parse(own_origin).origin:
        return True
    if address.scheme != "https" and not allow_http:
        raise MediaRefused("scheme")
    if address.literal is not None:
        check_answer(str(address.literal))
    if address.host == "localhost" or address.host.endswith(".localhost"):
        raise MediaRefused("inside", detail=address.host)
    if address.port not in _PORTS.values():
        raise MediaRefused("port")
    if allow_hosts and not any(_listed(address.host, entry) for entry in allow_hosts):
        raise MediaRefused("not_listed", detail=address.host)
    return False


def check_answer(answer: str) -> None:
    """Refuse an address that is not on the public internet or carries another one inside."""
    try:
        address = ipaddress.ip_address(answer)
    except ValueError:
        raise MediaRefused("inside", detail=answer) from None
    if not is_public(address):
        raise MediaRefused("inside", detail=answer)


def is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _INSIDE_4)
    if address.scope_id is not None or address not in _OUTSIDE_6:
        return False
    if any(address in network for network in _INSIDE_6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP


def _listed(host: str, entry: str) -> bool:
    """`example.com` means this host, `*.example.com` or `.example.com` all below it."""
    entry = entry.strip().lower().rstrip(".")
    if entry.startswith(("*.", ".")):
        return host.endswith("." + entry.lstrip("*."))
    return host == entry


def _host_and_port(authority: str, usual: int) -> tuple[str, int]:
    if authority.startswith("["):
        host, closing, port = authority.partition("]")
        host += closing
        if not closing or (port and not port.startswith(":")):
            raise MediaRefused("unreadable")
        port = port[1:]
    else:
        host, _, port = authority.partition(":")
    if not port:
        return host, usual
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 0 < int(port) < 65536):
        raise MediaRefused("unreadable")
    return host, int(port)


def _literal(host: str) -> IPAddress | None:
    """The IP address that a host spells, in any of the spellings resolvers accept."""
    if host.startswith("["):
        try:
            six = ipaddress.IPv6Address(host[1:-1])
        except ValueError:
            raise MediaRefused("unreadable") from None
        if six.scope_id is not None:
            raise MediaRefused("inside", detail=host)
        return six
    labels = _name(host).split(".")
    if not re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return None
    # The URL standard's IPv4 parser: 1 to 4 numbers, decimal, octal or hexadecimal; the last
    # one fills the rest (127.1, 0x7f000001, 017700000001).
    numbers = [_number(label) for label in labels]
    if len(numbers) > 4 or any(number > 255 for number in numbers[:-1]):
        raise MediaRefused("unreadable")
    if numbers[-1] >= 256 ** (5 - len(numbers)):
        raise MediaRefused("unreadable")
    value = numbers[-1] + sum(n << 8 * (3 - place) for place, n in enumerate(numbers[:-1]))
    return ipaddress.IPv4Address(value)


def _number(label: str) -> int:
    try:
        if label.startswith("0x"):
            return int(label[2:] or "0", 16)
        if not (label.isdigit() and len(label) < 20):
            raise ValueError(label)
        return int(label, 8 if len(label) > 1 and label.startswith("0") else 10)
    except ValueError:
        raise MediaRefused("unreadable") from None


def _name(host: str) -> str:
    """A host name in lower-case ASCII: fullwidth digits and dots folded, IDN encoded."""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            raise MediaRefused("unreadable") from None
    host = host.lower().removesuffix(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise MediaRefused("unreadable")
    return host
