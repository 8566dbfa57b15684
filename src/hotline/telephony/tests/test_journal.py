"""The log of calls and what is reckoned from it, on the real database."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from hotline.core.access import NotAllowed
from hotline.customers.models import Customer, CustomerNumber
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import CallEvent, Offer, PhoneState, Segment
from hotline.telephony.services import journal, leading
from hotline.telephony.tests.builders import NINE, NUMBER, SECOND, arrive, house, offer, talk


@pytest.fixture(name="of")
def _of(db):
    return house()


def told(call):
    """Everything that is reckoned of a call, as plain values."""
    fields = ("person_id", "answered_at", "ended_at", "ended_how", "is_callback", "queue_id")
    segments = call.segments.order_by("began_at", "kind").values_list("kind", "began_at", "ended_at", "how", "person")
    offers = call.offers.order_by("ref").values_list("ref", "made_at", "rang_at", "ended_at", "how", "rings", "epoch")
    return [getattr(call, name) for name in fields], list(segments), list(offers)


def test_a_call_from_its_arrival_to_its_end(of):
    arrive(of, "a")
    call = talk(of, "a", of.first, NINE + 12 * SECOND)
    assert (call.person, call.answered_at, call.ended_how) == (of.first, NINE + 12 * SECOND, "talked")
    queue, talked = call.segments.order_by("began_at")
    assert (queue.kind, queue.how, queue.ended_at - queue.began_at) == ("queue", "answered", 12 * SECOND)
    assert (talked.kind, talked.person, talked.ended_at - talked.began_at) == ("talk", of.first, 60 * SECOND)
    [made] = call.offers.all()
    assert (made.how, made.rings, made.epoch) == ("taken", 1, of.epoch)


def test_a_call_is_rebuilt_from_its_events_as_it_was(of):
    call = arrive(of, "a")
    offer(of, "a", of.second, NINE + SECOND, name="a-0")
    of.tell((Fact.OFFER_ENDED, NINE + 5 * SECOND, "a", of.second, {"offer": "a-0", "how": "refused", "rings": 1}))
    call = talk(of, "a", of.first, NINE + 12 * SECOND)
    was = told(call)
    Segment.objects.filter(call=call).delete()
    Offer.objects.filter(call=call).update(rings=9)
    assert told(journal.rebuild(call_id=call.pk, by=of.system, at=NINE + timedelta(hours=1))) == was


def test_what_is_told_twice_counts_once(of):
    entry = Entry("1:77", Fact.CALL_ARRIVED, NINE, "a", None, {"number": NUMBER, "queue": of.queue.pk})
    for new in (1, 0):
        assert new == journal.write(centre=of.centre, epoch=of.epoch, entries=[entry], by=of.system, at=NINE)
    assert CallEvent.objects.filter(centre=of.centre).count() == 1


def test_who_does_not_lead_any_more_writes_nothing(of):
    leading.take_lead(centre=of.centre, switch="test", by=of.system, at=NINE)
    with pytest.raises(leading.Deposed):
        arrive(of, "a")
    with pytest.raises(leading.Deposed):
        leading.beat(centre=of.centre, epoch=of.epoch, note={}, by=of.system, at=NINE)
    assert not CallEvent.objects.filter(centre=of.centre).exists()


def test_events_are_never_changed_and_only_the_program_writes_them(of):
    arrive(of, "a")
    with pytest.raises(ProgrammingError), transaction.atomic():
        CallEvent.objects.filter(centre=of.centre).update(call_ref="b")
    with pytest.raises(NotAllowed):
        journal.write(centre=of.centre, epoch=of.epoch, entries=[], by=of.supervisor, at=NINE)


def test_states_follow_each_other_without_gap_or_overlap(of):
    of.state(of.first, State.OFFLINE, NINE)
    of.state(of.first, State.NOT_READY, NINE + SECOND, reason="sign_in")
    of.state(of.first, State.READY, NINE + 4 * SECOND)
    of.state(of.first, State.NOT_READY, NINE + 4 * SECOND, reason="rest")  # without length: only overwritten
    of.state(of.first, State.READY, NINE + 3 * SECOND)  # a clock that stepped back
    rows = list(PhoneState.objects.filter(person=of.first).order_by("span"))
    assert [row.state for row in rows] == ["offline", "not_ready", "ready"]
    assert all(a.span.upper == b.span.lower for a, b in pairwise(rows))
    with pytest.raises(IntegrityError), transaction.atomic():
        PhoneState.objects.create(
            centre=of.centre, person=of.first, state="ready", span=(NINE + SECOND, NINE + 2 * SECOND)
        )
    rows[-1].span = (rows[-1].span.lower, NINE + 9 * SECOND)
    rows[-1].save()
    with pytest.raises(ProgrammingError, match="a gap"), transaction.atomic():
        PhoneState.objects.create(centre=of.centre, person=of.first, state="ready", span=(NINE + 20 * SECOND, None))


def test_extended_after_call_work_is_the_same_interval(of):
    due = NINE + 30 * SECOND
    of.state(of.first, State.WRAP_UP, NINE, due=due.isoformat())
    of.state(of.first, State.WRAP_UP, NINE + SECOND, cause="extended", due=(due + 60 * SECOND).isoformat())
    [row] = PhoneState.objects.filter(person=of.first)
    assert (row.span.lower, row.due_at) == (NINE, due + 60 * SECOND)


def test_no_person_has_two_offers_and_no_call_two(of):
    arrive(of, "a")
    arrive(of, "b")
    offer(of, "a", of.first, NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        offer(of, "b", of.first, NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        offer(of, "a", of.second, NINE, name="a-2")


def test_a_caller_who_is_known_is_found_by_the_number(of):
    customer = Customer.objects.create(centre=of.centre, name="王小云", since=NINE, changed_at=NINE)
    CustomerNumber.objects.create(customer=customer, e164=NUMBER)
    assert arrive(of, "a").customer == customer
    assert arrive(of, "b", number="anonymous").customer is None


def test_what_one_moment_costs(of):
    arrive(of, "a")
    with connection.execute_wrapper(counter := Counter()):
        offer(of, "a", of.first, NINE)
    assert counter.count <= 24


class Counter:
    """Counts what is asked of the database."""

    def __init__(self):
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)
