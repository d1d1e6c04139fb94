"""What is paid for is asked for once."""

import pytest

from vnchat.gateway.repeats import Outcome, may_repeat, seconds_of


def waits(kind, outcome):
    """How often the same outcome leads to another sending, and the waits."""
    found = []
    while (wait := may_repeat(kind, outcome, len(found))) is not None:
        found.append(wait)
    return found


TABLE = {
    # outcome: repeats of a create, of text, of a reading
    "not sent": (Outcome("not_sent"), 2, 2, 2),
    "429": (Outcome("status", 429), 1, 2, 2),
    "429 that is a refusal": (Outcome("status", 429, hopeless=True), 0, 0, 0),
    "500": (Outcome("status", 500), 0, 0, 2),
    "502": (Outcome("status", 502), 0, 1, 2),
    "503": (Outcome("status", 503), 0, 1, 2),
    "503 without the model": (Outcome("status", 503, hopeless=True), 0, 0, 0),
    "504": (Outcome("status", 504), 0, 0, 2),
    "524": (Outcome("status", 524), 0, 0, 2),
    "529": (Outcome("status", 529), 0, 1, 2),
    "400": (Outcome("status", 400), 0, 0, 0),
    "401": (Outcome("status", 401), 0, 0, 0),
    "302": (Outcome("status", 302), 0, 0, 0),
    "reset before any byte": (Outcome("before_first_byte"), 0, 0, 2),
    "reset after a byte": (Outcome("after_first_byte"), 0, 0, 0),
}


@pytest.mark.parametrize(("outcome", "create", "text", "read"), TABLE.values(), ids=TABLE.keys())
def test_the_table_of_repeats(outcome, create, text, read):
    told = [len(waits(kind, outcome)) for kind in ("create", "text", "read")]

    assert told == [create, text, read]


ASKED = {
    "seconds": ("30", [30.0]),
    "exactly the limit": ("60", [60.0]),
    "longer than anybody waits": ("61", []),
    "at once": ("0", [0.5]),
    "nothing readable": ("soon", [5.0]),
}


@pytest.mark.parametrize(("header", "waited"), ASKED.values(), ids=ASKED.keys())
def test_a_429_is_waited_for_as_told(header, waited):
    assert waits("create", Outcome("status", 429, header)) == waited


HEADERS = {
    "seconds": ("1.5", 1.5),
    "with a unit": ("20s", 20.0),
    "date": ("Thu, 01 Jan 1970 00:01:40 GMT", 50.0),
    "date that is over": ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
    "negative": ("-5", 0.0),
    "words": ("later", None),
    "nothing": ("", None),
    "no number": ("nan", None),
    "endless": ("inf", None),
}


@pytest.mark.parametrize(("header", "seconds"), HEADERS.values(), ids=HEADERS.keys())
def test_reading_retry_after(header, seconds):
    assert seconds_of(header, now=50.0) == seconds
