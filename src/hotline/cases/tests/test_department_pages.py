"""Pages of dispatchers and departments: dispatching, more time, parked cases, the inbox."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotline.cases.logic.flow import Status
from hotline.cases.logic.resolution import ORDERS, Answer, propose
from hotline.cases.models import Attachment, Case, Category
from hotline.cases.queries import department as queries
from hotline.cases.services import dispatching, filing
from hotline.cases.tests import builders as b
from hotline.cases.tests import pictures
from hotline.core import clock
from hotline.people.models import Notice, Position, Unit, UnitKind
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = pytest.mark.django_db
P = Position
AT = b.NINE + 20 * b.MINUTE


@pytest.fixture(autouse=True)
def now(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return b.town()


def waiting(town, **more):
    """A filed case in the dispatchers' queue."""
    walk = b.Walk(town, b.report(town, **more)).pre_filed(town.gated)
    walk._next(filing.submit_for_filing, town.operator)
    return walk._next(filing.file, town.leader).case


def at_department(town, **more):
    return b.Walk(town, b.report(town, **more)).dispatched().case


def dispatch_page(person, act, case, **data):
    where = reverse("cases:dispatching_act", args=[act, case.number])
    return signed_in(person).post(where, {"version": case.version, **data})


def inbox_page(person, act, case, **data):
    where = reverse("cases:inbox_act", args=[case.number, act])
    return signed_in(person).post(where, {"version": case.version, **data})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(town, language):
    waiting(town)
    page = reverse("cases:dispatching")
    dispatches = {P.DISPATCHER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR}
    pages = {page: dispatches, f"{page}?show=time": dispatches, f"{page}?show=parked": dispatches}
    admits(town.centre, pages | {reverse("cases:inbox"): {P.DEPARTMENT_CLERK}}, language)


# ---------------------------------------------------------------- whom to


@pytest.mark.parametrize(
    ("kind", "owner", "place", "found"),
    [
        ("component", 1, 2, (1, Answer.OWNER)),
        ("component", None, 2, (2, Answer.PLACE)),
        ("event", 1, 2, (2, Answer.PLACE)),
        ("event", 1, None, (1, Answer.OWNER)),
        ("event", None, None, None),
    ],
)
def test_components_go_to_their_owner_first_and_events_to_the_place_first(kind, owner, place, found):
    proposal = propose(kind, {Answer.OWNER: owner, Answer.PLACE: place})
    assert (proposal and (proposal.unit, proposal.why)) == found


def test_both_orders_ask_everybody_once():
    assert all(sorted(order) == sorted(Answer) for order in ORDERS.values())


def test_an_event_is_proposed_to_the_department_of_its_district(town):
    local = people.unit(town.centre, "城东街道", UnitKind.DEPARTMENT)
    Unit.objects.filter(pk=local.pk).update(code="D1")
    known = queries.departments(town.centre)
    component = waiting(town)
    assert queries.proposals([component], known)[component.pk].unit == town.department.pk
    category = Category.objects.create(
        centre=town.centre, kind="event", big_code="01", big_name="市容环境", small_code="01", small_name="暴露垃圾"
    )
    town.gated = b.condition(category, 1, department=town.department, needs_gate=True)
    event = waiting(town)
    assert queries.proposals([event], known)[event.pk].unit == local.pk


def test_a_department_that_is_gone_is_not_proposed(town):
    case = waiting(town)
    Unit.objects.filter(pk=town.department.pk).update(is_active=False)
    assert queries.proposals([case], queries.departments(town.centre)) == {case.pk: None}
    page = signed_in(town.dispatcher).get(reverse("cases:dispatching")).content.decode()
    assert case.number in page


# ---------------------------------------------------------------- dispatching


def test_urgent_ones_stand_first_then_the_oldest(town):
    old, urgent = waiting(town), waiting(town, urgent=True)
    assert [row.case for row in queries.to_dispatch(town.centre)] == [urgent, old]


def test_dispatching_by_the_page(town):
    case = waiting(town)
    answer = dispatch_page(town.dispatcher, "dispatch", case, department=town.department.pk, note="请速处理")
    assert answer.status_code == 302
    assert b.fresh(case).holding.unit == town.department
    shown = signed_in(town.clerk).get(reverse("cases:inbox_case", args=[case.number])).content.decode()
    assert "请速处理" in shown


