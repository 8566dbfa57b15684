"""Indicators of a month: counted from shifts, calls, cases and reviews; pages for who may; what stands behind."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.appraisal.models import Measure
from hotline.appraisal.queries import behind, known
from hotline.appraisal.services import measuring, recording
from hotline.appraisal.tests.builders import APRIL, DAY, EVENING, MONTH, House, closed, house
from hotline.appraisal.tests.test_views import browser
from hotline.attendance.models import AttendanceFact
from hotline.attendance.tests.builders import derived, log_in
from hotline.cases.models import CaseCall
from hotline.cases.services import intake
from hotline.citizens.models import CallBack
from hotline.citizens.models.calls import CALL_LABELS
from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.quality.services import scoring
from hotline.rosters.logic.plans import BookingKind
from hotline.rosters.services import bookings
from hotline.rulebook.indicators import Key, Known
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call
from hotline.telephony.tests import builders as telephone

pytestmark = [pytest.mark.django_db]
TEN = clock.wall(DAY, 10)


def counted(of: House, at=APRIL) -> dict[int, Known]:
    """Count the month, and read it back."""
    centre = of.town.centre
    measuring.measure(centre=centre, month=MONTH, by=system_person(centre), at=at)
    return {row.person_id: known.read(row.numbers) for row in Measure.objects.filter(month=MONTH)}


@pytest.mark.clause("A6.1")
@pytest.mark.clause("A6.2")
def test_shifts_of_the_month():
    of = house()
    found = counted(of)[of.operator.pk]
    assert (found.rostered, found.attended, found.on_time, found.away) == (1, 1, 0, 0)
    assert found.paid_s == 8 * 3600
    assert found.working_days == 22


@pytest.mark.clause("A6.2")
def test_a_shift_that_begins_with_booked_training_is_left_out_of_being_on_time():
    of = house(late=False)
    span = Span(clock.wall(DAY, 8, 30), clock.wall(DAY, 12))
    bookings.book(
        centre=of.town.centre, kind=BookingKind.TRAINING, title="采集标准", span=span, people=[of.operator.pk],
        by=of.town.leader, at=clock.wall(DAY, 7),
    )  # fmt: skip
    log_in(of.operator, clock.wall(DAY, 8, 20))
    derived(of.days)
    found = counted(of)[of.operator.pk]
    assert (found.rostered, found.attended, found.on_time, found.away) == (1, 1, 0, 1)


@pytest.mark.clause("A6.1")
def test_only_days_that_are_over_count_and_what_nobody_knows_counts_nowhere():
    of = house()
    assert counted(of, at=clock.wall(DAY, 23))[of.operator.pk].rostered == 0
    AttendanceFact.objects.filter(person=of.town.second).update(state="unknown")
    assert counted(of)[of.town.second.pk].rostered == 0


@pytest.mark.clause("A6.3")
@pytest.mark.clause("A6.4")
@pytest.mark.clause("A6.5")
@pytest.mark.clause("A6.6")
def test_calls_of_the_month():
    of = house()
    phone = telephone.house(of.town.centre)
    phone.state(of.operator, State.READY, TEN - 10 * telephone.SECOND)
    telephone.arrive(phone, "c1", at=TEN - 5 * telephone.SECOND)
    telephone.talk(phone, "c1", of.operator, TEN, seconds=60)
    phone.tell(
        (Fact.AGENT_STATE, TEN + timedelta(minutes=10), "", of.operator, {"state": "not_ready", "reason": "rest"})
    )
    intake.register(
        source="phone", description="路灯不亮", place="学府路", by=of.operator, at=TEN + timedelta(minutes=2)
    )
    found = counted(of)[of.operator.pk]
    assert (found.inbound, found.outbound, found.with_case) == (1, 0, 1)
    assert (found.talk_s, found.hold_s, found.after_s) == (60, 0, 30)
    assert found.waiting_s == 7 + 510  # until it rang, and from the end of the after-call work on
    assert found.cases == found.reports


@pytest.mark.clause("A6.6")
def test_a_case_counts_for_the_call_it_was_written_down_from_and_not_for_one_that_asks_about_it():
    of = house()
    phone = telephone.house(of.town.centre)
    phone.state(of.operator, State.READY, TEN - 10 * telephone.SECOND)
    for number in range(2):
        at = TEN + number * timedelta(hours=1)
        telephone.arrive(phone, f"c{number}", at=at - 5 * telephone.SECOND)
        telephone.talk(phone, f"c{number}", of.operator, at, seconds=60)
    first, second = Call.objects.filter(person=of.operator).order_by("came_at")
    case = intake.register(
        source="phone", description="路灯不亮", place="学府路", by=of.operator, at=TEN + timedelta(minutes=20)
    )
    assert counted(of)[of.operator.pk].with_case == 0, "so late it is nobody's call by itself"
    for call in (first, second):
        CaseCall.objects.create(case=case, call=call, by=of.operator, at=call.answered_at)
    assert counted(of)[of.operator.pk].with_case == 1
    assert [one.name for one in behind.behind(of.supervisor, of.operator, Key.ENTRY, MONTH, APRIL)] == [case.number]


@pytest.mark.clause("A6.7")
@pytest.mark.clause("A6.8")
def test_scored_calls_of_the_month():
    of = house()
    phone = telephone.house(of.town.centre)
    telephone.arrive(phone, "c1", at=TEN - 5 * telephone.SECOND)
    call = telephone.talk(phone, "c1", of.operator, TEN, seconds=60)
    scoring.score_call(
        call_id=call.pk, soft=42, technical=40, is_zero=True, words="答复有误", by=phone.quality, at=EVENING
    )
    found = counted(of)[of.operator.pk]
    assert (found.monitored, found.zero, found.soft, found.technical) == (1, 1, 42, 40)
    [line] = behind.behind(of.supervisor, of.operator, Key.CRITICAL, MONTH, APRIL)
    assert line.name == "答复有误"


def complained(of: House) -> str:
    """A citizen says about the operator's case that the tone was not right."""
    case = intake.register(source="phone", description="井盖松动", place="学府路", by=of.operator, at=TEN)
    assert "done" in {status.value for status in CALL_LABELS}
    CallBack.objects.create(
        centre=of.town.centre, case=case, ended_at=TEN, next_at=TEN, due_at=TEN, grade="dissatisfied",
        reason="service_attitude", words="语气生硬", rated_at=TEN, status="done", status_at=TEN, status_by=of.operator,
    )  # fmt: skip
    return case.number


