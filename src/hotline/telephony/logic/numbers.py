"""Callers' numbers. Pure."""

from hotline.customers.logic import normalise
from hotline.kernel.rules import Refused


def written(number: str) -> str:
    """A caller's number as E.164 where it can be read as one, else as it came."""
    try:
        return normalise(number).e164
    except Refused:
        return number[:30]
