"""Webhooks: how a delivery stands, when it is tried again, how it is signed, which addresses it may go to. Pure."""

import hmac
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from hotline.kernel.words import gettext_noop as _

VERSION = "v1"
REPLAY_WINDOW = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
# After the first try, so long is waited before each further one: a receiver may be down for a working day.
PAUSES = (1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE, 180 * MINUTE, 360 * MINUTE, 720 * MINUTE)
MOST_TRIES = len(PAUSES) + 1
MOST_FAILURES = 20  # attempts in a row that came to nothing, over all deliveries of a subscription
NO_ADDRESS = _("This is not an address.")


class Event(StrEnum):
    """What a subscription can ask to be told of."""

    CREATED = "request.created"
    UPDATED = "request.updated"
    CLOSED = "request.closed"


EVENT_LABELS: dict[Event, str] = {
    Event.CREATED: _("Request received"),
    Event.UPDATED: _("Request went on"),
    Event.CLOSED: _("Request closed"),
}


class Delivering(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"  # the request is not public any more, or nobody wants it


MOVES: dict[Delivering, frozenset[Delivering]] = {
    Delivering.WAITING: frozenset({Delivering.DELIVERED, Delivering.FAILED, Delivering.DROPPED}),
    Delivering.DELIVERED: frozenset({Delivering.WAITING}),
    Delivering.FAILED: frozenset({Delivering.WAITING}),
    Delivering.DROPPED: frozenset({Delivering.WAITING}),
}


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it is given up."""
    return PAUSES[tries - 1] if 1 <= tries <= len(PAUSES) else None


def secret_of(installation: str, salt: str) -> str:
    """The secret that a receiver shares with us: of the installation's key and the subscription's salt."""
    return hmac.new(installation.encode(), f"open311.webhook:{salt}".encode(), sha256).hexdigest()


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What stands in X-Hotline-Signature: HMAC-SHA256 over the timestamp, a dot and the body."""
    made = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, sha256).hexdigest()
    return f"{VERSION}={made}"


def is_genuine(secret: str, timestamp: int, body: bytes, given: str, now: int) -> bool:
    """What a receiver checks: the signature, and that it is not a replay of an old call."""
    fresh = abs(now - timestamp) <= REPLAY_WINDOW // timedelta(seconds=1)
    return fresh and hmac.compare_digest(signature(secret, timestamp, body), given)


# ---------------------------------------------------------------- where a webhook may go

Address = IPv4Address | IPv6Address
# Networks that carry an IPv4 address inside an IPv6 one: what they lead to is what counts.
NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
# Not for the open internet either, whatever edition of the registry this Python knows.
SET_APART = tuple(
    ip_network(text) for text in ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "100::/64")
)
TUNNELS = (ip_network("2002::/16"), ip_network("2001::/32"), ip_network("::/96"), *NAT64)


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv4-mapped IPv6 address; any other as it is."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_public(text: str) -> bool:
    """Whether this is an address of the open internet: not private, local, shared, reserved, multicast, a tunnel."""
    try:
        address = unwrapped(ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and any(address in network for network in TUNNELS):
        return False
    if any(address in network for network in SET_APART):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def is_loopback(text: str) -> bool:
    """Whether this is the machine itself."""
    try:
        return unwrapped(ip_address(text)).is_loopback
    except ValueError:
        return False


def fault_of(url: str, *, loopback: bool) -> str:
    """What is wrong with an address as it is written; empty when nothing is. What it resolves to is asked later."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return NO_ADDRESS
    host = parts.hostname or ""
    literal = _literal(host)
    open_to_all = not literal or is_public(literal) or (loopback and is_loopback(literal))
    faults = {
        NO_ADDRESS: not host or port == 0 or not url.isprintable() or any(sign.isspace() for sign in url),
        _("The address must begin with https://."): parts.scheme not in ({"https", "http"} if loopback else {"https"}),
        _("The address must hold neither a name nor a password."): "@" in parts.netloc,
        _("The address must hold no fragment."): bool(parts.fragment),
        _("This address is not on the open internet."): not open_to_all,
    }
    return next((said for said, is_so in faults.items() if is_so), "")


def _literal(host: str) -> str:
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        return ""
