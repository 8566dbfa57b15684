"""Stories of promises: holidays, merges, missed calls, superiors on leave. Each ends kept, missed or moved."""

from datetime import date, timedelta

import pytest

from hotline.cases.services import merging
from hotline.cases.tests import builders as cases
from hotline.people.services import accounts
from hotline.people.tests import builders as people
from hotline.promises.logic import Channel, Kind, Settled, Status
from hotline.promises.models import Promise, StepKind
from hotline.promises.queries import figures
from hotline.promises.queries import ledger as lists
from hotline.promises.queries import questions as asked
from hotline.promises.services import ledger, questions
from hotline.promises.tests import builders as b
from hotline.rosters.models import DayKind
from hotline.rosters.services import calendar

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.16")]
LONG = timedelta(days=40)


@pytest.fixture
def of():
    return b.house()


@pytest.fixture(autouse=True)
def _nothing_is_lost(of):
    """However a story goes: in the end nobody waits, and every promise says how it ended."""
    yield
    rows = Promise.objects.filter(centre=of.centre)
    assert not rows.owed().exists()
    assert rows.exists()
    for row in rows:
        assert row.status != Status.OPEN
        assert row.status != Status.MISSED or row.settled_at is not None
        assert row.status != Status.MOVED or Promise.objects.filter(follows=row).exists()
        steps = list(row.steps.values_list("kind", flat=True))
        assert steps[0] == StepKind.MADE
        assert len(steps) > 1


def merge(child, into, by, at):
    child, into = b.fresh(child), b.fresh(into)
    ids = {"case_id": child.pk, "version": child.version, "into_id": into.pk, "into_version": into.version}
    merging.merge(**ids, reason="同一处井盖", by=by, at=at)
    b.settle(at)


def test_a_call_back_out_of_the_queue_is_taken_and_kept(of):
    values = {"kind": Kind.CALL_BACK, "via": Channel.QUEUE, "by": of.system, "holder": of.team}
    made = b.promise(of, **values, source_key="queue:1", due=b.within(1, "urgent_hour"))
    ledger.take(promise_id=made.pk, by=of.second, at=b.NINE + 5 * b.MINUTE)
    done = b.kept(b.fresh(made), b.NINE + 20 * b.MINUTE)
    assert (done.status, done.settled_by, done.due_at) == (Status.KEPT, of.second, b.NINE + b.HOUR)


def test_a_missed_call_that_nobody_takes_is_missed_and_answered_in_the_end(of):
    values = {"kind": Kind.MISSED_CALL, "via": Channel.QUEUE, "by": of.system, "holder": of.team}
    made = b.promise(of, **values, source_key="call:1")
    b.tick(made.due_at - 5 * b.MINUTE)
    assert b.notices(of.head) == ["Soon due and nobody has it yet: {what}"]
    b.tick(made.due_at + b.MINUTE)
    b.tick(made.due_at + 40 * b.MINUTE)
    assert b.notices(of.head)[1:] == [
        "The time has passed and the customer still waits: {what}",
        "{who} has not kept a promise yet: {what}",
    ]
    ledger.take(promise_id=made.pk, by=of.operator, at=made.due_at + b.HOUR)
    done = b.kept(b.fresh(made), made.due_at + 2 * b.HOUR)
    assert (done.status, done.missed_by, done.settled_how) == (Status.MISSED, None, Settled.CONTACT)
    [line] = figures.by_person(of.leader, (b.NINE, b.NINE + LONG), b.NINE + LONG)
    assert (line.who, line.missed) == (None, 1)  # the miss of a team, not of whoever put it right


def test_two_working_days_before_the_national_day_end_after_it(of):
    calendar.load_calendar(years=[2026], by=of.system, at=b.NINE)
    eve = b.wall(date(2026, 9, 30), 15)
    made = b.promise(of, at=eve, due=b.within(2, "work_day"))
    due = made.due_at.astimezone(b.clock.ZONE)
    assert due.date() > date(2026, 10, 7)
    b.tick(b.wall(date(2026, 10, 3), 12))
    assert b.fresh(made).status == Status.OPEN
    assert b.notices(of.operator) == []
    assert b.kept(made, made.due_at - b.MINUTE).status == Status.KEPT


