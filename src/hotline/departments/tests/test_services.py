"""Agreements, hand-outs with their clocks, and delivery through their services (A2.21)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.services import dispatching
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.departments.models import (
    Agreement,
    Delivery,
    Hop,
)
from hotline.departments.queries import clocks, hops, work
from hotline.departments.queries.months import Month
from hotline.departments.services import agreements, handover
from hotline.departments.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.messages.models import Message
from hotline.people.models import Notice
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.21")]
AT, NINE, HOUR, MINUTE = b.AT, cases.NINE, cases.HOUR, cases.MINUTE
MARCH = Month(date(2026, 3, 1))


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return cases.town()


def clause_of(call, **values):
    with pytest.raises(Refused) as told:
        call(**values)
    return told.value.refusals[0]


def test_an_agreement_needs_two_persons_of_two_sides(town):
    leader = b.supervisor(town)
    terms = {"department": town.department, "work": "", "valid_from": date(2026, 1, 6), "terms": b.TERMS}
    with pytest.raises(NotAllowed):
        agreements.draft_agreement(**terms, by=town.operator, at=b.LONG_AGO)
    row = agreements.draft_agreement(**terms, by=leader, at=b.LONG_AGO)
    assert work.in_force(town.department.pk, date(2026, 3, 9)) == []
    with pytest.raises(NotAllowed):
        agreements.offer_agreement(agreement_id=row.pk, by=town.clerk, at=b.LONG_AGO)
    with pytest.raises(Refused):
        agreements.sign_agreement(agreement_id=row.pk, by=town.clerk, at=b.LONG_AGO)  # the centre has not signed
    agreements.offer_agreement(agreement_id=row.pk, by=leader, at=b.LONG_AGO)
    assert Notice.objects.filter(recipient=town.clerk).count() == 1
    with pytest.raises(NotAllowed):
        agreements.sign_agreement(agreement_id=row.pk, by=leader, at=b.LONG_AGO)
    signed = agreements.sign_agreement(agreement_id=row.pk, by=town.clerk, at=b.LONG_AGO)
    assert (signed.centre_signer, signed.department_signer, signed.status) == (leader, town.clerk, "in_force")
    assert work.in_force(town.department.pk, date(2026, 1, 5)) == []
    assert work.in_force(town.department.pk, date(2026, 1, 6)) == [signed]


def test_the_database_refuses_an_agreement_in_force_without_signatures(town):
    row = b.signed(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=row.pk).update(department_signer=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=row.pk).update(department_signer=row.centre_signer)


def test_an_agreement_is_never_signed_for_a_past_day_nor_twice_for_one_day(town):
    leader = b.supervisor(town)
    late = agreements.draft_agreement(
        department=town.department, work="", valid_from=date(2026, 1, 4), terms=b.TERMS, by=leader, at=b.LONG_AGO
    )
    agreements.offer_agreement(agreement_id=late.pk, by=leader, at=b.LONG_AGO)
    assert clause_of(agreements.sign_agreement, agreement_id=late.pk, by=town.clerk, at=b.LONG_AGO).clause == "A2.21"
    b.signed(town)
    with pytest.raises(Refused):
        b.signed(town)


def test_the_nearest_kind_of_work_and_the_newest_version_hold(town):
    everything, newer = b.signed(town), b.signed(town, since=date(2026, 2, 1))
    wells = b.signed(town, work="C0101", since=date(2026, 2, 2))
    case = cases.report(town)
    case.category = town.condition.category
    assert work.agreement_for(case, town.department.pk, date(2026, 1, 20)) == everything
    assert work.agreement_for(case, town.department.pk, date(2026, 2, 1)) == newer
    assert work.agreement_for(case, town.department.pk, date(2026, 3, 9)) == wells
    case.category = None
    assert work.agreement_for(case, town.department.pk, date(2026, 3, 9)) == newer


def test_declining_needs_a_reason_and_ends_it(town):
    leader = b.supervisor(town)
    row = agreements.draft_agreement(
        department=town.department, work="", valid_from=date(2026, 4, 1), terms=b.TERMS, by=leader, at=AT
    )
    agreements.offer_agreement(agreement_id=row.pk, by=leader, at=AT)
    assert clause_of(agreements.decline_agreement, agreement_id=row.pk, reason=" ", by=town.clerk, at=AT)
    declined = agreements.decline_agreement(agreement_id=row.pk, reason="人手不足", by=town.clerk, at=AT)
    assert (declined.status, declined.status_note) == ("declined", "人手不足")
    with pytest.raises(Refused):
        agreements.sign_agreement(agreement_id=row.pk, by=town.clerk, at=AT)


def test_a_hand_out_gets_the_deadlines_of_its_day_and_keeps_them(town):
    first = b.signed(town)
    case = b.dispatched(town)  # handed out 09:03
    hop = b.noted(case)
    began = hop.run.began_at
    assert hop.agreement == first
    assert hop.accept_due_at == began + HOUR
    assert hop.own_due_at == began + 5 * HOUR  # 3 h of work over the noon break
    assert hop.objection_due_at == began + 2 * HOUR
    assert (hop.phase_due_at, hop.standard_due_at) == (None, case.due_at)
    b.signed(town, since=date(2026, 3, 9), at=NINE + HOUR, hop_value=1)
    assert b.noted(case).own_due_at == hop.own_due_at
    assert Hop.objects.count() == 1


def test_without_an_agreement_the_standard_counts(town):
    hop = b.noted(b.dispatched(town))
    assert (hop.agreement, hop.accept_due_at, hop.own_due_at) == (None, None, None)
    assert hop.objection_due_at == hop.run.began_at + 6 * HOUR  # four hours of work over the noon break


def test_the_phase_goes_on_over_hops_and_each_department_has_its_own_time(town):
    b.signed(town, phase_value=6, phase_unit="work_hour")
    other, _clerk = b.other_department(town)
    case = b.dispatched(town)
    first = b.noted(case)
    back = b.sent_back(town, case, NINE + 63 * MINUTE)  # an hour at the first
    again = b.dispatched_again(town, back, other, NINE + 93 * MINUTE)  # half an hour in the queue
    assert again.due_at == case.due_at
    second = b.noted(again)
    assert second.agreement is None
    third_at = NINE + 123 * MINUTE
    clerk = work.clerks(other.pk, date(2026, 3, 9))[0]
    case = cases.fresh(again)
    dispatching.send_back(case_id=case.pk, version=case.version, reason="不归我处", by=clerk, at=third_at)
    again = b.dispatched_again(town, case, town.department, third_at)
    third = b.noted(again)
    left = third.phase_due_at - third_at  # 6 h of work less 2 h that are used, over the noon break
    assert left == 6 * HOUR
    shown = clocks.shown(third, cases.fresh(case), third_at + 30 * MINUTE)
    assert (shown.own, shown.phase, shown.hops) == (30 * MINUTE, timedelta(hours=2, minutes=30), 3)
    assert first.own_due_at != third.own_due_at


def test_a_postponement_moves_the_agreed_phase_too(town):
    b.signed(town, phase_value=2, phase_unit="work_hour")
    case = b.dispatched(town)
    hop = b.noted(case)
    agreed = hop.phase_due_at
    assert clocks.judged_due(hop) == agreed < case.due_at
    case = cases.fresh(case)
    dispatching.postpone(case_id=case.pk, version=case.version, amount=2, reason="等料", by=town.dispatcher, at=AT)
    hop = Hop.objects.select_related("run").get(pk=hop.pk)
    assert clocks.judged_due(hop) == cases.fresh(case).due_at > agreed


def test_the_inbox_delivers_when_it_is_opened_and_acknowledges_when_handling_begins(town):
    case = b.dispatched(town)
    hop = b.noted(case)
    [inbox] = hop.deliveries.all()
    assert (inbox.channel, inbox.status) == ("inbox", "unsent")
    with pytest.raises(NotAllowed):
        handover.note_opened(hop_id=hop.pk, by=town.operator, at=AT)
    handover.note_opened(hop_id=hop.pk, by=town.clerk, at=AT)
    handover.note_opened(hop_id=hop.pk, by=town.clerk, at=AT + MINUTE)
    inbox.refresh_from_db()
    assert (inbox.status, inbox.status_at) == ("delivered", AT)
    b.minute()
    inbox.refresh_from_db()
    assert inbox.status == "delivered"
    case = cases.fresh(case)
    dispatching.accept(case_id=case.pk, version=case.version, by=town.clerk, at=AT + MINUTE)
    b.minute(AT + 2 * MINUTE)
    inbox.refresh_from_db()
    assert inbox.status == "acknowledged"


def test_a_mail_goes_out_once_and_its_result_comes_back(town):
    b.contact(town)
    case = b.dispatched(town)
    b.minute()
    b.minute()
    mail = Delivery.objects.get(channel="mail")
    assert mail.status == "sending"
    message = Message.objects.get(key=hops.key_of(mail))
    assert (message.occasion, message.about) == ("departments_dispatch", f"cases.case:{case.pk}")
    by = people.system(town.centre)
    handover.note_result(delivery_id=mail.pk, failure="", by=by, at=AT)
    mail.refresh_from_db()
    assert mail.status == "delivered"
    handover.note_result(delivery_id=mail.pk, failure="late news", by=by, at=AT)
    mail.refresh_from_db()
    assert (mail.status, mail.last_error) == ("delivered", "")


def test_what_is_given_up_never_stops_the_case_and_waits_for_a_person(town):
    b.contact(town)
    case = b.dispatched(town)
    before = cases.fresh(case)
    b.minute()
    mail = Delivery.objects.get(channel="mail")
    by = people.system(town.centre)
    handover.note_result(delivery_id=mail.pk, failure="mailbox full", by=by, at=AT)
    assert list(hops.trouble(town.dispatcher)) == [mail]
    assert (cases.fresh(case).status, cases.fresh(case).due_at) == (before.status, before.due_at)
    with pytest.raises(NotAllowed):
        handover.try_again(delivery_id=mail.pk, by=town.operator, at=AT)
    b.contact(town, mail="new@example.org")
    again = handover.try_again(delivery_id=mail.pk, by=town.dispatcher, at=AT)
    assert (again.rounds, again.address, again.status) == (2, "new@example.org", "unsent")
    b.minute()
    assert Message.objects.filter(occasion="departments_dispatch").count() == 2
    handover.note_result(delivery_id=mail.pk, failure="no route", by=by, at=AT)
    assert clause_of(handover.tell_by_phone, delivery_id=mail.pk, who=" ", by=town.dispatcher, at=AT)
    told = handover.tell_by_phone(delivery_id=mail.pk, who="何工", by=town.dispatcher, at=AT)
    assert (told.status, told.phoned_to) == ("delivered", "何工")
    assert list(hops.trouble(town.dispatcher)) == []


def test_the_news_of_an_older_round_says_nothing_of_this_one(town):
    from hotline.departments import handlers  # noqa: PLC0415 registers at import
    from hotline.messages.events import MessageFailed  # noqa: PLC0415

    b.contact(town)
    b.dispatched(town)
    b.minute()
    mail = Delivery.objects.get(channel="mail")
    old = hops.key_of(mail)
    failed = MessageFailed(1, old, "departments_dispatch", "", "failed", "mailbox full")
    handlers.mail_was_given_up(failed, at=AT)
    handover.try_again(delivery_id=mail.pk, by=town.dispatcher, at=AT)
    b.minute()
    handlers.mail_was_given_up(failed, at=AT)
    mail.refresh_from_db()
    assert (mail.status, mail.rounds) == ("sending", 2)
