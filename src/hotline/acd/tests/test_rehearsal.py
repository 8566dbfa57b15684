"""An hour that is told is written as one that is lived, however many facts are written together."""

from datetime import timedelta
from itertools import pairwise

import pytest

from hotline.acd import reading
from hotline.acd.engine import messages as m
from hotline.acd.simulated.exchange import Caller, Exchange
from hotline.acd.simulated.rehearsal import Rehearsal
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact
from hotline.telephony.models import Call, PhoneState
from hotline.telephony.services import journal
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = pytest.mark.django_db
CALLS = 24


def tell(of, at_once):
    """Half an hour of calls, written so many facts at a time; what stands in the tables, by plain values."""
    told = reading.read(of.centre, NINE)
    entries = []

    def noted(note):
        entries.append(Entry(f"{of.epoch}:t{len(entries)}", note.fact, note.at, note.call, note.person, note.data))
        if note.fact is Fact.AGENT_STATE and note.data["reason"] in {"no_answer", "refused"}:
            at = note.at + 20 * SECOND
            show.say(at, lambda: m.GetReady(note.person, next(numbers)))

    show = Rehearsal(Exchange("w"), reading.terms_of(told), told.lines, noted=noted)
    numbers = iter(range(1, 1000))
    for person in (of.first, of.second):
        for wish in (m.SignIn, m.GetReady):
            show.say(NINE, lambda person=person, wish=wish: wish(person.pk, next(numbers)))
    for number in range(CALLS):
        at = NINE + number * 40 * SECOND
        show.call(Caller(f"c{number}", at, "19900001234", "12319", (15 + number * 7) * SECOND, (40 + number) * SECOND))
    show.advance(NINE + timedelta(hours=1))
    for start in range(0, len(entries), at_once):
        part = entries[start : start + at_once]
        journal.write(centre=of.centre, epoch=of.epoch, entries=part, by=of.system, at=part[-1].at)
    return _plain(of)


def _plain(of):
    names = {of.first.pk: "first", of.second.pk: "second", None: ""}
    calls = [
        (
            call.ref, names[call.person_id], call.answered_at, call.ended_at, call.ended_how,
            list(call.segments.order_by("began_at", "kind", "pk").values_list("kind", "began_at", "ended_at", "how")),
            list(call.offers.order_by("made_at").values_list("ref", "made_at", "rang_at", "ended_at", "how", "rings")),
        )
        for call in Call.objects.filter(centre=of.centre).order_by("came_at", "ref")
    ]  # fmt: skip
    rows = PhoneState.objects.filter(centre=of.centre).order_by("span")
    states = {
        who: [(row.state, row.reason, row.call_ref, row.span.lower, row.span.upper) for row in rows.filter(person=pk)]
        for pk, who in names.items()
        if pk is not None
    }
    return calls, states


def test_facts_mean_the_same_one_by_one_and_all_at_once(django_assert_max_num_queries):
    one, some, many = builders.house(), builders.house(), builders.house()
    singly = tell(one, 1)
    assert tell(some, 7) == singly  # chance goes by the names of calls and offers: every house tells the same
    with django_assert_max_num_queries(76):  # to compare takes sixty of them; the facts are some three hundred
        together = tell(many, 10_000)
    assert together == singly
    calls, states = singly
    assert {how for _ref, _who, _a, _e, how, *_ in calls} >= {"talked", "abandoned"}
    for rows in states.values():
        assert all(before[4] == after[3] for before, after in pairwise(rows))


def test_a_told_call_is_rebuilt_as_it_was():
    of = builders.house()
    was = tell(of, 10_000)
    for call in Call.objects.filter(centre=of.centre):
        journal.rebuild(call_id=call.pk, by=of.system, at=NINE)
    assert _plain(of) == was
