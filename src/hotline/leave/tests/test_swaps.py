"""Stories of swaps at their edges: readings 65 to 68 (D2.11)."""

from datetime import date

import pytest

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.leave import jobs
from hotline.leave.models import Swap, SwapStatus
from hotline.leave.queries import swaps as queries
from hotline.leave.services import swaps
from hotline.leave.tests import builders as b
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterBreak, RosterEntry
from hotline.rosters.services import entries
from hotline.rosters.tests import builders as rosters

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.11")]
AT, W = b.AT, SwapStatus
MARCH = date(2026, 3, 1)
BEFORE = clock.wall(date(2026, 2, 20), 9)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def of():
    return b.house()


def days(person):
    first = (b.day(7), b.day(20))
    rows = RosterEntry.objects.filter(person=person, day__range=first).order_by("day")
    return [((row.day - b.MONDAY).days, row.shift_type.code) for row in rows.select_related("shift_type")]


def test_a_shift_is_given_away_and_paid_back_within_a_month(of):
    b.free(of, of.two, 7)
    b.free(of, of.one, 14)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    assert (row.status, row.month) == (W.WISHED, date(2026, 3, 1))
    with pytest.raises(NotAllowed):
        swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)  # the colleague first
    with pytest.raises(NotAllowed):
        swaps.answer(swap_id=row.pk, agrees=True, by=of.one, at=AT)
    row = swaps.answer(swap_id=row.pk, agrees=True, by=of.two, at=AT)
    assert (row.status, (7, "early") in days(of.one)) == (W.AGREED, True)  # nothing has moved yet
    for person in (of.one, of.two, of.leader, of.director):
        with pytest.raises(NotAllowed):
            swaps.decide_swap(swap_id=row.pk, is_yes=True, by=person, at=AT)
    row = swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)
    assert row.status == W.MADE
    assert row.pay_back_by == date(2026, 4, 16)  # one calendar month after 16 March
    assert (7, "early") not in days(of.one)
    assert (7, "early") in days(of.two)
    assert RosterBreak.objects.filter(entry__person=of.two, entry__day=b.day(7)).count() == 1
    assert queries.owed_by(of.one) == [row]
    # and the pay-back
    back = b.made(of, b.wish(of.one, of.two, [], [b.shift(of.two, 14)], kind="pay_back", repays=row))
    row.refresh_from_db()
    assert (back.status, row.paid_back_at, queries.owed_by(of.one)) == (W.MADE, AT, [])
    assert (14, "early") in days(of.one)
    assert (14, "early") not in days(of.two)
    with pytest.raises(Refused, match="owe this colleague no shift"):
        b.wish(of.one, of.two, [], [b.shift(of.two, 15)], kind="pay_back", repays=row)


def test_two_shifts_of_one_day_are_exchanged_though_both_have_one_then(of):
    late = b.late_shift(of, of.two, 7)
    early = b.shift(of.one, 7)
    row = b.made(of, b.wish(of.one, of.two, [early], [late]))
    assert row.pay_back_by is None  # paid back at the same stroke
    assert ((7, "late") in days(of.one), (7, "early") in days(of.two)) == (True, True)
    assert {RosterEntry.objects.get(pk=early.pk).person, RosterEntry.objects.get(pk=late.pk).person} == {of.one, of.two}


def test_one_a_month_of_whoever_asks_counted_by_the_month_of_the_shift(of):
    late = b.late_shift(of, of.two, 7)
    first = b.wish(of.one, of.two, [b.shift(of.one, 7)], [late])
    b.free(of, of.two, 8, 23)
    with pytest.raises(Refused, match="In 2026-03 you have asked for 1 swap already"):
        b.wish(of.one, of.two, [b.shift(of.one, 8)])
    assert b.wish(of.one, of.two, [b.shift(of.one, 23)]).month == date(2026, 4, 1)
    b.free(of, of.one, 9)
    assert b.wish(of.two, of.one, [b.shift(of.two, 9)]).status == W.WISHED  # the partner has his own (reading 65)
    swaps.answer(swap_id=first.pk, agrees=False, by=of.two, at=AT)
    assert b.wish(of.one, of.two, [b.shift(of.one, 8)]).status == W.WISHED  # declined: the quota is free again


