"""Missed calls and call-backs in vain: owed once, by somebody, and kept by the talk that follows (A2.16)."""

from datetime import timedelta

import pytest

from hotline.kernel.rules import Refused
from hotline.promises.jobs import look_at_all
from hotline.promises.logic import Channel, Kind, Status
from hotline.promises.models import Promise
from hotline.promises.queries import calls as owed
from hotline.promises.services import calls, ledger
from hotline.promises.tests.builders import settle
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call, Wish, WishKind
from hotline.telephony.tests import builders as floor
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.16")]
MINUTE = timedelta(minutes=1)
OTHER = "+8613700005678"


@pytest.fixture
def of():
    return floor.house()


def lost(of, ref, how="abandoned", after=60, **more):
    """A call that ends in its queue, and what follows from that."""
    call = floor.arrive(of, ref, **more)
    end = call.came_at + after * SECOND
    of.tell((Fact.QUEUE_LEFT, end, ref, None, {"how": how}), (Fact.CALL_ENDED, end, ref, None, {"how": how}))
    settle(end)
    return Call.objects.get(pk=call.pk)


def called_back_in_vain(of, ref="a"):
    """Somebody keeps his place, is called back by the first person, and does not pick up."""
    floor.arrive(of, ref)
    at = NINE + MINUTE
    of.tell((Fact.QUEUE_LEFT, at, ref, None, {"how": "callback"}))
    name = floor.offer(of, ref, of.first, at + MINUTE)
    end = at + 3 * MINUTE
    of.tell(
        (Fact.OFFER_ENDED, at + 2 * MINUTE, ref, of.first, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.AGENT_STATE, at + 2 * MINUTE, ref, of.first, {"state": "talking"}),
        (Fact.CALLBACK_FAILED, end, ref, of.first, {"number": floor.NUMBER, "why": "no_answer"}),
        (Fact.CALL_ENDED, end, ref, None, {"how": "callback"}),
    )
    settle(end)
    return Call.objects.get(ref=ref)


def test_who_was_not_reached_when_he_was_called_back_is_owed_a_call_by_whoever_tried(of):
    call = called_back_in_vain(of)
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.source_key) == (Kind.CALL_BACK, of.first, f"call:{call.pk}")
    assert promise.due_at == call.ended_at + timedelta(hours=1)
    assert promise.made_via == Channel.QUEUE
    assert "139****1234" in promise.what


@pytest.mark.parametrize("how", ["abandoned", "timeout", "full", "empty", "lost"])
def test_a_call_that_nobody_took_is_owed_by_the_team_of_the_queue(of, how):
    call = lost(of, "a", how)
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.unit) == (Kind.MISSED_CALL, None, of.team)
    assert promise.source_key == f"call:{call.pk}"


def test_it_is_owed_once_however_often_it_is_told_and_however_often_he_tries(of):
    lost(of, "a")
    lost(of, "b", at=NINE + 5 * MINUTE)
    settle(NINE + 6 * MINUTE)
    assert Promise.objects.count() == 1
    lost(of, "c", number=OTHER)
    assert Promise.objects.count() == 2


@pytest.mark.parametrize(
    ("how", "after", "more"),
    [
        ("abandoned", 3, {}),  # hung up before he had waited
        ("closed", 0, {}),  # called outside the hours
        ("test", 60, {}),
        ("menu", 60, {}),
        ("abandoned", 60, {"number": ""}),
    ],
)
def test_nothing_is_owed_for(of, how, after, more):
    lost(of, "a", how, after, **more)
    assert not Promise.objects.exists()


def test_whoever_waited_when_the_queue_closed_is_owed_a_call_in_working_time(of):
    lost(of, "a", "closed", 120, at=NINE + timedelta(hours=12))
    assert Promise.objects.get().due_at > NINE + timedelta(hours=23)


def test_the_talk_that_follows_keeps_it_at_its_own_moment(of):
    lost(of, "a")
    talk = floor.arrive(of, "b", NINE + 20 * MINUTE)
    floor.talk(of, "b", of.second, NINE + 21 * MINUTE)
    look_at_all(NINE + 22 * MINUTE)
    promise = Promise.objects.get()
    assert (promise.status, promise.settled_by) == (Status.KEPT, of.second)
    assert promise.settled_at == NINE + 21 * MINUTE
    assert str(talk.pk) in promise.kept_words


def test_nothing_is_owed_to_whoever_was_talked_to_before_it_was_written(of):
    call = floor.arrive(of, "a")
    end = NINE + MINUTE
    of.tell((Fact.CALL_ENDED, end, "a", None, {"how": "abandoned"}))
    floor.arrive(of, "b", end + MINUTE)
    floor.talk(of, "b", of.second, end + 2 * MINUTE)
    settle(end + 5 * MINUTE)
    assert Call.objects.get(pk=call.pk).ended_how == "abandoned"
    assert not Promise.objects.exists()


def test_whoever_owes_it_calls_him_by_one_press_and_sees_no_number(of, client):
    called_back_in_vain(of)
    promise = Promise.objects.get()
    client.force_login(of.first)
    page = client.get(f"/promises/{promise.pk}").content.decode()
    assert "139****1234" in page
    assert f"/promises/{promise.pk}/dial" in page
    assert floor.NUMBER[3:] not in page
    of.state(of.first, State.NOT_READY, promise.made_at)
    dial = client.post(f"/promises/{promise.pk}/dial")
    assert dial.status_code in {200, 204, 302}
    wish = Wish.objects.get(kind=WishKind.CALL_OUT)
    assert (wish.person, wish.data) == (of.first, {"number": floor.NUMBER})


def test_only_what_is_owed_for_a_call_can_be_called(of):
    made = ledger.open_promise(
        kind=Kind.REPLY, what="答复", due=NINE + timedelta(hours=1), via=Channel.PHONE, holder=of.first, by=of.first,
        at=NINE,
    )  # fmt: skip
    with pytest.raises(Refused, match="not made by a call"):
        calls.dial(promise_id=made.pk, by=of.first, at=NINE)


def test_a_talk_is_found_however_many_others_are_owed_before(of, monkeypatch):
    monkeypatch.setattr(owed, "SLICE", 2)
    for place in range(4):
        lost(of, f"a{place}", number=f"+861370000{place:04d}")
    lost(of, "z")
    floor.arrive(of, "b", NINE + 20 * MINUTE)
    floor.talk(of, "b", of.second, NINE + 21 * MINUTE)
    look_at_all(NINE + 22 * MINUTE)
    assert [row.status for row in Promise.objects.order_by("pk")] == [*[Status.OPEN] * 4, Status.KEPT]


def test_another_callers_talk_keeps_nothing(of):
    lost(of, "a")
    floor.arrive(of, "b", NINE + 20 * MINUTE, number=OTHER)
    floor.talk(of, "b", of.second, NINE + 21 * MINUTE)
    look_at_all(NINE + 22 * MINUTE)
    assert Promise.objects.get().status == Status.OPEN
