"""Waivers: time left out of account, with evidence, by a second person, without touching a holding (D3.7)."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from hotline.cases.models import Attachment, WaiverStatus
from hotline.cases.queries import custody
from hotline.cases.queries.rebuild import differences
from hotline.cases.services import waivers
from hotline.cases.tests import builders as b
from hotline.core.access import NotAllowed
from hotline.handbook.tests import builders as editions
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.7")]


def evidence(case):
    """A file of the case."""
    return Attachment.objects.create(
        id=uuid4(), case=case, event_seq=1, kind="evidence", name="故障单.pdf", media_type="application/pdf",
        size=9, sha256="0" * 64, by=case.first_owner, at=b.NINE,
    )  # fmt: skip


def asked(case, by=None):
    """A waiver asked for the first holding."""
    holding = case.holdings.order_by("span").first()
    return waivers.ask_waiver(
        holding_id=holding.pk, reason_code="system", reason="系统中断", evidence_id=evidence(case).pk,
        by=by or Person.objects.get(pk=case.first_owner_id), at=b.NINE + b.HOUR,
    )  # fmt: skip


@pytest.fixture
def town():
    return b.town()


@pytest.fixture
def slow(town):
    """A case that was six minutes and one second in the operator's hands."""
    walk = b.Walk(town, b.report(town), at=b.NINE + 3 * b.MINUTE + b.SECOND)
    return walk.dispatched().case


def charged(case):
    """What of the first holding is charged, in seconds, and whether it is over."""
    [row] = custody.charge([case.holdings.order_by("span").first()], b.NINE + 9 * b.HOUR)
    return row.charged.total_seconds(), row.is_over


def test_a_holding_over_five_minutes_is_over(slow):
    assert charged(slow) == (361, True)


def test_exactly_five_minutes_is_in_time(town):
    walk = b.Walk(town, b.report(town), at=b.NINE + 2 * b.MINUTE).dispatched()
    assert charged(walk.case) == (300, False)


def test_an_approved_waiver_leaves_the_time_out_and_the_holding_as_it_was(slow, town):
    before = slow.holdings.order_by("span").first().span
    waiver = asked(slow)
    assert charged(slow) == (361, True)  # asking alone changes nothing
    waivers.decide_waiver(waiver_id=waiver.pk, approve=True, by=town.leader, at=b.NINE + 2 * b.HOUR)
    assert charged(slow) == (0, False)
    assert slow.holdings.order_by("span").first().span == before
    assert Notice.objects.filter(recipient=town.operator).count() == 1


def test_a_refused_waiver_changes_nothing(slow, town):
    waiver = asked(slow)
    with pytest.raises(Refused):
        waivers.decide_waiver(waiver_id=waiver.pk, approve=False, by=town.leader, at=b.NINE + 2 * b.HOUR)
    waivers.decide_waiver(waiver_id=waiver.pk, approve=False, note="证据不足", by=town.leader, at=b.NINE + 2 * b.HOUR)
    waiver.refresh_from_db()
    assert (waiver.status, charged(slow)) == (WaiverStatus.REFUSED, (361, True))


def test_without_evidence_nothing_is_left_out(slow, town):
    holding = slow.holdings.order_by("span").first()
    with pytest.raises(Refused) as told:
        waivers.ask_waiver(
            holding_id=holding.pk, reason_code="system", reason="系统中断", evidence_id=uuid4(),
            by=town.operator, at=b.NINE + b.HOUR,
        )  # fmt: skip
    assert told.value.refusals[0].params["field"] == "evidence"


def test_who_may_decide(slow, town):
    by_leader = asked(slow, by=town.leader)
    for nobody in (town.leader, town.operator, town.clerk):
        with pytest.raises(NotAllowed):
            waivers.decide_waiver(waiver_id=by_leader.pk, approve=True, by=nobody, at=b.NINE + 2 * b.HOUR)


def test_the_same_time_is_asked_for_once(slow):
    asked(slow)
    with pytest.raises(Refused):
        waivers.ask_waiver(
            holding_id=slow.holdings.order_by("span").first().pk, reason_code="other", reason="再来",
            evidence_id=slow.files.get().pk, by=Person.objects.get(pk=slow.first_owner_id), at=b.NINE + b.HOUR,
        )  # fmt: skip


def test_time_in_a_break_and_after_the_shift_is_not_charged(town):
    before_lunch = b.NINE + 3 * b.HOUR - 2 * b.MINUTE  # 11:58
    case = b.report(town, at=before_lunch)
    assert case.holding.due_at == b.NINE + 4 * b.HOUR + 3 * b.MINUTE  # 13:03
    [row] = custody.charge([case.holding], b.NINE + 4 * b.HOUR + b.MINUTE)
    assert row.charged == 3 * b.MINUTE


@pytest.mark.clause("D3.1")
def test_the_limit_of_a_holding_is_that_of_the_centre(town, slow):
    assert charged(slow) == (361, True)
    editions.decide(town.centre, {"case.limit_s": 600}, at=b.NINE - timedelta(days=20), since=date(2026, 3, 1))
    assert charged(slow) == (361, False)
    assert b.report(town).holding.due_at == b.NINE + 10 * b.MINUTE


@pytest.mark.clause("D3.1")
def test_which_stages_are_charged_is_decided_by_the_centre(town, slow):
    values = {"stage.charged": ["dispatch", "closing"]}
    editions.decide(town.centre, values, at=b.NINE - timedelta(days=20), since=date(2026, 3, 1))
    assert charged(slow) == (0, False)  # taken in, which is not charged any more
    made = b.report(town)
    assert made.holding.due_at == made.open_stage.due_at  # the stage's own clock


@pytest.mark.clause("D3.1")
def test_a_holding_ends_where_the_centre_stops_charging_it(town):
    """Filing is charged and dispatching is not: two holdings of one person, rebuilt alike from the events."""
    values = {"stage.charged": ["acceptance", "filing", "closing"]}
    editions.decide(town.centre, values, at=b.NINE - timedelta(days=20), since=date(2026, 3, 1))
    case = b.Walk(town, b.report(town), at=b.NINE + 3 * b.MINUTE + b.SECOND).dispatched().case
    rows = custody.charge(list(case.holdings.order_by("span")), b.NINE + b.HOUR)
    mine = [row for row in rows if row.holding.person_id]
    assert [(row.holding.stage, row.charged.total_seconds(), row.is_over) for row in mine] == [
        ("acceptance", 301, True), ("dispatch", 0, False),
    ]  # fmt: skip
    assert differences([case.pk]) == []
