"""Further people in a talk, at Asterisk: what one hears while another telephone rings, and superiors who listen."""

import asyncio
from collections.abc import Callable

from hotline.acd.ari import Ari, AriError, part
from hotline.acd.engine import messages as m
from hotline.acd.lines import BRIDGE, EAR, LEG, SPY, TONE
from hotline.telephony.logic.words import Watching


class Parties:
    """Tones beside ringing telephones, and listeners at people's lines."""

    def __init__(
        self, ari: Ari, app: str, started: dict[str, asyncio.Event], record: Callable[[str, str, str], None]
    ) -> None:
        self._ari, self._app, self._started, self._record = ari, app, started, record
        self._tones: set[str] = set()  # lines beside which somebody hears them ring
        self._spies: dict[str, str] = {}  # a superior's line -> the listener at the person's line
        self._spied = 0

    async def ring_beside(self, order: m.Ring | m.RingOut) -> None:
        """Whoever waits for it hears it ring: in his conference, or at his own line when there is none yet."""
        if not order.beside:
            return
        self._tones.add(order.offer)
        query = {"media": "tone:ring"}
        tone = f"bridges/{part(BRIDGE + order.beside)}/play/{part(TONE + order.offer)}"
        if not await self._ari.attempt("POST", tone, query):
            await self._ari.attempt("POST", f"channels/{part(LEG + order.beside)}/ring")

    async def hush_beside(self, offer: str, beside: str = "") -> None:
        """It rings no longer."""
        if offer in self._tones:
            self._tones.discard(offer)
            await self._ari.attempt("DELETE", f"playbacks/{part(TONE + offer)}")
            if beside:
                await self._ari.attempt("DELETE", f"channels/{part(LEG + beside)}/ring")

    async def spy(self, order: m.Spy, caller: str) -> None:
        """Listening and whispering by a listener at the person's line, joining by the conference itself."""
        leg, watch = f"{LEG}{order.offer}", f"{LEG}{order.watch}"
        await self.end_spy(order.watch)
        if order.how is Watching.JOIN:
            await self._ari.ask("POST", f"bridges/{part(BRIDGE + order.offer)}/addChannel", {"channel": watch})
            self._record(order.watch, caller, watch)
            return
        self._spied += 1
        name = self._spies[order.watch] = f"{SPY}{order.watch}-{self._spied}"
        began = self._started.setdefault(name, asyncio.Event())
        whisper = "out" if order.how is Watching.WHISPER else "none"
        query = {"spy": "both", "whisper": whisper, "app": self._app, "appArgs": "snoop"}
        await self._ari.ask("POST", f"channels/{part(leg)}/snoop/{part(name)}", query)
        try:
            await asyncio.wait_for(began.wait(), 5)
        except TimeoutError:
            raise AriError(0, "the listener did not begin") from None
        ear = f"bridges/{part(EAR + order.watch)}"
        await self._ari.ask("POST", ear, {"type": "mixing"})
        await self._ari.ask("POST", f"{ear}/addChannel", {"channel": f"{name},{watch}"})

    async def end_spy(self, watch: str) -> None:
        """Nobody listens by this line any more."""
        name = self._spies.pop(watch, None)
        if name is not None:
            await self._ari.attempt("DELETE", f"channels/{part(name)}", {"reason": "normal"})
            await self._ari.attempt("DELETE", f"bridges/{part(EAR + watch)}")
