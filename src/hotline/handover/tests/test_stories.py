"""Twelve stories of promises across a shift end, a holiday, a hand-over and a merge: none of them is ever lost."""

from datetime import date, timedelta

import pytest

from hotline.cases.services import filing, merging
from hotline.handover import jobs
from hotline.handover.models import Handover, HandoverItem
from hotline.handover.queries import hand
from hotline.handover.services import accepting, items, signing
from hotline.handover.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.kernel.workclock import Unit
from hotline.people.services import accounts
from hotline.promises.logic import Settled, Status, Within
from hotline.promises.models import Promise
from hotline.promises.services import ledger
from hotline.promises.tests import builders as promises
from hotline.rosters.models import DayKind
from hotline.rosters.services import calendar

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.16", "D2.5", "C6")]
TOMORROW = b.DAY + timedelta(days=1)
FREE = [date(2026, 3, day) for day in (10, 11, 12)]  # a holiday made for the stories


@pytest.fixture(name="of")
def _of():
    return b.house()


@pytest.fixture(autouse=True)
def _nothing_is_lost(of):
    """However a story goes: nobody waits in the end, and every promise says how it ended and what took its place."""
    yield
    rows = Promise.objects.filter(centre=of.town.centre)
    assert rows.exists()
    assert not rows.owed().exists()
    for row in rows:
        assert row.status in {Status.KEPT, Status.MISSED, Status.MOVED}
        assert row.status != Status.MISSED or row.settled_at is not None
        assert row.status != Status.MOVED or Promise.objects.filter(follows=row).exists()


def chain(promise):
    """How each promise of a chain ended, with who had it."""
    return [
        (row.status, row.owner)
        for row in Promise.objects.filter(first=promise.pk) | Promise.objects.filter(pk=promise.pk)
    ]


def last(promise):
    """The promise that goes on."""
    return (Promise.objects.filter(first=promise.pk) | Promise.objects.filter(pk=promise.pk)).order_by("-pk")[0]


def keeps(promise, moment):
    """Whoever has it by now tells the customer."""
    done = b.kept(last(promise), moment)
    b.settle(moment)
    return done


def accepts(item, by, moment):
    return accepting.accept(item_id=item.pk, by=by, at=moment)


# ---------------------------------------------------------------- the end of a shift


def test_1_kept_before_the_shift_ends_it_is_nobody_elses(of):
    promise = b.promise(of)
    keeps(promise, b.at(17, 20))
    assert hand.hand_of(of.giver, b.at(17, 25)).lines == []
    signing.sign_off_shift(by=of.giver, at=b.at(17, 25))
    assert chain(promise) == [(Status.KEPT, of.giver)]


def test_2_due_after_the_end_it_goes_to_the_late_shift_which_keeps_it(of):
    promise = b.promise(of)
    accepts(b.offered(of, promise, of.late), of.late, b.at(17, 15))
    signing.sign_off_shift(by=of.giver, at=b.at(17, 30))
    done = keeps(promise, b.at(18, 30))
    assert chain(promise) == [(Status.MOVED, of.giver), (Status.KEPT, of.late)]
    assert done.due_at == promise.due_at  # passing it on gives nobody more time
    assert HandoverItem.objects.get().result


def test_3_declined_it_goes_by_the_shift_leader_to_somebody_who_keeps_it(of):
    promise = b.promise(of)
    item = b.offered(of, promise, of.late)
    accepting.decline(item_id=item.pk, reason="在接紧急来电", by=of.late, at=b.at(17, 12))
    jobs.escalate_all(b.at(17, 21))
    accepting.place(item_id=item.pk, to=of.late_leader, reason="由我回电", by=of.late_leader, at=b.at(17, 25))
    keeps(promise, b.at(18, 0))
    assert chain(promise) == [(Status.MOVED, of.giver), (Status.KEPT, of.late_leader)]


