"""Ranking and rewards: places by the months shown, proposals by one, confirmed by another; the centre at a glance."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.appraisal.models import Award, MatterStatus, Measure, Period, Sheet
from hotline.appraisal.queries import awards
from hotline.appraisal.services import awarding, measuring
from hotline.appraisal.tests.builders import APRIL, MONTH, House, computed, house, shown
from hotline.appraisal.tests.test_views import browser
from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db]
HALF = [date(2026, month, 1) for month in range(1, 7)]


def scored(
    of: House, points: dict[Person, list[int]], status: str = "closed", roles: dict[Person, str] | None = None
) -> None:
    """Months as they stand after they were closed, with these points."""
    by = system_person(of.town.centre)
    for number, month in enumerate(HALF):
        confirmed = of.supervisor if status == "closed" else None
        period = Period.objects.create(
            centre=of.town.centre, month=month, status="computed", status_at=APRIL, status_by=by,
            confirmed_by=confirmed,
        )  # fmt: skip
        for person, listed in points.items():
            if number < len(listed):
                Sheet.objects.create(
                    period=period, person=person, role=(roles or {}).get(person, "operator"), number=1, facts={},
                    digest="0" * 64, points=listed[number], fen=0, made_at=APRIL, made_by=by,
                )  # fmt: skip
        Period.objects.filter(pk=period.pk).update(status=status, status_by=of.hr)


@pytest.mark.clause("D3.15")
def test_places_by_the_mean_with_ties_and_too_few_months():
    of = house(late=False)
    late = people.person(of.town.centre, name="来得晚")
    scored(of, {of.operator: [90] * 6, of.town.second: [95, 85, 90, 90, 90, 90], late: [100] * 3})
    found = awards.table(of.town.centre.pk, "2026-H1")
    assert [(place.place, place.months) for place in found.places] == [(1, 6), (1, 6), (None, 3)]
    assert found.is_final
    assert awards.firsts(awards.table(of.town.centre.pk, "2026-H1")) == {of.operator.pk, of.town.second.pk}


@pytest.mark.clause("D3.3", "D5")
def test_places_are_among_those_of_one_role_and_who_is_alone_is_first_of_nobody(django_assert_max_num_queries):
    of = house(late=False)
    points = {of.operator: [80] * 6, of.town.second: [70] * 6, of.town.leader: [100] * 6, of.supervisor: [90] * 6}
    roles = {of.town.leader: "shift_leader", of.supervisor: "centre_supervisor"}
    scored(of, points, roles=roles)
    with django_assert_max_num_queries(3):
        found = awards.table(of.town.centre.pk, "2026-H1")
    assert [(role, [place.place for place in places]) for role, places in found.roles] == [
        ("operator", [1, 2]), ("shift_leader", [1]), ("centre_supervisor", [1]),
    ]  # fmt: skip
    assert awards.firsts(found) == {of.operator.pk}
    client = browser(of.supervisor)
    page = client.get(reverse("appraisal:ranking"))
    assert [(group["name"], len(group["rows"])) for group in page.context["groups"]] == [
        ("接线员", 2), ("值班长", 1), ("中心主管", 1),
    ]  # fmt: skip
    assert page.context["firsts"] == [("接线员", of.operator)]
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("appraisal:ranking"))
    assert not [one for one in seen if '"appraisal_sheet"."facts"' in one["sql"]]
    assert sum("appraisal_sheet" in one["sql"] for one in seen) == 1


@pytest.mark.clause("D3.15")
def test_a_ranking_is_provisional_until_every_month_is_closed():
    of = house()
    shown(of)
    assert "2026-H1" in browser(of.supervisor, "en").get(reverse("appraisal:ranking")).content.decode()
    found = awards.table(of.town.centre.pk, "2026-H1")
    assert (found.is_final, found.months, len(found.missing)) == (False, (MONTH,), 5)
    assert all(place.place is None for place in found.places)  # one month of six is too few
    assert awards.firsts(awards.table(of.town.centre.pk, "2026-H1")) == set()


@pytest.mark.clause("D3.15")
def test_a_month_that_nobody_was_shown_ranks_nobody():
    of = house()
    computed(of)
    assert awards.periods(of.town.centre.pk) == []
    page = browser(of.supervisor, "en").get(reverse("appraisal:ranking")).content.decode()
    assert "No month of this period has been shown yet" in page
    assert awards.table(of.town.centre.pk, "2026-H1").places == ()


@pytest.mark.clause("D5")
def test_the_first_of_a_finished_ranking_is_rewarded_by_two_people():
    of = house(late=False)
    scored(of, {of.operator: [90] * 6, of.town.second: [80] * 6})
    wish = {"kind": "ranking", "period": "2026-H1", "words": "上半年第一名", "in_kind": "锦旗", "at": APRIL}
    with pytest.raises(Refused):
        awarding.propose_award(person=of.town.second, by=of.town.leader, **wish)
    row = awarding.propose_award(person=of.operator, by=of.town.leader, **wish)
    with pytest.raises(Refused):  # once
        awarding.propose_award(person=of.operator, by=of.town.leader, **wish)
    row = awarding.decide_award(award_id=row.pk, confirm=True, note="名副其实", by=of.supervisor, at=APRIL)
    assert (row.status, row.fen) == (MatterStatus.CONFIRMED, 0)
    assert of.operator.notices.filter(text__contains="reward").exists()


@pytest.mark.clause("A7.11")
def test_graded_rewards_of_a_month_have_their_numbers():
    of = house()
    wish = {"kind": "monthly", "period": "2026-03", "words": "主动帮助新人", "by": of.town.leader, "at": APRIL}
    row = awarding.propose_award(person=of.operator, grade_number=1, **wish)
    with pytest.raises(Refused) as told:
        awarding.propose_award(person=of.town.second, grade_number=1, **wish)
    assert told.value.refusals[0].clause == "A7.11"
    awarding.propose_award(person=of.town.second, grade_number=2, **wish)
    for wrong in ({"grade_number": None}, {"words": " "}, {"period": "2026-H1"}, {"period": "nonsense"}):
        with pytest.raises(Refused):
            awarding.propose_award(person=of.trainer, **{**wish, "grade_number": 3, **wrong})
    awarding.decide_award(award_id=row.pk, confirm=False, note="证据不足", by=of.supervisor, at=APRIL)
    third = people.person(of.town.centre)
    assert awarding.propose_award(person=third, grade_number=1, **wish).grade == 1  # the dropped one leaves its place


@pytest.mark.clause("A7.11")
def test_nobody_rewards_himself_or_confirms_his_own_proposal():
    of = house()
    wish = {"kind": "suggestion", "period": "2026-03", "words": "合并重复来电", "at": APRIL}
    for nobody in (of.operator, of.trainer):
        with pytest.raises(NotAllowed):
            awarding.propose_award(person=of.town.second, by=nobody, **wish)
    with pytest.raises(NotAllowed):
        awarding.propose_award(person=of.supervisor, by=of.supervisor, **wish)
    row = awarding.propose_award(person=of.operator, by=of.supervisor, **wish)
    for nobody in (of.supervisor, of.operator, of.town.leader, of.hr):
        with pytest.raises(NotAllowed):
            awarding.decide_award(award_id=row.pk, confirm=True, note="好", by=nobody, at=APRIL)
    with pytest.raises(Refused):
        awarding.decide_award(award_id=row.pk, confirm=True, note=" ", by=of.director, at=APRIL)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=row.pk).update(status="confirmed", status_by=of.supervisor)


def test_rows_and_permission_agree_for_every_position():
    of = house()
    wish = {"kind": "suggestion", "period": "2026-03", "words": "合并重复来电", "at": APRIL}
    row = awarding.propose_award(person=of.operator, by=of.supervisor, **wish)
    awarding.decide_award(award_id=row.pk, confirm=True, note="好", by=of.director, at=APRIL)
    awarding.propose_award(person=of.operator, by=of.supervisor, **wish)
    stranger = people.person(people.centre(), position=Position.HR)
    for person in [*people.everybody(of.town.centre).values(), of.operator, of.town.second, of.supervisor, stranger]:
        seen = set(Award.objects.visible_to(person))
        assert {one for one in Award.objects.all() if may(person, "appraisal.view_award", one)} == seen


# ---------------------------------------------------------------- pages


@pytest.mark.clause("D3.15")
@pytest.mark.clause("D5")
def test_the_ranking_page_and_the_wall():
    of = house(late=False)
    scored(of, {of.operator: [90] * 6, of.town.second: [80] * 6})
    page = browser(of.town.leader).get(reverse("appraisal:ranking")).content.decode()
    address = reverse("appraisal:propose_award")
    assert f"{address}?kind=ranking&amp;period=2026-H1&amp;person={of.operator.pk}" in page
    assert of.town.second.name in page
    own = browser(of.town.second).get(reverse("appraisal:ranking")).content.decode()
    assert of.operator.number not in own  # his own place, and nobody else's
    client = browser(of.town.leader)
    wish = {"person": of.operator.pk, "kind": "ranking", "period": "2026-H1", "words": "上半年第一名"}
    assert client.post(address, wish).status_code == 302
    assert "上半年第一名" in client.post(address, {**wish, "words": "上半年第一名，再次"}).content.decode()
    row = Award.objects.get()
    decide = reverse("appraisal:decide_award", args=[row.pk])
    browser(of.supervisor).post(decide, {"verdict": "yes", "note": "名副其实"})
    assert "上半年第一名" in browser(of.town.second).get(reverse("appraisal:awards")).content.decode()


@pytest.mark.clause("A1.3")
@pytest.mark.clause("B1.1")
def test_the_centre_at_a_glance():
    of = house()
    centre = of.town.centre
    measuring.measure(centre=centre, month=MONTH, by=system_person(centre), at=APRIL)
    client = browser(of.supervisor)
    page = client.get(reverse("appraisal:centre"), {"month": MONTH}).content.decode()
    for words in ("案件审批质量", "服务水平", "日常管理", "效率与成本"):
        assert words in page
    assert reverse("handbook:parameter", args=["cost.hour_yuan"]) in page  # no cost is set yet
    assert f"{reverse('attendance:team')}?month={MONTH}" in page  # where shifts that nobody knows about are named
    assert client.get(reverse("appraisal:centre"), {"key": "on_time"}).status_code == 200
    assert browser(of.operator).get(reverse("appraisal:centre")).status_code == 403
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("appraisal:centre"), {"month": MONTH})
    assert len(seen) <= 34


@pytest.mark.clause("A1.3")
def test_costs_follow_from_the_centres_own_parameters(monkeypatch):
    of = house()
    centre = of.town.centre
    measuring.measure(centre=centre, month=MONTH, by=system_person(centre), at=APRIL)
    Measure.objects.filter(person=of.operator).update(numbers={"paid_s": 10 * 3600, "inbound": 4})
    from hotline.appraisal.views import centre as page  # noqa: PLC0415 what it decided is replaced
    from hotline.rulebook.parameters.values import Decided  # noqa: PLC0415

    told = (Decided("cost.hour_yuan", "40", date(2026, 1, 1), date(2025, 12, 1)),)
    monkeypatch.setattr(page, "decided_by", lambda _centre: told)
    found = browser(of.supervisor).get(reverse("appraisal:centre"), {"month": MONTH, "key": "call_cost"})
    tiles = {tile.label: tile.value for _name, listed in found.context["groups"] for tile in listed}
    paid = sum(row.numbers.get("paid_s", 0) for row in Measure.objects.all())
    assert tiles["本月成本"] == f"{paid // 3600 * 40}"
    assert tiles["每个电话成本"] == f"{paid // 3600 * 10}"


@pytest.mark.clause("D3.2")
def test_my_month_shows_how_it_went_and_what_took_most():
    of = house()
    computed(of)
    page = browser(of.operator).get(reverse("appraisal:mine"), {"month": MONTH})
    assert [one.clause for one in page.context["taken"]]
    assert page.context["months"] == []  # a single month is no trend
    computed(of, month=date(2026, 4, 1), at=APRIL + timedelta(days=1))
    page = browser(of.operator).get(reverse("appraisal:mine"), {"month": MONTH})
    assert [month for month, _points, _yuan in page.context["months"]] == [MONTH, date(2026, 4, 1)]
