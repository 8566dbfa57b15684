"""Asterisk calls itself: through SIP and sound, as somebody from outside would, to check that the line lives."""

import secrets
from collections.abc import Callable

from structlog import get_logger

from hotline.acd.ari import Ari, AriError, part
from hotline.acd.exchange.instance import Instance
from hotline.acd.switch import Heard, ProbeAnswered, ProbeOver
from hotline.acd.taping import Sides

log = get_logger()
PROBE = "chk-"
PATIENCE = 20  # seconds for an answer


def answered(probe: str) -> list[Heard]:
    """What is told when a test call was answered."""
    return [ProbeAnswered(probe)]


def over(probe: str) -> list[Heard]:
    """What is told when it has ended."""
    return [ProbeOver(probe)]


class AsteriskProbes:
    """Test calls over ARI. Nothing is done in the calling channel's own thread but keys, which must not wait."""

    def __init__(self, ari: Ari, instance: Instance, record: Callable[[str, Sides], None]) -> None:
        self._ari, self._instance, self._record = ari, instance, record

    def number_for(self, dialled: str) -> str:
        """Over a trunk the carrier shows our own number; else one that nobody else can guess."""
        return dialled if self._instance.check_trunk else f"000{secrets.randbelow(10**9):09d}"

    async def dial_in(self, probe: str, dialled: str, number: str) -> bool:
        """Call, over the trunk that is meant for it or from ourselves to ourselves."""
        trunk = self._instance.check_trunk
        query: dict[str, object] = {
            "endpoint": f"PJSIP/{dialled}@{f'trunk-{trunk}' if trunk else 'loop'}", "app": self._instance.app,
            "appArgs": f"probe,{probe}", "channelId": probe, "callerId": number, "timeout": PATIENCE,
        }  # fmt: skip
        header = {} if trunk else {"PJSIP_HEADER(add,X-Line-Check)": self._instance.loop_secret}
        try:
            await self._ari.ask("POST", "channels", query, {"variables": header})
        except AriError as error:
            log.warning("asterisk.probe", probe=probe, error=str(error))
            return False
        return True

    async def hear(self, probe: str) -> None:
        """Record what the caller hears."""
        self._record(probe, {"c": (probe, "in")})

    async def press(self, probe: str, digit: str) -> None:
        """A key, long enough for every exchange on the way."""
        await self._ari.attempt("POST", f"channels/{part(probe)}/dtmf", {"dtmf": digit, "duration": 160})

    async def utter(self, probe: str) -> None:
        """Say the words of a line check."""
        await self._ari.attempt("POST", f"channels/{part(probe)}/play", {"media": "sound:hotline/line-check"})

    async def record(self, call: str, key: str) -> None:
        """Both sides at the channel that came in: what it says, and what it is told."""
        self._record(key, {"c": (call, "in"), "p": (call, "out")})

    async def end(self, probe: str) -> None:
        """Hang up."""
        await self._ari.attempt("DELETE", f"channels/{part(probe)}", {"reason": "normal"})
