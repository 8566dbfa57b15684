"""A month from its facts to its end: computed, disputed, corrected, confirmed, closed, never written again."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from hotline.appraisal.logic import is_worse
from hotline.appraisal.models import Appeal, Incident, Line, Period, PeriodStatus, Sheet
from hotline.appraisal.queries import facts, pages, reckoning
from hotline.appraisal.services import assessing, objecting, recording
from hotline.appraisal.tests.builders import (
    AFTER,
    APRIL,
    DAY,
    EVENING,
    MAY,
    MONTH,
    closed,
    computed,
    deduction,
    exam,
    house,
    sheet_of,
    shown,
)
from hotline.attendance.services import asking
from hotline.attendance.tests import builders as attendance
from hotline.cases.services import desk
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.handbook.tests import builders as editions
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Notice
from hotline.rosters.logic.plans import BookingKind
from hotline.rosters.services import bookings
from hotline.rulebook.assessment.cli import judged

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.2")]


@pytest.mark.clause("D3.11")
def test_the_sheet_is_what_the_command_line_says_of_its_facts():
    of = house()
    exam(of)
    computed(of)
    sheet = sheet_of(of.operator)
    found = judged(json.dumps(sheet.facts["facts"]).encode())
    assert (str(sheet.points), Decimal(sheet.fen) / 100) == (found["points"], Decimal(found["yuan"]))
    assert len(found["lines"]) == sheet.lines.count()
    assert sum(line.points for line in sheet.lines.all()) == sheet.points
    assert sum(line.fen for line in sheet.lines.all()) == sheet.fen


def test_every_line_has_a_signed_copy_of_the_whole_row_in_its_history():
    of = house()
    exam(of)
    computed(of)
    names = [field.attname for field in Line._meta.concrete_fields]
    rows = {row.pk: row for row in Line.objects.all()}
    copies = Line.history.rel.related_model.objects.filter(pgh_label="insert")
    assert len(rows) > 5
    assert sorted(copy.pgh_obj_id for copy in copies) == sorted(rows)
    for copy in copies:
        assert [getattr(copy, name) for name in names] == [getattr(rows[copy.pgh_obj_id], name) for name in names]
        assert copy.pgh_context["action"] == "appraisal.compute"
    with pytest.raises(DatabaseError), transaction.atomic():
        copies.update(points=0)


@pytest.mark.clause("D3.12")
def test_a_lateness_costs_two_points_and_names_its_shift_and_case():
    of = house()
    computed(of)
    late = deduction(of.operator)
    assert (late.points, late.fen) == (-2, 0)
    assert late.evidence[0].startswith("shift ")
    slow = sheet_of(of.operator).lines.filter(part="timeliness", sort="deduction")
    assert any("20260309-" in name for line in slow for name in line.evidence)
    assert "late.points" in late.parameters


def test_the_same_facts_make_no_further_run_and_other_facts_do():
    of = house()
    computed(of)
    computed(of)
    assert Sheet.objects.filter(person=of.operator).count() == 1
    exam(of, "60")
    computed(of)
    assert sheet_of(of.operator).number == 2
    assert deduction(of.operator, "exam").fen < 0


@pytest.mark.clause("D3.9")
def test_an_exam_is_recorded_by_another_with_its_paper():
    of = house()
    with pytest.raises(NotAllowed):
        recording.record_exam(
            person=of.operator, month=MONTH, score=Decimal(90), paper="x", by=of.town.leader, at=EVENING
        )
    for score, absent, paper in [(None, "", "x"), (Decimal(90), "excused", "x"), (Decimal(90), "", " ")]:
        with pytest.raises(Refused):
            recording.record_exam(
                person=of.operator, month=MONTH, score=score, absent=absent, paper=paper, by=of.trainer, at=EVENING
            )
    recording.record_exam(
        person=of.operator, month=MONTH, score=None, absent="unexcused", paper="缺考", by=of.trainer, at=EVENING
    )
    computed(of)
    assert deduction(of.operator, "exam").points < 0


@pytest.mark.clause("D6.1")
def test_a_breach_is_proposed_heard_and_confirmed_by_another():
    of = house(late=False)
    row = recording.propose(
        person=of.operator, day=DAY, kind="minor", words="未着工装", evidence="监控 9:10", by=of.town.leader, at=EVENING
    )
    computed(of)
    assert not sheet_of(of.operator).lines.filter(part="breach").exists()
    with pytest.raises(Refused):
        recording.decide_incident(incident_id=row.pk, confirm=True, note="属实", by=of.supervisor, at=EVENING)
    with pytest.raises(NotAllowed):
        recording.hear(incident_id=row.pk, statement="x", by=of.town.second, at=EVENING)
    recording.hear(incident_id=row.pk, statement="工装在洗", by=of.operator, at=EVENING)
    for person in (of.town.leader, of.operator, of.hr):
        with pytest.raises(NotAllowed):
            recording.decide_incident(incident_id=row.pk, confirm=True, note="属实", by=person, at=EVENING)
    recording.decide_incident(incident_id=row.pk, confirm=True, note="属实", by=of.supervisor, at=EVENING)
    computed(of)
    assert sheet_of(of.operator).lines.get(part="breach", sort="deduction").fen == -2000


@pytest.mark.clause("D5")
def test_a_reward_gives_points_and_conduct_takes_them_within_bounds():
    of = house(late=False)
    for kind, points in [("reward", 6), ("reward", 0), ("conduct", 11), ("minor", 1)]:
        with pytest.raises(Refused):
            recording.propose(
                person=of.operator, day=DAY, kind=kind, points=points, words="x", evidence="y", by=of.town.leader,
                at=EVENING,
            )  # fmt: skip
    row = recording.propose(
        person=of.operator, day=DAY, kind="reward", points=5, words="建议被采纳", evidence="纪要 3", by=of.town.leader,
        at=EVENING,
    )  # fmt: skip
    recording.decide_incident(incident_id=row.pk, confirm=True, note="同意", by=of.supervisor, at=EVENING)
    computed(of)
    assert sheet_of(of.operator).points == 105


@pytest.mark.clause("D3.15")
def test_an_objection_is_decided_by_another_and_the_points_follow():
    of = house()
    shown(of)
    before = sheet_of(of.operator)
    line = deduction(of.operator)
    assert reckoning.gain(before, line, []) == (2, 0)
    with pytest.raises(NotAllowed):
        objecting.appeal(line_id=line.pk, words="x", by=of.town.second, at=APRIL)
    with pytest.raises(Refused):
        objecting.appeal(line_id=line.pk, words=" ", by=of.operator, at=APRIL)
    row = objecting.appeal(line_id=line.pk, words="当时在楼下接待来访", by=of.operator, at=APRIL)
    with pytest.raises(Refused):
        objecting.appeal(line_id=line.pk, words="再说一次", by=of.operator, at=APRIL)
    assert [notice.recipient for notice in Notice.objects.filter(link="/appraisal/appeals")] == [of.supervisor]
    for person in (of.operator, of.hr, of.town.leader):
        with pytest.raises(NotAllowed):
            objecting.decide(appeal_id=row.pk, grant=True, note="属实", by=person, at=APRIL)
    objecting.decide(appeal_id=row.pk, grant=True, note="有接待登记", by=of.supervisor, at=APRIL)
    after = sheet_of(of.operator)
    assert (after.points, after.number) == (before.points + 2, 2)
    computed(of)
    assert sheet_of(of.operator) == after  # computed again it stays overturned


@pytest.mark.clause("D3.15")
def test_a_declined_objection_changes_nothing():
    of = house()
    shown(of)
    before = sheet_of(of.operator)
    row = objecting.appeal(line_id=deduction(of.operator).pk, words="不是我", by=of.operator, at=APRIL)
    with pytest.raises(Refused):
        objecting.decide(appeal_id=row.pk, grant=False, note="", by=of.supervisor, at=APRIL)
    objecting.decide(appeal_id=row.pk, grant=False, note="记录清楚", by=of.supervisor, at=APRIL)
    assert sheet_of(of.operator) == before


def test_a_month_goes_its_way_and_no_other():
    of = house()
    running = assessing.compute(centre=of.town.centre, month=MONTH, by=of.hr, at=EVENING)
    with pytest.raises(Refused):
        assessing.show(period_id=running.pk, by=of.hr, at=EVENING)  # not over yet
    period = shown(of)
    assert Notice.objects.filter(recipient=of.operator, link="/appraisal/").exists()
    with pytest.raises(Refused):
        assessing.confirm(period_id=period.pk, by=of.supervisor, at=APRIL)  # everybody may still object
    row = objecting.appeal(line_id=deduction(of.operator).pk, words="不是我", by=of.operator, at=APRIL)
    with pytest.raises(Refused):
        assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER)  # an objection waits
    objecting.decide(appeal_id=row.pk, grant=False, note="记录清楚", by=of.supervisor, at=AFTER)
    with pytest.raises(NotAllowed):
        assessing.confirm(period_id=period.pk, by=of.hr, at=AFTER)
    assessing.confirm(period_id=period.pk, by=of.director, at=AFTER)
    for person in (of.director, of.supervisor):
        with pytest.raises(NotAllowed):
            assessing.close(period_id=period.pk, by=person, at=AFTER)  # two persons
    assessing.close(period_id=period.pk, by=of.hr, at=AFTER)
    period.refresh_from_db()
    assert period.status == PeriodStatus.CLOSED
    with pytest.raises(Refused):
        computed(of)
    with pytest.raises(Refused):
        exam(of)


WRITES = [
    "UPDATE appraisal_period SET status = 'shown'",
    "UPDATE appraisal_period SET digest = ''",
    "DELETE FROM appraisal_period",
    "UPDATE appraisal_sheet SET fen = fen + 1",
    "UPDATE appraisal_sheet SET is_current = false",
    "DELETE FROM appraisal_sheet",
    (
        "INSERT INTO appraisal_sheet (period_id, person_id, role, number, is_current, facts, digest, points, fen,"
        " uncollected_fen, proposals, made_at, made_by_id) SELECT period_id, person_id, role, 99, false, facts, digest,"
        " 100, 40000, 0, proposals, made_at, made_by_id FROM appraisal_sheet LIMIT 1"
    ),
    "UPDATE appraisal_line SET fen = 0",
    "UPDATE appraisal_line SET zh = ''",
    "DELETE FROM appraisal_line",
    (
        "INSERT INTO appraisal_line (sheet_id, place, part, sort, clause, points, fen, zh, en, evidence, parameters)"
        " SELECT sheet_id, 999, part, 'award', clause, 1, 100, zh, en, evidence, parameters FROM appraisal_line LIMIT 1"
    ),
    "UPDATE appraisal_examresult SET score = 100",
    "DELETE FROM appraisal_examresult",
    "UPDATE appraisal_incident SET status = 'dropped'",
    "DELETE FROM appraisal_incident",
    "TRUNCATE appraisal_line CASCADE",
    "TRUNCATE appraisal_sheet CASCADE",
    "TRUNCATE appraisal_period CASCADE",
]


@pytest.mark.clause("D3.2")
def test_the_database_refuses_every_write_to_a_closed_month():
    of = house()
    exam(of)
    row = recording.propose(
        person=of.operator, day=DAY, kind="minor", words="玩游戏", evidence="监控", by=of.town.leader, at=EVENING
    )
    recording.decide_incident(incident_id=row.pk, confirm=False, note="看不清", by=of.supervisor, at=EVENING)
    closed(of)
    before = list(Line.objects.values_list("pk", "fen", "points", "zh"))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused for another reason
    refused = 0
    for statement in WRITES:
        with connection.cursor() as cursor, pytest.raises(DatabaseError, match="closed"), transaction.atomic():
            cursor.execute(statement)
        refused += 1
    assert refused == len(WRITES)
    assert list(Line.objects.values_list("pk", "fen", "points", "zh")) == before
    assert Incident.objects.get().status == "dropped"


@pytest.mark.clause("D3.15")
def test_after_the_end_a_correction_is_a_line_of_the_next_open_month_that_cites_the_line():
    of = house()
    exam(of, "60")
    period = closed(of)
    before = pages.export_rows(period)
    line = deduction(of.operator, "exam")
    row = objecting.appeal(line_id=line.pk, words="第12题答案印错", by=of.operator, at=AFTER)
    with pytest.raises(Refused):  # nowhere to book it yet
        objecting.decide(appeal_id=row.pk, grant=True, note="属实", by=of.supervisor, at=AFTER)
    april = assessing.compute(centre=of.town.centre, month=APRIL.date(), by=of.hr, at=MAY)
    plain = sheet_of(of.operator, april.month)
    objecting.decide(appeal_id=row.pk, grant=True, note="属实", by=of.supervisor, at=MAY)
    sheet = sheet_of(of.operator, april.month)
    [made] = sheet.lines.filter(sort="correction")
    assert made.corrects == line
    assert (made.points, made.fen) == (-line.points, -line.fen)
    assert (sheet.points, sheet.fen) == (plain.points + made.points, plain.fen + made.fen)
    assert pages.export_rows(period) == before
    assert "2026-03" in made.zh
    assert Appeal.objects.get().booked == april


def test_two_exports_are_the_same_bytes_and_no_cell_is_a_formula(client):
    of = house()
    of.operator.name = "=cmd|'/c calc'!A1"
    of.operator.save(update_fields=["name"])
    period = closed(of)
    client.force_login(of.hr)
    for form in ("csv", "xlsx"):
        address = f"/appraisal/months/{period.pk}/payroll.{form}"
        first = client.get(address).content
        assert client.get(address).content == first
        assert len(first) > 200
    assert b"\"'=cmd" in first or b",'=cmd" in client.get(f"/appraisal/months/{period.pk}/payroll.csv").content


@pytest.mark.clause("D3.5")
def test_facts_of_everybody_take_a_bounded_number_of_queries(django_assert_max_num_queries):
    of = house()
    with django_assert_max_num_queries(24):
        facts.facts_of(of.town.centre, MONTH, APRIL)


def test_what_is_confirmed_by_the_same_person_is_held_by_the_database_too():
    of = house()
    period = shown(of)
    assessing.confirm(period_id=period.pk, by=of.director, at=AFTER)
    with pytest.raises(DatabaseError), transaction.atomic():
        Period.objects.filter(pk=period.pk).update(status="closed", status_by=of.director)
    assert timedelta(days=3) == AFTER - APRIL


@pytest.mark.clause("D3.2")
def test_what_makes_a_shown_month_worse_is_told_and_opens_the_time_to_object_anew():
    of = house()
    period = shown(of)
    assert period.appeal_until == AFTER
    Notice.objects.all().delete()
    computed(of, at=APRIL + timedelta(hours=3))  # nothing new: nobody is told
    assert not Notice.objects.exists()
    exam(of, "60")  # recorded late
    later = AFTER - timedelta(hours=1)
    computed(of, at=later)
    period.refresh_from_db()
    assert period.appeal_until == later + timedelta(days=3)
    [notice] = Notice.objects.filter(link="/appraisal/")
    assert notice.recipient == of.operator
    assert notice.params["day"] == "2026-04-07 08:00"  # by the centre's wall clock
    with pytest.raises(Refused):
        assessing.confirm(period_id=period.pk, by=of.director, at=AFTER + timedelta(hours=1))
    objecting.appeal(line_id=deduction(of.operator, "exam").pk, words="缺考已批准", by=of.operator, at=AFTER)


@pytest.mark.clause("D3.2")
def test_confirming_computes_once_more_and_waits_where_that_takes_something():
    of = house()
    period = shown(of)
    exam(of, "60")
    period = assessing.confirm(period_id=period.pk, by=of.director, at=AFTER)
    assert (period.status, period.appeal_until) == (PeriodStatus.SHOWN, AFTER + timedelta(days=3))
    assert Notice.objects.filter(recipient=of.operator, link="/appraisal/").count() == 2
    period = assessing.confirm(period_id=period.pk, by=of.director, at=AFTER + timedelta(days=3))
    assert period.status == PeriodStatus.CONFIRMED


@pytest.mark.clause("D3.2", "D6.1")
def test_nothing_new_is_put_forward_for_a_month_that_was_shown():
    of = house()
    shown(of)
    wish = {"person": of.operator, "kind": "minor", "words": "未着工装", "evidence": "监控", "by": of.town.leader}
    with pytest.raises(Refused) as refused:
        recording.propose(day=DAY, at=APRIL, **wish)
    assert "still open" in refused.value.refusals[0].note
    recording.propose(day=APRIL.date(), at=APRIL, **wish)


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        ({"exam": (20, 5000)}, {"exam": (20, 5000)}, False),
        ({"exam": (20, 5000)}, {"exam": (12, 5000)}, True),
        ({"exam": (20, 5000)}, {"exam": (20, 4999)}, True),
        ({"exam": (12, 0), "attendance": (20, 0)}, {"exam": (20, 0), "attendance": (18, 0)}, True),
        ({}, {"breach": (0, -2000)}, True),
        ({"breach": (0, -2000)}, {}, False),
        ({"bonus": (5, 0)}, {}, True),
    ],
)
def test_a_month_is_worse_where_any_part_of_it_is(before, now, worse):
    assert is_worse(before, now) is worse


@pytest.mark.clause("D3.7", "A2.18")
def test_time_that_was_booked_or_excused_costs_nothing():
    """The meeting ends when the case left his hands: neither the shift nor the month has a slow case."""
    of = house()
    span = Span(clock.wall(DAY, 8, 30), clock.wall(DAY, 8, 56))
    computed(of)
    assert deduction(of.operator, "timeliness").points < 0
    row = asking.ask_excuse(person=of.operator, span=span, kind="outage", words="断网", by=of.operator, at=EVENING)
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=EVENING)
    computed(of)
    assert sheet_of(of.operator).points == 100
    assert "holdings" not in sheet_of(of.operator).facts["facts"]
    editions.decide(of.town.centre, {"excuse.kinds": ["meeting"]}, at=clock.wall(date(2026, 1, 5)), since=MONTH)
    computed(of)
    assert deduction(of.operator, "timeliness").points < 0  # that centre excuses meetings alone


@pytest.mark.clause("A2.18", "D3.7")
@pytest.mark.parametrize(("kind", "kinds", "points"), [("meeting", None, 100), ("coaching", ["meeting"], 80)])
def test_time_booked_in_the_roster_excuses_by_itself(kind, kinds, points):
    of = house(late=False)
    if kinds:
        editions.decide(of.town.centre, {"excuse.kinds": kinds}, at=clock.wall(date(2026, 1, 5)), since=MONTH)
    bookings.book(
        centre=of.town.centre, kind=BookingKind(kind), title="晨会", people=[of.operator.pk], by=of.supervisor,
        span=Span(clock.wall(DAY, 9), clock.wall(DAY, 9, 30)), at=clock.wall(DAY, 8),
    )  # fmt: skip
    attendance.log_in(of.operator, clock.wall(DAY, 8, 25))
    case = attendance.given(of.days, clock.wall(DAY, 9))
    desk.release(case_id=case.pk, version=case.version, reason="换人", by=of.operator, at=clock.wall(DAY, 9, 30))
    attendance.derived(of.days)
    computed(of)
    assert len(attendance.fact_of(of.operator).over_limit) == (1 if kinds else 0)  # the shift says what the sheet says
    assert sheet_of(of.operator).points == points


@pytest.mark.clause("D3.3")
def test_the_supervisor_is_scored_and_has_no_monthly_money():
    of = house()
    recording.record_exam(
        person=of.supervisor, month=MONTH, score=Decimal(60), paper="3月业务考试", by=of.trainer, at=EVENING
    )
    computed(of)
    sheet = sheet_of(of.supervisor)
    assert (sheet.role, sheet.points, sheet.fen) == ("centre_supervisor", 84, 0)