def test_a_holiday_announced_later_does_not_change_what_was_promised(of):
    made = b.promise(of, due=b.within(1, "work_day"))
    before = made.due_at
    args = {"kind": DayKind.REST, "name": "临时放假", "source": "通知"}
    calendar.set_day(day=b.DAY + timedelta(days=1), **args, by=of.system, at=b.NINE + b.MINUTE)
    assert b.fresh(made).due_at == before
    later = b.promise(of, due=b.within(1, "work_day"), at=b.NINE + b.HOUR)
    assert later.due_at.astimezone(b.clock.ZONE).date() == b.DAY + timedelta(days=2)
    for one in (made, later):
        b.kept(one, before)


def test_merged_every_caller_still_gets_his_answer(of):
    first = cases.report(of.town, customer=of.customer)
    second = cases.report(of.town, by=of.second)
    one = b.promise(of, case=first, due=b.NINE + 20 * b.HOUR)
    two = b.promise(of, case=second, holder=of.second, by=of.second, customer=None, due=b.NINE + 20 * b.HOUR)
    walk = cases.Walk(of.town, first).filed()
    merge(second, first, of.leader, walk.at + b.MINUTE)
    went = b.fresh(two)
    assert (went.case, went.merged_into, went.is_owed, went.owner) == (second, first, True, of.second)
    assert set(lists.owed_of_case(first.pk)) == {one, two}
    assert lists.of_case(of.leader, first) == [one, two]
    assert b.notices(of.second)[-1] == "Case {number} goes on in {into}; the customer still waits for: {what}"
    walk.at += 2 * b.MINUTE
    rest_of_the_way(of, walk)
    b.settle(walk.at)
    for person in (of.operator, of.second):
        assert "Case {number} has ended; now tell the customer: {what}" in b.notices(person)
    assert lists.owed_of_case(first.pk).count() == 2
    for promise in (one, two):
        assert b.kept(b.fresh(promise), walk.at + b.HOUR).status == Status.KEPT


def rest_of_the_way(of, walk):
    """From filed to closed, whoever has it."""
    from hotline.cases.services import closing, dispatching  # noqa: PLC0415 only this story walks so far

    walk._next(dispatching.dispatch, of.operator, department=of.town.department)
    walk._next(dispatching.accept, of.town.clerk)
    walk._next(dispatching.feedback, of.town.clerk, result="已更换井盖")
    walk.take()
    walk._next(closing.ask_check, of.operator)
    walk.replied()
    walk.take()
    walk._next(closing.submit_for_closing, of.operator, answer="已修复")
    walk._next(closing.close, of.leader)


def test_parted_again_the_promise_is_answered_from_its_own_case(of):
    first, second = cases.report(of.town, customer=of.customer), cases.report(of.town)
    made = b.promise(of, case=second)
    merge(second, first, of.leader, b.NINE + b.MINUTE)
    child = b.fresh(second)
    merging.part(case_id=child.pk, version=child.version, reason="不是同一处", by=of.leader, at=b.NINE + 2 * b.MINUTE)
    b.settle(b.NINE + 2 * b.MINUTE)
    assert b.fresh(made).merged_into is None
    assert not lists.owed_of_case(first.pk)
    assert b.kept(b.fresh(made), b.NINE + 5 * b.MINUTE).status == Status.KEPT
    kinds = list(made.steps.values_list("kind", flat=True))
    assert kinds == [StepKind.MADE, StepKind.MERGED, StepKind.UNMERGED, StepKind.KEPT]


def test_a_closed_case_is_no_reply_to_the_customer(of):
    case = cases.report(of.town, customer=of.customer)
    made = b.promise(of, case=case, due=b.NINE + 10 * b.HOUR)
    walk = cases.Walk(of.town, case).closed()
    b.settle(walk.at)
    b.settle(walk.at)
    assert b.fresh(made).is_owed
    assert b.notices(of.operator).count("Case {number} has ended; now tell the customer: {what}") == 1
    b.tick(made.due_at + b.MINUTE)
    assert b.fresh(made).status == Status.MISSED
    late = b.kept(b.fresh(made), made.due_at + b.HOUR)
    assert (late.status, late.settled_how) == (Status.MISSED, Settled.CONTACT)


