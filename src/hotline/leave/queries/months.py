"""What the areas above need of a month: days by kind and spell for the monthly assessment, who was away by day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from hotline.leave.models import Leave, LeaveDay, LeaveStatus, WorkHistory
from hotline.people.models import Person
from hotline.rulebook.leave import Code, kinds
from hotline.rulebook.leave_effects import Taken


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


@dataclass(frozen=True, slots=True)
class Booked:
    """What stands behind an absence of the roster."""

    person_id: int
    kind: str
    spell_id: int


def behind(leave_ids: Iterable[int]) -> Mapping[int, Booked]:
    """The leave behind absences, by its key, in one query; a restricted kind other than sickness is not named."""
    rows = Leave.objects.filter(pk__in=set(leave_ids)).values_list("pk", "person", "kind", "first", "spell")
    return {pk: Booked(person, told_kind(kind, first), spell or 0) for pk, person, kind, first, spell in rows}


def first_of(spell_id: int) -> int | None:
    """The leave with which a spell begins, to be looked at."""
    rows = Leave.objects.filter(spell=spell_id, status=LeaveStatus.GRANTED).order_by("first", "pk")
    return rows.values_list("pk", flat=True).first()


def told_kind(kind: str, day: date) -> str:
    """A kind as those may know it who lead: sickness counts for pay, of any other restricted kind only that it is."""
    return kind if kind == Code.SICK.value or not kinds(day)[kind].is_restricted else "leave"


@dataclass(slots=True)
class LeaveYear:
    """Counted half days of somebody's leave over a longer time, exempted spells left out."""

    half_days: dict[str, int]  # in the calendar year, by kind
    sick_by_month: dict[date, int]  # of every month looked at
    sick_since: date | None = None  # the first day of the last spell of sickness
    had_maternity: bool = False


def years_of(people: Collection[int], since: date, until: date) -> Mapping[int, LeaveYear]:
    """Granted leave up to a day: of its calendar year by kind, and of sickness by month from `since` on (D3.4, D3.6).

    Two queries, however many people; who had no leave is not there.
    """
    begins = until.replace(month=1, day=1)
    rows = LeaveDay.objects.filter(leave__person__in=people, leave__status=LeaveStatus.GRANTED, day__lte=until)
    counted = rows.filter(day__gte=min(since, begins), leave__spell__is_exempt=False).order_by()
    found: dict[int, LeaveYear] = {}
    months = counted.annotate(month=TruncMonth("day")).values_list("leave__person", "leave__kind", "month")
    for person, kind, month, half_days in months.annotate(sum=Sum("half_days")):
        mine = found.setdefault(person, LeaveYear({}, {}))
        if month >= begins:
            mine.half_days[kind] = mine.half_days.get(kind, 0) + half_days
        if kind == Code.SICK.value and month >= since:
            mine.sick_by_month[month] = mine.sick_by_month.get(month, 0) + half_days
        mine.had_maternity = mine.had_maternity or (kind == Code.MATERNITY.value and bool(half_days))
    sick = [person for person, mine in found.items() if mine.sick_by_month]
    if sick:
        spells = rows.filter(leave__person__in=sick, leave__kind=Code.SICK.value).order_by()
        by_spell = spells.values_list("leave__person", "leave__spell").annotate(first=Min("day"), last=Max("day"))
        for person, _spell, first, _last in sorted(by_spell, key=lambda row: row[3]):
            found[person].sick_since = first
    return found


def works_since(people: Collection[int]) -> Mapping[int, date]:
    """Since when people have worked, anywhere, as far as it is known."""
    return dict(WorkHistory.objects.filter(person__in=people).values_list("person", "works_since"))


def reported_sick(reader: Person, first: date, last: date) -> QuerySet[Leave]:
    """Sickness that began on these days and was not refused, as far as the reader may see it (A7.12)."""
    rows = Leave.objects.visible_to(reader).live().filter(kind=Code.SICK.value, first__range=(first, last))
    return rows.filter(report_due_at__isnull=False).select_related("person", "asked_by").order_by("-first", "pk")


def pending(people: Collection[int], first: date, last: date) -> list[Leave]:
    """Requests that touch these days and are not decided: a month with one of them cannot be closed."""
    rows = Leave.objects.filter(person__in=people, status=LeaveStatus.ASKED, first__lte=last, last__gte=first)
    return list(rows.select_related("person"))
