"""Posted reports: once whatever is sent twice, with their caller, their place and their pictures."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from hotline.cases.models import Attachment, Case
from hotline.cases.tests import builders as cases
from hotline.cases.tests import pictures
from hotline.customers.models import Customer
from hotline.open311.logic.wishes import Wish
from hotline.open311.models import Posting, Update
from hotline.open311.queries import published
from hotline.open311.services import posting
from hotline.open311.tests import builders
from hotline.open311.tests.builders import post
from hotline.people.models import Notice
from hotline.people.tests import builders as people

DAY = cases.DAY


@pytest.fixture
def town(db):
    return cases.town()


@pytest.fixture
def keyed(town):
    return builders.key(town)


def number_of(response):
    return response.json()[0]["service_request_id"]


@pytest.mark.clause("B3.1")
def test_a_report_becomes_a_case_that_waits_at_the_intake(town, keyed):
    response = post("requests.json", builders.form(keyed[1], address_string="学府路口东北角", account_id="u-9"))
    assert response.status_code == 201
    case = Case.objects.get(number=number_of(response))
    assert (case.source, case.status, case.place) == ("web", "registered", "学府路口东北角")
    assert case.category_id == town.condition.category_id
    assert (case.district.name, case.grid.code) == ("城东区", "G1")
    assert case.holding.queue == "intake"
    row = Posting.objects.get()
    assert (row.key, row.condition, row.account) == (keyed[0], town.condition, "u-9")


def test_ones_own_key_is_the_same_report_for_ever(keyed):
    first = post("requests.json", builders.form(keyed[1]), **{"Idempotency-Key": "mine-1"})
    Posting.objects.update(at=cases.NINE)
    again = post("requests.json", builders.form(keyed[1]), **{"Idempotency-Key": "mine-1"})
    assert (again.status_code, number_of(again)) == (200, number_of(first))
    other = post("requests.json", builders.form(keyed[1], description="另一件"), **{"Idempotency-Key": "mine-1"})
    assert other.status_code == 400
    assert number_of(first) in other.json()[0]["description"]
    assert post("requests.json", builders.form(keyed[1]), **{"Idempotency-Key": "mine-2"}).status_code == 201
    assert Case.objects.count() == 2


def test_an_external_id_among_the_attributes_is_such_a_key(keyed):
    values = builders.form(keyed[1], **{"attribute[EXTERNAL_ID]": "A-7"})
    numbers = [number_of(post("requests.json", values)) for _again in range(2)]
    assert numbers[0] == numbers[1]
    assert Posting.objects.get().token == "A-7"


def test_keys_of_two_programs_do_not_meet(town, keyed):
    other = builders.key(town, organisation="另一家")[1]
    for text in (keyed[1], other):
        assert post("requests.json", builders.form(text), **{"Idempotency-Key": "1"}).status_code == 201


def test_word_for_word_the_same_is_another_report_after_ten_minutes(town, keyed):
    category = published.service(town.centre, "C0101", DAY)
    by = people.system(town.centre)
    wish = Wish(code="C0101", description="井盖", place="学府路口", fingerprint="f")
    more = {"key": keyed[0], "wish": wish, "category": category, "condition": None, "grid": None, "by": by}
    first, is_new = posting.post_request(**more, at=cases.NINE)
    again, is_newer = posting.post_request(**more, at=cases.NINE + timedelta(minutes=9, seconds=59))
    later, is_latest = posting.post_request(**more, at=cases.NINE + timedelta(minutes=10))
    assert (is_new, is_newer, is_latest) == (True, False, True)
    assert first == again != later


@pytest.mark.django_db(transaction=True)
def test_the_same_report_sent_at_once_by_ten_is_one():
    town = cases.town()
    text = builders.key(town)[1]
    gate, numbers = Barrier(10), []

    def send():
        try:
            gate.wait()
            numbers.append(number_of(post("requests.json", builders.form(text), **{"Idempotency-Key": "once"})))
        finally:
            connection.close()

    threads = [Thread(target=send) for _one in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 10
    assert len(set(numbers)) == 1
    assert Case.objects.count() == Posting.objects.count() == 1


@pytest.mark.clause("A3.4")
def test_the_caller_is_one_customer_and_a_strange_number_is_a_note(keyed):
    values = builders.form(keyed[1], first_name="小云", last_name="王", phone="13900002222", email="w@example.com")
    post("requests.json", values)
    post("requests.json", values | {"description": "又一件"})
    customer = Customer.objects.get()
    assert (customer.name, customer.note) == ("王小云", "w@example.com")
    assert customer.cases.count() == 2
    post("requests.json", builders.form(keyed[1], phone="12", description="第三件"))
    assert Customer.objects.get(note__contains="12").name


def test_pictures_come_along_and_bad_files_refuse_the_whole_report(keyed):
    shot = SimpleUploadedFile("井盖.jpg", pictures.picture(), content_type="image/jpeg")
    response = post("requests.json", builders.form(keyed[1], media=shot))
    assert response.status_code == 201, response.content
    assert Attachment.objects.get(case__number=number_of(response)).kind == "before"
    evil = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    refused = post("requests.xml", builders.form(keyed[1], description="坏文件", media=evil))
    assert refused.status_code == 400
    assert Case.objects.count() == 1
    many = [SimpleUploadedFile(f"{one}.jpg", b"x", content_type="image/jpeg") for one in range(6)]
    assert post("requests.json", builders.form(keyed[1], description="太多", media=many)).status_code == 400


def test_an_address_id_is_a_grid(town, keyed):
    values = {**builders.form(keyed[1]), "lat": "", "long": "", "address_id": "G1"}
    case = Case.objects.get(number=number_of(post("requests.json", values)))
    assert case.place == town.grid.name


def test_a_key_without_the_right_may_not_report(town):
    text = builders.key(town, may_create=False)[1]
    assert post("requests.json", builders.form(text)).status_code == 403


# ---------------------------------------------------------------- updates of programs


def told(text, number, **values):
    return {
        "api_key": text,
        "service_request_id": number,
        "update_id": "u1",
        "status": "closed",
        "updated_datetime": "2026-03-09T10:00:00+08:00",
        "description": "已更换井盖 13800001234",
        **values,
    }


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_update_is_kept_once_and_closes_nothing(town, keyed, form):
    case = builders.report(town)
    first = post(f"servicerequestupdates.{form}", told(keyed[1], case.number))
    again = post(f"servicerequestupdates.{form}", told(keyed[1], case.number))
    assert (first.status_code, again.status_code) == (201, 200)
    row = Update.objects.get()
    assert row.text == "已更换井盖 13800001234"
    assert cases.fresh(case).status == "registered"
    assert Notice.objects.filter(recipient=town.operator).exists()
    span = {"start_date": "2026-03-09T00:00:00+08:00", "end_date": "2026-03-10T00:00:00+08:00"}
    listed = builders.get("servicerequestupdates.json", **span).json()
    assert [(one["update_id"], one["description"]) for one in listed] == [(str(row.pk), "已更换井盖 ***")]


WRONG = {
    "status": "",
    "update_id": "x" * 101,
    "updated_datetime": "gestern",
    "description": "",
    "service_request_id": "20000101-0001",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_an_update_is_said(town, keyed, name):
    case = builders.report(town)
    response = post("servicerequestupdates.json", told(keyed[1], case.number, **{name: WRONG[name]}))
    assert response.status_code == (404 if name == "service_request_id" else 400)
    assert not Update.objects.exists()


def test_an_update_needs_the_right_and_a_public_request(town, keyed):
    case = builders.report(town, secret=True)
    assert post("servicerequestupdates.json", told(keyed[1], case.number)).status_code == 404
    text = builders.key(town, may_update=False)[1]
    assert post("servicerequestupdates.json", told(text, case.number)).status_code == 403
