"""What is offered as the same matter: the pure scoring, the search along indexes, the pages that offer it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic import duplicates as logic
from hotline.cases.logic.duplicates import Report, Sign
from hotline.cases.models import Case, Category
from hotline.cases.queries import duplicates
from hotline.cases.services import filing, incidents
from hotline.cases.tests import builders as b
from hotline.cases.tests.test_merging import merge
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.people.models import Position
from hotline.people.tests.seats import admits, signed_in

DAY = timedelta(days=1)
HTMX = {"HTTP_HX_REQUEST": "true"}
MERGERS = {Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.CENTRE_SUPERVISOR}

points = st.tuples(st.decimals("37.899", "37.901", places=6), st.decimals("112.549", "112.551", places=6))
reports = st.builds(
    Report,
    category=st.sampled_from([1, 2, None]),
    point=st.one_of(st.none(), points),
    address=st.sampled_from(["", "学府路口", " 学府路 口", "滨河路3号"]),
    caller=st.sampled_from([None, 7, 8]),
    arrived_at=st.integers(0, 200).map(lambda days: b.NINE - days * DAY),
    ended_at=st.one_of(st.none(), st.integers(0, 20).map(lambda days: b.NINE - days * DAY)),
)


@given(reports, reports, st.integers(0, 300))
def test_a_score_is_within_its_scale_and_the_rules_of_offering_hold(new, earlier, radius):
    found = logic.likeness(new, earlier, radius, b.NINE)
    if found is None:
        return
    assert 0 < found.score <= 100
    assert radius
    assert new.category == earlier.category is not None
    assert b.NINE - earlier.arrived_at <= logic.OPEN_WINDOW
    assert earlier.ended_at is None or b.NINE - earlier.ended_at <= logic.ENDED_WINDOW
    if found.sign is Sign.NEAR:
        assert found.metres <= radius
    if found.sign is Sign.ADDRESS:
        assert found.metres is None


@given(points, points, points, st.integers(1, 300))
def test_nearer_never_scores_less(here, one, other, radius):
    new = Report(1, here, "", None, b.NINE)
    made = [logic.likeness(new, Report(1, point, "", None, b.NINE - DAY), radius, b.NINE) for point in (one, other)]
    near, far = sorted(made, key=lambda like: like.metres if like else 10**9)
    if near and far:
        assert near.score >= far.score


@given(st.lists(reports, max_size=12), reports, st.integers(0, 300), st.randoms())
def test_offers_are_few_sorted_and_the_same_in_any_order(earlier, new, radius, chance):
    rows = [(key, report) for key, report in enumerate(earlier)]
    made = logic.offers(new, rows, radius, b.NINE)
    assert len(made) <= logic.MOST_OFFERED
    order = [(offer.likeness.sign, offer.likeness.metres if offer.likeness.sign is Sign.NEAR else 0) for offer in made]
    assert order == sorted(order)
    chance.shuffle(rows)
    again = logic.offers(new, rows, radius, b.NINE)
    assert [offer.likeness for offer in again] == [offer.likeness for offer in made]


def test_the_same_caller_adds_and_age_takes_away():
    new = Report(1, b.POINT, "", 7, b.NINE)
    at_spot = logic.likeness(new, Report(1, b.POINT, "", None, b.NINE), 25, b.NINE)
    by_same = logic.likeness(new, Report(1, b.POINT, "", 7, b.NINE), 25, b.NINE)
    old = logic.likeness(new, Report(1, b.POINT, "", 7, b.NINE - 45 * DAY), 25, b.NINE)
    assert (at_spot.score, by_same.score, old.score) == (90, 100, 90)
    assert by_same.is_clear
    assert logic.likeness(new, Report(1, None, "", 7, b.NINE), 25, b.NINE).sign is Sign.CALLER
    assert logic.likeness(new, Report(1, b.POINT, "", 7, b.NINE), 0, b.NINE) is None  # switched off


def test_addresses_are_compared_without_blanks_width_and_case():
    assert logic.same_text("学府路１２号 A 座", "学府路12号a座")
    assert not logic.same_text("", "")


# ---------------------------------------------------------------- along the tables


@pytest.fixture
def town(db):
    return b.town()


def found_for(town, **more):
    values = {
        "category": town.condition.category, "point": b.POINT, "address": "", "customer_id": None, "apart_from": None,
        "at": b.NINE + b.HOUR,
    } | more  # fmt: skip
    return duplicates.similar(town.operator, **values)


def moved(metres):
    """A point so far north of the usual one."""
    return b.POINT[0] + (Decimal(metres) / 111_195).quantize(Decimal("0.000001"))


def test_nearest_first_within_the_radius_of_the_sub_class(town):
    category = town.condition.category
    Category.objects.filter(pk=category.pk).update(radius_m=25)
    category.refresh_from_db()
    far, near, at_edge = (b.report(town, category=category, latitude=moved(metres)) for metres in (40, 5, 24))
    assert [one.case for one in found_for(town, category=category)] == [near, at_edge]
    assert far.pk not in {one.case.pk for one in found_for(town, category=category)}
    Category.objects.filter(pk=category.pk).update(radius_m=0)
    category.refresh_from_db()
    assert found_for(town, category=category) == []


def test_the_nearest_of_a_burst_are_among_the_five(town):
    category = town.condition.category
    for metres in range(60, 0, -1):
        b.report(town, category=category, latitude=moved(metres))
    assert [one.metres for one in found_for(town)] == [1, 2, 3, 4, 5]


def test_windows_and_what_is_left_out(town):
    category = town.condition.category
    old = b.report(town, category=category, at=b.NINE - 91 * DAY)
    still = b.report(town, category=category, at=b.NINE - 89 * DAY)
    ended = [b.report(town, category=category) for _one in range(2)]
    for case, days in zip(ended, (6, 8), strict=True):
        filing.reject(case_id=case.pk, version=1, reason="查无", by=town.operator, at=b.NINE + b.MINUTE)
        moment = b.NINE - days * DAY
        Case.objects.filter(pk=case.pk).update(arrived_at=moment - b.HOUR, ended_at=moment)
    child, parent = b.report(town, category=category), b.report(town, category=category)
    merge(child, parent, town.leader, b.NINE + b.MINUTE)
    rows = {one.case.pk: one for one in found_for(town)}
    assert set(rows) == {still.pk, ended[0].pk, parent.pk}
    assert old.pk not in rows
    assert (rows[parent.pk].takes_more, rows[ended[0].pk].takes_more) == (True, False)


def test_the_same_address_where_there_is_no_point_and_the_same_caller(town):
    category = town.condition.category
    caller = Customer.objects.create(centre=town.centre, name="王芳", since=b.NINE, changed_at=b.NINE)
    text = b.report(town, category=category, place="滨河路 3号", latitude=None, longitude=None)
    his = b.report(town, category=category, place="别处", customer=caller, latitude=None, longitude=None)
    other_class = b.report(town, customer=caller)
    rows = found_for(town, point=None, address="滨河路3号", customer_id=caller.pk)
    assert [(one.case, one.same_address) for one in rows] == [(text, True), (his, False), (other_class, False)]
    assert [one.takes_more for one in rows] == [True, True, False]
    assert [one.case for one in found_for(town, address="滨河路3号")] == [text]  # with a point, those that have none


def test_five_questions_at_most(town):
    category = town.condition.category
    for metres in range(3):
        b.report(town, category=category, latitude=moved(metres))
    with CaptureQueriesContext(connection) as asked:
        found_for(town, address="学府路口", customer_id=1)
    assert len(asked) == 5


def many(town, category, count):
    """As many ended and open cases as a plan needs to be believed, straight into the table."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """
            INSERT INTO cases_case (centre_id, number, source, external_id, version, status, status_at, status_by_id,
                status_note, is_secret, description, is_urgent, category_id, place, latitude, longitude, datum,
                arrived_at, changed_at, ended_at, closing_answer, rework_count, send_back_count, reopen_count,
                postponed_count, part_count)
            SELECT %(centre)s, 'x' || i, 'phone', '', 1, CASE WHEN i %% 50 = 0 THEN 'handling' ELSE 'closed' END,
                   %(at)s,
                   %(by)s, '', false, 'x', false, %(category)s, 'p' || i, 37.8 + random()::numeric / 5,
                   112.4 + random()::numeric / 5, 'wgs84', %(at)s - i * interval '3 minutes',
                   %(at)s, CASE WHEN i %% 50 = 0 THEN NULL ELSE %(at)s - i * interval '2 minutes' END, '', 0, 0, 0, 0, 0
            FROM generate_series(1, %(count)s) i
            """,
            {"centre": town.centre.pk, "at": b.NINE, "by": town.operator.pk, "category": category.pk, "count": count},
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("ANALYZE cases_case")


def test_the_plan_goes_along_the_box_and_the_last_days(town):
    category = town.condition.category
    many(town, category, 30_000)
    with CaptureQueriesContext(connection) as asked:
        found_for(town, address="学府路口")
    plans = []
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            if 'FROM "cases_case"' not in query["sql"]:
                continue
            cursor.execute(f"EXPLAIN {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    assert "cases_case_open_near" in plans[0]
    assert "cases_case_open_address" in plans[2]
    assert all("Seq Scan on cases_case" not in plan for plan in plans)


# ---------------------------------------------------------------- pages


@pytest.fixture
def page(town):
    return signed_in(town.operator)


def test_the_desk_offers_while_a_report_is_typed_and_merges_by_one_key(town, page):
    earlier = b.report(town, category=town.condition.category, by=town.second, at=clock.now() - b.HOUR)
    asked = {"category": earlier.category_id, "latitude": "37.900010", "longitude": "112.550000"}
    text = page.get(reverse("cases:desk_similar"), asked).content.decode()
    assert 'data-key="Alt+1"' in text
    sent = asked | {"source": "phone", "description": "", "place": "学府路口", "caller_number": "13800001234",
                    "into": earlier.number, "into_version": earlier.version}  # fmt: skip
    answer = page.post(reverse("cases:desk_new"), sent, **HTMX)
    assert answer.status_code == 200
    child = Case.objects.get(merged_into=earlier)
    assert (child.description, child.status) == (earlier.description, "merged")
    assert child.customer is not None


def test_a_report_that_cannot_be_merged_is_not_registered_either(town, page):
    earlier = b.report(town, category=town.condition.category, by=town.second)
    sent = {"source": "phone", "description": "井盖响", "into": earlier.number, "into_version": 0}
    assert page.post(reverse("cases:desk_new"), sent, **HTMX).status_code == 422
    assert Case.objects.count() == 1
    assert page.post(reverse("cases:desk_new"), {**sent, "into": "20200101-0001"}).status_code == 404


def test_the_case_in_hand_is_merged_and_parted_by_its_dialogs(town, page):
    earlier = b.report(town, category=town.condition.category)
    case = b.report(town, category=town.condition.category)
    url = reverse("cases:act", args=[case.number, "merge"])
    shown = page.get(url, {"into": earlier.number, "into_version": earlier.version}, **HTMX).content.decode()
    assert earlier.number in shown
    sent = {"version": case.version, "into": earlier.number, "into_version": earlier.version, "reason": "同一事项"}
    assert page.post(url, {**sent, "into": "20200101-0001"}, **HTMX).status_code == 422
    assert page.post(url, sent).status_code == 302
    case.refresh_from_db()
    assert case.merged_into == earlier
    assert earlier.number in page.get(reverse("cases:goes_on", args=[case.pk])).content.decode()
    assert case.number in page.get(reverse("cases:reporters", args=[earlier.pk])).content.decode()
    assert page.get(reverse("cases:case", args=[case.number])).status_code == 200
    back = {"version": case.version, "reason": "不是一处"}
    assert page.post(reverse("cases:act", args=[case.number, "part"]), back).status_code == 302
    assert b.fresh(case).merged_into is None
    assert page.get(reverse("cases:goes_on", args=[case.pk])).content == b""
    assert page.get(reverse("cases:reporters", args=[earlier.pk])).content == b""


def test_beside_a_case_and_in_the_gate_offers_are_shown_to_those_who_may_merge(town):
    recent = {"category": town.condition.category, "at": clock.now() - b.HOUR}
    one, other = (b.report(town, **recent) for _one in range(2))
    page = reverse("cases:similar_to", args=[one.pk])
    assert other.number in signed_in(town.leader).get(page).content.decode()
    admits(town.centre, {page: MERGERS})
    case = b.Walk(town, one).pre_filed(town.gated).case
    filing.submit_for_filing(case_id=case.pk, version=case.version, by=town.operator, at=b.NINE + b.HOUR)
    assert page in signed_in(town.leader).get(reverse("cases:gate")).content.decode()


def test_everybody_owed_the_answer_is_listed_in_a_few_questions(town, page):
    parent = b.report(town)
    for number in range(6):
        caller = Customer.objects.create(centre=town.centre, name=f"王{number}", since=b.NINE, changed_at=b.NINE)
        merge(b.report(town, customer=caller), parent, town.leader, b.NINE + b.MINUTE)
    with CaptureQueriesContext(connection) as asked:
        text = page.get(reverse("cases:reporters", args=[parent.pk])).content.decode()
    assert len(asked) <= 16
    assert "王3" in text


def test_what_is_handed_out_opens_on_an_idle_desk_and_takes_no_form_away(town, page):
    idle = page.get(reverse("cases:desk"), **HTMX).content.decode()
    assert "idle=1" in idle
    case = b.report(town, category=town.condition.category)
    handed = page.get(reverse("cases:desk_hand"), {"idle": "1"}).content.decode()
    assert f"{case.number}&amp;comes=1" in handed
    assert "comes=1" not in page.get(reverse("cases:desk_hand"), {"case": case.number}).content.decode()
    typing = page.get(reverse("cases:desk_new"), **HTMX).content.decode()
    assert "idle=1" not in typing
    assert "comes=1" not in page.get(reverse("cases:desk_hand")).content.decode()
    opened = page.get(reverse("cases:desk"), {"case": case.number, "comes": "1"}, **HTMX)
    assert "data-autofocus" not in opened.content.decode()
    assert "close-dialog" not in opened.headers.get("HX-Trigger", "")


def test_the_radius_of_a_sub_class_is_changed_on_the_page_of_the_standard(town):
    category = town.condition.category
    url = reverse("cases:category_radius", args=[category.pk])
    leader = signed_in(town.leader)
    assert leader.post(url, {"radius_m": "30"}).status_code == 302
    category.refresh_from_db()
    assert category.radius_m == 30
    assert signed_in(town.operator).post(url, {"radius_m": "9"}).status_code == 403
    leader.post(url, {"radius_m": "20001"})
    category.refresh_from_db()
    assert category.radius_m == 30


def test_incidents_do_not_hide_offers(town):
    one, other = (b.report(town, category=town.condition.category) for _one in range(2))
    incidents.open_incident(title="爆管", announcement="抢修中", case_ids=[one.pk], by=town.leader, at=b.NINE)
    assert one in [row.case for row in duplicates.similar_to(town.operator, other, b.NINE + b.HOUR)]
