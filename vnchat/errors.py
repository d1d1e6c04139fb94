"""The errors that a person gets to read.

Every message is one sentence or two: what happened and what to do. `detail` is for the log only.
Kinds that only one room raises live in that room and derive from `VnchatError`.
"""


class VnchatError(Exception):
    """Something a person should know. `str(error)` is shown; `detail` goes to the log."""

    def __init__(self, sentence: str, *, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail


class BadInput(VnchatError):
    """What was typed, chosen or attached cannot be used; nothing was sent and nothing is lost."""


class NotFound(VnchatError):
    """No such thing for this owner. Foreign and unknown ids read the same."""

    def __init__(self, what: str = "conversation") -> None:
        super().__init__(f"There is no such {what}.")


class StorageUnavailable(VnchatError):
    """The database or the data folder cannot be written; nothing was sent."""