def test_without_a_department_nothing_is_dispatched(town):
    case = waiting(town)
    answer = dispatch_page(town.dispatcher, "dispatch", case, department="")
    assert said(answer)
    assert b.fresh(case).code is Status.FILED


def test_what_came_back_shows_why_and_can_be_parked_and_resumed(town):
    case = at_department(town)
    inbox_page(town.clerk, "return", case, reason="不归我们管")
    case = b.fresh(case)
    page = signed_in(town.dispatcher).get(reverse("cases:dispatching")).content.decode()
    assert "不归我们管" in page
    dispatch_page(town.dispatcher, "park", case, reason="权属不清")
    case = b.fresh(case)
    assert case.code is Status.PARKED
    assert [row.case for row in queries.parked(town.centre)] == [case]
    assert "权属不清" in signed_in(town.dispatcher).get(f"{reverse('cases:dispatching')}?show=parked").content.decode()
    dispatch_page(town.dispatcher, "resume", case, reason="权属已定")
    assert b.fresh(case).code is Status.RETURNED


# ---------------------------------------------------------------- more time


def asks(town, case, amount=4):
    answer = inbox_page(town.clerk, "time", case, amount=amount, reason="配件未到")
    assert answer.status_code == 302
    return b.fresh(case)


@pytest.mark.clause("A2.21")
def test_asking_for_more_time_moves_no_deadline(town):
    case = at_department(town)
    after = asks(town, case)
    assert after.due_at == case.due_at
    [wish] = queries.more_time(Case.objects.visible_to(town.dispatcher))
    assert (wish.case, wish.amount, wish.reason, wish.event.actor) == (case, 4, "配件未到", town.clerk)
    page = signed_in(town.dispatcher).get(f"{reverse('cases:dispatching')}?show=time").content.decode()
    assert "配件未到" in page


@pytest.mark.clause("A2.21")
def test_granting_postpones_and_tells(town):
    case = asks(town, at_department(town))
    dispatch_page(town.dispatcher, "grant", case, amount=4, reason="配件未到")
    after = b.fresh(case)
    assert (after.due_at > case.due_at, after.postponed_count) == (True, 1)
    assert queries.more_time(Case.objects.all()) == []
    assert Notice.objects.filter(recipient=town.clerk, params__number=case.number).exists()


def test_declining_needs_a_reason_leaves_the_deadline_and_tells(town):
    case = asks(town, at_department(town))
    assert said(dispatch_page(town.dispatcher, "decline", case, reason=""))
    assert len(queries.more_time(Case.objects.all())) == 1
    dispatch_page(town.dispatcher, "decline", case, reason="影响出行")
    assert b.fresh(case).due_at == case.due_at
    assert queries.more_time(Case.objects.all()) == []
    assert Notice.objects.filter(recipient=town.clerk, params__reason="影响出行").exists()


def test_a_newer_request_stands_for_the_older(town):
    case = asks(town, at_department(town), amount=2)
    asks(town, case, amount=3)
    assert [wish.amount for wish in queries.more_time(Case.objects.all())] == [3]


def test_too_much_time_is_refused_in_the_form(town):
    case = at_department(town)
    answer = inbox_page(town.clerk, "time", case, amount=41, reason="配件未到")
    assert answer.status_code == 200
    assert answer.context["forms"]["time"].errors["amount"]


def test_nobody_else_asks_for_a_department(town):
    case = at_department(town)
    elsewhere = people.unit(town.centre, "园林所", UnitKind.DEPARTMENT)
    other = people.person(position=P.DEPARTMENT_CLERK, unit=elsewhere)
    assert inbox_page(other, "time", case, amount=1, reason="借用").status_code == 404
    assert inbox_page(town.operator, "time", case, amount=1, reason="代办").status_code == 403
    assert dispatch_page(town.operator, "grant", case, amount=1, reason="代办").status_code == 403


# ---------------------------------------------------------------- inbox


