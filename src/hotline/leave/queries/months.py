"""What the areas above need of a month: days by kind and spell for the monthly assessment, who was away by day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from hotline.leave.models import Leave, LeaveDay, LeaveStatus
from hotline.rulebook.leave import Code, in_days
from hotline.rulebook.leave_effects import Taken, Year

MONTHS = 12


@dataclass(frozen=True, slots=True)
class AwayDay:
    """One day of somebody's granted leave. `is_pending`: sickness that is reported and not yet decided."""

    leave_id: int
    spell_id: int
    kind: str
    half_days: int
    is_shift: bool
    from_middle: bool  # the first half of the shift is worked
    to_middle: bool  # the second half is
    is_pending: bool
    is_reported_late: bool


def _days(people: Collection[int], first: date, last: date) -> Iterable[LeaveDay]:
    granted = Q(leave__status=LeaveStatus.GRANTED) | Q(leave__status=LeaveStatus.ASKED, leave__kind=Code.SICK.value)
    rows = LeaveDay.objects.filter(granted, leave__person__in=people, day__range=(first, last))
    return rows.select_related("leave__spell").order_by("leave__person", "day", "pk")


def days_away(people: Collection[int], first: date, last: date) -> Mapping[int, Mapping[date, list[AwayDay]]]:
    """Who was on leave on which day and how, of many people, in one query; a day may hold two halves of two leaves."""
    found: dict[int, dict[date, list[AwayDay]]] = {person: {} for person in people}
    for row in _days(people, first, last):
        leave = row.leave
        found[leave.person_id].setdefault(row.day, []).append(
            AwayDay(
                leave_id=leave.pk,
                spell_id=leave.spell_id or 0,
                kind=leave.kind,
                half_days=row.half_days,
                is_shift=row.is_shift,
                from_middle=leave.from_middle and row.day == leave.first,
                to_middle=leave.to_middle and row.day == leave.last,
                is_pending=leave.status == LeaveStatus.ASKED,
                is_reported_late=leave.is_reported_late,
            )
        )
    return found


def taken(people: Collection[int], first: date, last: date) -> Mapping[int, list[Taken]]:
    """Granted leave of a month by spell, as rulebook.leave_effects takes it, of many people, in one query.

    A spell over the end of a month is a spell in both; what is not granted yet is not there.
    """
    found: dict[int, dict[int, Taken]] = {person: {} for person in people}
    for row in _days(people, first, last):
        leave, spell = row.leave, row.leave.spell
        if leave.status != LeaveStatus.GRANTED or spell is None:
            continue
        mine = found[leave.person_id]
        before = mine[spell.pk].half_days if spell.pk in mine else 0
        mine[spell.pk] = Taken(leave.kind, str(spell.pk), before + row.half_days, is_exempt=spell.is_exempt)
    return {person: list(spells.values()) for person, spells in found.items()}


def lines(month: Iterable[Taken]) -> list[dict[str, object]]:
    """The same as the `leave` field of the assessment's contract: kind, days as text ("2.5"), spell."""
    return [
        {"kind": one.kind, "days": in_days(one.half_days), "spell": one.spell} for one in month if not one.is_exempt
    ]


def year_of(person_id: int, year: int) -> Year:
    """Counted half days of a calendar year by kind, and sick leave of its months, exempted spells left out (D3.6)."""
    rows = LeaveDay.objects.filter(
        leave__person=person_id, leave__status=LeaveStatus.GRANTED, leave__spell__is_exempt=False, day__year=year
    ).order_by()
    kinds = {row["leave__kind"]: row["sum"] for row in rows.values("leave__kind").annotate(sum=Sum("half_days"))}
    sick = rows.filter(leave__kind=Code.SICK.value).values("day__month").annotate(sum=Sum("half_days"))
    by_month = {row["day__month"]: row["sum"] for row in sick}
    return Year(half_days=kinds, sick_by_month=tuple(by_month.get(month, 0) for month in range(1, MONTHS + 1)))


def pending(people: Collection[int], first: date, last: date) -> list[Leave]:
    """Requests that touch these days and are not decided: a month with one of them cannot be closed."""
    rows = Leave.objects.filter(person__in=people, status=LeaveStatus.ASKED, first__lte=last, last__gte=first)
    return list(rows.select_related("person"))
