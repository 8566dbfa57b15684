"""The operator's desk through the browser's eyes: who gets in, what is shown, what a key press does."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.logic.flow import Queue, Status
from hotline.cases.models import Case, Draft, Holding
from hotline.cases.services import desk as services
from hotline.cases.tests import builders
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(name="town")
def _town(monkeypatch):
    now = builders.NINE + 5 * builders.MINUTE
    monkeypatch.setattr(clock, "now", lambda: now)
    return builders.town()


@pytest.fixture(name="page")
def _page(town, client):
    client.force_login(town.operator)
    return client


def typed(case, **more):
    """What the desk's form sends for a case: every field as it was shown, and what was changed."""
    shown = {
        "customer": case.customer_id or "",
        "description": case.description,
        "place": case.place,
        "latitude": case.latitude if case.latitude is not None else "",
        "longitude": case.longitude if case.longitude is not None else "",
        "category": case.category_id or "",
        "is_urgent": "True" if case.is_urgent else "",
        "is_secret": "True" if case.is_secret else "",
    }
    boxes = {name for name in ("is_urgent", "is_secret") if not shown[name]}
    sent = {name: value for name, value in shown.items() if name not in boxes} | more
    return {"version": case.version, **{f"shown-{name}": value for name, value in shown.items()}, **sent}


def step(page, case, action, **more):
    """Press a button of the desk."""
    return page.post(reverse("cases:desk_step", args=[case.number, action]), typed(case, **more), **HTMX)


@pytest.mark.parametrize(
    ("position", "status"),
    [
        (Position.OPERATOR, 200),
        (Position.SHIFT_LEADER, 200),
        (Position.AGENT, 200),
        (Position.DISPATCHER, 403),
        (Position.FIELD_SUPERVISOR, 403),
        (Position.DEPARTMENT_CLERK, 403),
        (Position.HR, 403),
    ],
)
def test_the_desk_is_for_those_who_work_cases(town, client, position, status):
    who = people.person(town.centre, position=position)
    client.force_login(who)
    for name in ("desk", "desk_hand", "desk_new", "desk_conditions", "desk_similar"):
        assert client.get(reverse(f"cases:{name}")).status_code == status, name


def test_an_empty_desk_says_what_to_do_next(page):
    text = page.get(reverse("cases:desk")).content.decode()
    assert 'data-key="n"' in text
    assert 'data-key="c"' in text


@pytest.mark.clause("B3.1")
@pytest.mark.clause("A3.4")
def test_a_new_report_is_registered_with_its_caller_and_stays_in_hand(town, page):
    sent = {
        "source": "phone",
        "description": "路灯不亮",
        "place": "滨河路 3 号",
        "caller_number": "13800001234",
        "caller_name": "王芳",
        "category": town.condition.category_id,
    }
    answer = page.post(reverse("cases:desk_new"), sent, **HTMX)
    case = Case.objects.get()
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"].endswith(f"?case={case.number}")
    assert (case.source, case.place, case.category) == ("phone", "滨河路 3 号", town.condition.category)
    assert case.holding.person == town.operator
    assert case.customer.name == "王芳"
    assert "13800001234" not in answer.content.decode()


def test_a_report_without_words_comes_back_with_what_was_typed(page):
    sent = {"source": "visit", "place": "滨河路 3 号", "description": " "}
    answer = page.post(reverse("cases:desk_new"), sent, **HTMX)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "滨河路 3 号" in text
    assert "is-invalid" in text
    assert not Case.objects.exists()


@pytest.mark.clause("B2.4")
def test_from_receiving_to_dispatching_by_the_natural_next_step_alone(town, page):
    case = builders.report(town, category=town.condition.category)
    answer = step(page, case, "pre_file", condition=town.condition.pk)
    case = builders.fresh(case)
    assert (answer.status_code, case.code) == (200, Status.PRE_FILED)
    assert reverse("cases:desk_step", args=[case.number, "file"]) in answer.content.decode()

    answer = step(page, case, "file")
    case = builders.fresh(case)
    assert case.code is Status.FILED
    text = answer.content.decode()
    assert f'value="{town.department.pk}" selected data-initials="{town.department.name_key}"' in text

    step(page, case, "dispatch", department=town.department.pk, note="请尽快")
    case = builders.fresh(case)
    assert case.code is Status.DISPATCHED
    assert case.holding.unit == town.department


