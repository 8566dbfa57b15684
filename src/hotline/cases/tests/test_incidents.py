"""Incidents: what looks like one, what all operators read, its cases, one word to all of them, the end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.incidents import Seen, Terms, clusters
from hotline.cases.logic.near import metres_between
from hotline.cases.models import CaseEvent, Incident, IncidentCase
from hotline.cases.queries import incidents as queries
from hotline.cases.queries import rebuild
from hotline.cases.services import incidents
from hotline.cases.tests import builders as b
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests.seats import admits, signed_in

TERMS = Terms(reports=3, radius_m=200, within=timedelta(hours=1))
LEADERS = {Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR, Position.TEAM_LEADER}
DESK = {Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER}
WHOLE = LEADERS | DESK | {Position.DIRECTOR, Position.MANAGER, Position.DISPATCHER, Position.QUALITY, Position.TRAINER}
seen = st.builds(
    Seen,
    case=st.integers(1, 10_000),
    category=st.integers(1, 2),
    point=st.tuples(st.decimals("37.895", "37.905", places=6), st.decimals("112.545", "112.555", places=6)),
)


@given(st.lists(seen, max_size=25, unique_by=lambda one: one.case))
def test_clusters_are_large_enough_near_enough_and_apart(reports):
    made = clusters(reports, TERMS)
    by_key = {one.case: one for one in reports}
    all_keys = [key for cluster in made for key in cluster.cases]
    assert len(all_keys) == len(set(all_keys))
    for cluster in made:
        assert len(cluster.cases) >= TERMS.reports
        for key in cluster.cases:
            assert by_key[key].category == cluster.category
            assert metres_between(by_key[key].point, cluster.point) <= TERMS.radius_m
    left = [one for one in reports if one.case not in set(all_keys)]
    for one in left:  # nothing that is left would have made one
        near = [o for o in left if o.category == one.category and metres_between(one.point, o.point) <= TERMS.radius_m]
        assert len(near) < TERMS.reports
    assert [len(cluster.cases) for cluster in made] == sorted((len(one.cases) for one in made), reverse=True)


@pytest.fixture
def town(db):
    return b.town()


def burst(town, count, at=b.NINE, **more):
    """Reports of one sub-class, a hundred metres from each other at most."""
    step = Decimal("0.0001")
    return [
        b.report(
            town,
            at=at + number * b.MINUTE,
            category=town.condition.category,
            latitude=b.POINT[0] + number * step,
            **more,
        )
        for number in range(count)
    ]


def opened(town, cases=(), **more):
    values = {"title": "学府路水管爆裂", "announcement": "正在抢修，预计18时恢复供水。"} | more
    return incidents.open_incident(**values, case_ids=[case.pk for case in cases], by=town.leader, at=b.NINE + b.HOUR)


def test_many_reports_close_together_within_an_hour_are_suggested(town):
    cases = burst(town, 6)
    b.report(town, at=b.NINE, category=town.condition.category, latitude=Decimal("37.93"))
    (one,) = queries.suggestions(town.leader, b.NINE + 10 * b.MINUTE)
    assert [case.pk for case in one.cases] == [case.pk for case in cases]
    assert queries.suggestions(town.leader, b.NINE + 3 * b.HOUR) == []
    opened(town, cases)
    assert queries.suggestions(town.leader, b.NINE + 10 * b.MINUTE) == []


def test_an_incident_has_its_cases_and_begins_with_the_first_of_them(town):
    cases = burst(town, 3)
    incident = opened(town, cases)
    assert incident.since == cases[0].arrived_at
    assert list(queries.cases_of(incident)) == cases
    assert queries.incident_of(cases[1].pk) == incident
    incidents.take_out(incident_id=incident.pk, case_id=cases[1].pk, by=town.operator, at=b.NINE + 2 * b.HOUR)
    assert queries.incident_of(cases[1].pk) is None
    assert IncidentCase.objects.get(case=cases[1]).unlinked_by == town.operator  # who took it out stays written
    added = incidents.add_cases(
        incident_id=incident.pk, case_ids=[case.pk for case in cases], by=town.operator, at=b.NINE + 2 * b.HOUR
    )
    assert added == 1


def test_a_case_belongs_to_one_incident_at_a_time(town):
    (case,) = burst(town, 1)
    first, second = opened(town, [case]), opened(town, title="停电")
    with pytest.raises(Refused):
        incidents.add_cases(incident_id=second.pk, case_ids=[case.pk], by=town.leader, at=b.NINE + b.HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentCase.objects.create(incident=second, case=case, linked_by=town.leader, linked_at=b.NINE)
    foreign = b.report(b.town())
    with pytest.raises(Refused):
        incidents.add_cases(incident_id=first.pk, case_ids=[foreign.pk], by=town.leader, at=b.NINE + b.HOUR)


def test_one_word_reaches_every_case_and_the_end_is_told_to_all(town):
    cases = burst(town, 3)
    incident = opened(town, cases)
    told = incidents.tell_cases(incident_id=incident.pk, text="水车已到", by=town.leader, at=b.NINE + 2 * b.HOUR)
    assert told == 3
    incidents.end_incident(incident_id=incident.pk, message="已恢复供水", by=town.leader, at=b.NINE + 3 * b.HOUR)
    incident.refresh_from_db()
    assert (incident.status, incident.until) == ("over", b.NINE + 3 * b.HOUR)
    for case in cases:
        notes = CaseEvent.objects.filter(case=case, action="note").values_list("note", flat=True)
        assert list(notes) == ["学府路水管爆裂: 水车已到", "学府路水管爆裂: 已恢复供水"]
        assert b.fresh(case).ended_at is None  # each goes on by itself
    assert rebuild.differences([case.pk for case in cases]) == []
    with pytest.raises(Refused):
        incidents.add_cases(incident_id=incident.pk, case_ids=[], by=town.leader, at=b.NINE + 4 * b.HOUR)
    incidents.reopen_incident(incident_id=incident.pk, reason="又爆了", by=town.leader, at=b.NINE + 4 * b.HOUR)
    assert queries.under_way(town.operator)[0].cases == 3


def test_who_may_open_and_what_must_be_said(town):
    with pytest.raises(NotAllowed):
        incidents.open_incident(title="x", announcement="y", by=town.operator, at=b.NINE)
    with pytest.raises(Refused):
        opened(town, title=" ", announcement="")
    other = b.town()
    with pytest.raises(NotAllowed):
        incidents.end_incident(incident_id=opened(town).pk, message="完", by=other.leader, at=b.NINE)


def test_the_announcement_stands_at_every_desk_while_it_lasts(town):
    incident = opened(town)
    page = signed_in(town.operator)
    assert incident.announcement in page.get(reverse("cases:announcements")).content.decode()
    assert reverse("cases:announcements") in page.get(reverse("cases:desk")).content.decode()
    incidents.end_incident(incident_id=incident.pk, message="完", by=town.leader, at=b.NINE + 2 * b.HOUR)
    assert incident.announcement not in page.get(reverse("cases:announcements")).content.decode()


def test_pages_for_every_position(town):
    incident = opened(town, burst(town, 2))
    admits(
        town.centre,
        {
            reverse("cases:incidents"): WHOLE,
            reverse("cases:incidents") + "?show=over": WHOLE,
            reverse("cases:incident", args=[incident.pk]): WHOLE,
            reverse("cases:incident_points", args=[incident.pk]): WHOLE,
            reverse("cases:incident_new"): LEADERS,
            reverse("cases:incident_hint"): LEADERS,
            reverse("cases:announcements"): DESK,
        },
    )
    stranger = signed_in(b.town().leader)
    assert stranger.get(reverse("cases:incident", args=[incident.pk])).status_code == 404


def test_a_leader_opens_it_from_a_suggestion_and_ends_it_on_its_page(town):
    cases = burst(town, 5)
    page = signed_in(town.leader)
    sent = {
        "title": "水管爆裂", "announcement": "抢修中", "area": "学府路", "category": town.condition.category_id,
        "cases": ",".join(str(case.pk) for case in cases),
    }  # fmt: skip
    assert page.post(reverse("cases:incident_new"), {**sent, "announcement": ""}).status_code == 422
    assert page.post(reverse("cases:incident_new"), {**sent, "cases": "1,x"}).status_code == 422
    assert page.post(reverse("cases:incident_new"), sent).status_code == 302
    incident = Incident.objects.get()
    assert incident.category == town.condition.category
    act = {
        name: reverse("cases:incident_act", args=[incident.pk, name]) for name in ("announce", "tell", "end", "reopen")
    }
    assert page.post(act["announce"], {**sent, "announcement": "预计20时恢复"}).status_code == 302
    assert page.post(act["tell"], {"text": ""}).status_code == 422
    assert page.post(act["tell"], {"text": "水车已到"}).status_code == 302
    assert page.post(act["end"], {"text": "已恢复"}).status_code == 302
    assert page.post(act["end"], {"text": "已恢复"}).status_code == 422
    assert page.post(act["reopen"], {"text": "又爆了"}).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.announcement) == ("open", "预计20时恢复")


def test_an_operator_adds_a_case_from_its_page_and_takes_it_out(town):
    incident = opened(town)
    (case,) = burst(town, 1)
    page = signed_in(town.operator)
    assert incident.title in page.get(reverse("cases:incident_of", args=[case.pk])).content.decode()
    assert page.post(reverse("cases:incident_join", args=[case.pk]), {"incident": incident.pk}).status_code == 302
    assert queries.incident_of(case.pk) == incident
    assert page.post(reverse("cases:incident_leave", args=[incident.pk, case.number])).status_code == 302
    assert queries.incident_of(case.pk) is None


def test_the_page_asks_as_often_for_many_cases_as_for_few(town):
    page = signed_in(town.leader)
    counts = []
    for count in (2, 12):
        incident = opened(town, burst(town, count))
        with CaptureQueriesContext(connection) as asked:
            assert page.get(reverse("cases:incident", args=[incident.pk]), HTTP_HX_REQUEST="true").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 16
