"""The telephone in the browser and the pages of the floor, for those who may and those who may not."""

from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.core.slots import Place, addresses
from hotline.kernel.rules import Refusal, Refused
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.words import Fact, State, Watching
from hotline.telephony.models import Phone, Supervision, Wish, WishKind
from hotline.telephony.queries import dialling
from hotline.telephony.services import calling, handing, joining, leading, phones, setup, supervising
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
    new = people.person(position=Position.OPERATOR, unit=house.team)
    assert b"You serve no queue yet" in get(seat(new), "phone").content
    assert b"telephone-sound" in get(seat(house.head), "phone").content, "who leads may listen in"
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
    beside = [reverse(name, args=[call.pk]) for name in ("cases:on_call", "outbound:on_call")]
    assert list(addresses(Place.CALL, house.first, call.pk)) == beside


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


def give(house, kind):
    """The first person's telephone: in the browser, on the desk with a secret, on the desk with a fixed address."""
    if kind == "browser":
        phones.issue(person=house.first, by=house.first, at=NINE)
    elif kind == "desk":
        phones.issue_desk(person=house.first, by=house.supervisor, at=NINE)
    elif kind == "fixed":
        phones.set_desk_phone(person=house.first, contact="sip:1001@10.0.0.7", by=house.supervisor, at=NINE)


@pytest.mark.clause("A3.2")
@pytest.mark.parametrize(("kind", "own"), [("none", False), ("browser", False), ("desk", True), ("fixed", True)])
def test_each_kind_of_telephone_is_signed_in_and_answered_where_it_is(house, kind, own):
    give(house, kind)
    client = seat(house.first)
    house.state(house.first, State.OFFLINE, NINE + 2 * SECOND)
    text = get(client, "bar").content.decode()
    assert ('value="sign_in"' in text) is own
    assert ('id="phone-open" href' in text) is not own
    builders.arrive(house, "x", NINE + 3 * SECOND)
    seen = [text]
    for n, state in enumerate((State.RINGING, State.TALKING)):
        house.state(house.first, state, NINE + (4 + n) * SECOND, call="x")
        seen.append(get(client, "bar").content.decode())
    assert ("Pick up at the telephone on your desk" in seen[1]) is own
    for only_of_the_window in ("data-phone-do", "data-phone-line"):
        assert all(only_of_the_window not in text for text in seen) is own, only_of_the_window
    assert 'value="hold"' in seen[2], "the exchange holds, whatever the telephone"
    assert client.post(reverse("telephony:ask"), {"kind": "sign_in"}).status_code == 302


@pytest.mark.parametrize("kind", ["desk", "fixed"])
def test_the_window_takes_the_line_from_the_desk_only_when_it_is_asked_to(house, kind):
    give(house, kind)
    client = seat(house.first)
    assert b'id="telephone"' not in get(client, "phone").content
    assert b'id="telephone"' in get(client, "phone", browser=1).content


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


def talking(house, ref="x", person=None):
    """The first operator talks to a caller."""
    builders.arrive(house, ref, NINE + SECOND)
    who = person or house.first
    name = builders.offer(house, ref, who, NINE + 2 * SECOND)
    at = NINE + 5 * SECOND
    house.tell(
        (Fact.OFFER_ENDED, at, ref, who, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at, ref, None, {"queue": house.queue.pk, "how": "answered"}),
        (Fact.AGENT_STATE, at, ref, who, {"state": "talking"}),
        (Fact.TALK_BEGAN, at, ref, who, {"offer": name, "queue": house.queue.pk}),
    )
    return house.centre.calls.get(ref=ref)


def third(house, *, up: bool, hold: bool, at=NINE + 10 * SECOND):
    """The second one is asked into the talk."""
    house.tell(
        (Fact.HOLD_BEGAN, at, "x", house.first, {}),
        (Fact.THIRD_CALLED, at, "x", house.first, {"third": "x-2", "to": house.second.pk, "number": ""}),
    )
    if up:
        house.tell((Fact.THIRD_TALKS, at + SECOND, "x", house.first, {"third": "x-2"}))
    if not hold:
        house.tell((Fact.HOLD_ENDED, at + SECOND, "x", house.first, {}))


