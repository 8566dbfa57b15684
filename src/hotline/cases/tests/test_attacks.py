"""What the database itself refuses, whatever the program does: overlap, two holders, changed events, forged history."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from hotline.cases.models import CaseEvent, Holding, Waiver, WaiverStatus
from hotline.cases.tests import builders as b

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    town = b.town()
    return b.Walk(town, b.report(town)).dispatched().case


def attack(sql, *params):
    """Run raw SQL as the application's role; the database must refuse it."""
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return str(refused.value)


HOLD = """
    INSERT INTO cases_holding (case_id, person_id, unit_id, queue, stage, span, began_seq)
    VALUES (%s, %s, NULL, '', 'acceptance', tstzrange(%s, %s), 1)
"""


@pytest.mark.clause("D3.7")
def test_holdings_never_overlap(case):
    first = case.holdings.order_by("span").first()
    inside = first.span.lower + timedelta(seconds=1)
    assert "cases_holding_no_overlap" in attack(HOLD, case.pk, first.person_id, inside, inside + timedelta(seconds=1))


@pytest.mark.clause("D3.7")
def test_there_is_no_second_open_holder(case):
    before = case.arrived_at - timedelta(hours=1)
    told = attack(HOLD, case.pk, case.first_owner_id, before, None)
    assert "cases_holding_no_overlap" in told or "cases_holding_one_open" in told


def test_a_holding_has_exactly_one_holder(case):
    open_one = case.holding
    assert "one_holder" in attack("UPDATE cases_holding SET queue = 'intake' WHERE id = %s", open_one.pk)
    assert "one_holder" in attack("UPDATE cases_holding SET unit_id = NULL WHERE id = %s", open_one.pk)


def test_a_holding_is_never_empty(case):
    told = attack("UPDATE cases_holding SET span = 'empty' WHERE id = %s", case.holdings.order_by("span")[0].pk)
    assert "not_empty" in told


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE cases_caseevent SET note = 'forged'",
        "DELETE FROM cases_caseevent",
        "TRUNCATE cases_caseevent",
        "UPDATE cases_casehistory SET description = 'forged'",
        "DELETE FROM cases_casehistory",
        "UPDATE cases_holdinghistory SET person_id = NULL",
        "DELETE FROM cases_holdinghistory",
    ],
)
def test_events_and_history_are_append_only(case, sql):
    attack(sql)
    assert CaseEvent.objects.filter(case=case).count() == case.version


def test_two_events_never_have_one_number(case):
    told = attack(
        "INSERT INTO cases_caseevent (case_id, seq, at, action, actor_id, note, data)"
        " SELECT case_id, seq, at, action, actor_id, 'again', data FROM cases_caseevent LIMIT 1"
    )
    assert "cases_event_seq" in told


def test_a_case_ends_neither_before_it_arrived_nor_while_open(case):
    assert "cases_case_ended" in attack("UPDATE cases_case SET ended_at = now() WHERE id = %s", case.pk)
    told = attack(
        "UPDATE cases_case SET status = 'closed', ended_at = arrived_at - interval '1 second' WHERE id = %s", case.pk
    )
    assert "ends_after_arrival" in told


def test_one_stage_is_open(case):
    told = attack(
        "INSERT INTO cases_stagerun (case_id, stage, began_at, began_seq, outcome) VALUES (%s, 'check', now(), 99, '')",
        case.pk,
    )
    assert "cases_stage_one_open" in told


def test_history_is_signed_with_who_and_what(case):
    row = case.history.order_by("-pgh_id").first()
    assert row.pgh_context["by"] == case.first_owner_id
    assert row.pgh_context["action"] == "cases.dispatch"


def test_nobody_decides_his_own_waiver(case):
    from hotline.cases.tests.test_waivers import asked  # noqa: PLC0415 the builder of that module

    waiver = asked(case)
    told = attack("UPDATE cases_waiver SET status = 'approved', status_by_id = asked_by_id WHERE id = %s", waiver.pk)
    assert "second_person" in told
    assert Waiver.objects.get().status == WaiverStatus.ASKED
    assert Holding.objects.filter(case=case).count() == 2
