"""What telephony announces to the areas above."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallMissed:
    """A call ended to which nobody talked: the caller hung up while he waited, was told that nobody comes, or was not
    reached when he was called back. How it ended stands in the call.
    """

    call_id: int
    centre_id: int
