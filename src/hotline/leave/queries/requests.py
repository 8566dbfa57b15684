"""Lists of requests: one's own, those to be decided with what the roster would look like, the overview of a month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Q

from hotline.approvals import queries as approvals
from hotline.approvals.models import Chain, Step
from hotline.kernel.spans import Span
from hotline.leave.logic import sealing
from hotline.leave.models import LIVE, Certificate, Leave, LeaveDay, Paper, PregnancyNotice, PrivateWords, Swap
from hotline.leave.models.requests import SUBJECT
from hotline.leave.models.swaps import SWAP_SUBJECT
from hotline.leave.queries.facts import most_away, people_away
from hotline.leave.queries.kinds import Kinds
from hotline.people.models import Person, Post, Unit
from hotline.people.models.organisation import by_name
from hotline.rosters.logic.hours import wall
from hotline.rosters.models import Absence, Demand, RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rulebook import leave as rules

ONE_DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)


def secrets() -> list[str]:
    """The installation's keys for papers, the present one first."""
    return list(settings.PAPERS_KEYS)


def chain_of_leave(leave: Leave) -> Chain | None:
    """The chain in which it is being decided."""
    return approvals.open_chain(SUBJECT, leave.pk)


def chain_of_swap(swap: Swap) -> Chain | None:
    """The chain in which it is being decided."""
    return approvals.open_chain(SWAP_SUBJECT, swap.pk)


def kind_of(leave: Leave) -> rules.Kind:
    """What the handbook says of its kind; what a centre sets itself is `Kinds.of`."""
    return rules.kinds(leave.first)[leave.kind]


def reason_of(leave: Leave) -> str:
    """The reason in words; of a restricted kind unsealed. Ask first who may read it (leave.read_paper)."""
    if not kind_of(leave).is_restricted:
        return leave.reason
    row = PrivateWords.objects.filter(leave=leave).first()
    words = sealing.unseal(bytes(row.sealed), secrets()) if row else None
    return words.decode() if words else ""


def content_of(certificate: Certificate) -> bytes | None:
    """The unsealed content; None when it is deleted or no key fits. Only `papers.look` hands it out, which logs it."""
    row = Paper.objects.filter(certificate=certificate).first()
    return sealing.unseal(bytes(row.sealed), secrets()) if row else None


def papers_missing(leave: Leave, known: Kinds) -> int:
    """How many certificates are still to be handed in, by what the centre asks for on its first day (D2.8)."""
    due = rules.papers_due.on(leave.first)(known.of(leave), leave.half_days)
    handed_in = leave.__dict__.get("papers")  # as a list has counted them already
    return max(0, due - (leave.certificates.count() if handed_in is None else handed_in))


def mine(person: Person, limit: int = 100) -> list[Leave]:
    """One's own requests, the latest days first."""
    rows = Leave.objects.filter(person=person).annotate(papers=Count("certificates", distinct=True))
    return list(rows.select_related("spell", "asked_by")[:limit])


def running(person: Person, on: date) -> Leave | None:
    """The leave that somebody is on that day, asked for or granted."""
    return Leave.objects.live().filter(person=person, first__lte=on, last__gte=on).select_related("spell").first()


@dataclass(frozen=True, slots=True)
class Impact:
    """What the roster of a day would look like with one person less: by the half hour that would be tightest."""

    day: date
    is_shift: bool
    half_days: int
    is_presumed: bool
    planned: int  # people with a shift that day
    away: int  # of those, away already
    others: int  # on planned leave that day, of those who count (A7.16)
    most: int
    gap: int | None  # heads less than needed in the tightest half hour without him; None: nobody says what is needed

    @property
    def tone(self) -> str:
        """How bad it would be."""
        if (self.gap or 0) > 0 or self.others >= self.most:
            return "red"
        return "green" if self.gap is not None else "neutral"


def impacts(leaves: Collection[Leave]) -> dict[int, list[Impact]]:
    """Each day of each request as its decider has to see it: six queries, however many; all of one centre."""
    counted = {row.pk: list(row.days.all()) for row in leaves}
    days = sorted({one.day for mine in counted.values() for one in mine})
    if not days:
        return {row.pk: [] for row in leaves}
    centre = next(iter(leaves)).person.centre_id
    shifts, others, most = _shifts(centre, days), people_away(centre, days), most_away(centre, days[0])
    need: dict[date, dict[int, int]] = {}
    rows = Demand.objects.filter(centre=centre, day__in=days, skill__isnull=True)
    for day, slot, heads in rows.values_list("day", "slot", "heads"):
        need.setdefault(day, {})[slot] = heads
    found: dict[int, list[Impact]] = {}
    for row in leaves:
        found[row.pk] = []
        for one in counted[row.pk]:
            of_day = [shift for shift in shifts.get(one.day, ()) if shift.person_id != row.person_id]
            there = [shift.span for shift in of_day if not shift.is_away]
            own = [shift.span for shift in shifts.get(one.day, ()) if shift.person_id == row.person_id]
            impact = Impact(
                day=one.day,
                is_shift=one.is_shift,
                half_days=one.half_days,
                is_presumed=one.is_presumed,
                planned=len(of_day),
                away=len(of_day) - len(there),
                others=len(others.get(one.day, set()) - {row.person_id}),
                most=most,
                gap=_gap(one.day, there, need.get(one.day, {}), own),
            )
            found[row.pk].append(impact)
    return found


