"""A month of forty operators: late starts, sick spells, exams, breaches; disputed, corrected, closed, exported."""

import json
from datetime import UTC, date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.appraisal.models import Appeal, Line, Sheet
from hotline.appraisal.queries import pages
from hotline.appraisal.services import assessing, objecting, recording
from hotline.appraisal.tests.builders import AFTER, APRIL, DAY, MAY, MONTH, House, house
from hotline.appraisal.tests.test_services import WRITES
from hotline.attendance.models import AttendanceFact
from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.rulebook.assessment.cli import judged

FORTY = 40


def shift(person: Person, day: date, by: Person, **found: object) -> AttendanceFact:
    """A judged shift, as deriving leaves it."""
    start, end = clock.wall(day, 8, 30), clock.wall(day, 17, 30)
    absence = found.pop("absence", None)
    told = [start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()]
    leave = [{"absence": absence, "kind": "sick", "from": told[0], "to": told[1]}] if absence else []
    facts = {"start": told[0], "end": told[1], "breaks": [], "leave": leave}
    return AttendanceFact(
        person=person, day=day, span=DateTimeTZRange(start, end), shift="早班", facts=facts, digest="0" * 64,
        rule_version="D2.2 2020-01-01", made_at=end, made_by=by, **found,
    )  # fmt: skip


def lived(of: House) -> list[Person]:
    """Forty operators with ten shifts each, and what happened to them."""
    chance = Random(20260301)  # noqa: S311 the same month every time
    team = people.unit(of.town.centre, "受理二组")
    staff = [people.person(position=Position.OPERATOR, unit=team, name=f"接线员{n:02}") for n in range(FORTY)]
    program = system_person(of.town.centre)
    rows = []
    for number, person in enumerate(staff):
        ill = number % 5 == 0
        for back in range(10):
            day = DAY + timedelta(days=back)
            if ill and back < 2:
                rows.append(shift(person, day, program, state="leave", absence=1000 + number))
            elif chance.random() < 0.15:
                rows.append(shift(person, day, program, state="late", late_s=chance.randrange(301, 12_000)))
            else:
                rows.append(shift(person, day, program, state="present"))
        score = Decimal(chance.randrange(500, 1001)) / 10
        recording.record_exam(person=person, month=MONTH, score=score, paper="3月卷", by=of.trainer, at=APRIL)
        if number % 8 == 0:
            incident = recording.propose(
                person=person, day=DAY, kind="minor", words="私人电话", evidence="巡查", by=of.town.leader, at=APRIL
            )
            recording.hear(incident_id=incident.pk, statement="有急事", by=person, at=APRIL)
            recording.decide_incident(incident_id=incident.pk, confirm=True, note="属实", by=of.supervisor, at=APRIL)
    AttendanceFact.objects.bulk_create(rows)
    return staff


def exported(client, period) -> list[bytes]:
    return [client.get(f"/appraisal/months/{period.pk}/payroll.{form}").content for form in ("csv", "xlsx")]


@pytest.mark.django_db
@pytest.mark.clause("D3.2")
@pytest.mark.clause("A5.8")
def test_a_month_of_forty_operators_to_its_end_and_beyond(client):
    of = house(late=False)
    staff = lived(of)
    centre, program = of.town.centre, system_person(of.town.centre)
    period = assessing.compute(centre=centre, month=MONTH, by=program, at=APRIL)
    sheets = Sheet.objects.filter(period=period, person__in=staff, is_current=True)
    assert len({sheet.points for sheet in sheets}) > 5
    for sheet in sheets:  # what the command line says of the kept facts, to the fen
        found = judged(json.dumps(sheet.facts["facts"]).encode())
        assert (str(sheet.points), Decimal(sheet.fen) / 100) == (found["points"], Decimal(found["yuan"]))

    assessing.show(period_id=period.pk, by=of.hr, at=APRIL)
    asked = []
    for sheet in sheets.order_by("person__number")[:12]:
        line = sheet.lines.filter(sort="deduction").order_by("place").first()
        if line is not None:
            asked.append(objecting.appeal(line_id=line.pk, words="请核实", by=sheet.person, at=APRIL))
    for number, row in enumerate(asked):
        before = Sheet.objects.get(period=period, person=row.person, is_current=True)
        objecting.decide(appeal_id=row.pk, grant=number % 2 == 0, note="已核实", by=of.supervisor, at=APRIL)
        after = Sheet.objects.get(period=period, person=row.person, is_current=True)
        assert (after.points, after.fen) >= (before.points, before.fen)
        assert (after == before) == (number % 2 == 1)

    assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER)
    assessing.close(period_id=period.pk, by=of.hr, at=AFTER)
    client.force_login(of.hr)
    first = exported(client, period)
    assert exported(client, period) == first
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in WRITES:
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            cursor.execute(statement)

    april = assessing.compute(centre=centre, month=APRIL.date(), by=program, at=MAY)
    declined = next(row for row in Appeal.objects.filter(status="declined").select_related("line__sheet"))
    again = Line.objects.filter(sheet__person=declined.person, sheet__is_current=True, sheet__period=period)
    other = again.filter(sort="deduction").exclude(pk=declined.line_id).order_by("place").first()
    if other is not None:
        late = objecting.appeal(line_id=other.pk, words="后来查明", by=declined.person, at=MAY)
        objecting.decide(appeal_id=late.pk, grant=True, note="属实", by=of.supervisor, at=MAY)
        assert Line.objects.filter(sheet__period=april, corrects=other, sheet__is_current=True).exists()
    assert exported(client, period) == first
    assert pages.sums(sheets)[0] == sum(sheet.points for sheet in sheets)
