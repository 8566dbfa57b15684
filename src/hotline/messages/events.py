"""What texts announce: that one waits, that it went out, that it was given up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A text waits to be sent."""

    message_id: int


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """A text was taken by the carrier."""

    message_id: int
    key: str
    occasion: str
    about: str


@dataclass(frozen=True, slots=True)
class MessageFailed:
    """A text will not go out: given up, not wanted, withdrawn, or with an unknown outcome (`status` says which)."""

    message_id: int
    key: str
    occasion: str
    about: str
    status: str
    reason: str
