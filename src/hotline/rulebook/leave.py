"""Leave (D2.8 to D2.10, D4): its kinds as data, how it is counted, who decides, and when it cannot be asked for.

Leave is counted in half days, as whole numbers. What it costs stands in `leave_effects`.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from hotline.kernel.rules import Dated, Refusal, rule
from hotline.kernel.words import gettext_noop
from hotline.rulebook.roles import FIRST_DAY, Role

ZONE = ZoneInfo("Asia/Shanghai")
HALF, DAY = 1, 2  # in half days
ONE_DAY = timedelta(days=1)


class Count(StrEnum):
    """By which days leave is counted."""

    ROSTERED = "rostered"  # the shifts missed (reading 56)
    WORKING = "working"  # the shifts missed, public holidays left out (the law on annual leave)
    CALENDAR = "calendar"  # every day from the first to the last


class Code(StrEnum):
    """The kinds that the handbook and the law know."""

    SICK = "sick"  # 病假
    PERSONAL = "personal"  # 事假
    ANNUAL = "annual"  # 公休, 年休假
    MARRIAGE = "marriage"  # 婚假
    MATERNITY = "maternity"  # 产假
    PATERNITY = "paternity"  # 陪产假
    BEREAVEMENT = "bereavement"  # 丧假
    WORK_INJURY = "work_injury"  # 工伤假


@dataclass(frozen=True, slots=True)
class Kind:
    """What holds for a kind of leave."""

    code: Code
    name: str  # an English msgid
    clause: str
    count: Count
    chain: tuple[tuple[int | None, tuple[Role, ...]], ...]  # (shorter than so many half days, who decides), rising
    floor: int | None = None  # half days that the law gives at least
    is_planned: bool = False  # counts among those who may be away on a day (A7.16); never what nobody can choose
    is_statutory: bool = True  # costs neither money nor points (reading 74)
    is_restricted: bool = False  # others see that somebody is away and not why
    needs_reason: bool = False
    papers: int = 0  # certificates to hand in
    papers_from: int = HALF  # from so many half days on (reading 59: half a day itself included)
    notice_days: int = 0  # full days between the asking and the first day (reading 62)
    notice_months: int = 0
    is_one_piece: bool = False
    has_balance: bool = False


SHORT_OR_LONG: tuple[tuple[int | None, tuple[Role, ...]], ...] = (
    (2 * DAY, (Role.SUPERVISOR,)),  # readings 60, 61: half a day to a day and a half
    (None, (Role.SUPERVISOR, Role.DIRECTOR)),
)
BY_DIRECTOR: tuple[tuple[int | None, tuple[Role, ...]], ...] = ((None, (Role.DIRECTOR,)),)
BY_BOTH: tuple[tuple[int | None, tuple[Role, ...]], ...] = ((None, (Role.SUPERVISOR, Role.DIRECTOR)),)

KINDS: Dated[tuple[Kind, ...]] = Dated(
    {
        FIRST_DAY: (
            Kind(
                Code.SICK, gettext_noop("Sick leave"), "D2.8", Count.ROSTERED, SHORT_OR_LONG,
                is_statutory=False, is_restricted=True, papers=1,
            ),
            Kind(
                Code.PERSONAL, gettext_noop("Personal leave"), "D2.9", Count.ROSTERED, SHORT_OR_LONG,
                is_planned=True, is_statutory=False, needs_reason=True, notice_days=2,
            ),
            Kind(
                Code.ANNUAL, gettext_noop("Annual leave"), "D4.4", Count.WORKING, BY_DIRECTOR,
                floor=5 * DAY, is_planned=True, notice_months=1, has_balance=True,
            ),
            Kind(
                Code.MARRIAGE, gettext_noop("Marriage leave"), "D4.2", Count.WORKING, BY_DIRECTOR,
                floor=3 * DAY, is_planned=True, papers=2, is_one_piece=True,
            ),
            Kind(
                Code.MATERNITY, gettext_noop("Maternity leave"), "D4.3", Count.CALENDAR, BY_BOTH,
                floor=98 * DAY, is_restricted=True, papers=1,
            ),
            Kind(Code.PATERNITY, gettext_noop("Paternity leave"), "D4.3", Count.CALENDAR, BY_BOTH, papers=1),
            Kind(
                Code.BEREAVEMENT, gettext_noop("Bereavement leave"), "D4.5", Count.WORKING, SHORT_OR_LONG,
                floor=1 * DAY, is_restricted=True,
            ),
            Kind(
                Code.WORK_INJURY, gettext_noop("Work injury leave"), "D4.5", Count.CALENDAR, BY_BOTH,
                is_restricted=True, papers=1,
            ),
        ),
    }
)  # fmt: skip


def kinds(day: date) -> Mapping[str, Kind]:
    """The kinds in force on a day, by code."""
    return {kind.code.value: kind for kind in KINDS.on(day)}


# ---------------------------------------------------------------- counting


@dataclass(frozen=True, slots=True)
class Piece:
    """From which day to which, and whether it begins or ends in the middle of the shift."""

    first: date
    last: date
    from_middle: bool = False
    to_middle: bool = False

    @property
    def makes_sense(self) -> bool:
        """Whether it ends after it begins."""
        return self.first <= self.last and not (self.first == self.last and self.from_middle and self.to_middle)

    @property
    def days(self) -> tuple[date, ...]:
        """Every day from the first to the last."""
        return tuple(self.first + number * ONE_DAY for number in range((self.last - self.first).days + 1))

    def halves(self, day: date) -> int:
        """How many halves of that day lie in it."""
        cut = (day == self.first and self.from_middle) + (day == self.last and self.to_middle)
        return DAY - cut


@dataclass(frozen=True, slots=True)
class Counted:
    """One day of a leave: whether a shift is missed on it, and what of it is counted."""

    day: date
    is_shift: bool
    half_days: int


@rule("D4.5", since=FIRST_DAY)
def counted_days(
    count: Count, piece: Piece, shifts: Collection[date], holidays: Collection[date]
) -> tuple[Counted, ...]:
    """D4.5: what is counted of each day on which a shift is missed, or of every day where the calendar counts.

    `shifts` are the days on which the person is to work. A day of rest inside is not counted, and a public holiday
    costs no annual leave, though somebody may have been to work on it.
    """
    found = []
    for day in piece.days:
        is_shift = day in shifts
        if count is Count.CALENDAR:
            found.append(Counted(day, is_shift, piece.halves(day)))
        elif is_shift:
            free = count is Count.WORKING and day in holidays
            found.append(Counted(day, is_shift, 0 if free else piece.halves(day)))
    return tuple(found)


@rule("D2.10", since=FIRST_DAY)
def spells(pieces: Sequence[Piece], shifts: Collection[date]) -> tuple[tuple[int, ...], ...]:
    """D2.10: which pieces of one kind are one spell, as groups of their numbers (readings 58, 63).

    Two follow each other without a break when no half of a shift lies between them.
    """
    order = sorted(range(len(pieces)), key=lambda number: (pieces[number].first, pieces[number].from_middle))
    groups: list[list[int]] = []
    for number in order:
        if groups and _touch(pieces[groups[-1][-1]], pieces[number], shifts):
            groups[-1].append(number)
        else:
            groups.append([number])
    return tuple(tuple(group) for group in groups)


def _touch(one: Piece, two: Piece, shifts: Collection[date]) -> bool:
    if two.first <= one.last:
        return True
    worked = (one.to_middle and one.last in shifts) or (two.from_middle and two.first in shifts)
    return not worked and not any(one.last < day < two.first for day in shifts)


# ---------------------------------------------------------------- who decides


@rule("D2.8", since=FIRST_DAY)
def approval_chain(kind: Kind, half_days: int, continuous: int) -> tuple[Role, ...]:
    """D2.8: who decides, in order, by the kind and by its length or that of the whole spell (readings 60, 61, 63)."""
    length = max(half_days, continuous)
    return next(roles for limit, roles in kind.chain if limit is None or length < limit)


# ---------------------------------------------------------------- when it may be asked for


@dataclass(frozen=True, slots=True)
class DayTerms:
    """How many may be away."""

    most_away: int  # A7.16, of those who take calls
    counted: tuple[str, ...]  # the positions among whom it is counted
    most_annual: int  # D4.4: on annual leave at the same time; one more only by the director, with a reason
    furthest: timedelta  # nobody plans further ahead


DAY_TERMS = Dated(
    {FIRST_DAY: DayTerms(most_away=5, counted=("operator", "agent"), most_annual=1, furthest=timedelta(days=366))}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when leave is asked for."""

    piece: Piece
    asked_on: date
    half_days: int
    shifts: int  # shifts missed
    reason: str
    extends: bool = False
    left: int | None = None  # half days of the balance that nobody has promised yet
    allowed: int | None = None  # half days that this kind gives, where it gives so many
    taken: bool = False  # somebody who had a piece of a kind that is taken in one piece
    clashes: tuple[date, ...] = ()  # days on which he is away already
    full_days: tuple[date, ...] = ()  # days on which as many are away as may be
    annual_beside: tuple[str, ...] = ()  # who is on annual leave at the same time


