"""Calls that people of the centre make. Pure."""

import phonenumbers
from phonenumbers import PhoneNumberType

from hotline.customers.logic import CHINA, digits_of, national
from hotline.kernel.rules import Refusal
from hotline.kernel.words import gettext_noop

DEAR = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}


def name_of(wish: int) -> str:
    """How a call is named that somebody asked for by this wish: `Call.ref`, before there is a call."""
    return f"o{wish}"


def wish_of(name: str) -> int:
    """The wish from which a call of that name came."""
    return int(name.removeprefix("o"))


def dialled(e164: str) -> str:
    """What the line to the outside is told: as people here dial it, digits alone, abroad with 00."""
    sign, number = national(e164)
    digits = digits_of(number)
    return f"00{digits_of(sign)}{digits}" if sign else digits


def refusal_of(e164: str) -> Refusal | None:
    """Why nobody may call such a number from here: abroad, and at a dear rate. None when he may."""
    found = phonenumbers.parse(e164, None)
    if found.country_code != CHINA:
        return Refusal("A2.8", gettext_noop("Numbers abroad are not called from here."), {"field": "number"})
    if phonenumbers.number_type(found) in DEAR:
        return Refusal("A2.8", gettext_noop("Numbers at a dear rate are not called from here."), {"field": "number"})
    return None