def test_the_inbox_sorts_by_what_is_needed(town):
    new = at_department(town)
    Case.objects.filter(pk=new.pk).update(due_at=AT + 3 * 24 * b.HOUR)
    today = at_department(town)
    running = at_department(town)
    Case.objects.filter(pk=running.pk).update(due_at=AT + 3 * 24 * b.HOUR)
    inbox_page(town.clerk, "accept", b.fresh(running))
    late = at_department(town)
    Case.objects.filter(pk=late.pk).update(due_at=AT - b.SECOND)
    found = queries.inbox(town.clerk, AT)
    places = [[row.case for row in rows] for rows in (found.overdue, found.today, found.new, found.running)]
    assert places == [[late], [today], [new], [running]]
    assert found.count == 4


def test_a_department_sees_its_own_cases_alone(town):
    case, other = at_department(town), b.town()
    elsewhere = people.unit(town.centre, "园林所", UnitKind.DEPARTMENT)
    stranger = people.person(position=P.DEPARTMENT_CLERK, unit=elsewhere)
    where = reverse("cases:inbox_case", args=[case.number])
    assert signed_in(town.clerk).get(where).status_code == 200
    for person in (stranger, other.clerk):
        assert queries.inbox(person, AT).count == 0
        assert signed_in(person).get(where).status_code == 404


def test_accepting_and_reporting_with_photos(town):
    case = at_department(town)
    inbox_page(town.clerk, "accept", case)
    case = b.fresh(case)
    assert case.code is Status.HANDLING
    photos = {
        f"photos_{kind}": SimpleUploadedFile(f"{kind}.jpg", pictures.picture(colour=colour), content_type="image/jpeg")
        for kind, colour in (("before", (1, 2, 3)), ("after", (9, 8, 7)))
    }
    answer = inbox_page(town.clerk, "report", case, result="已更换", **photos)
    assert answer.status_code == 302
    assert b.fresh(case).code is Status.FEEDBACK
    assert set(Attachment.objects.filter(case=case).values_list("kind", flat=True)) == {"before", "after"}


def test_a_report_without_words_or_on_an_old_version_keeps_nothing(town):
    case = at_department(town)
    file = SimpleUploadedFile("a.jpg", pictures.picture(), content_type="image/jpeg")
    assert inbox_page(town.clerk, "report", case, result="").context["forms"]["report"].errors["result"]
    inbox_page(town.clerk, "accept", case)
    answer = inbox_page(town.clerk, "report", case, result="已更换", photos_after=file)  # the version before accepting
    assert "cases.version" in str(answer.context["forms"]["report"].non_field_errors())
    assert b.fresh(case).code is Status.HANDLING
    assert not Attachment.objects.exists()


def test_sending_back_needs_a_reason(town):
    case = at_department(town)
    assert inbox_page(town.clerk, "return", case, reason="").status_code == 200
    assert b.fresh(case).code is Status.DISPATCHED
    inbox_page(town.clerk, "return", case, reason="不归我们管")
    assert (b.fresh(case).code, b.fresh(case).send_back_count) == (Status.RETURNED, 1)


def test_after_reporting_the_case_is_seen_without_buttons(town):
    case = b.Walk(town, b.report(town)).handled().case
    page = signed_in(town.clerk).get(reverse("cases:inbox_case", args=[case.number]))
    assert page.status_code == 200
    assert not any(page.context["can"].values())
    assert inbox_page(town.clerk, "report", case, result="再报一次").status_code in {200, 403}
    assert b.fresh(case).version == case.version


def test_a_callers_data_is_not_on_the_departments_page(town):
    case = at_department(town)
    assert case.customer is None
    page = signed_in(town.clerk).get(reverse("cases:inbox_case", args=[case.number])).content.decode()
    assert town.operator.phone not in page


def test_the_pages_cost_few_queries(town, django_assert_max_num_queries):
    for _ in range(5):
        waiting(town)
    asks(town, at_department(town))
    for _ in range(4):
        at_department(town)
    for person, page in ((town.dispatcher, "cases:dispatching"), (town.clerk, "cases:inbox")):
        browser = signed_in(person)
        browser.get(reverse(page))
        with django_assert_max_num_queries(18):
            browser.get(reverse(page))


def test_dispatching_needs_the_version_that_was_seen(town):
    case = waiting(town)
    dispatching.dispatch(
        case_id=case.pk, version=case.version, department=town.department, by=town.leader, at=AT - b.MINUTE
    )
    answer = dispatch_page(town.dispatcher, "dispatch", case, department=town.department.pk)
    assert answer.status_code in {302, 403}
    assert b.fresh(case).version == case.version + 1
