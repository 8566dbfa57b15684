"""What the rules must know: shifts missed, who is away beside, what is left, who decides (D2.8 to D2.10, D4)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import NumericRange

from hotline.approvals.queries import Wanted
from hotline.core.clock import local_day
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refusal
from hotline.kernel.spans import Span
from hotline.leave.logic.spans import halves
from hotline.leave.models import LIVE, Allowance, Leave, LeaveDay
from hotline.leave.queries import balances
from hotline.leave.queries.kinds import Kinds
from hotline.people.models import Person, Post
from hotline.rosters.models import DayKind, RosterEntry
from hotline.rosters.queries.duty import span_of, special_days
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code, Facts, Kind, Piece
from hotline.rulebook.parameters.terms import day_terms, own_kind
from hotline.rulebook.roles import HOLDERS, LADDER, Role, deciding_roles, rank

ONE_DAY = timedelta(days=1)
AROUND = timedelta(days=62)  # so far apart two pieces of a spell may lie: the longest stretch without a shift
OFF = {DayKind.REST, DayKind.STATUTORY}


def report_due(centre_id: int, day: date, starts: datetime | None) -> datetime:
    """Until when sickness of that day is told, by the centre's own time (A7.12, `sick.notice`)."""
    told_by = values_on(centre_id, day).reading().clock("sick.notice")
    return rules.sick_report_due.on(day)(day, starts, told_by)


@dataclass(frozen=True, slots=True)
class Roster:
    """Somebody's shifts in a stretch of days; days of months for which he has no roster yet are presumed."""

    spans: Mapping[date, Span]
    presumed: frozenset[date]
    holidays: frozenset[date]

    @property
    def shifts(self) -> frozenset[date]:
        """Days on which he is to work."""
        return frozenset(self.spans) | self.presumed


def roster_of(person: Person, first: date, last: date) -> Roster:
    """Shifts of these days, two queries. Where a month holds no shift of his, the calendar's working days are presumed.

    An absence is asked a month ahead, often before its roster is made (D4.4): what it takes of a balance must be known
    then already. Who is away gets no shifts, so nothing would be counted otherwise.
    """
    since, until = first.replace(day=1), _month_end(last)
    rows = RosterEntry.objects.filter(person=person, day__range=(since - ONE_DAY, until)).order_by("span")
    spans = {day: span_of(span) for day, span in rows.values_list("day", "span")}
    special = special_days(since, until)
    planned = {(day.year, day.month) for day in spans if day >= since}
    presumed = frozenset(
        day for day in _days(first, last)
        if (day.year, day.month) not in planned and _works(day, special[day].kind if day in special else "")
    )  # fmt: skip
    holidays = frozenset(day for day, row in special.items() if row.kind == DayKind.STATUTORY)
    return Roster({day: span for day, span in spans.items() if first - ONE_DAY <= day <= last}, presumed, holidays)


def _works(day: date, kind: str) -> bool:
    return kind == DayKind.MAKE_UP or (day.weekday() < 5 and kind not in OFF)


def _month_end(day: date) -> date:
    return rules.months_after(day.replace(day=1), 1) - ONE_DAY


def _days(first: date, last: date) -> Iterable[date]:
    return (first + number * ONE_DAY for number in range((last - first).days + 1))


@dataclass(frozen=True, slots=True)
class Reading:
    """A request as the rules see it: what is counted, the whole spell, who decides, what stands against it."""

    kind: Kind
    facts: Facts
    counted: tuple[rules.Counted, ...]
    roster: Roster
    spell: tuple[int, ...]  # pieces of the same kind that it meets
    continuous: int
    is_late: bool
    is_beside: bool
    chain: tuple[Role, ...]
    left: Mapping[int, int]  # half days of the balance left by year, this request not yet taken
    refusals: tuple[Refusal, ...]


