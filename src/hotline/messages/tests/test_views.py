"""Pages of texts for each position, filters, looks, wordings, the test text."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.messages import queries
from hotline.messages.models import Look, Message, Wording
from hotline.messages.senders import Undelivered
from hotline.messages.tests.builders import ADDRESS, NOON, NUMBER, Shelf, ask, program, try_it
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
SEES = {Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SYSADMIN}
KEEPS = {Position.CENTRE_SUPERVISOR, Position.SYSADMIN}


def seat(person):
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    person.language = "en"
    person.save(update_fields=["language"])
    client.force_login(person)
    return client


@pytest.fixture
def message():
    return ask(program(), about="cases.case:7", params={"text": "geheim"})


@pytest.fixture
def keeper(message):
    return people.person(message.centre, position=Position.SYSADMIN)


def test_each_position_sees_what_it_answers_for(message):
    staff = people.everybody(message.centre)
    for position, person in staff.items():
        client = seat(person)
        wanted = 200 if position in SEES else 403
        assert client.get(reverse("messages:list")).status_code == wanted, position
        assert client.get(reverse("messages:page", args=[message.pk])).status_code == wanted, position
        kept = 200 if position in KEEPS else 403
        for name in ("messages:wordings", "messages:setup"):
            assert client.get(reverse(name)).status_code == kept, (position, name)
        again = client.post(reverse("messages:send_again", args=[message.pk]))
        assert again.status_code == (409 if position in KEEPS else 403), position


def test_a_text_of_another_centre_is_not_there(message):
    client = seat(people.person(position=Position.SYSADMIN))
    for name in ("page", "reveal"):
        assert client.get(reverse(f"messages:{name}", args=[message.pk])).status_code == 404
    assert client.post(reverse("messages:send_again", args=[message.pk])).status_code == 404
    assert str(message.shown_address) not in client.get(reverse("messages:list")).content.decode()


def test_the_list_masks_filters_and_asks_few_questions(message, keeper, django_assert_max_num_queries):
    for number in range(20):
        ask(people.system(message.centre), key=f"k{number}", channel="mail", to=ADDRESS)
    client = seat(keeper)
    url = reverse("messages:list")
    client.get(url)
    with django_assert_max_num_queries(20):
        page = client.get(url).content.decode()
    assert "138****1234" in page
    assert NUMBER not in page
    assert "138****1234" not in client.get(url, {"channel": "mail"}).content.decode()
    assert "No message matches" in client.get(url, {"status": "failed"}).content.decode()
    assert client.get(url, {"status": "nonsense", "page": "x"}).status_code == 200


@pytest.mark.clause("A3.6")
def test_the_whole_text_is_shown_for_a_reason_that_is_kept(message, keeper):
    client = seat(keeper)
    url = reverse("messages:reveal", args=[message.pk])
    assert "geheim" not in client.get(url).content.decode()
    assert "Say why" in client.post(url, {"reason": ""}).content.decode()
    page = client.post(url, {"reason": "核对"}).content.decode()
    assert "geheim" in page
    assert "+8613800001234" in page
    assert Look.objects.get().person == keeper
    assert "核对" in client.get(reverse("messages:page", args=[message.pk])).content.decode()


def test_a_failed_text_is_sent_again_and_a_waiting_one_withdrawn(message, keeper):
    client = seat(keeper)
    Shelf.failures.append(Undelivered("no such number", for_good=True))
    try_it(message)
    page = client.get(reverse("messages:page", args=[message.pk])).content.decode()
    assert "no such number" in page
    client.post(reverse("messages:send_again", args=[message.pk]))
    message.refresh_from_db()
    assert message.status == "queued"
    assert client.post(reverse("messages:withdraw", args=[message.pk])).status_code == 409
    client.post(reverse("messages:withdraw", args=[message.pk]), {"reason": "写错了"})
    message.refresh_from_db()
    assert (message.status, message.status_note) == ("cancelled", "写错了")


def test_an_occasion_is_worded_and_put_back(message, keeper):
    client = seat(keeper)
    url = reverse("messages:wording", args=["plain", "sms"])
    assert "nothing to fill in" in client.post(url, {"text": "{text}{phone}"}).content.decode()
    client.post(url, {"text": "【热线】{text}"})
    assert Wording.objects.get().text == "【热线】{text}"
    assert "Our own" in client.get(reverse("messages:wordings")).content.decode()
    client.post(url, {"restore": "1"})
    assert not Wording.objects.exists()
    for wrong in (["nonsense", "sms"], ["plain", "pigeon"]):
        assert client.get(reverse("messages:wording", args=wrong)).status_code == 404


def test_a_test_goes_out_at_once(message, keeper):
    client = seat(keeper)
    url = reverse("messages:setup")
    assert "not a mail address" in client.post(url, {"channel": "mail", "to": "x"}).content.decode()
    assert client.post(url, {"channel": "mail", "to": ADDRESS}).status_code == 302
    row = Message.objects.get(occasion="test")
    assert message.centre.name in queries.letter_of(row).text
    assert row.next_at is not None
    assert row.at >= NOON
