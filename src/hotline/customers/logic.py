"""Telephone numbers and names: one written form, and what the mask leaves to see. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from hotline.kernel.rules import Dated, Refusal, Refused
from hotline.kernel.words import gettext_noop

REGION = "CN"
CHINA = 86
HIDDEN = "*"
FIRST_DAY = date(2020, 1, 1)
LONG_ENOUGH = 10  # digits: from here on first three and last four may be shown
SHORT = 8

# A3.6: how often a person may look behind the mask in one day; beyond it a colleague must help, and it is seen.
REVEALS_A_DAY: Dated[int] = Dated({FIRST_DAY: 30})

_MOBILE = re.compile(r"1[3-9]\d{9}")
_SWITCHBOARD = re.compile(r"^((?:\+?86[- ]?)?\(?0?\d{2,3}\)?[- ]?\d{7,8})[-—*# ]+(\d{1,6})$")
_EXTENSION_WORDS = re.compile(r"(转接|转|分机号|分机)")
_PREFIX = re.compile(r"^(\+|00)?86")
_DASHES = str.maketrans({"—": "-", "–": "-", "－": "-", "(": " ", ")": " "})


class Kind(StrEnum):
    """What kind of line a number belongs to."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number in its one written form."""

    e164: str
    kind: Kind
    extension: str = ""


def tidy(text: str) -> str:
    """Full-width digits, odd dashes and spaces as plain ones."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def normalise(text: str) -> Number:
    """The number as E.164 with its extension apart; Refused (A3.4) when it cannot be dialled.

    Numbers without a country are Chinese. `021-66778899-801`, `66778899转801` and `… ext 801` carry an extension. A
    local number without its area code is refused: it rings at somebody else's elsewhere.
    """
    cleaned = tidy(text)
    board = _SWITCHBOARD.match(cleaned)
    if board and not _parsed(cleaned):
        cleaned = f"{board[1]} ext {board[2]}"
    found = _parsed(_EXTENSION_WORDS.sub(" ext ", cleaned))
    if found is None:
        note = gettext_noop("This is not a number one can dial; a landline needs its area code.")
        raise Refused(Refusal("A3.4", note, {"field": "number"}))
    return Number(phonenumbers.format_number(found, PhoneNumberFormat.E164), _kind(found), found.extension or "")


def _parsed(text: str) -> PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, REGION)
    except NumberParseException:
        return None
    # New mobile prefixes are given out faster than any table of them.
    mobile = found.country_code == CHINA and _MOBILE.fullmatch(str(found.national_number))
    return found if mobile or phonenumbers.is_valid_number(found) else None


def _kind(number: PhoneNumber) -> Kind:
    if number.country_code == CHINA and _MOBILE.fullmatch(str(number.national_number)):
        return Kind.MOBILE
    match phonenumbers.number_type(number):
        case PhoneNumberType.MOBILE:
            return Kind.MOBILE
        case PhoneNumberType.FIXED_LINE | PhoneNumberType.FIXED_LINE_OR_MOBILE:
            return Kind.LANDLINE
    return Kind.OTHER


def digits_of(text: str) -> str:
    """Only the digits."""
    return "".join(character for character in tidy(text) if character.isascii() and character.isdigit())


def beginning(text: str) -> str:
    """How the E.164 form of a number begins that is still being typed; empty when there is too little of it."""
    cleaned = tidy(text)
    if cleaned.startswith("+"):
        found = f"+{digits_of(cleaned)}"
    else:
        digits = digits_of(cleaned)
        national = _PREFIX.sub("", digits) if len(digits) > LONG_ENOUGH or digits.startswith("0086") else digits
        found = f"+{CHINA}{national.removeprefix('0')}"
    return found if len(found) > len(f"+{CHINA}") else ""


def national(e164: str) -> tuple[str, str]:
    """The country's sign, empty for China, and the number as people there write it."""
    try:
        found = phonenumbers.parse(e164, None)
    except NumberParseException:
        return "", e164
    if found.country_code != CHINA:
        return f"+{found.country_code} ", str(found.national_number)
    whole = phonenumbers.format_number(found, PhoneNumberFormat.NATIONAL)
    return "", digits_of(whole)


def mask(e164: str) -> str:
    """`138****5678`: first three and last four; shorter numbers show less."""
    sign, number = national(e164)
    if len(number) >= LONG_ENOUGH:
        return f"{sign}{number[:3]}{HIDDEN * (len(number) - 7)}{number[-4:]}"
    hidden = max(len(number) - (3 if len(number) >= SHORT else 2), -(-len(number) // 2))
    return f"{sign}{HIDDEN * hidden}{number[hidden:]}"


def written(e164: str, extension: str = "") -> str:
    """The whole number as it is read out."""
    sign, number = national(e164)
    return f"{sign}{number}" + (f"-{extension}" if extension else "")


def mask_name(name: str) -> str:
    """`王**`: the family name, or a first letter."""
    name = name.strip()
    return f"{name[0]}{HIDDEN * 2}" if name else ""
