"""What a centre sets of leave itself: who approves it, what its days are counted by, which sickness needs a paper."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from hotline.approvals.models import Step
from hotline.core import clock
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.leave.models import LeaveStatus
from hotline.leave.models.requests import SUBJECT
from hotline.leave.queries import months
from hotline.leave.tests import builders as b
from hotline.people.tests.seats import signed_in
from hotline.rulebook.leave import KINDS, Code
from hotline.rulebook.parameters.lists.leave import chains

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D0.2", "D3.1")]
L, MARCH, APRIL = LeaveStatus, date(2026, 3, 1), date(2026, 4, 1)
BEFORE = b.AT - timedelta(days=20)


@pytest.fixture
def of():
    return b.house()


def own_chain(**rows):
    """The handbook's approvals with some rows of one's own."""
    return {"leave.chain": chains(KINDS.on(MARCH)) | rows}


def own_count(**rows):
    """The handbook's counting with some rows of one's own."""
    return {"leave.count": {kind.code.value: kind.count.value for kind in KINDS.on(MARCH)} | rows}


def positions(row):
    steps = Step.objects.filter(chain__subject=SUBJECT, chain__subject_id=row.pk).order_by("number")
    return [step.positions for step in steps]


THREE = [
    {"below": "1", "roles": ["shift_leader"]},
    {"below": "3", "roles": ["supervisor"]},
    {"roles": ["director"]},
]


@pytest.mark.clause("D2.8", "D2.9")
@pytest.mark.parametrize(
    ("last", "half", "who"),
    [(7, True, ["shift_leader"]), (7, False, ["centre_supervisor"]), (8, False, ["centre_supervisor"]),
     (9, False, ["director"])],
)  # fmt: skip
def test_who_approves_by_length_is_what_the_centre_has_decided(of, last, half, who):
    decide(of.centre, own_chain(personal=THREE), at=BEFORE, since=MARCH)
    assert positions(b.ask(of.one, Code.PERSONAL, 7, last, to_middle=half)) == [who]
    assert positions(b.sick(of.two)) == [["centre_supervisor"]]  # a row that nobody changed


@pytest.mark.clause("D2.8")
def test_a_later_decision_leaves_what_was_asked_before(of):
    row = b.ask(of.one, Code.PERSONAL, 7)
    decide(of.centre, own_chain(personal=[{"roles": ["director"]}]), at=b.AT, since=APRIL)
    assert positions(row) == [["centre_supervisor"]]
    assert positions(b.ask(of.one, Code.PERSONAL, 9)) == [["centre_supervisor"]]  # still March
    assert b.yes(row, of.supervisor).status == L.GRANTED


@pytest.mark.clause("D4.5")
def test_a_leave_over_the_end_of_a_month_counts_each_day_by_its_own_month(of):
    decide(of.centre, own_count(personal="calendar"), at=b.AT, since=APRIL)
    row = b.ask(of.one, Code.PERSONAL, 18, 28)  # Friday 27 March to Monday 6 April
    counted = {day.day: day.half_days for day in row.days.all()}
    march = {day: half_days for day, half_days in counted.items() if day < APRIL}
    assert march == {date(2026, 3, 27): 2, date(2026, 3, 30): 2, date(2026, 3, 31): 2}
    april = {day for day in counted if day >= APRIL}
    assert april == {APRIL + number * b.ONE for number in range(6)}  # the weekend too


@pytest.mark.clause("D4.5")
def test_the_days_of_a_past_month_stay_as_they_were_counted(of):
    row = b.yes(b.ask(of.one, Code.PERSONAL, 7, 13), of.supervisor, of.director)
    before = months.taken([of.one.pk], MARCH, date(2026, 3, 31))
    decide(of.centre, own_count(personal="calendar"), at=b.AT, since=APRIL)
    row.refresh_from_db()
    assert row.half_days == 10
    assert months.taken([of.one.pk], MARCH, date(2026, 3, 31)) == before
    again = b.ask(of.two, Code.PERSONAL, 7, 13)
    assert again.half_days == 10  # asked later, of the same old month


@pytest.mark.clause("D2.8")
def test_from_how_many_days_sickness_needs_its_certificate(of):
    decide(of.centre, {"leave.papers_from": "1.5"}, at=BEFORE, since=MARCH)
    assert b.yes(b.sick(of.one, 0), of.supervisor).status == L.GRANTED
    with pytest.raises(Refused, match="Certificates are still missing"):
        b.yes(b.sick(of.two, 0, 1), of.supervisor, of.director)


@pytest.mark.clause("D2.8", "D2.9", "D4.5")
def test_the_page_of_the_kinds_shows_what_holds_here(of, monkeypatch):
    own = own_chain(personal=THREE) | own_count(sick="calendar") | {"leave.papers_from": "1.5", "notice_days": 3}
    decide(of.centre, own, at=BEFORE, since=MARCH)
    monkeypatch.setattr(clock, "now", lambda: b.AT)
    shown = signed_in(of.one).get(reverse("leave:kinds")).content.decode()
    for words in ("不足 3 天：主管", "满 1.5 天起", "3 个整日", "按自然日"):
        assert words in shown
