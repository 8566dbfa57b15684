"""Handing over, taking over, the result told back: custody and promises move together or not at all."""

import pytest

from hotline.cases.queries import rebuild
from hotline.cases.services import filing
from hotline.core.access import NotAllowed
from hotline.handover.models import Handover, HandoverItem
from hotline.handover.queries import duty, hand, records
from hotline.handover.services import accepting, items
from hotline.handover.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.models import Promise

pytestmark = pytest.mark.django_db


@pytest.fixture(name="of")
def _of():
    return b.house()


def refused(function, **values):
    with pytest.raises(Refused) as told:
        function(**values)
    return [one.clause for one in told.value.refusals]


@pytest.mark.clause("D2.5", "C6")
def test_what_is_in_hand_at_the_end_is_listed_with_the_promises_that_fall_due(of):
    case = b.case(of)
    with_case = b.promise(of, case=case)
    soon = b.promise(of, what="回电说明")
    b.promise(of, what="下周回访", due=b.NEAR + 5 * 24 * b.HOUR)
    found = hand.hand_of(of.giver, b.NEAR)
    assert [line.key for line in found.lines] == [f"case:{case.pk}", f"promise:{soon.pk}"]
    assert found.lines[0].promises == [with_case]
    assert not found.strict


def test_without_a_shift_there_is_nothing_to_hand_over(of):
    stranger = people.person(of.town.centre, position=Position.OPERATOR)
    assert hand.hand_of(stranger, b.NEAR) is None
    assert refused(items.add_note, text="早", by=stranger, at=b.NEAR) == ["C6"]
    assert hand.hand_of(of.giver, b.at(8)) is None


@pytest.mark.clause("D2.5")
def test_who_comes_next_is_whoever_stays_or_else_whoever_begins_first(of):
    entry = duty.shift_to_leave(of.giver, b.NEAR)
    assert [one.person for one in duty.successors(entry, b.NEAR)] == [of.late, of.late_leader]
    late = duty.shift_to_leave(of.late, b.at(21, 30))
    assert [one.person for one in duty.successors(late, b.at(21, 30))] == [of.giver]  # tomorrow morning


@pytest.mark.clause("D2.5", "C6", "D2.6")
def test_accepting_moves_custody_and_promises_and_the_first_owner_stays(of):
    case = b.case(of)
    b.promise(of, case=case)
    item = b.offered(of, case, of.late)
    accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR + b.MINUTE)
    case = b.fresh(case)
    assert (case.holding.person, case.operator, case.first_owner) == (of.late, of.late, of.giver)
    [owed] = Promise.objects.owed()
    assert owed.owner == of.late
    item = b.fresh(item)
    assert (item.status, item.to, item.status_by) == ("accepted", of.late, of.late)
    assert hand.hand_of(of.giver, b.NEAR + b.MINUTE).lines == []
    assert "{name} has accepted from you: {what}" in b.notices(of.giver)
    assert rebuild.differences([case.pk]) == []


@pytest.mark.clause("D2.5")
def test_a_promise_alone_goes_too_and_its_end_is_told_back(of):
    promise = b.promise(of)
    item = b.offered(of, promise, of.late)
    accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR + b.MINUTE)
    goes_on = b.fresh(item).promise
    assert (b.fresh(promise).status, goes_on.status, goes_on.owner) == ("moved", "open", of.late)
    b.kept(goes_on, b.NEAR + b.HOUR)
    b.settle(b.NEAR + b.HOUR)
    item = b.fresh(item)
    assert "已告知今晚修好" in item.result
    assert item.result_at == b.NEAR + b.HOUR
    told = b.notices(of.giver)
    b.settle(b.NEAR + b.HOUR)
    assert told.count("What you handed over has its result: {what}: {result}") == 1


@pytest.mark.clause("D2.5", "D2.6")
def test_the_end_of_a_case_is_told_to_whoever_took_it_in(of):
    case = b.case(of)
    item = b.offered(of, case, of.late)
    accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR + b.MINUTE)
    accepting.record_handling(item_id=item.pk, text="已联系街道", by=of.late, at=b.NEAR + 2 * b.MINUTE)
    case = b.fresh(case)
    filing.not_accept(case_id=case.pk, version=case.version, reason="不属城管范围", by=of.late, at=b.at(18))
    b.settle(b.at(18))
    item = b.fresh(item)
    assert "不属城管范围" in item.result
    assert item.handling == "已联系街道"
    told = b.notices(of.giver)
    assert "What you handed over has its result: {what}: {result}" in told
    assert "The case you took in first, {number}, has ended: {what}. Tell the customer." in told


@pytest.mark.clause("D2.5")
def test_who_declines_says_why_and_the_thing_stays_where_it_was(of):
    case = b.case(of)
    item = b.offered(of, case, of.late)
    values = {"item_id": item.pk, "by": of.late, "at": b.NEAR}
    assert refused(accepting.decline, reason=" ", **values) == ["D2.5"]
    accepting.decline(reason="手上已有六件", **values)
    assert b.fresh(case).holding.person == of.giver
    assert b.fresh(item).status == "declined"
    assert b.fresh(item).status_note == "手上已有六件"
    assert "{name} does not take over {what}: {reason}" in b.notices(of.giver)
    again = b.offered(of, case, of.late_leader, b.NEAR + b.MINUTE)
    assert (again.pk, again.status, again.to) == (item.pk, "offered", of.late_leader)