@pytest.mark.clause("A6.9")
def test_a_complaint_is_upheld_once_an_incident_that_names_the_case_is_confirmed():
    of = house()
    number = complained(of)
    assert (counted(of)[of.operator.pk].complaints, counted(of)[of.operator.pk].upheld) == (1, 0)
    row = recording.propose(
        person=of.operator, day=DAY, kind="conduct", points=2, words="语气生硬", evidence=f"案件 {number}",
        by=of.town.leader, at=EVENING,
    )  # fmt: skip
    recording.hear(incident_id=row.pk, statement="当时很急", by=of.operator, at=EVENING)
    recording.decide_incident(incident_id=row.pk, confirm=True, note="属实", by=of.supervisor, at=EVENING)
    assert counted(of)[of.operator.pk].upheld == 1
    [line] = behind.behind(of.supervisor, of.operator, Key.COMPLAINTS, MONTH, APRIL)
    assert number in line.name


@pytest.mark.clause("D3.2")
def test_a_closed_month_keeps_its_indicators():
    of = house()
    counted(of)
    closed(of)
    with pytest.raises(Refused):
        counted(of)
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.filter(person=of.operator).update(numbers={})


def test_who_may_count():
    of = house()
    for nobody in (of.operator, of.trainer):
        with pytest.raises(NotAllowed):
            measuring.measure(centre=of.town.centre, month=MONTH, by=nobody, at=APRIL)


