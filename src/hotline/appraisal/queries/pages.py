"""Reads for the pages of the appraisal."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hotline.appraisal.logic import Overturned
from hotline.appraisal.models import (
    Appeal,
    AppealStatus,
    ExamResult,
    Incident,
    Line,
    MatterStatus,
    Period,
    PeriodStatus,
    Sheet,
)
from hotline.people.models import Centre, Person

MOST = 500


def periods(centre: Centre | int) -> list[Period]:
    """A centre's months, the newest first."""
    rows = Period.objects.filter(centre=centre).select_related("status_by", "confirmed_by")
    return list(rows.order_by("-month")[:24])


def sheets(reader: Person, month: date) -> QuerySet[Sheet]:
    """Current sheets of a month that the reader may see."""
    rows = Sheet.objects.visible_to(reader).filter(period__month=month, is_current=True)
    rows = rows.select_related("person", "period")
    # Of any run of the month: what waits does not vanish when it is computed anew.
    waits = Appeal.objects.filter(
        person=OuterRef("person"), line__sheet__period=OuterRef("period"), status=AppealStatus.ASKED
    )
    asked = waits.order_by().values("person").annotate(n=Count("pk")).values("n")
    return rows.annotate(asked=Coalesce(Subquery(asked), 0)).order_by("person__name_key", "person")


def my_sheets(person: Person) -> list[Sheet]:
    """One's own months, the newest first."""
    rows = Sheet.objects.filter(person=person.pk, is_current=True).select_related("period")
    return list(rows.order_by("-period__month")[:12])


def lines(sheet: Sheet) -> list[Line]:
    """Lines of a sheet in order."""
    return list(sheet.lines.select_related("corrects__sheet__period").order_by("place"))


def matter(line: Line) -> tuple[str, str, tuple[str, ...]]:
    """What a line is about, in whichever run of the month: its part, its clause and the facts behind it."""
    return line.part, line.clause, tuple(line.evidence)


def objections(sheet: Sheet, rows: Sequence[Line]) -> Mapping[int, list[Appeal]]:
    """By line of a sheet what was said against its matter, the newest first; one query.

    The month is computed anew several times a day: what was said of an earlier run is said of the line that took its
    place, and nobody has to say it again.
    """
    said: dict[tuple[str, str, tuple[str, ...]], list[Appeal]] = defaultdict(list)
    found = Appeal.objects.filter(person=sheet.person_id, line__sheet__period=sheet.period_id)
    for row in found.select_related("line", "status_by").order_by("-asked_at", "-pk"):
        said[matter(row.line)].append(row)
    return {line.pk: said.get(matter(line), []) for line in rows}


def overturned(period: Period, people: Collection[int]) -> dict[int, list[Overturned]]:
    """What was decided in people's favour in a month, the first first."""
    rows = Appeal.objects.filter(
        person__in=people, line__sheet__period=period.pk, status=AppealStatus.GRANTED, booked__isnull=True
    )
    found: dict[int, list[Overturned]] = {}
    for row in rows.select_related("line").order_by("status_at", "pk"):
        found.setdefault(row.person_id, []).append(Overturned(row.line.part, tuple(row.line.evidence)))
    return found


def corrections(period: Period, people: Collection[int]) -> dict[int, list[Appeal]]:
    """Corrections of closed months that are booked in this one, the first first."""
    rows = Appeal.objects.filter(booked=period.pk, person__in=people).select_related("line__sheet__period")
    found: dict[int, list[Appeal]] = {}
    for row in rows.order_by("status_at", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def parts(period: Period) -> dict[int, dict[str, tuple[int, int]]]:
    """By person what each part of his current sheet comes to, in points and fen; one query."""
    rows = Line.objects.filter(sheet__period=period.pk, sheet__is_current=True).order_by()
    found: dict[int, dict[str, tuple[int, int]]] = {}
    sums = rows.values_list("sheet__person", "part").annotate(points=Sum("points"), fen=Sum("fen"))
    for person, part, points, fen in sums:
        found.setdefault(person, {})[part] = (points, fen)
    return found


def open_appeals(reader: Person) -> list[Appeal]:
    """Appeals to be decided, the oldest first."""
    rows = Appeal.objects.visible_to(reader).filter(status=AppealStatus.ASKED).exclude(person=reader.pk)
    return list(rows.select_related("person", "line__sheet__period").order_by("asked_at", "pk")[:MOST])


def appeals_open_in(period: Period) -> int:
    """How many appeals of a month wait."""
    return Appeal.objects.filter(line__sheet__period=period, status=AppealStatus.ASKED).count()


def incidents(reader: Person, month: date) -> list[Incident]:
    """What was proposed in a month, as far as the reader may see it."""
    rows = Incident.objects.visible_to(reader).filter(month=month)
    return list(rows.select_related("person", "proposed_by", "status_by").order_by("-day", "-pk")[:MOST])


def assessed(period: Period) -> list[int]:
    """Keys of those who have a sheet in a month."""
    return list(period.sheets.filter(is_current=True).values_list("person", flat=True))


def undecided(period: Period) -> int:
    """Incidents of a month that wait for a hearing or a decision."""
    waiting = (MatterStatus.PROPOSED, MatterStatus.HEARD)
    return Incident.objects.filter(person__centre=period.centre_id, month=period.month, status__in=waiting).count()


def exams(reader: Person, month: date) -> dict[int, ExamResult]:
    """Exam results of a month by person."""
    rows = ExamResult.objects.visible_to(reader).filter(month=month).select_related("recorded_by")
    return {row.person_id: row for row in rows}


def next_open(centre: Centre | int, month: date) -> Period | None:
    """The earliest month after `month` that can still take lines."""
    rows = Period.objects.filter(centre=centre, month__gt=month).exclude(
        status__in=[PeriodStatus.CONFIRMED, PeriodStatus.CLOSED]
    )
    return rows.order_by("month").first()


def export_rows(period: Period) -> list[tuple[object, ...]]:
    """Every line of a month for the payroll, by staff number: what a person gets and why."""
    rows = Line.objects.filter(sheet__period=period, sheet__is_current=True).select_related("sheet__person")
    found = rows.order_by("sheet__person__number", "sheet__person", "place")
    return [_row(period, line) for line in found]


def _row(period: Period, line: Line) -> tuple[object, ...]:
    person = line.sheet.person
    return (
        f"{period.month:%Y-%m}", person.number, person.name, line.place, line.part, line.clause, line.points,
        line.fen, line.zh, line.en, "; ".join(line.evidence),
    )  # fmt: skip


def sums(found: Iterable[Sheet]) -> tuple[int, int]:
    """Points and fen of some sheets."""
    kept = list(found)
    return sum(one.points for one in kept), sum(one.fen for one in kept)
