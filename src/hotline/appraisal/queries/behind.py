"""The rows that an indicator of one person counts (A6.1 to A6.9), or that a line rests on, each with where it opens."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext

from hotline.appraisal.models import ExamResult, Line
from hotline.appraisal.queries import facts, known
from hotline.attendance.models import AttendanceFact
from hotline.cases.models import Case, CaseCall
from hotline.handbook.queries import values_on
from hotline.people.models import Person
from hotline.quality.models import FAULTY, RIGHT, CallScore, Review, Way
from hotline.rulebook.attendance import seconds, spell
from hotline.rulebook.indicators import Key
from hotline.telephony.models import Call

MOST = 500


@dataclass(frozen=True, slots=True)
class Behind:
    """One row: when, what, how it counted, and its page (empty where the reader has none)."""

    at: datetime | date
    name: str
    told: str
    url: str = ""


def behind(reader: Person, person: Person, key: Key, month: date, at: datetime) -> list[Behind]:
    """What stands behind a figure, the newest first, 500 at most; the page of each row asks for itself who may."""
    over = known.stretch(month, at)
    return list(_READ[key](reader, person, over))


def _shifts(_reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    rows = AttendanceFact.objects.filter(person=person, is_current=True, day__range=(over.first, over.last))
    for row in rows.order_by("-day", "-pk")[:MOST]:
        yield Behind(row.day, row.shift, row.get_state_display(), reverse("attendance:shift", args=[row.pk]))


def _calls(reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    rows = Call.objects.filter(
        person=person, came_at__gte=over.since, came_at__lt=over.until, answered_at__isnull=False
    )
    seen = set(Call.objects.visible_to(reader).filter(pk__in=rows.values("pk")).values_list("pk", flat=True)[:MOST])
    for row in rows.select_related("queue").order_by("-came_at", "-pk")[:MOST]:
        length = (row.ended_at - row.answered_at) if row.ended_at and row.answered_at else None
        told = gettext("{n} s").format(n=int(length.total_seconds())) if length is not None else gettext("Talking")
        url = reverse("telephony:call", args=[row.pk]) if row.pk in seen else ""
        yield Behind(row.came_at, row.queue.name if row.queue else gettext("A call"), told, url)


def _entered(reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    """The cases that make a call of his one with a case, by the same two ways in which `known.CALLS` counts it."""
    his = Call.objects.filter(
        person=person, is_callback=False, came_at__gte=over.since, came_at__lt=over.until, answered_at__isnull=False
    )
    ties = CaseCall.objects.filter(case=OuterRef("pk"))
    from_it = ties.filter(call__in=his, call__answered_at__lte=OuterRef("arrived_at"))
    soon_after = his.filter(answered_at__lte=OuterRef("arrived_at")).filter(
        Q(ended_at__gte=OuterRef("arrived_at") - known.ASKED_AFTER)
        | Q(ended_at__isnull=True, answered_at__gte=OuterRef("arrived_at") - known.ASKED_AFTER)
    )
    untied = Q(first_owner=person, source="phone") & ~Exists(ties) & Exists(soon_after)
    rows = Case.objects.visible_to(reader).filter(Exists(from_it) | untied)
    for row in rows.order_by("-arrived_at", "-pk")[:MOST]:
        yield Behind(row.arrived_at, row.number, row.get_status_display(), reverse("cases:case", args=[row.number]))


def of_line(line: Line, name: str) -> list[Behind]:
    """What stands behind evidence that names a whole month: `holdings`, `accuracy` or `exam`; as the records are now.

    The page of each row asks for itself who may open it.
    """
    sheet = line.sheet
    person, month = sheet.person, sheet.period.month
    match name:
        case "holdings":
            rows = facts.held(person, month, values_on(sheet.period.centre_id, month))
            return [
                Behind(row.start, row.case, spell(seconds(row.time)), reverse("cases:case", args=[row.case]))
                for row in rows
            ]
        case "accuracy":
            return list(_found(person, month))
    exams = ExamResult.objects.filter(person=person, month=month).select_related("recorded_by")
    return [Behind(row.recorded_at, row.paper, _result(row)) for row in exams]


def _result(row: ExamResult) -> str:
    told = row.get_absent_display() if row.score is None else f"{row.score.normalize():f}%"
    return f"{told} · {row.recorded_by.name}"


def _found(person: Person, month: date) -> Iterator[Behind]:
    """Every review of the month with a finding: of a sample each one counts, else the wrong ones of all cases."""
    rows = Review.objects.filter(handler=person, month=month, status__in=[*RIGHT, *FAULTY]).select_related("case")
    for row in rows.order_by(F("found_at").desc(nulls_last=True), "-pk"):
        told = f"{row.get_status_display()} · {row.get_way_display()}"
        yield Behind(row.decided_at, row.case.number, told, reverse("quality:review", args=[row.pk]))


def _reviews(_reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    rows = Review.objects.filter(handler=person, month=over.first, way=Way.SAMPLE, status__in=[*RIGHT, *FAULTY])
    for row in rows.select_related("case").order_by(F("found_at").desc(nulls_last=True), "-pk")[:MOST]:
        url = reverse("quality:review", args=[row.pk])
        yield Behind(row.decided_at, row.case.number, row.get_status_display(), url)


def _scored(_reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    rows = CallScore.objects.filter(person=person, month=over.first).select_related("call")
    for row in rows.order_by("-scored_at", "-pk")[:MOST]:
        told = gettext("{soft} and {technical} of 50 each").format(soft=row.soft, technical=row.technical)
        if row.is_zero:
            told = f"{gettext('Critical error')} · {told}"
        yield Behind(row.call.came_at, row.words, told, reverse("telephony:call", args=[row.call_id]))


def _complaints(_reader: Person, person: Person, over: known.Stretch) -> Iterator[Behind]:
    for row, upheld in reversed(known.complaints([person.pk], over).get(person.pk, [])):
        told = gettext("Upheld") if upheld else gettext("Not upheld so far")
        url = reverse("cases:case", args=[row.case.number])
        assert row.rated_at is not None
        yield Behind(row.rated_at, f"{row.case.number} · {row.get_reason_display()}", told, url)


_READ: Mapping[Key, Callable[[Person, Person, known.Stretch], Iterator[Behind]]] = {
    Key.ATTENDANCE: _shifts,
    Key.ON_TIME: _shifts,
    Key.UTILISATION: _calls,
    Key.HANDLING: _calls,
    Key.CALLS: _calls,
    Key.ENTRY: _entered,
    Key.QUALITY: lambda reader, person, over: chain(_scored(reader, person, over), _reviews(reader, person, over)),
    Key.CRITICAL: _scored,
    Key.COMPLAINTS: _complaints,
}
