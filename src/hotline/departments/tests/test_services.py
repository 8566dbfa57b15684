"""Agreements, hand-outs, delivery, objections and reports through their services (A2.21)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, CaseEvent
from hotline.cases.services import dispatching
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.departments.models import (
    Agreement,
    CatalogueHint,
    Delivery,
    Exemption,
    Hop,
    Objection,
    Report,
    ReportMail,
)
from hotline.departments.queries import clocks, hops, months, reports, work
from hotline.departments.queries.months import Month
from hotline.departments.services import agreements, handover, objections
from hotline.departments.services import reports as report_services
from hotline.departments.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.messages.models import Message
from hotline.people.models import Notice, Position
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


# ---------------------------------------------------------------- agreements


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


# ---------------------------------------------------------------- hand-outs and clocks


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


# ---------------------------------------------------------------- delivery


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


# ---------------------------------------------------------------- objections


def test_an_objection_marks_the_case_and_stops_nothing(town):
    case = b.dispatched(town)
    raised = b.objected(town, case)
    after = cases.fresh(case)
    assert (after.status, after.due_at, after.department) == (case.status, case.due_at, town.department)
    assert after.holding.unit_id == town.department.pk
    assert "该井盖属通信井" in CaseEvent.objects.get(case=case, seq=after.version).note
    assert raised.due_at == AT + 6 * HOUR  # four hours of work over the noon break


def test_only_the_department_that_has_it_objects_in_time_and_once(town):
    case = b.dispatched(town)
    values = {"case_id": case.pk, "reason_code": "not_owner", "words": "不归我处"}
    _unit, stranger = b.other_department(town)
    for person in (town.operator, town.dispatcher, stranger):
        with pytest.raises(NotAllowed):
            objections.raise_objection(**values, by=person, at=AT)
    assert clause_of(objections.raise_objection, **{**values, "words": " "}, by=town.clerk, at=AT)
    assert clause_of(objections.raise_objection, **{**values, "reason_code": "x"}, by=town.clerk, at=AT)
    over = b.noted(case).objection_due_at
    assert "over" in clause_of(objections.raise_objection, **values, by=town.clerk, at=over + MINUTE).note
    objections.raise_objection(**values, by=town.clerk, at=over)
    assert "already" in clause_of(objections.raise_objection, **values, by=town.clerk, at=over).note


def test_the_database_keeps_one_open_objection_a_case_and_one_a_dispatch(town):
    raised = b.objected(town, b.dispatched(town))
    copy = Objection.objects.get(pk=raised.pk)
    copy.pk = None
    copy._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    Objection.objects.filter(pk=raised.pk).update(status="rejected", status_by=town.leader)
    copy.status = "lapsed"
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)


def test_upheld_the_case_goes_back_through_the_send_back_and_the_catalogue_learns(town):
    other, _clerk = b.other_department(town)
    case = b.dispatched(town)
    raised = b.objected(town, case)
    decided = objections.decide_objection(
        objection_id=raised.pk,
        uphold=True,
        note="属通信公司",
        right_id=other.pk,
        exempt=True,
        by=town.leader,
        at=AT + HOUR,
    )
    after = cases.fresh(case)
    assert decided.status == "upheld"
    assert (after.code, after.department, after.send_back_count) == (Status.RETURNED, None, 1)
    assert after.due_at == case.due_at  # the phase's clock runs on
    hint = CatalogueHint.objects.get()
    assert (hint.condition, hint.wrong, hint.right) == (town.condition, town.department, other)
    assert Exemption.objects.get().hop == raised.hop
    assert Notice.objects.filter(recipient=town.clerk, params__note="属通信公司").exists()
    again = b.dispatched_again(town, after, other, AT + 2 * HOUR)
    assert again.department == other


def test_rejected_it_stays_and_the_reason_is_told(town):
    case = b.dispatched(town)
    raised = b.objected(town, case)
    assert clause_of(
        objections.decide_objection, objection_id=raised.pk, uphold=False, note="", by=town.dispatcher, at=AT
    )
    objections.decide_objection(objection_id=raised.pk, uphold=False, note="产权清单有", by=town.dispatcher, at=AT)
    after = cases.fresh(case)
    assert (after.status, after.holding.unit_id) == (case.status, town.department.pk)
    assert Notice.objects.filter(recipient=town.clerk, params__note="产权清单有").exists()
    with pytest.raises(Refused):
        b.objected(town, case)


def test_the_reviewer_is_never_the_one_who_dispatched_nor_the_department(town):
    case = cases.Walk(town, cases.report(town)).filed().case
    dispatching.dispatch(
        case_id=case.pk, version=case.version, department=town.department, by=town.leader, at=NINE + 10 * MINUTE
    )
    raised = b.objected(town, case)
    values = {"objection_id": raised.pk, "uphold": True, "note": "属实", "at": AT}
    for person in (town.leader, town.clerk, town.operator):
        with pytest.raises(NotAllowed):
            objections.decide_objection(**values, by=person)
    objections.decide_objection(**values, by=town.dispatcher)


def test_an_appeal_goes_to_the_centre_supervisor_and_is_final(town):
    case = b.dispatched(town)
    chief = b.supervisor(town)
    raised = b.objected(town, case)
    objections.decide_objection(objection_id=raised.pk, uphold=False, note="不成立", by=town.dispatcher, at=AT)
    objections.appeal(objection_id=raised.pk, words="有产权证明", by=town.clerk, at=AT + HOUR)
    for person in (town.dispatcher, town.leader):
        with pytest.raises(NotAllowed):
            objections.decide_objection(objection_id=raised.pk, uphold=True, note="x", by=person, at=AT)
    final = objections.decide_objection(objection_id=raised.pk, uphold=False, note="维持", by=chief, at=AT + 2 * HOUR)
    assert final.status == "dismissed"
    assert [(one.level, one.upheld) for one in final.decisions.order_by("level")] == [(1, False), (2, False)]
    with pytest.raises(Refused):
        objections.appeal(objection_id=raised.pk, words="再议", by=town.clerk, at=AT + 2 * HOUR)


def test_who_decided_first_does_not_decide_the_appeal(town):
    case = b.dispatched(town)
    chief = b.supervisor(town)
    raised = b.objected(town, case)
    objections.decide_objection(objection_id=raised.pk, uphold=False, note="不成立", by=chief, at=AT)
    objections.appeal(objection_id=raised.pk, words="有证明", by=town.clerk, at=AT)
    with pytest.raises(NotAllowed):
        objections.decide_objection(objection_id=raised.pk, uphold=False, note="维持", by=chief, at=AT)


def test_an_appeal_that_comes_too_late_is_refused(town):
    raised = b.objected(town, b.dispatched(town))
    objections.decide_objection(objection_id=raised.pk, uphold=False, note="不成立", by=town.dispatcher, at=AT)
    late = AT + timedelta(days=1, minutes=1)  # a working day is over
    assert "over" in clause_of(objections.appeal, objection_id=raised.pk, words="迟到", by=town.clerk, at=late).note


def test_an_objection_lapses_when_the_case_leaves_and_can_be_withdrawn(town):
    case = b.dispatched(town)
    raised = b.objected(town, case)
    case = cases.fresh(case)
    b.sent_back(town, case, AT + MINUTE)
    assert clause_of(
        objections.decide_objection, objection_id=raised.pk, uphold=True, note="x", by=town.leader, at=AT + HOUR
    )
    b.minute(AT + 2 * MINUTE)
    raised.refresh_from_db()
    assert raised.status == "lapsed"
    other = b.dispatched(town)
    second = b.objected(town, other)
    objections.withdraw(objection_id=second.pk, by=town.clerk, at=AT)
    assert b.objected(town, other).status == "raised"  # a withdrawn one does not stand in the way


def test_rework_is_no_dispatch_to_object_to(town):
    case = b.reworked(town, cases.Walk(town, cases.report(town)))
    assert case.code is Status.REWORK
    told = clause_of(
        objections.raise_objection, case_id=case.pk, reason_code="facts", words="已修", by=town.clerk, at=AT
    )
    assert "Rework" in told.note


# ---------------------------------------------------------------- a month


def month_at(town, at):
    found = months.figures_of(town.leader, town.department, MARCH, at)
    return {one.measure.key: one for one in found}


def test_a_month_counted_by_hand(town):
    """In time, open, late, sent back, rework after a check; each once."""
    b.signed(town)
    done = cases.Walk(town, cases.report(town)).handled().case
    b.dispatched(town)  # open, four hours of work from 09:03
    late = b.dispatched(town)
    returned = b.sent_back(town, b.dispatched(town), NINE + 30 * MINUTE)
    rework = b.reworked(town, cases.Walk(town, cases.report(town)))
    late_at = NINE + 10 * HOUR
    case = cases.fresh(late)
    dispatching.feedback(case_id=case.pk, version=case.version, result="已修", by=town.clerk, at=late_at)
    b.minute(late_at)
    found = month_at(town, late_at)
    # hand-outs: done, open, late, returned, first of the rework (done), the rework itself (open)
    phase = found["phase"]
    assert found["returned"].denominator == 6
    assert (phase.done, phase.open_in_time, phase.open_late) == (2, 0, 3)
    assert (phase.numerator, phase.denominator) == (2, 5)
    assert (found["late"].numerator, found["returned"].numerator, found["rework"].numerator) == (3, 1, 1)
    early = month_at(town, AT)["phase"]
    assert (early.done, early.open_in_time, early.open_late) == (2, 2, 1)
    listed = months.rows_behind(
        town.leader, town.department, MARCH, months.figures.BY_KEY["rework"], months.Part.NUMERATOR, late_at
    )
    assert [row.case for row in listed] == [rework]
    assert {done.pk, returned.pk} & {row.case_id for row in listed} == set()


def test_every_number_is_as_long_as_its_list(town):
    b.signed(town)
    b.objected(town, b.dispatched(town))
    cases.Walk(town, cases.report(town)).handled()
    b.sent_back(town, b.dispatched(town), NINE + 30 * MINUTE)
    b.reworked(town, cases.Walk(town, cases.report(town)))
    b.minute()
    for figure in months.figures_of(town.leader, town.department, MARCH, AT):
        for part in months.Part:
            rows = months.rows_behind(town.leader, town.department, MARCH, figure.measure, part, AT)
            assert rows.count() == figure.of(part), (figure.measure.key, part)


def test_own_time_and_acceptance_are_judged_by_the_agreement(town):
    b.signed(town, accept_value=1, hop_value=1)
    cases.Walk(town, cases.report(town)).handled()  # a minute a step
    slow = b.dispatched(town)
    at = NINE + 90 * MINUTE
    case = cases.fresh(slow)
    dispatching.accept(case_id=case.pk, version=case.version, by=town.clerk, at=at)
    b.minute(at)
    found = month_at(town, at)
    assert (found["taken"].numerator, found["taken"].denominator) == (1, 2)
    assert (found["own"].numerator, found["own"].denominator) == (1, 2)
    assert (found["phase"].numerator, found["phase"].denominator) == (1, 1)  # the slow one is in time on the phase


def test_rework_in_sql_is_rework_in_logic(town):
    from hotline.departments.logic.clocks import Given, reworks  # noqa: PLC0415 only here

    walk = cases.Walk(town, cases.report(town))
    case = b.reworked(town, walk)
    at = walk.at + 5 * MINUTE
    dispatching.feedback(case_id=case.pk, version=case.version, result="重修", by=town.clerk, at=at)
    kinds = {"dispatch": "given", "rework": "given", "feedback": "reported", "checked": "checked"}
    steps = [
        Given(kinds[event.action], None if event.action == "checked" else town.department.pk)
        for event in CaseEvent.objects.filter(case=case, action__in=kinds).order_by("seq")
    ]
    assert reworks(steps) == {town.department.pk: 1}
    assert month_at(town, AT)["rework"].numerator == 1


def test_an_exempted_case_stays_late_in_its_list_and_leaves_the_rate(town):
    case = b.dispatched(town)
    late_at = NINE + 10 * HOUR
    case = cases.fresh(case)
    raised = b.objected(town, case)
    dispatching.feedback(case_id=case.pk, version=cases.fresh(case).version, result="已修", by=town.clerk, at=late_at)
    before = month_at(town, late_at)
    Exemption.objects.create(hop=raised.hop, objection=raised, reason="误派", by=town.leader, at=late_at)
    after = month_at(town, late_at)
    assert (before["phase"].open_late, before["phase"].denominator) == (1, 1)
    assert (after["phase"].open_late, after["phase"].denominator) == (1, 0)
    [worst] = months.worst(town.leader, town.department, MARCH, late_at)
    assert (worst.number, worst.is_exempt, worst.late) == (case.number, True, late_at - case.due_at)


# ---------------------------------------------------------------- reports


APRIL = clock.wall(date(2026, 4, 1), 6)


def test_a_report_is_frozen_once_and_the_hash_tells_of_every_change(town):
    b.signed(town)
    b.contact(town)
    cases.Walk(town, cases.report(town)).handled()
    by = people.system(town.centre)
    assert clause_of(
        report_services.freeze_report, department=town.department, month=MARCH, by=by, at=AT
    ).note.startswith("The month")
    report = report_services.freeze_report(department=town.department, month=MARCH, by=by, at=APRIL)
    assert report.figures["figures"]["phase"]["numerator"] == 1
    assert reports.sha256(report.figures) == report.sha256
    assert reports.sha256({**report.figures, "received": 99}) != report.sha256
    cases.Walk(town, cases.report(town)).handled()  # what comes later changes nothing
    again = report_services.freeze_report(department=town.department, month=MARCH, by=by, at=APRIL)
    assert (again.pk, again.figures) == (report.pk, report.figures)
    for change in ({"sha256": "0" * 64}, {"figures": {}}):
        with pytest.raises(Exception, match=r"[Cc]annot|not allowed|append"), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(**change)


def test_the_first_of_the_month_mails_both_sides_the_stored_figures(town):
    from hotline.departments import jobs  # noqa: PLC0415 registers at import

    b.contact(town)
    jobs.send_months(at=APRIL)
    jobs.send_months(at=APRIL)
    b.minute(APRIL)
    mails = {mail.side: (mail.address, mail.status) for mail in ReportMail.objects.all()}
    assert mails == {
        "department": ("yanghu@example.org", "sending"),
        "centre": ("rexian@example.org", "sending"),
    }
    assert Message.objects.filter(occasion="departments_month").count() == 2


def test_both_sides_see_a_department_a_stranger_does_not(town):
    b.signed(town)
    case = b.dispatched(town)
    raised = b.objected(town, case)
    _unit, stranger = b.other_department(town)
    elsewhere = cases.town()
    for model in (Agreement, Hop, Delivery, Objection):
        assert model.objects.visible_to(town.clerk).exists()
        assert model.objects.visible_to(town.dispatcher).exists()
        for person in (stranger, elsewhere.clerk, elsewhere.leader, town.operator):
            assert not model.objects.visible_to(person).exists(), (model, person)
    assert raised in Objection.objects.visible_to(people.person(town.centre, position=Position.QUALITY))
    assert Case.objects.visible_to(stranger).count() == 0
