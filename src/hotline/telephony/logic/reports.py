"""Figures of calls over a period: what they are made of, how they are reckoned, what each means. Pure."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.words import gettext_noop
from hotline.telephony.logic.service_level import Tally

MOST_DAYS = 92  # of a period
MOST_DAYS_BY_HALF_HOUR = 3
ZERO = timedelta(0)


class By(StrEnum):
    """What a report is told by."""

    HALF_HOUR = "half_hour"
    DAY = "day"
    QUEUE = "queue"
    PERSON = "person"
    TEAM = "team"


BY_LABELS = {
    By.HALF_HOUR: gettext_noop("By half-hour"),
    By.DAY: gettext_noop("By day"),
    By.QUEUE: gettext_noop("By queue"),
    By.PERSON: gettext_noop("By person"),
    By.TEAM: gettext_noop("By team"),
}
OF_PEOPLE = frozenset({By.PERSON, By.TEAM})


class Figure(StrEnum):
    """A count that opens onto the calls behind it."""

    OFFERED = "offered"
    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OTHERWISE = "otherwise"
    CALLBACKS = "callbacks"
    CALLBACKS_KEPT = "callbacks_kept"
    TALKS = "talks"
    TRANSFERS = "transfers"
    OFFERS = "offers"
    TAKEN = "taken"
    MISSED = "missed"
    REFUSED = "refused"


FIGURE_LABELS = {
    Figure.OFFERED: gettext_noop("Offered"),
    Figure.ANSWERED: gettext_noop("Calls answered"),
    Figure.ABANDONED: gettext_noop("Abandoned"),
    Figure.OTHERWISE: gettext_noop("Left otherwise"),
    Figure.CALLBACKS: gettext_noop("Call-backs wished"),
    Figure.CALLBACKS_KEPT: gettext_noop("Call-backs kept"),
    Figure.TALKS: gettext_noop("Talks on the telephone"),
    Figure.TRANSFERS: gettext_noop("Handed over"),
    Figure.OFFERS: gettext_noop("Offers to the person"),
    Figure.TAKEN: gettext_noop("Picked up within the rings"),
    Figure.MISSED: gettext_noop("Offers missed"),
    Figure.REFUSED: gettext_noop("Calls refused"),
}
FIGURE_TEXTS = {
    Figure.OFFERED: gettext_noop("Stays in a queue that began in the period and ended answered or abandoned."),
    Figure.ANSWERED: gettext_noop("Of those offered, those that somebody picked up."),
    Figure.ABANDONED: gettext_noop("Of those offered, those that hung up or waited too long."),
    Figure.OTHERWISE: gettext_noop("Stays that ended full, closed, without staff, moved on, called back, or as tests."),
    Figure.CALLBACKS: gettext_noop("Callers who gave up the line and kept their place."),
    Figure.CALLBACKS_KEPT: gettext_noop("Of those, the ones who were reached and talked to."),
    Figure.TALKS: gettext_noop("Talks that began in the period; a call that was handed over has several."),
    Figure.TRANSFERS: gettext_noop("Talks that ended because the person handed the caller over."),
    Figure.OFFERS: gettext_noop("How often the person's telephone was to ring."),
    Figure.TAKEN: gettext_noop("Offers that were picked up, at the latest in the last ring that the queue gives."),
    Figure.MISSED: gettext_noop("Offers that rang to the end."),
    Figure.REFUSED: gettext_noop("Offers that the person refused."),
}


@dataclass(frozen=True, slots=True)
class Traffic:
    """A row by time or queue."""

    tally: Tally = field(default_factory=Tally)
    waited: timedelta = ZERO  # of those answered
    callbacks: int = 0
    callbacks_kept: int = 0
    talks: int = 0
    talked: timedelta = ZERO  # holding included
    wrapped: timedelta = ZERO
    wraps: int = 0
    transfers: int = 0

    @property
    def average_wait(self) -> timedelta | None:
        """ASA: the wait of those answered, over those answered."""
        return _average(self.waited, self.tally.answered)

    @property
    def average_talk(self) -> timedelta | None:
        """Talk with holding, over talks."""
        return _average(self.talked, self.talks)

    @property
    def average_wrap_up(self) -> timedelta | None:
        """After-call work, over talks."""
        return _average(self.wrapped, self.talks)

    @property
    def handling(self) -> timedelta | None:
        """AHT: talk, holding and after-call work, over talks; ringing is not counted."""
        return _average(self.talked + self.wrapped, self.talks)

    @property
    def abandonment(self) -> Fraction | None:
        """Abandoned over offered."""
        return Fraction(self.tally.abandoned, self.tally.offered) if self.tally.offered else None


@dataclass(frozen=True, slots=True)
class Work:
    """A row of a person or a team."""

    offers: int = 0
    taken: int = 0
    missed: int = 0
    refused: int = 0
    talks: int = 0
    talked: timedelta = ZERO
    transfers: int = 0
    callbacks_kept: int = 0
    wrapped: timedelta = ZERO  # after-call work of these talks
    states: dict[str, timedelta] = field(default_factory=dict)  # how long in each state; empty for one queue alone

    @property
    def average_talk(self) -> timedelta | None:
        """Talk with holding, over talks."""
        return _average(self.talked, self.talks)

    @property
    def average_wrap_up(self) -> timedelta | None:
        """After-call work, over talks."""
        return _average(self.wrapped, self.talks)

    @property
    def handling(self) -> timedelta | None:
        """AHT: talk, holding and after-call work, over talks."""
        return _average(self.talked + self.wrapped, self.talks)

    def time(self, *states: str) -> timedelta:
        """How long in these states."""
        return sum((self.states.get(state, ZERO) for state in states), ZERO)

    @property
    def busy(self) -> timedelta:
        """Talking, holding, after-call work."""
        return self.time("talking", "wrap_up")

    @property
    def occupancy(self) -> Fraction | None:
        """Busy over busy and ready: the strict three-state form; without anything there is nothing to divide by."""
        return _share(self.busy, self.busy + self.time("ready"))

    @property
    def utilisation(self) -> Fraction | None:
        """Busy, ready and ringing, over all the time signed in."""
        return _share(self.busy + self.time("ready", "ringing"), self.signed_in)

    @property
    def signed_in(self) -> timedelta:
        """All the time at the telephone, whatever the state."""
        return self.time("talking", "wrap_up", "ready", "ringing", "not_ready")

    @property
    def within_rings(self) -> Fraction | None:
        """Picked up over offers that rang to an answer, a refusal or the end (A3.2)."""
        told = self.taken + self.missed + self.refused
        return Fraction(self.taken, told) if told else None


def _average(whole: timedelta, count: int) -> timedelta | None:
    return whole / count if count else None


def _share(part: timedelta, whole: timedelta) -> Fraction | None:
    second = timedelta(microseconds=1)
    return Fraction(part // second, whole // second) if whole else None


def period(since: date, until: date, by: By) -> tuple[date, date, bool]:
    """The days that are shown, the last one included, and whether they were cut to what a report may hold."""
    if until < since:
        since, until = until, since
    most = MOST_DAYS_BY_HALF_HOUR if by is By.HALF_HOUR else MOST_DAYS
    first = max(since, until - timedelta(days=most - 1))
    return first, until, first != since
