"""Registering once, secrecy, and the logged look behind the mask."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from hotline.core.access import NotAllowed
from hotline.customers import queries, services
from hotline.customers.models import Customer, CustomerNumber, Reveal
from hotline.customers.services import What
from hotline.customers.tests import builders
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.services import undertakings
from hotline.people.tests import builders as people

AT = people.AT


@pytest.fixture
def centre(db):
    return people.centre()


@pytest.fixture
def operator(centre):
    return people.person(unit=people.unit(centre))


def register(operator, **details):
    return services.register(by=operator, at=AT, **details)


@pytest.mark.clause("A3.4")
def test_the_same_number_and_name_is_one_customer_and_gaps_are_filled(operator):
    first = register(operator, name="陈云澜", number=builders.NUMBER)
    again = register(operator, name="陈云澜", number="+86 177-3048-1956", address="滨江大道12号", salutation="女士")
    unnamed = register(operator, number=builders.NUMBER)
    assert first == again == unnamed
    first.refresh_from_db()
    assert (first.address, first.salutation) == ("滨江大道12号", "女士")
    assert [row.e164 for row in first.numbers.all()] == [builders.E164]
    register(operator, name="陈云澜", number=builders.NUMBER, address="别处")
    first.refresh_from_db()
    assert first.address == "滨江大道12号"


@pytest.mark.clause("A3.4")
def test_a_customer_without_a_name_gets_it_at_the_next_call(operator):
    first = register(operator, number=builders.NUMBER)
    named = register(operator, name="陈云澜", number=builders.NUMBER, is_secret=True)
    assert named == first
    assert (named.name, named.name_key, named.is_secret) == ("陈云澜", "chenyunlan cyl", True)


@pytest.mark.clause("A3.4")
def test_a_family_may_share_a_number_when_somebody_says_so(operator):
    first = register(operator, name="陈云澜", number=builders.NUMBER)
    with pytest.raises(Refused, match="another name"):
        register(operator, name="陈小宝", number=builders.NUMBER)
    second = register(operator, name="陈小宝", number=builders.NUMBER, is_another=True)
    assert second != first
    assert register(operator, name="陈小宝", number=builders.NUMBER) == second


@pytest.mark.clause("A3.4")
def test_somebody_must_be_told_by_name_or_number(operator):
    with pytest.raises(Refused, match="name or a number"):
        register(operator, address="滨江大道12号")
    with pytest.raises(Refused, match="area code"):
        register(operator, name="陈云澜", number="66778899")
    customer = register(operator, name="陈云澜")
    with pytest.raises(Refused, match="name or a number"):
        services.update(customer_id=customer.pk, changes={"name": " "}, by=operator, at=AT)


@pytest.mark.clause("A3.4")
@pytest.mark.django_db(transaction=True)
def test_two_registrations_of_one_number_at_once_give_one_customer(centre):
    operators = [people.person(unit=people.root(centre)) for _ in range(8)]
    start, found, faults = threading.Barrier(len(operators)), [], []

    def call(by):
        try:
            start.wait()
            found.append(services.register(by=by, at=AT, name="陈云澜", number=builders.NUMBER).pk)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=[by]) for by in operators]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(found) == len(operators)
    assert len(set(found)) == 1
    assert CustomerNumber.objects.filter(e164=builders.E164).count() == 1


def test_an_update_keeps_what_was_there_in_the_history(operator):
    customer = register(operator, name="陈云澜", number=builders.NUMBER)
    later = AT + timedelta(minutes=5)
    services.update(customer_id=customer.pk, changes={"name": "陈云兰", "note": "耳背"}, by=operator, at=later)
    customer.refresh_from_db()
    assert (customer.name, customer.name_key, customer.changed_at) == ("陈云兰", "chenyunlan cyl", later)
    names = list(customer.history.order_by("pgh_id").values_list("name", "pgh_context__by"))
    assert names == [("陈云澜", operator.pk), ("陈云兰", operator.pk)]
    with pytest.raises(ValueError, match="is_secret"):
        services.update(customer_id=customer.pk, changes={"is_secret": ""}, by=operator, at=later)


def test_numbers_are_added_once_and_one_is_the_main_one(operator):
    customer = register(operator, name="陈云澜", number=builders.NUMBER)
    add = {"customer_id": customer.pk, "by": operator, "at": AT}
    office = services.add_number(number="021-66778899转801", is_main=True, **add)
    assert (office.kind, office.extension) == ("landline", "801")
    services.add_number(number=builders.NUMBER, **add)
    rows = customer.numbers.order_by("pk").values_list("e164", "is_main")
    assert list(rows) == [(builders.E164, False), ("+862166778899", True)]
    services.add_number(number=builders.NUMBER, is_main=True, **add)
    assert queries.main_number(customer).e164 == builders.E164
    with pytest.raises(IntegrityError, match="customers_number_one_main"), transaction.atomic():
        CustomerNumber.objects.filter(customer=customer).update(is_main=True)


@pytest.mark.clause("A3.6")
def test_secrecy_is_one_word_to_begin_and_a_reason_to_end(operator):
    customer = register(operator, name="陈云澜", number=builders.NUMBER, address="滨江大道12号")
    change = {"customer_id": customer.pk, "by": operator, "at": AT}
    secret = services.set_secret(is_secret=True, reason="", **change)
    shown = queries.card(secret, operator)
    assert "陈" not in shown.name
    assert "滨江" not in shown.address
    with pytest.raises(Refused, match="why secrecy ends"):
        services.set_secret(is_secret=False, reason=" ", **change)
    services.set_secret(is_secret=False, reason="本人来电取消", **change)
    newest = customer.history.order_by("-pgh_id").first()
    assert (newest.is_secret, newest.pgh_context["reason"]) == (False, "本人来电取消")


@pytest.mark.clause("A3.6")
@pytest.mark.parametrize(
    ("what", "value"),
    [(What.NUMBER, "17730481956, 02166778899-801"), (What.NAME, "陈云澜"), (What.ADDRESS, "滨江大道12号")],
)
def test_every_look_behind_the_mask_is_a_line_in_the_log(operator, what, value):
    customer = register(operator, name="陈云澜", number=builders.NUMBER, address="滨江大道12号", is_secret=True)
    services.add_number(customer_id=customer.pk, number="021-66778899-801", by=operator, at=AT)
    seen = services.reveal(customer_id=customer.pk, what=what, reason="回访核实", by=operator, at=AT)
    assert seen == value
    [line] = Reveal.objects.all()
    assert (line.person, line.customer, line.what, line.reason, line.at) == (operator, customer, what, "回访核实", AT)


@pytest.mark.clause("A3.6")
def test_a_look_needs_a_reason_and_the_day_has_a_limit(operator, monkeypatch):
    customer = register(operator, name="陈云澜", number=builders.NUMBER)
    look = {"customer_id": customer.pk, "what": What.NUMBER, "by": operator}
    with pytest.raises(Refused, match=r"A3\.6"):
        services.reveal(reason="  ", at=AT, **look)
    assert not Reveal.objects.exists()
    for minute in range(30):
        services.reveal(reason="回访", at=AT + timedelta(minutes=minute), **look)
    with pytest.raises(Refused, match="30 times"):
        services.reveal(reason="回访", at=AT + timedelta(hours=2), **look)
    assert Reveal.objects.count() == 30
    services.reveal(reason="回访", at=AT + timedelta(days=1), **look)
    other = people.person(unit=people.unit(operator.centre))
    services.reveal(reason="回访", at=AT + timedelta(hours=2), **look | {"by": other})


@pytest.mark.clause("A3.6")
def test_the_log_of_looks_is_never_changed(operator):
    customer = register(operator, name="陈云澜", number=builders.NUMBER)
    services.reveal(customer_id=customer.pk, what=What.NUMBER, reason="回访", by=operator, at=AT)
    for attack in ["UPDATE customers_reveal SET reason = 'x'", "DELETE FROM customers_reveal"]:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(attack)


@pytest.mark.clause("A3.6", "A2.14")
def test_nobody_reaches_customers_before_he_has_signed(centre, operator):
    customer = register(operator, name="陈云澜", number=builders.NUMBER)
    manager = people.person(centre, position=Position.MANAGER)
    undertakings.publish_undertaking(title="保密承诺书", body="不泄露客户信息。", by=manager, at=AT)
    assert not Customer.objects.visible_to(operator).exists()
    for attempt in (
        lambda: register(operator, name="别人"),
        lambda: services.reveal(customer_id=customer.pk, what=What.NUMBER, reason="回访", by=operator, at=AT),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert queries.find(operator, "陈云") == []


@pytest.mark.clause("A3.6")
def test_positions_without_customers_may_not_write_nor_look(centre):
    customer = builders.customer(centre)
    staff = people.everybody(centre)
    may_look = {
        Position.DIRECTOR,
        Position.MANAGER,
        Position.CENTRE_SUPERVISOR,
        Position.SHIFT_LEADER,
        Position.TEAM_LEADER,
        Position.OPERATOR,
        Position.AGENT,
    }
    for position, person in staff.items():
        look = {"customer_id": customer.pk, "what": What.NUMBER, "reason": "回访", "by": person, "at": AT}
        if position in may_look:
            assert services.reveal(**look) == builders.NUMBER
            continue
        with pytest.raises(NotAllowed):
            services.reveal(**look)
        with pytest.raises(NotAllowed):
            services.register(by=person, at=AT, name="陈云澜")
        with pytest.raises(NotAllowed):
            services.update(customer_id=customer.pk, changes={"note": "x"}, by=person, at=AT)
    stranger = people.person()
    with pytest.raises(NotAllowed):
        services.reveal(customer_id=customer.pk, what=What.NUMBER, reason="回访", by=stranger, at=AT)
