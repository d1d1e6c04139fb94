"""Which addresses may be fetched, and that signed links stay as they were written."""

import pytest

from vnchat.library.addresses import Address, check_answer, join, parse, permit
from vnchat.library.faults import MediaRefused

GATEWAY = "http://127.0.0.1:8188/v1"

INSIDE = {
    "loopback": "127.0.0.1",
    "short form": "127.1",
    "decimal": "2130706433",
    "octal": "0177.0.0.1",
    "long octal": "017700000001",
    "hexadecimal": "0x7f000001",
    "hexadecimal parts": "0x7F.0x0.0x0.0x1",
    "mixed": "0x7f.1",
    "trailing dot": "127.0.0.1.",
    "fullwidth digits": "１２７.0.0.1",
    "ideographic dot": "127。0。0。1",
    "circled digits": "①②⑦.0.0.1",
    "zero": "0",
    "zero net": "0.0.0.0",
    "private 10": "10.1.2.3",
    "private 172": "172.16.0.1",
    "private 192": "192.168.1.1",
    "cloud metadata": "169.254.169.254",
    "metadata as a number": "2852039166",
    "carrier's shared": "100.64.0.1",
    "end of shared": "100.127.255.255",
    "benchmark": "198.18.0.1",
    "documentation": "203.0.113.7",
    "6to4 relay": "192.88.99.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "v6 loopback": "[::1]",
    "v6 loopback, long": "[0:0:0:0:0:0:0:1]",
    "v6 unspecified": "[::]",
    "v6 mapped": "[::ffff:127.0.0.1]",
    "v6 mapped, public inside": "[::ffff:8.8.8.8]",
    "v6 mapped, hexadecimal": "[::ffff:7f00:1]",
    "v6 compatible": "[::127.0.0.1]",
    "v6 translated": "[::ffff:0:127.0.0.1]",
    "NAT64": "[64:ff9b::7f00:1]",
    "local NAT64": "[64:ff9b:1::7f00:1]",
    "6to4": "[2002:7f00:1::]",
    "Teredo": "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "ISATAP": "[2606:4700::5efe:7f00:1]",
    "v6 unique local": "[fd00::1]",
    "v6 link-local": "[fe80::1]",
    "v6 zone": "[fe80::1%25eth0]",
    "v6 public with zone": "[2606:4700::1%25eth0]",
    "v6 site-local": "[fec0::1]",
    "v6 multicast": "[ff02::1]",
    "v6 documentation": "[2001:db8::1]",
    "v6 discard": "[100::1]",
    "v6 benchmark": "[2001:2::1]",
    "localhost": "localhost",
    "localhost with dot": "LOCALHOST.",
    "below localhost": "a.localhost",
}


@pytest.mark.parametrize("host", INSIDE.values(), ids=INSIDE.keys())
def test_inside_addresses_are_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        permit(parse(f"https://{host}/v.mp4"), own_origin=GATEWAY)

    assert refused.value.reason == "inside"


UNREADABLE = {
    "no host": ("https:///v.mp4", "unreadable"),
    "relative": ("/v.mp4", "unreadable"),
    "empty": ("", "unreadable"),
    "one slash": ("https:/a.example/v", "scheme"),
    "file": ("file:///etc/passwd", "scheme"),
    "ftp": ("ftp://a.example/v", "scheme"),
    "script": ("javascript:alert(1)", "scheme"),
    "user part": ("https://a.example@127.0.0.1/", "user_part"),
    "user and password": ("https://u:p@a.example/", "user_part"),
    "empty user": ("https://@a.example/", "user_part"),
    "backslash": ("https://a.example\\@b.example/", "user_part"),
    "backslash in host": ("https://a.example\\.b.example/", "unreadable"),
    "percent in host": ("https://%31%32%37.0.0.1/", "unreadable"),
    "space in host": ("https://a example/", "unreadable"),
    "newline": ("https://a.example/\r\nX: y", "unreadable"),
    "NUL": ("https://a.example/\0", "unreadable"),
    "lone surrogate": ("https://a.example/\ud800", "unreadable"),
    "port in letters": ("https://a.example:http/", "unreadable"),
    "port too large": ("https://a.example:65536/", "unreadable"),
    "port zero": ("https://a.example:0/", "unreadable"),
    "fullwidth port": ("https://a.example:４４３/", "unreadable"),
    "five numbers": ("https://1.2.3.4.5/", "unreadable"),
    "octal with a nine": ("https://09.0.0.1/", "unreadable"),
    "number too large": ("https://4294967296/", "unreadable"),
    "bracket open": ("https://[::1/", "unreadable"),
    "after the bracket": ("https://[::1]evil/", "unreadable"),
    "empty label": ("https://a..example/", "unreadable"),
    "label too long": (f"https://{'a' * 64}.example/", "unreadable"),
    "link too long": (f"https://a.example/{'a' * 20000}", "unreadable"),
    "other port": ("https://a.example:8443/", "port"),
    "plain http": ("http://a.example/", "scheme"),
}