@rule("D2.9", since=FIRST_DAY)
def earliest(kind: Kind, asked_on: date) -> date:
    """D2.9: the first day that may be asked for: so many full days, or months, must lie between (reading 62)."""
    if kind.notice_months:
        return months_after(asked_on, kind.notice_months)
    return asked_on + (kind.notice_days + 1) * ONE_DAY if kind.notice_days else date.min


@rule("D2.9", since=FIRST_DAY)
def is_late(kind: Kind, facts: Facts) -> bool:
    """D2.9: asked for later than two full days before: urgent, and who approves it says why (reading 62)."""
    return (
        bool(kind.notice_days)
        and not facts.extends
        and facts.piece.first < earliest.on(facts.asked_on)(kind, facts.asked_on)
    )


@rule("D4.4", since=FIRST_DAY)
def needs_reason_to_override(kind: Kind, facts: Facts, terms: DayTerms) -> bool:
    """D4.4: somebody has annual leave at that time already: only the director may allow one more, with a reason."""
    return kind.code is Code.ANNUAL and len(facts.annual_beside) >= terms.most_annual


@rule("D2.8", since=FIRST_DAY)
def leave_refusals(kind: Kind, facts: Facts, terms: DayTerms) -> list[Refusal]:
    """D2.8: everything that keeps leave from being asked for, each with its clause and what to do."""
    if not facts.piece.makes_sense:
        note = gettext_noop("It ends before it begins: look at the days and halves.")
        return [Refusal(kind.clause, note, {"field": "last"})]
    found = [*_shape(kind, facts), *_ahead(kind, facts, terms), *_enough(kind, facts)]
    if kind.is_planned:
        found += _places(kind, facts, terms)
    return found


