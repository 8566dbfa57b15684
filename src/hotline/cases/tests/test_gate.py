"""The gate: what the decision rests on, passing and sending back (B2.4)."""

import pytest
from django.urls import reverse

from hotline.cases.logic.flow import Queue, Status
from hotline.cases.queries import board as queries
from hotline.cases.services import filing
from hotline.cases.tests import builders as b
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("B2.4")]
LEADS = {Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER}
AT = b.NINE + b.HOUR


@pytest.fixture
def town():
    return b.town()


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


def at_filing_gate(town, **more):
    walk = b.Walk(town, b.report(town, **more)).pre_filed(town.gated)
    return walk._next(filing.submit_for_filing, town.operator).case


def act(town, gate, what, case, **more):
    where = reverse("cases:gate_act", args=[gate, what, case.number])
    return signed_in(town.leader).post(where, {"version": case.version, **more})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_only_those_who_lead_shifts_stand_at_the_gate(town, now, language):
    at_filing_gate(town)
    b.Walk(town, b.report(town)).submitted()
    page = reverse("cases:gate")
    admits(town.centre, {page: LEADS, f"{page}?gate=closing": LEADS}, language)


def test_the_filing_gate_shows_condition_and_verification(town, now):
    case = b.report(town)
    walk = b.Walk(town, filing.ask_verify(case_id=case.pk, version=case.version, by=town.operator, at=b.NINE))
    walk.replied().take().pre_filed(town.gated)._next(filing.submit_for_filing, town.operator)
    page = signed_in(town.leader).get(reverse("cases:gate")).content.decode()
    for text in (case.number, town.gated.filing_condition, "现场已看", town.field.name):
        assert text in page


def test_the_closing_gate_shows_the_answer_beside_its_condition(town, now):
    case = b.Walk(town, b.report(town)).submitted().case
    shown = queries.at_gate(town.leader, Queue.CLOSING_GATE, "")
    assert (shown.case, shown.task.kind, shown.task.is_confirmed) == (case, "check", True)
    page = signed_in(town.leader).get(f"{reverse('cases:gate')}?gate=closing").content.decode()
    assert town.condition.closing_condition in page
    assert "井盖已修复" in page


def test_the_oldest_stands_first_and_a_chosen_one_is_shown(town, now):
    old, young = at_filing_gate(town), at_filing_gate(town)
    browser = signed_in(town.leader)
    assert browser.get(reverse("cases:gate")).context["shown"].case == old
    assert browser.get(f"{reverse('cases:gate')}?case={young.number}").context["shown"].case == young
    assert [row.case for row in queries.gate(town.centre, Queue.FILING_GATE)] == [old, young]


def test_passing_files_and_goes_on_with_the_next(town, now):
    first, second = at_filing_gate(town), at_filing_gate(town)
    answer = act(town, "filing", "pass", first)
    assert b.fresh(first).code is Status.FILED
    assert signed_in(town.leader).get(answer.url).context["shown"].case == second


@pytest.mark.parametrize(
    ("gate", "what", "status", "queue"),
    [
        ("filing", "return", Status.PRE_FILED, Queue.INTAKE),
        ("filing", "reject", Status.REJECTED, None),
        ("closing", "return", Status.CLOSE_REVIEW, Queue.FEEDBACK),
        ("closing", "rework", Status.REWORK, None),
    ],
)
def test_sending_back_needs_a_reason(town, now, gate, what, status, queue):
    case = at_filing_gate(town) if gate == "filing" else b.Walk(town, b.report(town)).submitted().case
    answer = act(town, gate, what, case, reason="")
    assert said(answer)
    assert b.fresh(case).version == case.version
    act(town, gate, what, case, reason="条件不符")
    after = b.fresh(case)
    assert (after.code, after.holding.queue if queue else "") == (status, queue or "")
    assert after.events.last().note == "条件不符"


def test_closing_closes(town, now):
    case = b.Walk(town, b.report(town)).submitted().case
    act(town, "closing", "pass", case)
    assert b.fresh(case).code is Status.CLOSED


def test_what_somebody_decided_meanwhile_is_told(town, now):
    case = at_filing_gate(town)
    act(town, "filing", "pass", case)
    answer = act(town, "filing", "return", case, reason="晚了")
    assert "cases.version" in said(answer)[-1]
    assert b.fresh(case).code is Status.FILED


def test_an_unknown_act_and_another_centres_case_are_not_found(town, now):
    case = at_filing_gate(town)
    assert act(town, "filing", "rework", case).status_code == 404
    other = b.town()
    assert act(other, "filing", "pass", case).status_code == 404


def test_the_gate_costs_few_queries(town, now, django_assert_max_num_queries):
    for _ in range(6):
        at_filing_gate(town)
    browser = signed_in(town.leader)
    browser.get(reverse("cases:gate"))
    with django_assert_max_num_queries(20):
        browser.get(reverse("cases:gate"))