@pytest.mark.parametrize(("url", "reason"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_no_usable_web_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(MediaRefused) as refused:
        permit(parse(url), own_origin=GATEWAY)

    assert refused.value.reason == reason
    assert not refused.value.again


@pytest.mark.parametrize(
    "host",
    ["a.example", "8.8.8.8", "[2606:4700::1111]", "bücher.example", "a_b.example", "100.63.0.1"],
)
def test_public_hosts_are_allowed(host: str) -> None:
    assert permit(parse(f"https://{host}/v.mp4"), own_origin=GATEWAY) is False


def test_http_is_allowed_where_it_is_set() -> None:
    assert permit(parse("http://a.example/"), own_origin="", allow_http=True) is False


OWN = {
    "itself": ("http://127.0.0.1:8188/files/v.mp4", True),
    "in capitals": ("HTTP://127.0.0.1:8188/", True),
    "another spelling of it": ("http://127.1:8188/", True),
    "another scheme": ("https://127.0.0.1:8188/", False),
    "another port": ("http://127.0.0.1:8189/", False),
    "no port": ("http://127.0.0.1/", False),
    "another name of it": ("http://localhost:8188/", False),
}


@pytest.mark.parametrize(("url", "allowed"), OWN.values(), ids=OWN.keys())
def test_only_the_exact_origin_of_the_gateway_may_be_inside(url: str, allowed: bool) -> None:
    address = parse(url)

    if allowed:
        assert permit(address, own_origin=GATEWAY, allow_hosts=("a.example",)) is True
    else:
        with pytest.raises(MediaRefused):
            permit(address, own_origin=GATEWAY, allow_http=True)


LISTED = {
    "the host itself": ("cdn.example", "cdn.example", True),
    "in other letters": ("CDN.example", "cdn.EXAMPLE.", True),
    "below it": ("a.cdn.example", "cdn.example", False),
    "below a star": ("a.b.cdn.example", "*.cdn.example", True),
    "below a dot": ("a.cdn.example", ".cdn.example", True),
    "the star's own host": ("cdn.example", "*.cdn.example", False),
    "ends alike": ("evilcdn.example", "*.cdn.example", False),
    "listed but inside": ("127.0.0.1", "127.0.0.1", False),
}


@pytest.mark.parametrize(("host", "entry", "allowed"), LISTED.values(), ids=LISTED.keys())
def test_the_administrators_list_narrows(host: str, entry: str, allowed: bool) -> None:
    address = parse(f"https://{host}/")

    if allowed:
        assert permit(address, own_origin="", allow_hosts=(entry,)) is False
    else:
        with pytest.raises(MediaRefused):
            permit(address, own_origin="", allow_hosts=(entry,))


@pytest.mark.parametrize("answer", ["93.184.216.34", "2606:4700::1111"])
def test_public_answers_pass(answer: str) -> None:
    check_answer(answer)


@pytest.mark.parametrize("answer", ["10.0.0.1", "::1", "fe80::1%eth0", "::ffff:8.8.8.8", "what"])
def test_inside_answers_are_refused(answer: str) -> None:
    with pytest.raises(MediaRefused):
        check_answer(answer)


WIRE = {
    "signature in other spelling": ("/a%2fB?sig=x%2By%2F%3d&e=1", b"/a%2fB?sig=x%2By%2F%3d&e=1"),
    "plus and tilde": ("/a+b~c?d=e+f", b"/a+b~c?d=e+f"),
    "empty query": ("/a?", b"/a?"),
    "no path": ("?a=b", b"/?a=b"),
    "nothing": ("", b"/"),
    "dots and doubled slashes": ("/a/../b//./c", b"/a/../b//./c"),
    "brackets, quotes, braces": ("/a[1]?q=\"{|}^`<>'", b"/a[1]?q=\"{|}^`<>'"),
    "broken percent": ("/100%?a=%zz", b"/100%?a=%zz"),
    "chinese": ("/视频.mp4?x=é", b"/%E8%A7%86%E9%A2%91.mp4?x=%C3%A9"),
    "space": ("/my clip.mp4", b"/my%20clip.mp4"),
    "fragment": ("/a?b=c#t=10", b"/a?b=c"),
}


@pytest.mark.parametrize(("rest", "sent"), WIRE.values(), ids=WIRE.keys())
def test_a_signed_link_is_sent_as_it_was_written(rest: str, sent: bytes) -> None:
    assert parse("https://a.example" + rest).wire == sent


BASE = parse("https://a.example:443/dir/file?x=1")
JOINED = {
    "absolute": ("https://b.example/%2f?s=%2B", "https://b.example:443", "/%2f?s=%2B"),
    "same scheme": ("//b.example/y", "https://b.example:443", "/y"),
    "root": ("/z?s=a%2fb", "https://a.example:443", "/z?s=a%2fb"),
    "sibling": ("other", "https://a.example:443", "/dir/other"),
    "query": ("?y=2", "https://a.example:443", "/dir/file?y=2"),
}


@pytest.mark.parametrize(("location", "origin", "target"), JOINED.values(), ids=JOINED.keys())
def test_where_a_redirect_leads(location: str, origin: str, target: str) -> None:
    led = join(BASE, location)

    assert (led.origin, led.target) == (origin, target)


def test_host_header_names_a_port_only_if_it_is_unusual() -> None:
    assert parse("https://[2606:4700::1]/").host_header == "[2606:4700::1]"
    assert parse("https://A.example.:443/").host_header == "a.example"
    assert Address("http", "a.example", 81, "/").host_header == "a.example:81"
