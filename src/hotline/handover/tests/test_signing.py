"""The gate at the end of a shift: signing off, leaving all the same, what goes to the shift leader in time."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hotline.cases.services import filing
from hotline.core import clock, leaving
from hotline.handover import jobs
from hotline.handover.models import Handover, HandoverItem
from hotline.handover.queries import records
from hotline.handover.services import accepting, items, signing
from hotline.handover.tests import builders as b
from hotline.handover.views.mine import before_leaving
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, WorkLogKind

pytestmark = pytest.mark.django_db
LATE = b.at(21, 50)


@pytest.fixture(name="of")
def _of():
    return b.house()


def clauses(function, **values):
    with pytest.raises(Refused) as told:
        function(**values)
    return [(one.clause, one.params.get("what", "")) for one in told.value.refusals]


@pytest.mark.clause("B2.6", "C6")
def test_the_late_shift_does_not_sign_off_while_it_holds_an_open_case_without_a_reason(of):
    case = b.case(of, LATE, by=of.late)
    assert clauses(signing.sign_off_shift, by=of.late, at=LATE) == [("B2.6", case.number)]
    assert clauses(signing.leave_anyway, reason="车来了", by=of.late, at=LATE)[0][0] == "B2.6"
    assert not Handover.objects.exists()
    key = f"case:{case.pk}"
    assert clauses(signing.sign_off_shift, reasons={key: "  "}, by=of.late, at=LATE)
    record = signing.sign_off_shift(reasons={key: "等待现场核实回复，明早继续"}, note="平稳", by=of.late, at=LATE)
    assert (record.status, record.note, record.is_strict) == ("signed", "平稳", True)
    item = HandoverItem.objects.get()
    assert (item.status, item.reason) == ("kept", "等待现场核实回复，明早继续")


@pytest.mark.clause("B2.6")
def test_everything_that_lacks_a_reason_is_named(of):
    first, second = b.case(of), b.case(of, place="北门")
    promise = b.promise(of)
    b.offered(of, first, of.late)
    told = clauses(signing.sign_off_shift, by=of.giver, at=b.NEAR)
    assert told == [("B2.6", first.number), ("B2.6", second.number), ("B2.6", promise.what)]
    accepting.accept(item_id=HandoverItem.objects.get().pk, by=of.late, at=b.NEAR)
    assert len(clauses(signing.sign_off_shift, by=of.giver, at=b.NEAR)) == 2


@pytest.mark.clause("C6")
def test_whoever_has_nothing_in_hand_signs_off_at_once(of):
    record = signing.sign_off_shift(by=of.giver, at=b.NEAR)
    assert record.status == "signed"
    assert b.notices(of.town.leader) == []


@pytest.mark.clause("B2.6")
def test_what_waits_to_be_accepted_needs_a_reason_too_and_goes_on_waiting(of):
    case = b.case(of, LATE, by=of.late)
    item = b.offered(of, case, of.giver, LATE, by=of.late)
    key = f"case:{case.pk}"
    signing.sign_off_shift(reasons={key: "接班人明早到岗"}, by=of.late, at=LATE)
    item = b.fresh(item)
    assert (item.status, item.reason) == ("offered", "接班人明早到岗")
    tomorrow = b.at(8, 35, b.DAY + timedelta(days=1))
    accepting.accept(item_id=item.pk, by=of.giver, at=tomorrow)
    assert b.fresh(case).holding.person == of.giver


def test_something_new_opens_the_record_again(of):
    signing.sign_off_shift(by=of.giver, at=b.NEAR)
    case = b.case(of, b.NEAR + b.MINUTE)
    assert before_leaving(of.giver, "", b.NEAR + b.MINUTE).startswith("/handover/")
    b.offered(of, case, of.late, b.NEAR + 2 * b.MINUTE)
    assert Handover.objects.get().status == "open"


@pytest.mark.clause("B2.6", "C6")
def test_leaving_all_the_same_needs_a_reason_and_tells_the_shift_leader(of):
    b.case(of)
    assert clauses(signing.leave_anyway, reason=" ", by=of.giver, at=b.NEAR)[0][0] == "B2.6"
    record = signing.leave_anyway(reason="孩子发烧，已电话告知", by=of.giver, at=b.NEAR)
    assert (record.status, record.status_note) == ("left", "孩子发烧，已电话告知")
    assert HandoverItem.objects.get().reason == "孩子发烧，已电话告知"
    text = "{name} has left without signing off ({n} things in hand): {reason}"
    assert text in b.notices(of.late_leader)
    assert text in b.notices(of.town.leader)


# ---------------------------------------------------------------- the gate of the seats


@pytest.fixture(name="seat")
def _seat(of, monkeypatch):
    def sit(person, moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        client = Client()
        client.force_login(person)
        return client

    return sit


def signed_out(person):
    return person.worklog.filter(kind=WorkLogKind.LOGOUT).exists()


@pytest.mark.clause("C6", "B2.6")
def test_signing_out_at_the_end_of_the_shift_leads_past_the_hand_over(of, seat):
    b.case(of)
    client = seat(of.giver, b.NEAR)
    answer = client.post(reverse("account_logout"))
    assert (answer.status_code, answer.url) == (302, "/handover/?leaving=1")
    assert not signed_out(of.giver)
    assert "离岗" in client.get(answer.url).content.decode() or client.get(answer.url).status_code == 200
    client.post(reverse("account_logout"), {"leave_reason": "家里有急事"})
    assert signed_out(of.giver)
    assert Handover.objects.get().status == "left"


@pytest.mark.parametrize(("hour", "minute", "stays"), [(12, 30, False), (17, 0, True), (17, 29, True), (20, 0, True)])
def test_in_the_middle_of_an_early_shift_nobody_is_stopped(of, seat, hour, minute, stays):
    b.case(of)
    client = seat(of.giver, b.at(hour, minute))
    answer = client.post(reverse("account_logout"))
    assert answer.url.startswith("/handover/") is stays
    assert signed_out(of.giver) is not stays


@pytest.mark.clause("B2.6")
def test_on_the_last_shift_no_reason_for_everything_replaces_those_for_each_case(of, seat):
    case = b.case(of, LATE, by=of.late)
    client = seat(of.late, b.at(15))
    assert client.post(reverse("account_logout")).url.startswith("/handover/")
    answer = client.post(reverse("account_logout"), {"leave_reason": "车来了"})
    assert answer.status_code == 409
    assert not signed_out(of.late)
    items.keep(kind="case", subject=case.pk, reason="等核实", by=of.late, at=b.at(15))
    client.post(reverse("account_logout"), {"leave_reason": "车来了"})
    assert signed_out(of.late)


def test_whoever_has_nothing_in_hand_or_has_signed_off_just_leaves(of, seat):
    client = seat(of.giver, b.NEAR)
    client.post(reverse("account_logout"))
    assert signed_out(of.giver)
    case = b.case(of, LATE, by=of.late)
    signing.sign_off_shift(reasons={f"case:{case.pk}": "等核实"}, by=of.late, at=LATE)
    client = seat(of.late, LATE)
    client.post(reverse("account_logout"))
    assert signed_out(of.late)


@pytest.mark.clause("C6")
def test_a_technical_fault_keeps_nobody_at_his_seat(of, seat, monkeypatch):
    def broken(_person, _reason, _at):
        list(Handover.objects.raw("SELECT * FROM no_such_table"))

    monkeypatch.setattr(leaving, "_asked", [broken])
    client = seat(of.giver, b.NEAR)
    client.post(reverse("account_logout"))
    assert signed_out(of.giver)


@pytest.mark.clause("B2.6")
def test_a_locked_seat_is_cleared_by_anybody_and_the_shift_leader_learns_it(of, seat):
    b.case(of)
    client = seat(of.giver, b.NEAR)
    client.post(reverse("people:lock"))
    client.post(reverse("account_logout"))
    assert signed_out(of.giver)
    b.settle(b.NEAR)
    assert "{name} has left his seat without signing off; in hand: {n}" in b.notices(of.late_leader)
    assert Handover.objects.get().status == "left"


# ---------------------------------------------------------------- the shift leader's list


@pytest.mark.clause("D2.5", "C6")
def test_what_nobody_accepted_is_the_shift_leaders_before_the_shift_ends(of):
    offered, untouched = b.case(of), b.case(of, place="北门")
    kept = b.case(of, place="南门")
    fresh = b.case(of, b.at(17, 19), place="东门")
    b.offered(of, offered, of.late)
    items.keep(kind="case", subject=kept.pk, reason="市民明早来电", by=of.giver, at=b.NEAR)
    jobs.escalate_all(b.at(17, 15))
    assert records.escalated(of.town.centre, b.at(17, 15)) == []
    jobs.escalate_all(b.at(17, 21))
    found = {item.case for item in records.escalated(of.town.centre, b.at(17, 21))}
    assert found == {offered, untouched}
    text = "Shifts end, and nobody has accepted {n} things of {names}"
    assert b.notices(of.late_leader).count(text) == 1
    jobs.escalate_all(b.at(17, 22))
    assert b.notices(of.late_leader).count(text) == 1
    jobs.escalate_all(b.at(17, 25))
    assert {item.case for item in records.escalated(of.town.centre, b.END)} == {offered, untouched, fresh}
    item = HandoverItem.objects.get(case=offered)
    accepting.accept(item_id=item.pk, by=of.late, at=b.END)  # late, but still welcome
    assert b.fresh(offered).holding.person == of.late


def test_what_was_done_meanwhile_leaves_every_list(of):
    case = b.case(of)
    item = b.offered(of, case, of.late)
    filing.not_accept(case_id=case.pk, version=case.version, reason="重复", by=of.giver, at=b.NEAR)
    jobs.escalate_all(b.NEAR)
    assert b.fresh(item).status == "settled"
    assert records.inbox(of.late, b.NEAR) == []


def test_a_quiet_centre_is_left_alone(of):
    jobs.escalate_all(b.END)
    assert not Handover.objects.exists()
    assert not Notice.objects.filter(recipient=of.late_leader).exists()
