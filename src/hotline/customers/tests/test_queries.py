"""Likely duplicates, search along indexes, and what is shown of a secret customer."""

import pytest
from django.db import connection

from hotline.core import access
from hotline.customers import queries, services
from hotline.customers.models import Customer, Reveal
from hotline.customers.services import What
from hotline.customers.tests import builders
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def operator(centre):
    return people.person(unit=people.unit(centre))


def names(found):
    return [customer.name for customer, _why in found]


@pytest.mark.clause("A3.4")
def test_likely_duplicates_come_before_typing_ends(centre):
    builders.customer(centre, address="滨江大道12号3单元")
    builders.customer(centre, name="陈云兰", number="17730481957", address="滨江大道12号")
    builders.customer(centre, name="陈云澜", number="021-66778899")
    offered = queries.likely_duplicates(centre, number="177-3048")
    assert sorted(names(offered)) == ["陈云兰", "陈云澜"]
    assert queries.likely_duplicates(centre, number="177304") == []
    by_address = queries.likely_duplicates(centre, name="陈云蓝", address="滨江大道12号3")
    assert names(by_address) == ["陈云澜"]  # another character, the same sound
    assert names(queries.likely_duplicates(centre, number="17730481957", name="陈云澜")) == [
        "陈云兰",
        "陈云澜",
        "陈云澜",
    ]
    assert queries.likely_duplicates(people.centre(), number=builders.NUMBER) == []


@pytest.mark.clause("A3.4")
def test_no_more_than_five_are_offered_and_each_once(centre, django_assert_max_num_queries):
    for number in range(8):
        builders.customer(centre, number=f"1773048195{number}", address="滨江大道12号")
    with django_assert_max_num_queries(6):
        found = queries.likely_duplicates(centre, number="17730481950", name="陈云澜", address="滨江大道")
    assert len(found) == len({customer.pk for customer, _why in found}) == 5


@pytest.mark.parametrize("text", ["1956", "0481956", "177 3048", "+86177304", "陈云", "chenyun", "cyl", "chenyunlan"])
def test_a_customer_is_found_by_any_end(centre, operator, text):
    builders.customer(centre)
    builders.customer(centre, name="王敏", number="13900002222")
    assert [row.name for row in queries.find(operator, text)] == ["陈云澜"]


@pytest.mark.parametrize("text", ["", "  ", "195", "956", "云澜", "zzz", "9999999"])
def test_too_little_or_nothing_finds_nobody(centre, operator, text):
    builders.customer(centre)
    assert queries.find(operator, text) == []


def test_search_keeps_to_what_one_may_see(centre):
    builders.customer(centre)
    for position, person in people.everybody(centre).items():
        visible = Customer.objects.visible_to(person).count()
        assert len(queries.find(person, builders.NUMBER)) == visible, position
    assert queries.find(people.person(), builders.NUMBER) == []


def test_search_stops_at_its_limit(centre, operator):
    for number in range(6):
        builders.customer(centre, name=f"陈云澜{number}", number=f"1773048195{number}")
    assert len(queries.find(operator, "177304819", 4)) == 4


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("0481956", "customers_number_ends"),
        ("陈云", "customers_name_begins"),
        ("chenyun", "customers_name_at|customers_customer_name_key"),
        ("cyl", "customers_initials"),
        ("+86177304", "customers_customernumber_e164"),
    ],
)
def test_every_way_of_searching_has_an_index(centre, text, index):
    builders.many(centre, 2000)
    plans = []
    for way in queries._ways(text):
        sql, values = Customer.objects.filter(way).values("pk").query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", values)
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    assert any(name in plan for name in index.split("|") for plan in plans), plans
    assert not any("Filter: (name" in plan for plan in plans)


@pytest.mark.clause("A3.6")
def test_nobody_sees_who_a_secret_customer_is(centre):
    secret = builders.customer(centre, is_secret=True, address="滨江大道12号")
    for position, person in people.everybody(centre).items():
        shown = queries.shown_name(secret, person)
        assert shown, position
        assert "陈" not in shown
        card = queries.card(secret, person)
        assert (card.name, card.number) == (shown, builders.MASKED)
        assert "滨江" not in card.address


@pytest.mark.clause("A3.6")
def test_who_does_not_serve_customers_sees_a_family_name_alone(centre, operator):
    customer = builders.customer(centre)
    unnamed = builders.customer(centre, name="", number="13900002222")
    clerk = people.person(position=Position.DEPARTMENT_CLERK, unit=people.unit(centre))
    assert queries.shown_name(customer, operator) == "陈云澜"
    assert queries.shown_name(customer, clerk) == "陈**"
    assert queries.shown_name(unnamed, clerk) == queries.shown_name(unnamed, operator) != ""
    assert queries.shown_name(None, clerk) == ""


def test_the_permission_of_a_row_agrees_with_the_list(centre):
    customer, elsewhere = builders.customer(centre), builders.customer(people.centre())
    staff = people.everybody(centre)
    looker = staff[Position.OPERATOR]
    services.reveal(customer_id=customer.pk, what=What.NUMBER, reason="回访", by=looker, at=people.AT)
    reveal = Reveal.objects.select_related("person").get()
    for position, person in [*staff.items(), ("stranger", people.person())]:
        for row in (customer, elsewhere):
            listed = Customer.objects.visible_to(person).filter(pk=row.pk).exists()
            assert access.may(person, "customers.view_customer", row) == listed, position
        listed = Reveal.objects.visible_to(person).filter(pk=reveal.pk).exists()
        assert access.may(person, "customers.view_reveal", reveal) == listed, position