@pytest.mark.clause("A3.2")
@pytest.mark.parametrize(
    ("up", "hold", "shows", "hides"),
    [
        (False, True, ["phone-back", "Ringing"], ["phone-complete", "phone-confer", "phone-hold", "phone-over"]),
        (True, True, ["phone-back", "phone-complete", "phone-confer", "Being asked"], ["phone-hold", "phone-end"]),
        (True, False, ["phone-back", "phone-complete", "Three together"], ["phone-confer", "phone-end"]),
    ],
)
def test_the_bar_offers_what_may_become_of_a_third(house, up, hold, shows, hides):
    talking(house)
    third(house, up=up, hold=hold)
    text = get(seat(house.first), "bar").content.decode()
    assert house.second.name in text
    for word in shows:
        assert word in text, word
    for word in hides:
        assert f'id="{word}"' not in text, word


def test_a_third_who_did_not_come_is_named_and_the_talk_goes_on(house):
    talking(house)
    now = clock.now()
    third(house, up=False, hold=False, at=now - 5 * SECOND)
    house.tell((Fact.THIRD_ENDED, now - 2 * SECOND, "x", house.first, {"third": "x-2", "how": "no_answer"}))
    text = get(seat(house.first), "bar").content.decode()
    assert "The third did not answer" in text
    assert 'id="phone-hold"' in text


@pytest.mark.clause("A3.2")
def test_a_colleague_is_asked_and_a_number_only_by_who_may(house):
    talking(house)
    house.state(house.second, State.NOT_READY, NINE + SECOND, reason="rest")
    client = seat(house.first)
    text = get(client, "hand_over").content.decode()
    assert house.second.name in text
    assert "A number outside" not in text
    client.post(reverse("telephony:hand_over"), {"how": "consult", "to": house.second.pk})
    assert Wish.objects.get(kind=WishKind.CONSULT).data == {"to": house.second.pk}
    refused = client.post(reverse("telephony:hand_over"), {"how": "consult", "queue": house.queue.pk})
    assert b"Nobody in this queue is ready." in refused.content
    with pytest.raises(NotAllowed):
        handing.hand_outside(number="13700005678", by=house.first, at=NINE)
    talking(house, "y", house.head)
    head = seat(house.head)
    assert "A number outside" in get(head, "hand_over").content.decode()
    assert head.post(reverse("telephony:hand_over"), {"number": "911", "how": ""}).status_code == 422
    head.post(reverse("telephony:hand_over"), {"number": "13700005678", "how": ""})
    assert Wish.objects.get(kind=WishKind.TRANSFER).data == {"number": "+8613700005678"}


@pytest.mark.clause("A2.8")
@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("13700005678", ""),
        ("021-66778899", ""),
        ("12", "not a number one can dial"),
        ("+1 415 555 2671", "abroad"),
        ("", "required"),
    ],
)
def test_a_number_is_called_or_said_to_be_none(house, number, says):
    answer = seat(house.first).post(reverse("telephony:dial"), {"number": number}, headers={"hx-request": "true"})
    assert answer.status_code == (422 if says else 204)
    assert says in answer.content.decode()
    assert Wish.objects.filter(kind=WishKind.CALL_OUT).exists() is not bool(says)


def test_numbers_that_must_not_be_called_are_refused_by_whoever_knows_them(house, monkeypatch):
    monkeypatch.setattr(dialling, "_checks", [])
    dialling.fill(lambda *_asked: Refusal("A2.8", "do not call", {"field": "number"}))
    with pytest.raises(Refused, match="do not call"):
        calling.call_out(number="13700005678", by=house.first, at=NINE)


def test_a_caller_is_called_again_by_his_call_and_by_nobody_elses(house):
    call = talking(house, person=house.second)
    assert seat(house.first).post(reverse("telephony:dial"), {"call": call.pk}).status_code == 404
    house.tell((Fact.TALK_ENDED, NINE + 60 * SECOND, "x", house.second, {"who": "caller", "offer": "x-1"}))
    house.state(house.second, State.WRAP_UP, NINE + 60 * SECOND)
    seat(house.second).post(reverse("telephony:dial"), {"call": call.pk})
    assert Wish.objects.get(kind=WishKind.CALL_OUT).data == {"number": builders.NUMBER}


@pytest.mark.parametrize("state", [State.TALKING, State.OFFLINE])
def test_nobody_calls_out_of_a_talk_or_without_a_telephone(house, state):
    house.state(house.first, state, NINE + 2 * SECOND)
    with pytest.raises(Refused):
        calling.call_out(number="13700005678", by=house.first, at=NINE + 3 * SECOND)


