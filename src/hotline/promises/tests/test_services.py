"""Promises on PostgreSQL: made, kept, missed, moved, passed on, withdrawn; reminders and levels; who may."""

import pytest
from django.db import IntegrityError, transaction

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.promises.logic import Channel, Kind, Settled, Status
from hotline.promises.models import Promise, PromiseStep, StepKind
from hotline.promises.queries import ledger as lists
from hotline.promises.services import ledger
from hotline.promises.tests import builders as b

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.16")]


@pytest.fixture
def of():
    return b.house()


def kinds(promise):
    """The steps of a promise."""
    return list(promise.steps.values_list("kind", flat=True))


def test_a_promise_has_an_owner_a_due_time_and_the_contact_it_was_made_by(of):
    made = b.promise(of)
    assert (made.owner, made.unit, made.due_at, made.made_via) == (of.operator, of.team, b.NINE + b.HOUR, "phone")
    assert (made.status, made.is_owed, made.customer) == (Status.OPEN, True, of.customer)
    assert list(lists.owed_by(of.operator)) == [made]


def test_kept_exactly_when_it_is_due_is_kept_and_a_microsecond_later_is_missed(of):
    in_time = b.kept(b.promise(of), b.NINE + b.HOUR)
    assert (in_time.status, in_time.settled_how, in_time.kept_words) == (Status.KEPT, "contact", "已告知今晚修好")
    late = b.kept(b.promise(of), b.NINE + b.HOUR + b.SECOND / 1_000_000)
    assert (late.status, late.missed_by, late.settled_how) == (Status.MISSED, of.operator, Settled.CONTACT)
    assert kinds(late) == [StepKind.MADE, StepKind.MISSED, StepKind.SETTLED]
    assert not lists.owed_by(of.operator)


def test_the_database_itself_refuses_a_promise_kept_too_late(of):
    made = b.promise(of)
    wrong = {"status": "kept", "settled_at": b.NINE + 2 * b.HOUR, "settled_by": of.operator, "settled_how": "contact"}
    with pytest.raises(IntegrityError, match="promises_kept_in_time"), transaction.atomic():
        Promise.objects.filter(pk=made.pk).update(**wrong, kept_via="phone", kept_words="晚了")


def test_what_was_said_and_by_which_contact_is_required(of):
    made = b.promise(of)
    with pytest.raises(Refused, match="Say what the customer was told"):
        ledger.keep(promise_id=made.pk, via=Channel.PHONE, words=" ", by=of.operator, at=b.NINE)
    with pytest.raises(Refused, match="Say what was promised"):
        b.promise(of, what="  ")
    with pytest.raises(Refused, match="still to come"):
        b.promise(of, due=b.NINE)
    with pytest.raises(Refused, match="60 days"):
        b.promise(of, due=b.NINE + 61 * 24 * b.HOUR)


def test_what_has_ended_stays_as_it_ended(of):
    made = b.kept(b.promise(of), b.NINE)
    for again in (
        lambda: b.kept(made, b.NINE),
        lambda: ledger.take(promise_id=made.pk, by=of.second, at=b.NINE),
        lambda: ledger.withdraw(promise_id=made.pk, note="x", by=of.leader, at=b.NINE),
        lambda: ledger.pass_on(promise_id=made.pk, to=of.second, note="x", by=of.operator, at=b.NINE),
        lambda: ledger.move_promise(promise_id=made.pk, due=b.NINE + b.HOUR, note="x", by=of.operator, at=b.NINE),
    ):
        with pytest.raises(Refused, match="ended already"):
            again()


def test_moved_with_the_customer_a_new_promise_takes_its_place_and_the_chain_is_seen(of):
    first = b.promise(of)
    args = {"due": b.NINE + 5 * b.HOUR, "note": "客户同意下午再答复", "by": of.operator, "at": b.NINE + b.MINUTE}
    second = ledger.move_promise(promise_id=first.pk, **args)
    assert b.fresh(first).status == Status.MOVED
    assert not b.fresh(first).is_owed
    third = ledger.pass_on(promise_id=second.pk, to=of.second, note="下班", by=of.operator, at=b.NINE + b.HOUR)
    assert (third.owner, third.due_at, third.what) == (of.second, second.due_at, first.what)
    assert lists.chain_of(second) == [first, second, third]
    assert [row.status for row in lists.chain_of(third)] == [Status.MOVED, Status.MOVED, Status.OPEN]
    assert list(lists.owed_by(of.second)) == [third]


def test_moving_what_is_late_leaves_it_missed(of):
    first = b.promise(of)
    late = b.NINE + 2 * b.HOUR
    second = ledger.move_promise(promise_id=first.pk, due=late + b.HOUR, note="已致歉", by=of.operator, at=late)
    first = b.fresh(first)
    assert (first.status, first.settled_how, first.missed_by) == (Status.MISSED, Settled.AGREED, of.operator)
    assert (second.status, second.follows) == (Status.OPEN, first)


def test_passing_on_what_is_late_leaves_the_miss_with_whoever_missed_it(of):
    made = b.promise(of)
    late = b.NINE + 2 * b.HOUR
    went = ledger.pass_on(promise_id=made.pk, to=of.second, note="请假", by=of.leader, at=late)
    assert went.pk == made.pk
    assert (went.owner, went.missed_by, went.status, went.is_owed) == (of.second, of.operator, Status.MISSED, True)
    done = b.kept(went, late + b.MINUTE)
    assert (done.missed_by, done.settled_by) == (of.operator, of.second)


