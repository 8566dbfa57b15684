"""Reads for the pages of attendance: a person's month, a day, a month's figures, what waits to be decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from hotline.attendance.models import (
    AskStatus,
    AttendanceFact,
    AttendanceState,
    Correction,
    Excuse,
    MonthStatement,
    Talk,
    TalkStatus,
)
from hotline.leave.queries import months
from hotline.people.models import Person

MOST = 500
S = AttendanceState


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_end(month: date) -> date:
    """The last day of a month."""
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def facts(person: Person) -> QuerySet[AttendanceFact]:
    """Current facts that the person may see."""
    return AttendanceFact.objects.visible_to(person).filter(is_current=True).select_related("person")


def month_facts(person: Person, month: date) -> list[AttendanceFact]:
    """A person's shifts of a month, the newest first."""
    rows = AttendanceFact.objects.filter(person=person.pk, is_current=True, day__range=(month, month_end(month)))
    return list(rows.order_by("-day", "-pk"))


def months_known(centre_id: int) -> list[date]:
    """The months of which there are facts, the newest first."""
    found = AttendanceFact.objects.filter(person__centre=centre_id, is_current=True).dates("day", "month", order="DESC")
    return list(found[:12])


def versions(fact: AttendanceFact) -> list[AttendanceFact]:
    """Every finding about one shift, the newest first."""
    rows = AttendanceFact.objects.filter(person=fact.person_id, span=fact.span)
    return list(rows.select_related("made_by", "correction__status_by", "correction__asked_by").order_by("-number"))


def corrections_of(fact: AttendanceFact) -> list[Correction]:
    """What was asked for about one shift."""
    rows = Correction.objects.filter(person=fact.person_id, fact__span=fact.span)
    return list(rows.select_related("asked_by", "status_by").order_by("-asked_at"))


def excuses_of(person: Person, month: date) -> list[Excuse]:
    """A person's excuses of a month."""
    rows = Excuse.objects.filter(person=person.pk, span__startswith__date__range=(month, month_end(month)))
    return list(rows.select_related("asked_by", "status_by").order_by("-span", "-pk")[:MOST])


COUNTS: Mapping[str, Any] = {
    "shifts": Count("pk"),
    **{state.value: Count("pk", filter=Q(state=state)) for state in S},
    "early": Count("pk", filter=Q(early_s__gt=0)),
    "logged": Count("pk", filter=Q(is_logged=True)),
    "late_s": Sum("late_s"),
}
FIGURES = ("shifts", *S.values, "early", "logged", "late_s")


@dataclass(frozen=True, slots=True)
class Line:
    """A person's month in figures."""

    person: Person
    shifts: int
    present: int
    late: int
    absent: int
    leave: int
    unknown: int
    early: int
    logged: int
    late_s: int

    @property
    def minutes(self) -> int:
        """Lateness in whole minutes."""
        return self.late_s // 60


def statistics(reader: Person, month: date) -> list[Line]:
    """Everybody's month as the reader may see it, in two queries."""
    rows = AttendanceFact.objects.visible_to(reader).filter(is_current=True, day__range=(month, month_end(month)))
    grouped: Any = rows.values("person").order_by().annotate(**COUNTS)
    counted: dict[int, dict[str, int]] = {row.pop("person"): row for row in grouped}
    persons = Person.objects.filter(pk__in=counted).order_by("name_key", "pk")
    return [Line(one, **{name: counted[one.pk][name] or 0 for name in FIGURES}) for one in persons]


def figures(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """The month's statistics as plain values, to be confirmed."""
    return [
        {"person": line.person.pk, "number": line.person.number, **{name: getattr(line, name) for name in FIGURES}}
        for line in lines
    ]


def confirmed(reader: Person, month: date) -> MonthStatement | None:
    """The last confirmation of a month, for those whose figures are the whole centre's, as it was confirmed."""
    rows = MonthStatement.objects.visible_to(reader).filter(month=month).select_related("confirmed_by")
    return rows.order_by("-number").first()


def latenesses(person_id: int, month: date) -> list[tuple[int, int]]:
    """Key and seconds of each lateness of a month."""
    rows = AttendanceFact.objects.filter(
        person=person_id, is_current=True, state=S.LATE, day__range=(month, month_end(month))
    )
    return list(rows.order_by("day", "pk").values_list("pk", "late_s"))


# ---------------------------------------------------------------- what waits


def excuses_to_decide(reader: Person) -> list[Excuse]:
    """Excuses asked for, the oldest first."""
    rows = Excuse.objects.visible_to(reader).filter(status=AskStatus.ASKED).exclude(person=reader.pk)
    return list(rows.select_related("person", "asked_by").order_by("asked_at", "pk")[:MOST])


def corrections_to_decide(reader: Person) -> list[Correction]:
    """Corrections asked for, the oldest first."""
    rows = Correction.objects.visible_to(reader).filter(status=AskStatus.ASKED).exclude(person=reader.pk)
    return list(rows.select_related("person", "asked_by", "fact").order_by("asked_at", "pk")[:MOST])


def talks_due(reader: Person) -> list[Talk]:
    """Talks to be held, the most urgent first."""
    rows = Talk.objects.visible_to(reader).filter(status=TalkStatus.DUE)
    return list(rows.select_related("person").order_by("due_at", "pk")[:MOST])


def talks_held(reader: Person) -> QuerySet[Talk]:
    """Filed talks, the newest first."""
    rows = Talk.objects.visible_to(reader).filter(status=TalkStatus.HELD)
    return rows.select_related("person", "status_by").order_by("-status_at", "-pk")


def unknown_shifts(reader: Person, month: date) -> list[AttendanceFact]:
    """Shifts of a month about which a person has to ask."""
    rows = facts(reader).filter(state__in=[S.UNKNOWN, S.ABSENT], day__range=(month, month_end(month)))
    return list(rows.order_by("-day", "person__name_key", "pk")[:MOST])


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody told that he is ill: when, until when he should have, and who took it."""

    person: Person
    day: date
    told_at: datetime
    due_at: datetime
    taken_by: Person

    @property
    def is_in_time(self) -> bool:
        """Whether it was told in time (A7.12)."""
        return self.told_at <= self.due_at


def sick_reports(reader: Person, month: date) -> list[Told]:
    """Who reported sick in a month, and whether in time; of several words about one day the first counts."""
    first: dict[tuple[int, date], Told] = {}
    for leave in months.reported_sick(reader, month, month_end(month))[:MOST]:
        assert leave.report_due_at is not None
        one = Told(leave.person, leave.first, leave.asked_at, leave.report_due_at, leave.asked_by)
        key = (one.person.pk, one.day)
        first[key] = min(first.get(key, one), one, key=lambda told: told.told_at)
    return sorted(first.values(), key=lambda one: (-one.day.toordinal(), one.person.name_key, one.person.pk))