@pytest.mark.clause("B2.4")
def test_a_condition_that_needs_the_gate_is_submitted_not_filed(town, page):
    case = builders.report(town, category=town.gated.category)
    answer = step(page, case, "pre_file", condition=town.gated.pk)
    assert reverse("cases:desk_step", args=[case.number, "to_filing_gate"]) in answer.content.decode()
    step(page, builders.fresh(case), "to_filing_gate")
    assert builders.fresh(case).holding.queue == Queue.FILING_GATE


def test_what_was_typed_is_saved_along_with_the_step(town, page):
    case = builders.report(town, place="")
    other = town.condition.category
    step(page, case, "pre_file", place="人民路", category=other.pk, condition=town.condition.pk, is_urgent="on")
    case = builders.fresh(case)
    assert (case.place, case.is_urgent, case.category, case.code) == ("人民路", True, other, Status.PRE_FILED)


def test_a_refused_step_saves_nothing_and_keeps_what_was_typed(town, page):
    case = builders.report(town, category=town.condition.category)
    answer = step(page, case, "pre_file", place="人民路")  # no condition chosen
    assert answer.status_code == 422
    assert "人民路" in answer.content.decode()
    after = builders.fresh(case)
    assert (after.place, after.version) == (case.place, case.version)


def test_a_second_persons_change_is_told_and_never_overwritten(town, page):
    case = builders.report(town, category=town.condition.category)
    seen = typed(case, place="我写的地点")
    services.add_note(case_id=case.pk, version=case.version, text="已回电", by=town.leader, at=builders.NINE)
    answer = page.post(reverse("cases:desk_step", args=[case.number, "save"]), seen, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "我写的地点" in text
    assert "cases.version" in text
    assert town.leader.name in text
    assert builders.fresh(case).place == case.place


def test_the_watch_says_who_acted_and_is_silent_otherwise(town, page):
    case = builders.report(town)
    where = f"{reverse('cases:desk_watch', args=[case.number])}?version={case.version}"
    assert page.get(where, **HTMX).content.decode().strip() == ""
    services.add_note(case_id=case.pk, version=case.version, text="已回电", by=town.leader, at=builders.NINE)
    text = page.get(where, **HTMX).content.decode()
    assert town.leader.name in text
    assert "已回电" in text


def test_only_ones_own_changes_are_sent_on(town, page):
    """Somebody else amended the place; I changed the description on a page drawn after that."""
    case = builders.report(town)
    services.amend(case_id=case.pk, version=case.version, changes={"place": "新地点"}, by=town.leader, at=builders.NINE)
    draft = {**{key: str(value) for key, value in typed(case, description="井盖全掉了").items()}}
    page.post(reverse("cases:desk_draft", args=[f"case:{case.pk}"]), draft)
    assert Draft.objects.get(person=town.operator).data["description"] == "井盖全掉了"
    text = page.get(reverse("cases:desk"), {"case": case.number}).content.decode()
    assert "井盖全掉了" in text  # what I typed stands over what there is
    assert 'value="新地点"' in text  # and the colleague's change is not undone by my draft


def test_a_sent_form_drops_its_draft(town, page):
    case = builders.report(town)
    key = f"case:{case.pk}"
    page.post(reverse("cases:desk_draft", args=[key]), {"description": "x"})
    step(page, case, "save", description="井盖缺失")
    assert not Draft.objects.filter(key=key).exists()
    assert builders.fresh(case).description == "井盖缺失"


@pytest.mark.clause("B3.3")
def test_not_accepting_needs_a_reason_and_the_dialog_says_so(town, page):
    case = builders.report(town)
    answer = step(page, case, "not_accept", in_dialog="1", reason="")
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#dialog-body"
    assert step(page, case, "not_accept", in_dialog="1", reason="不属受理范围").status_code == 200
    case = builders.fresh(case)
    assert (case.code, case.status_note) == (Status.NOT_ACCEPTED, "不属受理范围")


@pytest.mark.clause("B3.2")
def test_asking_for_verification_takes_the_case_off_the_desk(town, page):
    case = builders.report(town)
    answer = step(page, case, "ask_verify", in_dialog="1", question="井盖是否缺失")
    assert builders.fresh(case).code is Status.VERIFYING
    assert case.number not in answer.content.decode().split('id="desk-form"')[0]


def test_next_case_takes_what_waits_longest_and_says_when_nothing_waits(town, page):
    waiting = builders.report(town, by=people.system(town.centre), source="import")
    assert waiting.holding.queue == Queue.INTAKE
    answer = page.post(reverse("cases:desk_next"), **HTMX)
    assert builders.fresh(waiting).holding.person == town.operator
    assert waiting.number in answer.headers["HX-Push-Url"]
    answer = page.post(reverse("cases:desk_next"), **HTMX)
    assert "toast" in answer.headers["HX-Trigger"]


def test_my_cases_stand_by_time_left(town, page):
    late = builders.report(town, description="先到的")
    early = builders.report(town, at=builders.NINE + builders.MINUTE, description="后到的")
    rows = page.get(reverse("cases:desk_hand")).content.decode()
    assert rows.index(late.number) < rows.index(early.number)
    assert rows.count("data-due=") == 2


def test_the_category_is_found_by_initials(town, page):
    category = town.condition.category
    category.key = "shangshuijinggai ssjg"
    category.save(update_fields=["key"])
    for text in ("ssjg", "shangshui", "水井", "C0101"):
        options = page.get(reverse("cases:pick_category"), {"q": text}).json()["options"]
        assert [one["value"] for one in options] == [str(category.pk)], text
    assert page.get(reverse("cases:pick_category"), {"q": "xyz"}).json()["options"] == []


def test_conditions_come_with_limit_and_closing_condition(town, page):
    text = page.get(reverse("cases:desk_conditions"), {"category": town.condition.category_id}).content.decode()
    for condition in (town.condition, town.gated):
        assert condition.filing_condition in text
        assert f'value="{condition.pk}"' in text
    assert town.condition.closing_condition in text
    assert 'hx-swap-oob="innerHTML:#standard"' in text


def test_likely_same_cases_are_offered_by_place_and_by_caller(town, page):
    category = town.condition.category
    near = builders.report(town, category=category, description="近处")
    caller = Customer.objects.create(centre=town.centre, name="王芳", since=builders.NINE, changed_at=builders.NINE)
    same = builders.report(town, category=None, customer=caller, latitude=None, longitude=None)
    asked = {"category": category.pk, "latitude": "37.900100", "longitude": "112.550100", "customer": caller.pk}
    text = page.get(reverse("cases:desk_similar"), asked).content.decode()
    assert near.number in text
    assert same.number in text
    far = page.get(reverse("cases:desk_similar"), {**asked, "latitude": "37.950000", "customer": ""}).content.decode()
    assert near.number not in far


def test_known_callers_are_offered_behind_the_mask(town, page):
    sent = {"source": "phone", "description": "路灯不亮", "caller_number": "13800001234", "caller_name": "王芳"}
    page.post(reverse("cases:desk_new"), sent)
    text = page.post(reverse("cases:desk_callers"), {"caller_number": "13800001234"}).content.decode()
    assert "王芳" in text
    assert "13800001234" not in text


def test_another_centres_case_is_not_there(town, page):
    foreign = builders.report(builders.town())
    assert page.get(reverse("cases:desk"), {"case": foreign.number}).status_code in {200, 404}
    assert page.post(reverse("cases:desk_step", args=["20260101-9999", "save"]), {}).status_code == 404


def test_a_desk_with_many_cases_asks_the_database_as_often_as_one_with_few(town, page):
    builders.report(town, category=town.condition.category)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert page.get(reverse("cases:desk"), **HTMX).status_code == 200  # without the frame
        counts.append(len(asked))
        for _more in range(8):
            builders.report(town, category=town.condition.category)
    assert counts[0] == counts[1]
    assert counts[0] <= 15, "\n".join(query["sql"][:150] for query in asked.captured_queries)


def test_a_case_in_hand_shows_its_five_minutes(town, page):
    case = builders.report(town)
    due = Holding.objects.get(case=case).due_at
    assert isinstance(due, datetime)
    assert f'data-due="{due.isoformat()}"' in page.get(reverse("cases:desk")).content.decode()


def test_what_loads_inside_the_form_keeps_to_its_own_place(page, town):
    """htmx inherits a target: a part of the form that names none of its own would replace the whole desk."""
    case = builders.report(town)
    shown = page.get(f"{reverse('cases:desk')}?case={case.number}").content.decode()
    assert '<div id="conditions" hx-target="this"' in shown
