"""Nobody is rung before he is reserved in the database: one statement on a line of its own, no transaction to wait for.

What the offer is, and why, is written with the rest of the log a moment later.
"""

from dataclasses import dataclass, field
from datetime import datetime

from structlog import get_logger

from hotline.core.asking import Away, Line
from hotline.telephony.services.leading import RESERVE

log = get_logger()
PATIENCE = 1.0  # seconds that a ring waits for its reservation


@dataclass(slots=True)
class Reservations:
    """Those that the ACD of one epoch makes."""

    centre_id: int
    epoch: int
    # a reservation is worth nothing after a crash: whoever leads then reads what rings from the exchange
    line: Line = field(default_factory=lambda: Line(lasting=False))

    async def make(self, person: int, offer: str, until: datetime) -> bool:
        """Reserve a person for an offer; False when another ACD leads.

        While the database is away callers are served all the same, as whoever leads does not change meanwhile.
        """
        words = {"centre": self.centre_id, "epoch": self.epoch, "person": person, "offer": offer, "until": until}
        try:
            return await self.line.ask(RESERVE, words, patience=PATIENCE) is not None
        except Away as error:
            log.warning("acd.not_reserved", offer=offer, error=str(error))
            return True

    async def close(self) -> None:
        """Leave the database."""
        await self.line.close()
