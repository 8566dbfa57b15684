"""Twenty at once: nothing is oversold and nothing promised twice (A7.16, D4.4, D2.11)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refusal, Refused
from hotline.leave.models import LIVE, Leave, Swap
from hotline.leave.queries import balances
from hotline.leave.services import decisions, swaps
from hotline.leave.tests import builders as b
from hotline.rosters.models import RosterEntry
from hotline.rulebook.leave import Code

pytestmark = pytest.mark.django_db(transaction=True)
AT, MANY = b.AT, 20


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


def at_once(calls):
    """Run them from as many threads, begun at one moment; what came of each: True, or the clause that refused it."""
    together = Barrier(len(calls))

    def run(call):
        try:
            together.wait()
            call()
        except Refused as error:
            return error.refusals[0].clause
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.clause("A7.16")
def test_twenty_ask_for_the_same_day_and_five_may_go():
    of = b.house()
    many = b.operators(of, MANY, weeks=2)
    found = at_once([lambda person=person: b.ask(person, first=7) for person in many])
    assert (found.count(True), found.count("A7.16")) == (5, 15)
    assert Leave.objects.filter(status__in=LIVE).count() == 5


@pytest.mark.clause("D4.4")
def test_one_balance_of_five_days_is_asked_for_twenty_times():
    of = b.house()
    b.worked(of, of.one, date(2020, 1, 1))
    days = [31, 32, 35, 36, 37, 38, 39]
    calls = [lambda day=days[number % 7]: b.ask(of.one, Code.ANNUAL, day) for number in range(MANY)]
    found = at_once(calls)
    assert found.count(True) == 5
    assert balances.left(of.one, [2026], on=b.day(40)) == {2026: 0}


@pytest.mark.clause("D4.4", "D2.8")
def test_twenty_decisions_of_one_request_take_it_once():
    of = b.house()
    b.worked(of, of.one, date(2020, 1, 1))
    row = b.ask(of.one, Code.ANNUAL, 31)

    def decide():
        try:
            decisions.decide_leave(leave_id=row.pk, is_yes=True, by=of.director, at=AT)
        except NotAllowed as error:
            raise Refused(Refusal("decided", "")) from error

    found = at_once([decide] * MANY)
    assert (found.count(True), found.count("decided")) == (1, MANY - 1)
    assert balances.left(of.one, [2026], on=b.day(40)) == {2026: 8}


@pytest.mark.clause("D2.11")
def test_twenty_wishes_of_one_person_meet_one_quota():
    of = b.house()
    b.free(of, of.two, 7, 8, 9, 10, 11)
    calls = [lambda number=number: b.wish(of.one, of.two, [b.shift(of.one, 7 + number % 5)]) for number in range(MANY)]
    found = at_once(calls)
    assert (found.count(True), found.count("D2.11")) == (1, MANY - 1)
    assert Swap.objects.count() == 1


@pytest.mark.clause("D2.11")
def test_two_swaps_of_one_shift_are_not_both_made():
    of = b.house()
    three = b.operators(of, 1)[0]
    for person in (of.two, three):
        b.free(of, person, 7)
    first = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.answer(swap_id=first.pk, agrees=True, by=of.two, at=AT)
    swaps.withdraw_swap(swap_id=first.pk, by=of.one, at=AT)
    pair = [b.wish(of.one, of.two, [b.shift(of.one, 7)])]
    b.late_shift(of, three, 8)
    pair.append(b.wish(three, of.one, [b.shift(three, 8)], [b.shift(of.one, 7)]))
    for row in pair:
        swaps.answer(swap_id=row.pk, agrees=True, by=row.partner, at=AT)

    def decide(row):
        return lambda: swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)

    found = at_once([decide(row) for row in pair])
    assert found.count(True) == 1
    assert RosterEntry.objects.filter(day=b.day(7), person=of.one).count() == 0
