"""The monthly review of each agent: given once, kept, read by him; due within so many working days (A7.8)."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import signed_in
from hotline.quality.models import MonthReview
from hotline.quality.queries import talks
from hotline.quality.services import talking
from hotline.rosters.tests.builders import on_shift
from hotline.telephony.tests import builders as telephone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A7.8")]
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
AT = clock.wall(date(2026, 4, 2), 10)
DUE = date(2026, 4, 14)  # the tenth working day of a calendar without special days


@pytest.fixture
def of():
    found = telephone.house()
    for person in (found.first, found.second):
        on_shift(person, date(2026, 3, 9))
    return found


def give(of, person=None, month=MARCH, words="接听规范，核实要再细。", by=None, at=AT):
    return talking.give_month_review(person=person or of.first, month=month, words=words, by=by or of.supervisor, at=at)


def states(of, reader=None, month=MARCH, at=AT):
    found = talks.month(reader or of.supervisor, month, at)
    return {line.person: (line.review is not None, line.is_late) for line in found.lines}


def test_a_review_is_given_once_kept_and_read(of, monkeypatch):
    row = give(of)
    assert (row.person, row.month, row.given_by) == (of.first, MARCH, of.supervisor)
    assert of.first.notices.get().link == "/quality/mine?month=2026-03-01"
    with pytest.raises(Refused, match="given already"):
        give(of, by=of.leader)
    with pytest.raises(DatabaseError), transaction.atomic():
        MonthReview.objects.update(words="改")
    monkeypatch.setattr(clock, "now", lambda: AT)
    assert "核实要再细" in signed_in(of.first).get(of.first.notices.get().link).content.decode()
    assert "核实要再细" not in signed_in(of.second).get(of.first.notices.get().link).content.decode()


def test_what_cannot_be_is_refused(of):
    with pytest.raises(Refused, match="not over yet"):
        give(of, month=APRIL)
    with pytest.raises(Refused) as told:
        give(of, words=" ")
    assert told.value.refusals[0].params["field"] == "words"
    for person, month in ((of.quality, MARCH), (of.first, date(2026, 2, 1))):
        with pytest.raises(Refused, match="did not take calls"):
            give(of, person=person, month=month)
    assert not states(of, month=date(2026, 2, 1)), "of a month in which nobody was at work nothing is owed"
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthReview.objects.create(
            centre=of.centre, person=of.first, month=MARCH, words="好", given_by=of.first, given_at=AT
        )


def test_who_gives_it(of):
    for nobody in (of.first, of.second, of.quality, people.person(people.centre(), position=Position.SHIFT_LEADER)):
        with pytest.raises(NotAllowed):
            give(of, by=nobody)
    other = people.person(unit=people.unit(of.centre), position=Position.TEAM_LEADER)
    with pytest.raises(NotAllowed):
        give(of, by=other)
    assert give(of, by=of.head).given_by == of.head  # he leads the team


def test_it_is_due_within_the_working_days_and_shows_when_it_was_late(of):
    assert talks.due_on(of.centre.pk, MARCH) == (DUE, 10)
    assert states(of)[of.first] == (False, False)
    after = clock.wall(date(2026, 4, 15), 9)
    assert states(of, at=clock.wall(DUE, 23))[of.first] == (False, False)
    assert states(of, at=after)[of.first] == (False, True)
    assert talks.month(of.supervisor, MARCH, after).overdue == len(states(of))
    give(of)
    give(of, person=of.second, at=after)
    assert (states(of, at=after)[of.first], states(of, at=after)[of.second]) == ((True, False), (True, True))
    assert set(states(of, reader=of.head)) == {of.first, of.second}


@pytest.mark.clause("D0.2", "D3.1")
def test_the_days_are_those_in_force_when_they_begin(of):
    may_first = date(2026, 5, 1)
    decide(of.centre, {"feedback_days": 3}, at=AT, since=may_first)
    assert talks.due_on(of.centre.pk, MARCH) == (DUE, 10)  # an old month keeps its days
    assert talks.due_on(of.centre.pk, APRIL)[1] == 3
    assert talks.due_on(of.centre.pk, APRIL)[0] <= date(2026, 5, 8)


def test_rows_and_permission_agree_for_every_position(of):
    give(of)
    stranger = people.person(people.centre(), position=Position.QUALITY)
    for person in [*people.everybody(of.centre).values(), of.first, of.second, stranger]:
        seen = set(MonthReview.objects.visible_to(person))
        assert {row for row in MonthReview.objects.all() if may(person, "quality.view_month_review", row)} == seen


def test_the_pages(of, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(clock, "now", lambda: clock.wall(date(2026, 4, 15), 9))
    browser = signed_in(of.head)
    listed = browser.get(reverse("quality:talks")).content.decode()
    address = f"{reverse('quality:talk', args=[of.first.pk])}?month=2026-03-01"
    assert "2026-04-14" in listed
    assert "已逾期" in listed
    assert address in listed
    assert browser.get(address).status_code == 200
    assert "text" not in browser.post(address, {"words": ""}).context["form"].cleaned_data
    assert browser.post(address, {"words": "稳定，有进步。"}).status_code == 302
    assert "稳定，有进步。" in browser.get(reverse("quality:talks")).content.decode()
    assert signed_in(of.quality).get(reverse("quality:talks")).status_code == 200
    assert signed_in(of.quality).get(address).status_code == 403
    team = people.unit(of.centre)
    assert signed_in(people.person(unit=team, position=Position.TEAM_LEADER)).get(address).status_code == 404
    for _number in range(20):
        people.person(of.centre)
    supervisor = signed_in(of.supervisor)
    with django_assert_max_num_queries(26):
        supervisor.get(reverse("quality:talks"))
