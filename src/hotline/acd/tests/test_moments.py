"""Events count at the exchange's own moment, as far as it can be believed, and never before what happened before."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.acd.engine import messages as m
from hotline.acd.engine.reduce import reduce
from hotline.acd.lines import moment_of
from hotline.acd.moments import MOST_LATE, moment
from hotline.acd.tests.floor import NINE, SECOND, Floor, terms
from hotline.telephony.logic.words import Fact

MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("told", "counts"),
    [
        (None, NINE),  # nobody says when
        (NINE, NINE),
        (NINE - 250 * MS, NINE - 250 * MS),  # it waited its turn on a busy machine
        (NINE - MOST_LATE, NINE - MOST_LATE),
        (NINE - MOST_LATE - MS, NINE),  # the exchange's clock is behind ours, or ours was set
        (NINE + MS, NINE),  # the exchange's clock is ahead
    ],
)
def test_the_exchanges_moment_counts_unless_it_cannot_be_true(told, counts):
    assert moment(told, NINE) == counts


def test_an_event_says_when_it_happened():
    assert moment_of({"timestamp": "2026-03-09T09:00:00.125+0800"}) == NINE + 125 * MS
    assert moment_of({"timestamp": "2026-03-09T01:00:00.125+0000"}) == datetime(
        2026, 3, 9, 1, 0, 0, 125_000, tzinfo=UTC
    )


@pytest.mark.parametrize("event", [{}, {"timestamp": None}, {"timestamp": "yesterday"}])
def test_an_event_that_does_not_say_when_counts_from_when_it_is_heard(event):
    assert moment_of(event) is None


def test_wait_and_talk_are_as_long_as_they_were_however_late_they_are_heard():
    floor = Floor(terms())
    floor.ready(1)

    def heard(event, told, late):
        floor.world, commands = reduce(floor.world, event, moment(told, told + late * MS))
        floor.said += commands

    came = floor.at
    heard(m.CallArrived("a", 1, came=came), came, 180)
    offer = floor.offer_of("a")
    heard(m.OfferRings(offer), came + SECOND, 240)
    heard(m.OfferTaken(offer), came + 3 * SECOND, 0)
    heard(m.CallerLeft("a"), came + 60 * SECOND, 250)
    [began], [ended] = floor.facts(Fact.TALK_BEGAN), floor.facts(Fact.TALK_ENDED)
    assert began.at - came == 3 * SECOND
    assert ended.at - began.at == 57 * SECOND


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-8000, 8000) | st.none()), max_size=40))
def test_moments_never_run_backwards_nor_ahead(steps):
    """Whatever the exchange's clock says: each note lies between the one before it and the present."""
    floor, now, before = Floor(terms()), NINE, NINE
    for number, (passes, off) in enumerate(steps):
        now += passes * MS
        told = None if off is None else now + off * MS
        event = m.CallArrived(f"c{number}", 1) if number % 3 else m.SignIn(1 + number % 3, floor.next_seq())
        floor.world, commands = reduce(floor.world, event, moment(told, now))
        for note in (one for one in commands if isinstance(one, m.Note)):
            assert before <= note.at <= now
            before = note.at
        assert floor.world.now <= now
