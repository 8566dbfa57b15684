"""Judging shifts from the records: derived only, any number of times, and never over a person's correction."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from hotline.attendance.events import AttendanceChanged
from hotline.attendance.models import AttendanceFact, Source
from hotline.attendance.queries import records
from hotline.attendance.queries.records import Recorded
from hotline.core import events, live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.handbook.queries import InForce
from hotline.people.models import Centre, Person
from hotline.rulebook.attendance import ATTENDANCE, Judged, Rung, attendance, attendance_terms, ladder_terms, rungs
from hotline.rulebook.parameters.values import Values


def version_of(day: date) -> str:
    """Which edition of the rule holds on a day: its clause and the first day of its terms."""
    since = max(first for first, _terms in ATTENDANCE.items() if first <= day)
    return f"D2.2 {since.isoformat()}"


@transaction.atomic
def derive(*, centre: Centre, first: date, last: date, by: Person, at: datetime, only: Person | None = None) -> int:
    """Judge every shift of these days that is over, or those of one person; how many findings are new.

    The same records change nothing.
    """
    authorize(by, "attendance.derive", centre.pk)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)  # one run at a time
    book = InForce(centre.pk, known_on=local_day(at))
    found = records.records(records.ended(centre, first, last, at, only), book)
    current = {
        (row.person_id, row.span.lower): row
        for row in AttendanceFact.objects.filter(person__centre=centre, day__range=(first, last), is_current=True)
    }
    made: list[AttendanceFact] = []
    outdated: list[AttendanceFact] = []
    for one in found:
        old = current.get((one.entry.person_id, one.entry.span.lower))
        version = version_of(one.entry.day)
        if old is not None:
            # A person's correction stands until a person corrects it.
            same = old.digest == one.digest and old.rule_version == version
            if old.source == Source.CORRECTED or same:
                continue
            outdated.append(old)
        made.append(_fact(one, old, version, by, at))
    _write(outdated, made, at)
    return len(made)


def _fact(one: Recorded, old: AttendanceFact | None, version: str, by: Person, at: datetime) -> AttendanceFact:
    day = one.entry.day
    values = records.values_of(day, one.facts)
    judged = attendance.on(day)(one.shift, attendance_terms(values.reading()))
    return AttendanceFact(
        person=one.entry.person,
        entry=one.entry,
        day=day,
        span=one.entry.span,
        shift=one.entry.shift_type.name,
        number=old.number + 1 if old else 1,
        facts=one.facts,
        digest=one.digest,
        rule_version=version,
        made_at=at,
        made_by=by,
        **judged_fields(judged, values),
    )


def judged_fields(judged: Judged, values: Values) -> dict[str, object]:
    """What the rule found, as columns."""
    day = values.day
    return {
        "state": judged.state.value,
        "late_s": judged.late,
        "early_s": judged.early_leave,
        "is_logged": Rung.LOGGED in rungs.on(day)(judged.late, ladder_terms(values.reading())),
        "over_limit": [asdict(over) for over in judged.over_limit],
        "reasons": [{**asdict(reason), "evidence": list(reason.evidence)} for reason in judged.reasons],
    }


def _write(outdated: Sequence[AttendanceFact], made: Sequence[AttendanceFact], at: datetime) -> None:
    AttendanceFact.objects.filter(pk__in=[row.pk for row in outdated]).update(is_current=False)
    AttendanceFact.objects.bulk_create(made)
    for row in made:
        if row.number > 1 or row.state not in ("present", "leave"):
            events.emit(AttendanceChanged(row.person_id, row.day.isoformat(), row.state), at=at)
    live.touch(*{f"attendance:{row.person_id}" for row in made})