def _shape(kind: Kind, facts: Facts) -> Iterable[Refusal]:
    if not facts.half_days and not facts.shifts:
        note = gettext_noop("There is no shift of yours in that time, so no leave is needed. Look at your roster.")
        yield Refusal("D4.5", note, {"field": "first"})
    if facts.clashes:
        note = gettext_noop("You are already on leave on {day}: extend that leave, or choose other days.")
        yield Refusal(kind.clause, note, {"day": facts.clashes[0].isoformat(), "field": "first"})
    if kind.needs_reason and not facts.reason.strip():
        note = gettext_noop("In principle there is no personal leave: give the reason why it must be.")
        yield Refusal(kind.clause, note, {"field": "reason"})


def _ahead(kind: Kind, facts: Facts, terms: DayTerms) -> Iterable[Refusal]:
    piece, today = facts.piece, facts.asked_on
    if piece.last - today > terms.furthest and kind.count is not Count.CALENDAR:
        note = gettext_noop("Ask nothing further ahead than {days} days.")
        yield Refusal(kind.clause, note, {"days": terms.furthest.days, "field": "last"})
    first = earliest.on(today)(kind, today)
    if kind.notice_months and not facts.extends and piece.first < first:
        note = gettext_noop("Ask for it one month ahead: the first day that can still be asked for is {day}.")
        yield Refusal(kind.clause, note, {"day": first.isoformat(), "field": "first"})