def test_nobody_is_handed_over_to_a_queue_that_is_closed_and_left(house):
    talking(house)
    night = {"opens": time(20), "closes": time(6), "name": "夜间"}
    queue = setup.make_queue(centre=house.centre, code="night", by=house.system, at=NINE, **night)
    setup.set_members(queue_id=queue.pk, persons=[house.second.pk], by=house.system, at=NINE)
    at = NINE + 9 * SECOND
    with pytest.raises(Refused, match="closed and nobody is there"):
        handing.hand_over(queue_id=queue.pk, by=house.first, at=at)
    house.state(house.second, State.NOT_READY, at, reason="rest")
    assert handing.hand_over(queue_id=queue.pk, by=house.first, at=at).data["queue"] == queue.pk


@pytest.mark.clause("A2.3")
def test_a_superior_listens_from_the_persons_page(house):
    call = talking(house)
    client = seat(house.head)
    assert b"open your own telephone first" in get(client, "person", house.first.pk).content
    house.state(house.head, State.NOT_READY, NINE, reason="sign_in")
    assert b"watch-listen" in get(client, "person", house.first.pk).content
    url = reverse("telephony:watch", args=[house.first.pk])
    client.post(url, {"how": "listen"})
    assert Wish.objects.get(kind=WishKind.WATCH).data == {"whom": house.first.pk, "how": "listen"}
    assert not Supervision.objects.exists(), "asked for, not come to pass"
    began = {"watch": "x-2", "whom": house.first.pk, "how": "listen"}
    house.tell((Fact.WATCH_BEGAN, NINE + 15 * SECOND, "x", house.head, began))
    row = Supervision.objects.get()
    assert (row.act, row.person, row.by, row.at) == ("listen", house.first, house.head, NINE + 15 * SECOND)
    refused = client.post(url, {"how": "take_over"})
    assert b"Listen to the talk first" in refused.content
    house.state(house.head, State.NOT_READY, NINE + 20 * SECOND, reason="watching", call="x")
    text = get(client, "bar").content.decode()
    assert "Nobody hears you" in text
    assert "watch-take-over" in text
    client.post(url, {"how": "take_over"})
    assert Wish.objects.filter(kind=WishKind.TAKE_OVER, person=house.head).exists()
    assert client.post(url, {"how": "shout"}).status_code == 400
    assert call.ended_at is None
    taken = {"who": "taken_over", "offer": "x-1", "by": house.head.pk}
    house.tell((Fact.TALK_ENDED, NINE + 25 * SECOND, "x", house.first, taken))
    assert list(Supervision.objects.visible_to(house.first).values_list("act", flat=True)) == ["take_over"]
    house.tell((Fact.CALL_ENDED, NINE + 90 * SECOND, "x", None, {"how": "talked"}))
    assert set(Supervision.objects.visible_to(house.first).values_list("act", flat=True)) == {"take_over", "listen"}


def test_who_may_not_lead_does_not_listen(house):
    talking(house)
    with pytest.raises(NotAllowed):
        joining.watch(person=house.first, how=Watching.LISTEN, by=house.second, at=NINE + 9 * SECOND)


@pytest.mark.parametrize("name", ["hand_over", "dial"])
def test_a_dialog_holds_some_colleagues_and_finds_the_others_by_name(house, name):
    if name == "hand_over":
        talking(house)
    many = [people.person(position=Position.OPERATOR, unit=house.team) for _ in range(35)]
    serving = [house.first.pk, house.second.pk, *(one.pk for one in many)]
    setup.set_members(queue_id=house.queue.pk, persons=serving, by=house.system, at=NINE)
    for one in many[:-1]:
        house.state(one, State.NOT_READY, NINE, reason="rest")
    house.state(many[-1], State.READY, NINE)
    client = seat(house.first)
    with CaptureQueriesContext(connection) as asked:
        text = get(client, name).content.decode()
    assert len(asked) <= 20
    lists = 2 if name == "hand_over" else 1
    assert text.count('name="to" value="') - text.count('name="to" value=""') == 30 * lists
    assert f'value="{many[-1].pk}"' in text, "whoever is ready stands among the first"
    assert 'id="find-colleague"' in text
    found = client.get(reverse(f"telephony:{name}"), {"q": many[-2].number}).content.decode()
    assert f'value="{many[-2].pk}"' in found
    assert f'value="{many[-1].pk}"' not in found
