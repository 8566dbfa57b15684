"""Lines that break while a telephone rings: with the telephone, which may be back in a moment, or without it."""

import asyncio
from contextlib import suppress

from hotline.acd.ari import Ari, part
from hotline.acd.directory import Directory
from hotline.acd.engine import messages as m
from hotline.acd.switch import Heard
from hotline.telephony.logic.words import OfferEnd

ENDS_WITHIN = 2.0  # seconds in which a line that is hung up has ended


class Broken:
    """Tells what a broken line amounts to, and clears a dead one away before it is dialled anew under its name."""

    def __init__(self, ari: Ari, directory: Directory, ended: dict[str, bool]) -> None:
        """`ended` are lines that ended by themselves, as the exchange's switch keeps them."""
        self._ari, self._directory, self._ended = ari, directory, ended
        self._replaced: dict[str, asyncio.Event] = {}

    def is_expected(self, channel: str) -> bool:
        """Whether the end of a line is that of one that is being dialled anew: it is told to nobody."""
        gone = self._replaced.get(channel)
        if gone is not None:
            gone.set()
        return gone is not None

    async def end(self, channel: str) -> None:
        """What is left of a line ends; afterwards its name is free again."""
        if not self._ended.pop(channel, True):
            return
        gone = self._replaced[channel] = asyncio.Event()
        await self._ari.attempt("DELETE", f"channels/{part(channel)}", {"reason": "normal"})
        with suppress(TimeoutError):
            await asyncio.wait_for(gone.wait(), ENDS_WITHIN)
        del self._replaced[channel]
        self._ended.pop(channel, None)

    async def told(self, offer: str, account: str) -> Heard:
        """What it means that the line of an offer broke before it was picked up."""
        person = self._directory.persons.get(account)
        is_known = person is not None and person not in self._directory.fixed
        if is_known and not await self._directory.is_online(account):
            return m.OfferLost(offer)
        return m.OfferOver(offer, OfferEnd.FAILED)
