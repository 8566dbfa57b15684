"""A month of forty operators: late starts, detained cases, sick spells, exams, breaches; disputed, corrected, closed,
exported."""

import json
from datetime import UTC, date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.appraisal.models import Appeal, Line, Period, Sheet
from hotline.appraisal.queries import pages
from hotline.appraisal.services import assessing, objecting, recording
from hotline.appraisal.tests.builders import AFTER, APRIL, DAY, MAY, MONTH, House, house
from hotline.appraisal.tests.test_services import WRITES
from hotline.attendance.models import AttendanceFact
from hotline.cases.services import desk, filing
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.leave.services import decisions, papers, requests
from hotline.leave.services.requests import Wish
from hotline.leave.tests.builders import PDF
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.rosters.tests import builders as rosters
from hotline.rulebook.assessment.cli import judged
from hotline.rulebook.leave import Code, Piece

FORTY = 40
ONE_DAY = timedelta(days=1)


def shift(person: Person, day: date, by: Person, **found: object) -> AttendanceFact:
    """A judged shift, as deriving leaves it."""
    start, end = clock.wall(day, 8, 30), clock.wall(day, 17, 30)
    told = [start.astimezone(UTC).isoformat(), end.astimezone(UTC).isoformat()]
    facts = {"start": told[0], "end": told[1], "breaks": [], "leave": []}
    return AttendanceFact(
        person=person, day=day, span=DateTimeTZRange(start, end), shift="早班", facts=facts, digest="0" * 64,
        rule_version="D2.2 2020-01-01", made_at=end, made_by=by, **found,
    )  # fmt: skip


def ill(of: House, person: Person) -> None:
    """Two days of sickness, reported in the morning, with a certificate, decided by both who decide it."""
    for number in range(2):
        rosters.on_shift(person, DAY + number * ONE_DAY)
    at = clock.wall(DAY, 8)
    wish = Wish(Code.SICK.value, Piece(DAY, DAY + ONE_DAY), "急性肠胃炎")
    row = requests.ask_leave(person=person, wish=wish, by=person, at=at)
    papers.hand_in(leave_id=row.pk, content=PDF, by=person, at=at)
    for by in (of.supervisor, of.director):
        decisions.decide_leave(leave_id=row.pk, is_yes=True, note="同意", by=by, at=APRIL)


def detained(of: House, person: Person, minutes: int) -> None:
    """A case that lay in his hands for so many minutes."""
    day = DAY + 7 * ONE_DAY
    rosters.on_shift(person, day)
    start = clock.wall(day, 9)
    case = cases.report(of.town, start, by=person)
    done = start + timedelta(minutes=minutes)
    filing.pre_file(case_id=case.pk, version=case.version, condition_id=of.town.condition.pk, by=person, at=done)
    case = cases.fresh(case)
    desk.release(case_id=case.pk, version=case.version, reason="换人", by=person, at=done)


def lived(of: House) -> list[Person]:
    """Forty operators with ten shifts each, and what happened to them."""
    chance = Random(20260301)  # noqa: S311 the same month every time
    team = people.unit(of.town.centre, "受理二组")
    staff = [people.person(position=Position.OPERATOR, unit=team, name=f"接线员{n:02}") for n in range(FORTY)]
    program = system_person(of.town.centre)
    rows = []
    for number, person in enumerate(staff):
        is_ill = number % 5 == 0
        if is_ill:
            ill(of, person)
        if number % 4 == 1:
            detained(of, person, 6 + number)
        for back in range(10):
            day = DAY + back * ONE_DAY
            if is_ill and back < 2:
                rows.append(shift(person, day, program, state="leave"))
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


def assessed(of: House, staff: list[Person]) -> Period:
    """The month computed, with something of everything in it, and each sheet as the command line has it."""
    centre = of.town.centre
    period = assessing.compute(centre=centre, month=MONTH, by=system_person(centre), at=APRIL)
    sheets = Sheet.objects.filter(period=period, person__in=staff, is_current=True)
    assert len({sheet.points for sheet in sheets}) > 5
    taken = Line.objects.filter(sheet__in=sheets, sort="deduction")
    assert set(taken.values_list("part", flat=True)) == {"attendance", "timeliness", "exam", "breach"}
    assert taken.filter(clause="D3.4").count() == FORTY // 5
    for sheet in sheets:  # what the command line says of the kept facts, to the fen
        found: Any = judged(json.dumps(sheet.facts["facts"]).encode())
        assert (str(sheet.points), Decimal(sheet.fen) / 100) == (found["points"], Decimal(found["yuan"]))
    return period


