"""Swaps: what the rules must know, one's own, those to be answered or decided, what is owed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from hotline.approvals import queries as approvals
from hotline.approvals.models import Step
from hotline.core.clock import local_day
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refusal
from hotline.leave.models import RUNNING, Side, Swap, SwapShift, SwapStatus
from hotline.leave.models.swaps import SWAP_SUBJECT
from hotline.people.models import Person, Post
from hotline.people.models.organisation import by_name
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rulebook import swaps as rules
from hotline.rulebook.parameters.terms import overtime_terms, swap_terms
from hotline.rulebook.swaps import Shift, SwapFacts, SwapKind, SwapTerms

AHEAD = timedelta(days=62)
BESIDE = timedelta(days=2)


def shift(entry: RosterEntry | SwapShift) -> Shift:
    """A shift as far as the rules must know it."""
    span = span_of(entry.span)
    return Shift(entry.day, span.start, span.end)


def read(
    asker: Person,
    kind: SwapKind,
    given: Sequence[RosterEntry],
    taken: Sequence[RosterEntry],
    at: datetime,
    owed: int = 0,
    partner: Person | None = None,
) -> list[Refusal]:
    """Everything that stands against a swap by the handbook."""
    today = local_day(at)
    mine, theirs = [shift(entry) for entry in given], [shift(entry) for entry in taken]
    month = mine[0].day if mine else today
    terms = terms_of(asker.centre_id, today)
    facts = SwapFacts(
        kind=kind,
        given=mine,
        taken=theirs,
        asked_on=today,
        at=at,
        in_month=in_month(asker, month, terms),
        in_year=in_year(asker, month.year),
        owed=owed,
        partner=partner.name if partner else "",
        partner_in_month=in_month(partner, month, terms) if partner and terms.counts_partner else 0,
        are_consecutive=_in_a_row(given) and _in_a_row(taken),
    )
    return rules.swap_refusals.on(today)(facts, terms)


def terms_of(centre_id: int, on: date) -> SwapTerms:
    """The numbers of the clause as this centre has set them."""
    return swap_terms(on, values_on(centre_id, on).reading())


def in_month(person: Person, day: date, terms: SwapTerms) -> int:
    """Swaps of single shifts that somebody asked for in the month of the shift given away (reading 65).

    Those in which he was the colleague too, where the centre counts them for both.
    """
    mine = Q(asker=person) | Q(partner=person) if terms.counts_partner else Q(asker=person)
    rows = Swap.objects.filter(mine, kind=SwapKind.SINGLE.value, status__in=RUNNING)
    return rows.filter(month=day.replace(day=1)).count()


def in_year(asker: Person, year: int) -> int:
    """Swaps of two shifts in a row in a calendar year (reading 67)."""
    return Swap.objects.filter(
        asker=asker, kind=SwapKind.PAIR.value, status__in=RUNNING, month__year=year
    ).count()  # fmt: skip


def _in_a_row(entries: Sequence[RosterEntry]) -> bool:
    if len(entries) < 2:
        return True
    first, last = min(row.day for row in entries), max(row.day for row in entries)
    between = RosterEntry.objects.filter(person=entries[0].person_id, day__gt=first, day__lt=last)
    return not between.exists()


def shifts_to_swap(person: Person, at: datetime) -> list[RosterEntry]:
    """Somebody's shifts that have not begun, of the next two months."""
    today = local_day(at)
    rows = RosterEntry.objects.filter(person=person, day__range=(today, today + AHEAD), span__startswith__gt=at)
    return list(rows.select_related("shift_type").order_by("day"))


def partners(person: Person, on: date) -> list[Person]:
    """Colleagues who could take over shifts: whoever holds a position of the same kind, by name."""
    positions = person.standing_on(on).positions
    same = Post.objects.on(on).filter(position__in=positions).values("person")
    rows = Person.objects.filter(pk__in=same, centre=person.centre_id, is_active=True, is_system=False)
    return by_name(rows.exclude(pk=person.pk))


