"""A month counted by hand, the lists behind its numbers, and the report that is frozen (A2.21)."""

from datetime import date

import pytest
from django.db import transaction

from hotline.cases.models import Case, CaseEvent
from hotline.cases.services import dispatching
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.departments.models import (
    Agreement,
    Delivery,
    Exemption,
    Hop,
    Objection,
    Report,
    ReportMail,
)
from hotline.departments.queries import months, reports
from hotline.departments.queries.months import Month
from hotline.departments.services import reports as report_services
from hotline.departments.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.messages.models import Message
from hotline.people.models import Position
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
