"""Pages of waivers: asking with evidence, deciding by a second person (D3.7); and the map of open cases."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hotline.cases.models import Case, Waiver
from hotline.cases.queries import excuses
from hotline.cases.tests import builders as b
from hotline.cases.tests import pictures
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import admits, said, signed_in

pytestmark = pytest.mark.django_db
P = Position
AT = b.NINE + b.HOUR
MAY_SEE = {P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER, P.CENTRE_SUPERVISOR, P.DIRECTOR}
MAP = MAY_SEE | {P.MANAGER, P.DISPATCHER, P.QUALITY}


@pytest.fixture(autouse=True)
def now(monkeypatch, tmp_path, settings):
    settings.MEDIA_ROOT, settings.VAR = tmp_path / "files", tmp_path
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def town():
    return b.town()


@pytest.fixture
def held(town):
    """Seven minutes in the operator's hands, still there."""
    return b.report(town, at=AT - 7 * b.MINUTE).holding


def paper():
    return SimpleUploadedFile("故障单.pdf", pictures.pdf(), content_type="application/pdf")


def ask(person, holding, **data):
    values = {"reason_code": "system", "reason": "系统中断", **data}
    return signed_in(person).post(reverse("cases:waiver_ask", args=[holding.pk]), values)


def decide(person, waiver, **data):
    return signed_in(person).post(reverse("cases:waiver_decide", args=[waiver.pk]), data)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_whom_they_say(town, held, language):
    ask(town.operator, held, file=paper())
    page = reverse("cases:waivers")
    admits(town.centre, {page: MAY_SEE, f"{page}?show=decided": MAY_SEE, f"{page}?show=own": MAY_SEE}, language)


@pytest.mark.clause("D3.7")
def test_asking_with_evidence_and_the_second_persons_decision(town, held):
    assert ask(town.operator, held, file=paper()).status_code == 302
    waiver = Waiver.objects.get()
    assert (waiver.person, waiver.evidence.name, waiver.status) == (town.operator, "故障单.pdf", "asked")
    page = signed_in(town.leader).get(reverse("cases:waivers")).content.decode()
    assert "系统中断" in page
    decide(town.leader, waiver, approve="on")
    waiver.refresh_from_db()
    assert (waiver.status, waiver.status_by) == ("approved", town.leader)


@pytest.mark.clause("D3.7")
def test_evidence_may_come_when_the_case_has_gone_on(town):
    case = b.Walk(town, b.report(town), at=b.NINE + 4 * b.MINUTE).dispatched().case
    holding = case.holdings.order_by("span").first()
    assert ask(town.operator, holding, file=paper()).status_code == 302
    assert Waiver.objects.get().span == holding.span


@pytest.mark.clause("D3.7")
def test_without_evidence_nothing_is_asked(town, held):
    answer = ask(town.operator, held)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not Waiver.objects.exists()


@pytest.mark.clause("D3.7")
def test_nobody_decides_his_own(town, held):
    ask(town.leader, held, file=paper())
    waiver = Waiver.objects.get()
    assert decide(town.leader, waiver, approve="on").status_code == 403
    assert decide(town.operator, waiver, approve="on").status_code in {403, 404}
    second = people.person(town.centre, position=P.CENTRE_SUPERVISOR)
    decide(second, waiver, approve="on")
    waiver.refresh_from_db()
    assert waiver.status_by == second


def test_refusing_needs_a_note(town, held):
    ask(town.operator, held, file=paper())
    waiver = Waiver.objects.get()
    assert said(decide(town.leader, waiver, note=""))
    decide(town.leader, waiver, note="证据不足")
    waiver.refresh_from_db()
    assert (waiver.status, waiver.status_note) == ("refused", "证据不足")


def test_another_persons_holding_is_not_found(town, held):
    assert ask(town.second, held, file=paper()).status_code == 404
    assert ask(b.town().leader, held, file=paper()).status_code == 404


@pytest.mark.clause("D3.7")
def test_own_time_over_the_limit_is_listed_until_asked(town):
    walk = b.Walk(town, b.report(town), at=b.NINE + 3 * b.MINUTE + b.SECOND).dispatched()
    b.Walk(town, b.report(town)).dispatched()  # three minutes
    [over] = excuses.over_limit(town.operator, AT)
    assert (over.holding.case, over.charged.total_seconds()) == (walk.case, 361)
    assert excuses.over_limit(town.second, AT) == []


def test_the_page_costs_few_queries(town, held, django_assert_max_num_queries):
    ask(town.operator, held, file=paper())
    browser = signed_in(town.leader)
    browser.get(reverse("cases:waivers"))
    with django_assert_max_num_queries(16):
        browser.get(reverse("cases:waivers"))


# ---------------------------------------------------------------- the map


def test_the_map_admits_those_who_see_the_whole_centre(town):
    b.report(town)
    pages = dict.fromkeys(("cases:map", "cases:map_cases", "cases:map_districts"), MAP)
    everybody = set(Position.values) - {P.SYSTEM}
    pages["cases:districts"] = everybody
    admits(town.centre, {reverse(page): admitted for page, admitted in pages.items()})


def test_the_map_shows_open_cases_of_the_own_centre_where_they_are(town):
    placed, _unplaced = b.report(town), b.report(town, latitude=None, longitude=None)
    b.Walk(town, b.report(town)).closed()
    b.report(b.town())
    browser = signed_in(town.leader)
    [point] = browser.get(reverse("cases:map_cases")).json()["features"]
    assert point["geometry"]["coordinates"] == [112.55, 37.9]
    assert placed.number in point["properties"]["title"]
    [district] = browser.get(reverse("cases:map_districts")).json()["features"]
    assert district["properties"] == {"name": "城东区", "count": 1}
    assert browser.get(reverse("cases:map")).context["counts"] == {"all": 2, "unplaced": 1}


def test_the_map_is_narrowed_by_stage_and_lateness(town):
    b.report(town)
    late = b.Walk(town, b.report(town)).dispatched().case
    Case.objects.filter(pk=late.pk).update(due_at=AT - b.SECOND)
    browser = signed_in(town.leader)

    def shown(**wish):
        return len(browser.get(reverse("cases:map_cases"), wish).json()["features"])

    assert (shown(), shown(stage="handling"), shown(late="on"), shown(stage="check")) == (2, 1, 1, 0)
    [point] = browser.get(reverse("cases:map_cases"), {"late": "on"}).json()["features"]
    assert point["properties"]["tone"] == "red"
