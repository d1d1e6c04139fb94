"""Why something from outside was not kept: refused by a rule, or failed on the way.

`reason` is a short code that the page translates; the sentence is for logs, the command line and
whoever has no translation. Nothing is decided here; `addresses.py` and `fetcher.py` raise these.
"""

from vnchat.errors import VnchatError

_REFUSALS = {
    "unreadable": "The link is not a web address that can be read, so nothing was fetched.",
    "scheme": "The link is not an https address, so nothing was fetched.",
    "user_part": "The link carries a user name, which result links never need; it was not fetched.",
    "port": "The link names an unusual port, so it was not fetched.",
    "not_listed": "The link's host is not on the administrator's list, so it was not fetched.",
    "inside": "The link leads inside a private network, so no connection was made.",
    "redirects": "The link was passed on too many times, so it was given up.",
}

_FAILURES = {
    "unresolved": "The link's host is not known at the moment; try again later.",
    "network": "The connection to the media host failed; try again.",
    "tls": "The media host could not prove who it is, so nothing was fetched.",
    "stalled": "The media host stopped sending; try again.",
    "too_slow": "The file did not arrive within the time allowed; try again.",
    "missing": "The media host has no such file, or not yet; try again or open the link.",
    "gone": "The media host has deleted the file, so it could not be kept.",
    "denied": "The media host refused the link; it may have expired.",
    "not_ready": "The file is not ready yet; try again in a moment.",
    "server": "The media host had a fault of its own; try again.",
    "status": "The media host gave no file for this link.",
    "too_large": "The file is larger than the limit, so it was not kept.",
    "empty": "The media host sent an empty file; try again.",
    "incomplete": "The connection broke before the whole file had arrived; try again.",
    "dishonest": "The media host sent other bytes than it announced, so nothing was kept.",
    "packed": "The file came packed in a form that is not unpacked here, so it was not kept.",
    "quota": "The space for kept files is used up. Delete some in the library, then try again.",
    "wrong_type": "The link gave no picture, video or sound, so nothing was kept.",
    "broken": "The file is damaged and cannot be opened, so it was not kept.",
}

_WORTH_ANOTHER_TRY = (
    *("unresolved", "network", "stalled", "too_slow", "missing"),
    *("not_ready", "server", "empty", "incomplete", "dishonest", "quota"),
)


class MediaFault(VnchatError):
    """Something was not kept. `reason` is one of the codes above, `again`: may a retry help?"""

    sentences: dict[str, str]

    def __init__(self, reason: str, *, detail: str = "", sentence: str = "") -> None:
        super().__init__(sentence or self.sentences[reason], detail=detail)
        self.reason = reason
        self.again = reason in _WORTH_ANOTHER_TRY


class MediaRefused(MediaFault):
    """A rule forbids this address; no connection was made to it."""

    sentences = _REFUSALS


class MediaFailed(MediaFault):
    """The address was allowed, but no usable file came of it."""

    sentences = _FAILURES
