"""The day by half hours: planned against actual, and what could be done about an afternoon."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from hotline.kernel.spans import Span
from hotline.planning.logic.day import Afternoon, Booked, Break, Kind, Worker, adherence, intervals, minutes_by_slot

MIDNIGHT = datetime(2026, 3, 8, 16, tzinfo=UTC)
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
FEN = 3000


def span(start: float, end: float) -> Span:
    return Span(MIDNIGHT + start * HOUR, MIDNIGHT + end * HOUR)


def worker(person: int = 1, shift: Span | None = None, **more) -> Worker:
    return Worker(person=person, ref=person * 10, shift=shift or span(8.5, 17.5), **more)


def afternoon(workers, balance, now: float = 14, pay=Fraction(3, 2)) -> Afternoon:
    exact = {slot: Fraction(heads) for slot, heads in balance.items()}
    return Afternoon(MIDNIGHT, MIDNIGHT + now * HOUR, workers, exact, FEN, pay)


def test_minutes_fall_into_their_half_hours():
    found = minutes_by_slot([span(8.75, 9.5)], MIDNIGHT)
    assert (found[17], found[18], sum(found)) == (15, 30, 45)


@pytest.mark.clause("A1.5", "A5.5")
def test_over_and_under_staffing_of_each_half_hour_has_its_cost():
    there = (span(9, 10),)
    rows = {
        row.slot: row
        for row in intervals([worker(there=there), worker(2)], {18: 1, 20: 3}, MIDNIGHT, MIDNIGHT + 10 * HOUR, FEN)
    }
    assert (rows[18].there, rows[18].balance, rows[18].over_fen) == (1, 0, 0)
    assert (rows[17].there, rows[17].balance) == (0, 0)
    assert rows[20].there is None  # not over yet: the plan counts
    assert (rows[20].planned, rows[20].balance, rows[20].under_fen) == (2, -1, 1500)
    assert (rows[21].balance, rows[21].over_fen) == (2, 3000)


@pytest.mark.clause("A5.5")
def test_breaks_absence_and_bookings_are_not_planned_time():
    someone = worker(
        breaks=(Break(1, span(12, 13)),),
        away=(span(15, 17.5),),
        booked=(Booked(2, span(9, 10)),),
        there=(span(8.5, 12.5),),
    )
    found = adherence(someone, MIDNIGHT + 14 * HOUR)
    assert found.planned == 3.5 * HOUR  # 8:30 to 9, 10 to 12, 13 to 14
    assert found.kept == 2.5 * HOUR
    assert found.beside == 1.5 * HOUR  # at the seat while booked, and half of the break
    assert found.share == Fraction(5, 7)


def test_nothing_is_said_before_a_shift_begins():
    assert adherence(worker(), MIDNIGHT + 8 * HOUR).share is None


@pytest.mark.clause("A7.5")
def test_a_break_moves_to_where_heads_are_to_spare():
    someone = worker(breaks=(Break(7, span(15, 15.5)),))
    [idea] = afternoon([someone], {30: -1, 31: 0, 32: 2}).propose()
    assert (idea.kind, idea.ref, idea.slots, idea.cost_fen) == (Kind.MOVE_BREAK, 7, (30,), 0)
    assert idea.span == span(16, 16.5)


@pytest.mark.clause("A7.5")
def test_a_break_that_has_begun_stays_and_none_goes_to_the_edge_of_a_shift():
    begun = worker(breaks=(Break(7, span(14, 14.5)),))
    assert afternoon([begun], {28: -1, 32: 5}).propose() == []
    late = worker(breaks=(Break(7, span(15, 15.5)),))
    assert afternoon([late], {30: -1, 34: 5}).propose() == []  # 17:00 would end the shift


@pytest.mark.clause("A7.5", "A2.18")
def test_a_coaching_is_put_off_when_heads_are_short():
    someone = worker(booked=(Booked(5, span(15, 16)),))
    [idea] = afternoon([someone], {30: -1, 31: -2}).propose()
    assert (idea.kind, idea.ref, idea.slots) == (Kind.PUT_OFF, 5, (30, 31))
    both = [worker(1, booked=(Booked(5, span(15, 16)),)), worker(2, booked=(Booked(5, span(15, 16)),))]
    assert {one.person for one in afternoon(both, {30: -2}).propose()} == {1, 2}  # a seat each, of one booking
    fixed = worker(booked=(Booked(5, span(15, 16), can_wait=False),))
    assert afternoon([fixed], {30: -1}).propose() == []


@pytest.mark.clause("A7.5")
def test_somebody_stays_as_long_as_it_helps_and_the_law_allows():
    someone = worker(may_stay=3 * HOUR)
    short = dict.fromkeys(range(35, 39), -1)
    [idea] = afternoon([someone], short).propose()
    assert (idea.kind, idea.span, idea.slots) == (Kind.STAY, span(17.5, 19.5), (35, 36, 37, 38))
    assert idea.cost_fen == 9000  # two hours at one and a half times
    [dear] = afternoon([someone], short, pay=Fraction(3)).propose()  # on a public holiday
    assert dear.cost_fen == 18_000
    [cut] = afternoon([worker(may_stay=HOUR)], short).propose()
    assert cut.span == span(17.5, 18.5)
    [rested] = afternoon([worker(may_stay=3 * HOUR, stays_until=MIDNIGHT + 19 * HOUR)], short).propose()
    assert rested.span.end == MIDNIGHT + 19 * HOUR


@pytest.mark.clause("A7.5")
def test_nobody_stays_whom_the_law_or_his_absence_keeps_or_who_would_wait_for_hours():
    short = {36: -1}
    assert afternoon([worker(may_stay=timedelta(minutes=20))], short).propose() == []
    assert afternoon([worker(may_stay=3 * HOUR, away=(span(16, 17.5),))], short).propose() == []
    assert afternoon([worker(may_stay=3 * HOUR)], {39: -1}).propose() == []
    assert afternoon([worker(may_stay=3 * HOUR)], short, now=18).propose() == []


@pytest.mark.clause("A7.5")
def test_what_costs_nothing_comes_first_and_no_gap_is_filled_twice():
    rested = worker(1, span(9.5, 22), breaks=(Break(7, span(17.5, 18)),))
    stayers = [worker(2, may_stay=3 * HOUR), worker(3, may_stay=3 * HOUR)]
    found = afternoon([rested, *stayers], {35: -2, 32: 1}).propose()
    assert [idea.kind for idea in found] == [Kind.MOVE_BREAK, Kind.STAY]
    assert len({idea.person for idea in found}) == 2
