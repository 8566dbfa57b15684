"""First-asked responsibility: who it is for ever, what he owes, what he is told, who calls again."""

import pytest
from django.db import IntegrityError, connection, transaction

from hotline.cases.models import Case
from hotline.cases.services import desk, filing, merging
from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed
from hotline.handover import jobs
from hotline.handover.models import AskedAgain, CustomerTold
from hotline.handover.queries import owed
from hotline.handover.services import accepting, following
from hotline.handover.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import PresenceState
from hotline.people.services import presence

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.6")]


@pytest.fixture(name="of")
def _of():
    return b.house()


def clauses(function, **values):
    with pytest.raises(Refused) as told:
        function(**values)
    return [one.clause for one in told.value.refusals]


def ended(of, moment=b.NEAR, **more):
    case = b.case(of, moment, **more)
    return filing.not_accept(case_id=case.pk, version=case.version, reason="不属城管范围", by=of.giver, at=moment)


def test_the_first_owner_never_changes_whoever_asks_the_database(of):
    case = b.case(of)
    with (
        pytest.raises(IntegrityError, match="the first owner of a case never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_case SET first_owner_id = %s WHERE id = %s", [of.late.pk, case.pk])
    with (
        pytest.raises(IntegrityError, match="the first owner of a case never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE cases_case SET first_owner_id = NULL WHERE id = %s", [case.pk])
    waiting = cases.report(of.town, b.NEAR, by=of.town.field, source="field")
    desk.take(case_id=waiting.pk, version=waiting.version, by=of.late, at=b.NEAR)
    assert b.fresh(waiting).first_owner == of.late  # the first time is allowed


def test_all_that_somebody_owes_with_what_is_new(of):
    case = b.case(of, b.at(10))
    other = b.case(of, b.at(11), by=of.town.second)
    b.promise(of, case=case)
    [line] = owed.listed(list(owed.open_cases(of.giver)))
    assert (line.case, line.unread, line.holding.person) == (case, 0, of.giver)  # what he did himself is no news
    assert len(line.promises) == 1
    case = b.fresh(case)
    filing.ask_verify(case_id=case.pk, version=case.version, by=of.giver, at=b.NEAR)
    cases.field.reply(task_id=case.tasks.get().pk, confirmed=True, text="属实", by=of.town.field, at=b.NEAR + b.MINUTE)
    [line] = owed.listed(list(owed.open_cases(of.giver)))
    assert (line.unread, [event.action for event in line.news]) == (1, ["verified"])
    following.mark_seen(case_id=case.pk, by=of.giver, at=b.NEAR + b.MINUTE)
    assert owed.open_cases(of.giver).get().unread == 0
    assert owed.with_news(of.giver) == []
    case = b.fresh(case)
    desk.add_note(case_id=case.pk, version=case.version, text="市民来电催办", by=of.town.second, at=b.NEAR + b.MINUTE)
    assert owed.open_cases(of.giver).get().unread == 1
    with pytest.raises(NotAllowed):
        following.mark_seen(case_id=other.pk, by=of.giver, at=b.NEAR)
    assert following.mark_all_seen(by=of.giver, at=b.NEAR) == 1


def test_after_a_hand_over_it_is_still_his(of):
    case = b.case(of)
    item = b.offered(of, case, of.late)
    accepting.accept(item_id=item.pk, by=of.late, at=b.NEAR)
    [line] = owed.listed(list(owed.open_cases(of.giver)))
    assert line.holding.person == of.late
    assert not owed.open_cases(of.late).exists()


def test_who_is_told_of_what_others_did(of):
    before = b.case(of, b.at(9))
    jobs.tell_all(b.at(9))  # what was there before is nobody's news
    walk = cases.Walk(of.town, b.case(of, b.at(10)), b.at(10)).dispatched()
    jobs.tell_all(b.at(10, 30))
    text = "The case you took in first, {number}: {what} ({name})"
    assert text not in b.notices(of.giver)  # his own steps are no news
    walk._next(cases.dispatching.accept, of.town.clerk)
    walk._next(cases.dispatching.feedback, of.town.clerk, result="已更换井盖")
    jobs.tell_all(b.at(11))
    jobs.tell_all(b.at(11, 1))
    assert b.notices(of.giver).count(text) == 1  # one notice for what happened within a minute
    walk.take(of.town.second)
    walk._next(cases.closing.demand_rework, of.town.second, reason="仍松动")
    jobs.tell_all(b.at(11, 2))
    assert b.notices(of.giver).count(text) == 2
    assert Case.objects.get(pk=before.pk).version == 1


def test_the_end_is_told_and_the_customer_is_owed_the_result(of):
    case = ended(of)
    b.settle(b.NEAR)
    b.settle(b.NEAR)
    text = "The case you took in first, {number}, has ended: {what}. Tell the customer."
    assert b.notices(of.giver).count(text) == 1
    assert list(owed.untold(of.giver, b.NEAR)) == [case]
    values = {"case_id": case.pk, "at": b.NEAR}
    assert clauses(following.tell_customer, how="by magic", by=of.giver, **values) == ["D2.6"]
    assert clauses(following.tell_customer, how="not_reached", by=of.giver, **values) == ["D2.6"]
    with pytest.raises(NotAllowed):
        following.tell_customer(how="phone", by=of.town.second, **values)
    following.tell_customer(how="phone", note="满意", by=of.giver, **values)
    assert clauses(following.tell_customer, how="phone", by=of.giver, **values) == ["D2.6"]
    assert CustomerTold.objects.count() == 1
    assert not owed.untold(of.giver, b.NEAR).exists()


def test_an_open_case_has_no_result_to_tell(of):
    case = b.case(of)
    assert clauses(following.tell_customer, case_id=case.pk, how="phone", by=of.giver, at=b.NEAR) == ["D2.6"]


def test_a_promise_kept_after_the_end_has_told_the_customer(of):
    case = b.case(of)
    promise = b.promise(of, case=case)
    filing.not_accept(case_id=case.pk, version=case.version, reason="重复", by=of.giver, at=b.NEAR + b.MINUTE)
    assert owed.untold(of.giver, b.NEAR + b.MINUTE).exists()
    b.kept(promise, b.NEAR + 2 * b.MINUTE)
    assert not owed.untold(of.giver, b.NEAR + 2 * b.MINUTE).exists()


def test_a_merged_case_is_owed_until_the_other_one_ends(of):
    case, into = b.case(of), b.case(of, by=of.town.second, customer=None)
    merging.merge(
        case_id=case.pk,
        version=case.version,
        into_id=into.pk,
        into_version=into.version,
        reason="同一井盖",
        by=of.giver,
        at=b.NEAR,
    )
    b.settle(b.NEAR)
    assert [row.pk for row in owed.open_cases(of.giver)] == [case.pk]
    assert not owed.untold(of.giver, b.NEAR).exists()
    assert clauses(following.tell_customer, case_id=case.pk, how="phone", by=of.giver, at=b.NEAR) == ["D2.6"]
    into = b.fresh(into)
    filing.not_accept(case_id=into.pk, version=into.version, reason="非本市", by=of.town.second, at=b.END)
    b.settle(b.END)
    assert "The case you took in first, {number}, has ended: {what}. Tell the customer." in b.notices(of.giver)
    assert [row.pk for row in owed.untold(of.giver, b.END)] == [case.pk]


# ---------------------------------------------------------------- repeat callers


def ready(person, moment=b.NEAR):
    presence.set_presence(person=person, state=PresenceState.READY, by=person, at=moment)


def test_a_repeat_caller_goes_to_the_first_owner_who_is_on_duty(of):
    case = b.case(of)
    assert owed.first_owner_on_duty(of.customer, b.NEAR) == of.giver  # whether his telephone is free the ACD sees
    assert owed.first_owner_on_duty(of.customer, b.END + b.HOUR) is None  # off duty
    assert owed.first_owner_on_duty(of.customer, b.at(12, 30)) is None  # in his break
    newer = b.case(of, by=of.town.second)
    assert owed.first_owner_on_duty(of.customer, b.NEAR) == of.town.second
    for one in (case, newer):
        filing.not_accept(case_id=one.pk, version=one.version, reason="重复", by=one.first_owner, at=b.NEAR)
    assert owed.first_owner_on_duty(of.customer, b.NEAR) is None


def test_a_customer_is_transferred_or_leaves_a_message(of):
    case = b.case(of)
    values = {"case_id": case.pk, "by": of.town.second, "at": b.NEAR}
    assert clauses(following.ask_first_owner, text="何时修好", is_transfer=True, **values) == ["D2.6"]
    assert clauses(following.ask_first_owner, text=" ", is_transfer=False, **values) == ["D2.6"]
    asked = following.ask_first_owner(text="何时修好", is_transfer=False, **values)
    ready(of.giver)
    following.ask_first_owner(text="急着问", is_transfer=True, **values)
    assert [one.is_transfer for one in owed.messages_for(of.giver)] == [True, False]
    assert clauses(
        following.ask_first_owner, case_id=case.pk, text="我", is_transfer=False, by=of.giver, at=b.NEAR
    ) == ["D2.6"]
    with pytest.raises(NotAllowed):
        following.answer_asked_again(asked_id=asked.pk, answer="已答", by=of.town.second, at=b.NEAR)
    assert clauses(following.answer_asked_again, asked_id=asked.pk, answer="", by=of.giver, at=b.NEAR) == ["D2.6"]
    following.answer_asked_again(asked_id=asked.pk, answer="今晚修好", by=of.giver, at=b.NEAR)
    assert AskedAgain.objects.filter(done_at__isnull=True).count() == 1
    assert "{name} has answered the customer of case {number}: {text}" in b.notices(of.town.second)


def test_somebody_of_another_centre_is_never_sent_there(of):
    case = b.case(of)
    foreign = b.house()
    with pytest.raises(NotAllowed):
        following.ask_first_owner(case_id=case.pk, text="?", is_transfer=False, by=foreign.giver, at=b.NEAR)