@pytest.mark.clause("A3.5")
def test_with_the_team_leader_on_leave_the_shift_leader_answers(of):
    b.on_shift(of.head, b.wall(b.DAY - timedelta(days=3), 9), 8)  # rostered this month, but not today
    question = b.question(of)
    assert (question.superior, b.notices(of.head)) == (of.leader, [])
    questions.pass_up(question_id=question.pk, text="涉及执法口径", by=of.leader, at=b.NINE + b.MINUTE)
    questions.answer(question_id=question.pk, text="已请城管书面答复", by=of.supervisor, at=b.NINE + b.HOUR)
    assert b.kept(b.fresh(question.promise), b.NINE + 2 * b.HOUR).status == Status.KEPT


@pytest.mark.clause("A3.5")
def test_a_difficult_issue_nobody_answers_is_missed_once_and_everybody_above_knows(of):
    question = b.question(of)
    for minutes in range(0, 7 * 60, 10):
        b.tick(b.NINE + minutes * b.MINUTE + b.SECOND)
    promise = b.fresh(question.promise)
    assert (promise.status, promise.missed_by, promise.is_owed) == (Status.MISSED, of.operator, True)
    whole = figures.whole(of.leader, (b.NINE, b.NINE + LONG), b.NINE + 8 * b.HOUR)
    assert (whole.kept, whole.missed, whole.late_owed) == (0, 1, 1)
    assert len(b.notices(of.supervisor)) == 2  # the answer, then the customer's reply
    questions.take_over(question_id=question.pk, text="我来", by=of.supervisor, at=b.NINE + 8 * b.HOUR)
    owed = asked.current_promise(b.fresh(question))
    assert (owed, owed.owner, owed.missed_by) == (promise, of.supervisor, of.operator)
    b.kept(owed, b.NINE + 9 * b.HOUR)


def test_whoever_leaves_for_good_leaves_his_debts_to_the_team(of):
    made = b.promise(of)
    done = b.kept(b.promise(of), b.NINE + b.SECOND)
    hr = people.person(of.centre, position="hr")
    accounts.deactivate(person=of.operator, by=hr, at=b.NINE + b.MINUTE)
    b.settle(b.NINE + b.MINUTE)
    b.settle(b.NINE + b.MINUTE)
    assert (b.fresh(made).owner, b.fresh(done).owner) == (None, of.operator)
    ledger.take(promise_id=made.pk, by=of.second, at=b.NINE + 2 * b.MINUTE)
    assert b.kept(b.fresh(made), b.NINE + 3 * b.MINUTE).settled_by == of.second


def test_the_customer_calls_again_and_a_colleague_has_the_answer(of):
    made = b.promise(of)
    done = b.kept(made, b.NINE + 10 * b.MINUTE, by=of.second)
    assert (done.status, done.owner, done.settled_by) == (Status.KEPT, of.operator, of.second)
    assert b.notices(of.operator) == ["{name} kept your promise: {what}"]


def test_moved_three_times_the_chain_tells_all_of_it(of):
    row = b.promise(of)
    for n in range(1, 4):
        args = {"due": b.NINE + (n + 1) * 24 * b.HOUR, "note": f"第{n}次改期, 客户同意", "by": of.operator}
        row = ledger.move_promise(promise_id=row.pk, **args, at=b.NINE + n * 24 * b.HOUR - b.HOUR)
    b.kept(row, row.due_at - b.MINUTE)
    chain = [one.status for one in lists.chain_of(row)]
    # the second day's promise had run out when the time was agreed: it stays missed
    assert chain[-1] == Status.KEPT
    assert len(chain) == 4
    assert set(chain[:-1]) <= {Status.MOVED, Status.MISSED}


def test_kept_late_before_the_clock_came_by_it_is_missed_just_once(of):
    made = b.promise(of)
    b.kept(made, made.due_at + 10 * b.SECOND)
    b.tick(made.due_at + b.MINUTE)
    steps = list(made.steps.values_list("kind", flat=True))
    assert steps.count(StepKind.MISSED) == 1
    whole = figures.whole(of.leader, (b.NINE, b.NINE + LONG), made.due_at + b.HOUR)
    assert (whole.kept, whole.missed, whole.share.permille) == (0, 1, 0)