@dataclass(frozen=True, slots=True)
class _Shift:
    person_id: int
    span: Span
    is_away: bool


def _shifts(centre: int, days: Collection[date]) -> dict[date, list[_Shift]]:
    """The shifts of these days, and who of them is away then."""
    around = DateTimeTZRange(wall(min(days), time()), wall(max(days) + 2 * ONE_DAY, time()))
    gone: dict[int, list[Span]] = {}
    away = Absence.objects.filter(person__centre=centre, span__overlap=around)
    for person_id, span in away.values_list("person", "span"):
        gone.setdefault(person_id, []).append(span_of(span))
    found: dict[date, list[_Shift]] = {}
    rows = RosterEntry.objects.filter(person__centre=centre, day__in=days)
    for person_id, day, stored in rows.values_list("person", "day", "span"):
        shift = span_of(stored)
        is_away = any(one.start < shift.end and shift.start < one.end for one in gone.get(person_id, ()))
        found.setdefault(day, []).append(_Shift(person_id, shift, is_away))
    return found


def _gap(day: date, there: Collection[Span], need: Mapping[int, int], own: Collection[Span]) -> int | None:
    """Heads that lack in the tightest half hour of his shift, breaks left aside; None where no need is known.

    Where he has no shift yet the whole day is looked at.
    """
    gaps = []
    for slot, heads in need.items():
        moment = wall(day, time(slot // 2, slot % 2 * 30)) + QUARTER
        if not own or any(span.holds(moment) for span in own):
            gaps.append(heads - sum(span.holds(moment) for span in there))
    return max(gaps, default=None)


def deciding(person: Person) -> list[tuple[Step, Leave]]:
    """Requests that wait for this person's decision, the oldest first."""
    steps = approvals.waiting_for(person, SUBJECT)
    rows = {
        row.pk: row
        for row in Leave.objects.filter(pk__in=[step.chain.subject_id for step in steps])
        .select_related("person", "spell")
        .prefetch_related("days")
        .annotate(papers=Count("certificates", distinct=True))
    }
    return [(step, rows[step.chain.subject_id]) for step in steps if step.chain.subject_id in rows]


@dataclass(frozen=True, slots=True)
class Row:
    """One person's days of a month: the leave of each day, or None."""

    person: Person
    days: tuple[Leave | None, ...]
    half_days: int


def month(reader: Person, days: Collection[date], team: Unit | None = None) -> list[Row]:
    """Who is away in a month, of the centre or of a team, by name: three queries."""
    first, last = min(days), max(days)
    rows = Leave.objects.filter(person__centre=reader.centre_id, status__in=LIVE, first__lte=last, last__gte=first)
    if team is not None:
        rows = rows.filter(person__in=Post.objects.filter(unit=team).values("person"))
    by_person: dict[int, list[Leave]] = {}
    for row in rows.select_related("person").order_by("first"):
        by_person.setdefault(row.person_id, []).append(row)
    counted = LeaveDay.objects.filter(leave__in=rows, day__range=(first, last)).order_by()
    sums: dict[int, int] = {}
    for person_id, half_days in counted.values_list("leave__person", "half_days"):
        sums[person_id] = sums.get(person_id, 0) + half_days
    found = []
    for person in by_name(leaves[0].person for leaves in by_person.values()):
        leaves = by_person[person.pk]
        cells = tuple(next((row for row in leaves if row.first <= day <= row.last), None) for day in sorted(days))
        found.append(Row(person, cells, sums.get(person.pk, 0)))
    return found


def pregnancy_of(notice: PregnancyNotice) -> date | None:
    """The expected day, unsealed; ask first who may know (leave.view_pregnancy_notice)."""
    words = sealing.unseal(bytes(notice.sealed), secrets())
    return date.fromisoformat(words.decode()) if words else None


def to_end(on: date) -> list[Leave]:
    """The last pieces of spells whose days are over and of which nobody has said that they ended."""
    rows = Leave.objects.live().filter(last__lt=on, spell__ended_on__isnull=True)
    later = Leave.objects.live().filter(Q(last__gte=on), spell__in=rows.values("spell")).values("spell")
    found = {
        row.spell_id: row for row in rows.exclude(spell__in=later).order_by("last").select_related("person__centre")
    }
    return list(found.values())
