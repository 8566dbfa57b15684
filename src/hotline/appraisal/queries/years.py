"""What stands behind the month: the year's leave, absence and lateness, for reviews by people (D3.4 to D3.6)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from hotline.attendance.models import AttendanceFact, Source
from hotline.attendance.queries.pages import month_end
from hotline.core.clock import local_day
from hotline.leave.queries import months
from hotline.leave.queries.months import LeaveYear
from hotline.people.models import Person
from hotline.rulebook.leave import Code, in_days, months_after
from hotline.rulebook.leave_effects import MEDICAL, medical_period
from hotline.rulebook.parameters.values import Values

NOTHING = LeaveYear({}, {})
ABSENT = Q(state="absent", source=Source.CORRECTED)  # never without a second person (reading 19)
LATE = Q(late_s__gt=0) | Q(early_s__gt=0)


def of_people(people: Sequence[Person], month: date, at: datetime, values: Values) -> dict[int, dict[str, Any]]:
    """By person the `year` of the assessment's contract; who has nothing of it all is not there.

    Leave counts in the calendar year (reading 71); absence, lateness and long sickness are looked at together over
    `dismiss.window_months` (reading 72). The medical period is reckoned from what is known of somebody's years of work;
    a notice of pregnancy is nobody's business here, and is not looked at.
    """
    until = min(month_end(month), local_day(at))
    since = months_after(month, 1 - values.reading().whole("dismiss.window_months"))
    keys = [one.pk for one in people]
    leave = months.years_of(keys, since, until)
    happened = _happened(keys, since, until)
    worked = months.works_since(keys)
    found = {}
    for one in people:
        mine = leave.get(one.pk, NOTHING)
        absences, latenesses = happened.get(one.pk, (0, 0))
        costly = mine.half_days.get(Code.SICK.value, 0) or mine.half_days.get(Code.PERSONAL.value, 0)
        if costly or mine.sick_by_month or absences or latenesses:
            told = _told(mine, absences, latenesses)
            found[one.pk] = told | _protected(one, mine, worked.get(one.pk), until)
    return found


def _happened(keys: Sequence[int], since: date, until: date) -> Mapping[int, tuple[int, int]]:
    """Absences and latenesses of a stretch of days by person, in one query."""
    rows = AttendanceFact.objects.filter(ABSENT | LATE, person__in=keys, is_current=True, day__range=(since, until))
    counted = rows.order_by().values_list("person")
    sums = counted.annotate(absences=Count("pk", filter=ABSENT), latenesses=Count("pk", filter=LATE))
    return {person: (absences, latenesses) for person, absences, latenesses in sums}


def _told(mine: LeaveYear, absences: int, latenesses: int) -> dict[str, Any]:
    return {
        "sick_days": in_days(mine.half_days.get(Code.SICK.value, 0)),
        "personal_days": in_days(mine.half_days.get(Code.PERSONAL.value, 0)),
        "longest_sick_month": in_days(max(mine.sick_by_month.values(), default=0)),
        "absences": absences,
        "latenesses": latenesses,
    }


def _protected(person: Person, mine: LeaveYear, works_since: date | None, until: date) -> dict[str, bool]:
    found = {}
    if mine.sick_since is not None and person.joined_on is not None:
        began = works_since or person.joined_on  # at least as long as he has been here
        ends = medical_period.on(until)(began, person.joined_on, mine.sick_since, MEDICAL.on(until))
        if until <= ends:
            found["medical_period"] = True
    if mine.had_maternity:
        found["protected"] = True
    return found