def read(person: Person, kind: Kind, piece: Piece, reason: str, at: datetime, *, but: int | None = None) -> Reading:
    """Everything about a request; `but` leaves out one that is there already (when it is counted anew).

    It extends a leave when that has begun (D2.10); two pieces still to come need their notice each.
    """
    today = local_day(at)
    own = values_on(person.centre_id, today).reading()
    terms, kind = day_terms(today, own), own_kind(kind, own)
    if not piece.makes_sense or piece.last - piece.first > 2 * terms.furthest:
        return _senseless(kind, piece, reason, today)
    roster = roster_of(person, piece.first, piece.last)
    counted = _counted(kind, piece, roster, Kinds(person.centre_id), today)
    half_days = sum(one.half_days for one in counted)
    days = [one.day for one in counted]
    spell = _spell(person, kind, piece, but)
    before = sum(row.half_days for row in spell)
    left = balances.left(person, {one.day.year for one in counted}, on=piece.last, but=but) if kind.has_balance else {}
    facts = Facts(
        piece=piece,
        asked_on=today,
        half_days=half_days,
        shifts=sum(one.is_shift for one in counted),
        reason=reason,
        extends=any(row.first <= today for row in spell),
        left=_least(left, counted) if kind.has_balance else None,
        allowed=_allowed(person, kind, piece.first),
        taken=kind.is_one_piece and _had(person, kind, but),
        clashes=_clashes(person, piece, but),
        full_days=_full(person, days, terms, but) if kind.is_planned else (),
        annual_beside=_beside(person, days, but) if kind.code is Code.ANNUAL else (),
    )
    return Reading(
        kind=kind,
        facts=facts,
        counted=counted,
        roster=roster,
        spell=tuple(row.pk for row in spell),
        continuous=before + half_days,
        is_late=rules.is_late.on(today)(kind, facts),
        is_beside=rules.needs_reason_to_override.on(today)(kind, facts, terms),
        chain=chain_of(person, rules.approval_chain.on(today)(kind, half_days, before + half_days), today),
        left=left,
        refusals=tuple(rules.leave_refusals.on(today)(kind, facts, terms)),
    )


def _counted(kind: Kind, piece: Piece, roster: Roster, known: Kinds, today: date) -> tuple[rules.Counted, ...]:
    """Each day by what is counted by on that day: a leave may reach into a month that counts otherwise (D4.5)."""
    by = {day: known.on(day)[kind.code.value].count for day in piece.days}
    found: dict[rules.Count, dict[date, rules.Counted]] = {}
    for count in set(by.values()):
        rows = rules.counted_days.on(today)(count, piece, roster.shifts, roster.holidays)
        found[count] = {row.day: row for row in rows}
    return tuple(found[count][day] for day, count in by.items() if day in found[count])


def _senseless(kind: Kind, piece: Piece, reason: str, today: date) -> Reading:
    back = replace(piece, last=piece.first - ONE_DAY)
    facts = Facts(piece=back, asked_on=today, half_days=0, shifts=0, reason=reason)
    refusals = rules.leave_refusals.on(today)(kind, facts, rules.DAY_TERMS.on(today))
    nothing = Roster({}, frozenset(), frozenset())
    return Reading(kind, facts, (), nothing, (), 0, False, False, (), {}, tuple(refusals))


def _least(left: Mapping[int, int], counted: Collection[rules.Counted]) -> int:
    """What may be taken in all so that no year is overdrawn."""
    wanted: dict[int, int] = {}
    for one in counted:
        wanted[one.day.year] = wanted.get(one.day.year, 0) + one.half_days
    spare = min((left[year] - halves for year, halves in wanted.items()), default=0)
    return sum(wanted.values()) + spare


def _allowed(person: Person, kind: Kind, on: date) -> int | None:
    """So many half days at most: what the centre gives, else the law's floor, where a kind has a fixed length.

    Leave that only a doctor can end, and sickness, has no most; annual leave has its balance.
    """
    if kind.has_balance or kind.code in {Code.MATERNITY, Code.WORK_INJURY, Code.SICK, Code.PERSONAL}:
        return None
    row = Allowance.objects.filter(centre=person.centre_id, kind=kind.code.value, since__lte=on).first()
    return max(row.half_days, kind.floor or 0) if row else kind.floor


def _had(person: Person, kind: Kind, but: int | None) -> bool:
    return Leave.objects.live().filter(person=person, kind=kind.code.value).exclude(pk=but or 0).exists()