@pytest.mark.clause("D2.5", "C4")
def test_nobody_takes_over_what_was_offered_to_another_or_his_own(of):
    item = b.offered(of, b.case(of), of.late)
    for person in (of.giver, of.town.second, of.town.clerk):
        with pytest.raises(NotAllowed):
            accepting.accept(item_id=item.pk, by=person, at=b.NEAR)
    foreign = b.house()
    with pytest.raises(NotAllowed):
        accepting.accept(item_id=item.pk, by=foreign.late_leader, at=b.NEAR)


@pytest.mark.clause("D2.5")
def test_what_has_left_the_hands_meanwhile_cannot_be_taken_over(of):
    case = b.case(of)
    item = b.offered(of, case, of.late)
    filing.not_accept(case_id=case.pk, version=case.version, reason="重复", by=of.giver, at=b.NEAR)
    assert refused(accepting.accept, item_id=item.pk, by=of.late, at=b.NEAR) == ["D2.5"]
    assert records.inbox(of.late, b.NEAR) == []


def test_a_case_that_was_dropped_cannot_be_offered(of):
    case = b.case(of, by=of.town.second)
    assert refused(items.offer, kind="case", subject=case.pk, todo="跟进", to=of.late, by=of.giver, at=b.NEAR) == [
        "D2.5"
    ]


@pytest.mark.parametrize("to", ["clerk", "operator"])
def test_only_whoever_does_this_work_is_asked_to_take_it(of, to):
    case = b.case(of)
    assert refused(
        items.offer, kind="case", subject=case.pk, todo="跟进", to=getattr(of.town, to), by=of.giver, at=b.NEAR
    ) == ["D2.5"]


def test_everything_undecided_goes_in_one_go(of):
    b.case(of)
    b.case(of, place="文昌街")
    b.promise(of)
    kept = b.case(of, place="北门")
    items.keep(kind="case", subject=kept.pk, reason="市民明早来电", by=of.giver, at=b.NEAR)
    assert items.offer_all(todo="请跟进", to=of.late, by=of.giver, at=b.NEAR) == 3
    assert items.offer_all(todo="请跟进", to=of.late, by=of.giver, at=b.NEAR) == 0
    assert len(records.inbox(of.late, b.NEAR)) == 3
    assert Handover.objects.count() == 1


@pytest.mark.clause("D2.5")
def test_a_note_is_accepted_like_everything_else(of):
    item = items.add_note(text="系统今晚升级，来电改用备用坐席", by=of.giver, at=b.NEAR)
    assert [one.pk for one in records.inbox(of.late, b.NEAR)] == [item.pk]
    accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR)
    assert b.fresh(item).to == of.late
    accepting.tell_result(item_id=item.pk, text="已改用备用坐席，一切正常", by=of.late, at=b.END)
    assert b.fresh(item).result_by == of.late
    with pytest.raises(NotAllowed):
        accepting.tell_result(item_id=item.pk, text="…", by=of.town.second, at=b.END)


@pytest.mark.clause("D2.5")
def test_the_shift_leader_places_what_nobody_accepted(of):
    case = b.case(of)
    b.promise(of, case=case)
    item = b.offered(of, case, of.late)
    with pytest.raises(NotAllowed):
        accepting.place(item_id=item.pk, to=of.late, reason="请跟进", by=of.late, at=b.NEAR)
    values = {"item_id": item.pk, "by": of.late_leader, "at": b.NEAR}
    assert refused(accepting.place, to=of.late, reason="", **values) == ["D2.5"]
    assert refused(accepting.place, to=of.giver, reason="请跟进", **values) == ["D2.5"]
    accepting.place(to=of.late, reason="请跟进", **values)
    assert b.fresh(case).holding.person == of.late
    assert Promise.objects.owed().get().owner == of.late
    assert "{name} gave you from a hand-over: {what}" in b.notices(of.late)
    assert refused(accepting.place, to=of.late_leader, reason="请跟进", **values) == ["D2.5"]


@pytest.mark.clause("D2.5")
def test_a_look_on_the_spot_goes_with_its_case_to_another_field_supervisor(of):
    team = of.town.field.posts.get().unit
    other = people.person(position=Position.FIELD_SUPERVISOR, unit=team)
    b.shift(of.town.field, "early")
    b.shift(other, "late")
    case = b.case(of)
    filing.ask_verify(case_id=case.pk, version=case.version, by=of.giver, at=b.NEAR)
    item = b.offered(of, case, other, b.NEAR, by=of.town.field)
    assert records.inbox(of.late, b.NEAR) == []
    accepting.accept(item_id=item.pk, by=other, at=b.NEAR + b.MINUTE)
    case = b.fresh(case)
    task = case.tasks.get()
    assert (case.holding.person, task.person, case.holding.due_at) == (other, other, task.due_at)
    assert case.operator == of.giver


@pytest.mark.clause("C6")
def test_a_record_is_kept_for_ever_and_one_for_each_shift(of):
    b.offered(of, b.case(of), of.late)
    items.add_note(text="一切正常", by=of.giver, at=b.NEAR)
    record = Handover.objects.get()
    assert (record.person, record.day, record.ends_at) == (of.giver, b.DAY, b.END)
    assert HandoverItem.objects.filter(handover=record).count() == 2
    history = record.history.get()
    assert history.pgh_context["by"] == of.giver.pk
