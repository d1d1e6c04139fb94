"""Chunks put together: an HTTP client reads the same body from them, however the bytes were cut."""

from __future__ import annotations

import itertools

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vnchat.gateway.lumps import Lumps

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%b\r\n%b\r\n" % (len(data), extension, data)


def client_reads(pieces: list[bytes]) -> tuple[str, bytes, int]:
    """How a client ends with these pieces and then the end, the body, and its steps."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "g")]))
    client.send(h11.EndOfMessage())
    body, steps = b"", 0
    try:
        for piece in [*pieces, b""]:
            client.receive_data(piece)
            while (event := client.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                steps += 1
                if isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return "whole", body, steps
                elif isinstance(event, h11.ConnectionClosed):
                    return "closed", body, steps
    except h11.RemoteProtocolError:
        return "refused", body, steps
    return "open", body, steps


def taken(lumps: Lumps, data: bytes) -> bytes:
    """All that is handed to the client of these bytes."""
    made = b""
    while data:
        told, data = lumps.take(data)
        made += told
    return made


def through(pieces: list[bytes]) -> list[bytes]:
    lumps = Lumps()
    lumps.asked()
    told = [made for piece in pieces if (made := taken(lumps, piece))]
    return [*told, made] if (made := lumps.end()) else told


def past(pieces: list[bytes]) -> tuple[bytes, list[bytes]]:
    """What is read of the body past the client, and what is left for the client."""
    lumps = Lumps()
    lumps.asked()
    body, left = b"", []
    for piece in pieces:
        while piece:
            if lumps.in_body:
                said, piece = lumps.payload(piece)
                body += said
            else:
                told, piece = lumps.take(piece)
                left.append(told)
    return body, [*left, lumps.end()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    at = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in itertools.pairwise(at)]


chunks = st.lists(
    st.tuples(st.binary(min_size=1, max_size=40), st.sampled_from([b"", b";a=b", b" "])),
    max_size=12,
).map(lambda told: b"".join(chunk(*one) for one in told))
endings = st.sampled_from(
    [LAST, b"0\r\nX-Trailer: 1\r\n\r\n", b"", b"zz\r\n", b"5\r\nab", b"3\r\nabcXX"]
)
places = st.lists(st.integers(0, 2000), max_size=20)


@given(chunks, endings, places)
def test_the_body_and_the_end_are_the_same(body: bytes, ending: bytes, at: list[int]) -> None:
    pieces = cut(HEAD + body + ending, at)
    assert client_reads(through(pieces))[:2] == client_reads(pieces)[:2]


@given(chunks, endings, places)
def test_past_the_client_the_body_and_the_end_are_the_same(
    body: bytes, ending: bytes, at: list[int]
) -> None:
    pieces = cut(HEAD + body + ending, at)
    said, left = past(pieces)
    end, rest, _ = client_reads([one for one in left if one])
    assert (end, said + rest) == client_reads(pieces)[:2]


@given(st.binary(max_size=300), places)
def test_what_is_no_answer_goes_through(noise: bytes, at: list[int]) -> None:
    pieces = cut(noise, at)
    assert b"".join(through(pieces)) == noise


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
    ],
)
def test_other_answers_are_not_touched(head: bytes) -> None:
    pieces = [head, chunk(b"ab"), chunk(b"cd")]
    assert through(pieces) == pieces


def test_chunks_that_came_together_are_one() -> None:
    many = b"".join(chunk(b"data: %d\n\n" % n) for n in range(50))
    pieces = [HEAD, many, LAST]
    assert client_reads(pieces)[2] == 52
    assert client_reads(through(pieces)) == ("whole", client_reads(pieces)[1], 3)


def test_half_a_chunk_is_not_kept_back() -> None:
    whole = chunk(b"data: words\n\n")
    lumps = Lumps()
    lumps.asked()
    assert taken(lumps, HEAD + whole[:9]) == HEAD + chunk(b"data: ")
    assert taken(lumps, whole[9:]) == chunk(b"words\n\n")


def test_an_interim_answer_comes_before_the_real_one() -> None:
    interim = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    assert through([interim + HEAD + chunk(b"a") + chunk(b"b")]) == [interim + HEAD + chunk(b"ab")]


def test_the_next_answer_on_the_same_connection_is_read_anew() -> None:
    lumps = Lumps()
    for _ in range(2):
        lumps.asked()
        assert taken(lumps, HEAD + chunk(b"a") + chunk(b"b") + LAST) == HEAD + chunk(b"ab") + LAST
