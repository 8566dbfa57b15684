"""What the ACD asks of an exchange, whichever it is: Asterisk, or the simulated one."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_URL, UUID, uuid5

from hotline.acd.engine.messages import Event, Order


@dataclass(frozen=True, slots=True)
class Arrived:
    """A new caller, before it is known which queue and whose caller he is."""

    call: str
    number: str
    dialled: str
    came: datetime | None = None


@dataclass(frozen=True, slots=True)
class SidesReady:
    """Both sides of a talk are recorded and lie in files (None where there is none)."""

    offer: str
    caller: Path | None
    person: Path | None


@dataclass(frozen=True, slots=True)
class Lost:
    """The exchange cannot be heard any more; `look` again after `Found`."""


@dataclass(frozen=True, slots=True)
class Back:
    """The exchange is heard again."""


@dataclass(frozen=True, slots=True)
class ProbeAnswered:
    """A test call of ours was answered."""

    probe: str


@dataclass(frozen=True, slots=True)
class ProbeOver:
    """A test call of ours has ended."""

    probe: str


Heard = Event | Arrived | SidesReady | Lost | Back | ProbeAnswered | ProbeOver


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, and when by the exchange's own clock; None: when it is heard."""

    what: Heard
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telephone:
    """A person's telephone as the exchange must know it."""

    person: int
    account: str
    digest: str
    contact: str
    is_browser: bool


@dataclass(slots=True)
class Alive:
    """What an exchange holds at the moment: callers, people's lines by offer and whether they were picked up."""

    callers: dict[str, Arrived] = field(default_factory=dict)
    legs: dict[str, bool] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)  # callers whom the exchange itself keeps: they will arrive again
    called: set[str] = field(default_factory=set)  # calls whose outside line is one that was dialled


class Deposed(Exception):
    """The exchange listens to another ACD by now."""


class Probes(Protocol):
    """What an exchange can do that calls itself, as a caller would (A7.1, A7.2)."""

    def number_for(self, dialled: str) -> str:
        """The number from which such a call will come in."""

    async def dial_in(self, probe: str, dialled: str, number: str) -> bool:
        """Call a number of ours; whether the exchange could. `ProbeAnswered` and `ProbeOver` tell what follows."""

    async def hear(self, probe: str) -> None:
        """Record what the caller hears, from now until the end."""

    async def press(self, probe: str, digit: str) -> None:
        """Press a key."""

    async def utter(self, probe: str) -> None:
        """Say something, so that the other side has something to record."""

    async def record(self, call: str, key: str) -> None:
        """Record both sides of the call that came in, as talks are recorded; `SidesReady` tells of it under the key."""

    async def end(self, probe: str) -> None:
        """Hang up; what was heard until then is told by `SidesReady` under the probe's name."""


class Switch(Protocol):
    """An exchange."""

    name: str
    simulated: bool  # without sound: nothing is recorded, and nobody needs a telephone to be reached
    probes: Probes | None

    async def open(self) -> None:
        """Begin to listen; returns when it is heard."""

    def heard(self) -> AsyncIterator[Told]:
        """What happens, as it happens; raises Deposed when another ACD has taken over."""

    async def do(self, order: Order) -> None:
        """Carry out an order; orders of one call are given one after another."""

    async def look(self) -> Alive:
        """What lives there now; whatever belongs to nothing is cleared away by `sweep`."""

    async def sweep(self, calls: set[str], offers: set[str]) -> None:
        """End every line and every conference that belongs to none of these."""

    async def know(self, telephones: Sequence[Telephone]) -> dict[int, bool]:
        """Learn people's telephones; who of them can be reached."""

    async def speak(self, texts: Mapping[str, str]) -> None:
        """Have these announcements ready by their names; what is there already is not made again."""

    def files_of(self, recording: str) -> tuple[Path | None, Path | None]:
        """Where the two sides of a talk lie that is over."""

    async def close(self) -> None:
        """Stop listening; calls go on."""


def call_of(offer: str) -> str:
    """The call of an offer."""
    return offer.rpartition("-")[0]


def recording_of(offer: str) -> UUID:
    """The number of a talk's recording: made from the offer, so that a new ACD knows it too."""
    return uuid5(NAMESPACE_URL, f"hotline:recording:{offer}")
