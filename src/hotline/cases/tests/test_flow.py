"""A case from intake to closing: who may, what follows, and that custody is exact."""

from datetime import timedelta
from itertools import pairwise

import pytest

from hotline.cases.logic.flow import Queue, Status
from hotline.cases.models import CaseEvent, StageRun, Task
from hotline.cases.queries import custody, rebuild
from hotline.cases.services import closing, desk, dispatching, field, filing
from hotline.cases.tests import builders as b
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return b.town()


def same(case):
    return {"case_id": case.pk, "version": case.version}


@pytest.mark.clause("B3.1")
def test_an_operator_at_his_desk_holds_what_he_takes_in(town):
    case = b.report(town)
    assert (case.status, case.holding.person, case.first_owner) == (Status.REGISTERED, town.operator, town.operator)
    assert case.number == "20260309-0001"
    assert (case.district.name, case.grid) == ("城东区", town.grid)


@pytest.mark.clause("D3.7")
def test_the_countdown_is_five_minutes_within_the_shift(town):
    assert b.report(town).holding.due_at == b.NINE + 5 * b.MINUTE
    early = b.report(town, at=b.NINE - b.HOUR, by=town.field, source="field")
    assert early.holding.queue == Queue.INTAKE
    taken = desk.take(**same(early), by=town.operator, at=b.NINE - b.HOUR)
    assert taken.holding.due_at == b.NINE - 30 * b.MINUTE + 5 * b.MINUTE  # the shift starts at 8:30


@pytest.mark.clause("B2.4")
def test_the_whole_way(town):
    walk = b.Walk(town, b.report(town)).closed()
    case = walk.case
    assert case.code is Status.CLOSED
    rows = custody.timeline(case)
    assert sum((row.span.upper - row.span.lower for row in rows), timedelta()) == case.ended_at - case.arrived_at
    assert all(one.span.upper == other.span.lower for one, other in pairwise(rows))
    assert rebuild.differences([case.pk]) == []
    assert list(CaseEvent.objects.filter(case=case).values_list("seq", flat=True)) == list(range(1, case.version + 1))


@pytest.mark.clause("D2.5")
def test_filing_and_dispatching_is_one_holding(town):
    case = b.Walk(town, b.report(town)).dispatched().case
    rows = custody.timeline(case)
    assert [(row.person, row.unit) for row in rows] == [(town.operator, None), (None, town.department)]
    assert rows[0].span.upper - rows[0].span.lower == 3 * b.MINUTE
    assert list(StageRun.objects.filter(case=case).order_by("began_seq").values_list("stage", flat=True)) == [
        "acceptance", "filing", "dispatch", "handling",
    ]  # fmt: skip


@pytest.mark.clause("D2.6")
def test_handing_over_sums_exactly_and_the_first_owner_stays(town):
    case = b.report(town)
    desk.assign(**same(case), to=town.second, reason="下班", by=town.leader, at=b.NINE + timedelta(seconds=200))
    case = b.fresh(case)
    desk.release(**same(case), reason="请假", by=town.second, at=b.NINE + timedelta(seconds=600))
    case = b.fresh(case)
    lengths = [(row.span.upper - row.span.lower).total_seconds() for row in custody.timeline(case)[:2]]
    assert lengths == [200, 400]
    assert case.first_owner == town.operator


def test_a_second_persons_change_is_told_and_not_overwritten(town):
    case = b.report(town)
    desk.amend(**same(case), changes={"place": "学府路12号"}, by=town.leader, at=b.NINE + b.MINUTE)
    with pytest.raises(Refused) as told:
        desk.amend(**same(case), changes={"place": "别处"}, by=town.operator, at=b.NINE + b.MINUTE)
    [refusal] = told.value.refusals
    assert refusal.params["who"] == town.leader.name
    assert b.fresh(case).place == "学府路12号"


@pytest.mark.clause("B2.4")
def test_a_gated_condition_is_filed_by_the_shift_leader_alone(town):
    walk = b.Walk(town, b.report(town)).pre_filed(town.gated)
    with pytest.raises(NotAllowed):
        filing.file(**same(walk.case), by=town.operator, at=walk.at)
    filing.submit_for_filing(**same(walk.case), by=town.operator, at=walk.at)
    case = b.fresh(walk.case)
    assert case.holding.queue == Queue.FILING_GATE
    filing.return_from_gate(**same(case), reason="照片不清", by=town.leader, at=walk.at + b.MINUTE)
    assert Notice.objects.filter(recipient=town.operator).count() == 1
    case = b.fresh(case)
    desk.take(**same(case), by=town.operator, at=walk.at + 2 * b.MINUTE)
    case = b.fresh(case)
    filing.submit_for_filing(**same(case), by=town.operator, at=walk.at + 3 * b.MINUTE)
    case = b.fresh(case)
    case = filing.file(**same(case), by=town.leader, at=walk.at + 4 * b.MINUTE)
    assert (case.code, case.holding.queue) == (Status.FILED, Queue.DISPATCH)
    assert rebuild.differences([case.pk]) == []