def test_what_is_taken_in_turn_lies_within_a_month(of):
    b.free(of, of.two, 7, 8)
    given = b.shift(of.one, 7)
    b.free(of, of.one, 38)
    assert b.shift(of.two, 38).day == date(2026, 4, 16)  # the last day
    entries_of_two = rosters.on_shift(of.two, date(2026, 4, 20))
    with pytest.raises(Refused, match=r"within 1 month\(s\): until 2026-04-16"):
        b.wish(of.one, of.two, [given], [entries_of_two])
    assert b.wish(of.one, of.two, [given], [b.shift(of.two, 38)]).status == W.WISHED


def test_two_in_a_row_have_a_quota_of_their_own_and_a_months_notice(of):
    b.free(of, of.two, 30, 31, 32, 36, 37)
    with pytest.raises(Refused, match=r"1 month\(s\) ahead: from 2026-04-09 on"):
        b.wish(of.one, of.two, [b.shift(of.one, 30), b.shift(of.one, 31)], kind="pair")
    b.wish(of.one, of.two, [b.shift(of.one, 31), b.shift(of.one, 32)], kind="pair")
    with pytest.raises(Refused, match="another shift lies between"):
        b.wish(of.one, of.two, [b.shift(of.one, 35), b.shift(of.one, 37)], kind="pair")
    b.wish(of.one, of.two, [b.shift(of.one, 36), b.shift(of.one, 37)], kind="pair")
    b.free(of, of.two, 38, 39)
    with pytest.raises(Refused, match="2 times this year"):
        b.wish(of.one, of.two, [b.shift(of.one, 38), b.shift(of.one, 39)], kind="pair")
    assert b.wish(of.one, of.two, [b.shift(of.one, 38)]).status == W.WISHED  # exempt from the month's one (reading 67)


def test_a_pair_is_owed_as_two_shifts(of):
    b.free(of, of.two, 31, 32)
    b.free(of, of.one, 38, 39)
    row = b.made(of, b.wish(of.one, of.two, [b.shift(of.one, 31), b.shift(of.one, 32)], kind="pair"))
    assert row.pay_back_by == date(2026, 5, 10)
    with pytest.raises(Refused, match="as you owe: 2"):
        b.wish(of.one, of.two, [], [b.shift(of.two, 38)], kind="pay_back", repays=row)
    back = b.wish(of.one, of.two, [], [b.shift(of.two, 38), b.shift(of.two, 39)], kind="pay_back", repays=row)
    with pytest.raises(Refused, match="asked already"):
        b.wish(of.one, of.two, [], [b.shift(of.two, 38), b.shift(of.two, 39)], kind="pay_back", repays=row)
    assert b.made(of, back).status == W.MADE


def test_a_centre_s_own_quota_counts_the_colleague_too(of):
    decide(of.centre, {"swap.count_partner": True, "swap.pay_back_months": 2}, at=BEFORE, since=MARCH)
    three = b.operators(of, 1)[0]
    for person in (of.two, three):
        b.free(of, person, 7, 8)
    row = b.made(of, b.wish(of.one, of.two, [b.shift(of.one, 7)]))
    assert row.pay_back_by == date(2026, 5, 16)
    with pytest.raises(Refused, match="ask somebody else"):
        b.wish(three, of.two, [b.shift(three, 9)])
    with pytest.raises(Refused, match="another month"):
        b.wish(of.two, three, [b.shift(of.two, 9)])


def test_overdue_is_a_task_told_once_and_never_a_fine(of):
    b.free(of, of.two, 7)
    row = b.made(of, b.wish(of.one, of.two, [b.shift(of.one, 7)]))
    told = Notice.objects.filter(text__contains="was to pay back")
    jobs.watch_swaps(at=clock.wall(date(2026, 4, 16), 23))
    assert told.count() == 0  # the last day is included
    for _ in range(2):
        jobs.watch_swaps(at=clock.wall(date(2026, 4, 17), 0, 10))
    assert {notice.recipient for notice in told} == {of.one, of.two, of.supervisor}
    assert told.count() == 3
    assert queries.owed_by(of.one) == [row]  # still to be paid back
    assert swaps.rules.SWAPS.on(b.MONDAY).cost_fen == 0  # reading 68


