"""What customers are not content with: call-backs of the month, service first, and promises that were missed."""

from datetime import datetime, timedelta

import pytest

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.citizens.models import CallBack
from hotline.insight.queries import complaints
from hotline.insight.services import reports
from hotline.insight.tests.builders import FEBRUARY, LAST_MONTH, MARCH, NOW
from hotline.people.queries import system_person
from hotline.promises.jobs import look_at_all
from hotline.promises.models import Promise
from hotline.promises.tests import builders as promises

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A1.2")]


def rated(of: cases.Town, case: Case, grade: str, reason: str = "", at: datetime = NOW) -> CallBack:
    """What a citizen said when he was called back."""
    return CallBack.objects.create(
        centre=of.centre, case=case, ended_at=cases.NINE, next_at=cases.NINE, due_at=NOW, grade=grade, reason=reason,
        rated_at=at, status="done", status_at=NOW, status_by=of.operator,
    )  # fmt: skip


def test_reasons_are_counted_with_service_first() -> None:
    of = cases.town()
    for reason in ("result_too_slow", "result_too_slow", "service_attitude"):
        rated(of, cases.report(of), "dissatisfied", reason)
    rated(of, cases.report(of), "partly")
    rated(of, cases.report(of), "satisfied")
    rated(of, cases.report(of), "dissatisfied", "result_too_slow", LAST_MONTH)
    found = complaints.complaints(of.centre.pk, MARCH)
    assert [(one.reason, one.times) for one in found] == [
        ("service_attitude", 1), ("result_too_slow", 2), ("none", 1),
    ]  # fmt: skip
    assert [one.is_service for one in found] == [True, False, False]
    assert [(one.reason, one.times) for one in complaints.complaints(of.centre.pk, FEBRUARY)] == [
        ("result_too_slow", 1)
    ]
    assert complaints.complaints(cases.town().centre.pk, MARCH) == []


def test_each_reason_opens_onto_as_many_reports() -> None:
    of = cases.town()
    rated(of, cases.report(of), "dissatisfied", "result_too_slow")
    rated(of, cases.report(of), "partly")
    for one in complaints.complaints(of.centre.pk, MARCH):
        assert complaints.behind(of.leader, MARCH, one.reason).count() == one.times == 1
        assert complaints.is_known(one.reason)
    assert not complaints.is_known("nonsense")


def test_a_missed_promise_about_a_report_is_a_complaint_about_service() -> None:
    of = promises.house()
    case = cases.report(of.town)
    promises.promise(of, case=case)
    assert complaints.complaints(of.centre.pk, MARCH) == []
    look_at_all(cases.NINE + timedelta(hours=2))
    assert Promise.objects.get().status == "missed"
    [one] = complaints.complaints(of.centre.pk, MARCH)
    assert (one.reason, one.times, one.is_service) == (complaints.PROMISE, 1, True)
    assert list(complaints.behind(of.leader, MARCH, complaints.PROMISE)) == [case]


def test_the_frozen_report_holds_them() -> None:
    of = cases.town()
    rated(of, cases.report(of), "dissatisfied", "service_attitude")
    made = reports.make(centre=of.centre, month=MARCH, by=system_person(of.centre), at=NOW)
    assert made.body["complaints"] == [{"reason": "service_attitude", "times": 1}]
    assert "不满意" in made.text
