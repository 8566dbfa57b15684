"""The telephone in the browser and the pages of the floor, for those who may and those who may not."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.core.slots import Place, addresses
from hotline.people.models import Person
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import State
from hotline.telephony.models import Phone, Supervision, Wish, WishKind
from hotline.telephony.services import leading, phones, supervising
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    made = builders.house()
    made.state(made.first, State.NOT_READY, NINE, reason="sign_in")
    made.state(made.first, State.READY, NINE + SECOND)
    return made


def seat(person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


def get(client, name, *args, **query):
    return client.get(reverse(f"telephony:{name}", args=args), query)


def test_who_serves_no_queue_has_no_bar(house):
    assert get(seat(house.head), "bar").content == b""
    assert b"You serve no queue yet" in get(seat(house.head), "phone").content
    assert get(seat(house.quality), "bar").status_code == 403


@pytest.mark.clause("A3.2")
@pytest.mark.parametrize(
    ("state", "more", "shows", "hides"),
    [
        (State.READY, {}, ["phone-rest", "phone-off"], ["phone-answer", "phone-ready"]),
        (State.NOT_READY, {"reason": "rest"}, ["phone-ready", "小休"], ["phone-answer"]),
        (State.RINGING, {"call": "x"}, ["phone-answer", "phone-refuse"], ["phone-ready", "phone-hold"]),
        (State.TALKING, {"call": "x"}, ["phone-hold", "phone-mute", "phone-end", "phone-help"], ["phone-answer"]),
        (State.WRAP_UP, {"due": (NINE + 60 * SECOND).isoformat()}, ["phone-more", "data-due"], ["phone-answer"]),
        (State.OFFLINE, {}, ["phone-open"], ["phone-rest", "phone-answer"]),
    ],
)
def test_the_bar_offers_what_the_state_allows(house, state, more, shows, hides):
    builders.arrive(house, "x", NINE + SECOND)
    house.state(house.first, state, NINE + 2 * SECOND, **more)
    text = get(seat(house.first), "bar").content.decode()
    for word in shows:
        assert word in text, word
    for word in hides:
        assert f'"{word}"' not in text, word


@pytest.mark.clause("D2.6")
def test_a_ring_shows_who_calls_behind_the_mask(house):
    builders.arrive(house, "x", NINE + SECOND)
    builders.offer(house, "x", house.first, NINE + 2 * SECOND)
    text = get(seat(house.first), "bar").content.decode()
    assert "139****1234" in text
    assert builders.NUMBER not in text
    assert "Unknown caller" in text
    call = house.centre.calls.get()
    assert list(addresses(Place.CALL, house.first, call.pk)) == [reverse("cases:on_call", args=[call.pk])]


def test_a_secret_is_told_once_and_to_oneself(house):
    client = seat(house.first)
    first, second = (client.post(reverse("telephony:login")).json() for _ in range(2))
    assert first["account"] == second["account"] == f"p-{house.first.pk}"
    assert first["secret"] != second["secret"]
    assert Phone.objects.get().digest == phones.digest(second["account"], second["secret"])
    assert second["server"].startswith("ws")
    assert seat(house.quality).post(reverse("telephony:login")).status_code == 403


@pytest.mark.parametrize("kind", ["ready", "hang_up", "hold", "unhold", "more_wrap_up", "refuse", "sign_out"])
def test_what_is_asked_goes_to_the_machine(house, kind):
    assert (
        seat(house.first).post(reverse("telephony:ask"), {"kind": kind}, headers={"HX-Request": "true"}).status_code
        == 200
    )
    assert Wish.objects.get(person=house.first).kind == kind


def test_not_ready_needs_one_of_the_reasons(house):
    client = seat(house.first)
    url = reverse("telephony:ask")
    assert client.post(url, {"kind": "not_ready", "reason": "rest"}).status_code == 302
    assert Wish.objects.get(kind=WishKind.NOT_READY).data == {"reason": "rest"}
    assert client.post(url, {"kind": "not_ready", "reason": "holiday"}).status_code == 409
    for wrong in ("setup", "take", "", "nonsense"):
        assert client.post(url, {"kind": wrong}).status_code == 400


def test_without_lines_the_page_itself_signs_in_and_picks_up_and_says_so(house):
    leading.take_lead(centre=house.centre, switch="simulated", by=house.system, at=clock.now())
    client = seat(house.first)
    ask = reverse("telephony:ask")
    house.epoch += 1
    house.state(house.first, State.OFFLINE, NINE + 2 * SECOND)
    text = get(client, "bar").content.decode()
    assert "Simulated exchange, no sound" in text
    assert 'value="sign_in"' in text
    assert "data-phone-open" not in text
    builders.arrive(house, "x", NINE + 3 * SECOND)
    house.state(house.first, State.RINGING, NINE + 4 * SECOND, call="x")
    text = get(client, "bar").content.decode()
    assert 'value="take"' in text
    assert "data-phone-do" not in text
    assert client.post(ask, {"kind": "take"}).status_code == 302
    assert Wish.objects.get(person=house.first).kind == WishKind.TAKE
    for page, reader in (("phone", house.first), ("board", house.leader), ("queues", house.leader)):
        assert "The exchange is simulated" in get(seat(reader), page).content.decode(), page
    assert b'id="telephone"' not in get(client, "phone").content


def test_help_is_one_key_away(house):
    seat(house.first).post(reverse("telephony:help"))
    assert Supervision.objects.get().act == "help"
    assert "asks for help" in get(seat(house.leader), "board").content.decode()


@pytest.mark.clause("A2.4")
def test_pages_of_the_floor_for_those_who_lead(house):
    for person in (house.head, house.leader, house.supervisor):
        client = seat(person)
        for name in ("board", "wallboard", "queues", "states", "watched"):
            assert get(client, name).status_code == 200, (person, name)
        assert get(client, "person", house.first.pk).status_code == 200
    client = seat(house.first)
    assert [get(client, name).status_code for name in ("board", "wallboard", "watched")] == [403, 403, 200]


@pytest.mark.clause("A2.3")
def test_from_the_board_a_word_and_a_state(house):
    client = seat(house.head)
    url = reverse("telephony:person", args=[house.first.pk])
    fragment = {"HX-Request": "true"}
    assert client.post(url, {"act": "message", "text": ""}, headers=fragment).status_code == 422
    assert client.post(url, {"act": "message", "text": "请先核对地址"}, headers=fragment).status_code == 204
    assert client.post(url, {"act": "force", "to": "not_ready", "why": "开会"}, headers=fragment).status_code == 204
    assert client.post(url, {"act": "force", "to": "talking", "why": "x"}, headers=fragment).status_code == 422
    assert "请先核对地址" in get(seat(house.first), "watched").content.decode()
    assert "开会" in get(seat(house.first), "bar").content.decode()


def test_a_quality_inspector_looks_and_sets_nothing(house):
    assert get(seat(house.quality), "board").status_code == 403
    assert get(seat(house.quality), "wallboard").status_code == 200


def test_people_of_elsewhere_are_not_found(house):
    stranger = builders.house(people.centre("elsewhere"))
    assert get(seat(stranger.leader), "person", house.first.pk).status_code == 404


@pytest.mark.parametrize("size", [1, 40])
def test_the_bar_costs_few_queries(house, size, django_assert_max_num_queries):
    for number in range(size):
        builders.arrive(house, f"c{number}", NINE + SECOND)
    builders.offer(house, "c0", house.first, NINE + 2 * SECOND)
    supervising.send_message(person=house.first, text="一", by=house.head, at=NINE + 2 * SECOND)
    client = seat(house.first)
    with django_assert_max_num_queries(24):
        get(client, "bar")