def test_a_swap_whose_shift_has_begun_is_over(of):
    b.free(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.answer(swap_id=row.pk, agrees=True, by=of.two, at=AT)
    later = clock.wall(b.day(7), 8, 30)
    with pytest.raises(Refused, match="has begun"):
        swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=later)
    jobs.watch_swaps(at=later)
    row.refresh_from_db()
    assert row.status == W.WITHDRAWN
    with pytest.raises(Refused, match="has begun"):
        b.wish(of.one, of.two, [b.shift(of.one, 8)], at=clock.wall(b.day(8), 9))


def test_both_change_or_neither_does(of):
    b.free(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.answer(swap_id=row.pk, agrees=True, by=of.two, at=AT)
    rosters.on_shift(of.two, b.day(7), "late")  # planned meanwhile: they would overlap
    with pytest.raises(Refused, match="already has a shift then"):
        swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)
    row.refresh_from_db()
    assert (row.status, (7, "early") in days(of.one)) == (W.AGREED, True)
    entries.cancel(entry_id=b.shift(of.two, 7).pk, reason="误排", by=of.leader, at=AT)
    assert swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT).status == W.MADE


def test_a_changed_roster_or_a_colleague_on_leave_keeps_it_from_being_made(of):
    b.free(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.answer(swap_id=row.pk, agrees=True, by=of.two, at=AT)
    leave = b.sick(of.two, 7, 8)
    with pytest.raises(Refused, match="is away then"):
        swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)
    b.no(leave, of.supervisor)
    choice = rosters.shift_types(of.centre)
    entries.replan(
        entry_id=b.shift(of.one, 7).pk, shift_type=choice.of("late", b.day(7)), day=b.day(7), reason="改晚班",
        by=of.leader, at=AT,
    )  # fmt: skip
    with pytest.raises(Refused, match="roster has changed"):
        swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=AT)


def test_less_than_the_usual_rest_is_told_to_whoever_decides(of):
    late = b.late_shift(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)], [late])
    rests = queries.short_rests(row)  # late until 22:00, then early at 8:30
    assert [(rest.person, rest.day, rest.beside, rest.hours, rest.minutes) for rest in rests] == [
        (of.one, b.day(7), b.day(8), 10, 30)
    ]


def test_who_may_swap_with_whom(of):
    stranger = people.person()
    with pytest.raises(NotAllowed):
        b.wish(of.one, stranger, [b.shift(of.one, 7)])
    with pytest.raises(NotAllowed):
        b.wish(of.one, of.one, [b.shift(of.one, 7)])
    with pytest.raises(Refused, match="in the roster"):
        b.wish(of.one, of.two, [b.shift(of.two, 7)])  # not his to give
    with pytest.raises(Refused, match="one shift, or two"):
        b.wish(of.one, of.two, [b.shift(of.one, 7), b.shift(of.one, 8)])
    clerk = people.person(unit=people.unit(of.centre, "园林处", "department"), position=Position.DEPARTMENT_CLERK)
    with pytest.raises(NotAllowed):
        b.wish(clerk, of.two, [b.shift(of.one, 7)])
    assert of.two in queries.partners(of.one, b.MONDAY)
    assert of.director not in queries.partners(of.one, b.MONDAY)
    assert Swap.objects.count() == 0


def test_an_unapproved_swap_is_refused_and_nothing_moves(of):
    b.free(of, of.two, 7)
    row = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.answer(swap_id=row.pk, agrees=True, by=of.two, at=AT)
    row = swaps.decide_swap(swap_id=row.pk, is_yes=False, note="当天缺人", by=of.supervisor, at=AT)
    assert (row.status, row.status_note, (7, "early") in days(of.one)) == (W.REFUSED, "当天缺人", True)
    again = b.wish(of.one, of.two, [b.shift(of.one, 7)])
    swaps.withdraw_swap(swap_id=again.pk, by=of.one, at=AT)
    assert Swap.objects.get(pk=again.pk).status == W.WITHDRAWN