def test_rows_and_permission_agree_for_every_position():
    of = house()
    counted(of)
    stranger = people.person(people.centre(), position=Position.HR)
    for person in [*people.everybody(of.town.centre).values(), of.operator, of.supervisor, stranger]:
        seen = set(Measure.objects.visible_to(person))
        assert {row for row in Measure.objects.all() if may(person, "appraisal.view_measure", row)} == seen


# ---------------------------------------------------------------- pages


@pytest.fixture
def of() -> House:
    found = house()
    counted(found)
    return found


@pytest.mark.clause("A6.1")
@pytest.mark.clause("A6.11")
def test_the_centre_opens_onto_the_team_the_person_and_the_shift(of):
    client = browser(of.supervisor)
    page = client.get(reverse("appraisal:indicators"))
    assert "出勤率" in page.content.decode()
    unit = Measure.objects.get(person=of.operator).unit_id
    page = client.get(reverse("appraisal:indicators"), {"unit": unit, "month": MONTH, "key": "on_time"})
    address = reverse("appraisal:indicators_of", args=[of.operator.pk])
    assert f"{address}?month={MONTH}" in page.content.decode()
    page = client.get(address, {"month": MONTH}).content.decode()
    assert "按原文" in page
    assert "/ 40" in page  # 25 of attendance and 15 of being on time; no calls were told of
    page = client.get(reverse("appraisal:behind", args=[of.operator.pk, "attendance"]), {"month": MONTH})
    assert reverse("attendance:shift", args=[of.operator.attendance.get().pk]) in page.content.decode()


@pytest.mark.clause("A6.9")
def test_each_figure_opens_onto_what_it_counts(of):
    client = browser(of.supervisor)
    for key in Key:
        page = client.get(reverse("appraisal:behind", args=[of.operator.pk, key]), {"month": MONTH})
        assert page.status_code == 200, key
    assert client.get(reverse("appraisal:behind", args=[of.operator.pk, "nonsense"])).status_code == 404


def test_everybody_sees_his_own_and_nobody_a_colleagues(of):
    client = browser(of.operator)
    assert "我的指标" in client.get(reverse("appraisal:my_indicators")).content.decode()
    assert client.get(reverse("appraisal:indicators_of", args=[of.operator.pk])).status_code == 200
    assert client.get(reverse("appraisal:indicators_of", args=[of.town.second.pk])).status_code == 404
    address = reverse("appraisal:behind", args=[of.town.second.pk, "attendance"])
    assert client.get(address, {"month": MONTH}).status_code == 404
    assert client.get(reverse("appraisal:indicators")).status_code == 403


def test_a_centre_of_which_nothing_is_counted_yet_says_so():
    someone = people.person(position=Position.CENTRE_SUPERVISOR)
    for name in ("appraisal:indicators", "appraisal:my_indicators"):
        assert "还没有" in browser(someone).get(reverse(name)).content.decode()


def test_queries_do_not_grow_with_people(of):
    client = browser(of.supervisor)
    unit = Measure.objects.get(person=of.operator).unit

    def queries(address: str, **asked: object) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address, asked).status_code == 200
        return len(seen)

    asked = {"month": MONTH, "unit": unit.pk}
    queries(reverse("appraisal:indicators"), **asked)
    before = queries(reverse("appraisal:indicators"), **asked)
    for _one in range(12):
        person = people.person(unit=unit)
        Measure.objects.create(person=person, month=MONTH, unit=unit, numbers={"rostered": 20}, made_at=APRIL)
    assert queries(reverse("appraisal:indicators"), **asked) == before <= 24
    with CaptureQueriesContext(connection) as seen:
        known.month_of(of.town.centre, MONTH, APRIL)
    assert len(seen) <= 16
    assert Person.objects.filter(measures__month=MONTH).count() >= 14
