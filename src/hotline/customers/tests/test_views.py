"""Pages of customers for every position; the mask holds on every one of them."""

import re

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from hotline.customers import queries, services
from hotline.customers.models import Customer, Reveal
from hotline.customers.services import What
from hotline.customers.tests import builders
from hotline.people.models import Person, Position
from hotline.people.services import undertakings
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
KEEPS = {
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.OPERATOR,
    Position.AGENT,
}
SERVES = KEEPS | {Position.QUALITY}


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def customer(centre):
    found = builders.customer(centre, address="滨江大道12号", salutation="女士")
    services.add_number(customer_id=found.pk, number="021-66778899转801", by=people.system(centre), at=people.AT)
    return found


@pytest.fixture
def operator(centre):
    return people.person(unit=people.unit(centre))


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def digits(response):
    """Every digit of an answer, with spaces and dashes between them taken out."""
    return re.sub(r"(?<=\d)[ -](?=\d)", "", response.content.decode(errors="replace"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.clause("A3.6")
def test_every_page_admits_whom_it_says(centre, customer, language):
    pages = {
        reverse("customers:list"): SERVES,
        reverse("customers:new"): KEEPS,
        reverse("customers:reveals"): SERVES | {Position.SYSADMIN},
        reverse("customers:page", args=[customer.pk]): SERVES,
        reverse("customers:edit", args=[customer.pk]): KEEPS,
        reverse("customers:reveal", args=[customer.pk]): KEEPS,
    }
    for position, person in people.everybody(centre).items():
        Person.objects.filter(pk=person.pk).update(language=language)
        browser = signed_in(person)
        for page, admitted in pages.items():
            for headers in ({}, HX):
                status = browser.get(page, headers=headers).status_code
                assert status == (200 if position in admitted else 403), (page, position)


@pytest.mark.clause("A3.6")
def test_the_number_stands_on_no_page_of_anybody(centre, customer):
    searches = ["1956", builders.NUMBER, "+86177304", "陈云", "cyl"]
    typed = {"number": builders.NUMBER[:9], "name": "陈云澜", "address": "滨江"}
    asked = 0
    for person in people.everybody(centre).values():
        browser = signed_in(person)
        answers = [browser.post(reverse("customers:list"), {"q": "陈云澜"}, headers=HX)]
        answers += [browser.post(reverse("customers:suggest"), typed, headers=HX)]
        answers += [browser.post(reverse("customers:pick"), {"customer": customer.pk}, headers=HX)]
        for name in ("page", "edit", "reveal"):
            answers.append(browser.get(reverse(f"customers:{name}", args=[customer.pk])))
        for name in ("list", "new", "reveals"):
            answers.append(browser.get(reverse(f"customers:{name}")))
        for answer in answers:
            asked += answer.status_code == 200
            assert "7304819" not in digits(answer)
            assert "66778899" not in digits(answer)
        for text in searches:
            found = browser.post(reverse("customers:list"), {"q": text}, headers=HX)
            assert "7304819" not in digits(found)
    assert asked > 40
    assert not Reveal.objects.exists()


@pytest.mark.clause("A3.6")
def test_the_number_stands_on_no_page_of_the_whole_product(centre, customer):
    """Every address without parts of its own, for every position, whatever area it belongs to."""
    resolver = get_resolver()
    addresses = set()

    def gather(patterns, prefix):
        for entry in patterns:
            text = f"{prefix}{entry.pattern}"
            if hasattr(entry, "url_patterns"):
                gather(entry.url_patterns, text)
            elif "<" not in text and "(" not in text and "logout" not in text:
                addresses.add(f"/{text}")

    gather(resolver.url_patterns, "")
    ours = [address for address in sorted(addresses) if address.split("/")[1] in {"cases", "customers", "rosters"}]
    assert len(ours) > 6
    for position in (Position.SHIFT_LEADER, Position.OPERATOR, Position.DISPATCHER, Position.SYSADMIN):
        browser = signed_in(people.person(centre, position=position))
        for address in ours:
            answer = browser.get(address)
            if not answer.streaming:
                assert "7304819" not in digits(answer), address


@pytest.mark.clause("A3.6")
def test_the_dialog_shows_the_number_once_and_logs_it(operator, customer):
    browser = signed_in(operator)
    page = reverse("customers:reveal", args=[customer.pk])
    refused = browser.post(page, {"what": "number", "reason": "  "}, headers=HX)
    assert builders.NUMBER not in refused.content.decode()
    assert not Reveal.objects.exists()
    shown = browser.post(page, {"what": "number", "reason": "回访核实"}, headers=HX).content.decode()
    assert builders.NUMBER in shown
    assert "02166778899-801" in shown
    assert Reveal.objects.get().reason == "回访核实"
    page = browser.get(reverse("customers:page", args=[customer.pk]))
    assert builders.NUMBER not in digits(page)
    assert "回访核实" in page.content.decode()
    assert (
        browser.post(reverse("customers:reveal", args=[customer.pk]), {"what": "name", "reason": "x"}).status_code
        == 200
    )
    assert Reveal.objects.count() == 1  # a name that is not hidden is no choice


@pytest.mark.clause("A3.6")
def test_those_who_answer_for_secrecy_see_every_look_and_others_their_own(centre, operator, customer):
    other = people.person(unit=people.unit(centre))
    for person, reason in ((operator, "甲的理由"), (other, "乙的理由")):
        services.reveal(customer_id=customer.pk, what=What.NUMBER, reason=reason, by=person, at=people.AT)
    mine = signed_in(operator).get(reverse("customers:reveals")).content.decode()
    assert ("甲的理由" in mine, "乙的理由" in mine) == (True, False)
    director = signed_in(people.person(centre, position=Position.DIRECTOR))
    everything = director.get(reverse("customers:reveals")).content.decode()
    assert ("甲的理由" in everything, "乙的理由" in everything) == (True, True)


@pytest.mark.clause("A3.6")
def test_a_secret_customer_is_shown_to_nobody_without_a_look(centre, operator, customer):
    browser = signed_in(operator)
    secrecy = reverse("customers:secrecy", args=[customer.pk])
    assert browser.post(secrecy, {"is_secret": "on"}).status_code == 302
    for name in ("page", "edit"):
        page = browser.get(reverse(f"customers:{name}", args=[customer.pk])).content.decode()
        assert "陈云澜" not in page
        assert "滨江大道" not in page
    found = browser.post(reverse("customers:list"), {"q": "1956"}, headers=HX).content.decode()
    assert "陈云澜" not in found
    shown = browser.post(
        reverse("customers:reveal", args=[customer.pk]), {"what": "name", "reason": "回访"}, headers=HX
    )
    assert "陈云澜" in shown.content.decode()
    kept = {"name": "", "address": "", "salutation": "女士", "note": "夜间勿扰"}
    assert browser.post(reverse("customers:edit", args=[customer.pk]), kept).status_code == 302
    customer.refresh_from_db()
    assert (customer.name, customer.address, customer.note) == ("陈云澜", "滨江大道12号", "夜间勿扰")
    ended = browser.post(secrecy, {"reason": ""})
    assert "A3.6" in ended.content.decode()
    assert browser.post(secrecy, {"reason": "本人来电取消"}).status_code == 302


@pytest.mark.clause("A3.4")
def test_registering_in_the_desk_gives_the_customer_to_the_case(operator):
    browser = signed_in(operator)
    blank = browser.get(reverse("customers:new"), {"into": "case-form"}, headers=HX).content.decode()
    assert 'name="into" value="case-form"' in blank
    assert "<html" not in blank
    typed = {"name": "陈云澜", "number": "177 3048 1956", "into": "case-form"}
    chosen = browser.post(reverse("customers:new"), typed, headers=HX)
    customer = Customer.objects.get()
    assert f'name="customer" value="{customer.pk}" form="case-form"' in chosen.content.decode()
    assert chosen.headers["HX-Trigger"] == "customer-chosen"
    offered = browser.post(reverse("customers:suggest"), {"number": "1773048", "into": "case-form"}, headers=HX)
    assert f'name="customer" value="{customer.pk}"' in offered.content.decode()
    taken = browser.post(reverse("customers:pick"), {"customer": customer.pk, "into": "case-form"}, headers=HX)
    assert 'form="case-form"' in taken.content.decode()
    refused = browser.post(reverse("customers:new"), typed | {"name": "陈小宝"}, headers=HX).content.decode()
    assert "A3.4" in refused
    assert f'value="{customer.pk}"' in refused
    assert browser.post(reverse("customers:new"), typed | {"name": "陈小宝", "is_another": "on"}).status_code == 302
    assert Customer.objects.count() == 2


def test_on_the_whole_page_a_choice_opens_the_customer(operator, customer):
    browser = signed_in(operator)
    assert 'name="whole"' in browser.get(reverse("customers:new")).content.decode()
    typed = {"number": builders.NUMBER, "whole": "1"}
    offered = browser.post(reverse("customers:suggest"), typed, headers=HX).content.decode()
    assert f'value="{customer.pk}"' in offered
    assert "hx-post" not in offered
    chosen = browser.post(reverse("customers:pick"), {"customer": customer.pk})
    assert chosen.headers["Location"] == reverse("customers:page", args=[customer.pk])


def test_what_is_sent_as_a_form_of_the_page_is_a_plain_word(operator):
    page = signed_in(operator).get(reverse("customers:new"), {"into": '"><script>'}, headers=HX).content.decode()
    assert "into" not in page.replace("data-into", "")


@pytest.mark.clause("A3.4")
def test_nonsense_is_said_beside_the_field_and_nothing_typed_is_lost(operator):
    browser = signed_in(operator)
    answer = browser.post(reverse("customers:new"), {"name": "陈云澜", "number": "12"})
    assert answer.status_code == 200
    assert "陈云澜" in answer.content.decode()
    assert "is-invalid" in answer.content.decode()
    assert browser.post(reverse("customers:pick"), {"customer": "x"}).status_code == 404
    assert not Customer.objects.exists()


def test_a_number_is_added_from_the_page(operator, customer):
    browser = signed_in(operator)
    page = reverse("customers:add_number", args=[customer.pk])
    assert browser.post(page, {"number": "13900002222", "is_main": "on"}).status_code == 302
    assert queries.main_number(customer).e164 == "+8613900002222"
    assert browser.post(page, {"number": "12"}).status_code == 200


def test_a_customer_of_another_centre_does_not_exist(operator):
    elsewhere = builders.customer(people.centre())
    browser = signed_in(operator)
    for name in ("page", "edit", "reveal"):
        assert browser.get(reverse(f"customers:{name}", args=[elsewhere.pk])).status_code == 404
    assert browser.post(reverse("customers:pick"), {"customer": elsewhere.pk}).status_code == 404


@pytest.mark.clause("A2.14")
def test_without_a_signature_no_page_of_customers_opens(centre, operator, customer):
    manager = people.person(centre, position=Position.MANAGER)
    undertakings.publish_undertaking(title="保密承诺书", body="不泄露客户信息。", by=manager, at=people.AT)
    browser = signed_in(operator)
    assert browser.get(reverse("customers:list")).status_code == 403
    assert browser.get(reverse("customers:page", args=[customer.pk])).status_code == 403
    undertakings.sign_undertaking(version=1, typed_name=operator.name, by=operator, at=people.AT)
    assert browser.get(reverse("customers:list")).status_code == 200


def test_a_long_list_costs_no_more_queries_than_a_short_one(centre, operator, django_assert_max_num_queries):
    browser = signed_in(operator)
    for number in range(12):
        builders.customer(centre, name=f"客户{number}", number=f"177304819{number:02}")
    browser.get(reverse("customers:list"))
    with django_assert_max_num_queries(28):
        browser.get(reverse("customers:list"))
    with django_assert_max_num_queries(28):
        browser.post(reverse("customers:list"), {"q": "177304819"}, headers=HX)
