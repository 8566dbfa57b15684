"""The board: what is in hand, the queues, who is on duty; handing cases and tasks to others."""

import pytest
from django.urls import reverse

from hotline.cases.models import CaseEvent, Task
from hotline.cases.queries import board as queries
from hotline.cases.services import filing
from hotline.cases.tests import builders as b
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = pytest.mark.django_db
P = Position
AT = b.NINE + 7 * b.MINUTE
BOARD = {P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.TEAM_LEADER}
LEADS = {P.CENTRE_SUPERVISOR, P.SHIFT_LEADER}


@pytest.fixture
def town():
    return b.town()


@pytest.fixture
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


def asked(town, **more):
    case = b.report(town, **more)
    return filing.ask_verify(
        case_id=case.pk, version=case.version, question="是否属实", by=town.operator, at=b.NINE + b.MINUTE
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(town, now, language):
    b.report(town)
    unplaced = asked(town, latitude=None, longitude=None)
    pages = {
        reverse("cases:board"): BOARD,
        f"{reverse('cases:board')}?by=stage": BOARD,
        reverse("cases:hand_task", args=[unplaced.number]): LEADS,
    }
    admits(town.centre, pages, language)


def test_a_task_of_another_centre_is_not_found(town, now):
    case = asked(b.town())
    assert signed_in(town.leader).get(reverse("cases:hand_task", args=[case.number])).status_code == 404


@pytest.mark.clause("D3.7")
def test_the_most_overdue_stands_first(town):
    late, early = b.report(town, by=town.second), b.report(town, at=b.NINE + 4 * b.MINUTE)
    rows = queries.held_by_people(town.centre)
    assert [row.case for row in rows] == [late.pk, early.pk]
    groups = queries.by_person(rows, {}, AT)
    assert [(group.name, len(group.rows), group.late) for group in groups] == [
        (town.second.name, 1, 1),
        (town.operator.name, 1, 0),
    ]


def test_a_long_board_draws_the_most_urgent_and_counts_the_rest(town, now, monkeypatch):
    monkeypatch.setattr(queries, "MOST_DRAWN", 1)
    urgent, later = b.report(town), b.report(town, at=b.NINE + b.MINUTE)
    page = signed_in(town.leader).get(reverse("cases:board")).content.decode()
    assert urgent.number in page
    assert later.number not in page
    whole = signed_in(town.leader).get(f"{reverse('cases:board')}?whole=person-{town.operator.pk}").content.decode()
    assert later.number in whole


def test_exactly_at_its_end_a_countdown_is_not_late(town):
    case = b.report(town)
    assert not queries.is_late(case.holding, case.holding.due_at)
    assert queries.is_late(case.holding, case.holding.due_at + b.SECOND)


def test_groups_by_stage_hold_every_case_once_in_the_order_of_the_flow(town):
    b.Walk(town, b.report(town)).pre_filed()
    b.report(town)
    asked(town)
    rows = queries.held_by_people(town.centre)
    groups = queries.by_stage(rows, AT)
    assert [group.key for group in groups] == ["stage-acceptance", "stage-verify", "stage-filing"]
    assert sum(len(group.rows) for group in groups) == len(rows) == 3


def test_a_queue_tells_its_length_and_shows_its_oldest(town):
    made = [
        b.report(town, at=b.NINE + n * b.MINUTE, by=town.field, source="field")
        for n in range(queries.SHOWN_OF_A_QUEUE + 3)
    ]
    intake = next(queue for queue in queries.queues(town.centre) if queue.queue == "intake")
    assert (intake.count, intake.oldest) == (len(made), b.NINE)
    assert [row.case for row in intake.rows] == made[: queries.SHOWN_OF_A_QUEUE]


def test_what_departments_have_is_counted_with_what_is_late(town):
    walk = b.Walk(town, b.report(town)).dispatched()
    [unit] = queries.at_units(town.centre, AT)
    assert (unit.name, unit.count, unit.late) == (town.department.name, 1, 0)
    assert queries.at_units(town.centre, walk.case.due_at + b.SECOND)[0].late == 1


def test_who_is_on_duty_and_how(town):
    b.ready(town.operator)
    b.report(town)
    duty = queries.on_duty(town.centre, AT, queries.held_by_people(town.centre))
    found = {one.person: (one.state, one.in_hand) for one in duty}
    assert found == {town.operator: ("ready", 1), town.second: ("absent", 0), town.leader: ("absent", 0)}


@pytest.mark.clause("A2.5")
def test_selected_cases_go_to_another_with_a_reason(town, now):
    cases = [b.report(town) for _ in range(3)]
    ids = [f"{case.pk}:{case.version}" for case in cases[:2]]
    answer = signed_in(town.leader).post(
        reverse("cases:reassign"), {"id": ids, "to": town.second.pk, "reason": "手头太多"}
    )
    assert answer.status_code == 302
    assert [b.fresh(case).holding.person for case in cases] == [town.second, town.second, town.operator]
    event = CaseEvent.objects.filter(case=cases[0]).last()
    assert (event.action, event.note, event.actor) == ("assign", "手头太多", town.leader)


def test_a_case_that_somebody_changed_meanwhile_is_told_and_the_others_go(town, now):
    first, second = b.report(town), b.report(town)
    ids = [f"{first.pk}:{first.version}", f"{second.pk}:{second.version}"]
    b.Walk(town, first).pre_filed()
    answer = signed_in(town.leader).post(
        reverse("cases:reassign"), {"id": ids, "to": town.second.pk, "reason": "手头太多"}
    )
    assert [b.fresh(case).holding.person for case in (first, second)] == [town.operator, town.second]
    assert any(first.number in text and "cases.version" in text for text in said(answer))


def test_without_a_reason_nothing_goes_and_the_selection_stays(town, now):
    case = b.report(town)
    answer = signed_in(town.leader).post(
        reverse("cases:reassign"), {"id": [f"{case.pk}:{case.version}"], "to": town.second.pk, "reason": ""}
    )
    assert answer.status_code == 200
    assert b.fresh(case).holding.person == town.operator
    assert f'value="{case.pk}:{case.version}" checked' in answer.content.decode()


def test_who_only_looks_cannot_hand_over(town, now):
    case = b.report(town)
    director = people.person(town.centre, position=P.DIRECTOR)
    browser = signed_in(director)
    assert "data-bulk" not in browser.get(reverse("cases:board")).content.decode()
    answer = browser.post(
        reverse("cases:reassign"), {"id": [f"{case.pk}:{case.version}"], "to": town.second.pk, "reason": "看看"}
    )
    assert answer.status_code == 403
    assert b.fresh(case).holding.person == town.operator


@pytest.mark.clause("B3.2")
def test_a_place_without_a_field_supervisor_is_given_to_one(town, now):
    case = asked(town, latitude=None, longitude=None)
    assert case.holding.queue == "field"
    answer = signed_in(town.leader).post(
        reverse("cases:hand_task", args=[case.number]), {"to": town.field.pk, "reason": "离得最近"}
    )
    assert answer.status_code == 302
    assert Task.objects.get(case=case).person == town.field
    assert b.fresh(case).holding.person == town.field


def test_a_live_refresh_draws_the_fragment_alone(town, now):
    b.report(town)
    page = signed_in(town.leader).get(reverse("cases:board"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "data-table" in page


def test_the_board_costs_as_many_queries_for_many_cases_as_for_few(town, now, django_assert_max_num_queries):
    browser = signed_in(town.leader)
    for n in range(12):
        b.report(town, by=(town.operator, town.second)[n % 2])
    browser.get(reverse("cases:board"))
    with django_assert_max_num_queries(20):
        browser.get(reverse("cases:board"))
