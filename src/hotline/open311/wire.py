"""The one way out: a call to an address that somebody typed, which must never reach what stands inside the house.

Every attempt resolves the name anew, refuses it when any of its addresses is not on the open internet, and connects
to the very address that was checked; the name stays in Host and in the certificate's check. No redirects, no proxies
of the environment, little time, small answers.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext

from hotline.open311.logic import outward
from hotline.open311.services.webhooks import Answer, Outgoing

PATIENCE = httpx.Timeout(5.0, connect=5.0)
WHOLE = 10.0  # seconds that a call may take from its first byte to its last
MOST_BYTES = 65_536
PORTS = {"https": 443, "http": 80}
Resolve = Callable[[str, int], list[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: the address that was checked, and the name by which it was asked for."""

    address: str
    port: int
    host: str
    scheme: str


class NotThere(Exception):
    """An address that must not be called."""


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def target_of(url: str, resolving: Resolve) -> Target:
    """The address to connect to; NotThere when the name leads anywhere but to the open internet."""
    fault = outward.fault_of(url, loopback=settings.WEBHOOK_LOOPBACK)
    if fault:
        raise NotThere(gettext(fault))
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        addresses = resolving(host.encode("idna").decode() if not host.isascii() else host, port)
    except (OSError, UnicodeError) as error:
        raise NotThere(gettext("The name is not known.")) from error
    good = [address for address in addresses if _may(address, parts.scheme)]
    if not addresses or len(good) != len(addresses):
        raise NotThere(gettext("This address is not on the open internet."))
    return Target(good[0], port, host, parts.scheme)


def _may(address: str, scheme: str) -> bool:
    """In tests the machine itself may be called; plain http goes nowhere else."""
    if settings.WEBHOOK_LOOPBACK and outward.is_loopback(address):
        return True
    return scheme == "https" and outward.is_public(address)


def send(out: Outgoing, resolving: Resolve = resolve) -> Answer:
    """Make a call; never raises."""
    began = time.monotonic()
    address = ""
    try:
        target = target_of(out.url, resolving)
        address = target.address
        code, text = _post(out, target, began)
    except NotThere as error:
        return Answer(is_taken=False, took=_since(began), address=address, error=str(error))
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        said = f"{type(error).__name__}: {error}"
        return Answer(is_taken=False, took=_since(began), address=address, error=said[:200])
    return Answer(
        is_taken=200 <= code < 300,
        took=_since(began),
        address=address,
        code=code,
        error="" if 200 <= code < 300 else _no(code),
        text=text,
    )


def _no(code: int) -> str:
    if 300 <= code < 400:
        return gettext("It answered with a redirect, which is not followed.")
    return gettext("It answered {code}.").format(code=code)


def _since(began: float) -> timedelta:
    return timedelta(microseconds=int((time.monotonic() - began) * 1_000_000))


def _post(out: Outgoing, target: Target, began: float) -> tuple[int, str]:
    """Connect to the checked address; name and certificate are those of the host."""
    parts = urlsplit(out.url)
    host = f"[{target.address}]" if ":" in target.address else target.address
    url = httpx.URL(f"{target.scheme}://{host}:{target.port}{parts.path or '/'}", query=parts.query.encode() or None)
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "hotline-webhook/1",
        "X-Hotline-Event": out.event,
        "X-Hotline-Delivery": str(out.delivery_id),
        "X-Hotline-Timestamp": str(out.timestamp),
        "X-Hotline-Signature": outward.signature(out.secret, out.timestamp, out.body),
    }
    with (
        httpx.Client(trust_env=False, follow_redirects=False, timeout=PATIENCE) as client,
        client.stream(
            "POST", url, content=out.body, headers=headers, extensions={"sni_hostname": target.host}
        ) as response,
    ):
        return response.status_code, _read(response, began)


def _read(response: httpx.Response, began: float) -> str:
    """The beginning of the answer; whoever drips or floods is left."""
    text = bytearray()
    for piece in response.iter_raw(4_096):
        text += piece
        if len(text) >= MOST_BYTES or time.monotonic() - began > WHOLE:
            break
    return bytes(text[:MOST_BYTES]).decode("utf-8", "replace").replace("\x00", "")
