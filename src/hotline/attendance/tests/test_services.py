"""Attendance from real records: derived any number of times, corrected by two, talks, the month."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from hotline.attendance import jobs
from hotline.attendance.models import AttendanceFact, Talk, TalkKind
from hotline.attendance.queries import pages, records
from hotline.attendance.services import asking, following
from hotline.attendance.tests import builders
from hotline.attendance.tests.builders import DAY, EVENING, MONTH, NEXT_MONTH, derived, fact_of, house, log_in, wall
from hotline.cases.models import Waiver
from hotline.core import clock
from hotline.core import jobs as core_jobs
from hotline.core.access import NotAllowed
from hotline.handbook.queries import InForce
from hotline.handbook.tests import builders as editions
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.leave.models import Leave
from hotline.leave.services import requests
from hotline.leave.services.requests import Wish
from hotline.people.models import Notice, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.rosters.models import Absence
from hotline.rosters.services import absences
from hotline.rosters.tests import builders as rosters
from hotline.rulebook.attendance import ATTENDANCE, attendance, attendance_terms
from hotline.rulebook.leave import Code, Piece

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.2")]


def test_a_shift_is_judged_from_log_ins_and_cases():
    of = house()
    builders.late_day(of, minutes=20)
    log_in(of.town.second, wall(8, 25))
    assert derived(of) == 3
    late = fact_of(of.operator)
    assert (late.state, late.late_s, late.is_logged) == ("late", 1200, True)
    assert late.facts["holds"]
    assert late.reasons[0]["clause"] == "D2.2"
    assert fact_of(of.town.second).state == "present"
    assert fact_of(of.town.leader).state == "present"  # he gave a case at 8:15: a sign that he was there


def test_what_was_kept_gives_the_same_answer_again():
    of = house()
    builders.late_day(of)
    derived(of)
    fact = fact_of(of.operator)
    judged = attendance.on(DAY)(records.shift_of(DAY, fact.facts), ATTENDANCE.on(DAY))
    assert (judged.state.value, judged.late) == (fact.state, fact.late_s)
    assert records.digest(fact.facts) == fact.digest


def test_nothing_at_all_is_unknown_and_a_person_asks():
    of = house()
    derived(of)
    assert fact_of(of.operator).state == "unknown"
    assert [row.person for row in pages.unknown_shifts(of.supervisor, MONTH) if row.person == of.operator]


def test_a_shift_that_is_not_over_is_not_judged():
    assert derived(house(), at=wall(17, 29)) == 0


def test_derived_again_nothing_changes_until_a_record_does():
    of = house()
    builders.late_day(of)
    assert derived(of) == 3
    assert derived(of) == 0
    log_in(of.operator, wall(18, 30))
    assert derived(of) == 1
    newest = fact_of(of.operator)
    assert newest.number == 2
    assert AttendanceFact.objects.filter(person=of.operator).count() == 2


@pytest.mark.clause("D3.7")
def test_a_waived_case_is_out_of_the_late_rule():
    of = house()
    case = builders.late_day(of)
    derived(of)
    assert fact_of(of.operator).state == "late"
    Waiver.objects.create(
        case=case, person=of.operator, span=DateTimeTZRange(wall(8, 15), wall(9)), reason_code="system",
        reason="系统故障", evidence=builders.photo(of, case), asked_by=of.operator, asked_at=wall(10),
        status="approved", status_at=wall(11), status_by=of.supervisor,
    )  # fmt: skip
    derived(of)
    assert fact_of(of.operator).state == "present"


def test_leave_is_read_from_the_roster():
    of = house()
    span = Span(wall(0), wall(0, day=DAY + timedelta(days=1)))
    absences.book(person=of.operator, span=span, kind="sick", ref=1, by=system_person(of.town.centre), at=wall(8))
    derived(of)
    assert fact_of(of.operator).state == "leave"


@pytest.mark.clause("D2.3")
def test_an_excuse_counts_once_somebody_else_approved_it():
    of = house()
    builders.late_day(of)
    derived(of)
    row = asking.ask_excuse(
        person=of.operator,
        span=Span(wall(8, 30), wall(8, 52)),
        kind="meeting",
        words="晨会",
        by=of.operator,
        at=EVENING,
    )
    derived(of)
    assert fact_of(of.operator).state == "late"
    for person in (of.operator, of.town.leader, of.hr):
        with pytest.raises(NotAllowed):
            asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=person, at=EVENING)
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=EVENING)
    fact = fact_of(of.operator)
    assert (fact.state, fact.number) == ("present", 2)
    assert fact.facts["excuses"][0]["excuse"] == row.pk
    assert Notice.objects.filter(recipient=of.operator).exists()
    with pytest.raises(Refused):
        asking.decide_excuse(excuse_id=row.pk, approve=False, note="晚了", by=of.supervisor, at=EVENING)


@pytest.mark.clause("D2.3")
def test_excuses_that_make_no_sense_are_refused_with_what_to_do():
    of = house()
    for span, words in [(Span(wall(9), wall(9)), "会"), (Span(wall(9), wall(9, 30)), "  ")]:
        with pytest.raises(Refused):
            asking.ask_excuse(person=of.operator, span=span, kind="meeting", words=words, by=of.operator, at=EVENING)
    row = asking.ask_excuse(
        person=of.operator, span=Span(wall(9), wall(10)), kind="meeting", words="会", by=of.operator, at=EVENING
    )
    with pytest.raises(Refused):
        asking.decide_excuse(excuse_id=row.pk, approve=False, note=" ", by=of.supervisor, at=EVENING)


def test_a_correction_is_a_new_fact_by_a_second_person_and_stands():
    of = house()
    derived(of)
    old = fact_of(of.operator)
    row = asking.ask_correction(fact_id=old.pk, state="present", words="在培训室带新人", by=of.operator, at=EVENING)
    with pytest.raises(Refused):
        asking.ask_correction(fact_id=old.pk, state="present", words="再问", by=of.operator, at=EVENING)
    with pytest.raises(NotAllowed):
        asking.decide_correction(correction_id=row.pk, approve=True, note="", by=of.operator, at=EVENING)
    asking.decide_correction(correction_id=row.pk, approve=True, note="属实", by=of.supervisor, at=EVENING)
    new = fact_of(of.operator)
    assert (new.state, new.number, new.source, new.correction) == ("present", 2, "corrected", row)
    log_in(of.operator, wall(18, 30))
    derived(of)
    assert fact_of(of.operator) == new
    old.refresh_from_db()
    assert (old.state, old.is_current) == ("unknown", False)


def test_a_correction_says_how_long_and_only_where_it_lasted():
    of = house()
    derived(of)
    fact = fact_of(of.operator)
    wishes = [("late", 0, 0), ("present", 60, 0), ("leave", 0, 60), ("late", 86_400, 0)]
    for state, late, early in wishes:
        with pytest.raises(Refused):
            asking.ask_correction(
                fact_id=fact.pk, state=state, late_s=late, early_s=early, words="x", by=of.operator, at=EVENING
            )


def test_the_database_holds_what_must_never_be():
    of = house()
    derived(of)
    fact = fact_of(of.operator)
    row = asking.ask_correction(fact_id=fact.pk, state="present", words="在", by=of.operator, at=EVENING)
    for statement in (
        f"UPDATE attendance_attendancefact SET late_s = 60 WHERE id = {fact.pk}",
        f"UPDATE attendance_attendancefact SET state = 'late' WHERE id = {fact.pk}",
        f"UPDATE attendance_correction SET status = 'approved' WHERE id = {row.pk}",
    ):
        with connection.cursor() as cursor, pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.clause("A7.13")
def test_the_talk_on_the_day_of_return_is_due_and_filed_with_health_sealed():
    of = house()
    program = system_person(of.town.centre)
    ill = DAY - timedelta(days=3)
    absences.book(person=of.operator, span=Span(wall(0, day=ill), wall(0)), kind="sick", ref=1, by=program, at=wall(7))
    jobs.open_talks(at=wall(7))
    jobs.open_talks(at=wall(9))
    [talk] = Talk.objects.filter(person=of.operator)
    assert (talk.kind, talk.due_at) == (TalkKind.RETURN, wall(11))
    with pytest.raises(NotAllowed):
        following.hold_talk(talk_id=talk.pk, words="好转", by=of.town.second, at=wall(10))
    with pytest.raises(Refused):
        following.hold_talk(talk_id=talk.pk, words=" ", by=of.town.leader, at=wall(10))
    following.hold_talk(talk_id=talk.pk, words="恢复上岗", health="感冒已愈", by=of.town.leader, at=wall(10))
    talk.refresh_from_db()
    assert talk.status == "held"
    assert "感冒".encode() not in bytes(talk.health)


@pytest.mark.clause("A7.15")
def test_the_third_lateness_of_a_month_opens_one_talk():
    of = house()
    days = [DAY + timedelta(days=number) for number in range(3)]
    for number, day in enumerate(days):
        builders.late_day(of, day, minutes=6 + number)
        core_jobs.settle(at=EVENING)
        derived(of, at=wall(23, day=day), first=day, last=day)
        core_jobs.settle(at=wall(23, day=day))
        assert Talk.objects.filter(person=of.operator).count() == (1 if number == 2 else 0)
    talk = Talk.objects.get(person=of.operator)
    assert (talk.kind, talk.ref, len(talk.because)) == (TalkKind.LATENESS, "2026-03", 3)


@pytest.mark.clause("A7.14")
def test_lateness_of_a_quarter_of_an_hour_is_recorded():
    of = house()
    builders.late_day(of, DAY, minutes=14)
    builders.late_day(of, DAY + timedelta(days=1), minutes=15)
    derived(of, at=wall(23, day=DAY + timedelta(days=1)), last=DAY + timedelta(days=1))
    assert not fact_of(of.operator).is_logged
    assert fact_of(of.operator, DAY + timedelta(days=1)).is_logged


@pytest.mark.clause("B2.2")
def test_the_shift_leader_confirms_the_month_when_it_is_over():
    of = house()
    builders.late_day(of)
    derived(of)
    centre = of.town.centre
    with pytest.raises(Refused):
        following.confirm_month(centre=centre, month=MONTH, by=of.town.leader, at=EVENING)
    with pytest.raises(NotAllowed):
        following.confirm_month(centre=centre, month=MONTH, by=of.hr, at=NEXT_MONTH)
    first = following.confirm_month(centre=centre, month=MONTH, by=of.town.leader, at=NEXT_MONTH)
    assert following.confirm_month(centre=centre, month=MONTH, by=of.town.leader, at=NEXT_MONTH) == first
    mine = next(row for row in first.figures if row["person"] == of.operator.pk)
    assert (mine["shifts"], mine["late"], mine["late_s"]) == (1, 1, 1200)
    span = Span(wall(8, 30), wall(9))
    row = asking.ask_excuse(person=of.operator, span=span, kind="outage", words="断网", by=of.operator, at=EVENING)
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=EVENING)
    assert following.confirm_month(centre=centre, month=MONTH, by=of.town.leader, at=NEXT_MONTH).number == 2
    with pytest.raises(Refused):
        following.confirm_month(centre=centre, month=date(2026, 2, 1), by=of.town.leader, at=NEXT_MONTH)


def test_a_day_of_many_people_takes_a_handful_of_queries():
    of = house()
    derived(of)

    def read():
        book = InForce(of.town.centre.pk)
        records.records(records.ended(of.town.centre, DAY, DAY, EVENING), book)

    with CaptureQueriesContext(connection) as few:
        read()
    for _number in range(5):
        rosters.on_shift(
            people.person(position=Position.OPERATOR, unit=people.unit(of.town.centre, f"组{_number}")), DAY
        )
    with CaptureQueriesContext(connection) as many:
        read()
    assert len(many) == len(few) <= 13


# ---------------------------------------------------------------- what the centre decides


def decide(of: builders.House, values: dict[str, object]) -> None:
    """The centre decides these values in February, from March on."""
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 2, 9), 9), since=MONTH)


@pytest.mark.clause("D3.1")
def test_a_shift_is_judged_by_the_values_of_the_centre_and_keeps_them():
    of = house()
    builders.late_day(of, minutes=12)
    derived(of)
    before = fact_of(of.operator)
    assert (before.state, "parameters" in before.facts) == ("late", False)
    decide(of, {"late.dwell_s": 900, "late.log_s": 60})
    assert derived(of) > 0
    after = fact_of(of.operator)
    assert (after.state, after.number) == ("present", before.number + 1)
    assert after.facts["parameters"] == {"late.dwell_s": 900, "late.log_s": 60}
    judged = attendance.on(DAY)(
        records.shift_of(DAY, after.facts), attendance_terms(records.values_of(DAY, after.facts).reading())
    )
    assert judged.state.value == "present"
    assert derived(of) == 0  # the same again changes nothing


@pytest.mark.clause("D3.1")
def test_values_of_a_later_month_do_not_touch_a_shift_of_this_one():
    of = house()
    builders.late_day(of, minutes=12)
    values = {"late.dwell_s": 900}
    editions.decide(of.town.centre, values, at=wall(7), since=date(2026, 4, 1))
    derived(of)
    assert fact_of(of.operator).state == "late"
    assert derived(of, at=NEXT_MONTH) == 0


@pytest.mark.clause("A7.14")
def test_the_log_of_lateness_begins_where_the_centre_has_it():
    of = house()
    builders.late_day(of, minutes=8)
    decide(of, {"late.log_s": 480})
    derived(of)
    assert fact_of(of.operator).is_logged


@pytest.mark.clause("D2.2")
def test_which_traces_count_is_decided_by_the_centre():
    of = house()
    case = builders.given(of, wall(8, 15))
    log_in(of.operator, wall(8, 29))
    builders.cases.Walk(of.town, case, wall(8, 50)).pre_filed()
    derived(of)
    assert fact_of(of.operator).state == "present"
    decide(of, {"late.presence_sources": ["action"]})
    derived(of)
    assert (fact_of(of.operator).state, fact_of(of.operator).late_s) == ("late", 21 * 60)


@pytest.mark.clause("D2.3")
def test_a_kind_of_excuse_that_the_centre_does_not_take_excuses_nothing():
    of = house()
    builders.late_day(of)
    ask = {"person": of.operator, "span": Span(wall(8, 30), wall(8, 52)), "words": "外出办事", "by": of.operator}
    row = asking.ask_excuse(**ask, kind="errand", at=EVENING)
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=EVENING)
    derived(of)
    assert fact_of(of.operator).state == "present"
    decide(of, {"excuse.kinds": ["meeting", "training"]})
    derived(of)
    assert fact_of(of.operator).state == "late"


@pytest.mark.clause("A7.12")
def test_until_when_sickness_is_told_is_decided_by_the_centre():
    of = house()
    decide(of, {"sick.notice": "09:15"})
    requests.ask_leave(
        person=of.operator, wish=Wish(Code.SICK.value, Piece(DAY, DAY)), by=of.town.leader, at=wall(9, 10)
    )
    [told] = pages.sick_reports(of.supervisor, MONTH)
    assert (told.is_in_time, told.due_at, told.taken_by) == (True, wall(9, 15), of.town.leader)


@pytest.mark.clause("A7.15")
def test_how_often_brings_a_talk_is_decided_by_the_centre():
    of = house()
    decide(of, {"late.talk_count": 1})
    builders.late_day(of, DAY, minutes=6)
    derived(of)
    core_jobs.settle(at=EVENING)
    assert Talk.objects.get(person=of.operator).kind == TalkKind.LATENESS


# ---------------------------------------------------------------- leave


def ill(of: builders.House, first: date, last: date) -> Leave:
    """The operator reports sick, as the leave area has it."""
    wish = Wish(Code.SICK.value, Piece(first, last), "急性肠胃炎")
    return requests.ask_leave(person=of.operator, wish=wish, by=of.operator, at=clock.wall(first, 8))


@pytest.mark.clause("D3.4")
def test_sickness_is_known_as_such_although_the_roster_does_not_say_why():
    of = house()
    row = ill(of, DAY, DAY)
    assert Absence.objects.get(ref=row.pk).kind == "leave"
    derived(of)
    fact = fact_of(of.operator)
    assert fact.state == "leave"
    assert fact.facts["leave"][0]["kind"] == "sick"
    assert "病假" in fact.reasons[0]["zh"]
    [told] = pages.sick_reports(of.supervisor, MONTH)
    assert (told.person, told.day, told.is_in_time) == (of.operator, DAY, True)
    assert told.told_at == wall(8)


@pytest.mark.clause("A7.13")
def test_who_comes_back_from_sickness_is_talked_with_and_not_while_he_is_away_otherwise():
    of = house()
    ill(of, DAY, DAY)
    for number in (1, 2):
        rosters.on_shift(of.operator, DAY + timedelta(days=number))
    tomorrow = Span(wall(0, day=DAY + timedelta(days=1)), wall(0, day=DAY + timedelta(days=2)))
    program = system_person(of.town.centre)
    absences.book(person=of.operator, span=tomorrow, kind="annual", ref=999_999, by=program, at=wall(8))
    jobs.open_talks(at=wall(7, day=DAY + timedelta(days=1)))
    assert not Talk.objects.exists()  # on leave of another kind on that day
    decide(of, {"return.talk_by": "10:30"})
    jobs.open_talks(at=wall(7, day=DAY + timedelta(days=2)))
    [talk] = Talk.objects.filter(person=of.operator)
    assert (talk.kind, talk.due_at) == (TalkKind.RETURN, wall(10, 30, day=DAY + timedelta(days=2)))
