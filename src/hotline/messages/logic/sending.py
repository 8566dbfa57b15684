"""When a text may go out, when it is tried again, how often a number is written to, how long it is remembered."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from hotline.kernel.rules import Dated, Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.messages.logic.occasions import SMS

FIRST_DAY = date(2020, 1, 1)
REGION, CHINA = "CN", 86
HIDDEN = "*"


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours, by the centre's wall clock, in which no SMS wakes anybody."""

    begins: time
    ends: time

    def holds(self, wall: time) -> bool:
        """Whether a time of the day lies in the quiet hours, over midnight too."""
        if self.begins <= self.ends:
            return self.begins <= wall < self.ends
        return wall >= self.begins or wall < self.ends


@dataclass(frozen=True, slots=True)
class Terms:
    """The numbers by which texts are sent."""

    quiet: Quiet
    most_a_day: Mapping[str, int]  # texts to one address in 24 hours, by channel
    retries: tuple[timedelta, ...]  # pauses before the second, third... try; then it is given up
    silence: timedelta  # after which a try that never ended counts as unclear
    kept: timedelta  # address and text are forgotten after that
    looks_a_day: int  # looks behind the mask by one person


TERMS: Dated[Terms] = Dated(
    {
        FIRST_DAY: Terms(
            quiet=Quiet(time(22, 0), time(8, 0)),
            most_a_day={"sms": 8, "mail": 30},
            retries=(
                timedelta(minutes=1),
                timedelta(minutes=5),
                timedelta(minutes=30),
                timedelta(hours=2),
                timedelta(hours=6),
            ),
            silence=timedelta(minutes=15),
            kept=timedelta(days=180),
            looks_a_day=30,
        ),
    }
)


def first_moment(channel: str, local: datetime, quiet: Quiet, *, urgent: bool) -> datetime:
    """When a text may go out at the earliest: at once, or an SMS after the quiet hours; on the clock of `local`."""
    if channel != SMS or urgent or not quiet.holds(local.timetz().replace(tzinfo=None)):
        return local
    morning = local.replace(hour=quiet.ends.hour, minute=quiet.ends.minute, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def next_try(failures: int, at: datetime, terms: Terms) -> datetime | None:
    """When to try again after so many failures; None when it is given up."""
    return at + terms.retries[failures - 1] if failures <= len(terms.retries) else None


_MOBILE = re.compile(r"1[3-9]\d{9}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")


def normalise(channel: str, address: str) -> str:
    """The one written form of a number (E.164) or mail address; Refused when nothing can be sent there."""
    if channel == SMS:
        return _number(address)
    found = address.strip()
    if len(found) > 200 or not _MAIL.fullmatch(found) or ".." in found:
        raise Refused(Refusal("messages.address", _("This is not a mail address."), {"field": "mail"}))
    name, _at, host = found.rpartition("@")
    return f"{name}@{host.lower()}"


def _number(text: str) -> str:
    wrong = Refused(Refusal("messages.address", _("No SMS can be sent to this number."), {"field": "number"}))
    try:
        found = phonenumbers.parse(text, REGION)
    except NumberParseException:
        raise wrong from None
    national = str(found.national_number)
    if found.country_code == CHINA and not _MOBILE.fullmatch(national):
        raise wrong
    if found.country_code != CHINA and not phonenumbers.is_valid_number(found):
        raise wrong
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)


def mask(channel: str, address: str) -> str:
    """What a page shows: `138****5678`, `w***@example.org`."""
    if channel == SMS:
        digits = address.removeprefix(f"+{CHINA}")
        return f"{digits[:3]}{HIDDEN * max(len(digits) - 7, 1)}{digits[-4:]}"
    name, _at, host = address.rpartition("@")
    return f"{name[:1]}{HIDDEN * 3}@{host}"
