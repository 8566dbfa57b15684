"""Every end of a call and every fact about one has words and a look, and the pages open with each of them."""

import pytest
from django.urls import reverse

from hotline.telephony.logic.supervision import Act
from hotline.telephony.logic.words import OF_PEOPLE, Fact, State, ThirdEnd
from hotline.telephony.models import Call
from hotline.telephony.models.calls import ENDS
from hotline.telephony.tests.builders import DAY, NINE, SECOND, arrive, house, offer
from hotline.telephony.views import looks

pytestmark = pytest.mark.django_db


@pytest.fixture(name="of")
def _of():
    return house()


def text_of(client, person, name, *args, **query):
    client.force_login(person)
    response = client.get(reverse(f"telephony:{name}", args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def test_every_end_of_a_call_has_a_look():
    assert set(looks.END_LOOKS) == {end or "open" for end, _ in ENDS}


def test_every_fact_about_a_call_has_words_and_a_look():
    assert set(looks.FACTS) == {fact.value for fact in set(Fact) - OF_PEOPLE}


@pytest.mark.clause("A2.8")
@pytest.mark.parametrize(("how", "said"), [("not_reached", "未接通"), ("given_up", "未拨出即放弃")])
def test_a_call_out_that_reached_nobody_is_shown(of, client, how, said):
    data = {"number": "+8613900001111", "dialled": "", "queue": None, "came": NINE.isoformat(), "kind": "out"}
    made = {"offer": "o-1", "queue": None, "role": "out", "lease": (NINE + 30 * SECOND).isoformat()}
    of.tell(
        (Fact.CALL_ARRIVED, NINE, "o", of.first, data),
        (Fact.OFFER_MADE, NINE, "o", of.first, {**made, "candidates": [], "others": {}}),
        (Fact.OFFER_ENDED, NINE + 5 * SECOND, "o", of.first, {"offer": "o-1", "how": "refused"}),
        (Fact.CALL_ENDED, NINE + 20 * SECOND, "o", None, {"how": how}),
    )
    call = Call.objects.get(ref="o")
    assert call.ended_how == how
    assert said in text_of(client, of.leader, "calls", since=DAY.isoformat())
    assert said in text_of(client, of.leader, "call", call.pk)


def test_the_calls_behind_a_figure_open_however_they_ended(of, client):
    for n, (how, _) in enumerate(ENDS[1:]):
        at = NINE + n * 60 * SECOND
        arrive(of, f"c{n}", at)
        of.tell(
            (Fact.QUEUE_LEFT, at + SECOND, f"c{n}", None, {"queue": of.queue.pk, "how": "abandoned"}),
            (Fact.CALL_ENDED, at + SECOND, f"c{n}", None, {"how": how}),
        )
    query = {"by": "queue", "since": DAY.isoformat(), "until": DAY.isoformat(), "figure": "offered"}
    text = text_of(client, of.leader, "report_calls", **query)
    assert "未接通" in text
    assert len(ENDS) - 1 == Call.objects.count()


def consulted(of, listener, how):
    """A talk into which a third is asked and a superior listens; it goes on."""
    arrive(of, "a")
    name, at = offer(of, "a", of.first, NINE + SECOND), NINE + 5 * SECOND
    watch = {"offer": "a-2", "queue": None, "role": "watch", "lease": (NINE + 60 * SECOND).isoformat()}
    of.tell(
        (Fact.OFFER_ENDED, at, "a", of.first, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at, "a", None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.AGENT_STATE, at, "a", of.first, {"state": State.TALKING.value}),
        (Fact.TALK_BEGAN, at, "a", of.first, {"offer": name, "queue": of.queue.pk}),
        (Fact.OFFER_MADE, at, "a", listener, {
            **watch, "others": {}, "candidates": [{"person": listener.pk, "why": "listens_in"}],
        }),
        (Fact.OFFER_ENDED, at, "a", listener, {"offer": "a-2", "how": "taken"}),
        (Fact.WATCH_BEGAN, at, "a", listener, {"watch": "a-2", "whom": of.first.pk, "how": Act.LISTEN.value}),
        (Fact.THIRD_CALLED, at + SECOND, "a", of.first, {"third": "a-3", "to": of.second.pk, "number": ""}),
        (Fact.THIRD_TALKS, at + 2 * SECOND, "a", of.first, {"third": "a-3"}),
        (Fact.THIRD_JOINED, at + 3 * SECOND, "a", of.first, {"third": "a-3"}),
        (Fact.THIRD_ENDED, at + 4 * SECOND, "a", of.first, {"third": "a-3", "how": how.value}),
        (Fact.WATCH_ENDED, at + 5 * SECOND, "a", listener, {"watch": "a-2", "whom": of.first.pk}),
    )  # fmt: skip
    return Call.objects.get(ref="a")


@pytest.mark.clause("A2.3")
@pytest.mark.parametrize("how", list(ThirdEnd))
def test_a_call_with_a_consultation_and_a_listener_opens(of, client, how):
    call = consulted(of, of.leader, how)
    text = text_of(client, of.head, "call", call.pk)
    for fact in (Fact.THIRD_CALLED, Fact.THIRD_TALKS, Fact.THIRD_JOINED, Fact.THIRD_ENDED, Fact.WATCH_BEGAN):
        assert str(looks.FACTS[fact.value][0]) in text, fact
    assert "双方都听不到" in text


@pytest.mark.clause("A2.3")
def test_who_is_listened_to_reads_of_it_once_the_call_is_over(of, client):
    call = consulted(of, of.leader, ThirdEnd.RETURNED)
    assert of.leader.name not in text_of(client, of.first, "call", call.pk)
    of.tell((Fact.CALL_ENDED, NINE + 60 * SECOND, "a", None, {"how": "talked"}))
    assert of.leader.name in text_of(client, of.first, "call", call.pk)