@pytest.mark.clause("B3.2")
def test_verification_goes_to_the_supervisor_of_the_grid_and_comes_back(town):
    case = b.report(town)
    case = filing.ask_verify(**same(case), question="是否松动", by=town.operator, at=b.NINE + b.MINUTE)
    task = Task.objects.get(case=case)
    assert (task.person, case.holding.person, case.code) == (town.field, town.field, Status.VERIFYING)
    assert task.due_at == b.NINE + 31 * b.MINUTE
    with pytest.raises(NotAllowed):
        field.reply(task_id=task.pk, confirmed=True, text="", by=town.operator, at=b.NINE + 2 * b.MINUTE)
    field.reply(task_id=task.pk, confirmed=True, text="属实", by=town.field, at=b.NINE + 10 * b.MINUTE)
    case = b.fresh(case)
    assert (case.code, case.holding.queue, case.operator) == (Status.REGISTERED, Queue.INTAKE, town.operator)


@pytest.mark.clause("B3.2")
def test_a_place_without_supervisor_waits_for_the_shift_leader(town):
    case = b.report(town, latitude=None, longitude=None, place="说不清")
    case = filing.ask_verify(**same(case), by=town.operator, at=b.NINE + b.MINUTE)
    task = Task.objects.get(case=case)
    assert (task.person, case.holding.queue) == (None, Queue.FIELD)
    field.hand_task(task_id=task.pk, to=town.field, reason="就近", by=town.leader, at=b.NINE + 2 * b.MINUTE)
    assert b.fresh(case).holding.person == town.field


@pytest.mark.clause("B3.3")
def test_what_does_not_qualify_is_returned_and_its_sender_told(town):
    case = b.report(town, by=town.field, source="field", reporter=town.field)
    case = desk.take(**same(case), by=town.operator, at=b.NINE + b.MINUTE)
    with pytest.raises(Refused):
        filing.not_accept(**same(case), reason=" ", by=town.operator, at=b.NINE + 2 * b.MINUTE)
    case = b.fresh(case)
    filing.not_accept(**same(case), reason="不在受理范围", by=town.operator, at=b.NINE + 2 * b.MINUTE)
    case = b.fresh(case)
    assert (case.code, case.holding) == (Status.NOT_ACCEPTED, None)
    assert Notice.objects.get(recipient=town.field).params["reason"] == "不在受理范围"


@pytest.mark.clause("B3.5")
def test_a_result_that_the_check_does_not_confirm_cannot_be_closed(town):
    walk = b.Walk(town, b.report(town)).checked(confirmed=False).take()
    with pytest.raises(Refused) as told:
        closing.submit_for_closing(**same(walk.case), answer="修好了", by=town.operator, at=walk.at)
    assert {refusal.clause for refusal in told.value.refusals} == {"B3.5"}
    case = closing.demand_rework(**same(b.fresh(walk.case)), reason="仍松动", by=town.operator, at=walk.at + b.MINUTE)
    assert (case.code, case.holding.unit, case.rework_count) == (Status.REWORK, town.department, 1)


def test_a_return_keeps_the_phases_clock_and_takes_the_way_forward(town):
    walk = b.Walk(town, b.report(town)).dispatched()
    due = walk.case.due_at
    case = dispatching.send_back(**same(walk.case), reason="不归我管", by=town.clerk, at=walk.at + b.HOUR)
    assert (case.code, case.due_at, case.holding.queue) == (Status.RETURNED, due, Queue.DISPATCH)
    with pytest.raises(Refused):
        closing.ask_check(**same(case), by=town.leader, at=walk.at + b.HOUR)


def test_parking_stops_the_clock_of_handling(town):
    walk = b.Walk(town, b.report(town)).dispatched()
    walk._next(dispatching.accept, town.clerk)
    case = dispatching.park(**same(walk.case), reason="待拆迁", by=town.dispatcher, at=b.NINE + b.HOUR)
    later = b.NINE + 24 * b.HOUR
    left = case.due_at - (b.NINE + b.HOUR)  # all of it within one day but for the lunch break
    case = dispatching.resume(**same(b.fresh(case)), reason="可施工", by=town.dispatcher, at=later + b.HOUR)
    assert case.due_at == later + b.HOUR + left
    assert rebuild.differences([case.pk]) == []


def test_a_reopened_case_runs_again_and_still_sums(town):
    walk = b.Walk(town, b.report(town)).closed()
    case = closing.reopen(**same(walk.case), reason="又坏了", by=town.operator, at=walk.at + b.HOUR)
    assert (case.code, case.ended_at, case.reopen_count) == (Status.REOPENED, None, 1)
    assert rebuild.differences([case.pk]) == []


def test_a_clock_that_steps_back_never_makes_custody_run_backwards(town):
    case = b.report(town)
    case = filing.pre_file(**same(case), condition_id=town.condition.pk, by=town.operator, at=b.NINE + b.HOUR)
    case = filing.file(**same(b.fresh(case)), by=town.operator, at=b.NINE)
    assert case.filed_at is not None
    assert rebuild.differences([case.pk]) == []


def test_waiting_cases_go_to_the_longest_idle_and_to_whom_they_were_with(town):
    for minute in range(3):
        b.report(town, at=b.NINE + minute * b.MINUTE, by=town.field, source="field")
    b.ready(town.second, b.NINE)
    b.ready(town.operator, b.NINE + b.MINUTE)
    given = desk.give_waiting(centre=town.centre, by=b.people.system(town.centre), at=b.NINE + 5 * b.MINUTE)
    assert given == 2
    assert [row.case.number[-1] for row in custody.in_hand(town.second)] == ["1"]
    assert [row.case.number[-1] for row in custody.in_hand(town.operator)] == ["2"]
