"""Merging reports of one matter: a link that is undone at will, exact in custody, safe against loops and crossings."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import Error

from hotline.cases import access
from hotline.cases.logic.flow import Queue, Status
from hotline.cases.models import Case, CaseEvent, Holding, Task
from hotline.cases.queries import custody, indicators, merged, rebuild
from hotline.cases.services import closing, desk, dispatching, field, filing, merging
from hotline.cases.tests import builders as b
from hotline.core.access import NotAllowed
from hotline.core.models import Outbox
from hotline.kernel.rules import Refused

pytestmark = pytest.mark.django_db
WHY = {"reason": "同一事项"}


@pytest.fixture
def town():
    return b.town()


def merge(case, into, by, at, **more):
    """Merge two cases as they stand now."""
    case, into = b.fresh(case), b.fresh(into)
    values = {"case_id": case.pk, "version": case.version, "into_id": into.pk, "into_version": into.version}
    return merging.merge(**values, **{**WHY, **more}, by=by, at=at)


def part(case, by, at):
    """Undo the merge of a case as it stands now."""
    case = b.fresh(case)
    return merging.part(case_id=case.pk, version=case.version, **WHY, by=by, at=at)


def announced(kind):
    """What was announced of a kind."""
    return [row.payload for row in Outbox.objects.filter(kind=f"cases.{kind}").order_by("pk")]


def whole(*cases):
    """Custody is whole, the events tell what the tables hold, and nobody hangs on a merged case."""
    keys = [case.pk for case in cases]
    assert rebuild.differences(keys) == []
    for case in Case.objects.filter(pk__in=keys):
        assert Holding.objects.open().filter(case=case).count() == (0 if case.ended_at else 1)
        assert case.merged_into is None or case.merged_into.merged_into is None


@pytest.mark.clause("A3.1")
def test_a_merged_report_ends_and_the_other_case_runs_on(town):
    parent = b.Walk(town, b.report(town)).dispatched().case
    due, held = parent.due_at, custody.timeline(parent)
    child = b.report(town, at=b.NINE + 5 * b.MINUTE)
    child = merge(child, parent, town.operator, b.NINE + 7 * b.MINUTE)
    assert (child.code, child.merged_into, child.ended_at) == (Status.MERGED, parent, b.NINE + 7 * b.MINUTE)
    assert child.holding is None
    rows = custody.timeline(child)
    assert sum((row.span.upper - row.span.lower for row in rows), timedelta()) == 2 * b.MINUTE
    parent = b.fresh(parent)
    assert (parent.due_at, custody.timeline(parent), parent.code) == (due, held, Status.DISPATCHED)
    assert CaseEvent.objects.get(case=parent, action="joined").data == {"from": child.pk}
    assert announced("CasesMerged") == [
        {"case_id": child.pk, "into_id": parent.pk, "centre_id": town.centre.pk, "from_id": None}
    ]
    assert not [one for one in announced("CaseEnded") if one["case_id"] == child.pk]
    whole(parent, child)


@pytest.mark.clause("A3.1")
def test_undoing_takes_it_back_to_where_it_was(town):
    parent = b.report(town)
    child = b.Walk(town, b.report(town)).pre_filed().case
    merge(child, parent, town.operator, b.NINE + 5 * b.MINUTE)
    child = part(child, town.operator, b.NINE + 15 * b.MINUTE)
    assert (child.code, child.merged_into_id, child.ended_at, child.part_count) == (Status.PRE_FILED, None, None, 1)
    assert child.holding.person == town.operator  # its first owner, who is on duty
    assert child.first_owner == town.operator
    held = [(row.span.lower, row.span.upper) for row in custody.timeline(child)]
    assert held == [(b.NINE, b.NINE + 5 * b.MINUTE), (b.NINE + 15 * b.MINUTE, None)]
    assert announced("CasesParted") == [
        {"case_id": child.pk, "from_id": parent.pk, "centre_id": town.centre.pk, "status": "pre_filed"}
    ]
    assert CaseEvent.objects.get(case=parent, action="left").data == {"from": child.pk}
    whole(parent, child)


@pytest.mark.clause("D2.6")
def test_with_its_first_owner_away_it_goes_back_to_its_queue(town):
    parent, child = b.report(town), b.report(town)
    merge(child, parent, town.operator, b.NINE + b.MINUTE)
    child = part(child, town.leader, b.NINE + 12 * b.HOUR)
    assert child.holding.queue == Queue.INTAKE
    assert child.first_owner == town.operator
    whole(parent, child)


def test_what_waits_in_a_queue_goes_back_to_that_queue(town):
    parent = b.report(town)
    child = b.Walk(town, b.report(town)).pre_filed(town.gated).case
    child = filing.submit_for_filing(case_id=child.pk, version=child.version, by=town.operator, at=b.NINE + b.HOUR)
    merge(child, parent, town.leader, b.NINE + 2 * b.HOUR)
    assert part(child, town.leader, b.NINE + 3 * b.HOUR).holding.queue == Queue.FILING_GATE
    whole(parent, child)


def test_at_the_department_the_clock_stands_still_while_merged(town):
    parent = b.report(town)
    child = b.Walk(town, b.report(town)).dispatched().case
    due = child.due_at
    merge(child, parent, town.leader, b.NINE + 10 * b.MINUTE)
    child = part(child, town.leader, b.NINE + 40 * b.MINUTE)
    assert (child.code, child.holding.unit) == (Status.DISPATCHED, town.department)
    assert child.due_at == due + 30 * b.MINUTE
    assert child.holding.due_at == child.open_stage.due_at == child.due_at
    whole(parent, child)


@pytest.mark.clause("B3.2")
def test_a_look_on_the_spot_is_withdrawn_and_asked_anew(town):
    parent, child = b.report(town), b.report(town)
    child = filing.ask_verify(case_id=child.pk, version=child.version, question="是否属实", by=town.operator, at=b.NINE)
    merge(child, parent, town.leader, b.NINE + b.MINUTE)
    first = Task.objects.get(case=child)
    assert first.status == "withdrawn"
    with pytest.raises(NotAllowed):
        field.reply(task_id=first.pk, confirmed=True, text="属实", by=town.field, at=b.NINE + 2 * b.MINUTE)
    child = part(child, town.leader, b.NINE + 3 * b.MINUTE)
    assert (child.code, child.holding.person) == (Status.VERIFYING, town.field)
    task = Task.objects.get(case=child, status="asked")
    assert (task.question, task.due_at) == ("是否属实", b.NINE + 33 * b.MINUTE)
    whole(parent, child)


def test_chains_are_flattened_and_come_back_together(town):
    first, second, third, last = (b.report(town) for _one in range(4))
    merge(first, second, town.leader, b.NINE + b.MINUTE)
    merge(second, third, town.leader, b.NINE + 2 * b.MINUTE)
    assert set(Case.objects.filter(merged_into=third)) == {first, second}
    merge(third, last, town.leader, b.NINE + 3 * b.MINUTE)
    assert set(Case.objects.filter(merged_into=last)) == {first, second, third}
    part(third, town.leader, b.NINE + 4 * b.MINUTE)
    assert set(Case.objects.filter(merged_into=third)) == {first, second}
    part(second, town.leader, b.NINE + 5 * b.MINUTE)
    assert list(Case.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into")) == [
        (first.pk, second.pk)
    ]
    moved = [(one["case_id"], one["from_id"], one["into_id"]) for one in announced("CasesMerged")]
    assert (first.pk, second.pk, third.pk) in moved
    assert (first.pk, third.pk, second.pk) in moved
    whole(first, second, third, last)


def test_loops_are_refused_by_the_service(town):
    one, other, third = (b.report(town) for _one in range(3))
    with pytest.raises(Refused):
        merge(one, one, town.leader, b.NINE + b.MINUTE)
    merge(one, other, town.leader, b.NINE + b.MINUTE)
    with pytest.raises(Refused) as refused:
        merge(other, one, town.leader, b.NINE + 2 * b.MINUTE)
    assert refused.value.refusals[0].params["into"] == other.number
    with pytest.raises(Refused):
        merge(third, one, town.leader, b.NINE + 2 * b.MINUTE)
    with pytest.raises(Refused):
        merge(one, third, town.leader, b.NINE + 2 * b.MINUTE)  # what is merged is parted first


def test_loops_are_refused_by_the_database(town):
    one, other, third = (b.report(town) for _one in range(3))
    merge(one, other, town.leader, b.NINE + b.MINUTE)
    ended = {"status": "merged", "ended_at": b.NINE + b.HOUR}
    for case, into in ((other, one), (third, one), (other, third), (third, third)):
        with pytest.raises(Error), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(merged_into=into, **ended)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=third.pk).update(merged_into=other)  # merged without saying so
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=one.pk).update(merged_into=None)


def test_both_versions_are_checked(town):
    child, parent = b.report(town), b.report(town)
    seen = {"version": child.version, "into_version": parent.version}
    desk.add_note(case_id=parent.pk, version=parent.version, text="来电催办", by=town.second, at=b.NINE + b.MINUTE)
    with pytest.raises(Refused):
        merging.merge(case_id=child.pk, into_id=parent.pk, **seen, **WHY, by=town.operator, at=b.NINE + b.HOUR)
    seen["into_version"] += 1
    with pytest.raises(Refused):
        merging.merge(
            case_id=child.pk, into_id=parent.pk, **{**seen, "version": 9}, **WHY, by=town.operator, at=b.NINE + b.HOUR
        )
    with pytest.raises(Refused):
        merge(child, parent, town.operator, b.NINE + b.HOUR, reason=" ")


@pytest.mark.parametrize(
    ("who", "own", "waiting", "foreign", "department"),
    [
        ("operator", True, True, False, False),
        ("leader", True, True, True, True),
        ("dispatcher", False, False, False, False),
        ("clerk", False, False, False, False),
        ("field", False, False, False, False),
    ],
)
def test_who_may_merge_what(town, who, own, waiting, foreign, department):
    person = getattr(town, who)
    mine = b.report(town)
    queued = b.report(town, by=town.field, source="field")
    others = b.report(town, by=town.second)
    away = b.Walk(town, b.report(town)).dispatched().case
    answers = tuple(access.merges(person, b.fresh(case)) for case in (mine, queued, others, away))
    assert answers == (own, waiting, foreign, department)


def test_who_may_undo_it(town):
    child, parent = b.report(town), b.report(town)
    merge(child, parent, town.leader, b.NINE + b.MINUTE)
    child = b.fresh(child)
    may = {name: access.parts(getattr(town, name), child) for name in ("operator", "second", "leader", "clerk")}
    assert may == {"operator": True, "second": False, "leader": True, "clerk": False}
    with pytest.raises(NotAllowed):
        part(child, town.second, b.NINE + b.HOUR)


def test_another_centres_case_is_nobodys_parent(town):
    child, foreign = b.report(town), b.report(b.town())
    with pytest.raises(NotAllowed):
        merge(child, foreign, town.leader, b.NINE + b.MINUTE)


def test_a_case_that_failed_answers_nobody(town):
    parent, child = b.report(town), b.report(town)
    filing.reject(case_id=parent.pk, version=parent.version, reason="非管辖", by=town.operator, at=b.NINE + b.MINUTE)
    with pytest.raises(Refused):
        merge(child, parent, town.leader, b.NINE + 2 * b.MINUTE)


@pytest.mark.clause("A3.1")
def test_every_caller_gets_his_answer(town):
    parent, early, late = b.report(town), b.report(town), b.report(town)
    merge(early, parent, town.leader, b.NINE + b.MINUTE)
    closed = b.Walk(town, b.fresh(parent), b.NINE + b.HOUR).closed().case
    early = b.fresh(early)
    assert merged.public_status(early) is Status.CLOSED
    assert merged.followed(early) == closed
    ended = [one for one in announced("CaseEnded") if one["case_id"] == early.pk]
    assert ended == [{"case_id": early.pk, "status": "closed", "into_id": parent.pk}]
    merge(late, closed, town.leader, b.NINE + 3 * b.HOUR)  # the answer is there already
    assert {"case_id": late.pk, "status": "closed", "into_id": parent.pk} in announced("CaseEnded")
    told = [(one.case, one.is_merged) for one in merged.reporters_of(closed)]
    assert told == [(parent, False), (early, True), (late, True)]
    whole(parent, early, late)


def test_a_case_merged_and_parted_ends_for_its_own_caller(town):
    parent, child = b.report(town), b.report(town)
    merge(child, parent, town.leader, b.NINE + b.MINUTE)
    part(child, town.leader, b.NINE + 2 * b.MINUTE)
    b.Walk(town, b.fresh(parent), b.NINE + b.HOUR).closed()
    assert not [one for one in announced("CaseEnded") if one["case_id"] == child.pk]
    b.Walk(town, b.fresh(child), b.NINE + b.HOUR).closed()
    assert {"case_id": child.pk, "status": "closed", "into_id": None} in announced("CaseEnded")
    whole(parent, child)


def test_a_note_on_a_merged_case_reaches_whoever_works_the_matter(town):
    parent, child = b.report(town), b.report(town)
    child = merge(child, parent, town.operator, b.NINE + b.MINUTE)
    desk.add_note(
        case_id=child.pk, version=child.version, text="来电人补充：夜间更响", by=town.second, at=b.NINE + b.HOUR
    )
    steered = CaseEvent.objects.filter(case=parent, action="note").get()
    assert steered.note == f"{child.number}: 来电人补充：夜间更响"
    assert steered.data["from"] == child.pk
    child = part(child, town.leader, b.NINE + 2 * b.HOUR)
    assert CaseEvent.objects.filter(case=child, action="note").exists()  # what was added since stays
    whole(parent, child)


def test_a_reopened_case_and_its_merged_reports_go_on_together(town):
    parent, child = b.report(town), b.report(town)
    merge(child, parent, town.leader, b.NINE + b.MINUTE)
    closed = b.Walk(town, b.fresh(parent), b.NINE + b.HOUR).closed().case
    closing.reopen(case_id=closed.pk, version=closed.version, reason="又坏了", by=town.leader, at=b.NINE + 5 * b.HOUR)
    assert merged.public_status(b.fresh(child)) is Status.REOPENED
    whole(parent, child)


def test_merging_costs_the_same_however_many_reports_hang_on_the_other_case(town, django_assert_max_num_queries):
    parent = b.report(town)
    for _one in range(5):
        merge(b.report(town), parent, town.leader, b.NINE + b.MINUTE)
    child, parent = b.report(town), b.fresh(parent)
    with django_assert_max_num_queries(26):
        merge(child, parent, town.leader, b.NINE + 2 * b.MINUTE)
    with django_assert_max_num_queries(3):
        assert len(merged.reporters_of(parent)) == 7
    assert connection.vendor == "postgresql"


def test_a_parked_case_comes_back_parked(town):
    parent = b.report(town)
    walk = b.Walk(town, b.report(town)).dispatched()
    walk._next(dispatching.accept, town.clerk)._next(dispatching.park, town.dispatcher, reason="等待拆迁")
    merge(walk.case, parent, town.leader, b.NINE + b.HOUR)
    case = part(walk.case, town.leader, b.NINE + 2 * b.HOUR)
    assert (case.code, case.holding.queue) == (Status.PARKED, Queue.PARKED)
    whole(parent, case)


@pytest.mark.clause("B2.4")
def test_a_matter_counts_once_as_a_case_and_each_time_as_a_report(town):
    parent = b.Walk(town, b.report(town)).filed().case
    own = {"by": town.field, "source": "field", "reporter": town.field}
    merge(b.report(town, **own), parent, town.leader, b.NINE + 10 * b.MINUTE)
    at = b.NINE + 2 * b.HOUR
    found = indicators.figures(town.leader, indicators.Wanted(b.DAY, b.DAY), at)
    told = {one.indicator.key: (one.numerator, one.denominator) for one in found}
    assert told["merged"] == (1, 2)  # two reports
    assert told["filing"] == (1, 1)  # one case
    assert told["filing_accurate"] == (1, 1)
    assert told["valid_report"] == (1, 1)  # what the field reported was filed, in the other case
    assert told["acceptance"] == (2, 2)
    assert told["closing"][0] == 0
