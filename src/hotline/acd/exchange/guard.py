"""Who is locked out of the exchange: addresses that guess, by what the exchange itself writes of them. Pure.

Asterisk writes a line for each refusal into `log/security.log`. Whoever is refused too often within a minute is locked
out for an hour, longer each time; what he sends then counts as going on. An address that has signed in properly lately,
and the carrier's, is never locked out for what anybody could have sent in its name (UDP bears any sender): for those
only wrong answers to a challenge count, which nobody gives who cannot read the challenge.
"""

import re
from collections import deque
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

GUESSES = 20  # refusals
WITHIN = 60.0  # seconds
LOCKED = 3600.0  # seconds, the first time
LONGEST = 24 * 3600.0
TRUSTED = 24 * 3600.0  # seconds after a proper sign-in
MOST = 4000  # addresses that are remembered; the oldest are forgotten first
FIELD = re.compile(r'(\w+)="([^"]*)"')
ANYBODY = {"InvalidAccountID", "InvalidTransport", "RequestNotSupported", "RequestBadFormat", "UnexpectedAddress",
           "RequestNotAllowed", "AuthMethodNotAllowed"}  # fmt: skip
PROVEN = {"ChallengeResponseFailed", "InvalidPassword"}
GOES_ON = "FailedACL"
GOOD = "SuccessfulAuth"
BY_NET = {"UDP", "TCP", "TLS"}  # browsers come through the pages' own door, with a secret that is good once


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the log: what, from where, when (seconds)."""

    what: str
    address: str
    at: float


def read(line: str) -> Event | None:
    """What a line says, if it is of a telephone or a caller that came over the net."""
    said = dict(FIELD.findall(line))
    _family, _, rest = said.get("RemoteAddress", "").partition("/")
    transport, _, rest = rest.partition("/")
    address, _, _port = rest.rpartition("/")
    if said.get("Service") != "PJSIP" or transport not in BY_NET or not _is_address(address):
        return None
    return Event(said["SecurityEvent"], address, _seconds(said.get("EventTV", "")))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def nets(addresses: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and nets as they stand in a configuration; names of hosts are passed over."""
    found = []
    for address in addresses:
        with suppress(ValueError):
            found.append(ip_network(address, strict=False))
    return tuple(found)


def _seconds(text: str) -> float:
    """The moment of an event, `2026-11-30T09:12:38.123+0000`, in seconds; 0 when it cannot be read."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return 0.0


@dataclass(slots=True)
class Source:
    """What is known of an address."""

    refused: "deque[float]" = field(default_factory=deque)
    proven: "deque[float]" = field(default_factory=deque)
    good: float | None = None
    locked_until: float | None = None
    times: int = 0


@dataclass(slots=True)
class Guard:
    """Counts, and says who is locked out. `never` are addresses of carriers."""

    never: tuple[IPv4Network | IPv6Network, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    now: float = 0.0

    def hear(self, lines: Iterable[str]) -> Collection[str]:
        """Take in lines of the log; who is locked out now."""
        for line in lines:
            event = read(line)
            if event is not None:
                self.now = max(self.now, event.at)
                self._take(event)
        return self.locked()

    def pass_time(self, seconds: float) -> None:
        """Nothing was heard for so long."""
        self.now += seconds

    def locked(self) -> Collection[str]:
        """The addresses that are locked out."""
        return {
            address
            for address, source in self.sources.items()
            if source.locked_until is not None and source.locked_until > self.now
        }

    def _take(self, event: Event) -> None:
        source = self.sources.pop(event.address, None) or Source()
        self.sources[event.address] = source  # the newest stand last
        if event.what == GOOD:
            source.good = event.at
            source.refused.clear()
        elif event.what == GOES_ON and source.locked_until is not None:
            source.locked_until = max(source.locked_until, event.at + LOCKED)
        elif event.what in PROVEN:
            self._count(source, source.proven, event.at)
        elif event.what in ANYBODY and not self._is_trusted(event.address, source):
            self._count(source, source.refused, event.at)
        while len(self.sources) > MOST:
            del self.sources[next(iter(self.sources))]

    def _is_trusted(self, address: str, source: Source) -> bool:
        if source.good is not None and self.now - source.good < TRUSTED:
            return True
        here = ip_address(address)
        return any(here in net for net in self.never)

    def _count(self, source: Source, of: "deque[float]", at: float) -> None:
        of.append(at)
        while of[0] < at - WITHIN:
            of.popleft()
        if len(of) >= GUESSES and (source.locked_until is None or source.locked_until <= at):
            source.locked_until = at + min(LOCKED * 2**source.times, LONGEST)
            source.times += 1
            of.clear()
