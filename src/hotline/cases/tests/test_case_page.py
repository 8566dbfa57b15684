"""The page of a case: who sees it, what it offers, that its custody adds up, and that every action works from here."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.access import allowed_actions
from hotline.cases.forms.case import ACT_FORMS
from hotline.cases.logic.flow import Action, Status
from hotline.cases.models import Case, Holding, LimitUnit
from hotline.cases.queries import case as queries
from hotline.cases.queries import custody
from hotline.cases.tests import builders
from hotline.cases.views.acts import SERVICES
from hotline.cases.views.looks import COMMANDS, EVENT_ICONS
from hotline.core import clock
from hotline.customers.models import Customer, CustomerNumber
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}
NOW = builders.NINE + builders.HOUR


@pytest.fixture(name="town")
def _town(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return builders.town()


def sign_in(client, person):
    client.force_login(person)
    return client


def url(case, action=""):
    return reverse("cases:act", args=[case.number, action]) if action else reverse("cases:case", args=[case.number])


def act(client, case, action, **values):
    return client.post(url(case, action), {"version": case.version, **values}, **HTMX)


@pytest.mark.parametrize(
    ("position", "status"),
    [
        (Position.OPERATOR, 200),
        (Position.SHIFT_LEADER, 200),
        (Position.DISPATCHER, 200),
        (Position.QUALITY, 200),
        (Position.FIELD_SUPERVISOR, 404),
        (Position.DEPARTMENT_CLERK, 404),
        (Position.HR, 404),
    ],
)
def test_a_case_is_seen_by_those_who_work_it_and_absent_to_others(town, client, position, status):
    case = builders.Walk(town, builders.report(town)).dispatched().case
    sign_in(client, people.person(town.centre, position=position))
    assert client.get(url(case)).status_code == status
    assert client.get(url(case), **HTMX).status_code == status


def test_the_department_that_has_it_sees_it_and_another_centre_does_not(town, client):
    case = builders.Walk(town, builders.report(town)).dispatched().case
    assert sign_in(client, town.clerk).get(url(case)).status_code == 200
    assert sign_in(client, builders.town().operator).get(url(case)).status_code == 404


def test_every_offered_action_has_a_button_a_service_and_a_dialog(town, client):
    """Each of the three tables knows every action that the flow may offer on a page."""
    pages = set(ACT_FORMS)
    assert pages == set(SERVICES)
    assert pages <= set(COMMANDS)
    assert set(EVENT_ICONS) == set(Action)
    case = builders.report(town)
    sign_in(client, town.operator)
    text = client.get(url(case)).content.decode()
    for action in allowed_actions(town.operator, case):
        assert url(case, action.value) in text, action
        assert client.get(url(case, action.value), **HTMX).status_code == 200, action
        assert client.get(url(case, action.value)).status_code == 200, action


@pytest.mark.parametrize("far", ["pre_filed", "filed", "dispatched", "handled", "checked", "submitted", "closed"])
def test_keys_of_one_page_are_never_double(town, far):
    case = getattr(builders.Walk(town, builders.report(town)), far)().case
    for person in (town.operator, town.leader, town.dispatcher, town.clerk):
        keys = [COMMANDS[action].key for action in allowed_actions(person, case)]
        assert len(keys) == len(set(keys)), keys


def test_an_action_that_is_not_offered_opens_no_dialog(town, client):
    case = builders.report(town)
    sign_in(client, town.operator)
    assert client.get(url(case, "close"), **HTMX).status_code == 404  # the case is not that far
    assert client.get(url(case, "cancel"), **HTMX).status_code == 403  # the shift leader's
    assert client.get(url(case, "verified"), **HTMX).status_code == 404  # nobody's button
    assert client.post(url(case, "no_such_thing"), **HTMX).status_code == 404


def test_a_reason_that_is_missing_is_asked_for_in_the_dialog(town, client):
    case = builders.report(town)
    answer = act(sign_in(client, town.leader), case, "cancel", reason="")
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    answer = act(client, case, "cancel", reason="重复登记")
    assert answer.headers["HX-Redirect"] == url(case)
    assert builders.fresh(case).code is Status.CANCELLED


def test_a_change_meanwhile_is_told_with_its_clause(town, client):
    case = builders.report(town)
    stale = case.version
    act(sign_in(client, town.leader), case, "note", text="已回电")
    answer = client.post(url(case, "cancel"), {"version": stale, "reason": "重复登记"}, **HTMX)
    assert answer.status_code == 422
    assert "cases.version" in answer.content.decode()
    assert builders.fresh(case).code is Status.REGISTERED


@pytest.mark.clause("B3.4")
@pytest.mark.clause("B3.5")
@pytest.mark.clause("B2.4")
def test_a_whole_life_through_the_pages_buttons(town, client):
    """Intake to closing, each step by the one who does it, each by one POST."""
    case = builders.report(town, category=town.condition.category)
    steps = [
        (town.operator, "pre_file", {"condition": town.condition.pk}),
        (town.operator, "file", {}),
        (town.operator, "dispatch", {"department": town.department.pk}),
        (town.clerk, "accept", {}),
        (town.leader, "postpone", {"amount": 2, "reason": "等待配件"}),
        (town.clerk, "feedback", {"result": "已更换"}),
        (town.operator, "take", {}),
        (town.operator, "ask_check", {"question": "是否平整"}),
    ]
    for person, action, values in steps:
        answer = act(sign_in(client, person), builders.fresh(case), action, **values)
        assert "HX-Redirect" in answer.headers, (action, answer.content.decode())
    builders.Walk(town, builders.fresh(case), NOW).replied()
    case = builders.fresh(case)
    if case.holding.queue:
        act(sign_in(client, town.operator), case, "take")
    for person, action, values in [
        (town.operator, "to_closing_gate", {"answer": "井盖平整"}),
        (town.leader, "close", {}),
    ]:
        answer = act(sign_in(client, person), builders.fresh(case), action, **values)
        assert "HX-Redirect" in answer.headers, (action, answer.content.decode())
    assert builders.fresh(case).code is Status.CLOSED


@pytest.mark.clause("D3.7")
def test_custody_adds_up_to_the_second(town, client):
    case = builders.Walk(town, builders.report(town)).closed().case
    held = queries.custody_of(custody.timeline(case), case, NOW)
    assert held.total == held.whole == case.ended_at - case.arrived_at
    assert held.apart == timedelta(0)
    text = sign_in(client, town.leader).get(url(case)).content.decode()
    assert text.count('<tr>\n          <th scope="row"') == Holding.objects.filter(case=case).count()


def test_time_between_closing_and_reopening_is_shown_apart(town):
    walk = builders.Walk(town, builders.report(town)).closed()
    walk.at += builders.HOUR
    from hotline.cases.services import closing  # noqa: PLC0415 keeps the imports of the other tests short

    ended = walk.case.ended_at
    walk._next(closing.reopen, town.leader, reason="又坏了")
    held = queries.custody_of(custody.timeline(walk.case), walk.case, walk.at + builders.HOUR)
    assert held.apart == walk.at - ended


def test_a_plain_button_that_is_refused_says_so_in_a_toast(town, client):
    case = builders.Walk(town, builders.report(town, place="", latitude=None, longitude=None)).pre_filed().case
    answer = act(sign_in(client, town.operator), case, "file")
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#toasts"
    assert "B2.6" in answer.content.decode()


def test_amending_sends_only_what_was_changed(town, client):
    case = builders.report(town)
    sign_in(client, town.operator)
    form = client.get(url(case, "amend"), **HTMX).context["form"]
    shown = dict(form.originals)
    sent = {name.removeprefix("shown-"): value for name, value in shown.items() if value}
    answer = act(client, case, "amend", **shown, **{**sent, "place": "学府路 9 号"})
    assert answer.headers["HX-Redirect"] == url(case)
    event = case.events.get(action=Action.AMEND)
    assert event.data["set"] == {"place": "学府路 9 号"}


def test_files_are_added_and_shown_with_what_they_show(town, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = builders.report(town)
    paper = SimpleUploadedFile("说明.txt", "井盖型号 D400".encode(), content_type="text/plain")
    answer = sign_in(client, town.operator).post(url(case, "attach"), {"photos": [paper], "kind": "evidence"})
    if answer.status_code == 409:  # plain text may not be taken: then it must say why
        assert "cases.file" in answer.content.decode()
        return
    assert answer.status_code == 302
    assert "说明.txt" in client.get(url(case)).content.decode()


@pytest.mark.clause("A3.6")
def test_a_callers_number_stays_behind_the_mask_and_a_secret_one_is_not_named(town, client):
    caller = Customer.objects.create(centre=town.centre, name="诸葛某", since=builders.NINE, changed_at=builders.NINE)
    CustomerNumber.objects.create(customer=caller, e164="+8613800004321")
    open_case = builders.report(town, customer=caller)
    secret = builders.report(town, customer=caller, secret=True)
    sign_in(client, town.operator)
    text = client.get(url(open_case)).content.decode()
    assert "诸葛某" in text
    assert "13800004321" not in text
    assert "诸葛某" not in client.get(url(secret)).content.decode()
    for person in (town.dispatcher, people.person(town.centre, position=Position.TRAINER)):
        assert "诸葛某" not in sign_in(client, person).get(url(open_case)).content.decode()


@pytest.mark.parametrize("unit", LimitUnit.values)
def test_every_unit_of_a_limit_has_words(town, unit):
    from hotline.cases.forms.case import limit_text  # noqa: PLC0415 one test's own

    town.condition.limit_unit = unit
    assert limit_text(town.condition).startswith("4")


def test_a_long_history_asks_the_database_as_often_as_a_short_one(town, client):
    sign_in(client, town.operator)
    short = builders.report(town)
    long = builders.Walk(town, builders.report(town)).checked().case
    counts = {}
    for case in (short, long):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url(case), **HTMX).status_code == 200  # without the frame
        counts[case.pk] = len(asked)
    listed = "\n".join(query["sql"][:160] for query in asked.captured_queries)
    assert max(counts.values()) <= 20, listed
    assert abs(counts[short.pk] - counts[long.pk]) <= 3, listed


def test_a_closed_case_offers_what_may_still_be_done(town, client):
    case = builders.Walk(town, builders.report(town)).closed().case
    text = sign_in(client, town.leader).get(url(case)).content.decode()
    assert url(case, "reopen") in text
    assert url(case, "cancel") not in text
    assert Case.objects.get(pk=case.pk).code is Status.CLOSED