def _enough(kind: Kind, facts: Facts) -> Iterable[Refusal]:
    if facts.left is not None and facts.half_days > facts.left:
        note = gettext_noop("{left} days are left and this takes {wanted}: choose fewer days.")
        params = {"left": in_days(max(facts.left, 0)), "wanted": in_days(facts.half_days), "field": "last"}
        yield Refusal(kind.clause, note, params)
    if facts.allowed is not None and facts.half_days > facts.allowed:
        note = gettext_noop("This kind gives {allowed} days and this takes {wanted}: choose fewer days.")
        params = {"allowed": in_days(facts.allowed), "wanted": in_days(facts.half_days), "field": "last"}
        yield Refusal(kind.clause, note, params)
    if kind.is_one_piece and facts.taken:
        note = gettext_noop("It is taken in one piece, and you have had yours.")
        yield Refusal(kind.clause, note, {"field": "kind"})


def _places(kind: Kind, facts: Facts, terms: DayTerms) -> Iterable[Refusal]:
    if facts.full_days:
        note = gettext_noop("On {day} already {most} people are on leave, as many as may be: choose another day.")
        params = {"day": facts.full_days[0].isoformat(), "most": terms.most_away, "field": "first"}
        yield Refusal("A7.16", note, params)
    if needs_reason_to_override.on(facts.asked_on)(kind, facts, terms) and not facts.reason.strip():
        note = gettext_noop("{name} has annual leave at that time: choose other days, or give a special reason.")
        yield Refusal("D4.4", note, {"name": facts.annual_beside[0], "field": "reason"})


# ---------------------------------------------------------------- sickness, papers, balances


@rule("A7.12", since=FIRST_DAY)
def sick_report_due(day: date, starts: datetime | None, told_by: time) -> datetime:
    """A7.12: until when sickness is told: 8:45, or the start of one's shift where that is later (reading 76).

    `told_by` is the centre's own time (`sick.notice`, 8:45 as shipped).
    """
    told = datetime.combine(day, told_by, ZONE)
    return told if starts is None else max(told, starts)


@rule("D2.8", since=FIRST_DAY)
def papers_due(kind: Kind, half_days: int) -> int:
    """D2.8: how many certificates are to be handed in (reading 59: half a day itself needs one; D4.2: both)."""
    return kind.papers if half_days >= kind.papers_from else 0


# Paid annual leave by years of work anywhere: (years, half days), rising.
ANNUAL: Dated[tuple[tuple[int, int], ...]] = Dated({FIRST_DAY: ((1, 5 * DAY), (10, 10 * DAY), (20, 15 * DAY))})


@dataclass(frozen=True, slots=True)
class Grant:
    """Half days that somebody gets from a day on."""

    on: date
    half_days: int
    years: int


@rule("D4.4", since=FIRST_DAY)
def annual_grants(works_since: date, joined_on: date, year: int, steps: Sequence[tuple[int, int]]) -> list[Grant]:
    """D4.4: the annual leave of a calendar year: 5, 10, 15 days at 1, 10, 20 years of work in all.

    A step reached within the year counts from its day on. A part of a year gives its share in whole days; what is left
    of a day is not given.
    """
    begin, end = max(date(year, 1, 1), joined_on), date(year, 12, 31)
    if begin > end:
        return []
    reached = [(anniversary(works_since, years), years, half_days) for years, half_days in steps]
    now = max(((years, given) for day, years, given in reached if day <= begin), default=(0, 0))
    found = [Grant(begin, _share(now[1], begin, end), now[0])]
    for (day, years, given), before in zip(reached, [0, *(row[2] for row in reached)], strict=False):
        if begin < day <= end:
            found.append(Grant(day, _share(given - before, day, end), years))
    return [grant for grant in found if grant.half_days]


def _share(half_days: int, since: date, end: date) -> int:
    length = (end - date(end.year, 1, 1)).days + 1
    return half_days // DAY * ((end - since).days + 1) // length * DAY


# ---------------------------------------------------------------- days


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that is too short."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def anniversary(since: date, years: int) -> date:
    """The day on which so many years are complete; of 29 February it is the 28th in a short year."""
    return months_after(since, 12 * years)


def in_days(half_days: int) -> str:
    """Half days as days: 2.5."""
    whole, half = divmod(abs(half_days), DAY)
    return f"{'-' if half_days < 0 else ''}{whole}{'.5' if half else ''}"