def mine(person: Person, limit: int = 60) -> list[Swap]:
    """Swaps of either side, the newest first."""
    rows = Swap.objects.filter(asker=person) | Swap.objects.filter(partner=person)
    return list(rows.select_related("asker", "partner", "repays").prefetch_related("shifts__shift_type")[:limit])


def to_answer(person: Person) -> list[Swap]:
    """Swaps that a colleague has asked of this person."""
    rows = Swap.objects.filter(partner=person, status=SwapStatus.WISHED)
    return list(rows.select_related("asker", "partner").prefetch_related("shifts__shift_type"))


def deciding(person: Person) -> list[tuple[Step, Swap]]:
    """Swaps that wait for this person's approval, the oldest first."""
    steps = approvals.waiting_for(person, SWAP_SUBJECT)
    wanted = [step.chain.subject_id for step in steps]
    rows = Swap.objects.filter(pk__in=wanted).exclude(partner=person).select_related("asker", "partner")
    found = {row.pk: row for row in rows.prefetch_related("shifts__shift_type")}
    return [(step, found[step.chain.subject_id]) for step in steps if step.chain.subject_id in found]


def owed_by(person: Person) -> list[Swap]:
    """Swaps for which this person has still to work a shift of the colleague's (reading 66)."""
    rows = Swap.objects.filter(asker=person, status=SwapStatus.MADE, pay_back_by__isnull=False, paid_back_at=None)
    return list(rows.select_related("asker", "partner").prefetch_related("shifts__shift_type").order_by("pay_back_by"))


def owed(centre_id: int) -> list[Swap]:
    """All that is to be paid back in a centre, the longest due first."""
    rows = Swap.objects.filter(
        asker__centre=centre_id, status=SwapStatus.MADE, pay_back_by__isnull=False, paid_back_at=None
    )
    return list(rows.select_related("asker", "partner").prefetch_related("shifts__shift_type").order_by("pay_back_by"))


def overdue(on: date) -> list[Swap]:
    """What should have been paid back before that day and of which nobody was told yet."""
    rows = Swap.objects.filter(status=SwapStatus.MADE, pay_back_by__lt=on, paid_back_at=None, overdue_told_at=None)
    return list(rows.select_related("asker__centre", "partner"))


def begun(at: datetime) -> list[Swap]:
    """Swaps not made whose first shift has begun: nothing is left to swap."""
    waiting = Swap.objects.filter(status__in=[SwapStatus.WISHED, SwapStatus.AGREED])
    shifts = SwapShift.objects.filter(swap__in=waiting, span__startswith__lte=at)
    return list(waiting.filter(pk__in=shifts.values("swap")).select_related("asker__centre"))


@dataclass(frozen=True, slots=True)
class Rest:
    """A shift beside a new one with less than the usual rest between: for the eye of who decides."""

    person: Person
    day: date
    beside: date
    hours: int
    minutes: int


def short_rests(swap: Swap) -> list[Rest]:
    """Where the swap would leave less than the usual rest between two shifts."""
    shifts = list(swap.shifts.all())
    moving = [row.entry_id for row in shifts if row.entry_id is not None]
    found = []
    on = min(row.day for row in shifts)
    rest = overtime_terms(on, values_on(swap.asker.centre_id, on).reading()).rest
    for row in shifts:
        person = swap.partner if row.side == Side.GIVEN else swap.asker
        around = (row.day - BESIDE, row.day + BESIDE)
        kept = RosterEntry.objects.filter(person=person, day__range=around).exclude(pk__in=moving)
        arriving: Collection[SwapShift] = [one for one in shifts if one.side == row.side and one.pk != row.pk]
        others = [shift(one) for one in [*kept, *arriving]]
        for other, gap in rules.short_rests.on(row.day)(others, shift(row), rest):
            minutes = gap // timedelta(minutes=1)
            found.append(Rest(person, row.day, other.day, minutes // 60, minutes % 60))
    return found
