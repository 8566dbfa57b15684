"""What a program asks for: the arguments of a call, read once, with everything that is wrong with them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo

from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic.texts import carried
from hotline.open311.logic.updates import CLOSED, OPEN

WINDOW = timedelta(days=90)
MOST_ROWS = 1_000
MOST_PAGES = 100
MOST_IDS = 1_000
FIRST_YEAR, LAST_YEAR = 1990, 2190  # beyond them a date is a typing error, and no calendar can be trusted with it
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")
BAD, FORBIDDEN, MISSING, TOO_MANY, WRONG_METHOD = 400, 403, 404, 429, 405


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of an answer: its code, an English msgid, its values."""

    code: int
    note: str
    params: Mapping[str, object] = field(default_factory=dict)


class Faulty(Exception):
    """A call that cannot be answered as it was asked."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults

    @property
    def code(self) -> int:
        """The status of the answer: that of the first error, a missing or wrong key before all."""
        codes = [fault.code for fault in self.faults]
        return next((code for code in (FORBIDDEN, TOO_MANY) if code in codes), codes[0])


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment on, until and with another."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests that are asked for."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    status: str = ""  # open, closed, or both when empty
    requested: Span | None = None
    updated: Span | None = None
    page: int = 1
    size: int = MOST_ROWS
    extended: bool = False


class Arguments:
    """The arguments of one call; an empty one is absent. Faults are collected, so that all can be said at once."""

    def __init__(self, values: Mapping[str, str], *, at: datetime, zone: tzinfo) -> None:
        self.values = {name: carried(value).strip() for name, value in values.items()}
        self.at, self.zone = at, zone
        self.faults: list[Fault] = []

    def text(self, name: str) -> str:
        """An argument, or nothing."""
        return self.values.get(name, "")

    def words(self, name: str) -> tuple[str, ...]:
        """A list separated by commas, each once."""
        found = (word.strip() for word in self.text(name).split(","))
        return tuple(dict.fromkeys(word for word in found if word))

    def whole(self, name: str, default: int, most: int) -> int:
        """A whole number from one on."""
        text = self.text(name)
        if not text:
            return default
        if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= most:
            return int(text)
        note = _("{name} must be a whole number from 1 to {most}.")
        self.faults.append(Fault(BAD, note, {"name": name, "most": most}))
        return default

    def truth(self, name: str) -> bool:
        """True only when it says so."""
        return self.text(name).lower() in {"true", "1", "yes"}

    def moment(self, name: str) -> datetime | None:
        """A moment in ISO 8601; one without a zone is on the centre's clock."""
        text = self.text(name)
        if not text:
            return None
        found = moment_of(text, self.zone)
        if found is None:
            note = _("{name} must be a moment as 2026-03-09T09:00:00+08:00.")
            self.faults.append(Fault(BAD, note, {"name": name}))
        return found

    def span(self, start_name: str, end_name: str) -> Span | None:
        """A span of days by its ends; nothing without either, at most the window long."""
        start, end = self.moment(start_name), self.moment(end_name)
        if start is None and end is None:
            return None
        start = start or (end - WINDOW if end else self.at - WINDOW)
        end = end or start + WINDOW
        if start > end:
            self.faults.append(Fault(BAD, _("{start} is later than {end}."), {"start": start_name, "end": end_name}))
        elif end - start > WINDOW:
            note = _("From {start} to {end} there may be {days} days at most.")
            values = {"start": start_name, "end": end_name, "days": WINDOW.days}
            self.faults.append(Fault(BAD, note, values))
        return Span(start, end)

    def refuse(self) -> None:
        """Stop when something is wrong."""
        if self.faults:
            raise Faulty(*self.faults)


def moment_of(text: str, zone: tzinfo) -> datetime | None:
    """A moment as programs write it, in UTC; an unescaped plus arrives as a space."""
    try:
        found = datetime.fromisoformat(_LOST_PLUS.sub(r"+\1", text))
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def asked_for(arguments: Arguments) -> Asked:
    """The requests that the arguments of GET requests mean. A list of ids overrides every other filter."""
    extended = arguments.truth("extensions")
    ids = arguments.words("service_request_id")
    if ids:
        if len(ids) > MOST_IDS:
            note = _("At most {most} ids can be asked for at once.")
            arguments.faults.append(Fault(BAD, note, {"most": MOST_IDS}))
        arguments.refuse()
        return Asked(ids=ids, extended=extended)
    wanted = arguments.words("status")
    if not set(wanted) <= {OPEN, CLOSED}:
        arguments.faults.append(Fault(BAD, _("status is open, closed or both.")))
    requested = arguments.span("start_date", "end_date")
    updated = arguments.span("updated_after", "updated_before")
    asked = Asked(
        codes=arguments.words("service_code"),
        status=wanted[0] if len(wanted) == 1 else "",
        requested=requested or (None if updated else Span(arguments.at - WINDOW, arguments.at)),
        updated=updated,
        page=arguments.whole("page", 1, MOST_PAGES),
        size=arguments.whole("page_size", MOST_ROWS, MOST_ROWS),
        extended=extended,
    )
    arguments.refuse()
    return asked