def disputed(of: House, period: Period, staff: list[Person]) -> None:
    """A dozen object; every second one is right, and his points and money follow, never down."""
    assessing.show(period_id=period.pk, by=of.hr, at=APRIL)
    asked = []
    sheets = Sheet.objects.filter(period=period, person__in=staff, is_current=True)
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


def closed(of: House, period: Period) -> None:
    """Two persons close it; from then on every write by raw SQL is refused."""
    assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER)
    assessing.close(period_id=period.pk, by=of.hr, at=AFTER)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in WRITES:
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            cursor.execute(statement)


def corrected(of: House, period: Period) -> Period:
    """What is found to be wrong afterwards is a line of the next month, which cites the line."""
    centre = of.town.centre
    april = assessing.compute(centre=centre, month=APRIL.date(), by=system_person(centre), at=MAY)
    told = Appeal.objects.filter(line__sheet__period=period).values("line")
    lines = Line.objects.filter(sheet__period=period, sheet__is_current=True, sort="deduction").exclude(pk__in=told)
    line = lines.filter(part="exam").order_by("sheet__person__number", "place")[0]
    late = objecting.appeal(line_id=line.pk, words="后来查明", by=line.sheet.person, at=MAY)
    objecting.decide(appeal_id=late.pk, grant=True, note="属实", by=of.supervisor, at=MAY)
    booked = Line.objects.get(sheet__period=april, corrects=line, sheet__is_current=True)
    assert (booked.points, booked.fen) == (-line.points, -line.fen)
    return april


@pytest.mark.django_db
@pytest.mark.clause("D3.2")
@pytest.mark.clause("A5.8")
def test_a_month_of_forty_operators_to_its_end_and_beyond_twice_the_same_bytes(client):
    of = house(late=False)
    staff = lived(of)
    client.force_login(of.hr)

    def run() -> list[list[bytes]]:
        period = assessed(of, staff)
        disputed(of, period, staff)
        closed(of, period)
        first = exported(client, period)
        april = corrected(of, period)
        assert exported(client, period) == first  # a later correction does not touch the closed month
        return [first, exported(client, april)]

    def again() -> list[list[bytes]]:
        """Everything from the computing on, and then as if it had never been."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval('appraisal_appeal_id_seq', 1000000)")
        begun = transaction.savepoint()
        found = run()
        transaction.savepoint_rollback(begun)
        assert not Period.objects.exists()
        return found

    assert again() == again()


@pytest.mark.django_db
@pytest.mark.clause("D3.4")
def test_a_month_is_not_confirmed_while_leave_of_it_waits_for_a_decision():
    of = house(late=False)
    rosters.on_shift(of.operator, DAY + ONE_DAY)
    wish = Wish(Code.SICK.value, Piece(DAY + ONE_DAY, DAY + ONE_DAY), "感冒")
    row = requests.ask_leave(person=of.operator, wish=wish, by=of.operator, at=clock.wall(DAY + ONE_DAY, 8))
    period = assessing.compute(centre=of.town.centre, month=MONTH, by=of.hr, at=APRIL)
    assessing.show(period_id=period.pk, by=of.hr, at=APRIL)
    with pytest.raises(Refused, match="waits to be decided"):
        assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER)
    papers.hand_in(leave_id=row.pk, content=PDF, by=of.operator, at=APRIL)
    decisions.decide_leave(leave_id=row.pk, is_yes=True, note="同意", by=of.supervisor, at=APRIL)
    # decided after the month was shown it takes something: the person is told, and may object
    assert assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER).status == "shown"
    later = AFTER + assessing.APPEAL_WITHIN
    assert assessing.confirm(period_id=period.pk, by=of.supervisor, at=later).status == "confirmed"
    sheet = Sheet.objects.get(person=of.operator, period=period, is_current=True)
    assert sheet.facts["facts"]["leave"] == [{"kind": "sick", "days": "1", "spell": f"spell {row.spell_id}"}]
    assert [line.fen for line in sheet.lines.filter(clause="D3.4")] == [-1000]
    assert pages.sums([sheet])[0] == sheet.points