def test_a_call_back_waits_in_the_team_until_somebody_takes_it(of):
    made = b.promise(of, kind=Kind.CALL_BACK, holder=of.team, by=of.system, via=Channel.QUEUE, source_key="queue:7")
    again = b.promise(of, kind=Kind.CALL_BACK, holder=of.team, by=of.system, via=Channel.QUEUE, source_key="queue:7")
    assert again == made
    assert (made.owner, list(lists.waiting_in([of.team.pk]))) == (None, [made])
    mine = ledger.take(promise_id=made.pk, by=of.second, at=b.NINE + b.MINUTE)
    assert mine.owner == of.second
    with pytest.raises(Refused, match="owes it already"):
        ledger.take(promise_id=made.pk, by=of.operator, at=b.NINE + b.MINUTE)


def test_a_leader_withdraws_and_nobody_forgives_himself(of):
    made = b.promise(of)
    with pytest.raises(NotAllowed):
        ledger.withdraw(promise_id=made.pk, note="不需要了", by=of.operator, at=b.NINE)
    own = b.promise(of, holder=of.leader, by=of.leader)
    with pytest.raises(NotAllowed):
        ledger.withdraw(promise_id=own.pk, note="不需要了", by=of.leader, at=b.NINE)
    with pytest.raises(Refused, match="Give a reason"):
        ledger.withdraw(promise_id=made.pk, note=" ", by=of.head, at=b.NINE)
    gone = ledger.withdraw(promise_id=made.pk, note="客户来电说不需要了", by=of.head, at=b.NINE)
    assert (gone.status, gone.is_owed) == (Status.WITHDRAWN, False)
    late = ledger.withdraw(promise_id=b.promise(of).pk, note="联系不上", by=of.head, at=b.NINE + 2 * b.HOUR)
    assert (late.status, late.settled_how, late.is_owed) == (Status.MISSED, Settled.WITHDRAWN, False)


def test_it_shows_before_it_is_due_is_missed_and_goes_up_a_level_at_a_time(of):
    made = b.promise(of)
    due = made.due_at
    b.tick(due - 16 * b.MINUTE)
    assert b.notices(of.operator) == []
    b.tick(due - 14 * b.MINUTE)
    b.tick(due - 13 * b.MINUTE)
    assert b.notices(of.operator) == ["Soon due, the customer waits: {what}"]
    b.tick(due)
    assert b.fresh(made).status == Status.OPEN
    b.tick(due + b.SECOND)
    late = b.fresh(made)
    assert (late.status, late.missed_by, late.is_owed) == (Status.MISSED, of.operator, True)
    assert b.notices(of.operator)[1:] == ["The time has passed and the customer still waits: {what}"]
    b.tick(due + 31 * b.MINUTE)
    assert len(b.notices(of.head)) == 1
    assert b.notices(of.leader) == []
    b.tick(due + 61 * b.MINUTE)
    assert len(b.notices(of.leader)) == 1
    b.tick(due + 91 * b.MINUTE)
    assert len(b.notices(of.supervisor)) == 1
    done = b.fresh(made)
    assert (done.look_at, done.is_owed, done.alert) == (None, True, 5)
    b.tick(due + 10 * b.HOUR)
    assert [len(b.notices(one)) for one in (of.head, of.leader, of.supervisor)] == [1, 1, 1]


def test_a_clock_that_stood_still_reminds_nobody_of_what_is_late_and_leaves_no_level_out(of):
    made = b.promise(of)
    b.tick(made.due_at + 5 * b.HOUR)
    assert b.notices(of.operator) == ["The time has passed and the customer still waits: {what}"]
    assert [len(b.notices(one)) for one in (of.head, of.leader, of.supervisor)] == [1, 1, 1]


def test_one_that_goes_wrong_keeps_nobody_else_waiting(of):
    broken = b.house()  # a centre whose program cannot be found
    wrong, right = b.promise(broken), b.promise(of)
    Person.objects.filter(pk=broken.system.pk).update(number="~gone")
    b.tick(right.due_at + b.MINUTE)
    assert (b.fresh(wrong).status, b.fresh(right).status) == (Status.OPEN, Status.MISSED)


def test_the_clock_leaves_alone_what_is_settled(of):
    made = b.promise(of)
    b.kept(made, b.NINE + b.MINUTE)
    b.tick(made.due_at + b.HOUR)
    assert b.notices(of.head) == []
    assert b.fresh(made).status == Status.KEPT


def test_who_may_not(of):
    made = b.promise(of)
    everybody = people.everybody(of.centre)
    outside = [everybody[name] for name in (Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK, Position.HR)]
    for person in [*outside, b.house().operator]:
        for forbidden in (
            lambda by: b.kept(made, b.NINE, by=by),
            lambda by: ledger.take(promise_id=made.pk, by=by, at=b.NINE),
            lambda by: ledger.pass_on(promise_id=made.pk, to=of.second, note="x", by=by, at=b.NINE),
            lambda by: ledger.move_promise(promise_id=made.pk, due=b.NINE + b.HOUR, note="x", by=by, at=b.NINE),
            lambda by: ledger.release(promise_id=made.pk, note="x", by=by, at=b.NINE),
        ):
            with pytest.raises(NotAllowed):
                forbidden(person)
    other = everybody[Position.AGENT]
    with pytest.raises(NotAllowed):
        ledger.pass_on(promise_id=made.pk, to=of.second, note="x", by=other, at=b.NINE)
    with pytest.raises(NotAllowed):
        ledger.pass_on(promise_id=made.pk, to=everybody[Position.HR], note="x", by=of.operator, at=b.NINE)
    assert ledger.pass_on(promise_id=made.pk, to=other, note="我来回", by=other, at=b.NINE).owner == other


def test_steps_are_written_once(of):
    b.promise(of)
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        PromiseStep.objects.update(note="anders")
