"""Objections to dispatches: raised, decided by a second person, appealed, upheld (A2.21)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.logic.flow import Status
from hotline.cases.models import CaseEvent
from hotline.cases.services import dispatching
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.departments.models import (
    CatalogueHint,
    Exemption,
    Objection,
)
from hotline.departments.services import objections
from hotline.departments.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Notice
from hotline.people.tests import builders as people
from hotline.quality.models import Hint
from hotline.quality.services import hints

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.21")]
AT, NINE, HOUR, MINUTE = b.AT, cases.NINE, cases.HOUR, cases.MINUTE


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


@pytest.mark.clause("D3.8")
def test_upheld_it_suggests_one_review_of_the_dispatch(town):
    case = b.dispatched(town)
    raised = b.objected(town, case)
    first = CaseEvent.objects.get(case=case, action="dispatch")
    other, _clerk = b.other_department(town)
    objections.decide_objection(objection_id=raised.pk, uphold=True, note="属通信公司", by=town.leader, at=AT + HOUR)
    b.dispatched_again(town, cases.fresh(case), other, AT + 2 * HOUR)
    # That it was sent back is no second suggestion, and says nothing of the dispatch that came after.
    hints.read_events(by=people.system(town.centre), at=AT + 2 * HOUR)
    hint = Hint.objects.get()
    assert (hint.event, hint.handler, hint.kind, hint.decision) == (first, first.actor, "objection", "dispatched")
    assert (hint.because, hint.status) == ("属通信公司", "open")


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