def test_4_nobody_accepts_in_time_the_giver_keeps_the_miss_and_the_customer_his_answer(of):
    promise = b.promise(of)
    item = b.offered(of, promise, None)
    jobs.escalate_all(b.at(17, 21))
    assert b.fresh(item).status == "escalated"
    promises.tick(b.at(19, 11))
    assert b.fresh(promise).status == Status.MISSED
    accepting.place(item_id=item.pk, to=of.late, reason="立即回电致歉", by=of.late_leader, at=b.at(19, 20))
    done = keeps(promise, b.at(19, 30))
    assert (done.status, done.missed_by, done.owner, done.settled_how) == (
        Status.MISSED,
        of.giver,
        of.late,
        Settled.CONTACT,
    )


def test_5_left_without_signing_off_it_is_missed_by_whoever_left(of):
    promise = b.promise(of)
    signing.leave_anyway(reason="家里有急事", by=of.giver, at=b.at(17, 25))
    assert Handover.objects.get().status == "left"
    promises.tick(b.at(19, 11))
    assert b.fresh(promise).missed_by == of.giver
    keeps(promise, b.at(8, 40, TOMORROW))
    assert chain(promise) == [(Status.MISSED, of.giver)]


def test_6_the_late_shift_keeps_it_over_night_with_a_reason_and_the_morning_keeps_it(of):
    promise = b.promise(of, b.at(21, 40), holder=of.late, by=of.late, due=b.at(9, 30, TOMORROW))
    assert hand.hand_of(of.late, b.at(21, 50)).left[0].key == f"promise:{promise.pk}"
    with pytest.raises(Refused):
        signing.sign_off_shift(by=of.late, at=b.at(21, 55))
    item = b.offered(of, promise, of.giver, b.at(21, 55), by=of.late)
    key = f"promise:{promise.pk}"
    signing.sign_off_shift(reasons={key: "接班人明早八点半到岗"}, by=of.late, at=b.at(21, 58))
    accepts(item, of.giver, b.at(8, 31, TOMORROW))
    keeps(promise, b.at(9, 0, TOMORROW))
    assert chain(promise) == [(Status.MOVED, of.late), (Status.KEPT, of.giver)]


# ---------------------------------------------------------------- a holiday


def holiday(of):
    for day in FREE:
        calendar.set_day(day=day, kind=DayKind.STATUTORY, name="假日", source="通知", by=of.system, at=b.NINE)


def test_7_by_the_work_clock_a_holiday_does_not_run_and_it_waits_for_its_owner(of):
    holiday(of)
    b.shift(of.giver, "early", date(2026, 3, 13))
    promise = b.promise(
        of, what="两个工作日内答复", due=Within(2, Unit.WORK_DAY), holder=of.town.second, by=of.town.second
    )
    b.shift(of.town.second, "early", date(2026, 3, 13))
    assert promise.due_at > b.at(18, 0, date(2026, 3, 13))  # the three free days do not count
    assert hand.hand_of(of.town.second, b.NEAR).lines == []  # he is back before it falls due
    signing.sign_off_shift(by=of.town.second, at=b.at(17, 30))
    keeps(promise, b.at(10, 0, date(2026, 3, 13)))
    assert chain(promise) == [(Status.KEPT, of.town.second)]


def test_8_due_within_the_holiday_it_goes_to_whoever_works_then(of):
    holiday(of)
    b.shift(of.town.second, "early", date(2026, 3, 13))
    due = b.at(15, 0, date(2026, 3, 11))
    promise = b.promise(of, what="紧急事项两日内答复", due=due, holder=of.town.second, by=of.town.second)
    [line] = hand.hand_of(of.town.second, b.NEAR).lines
    assert line.promise == promise
    item = b.offered(of, promise, of.late, by=of.town.second)
    accepts(item, of.late, b.at(17, 20))
    keeps(promise, b.at(14, 0, date(2026, 3, 10)))
    assert chain(promise) == [(Status.MOVED, of.town.second), (Status.KEPT, of.late)]


# ---------------------------------------------------------------- a hand-over