def _clashes(person: Person, piece: Piece, but: int | None) -> tuple[date, ...]:
    around = NumericRange(*halves(piece))
    rows = Leave.objects.live().filter(person=person, halves__overlap=around).exclude(pk=but or 0)
    return tuple(max(first, piece.first) for first in rows.order_by("first").values_list("first", flat=True))


def counts_among(person: Person, on: date) -> bool:
    """A7.16: whether this person is among those of whom only so many may be away."""
    return person.standing_on(on).is_any(*rules.DAY_TERMS.on(on).counted)


def _full(person: Person, days: Collection[date], terms: rules.DayTerms, but: int | None) -> tuple[date, ...]:
    if not days or not counts_among(person, min(days)):
        return ()
    away = people_away(person.centre_id, days, but=but)
    return tuple(sorted(day for day, people in away.items() if len(people - {person.pk}) >= terms.most_away))


def people_away(centre_id: int, days: Collection[date], *, but: int | None = None) -> dict[date, set[int]]:
    """A7.16: who of those who take calls has asked for or been granted planned leave, by day; `but` leaves one out."""
    if not days:
        return {}
    terms = rules.DAY_TERMS.on(min(days))
    planned = [code for code, kind in rules.kinds(min(days)).items() if kind.is_planned]
    counted = Post.objects.filter(position__in=terms.counted, days__contains=min(days)).values("person")
    rows = LeaveDay.objects.filter(
        day__in=days, leave__status__in=LIVE, leave__kind__in=planned, leave__person__centre=centre_id,
        leave__person__in=counted,
    ).exclude(leave=but or 0).order_by()  # fmt: skip
    found: dict[date, set[int]] = {}
    for day, person_id in rows.values_list("day", "leave__person"):
        found.setdefault(day, set()).add(person_id)
    return found


def away_by_day(centre_id: int, days: Collection[date]) -> dict[date, int]:
    """A7.16: how many places of each day are taken."""
    return {day: len(people) for day, people in people_away(centre_id, days).items()}


def most_away(centre_id: int, on: date) -> int:
    """A7.16: of how many places each day has."""
    return day_terms(on, values_on(centre_id, on).reading()).most_away


def _beside(person: Person, days: Collection[date], but: int | None) -> tuple[str, ...]:
    rows = LeaveDay.objects.filter(
        day__in=days, leave__status__in=LIVE, leave__kind=Code.ANNUAL.value, leave__person__centre=person.centre_id
    ).exclude(leave__person=person.pk).exclude(leave=but or 0)  # fmt: skip
    return tuple(rows.order_by("leave__person__name_key").values_list("leave__person__name", flat=True).distinct())


def _spell(person: Person, kind: Kind, piece: Piece, but: int | None) -> list[Leave]:
    """The pieces of this kind that it follows or meets without a break (reading 63)."""
    rows = list(
        Leave.objects.live().filter(
            person=person, kind=kind.code.value, last__gte=piece.first - AROUND, first__lte=piece.last + AROUND
        ).exclude(pk=but or 0).order_by("first")
    )  # fmt: skip
    if not rows:
        return []
    pieces = [*(row.piece for row in rows), piece]
    shifts = roster_of(person, min(one.first for one in pieces), max(one.last for one in pieces)).shifts
    groups = rules.spells.on(piece.first)(pieces, shifts)
    mine = next(group for group in groups if len(rows) in group)
    return [rows[number] for number in mine if number < len(rows)]


# ---------------------------------------------------------------- who decides


def chain_of(asker: Person, wanted: Iterable[Role], on: date) -> tuple[Role, ...]:
    """Who decides in the end, by where the asker stands and who else holds the roles (reading 64)."""
    holders = HOLDERS.on(on)
    everybody = Post.objects.on(on).filter(unit__centre=asker.centre_id, person__is_active=True)
    positions = set(everybody.exclude(person=asker.pk).values_list("position", flat=True))
    held = {role for role in LADDER if not positions.isdisjoint(holders[role])}
    return deciding_roles.on(on)(tuple(wanted), rank(asker.standing_on(on).positions, holders), held)


def steps_of(chain: Iterable[Role], on: date) -> list[Wanted]:
    """The roles of a chain as steps of approvals."""
    return [Wanted(tuple(HOLDERS.on(on)[role])) for role in chain]