def test_9_a_case_takes_its_promises_along_and_both_ends_are_told_back(of):
    case = b.case(of)
    first, second = b.promise(of, case=case), b.promise(of, case=case, what="回告处理单位")
    accepts(b.offered(of, case, of.late), of.late, b.at(17, 15))
    keeps(first, b.at(18, 0))
    case = b.fresh(case)
    filing.not_accept(case_id=case.pk, version=case.version, reason="不属城管范围", by=of.late, at=b.at(18, 5))
    keeps(second, b.at(18, 10))
    for promise in (first, second):
        assert chain(promise) == [(Status.MOVED, of.giver), (Status.KEPT, of.late)]
    assert "不属城管范围" in HandoverItem.objects.get().result


def test_10_from_hand_to_hand_twice_everybody_on_the_way_learns_the_end(of):
    promise = b.promise(of, due=b.at(21, 55))
    accepts(b.offered(of, promise, of.late), of.late, b.at(17, 15))
    item = b.offered(of, last(promise), of.late_leader, b.at(21, 0), by=of.late)
    accepts(item, of.late_leader, b.at(21, 5))
    keeps(promise, b.at(21, 50))
    assert chain(promise) == [(Status.MOVED, of.giver), (Status.MOVED, of.late), (Status.KEPT, of.late_leader)]
    assert all(item.result for item in HandoverItem.objects.all())
    assert "What you handed over has its result: {what}: {result}" in b.notices(of.late)


# ---------------------------------------------------------------- a merge


def merged(case, into, by, moment):
    case, into = b.fresh(case), b.fresh(into)
    ids = {"case_id": case.pk, "version": case.version, "into_id": into.pk, "into_version": into.version}
    merging.merge(**ids, reason="同一处井盖", by=by, at=moment)
    b.settle(moment)


def test_11_handed_over_and_merged_the_caller_still_gets_his_answer(of):
    case, into = b.case(of), b.case(of, by=of.town.second, customer=None)
    promise = b.promise(of, case=case, due=b.at(20, 0))
    item = b.offered(of, case, of.late)
    accepts(item, of.late, b.at(17, 15))
    merged(case, into, of.late, b.at(17, 40))
    assert (last(promise).merged_into, last(promise).owner) == (into, of.late)
    into = b.fresh(into)
    filing.not_accept(case_id=into.pk, version=into.version, reason="已有处理结果", by=of.town.second, at=b.at(17, 50))
    b.settle(b.at(17, 50))
    assert "已有处理结果" in b.fresh(item).result  # the giver learns how the matter ended
    keeps(promise, b.at(18, 30))
    assert chain(promise) == [(Status.MOVED, of.giver), (Status.KEPT, of.late)]


def test_12_merged_parted_and_its_owner_gone_for_good_it_finds_somebody_who_keeps_it(of):
    case, into = b.case(of), b.case(of, by=of.town.second, customer=None)
    promise = b.promise(of, case=case, due=b.at(20, 0))
    items.offer(kind="case", subject=case.pk, todo="请跟进", to=of.late, by=of.giver, at=b.NEAR)
    merged(case, into, of.giver, b.at(17, 15))
    jobs.escalate_all(b.at(17, 16))
    assert HandoverItem.objects.get().status == "settled"  # the case went another way; what is promised stayed
    assert [line.promise for line in hand.hand_of(of.giver, b.at(17, 16)).lines] == [promise]
    case = b.fresh(case)
    merging.part(case_id=case.pk, version=case.version, reason="两处井盖", by=of.giver, at=b.at(17, 20))
    b.settle(b.at(17, 20))
    assert b.fresh(promise).merged_into is None
    accounts.deactivate(person=of.giver, by=of.system, at=b.at(18, 0))
    b.settle(b.at(18, 0))
    assert b.fresh(promise).owner is None
    ledger.take(promise_id=promise.pk, by=of.late, at=b.at(18, 10))
    keeps(promise, b.at(18, 30))
    assert chain(promise) == [(Status.KEPT, of.late)]
