"""Spans against a plain model: the set of seconds they cover."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.spans import Span, intersect, subtract, total, union

ZERO = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(ZERO + timedelta(seconds=start), ZERO + timedelta(seconds=end))


def seconds(spans) -> set[int]:
    zero = ZERO
    return {
        s for one in spans for s in range((one.start - zero).seconds, (one.start - zero).seconds + one.length.seconds)
    }


groups = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda two: span(two[0], two[0] + two[1])))


def is_clean(spans) -> bool:
    return all(one.start < one.end for one in spans) and all(
        before.end < after.start for before, after in pairwise(spans)
    )


@given(groups, groups)
def test_union_intersection_and_difference_cover_what_sets_say(these, those):
    cases = [
        (union(these, those), seconds(these) | seconds(those)),
        (intersect(these, those), seconds(these) & seconds(those)),
        (subtract(these, those), seconds(these) - seconds(those)),
    ]
    for found, expected in cases:
        assert seconds(found) == expected
        assert is_clean(found)
        assert total(found) == timedelta(seconds=len(expected))


@given(groups, groups)
def test_what_is_kept_and_what_is_taken_away_add_up_exactly(these, those):
    assert total(intersect(these, those)) + total(subtract(these, those)) == total(these)


def test_a_moment_belongs_to_the_span_it_begins():
    early, late = span(0, 10), span(10, 20)
    assert not early.holds(early.end)
    assert late.holds(early.end)
    assert intersect([early], [late]) == ()
    assert union([late], [early]) == (span(0, 20),)


def test_microseconds_are_kept():
    one = Span(ZERO, ZERO + timedelta(microseconds=1))
    assert total([one]) == timedelta(microseconds=1)


def test_zones_do_not_matter():
    shanghai = timezone(timedelta(hours=8))
    assert Span(ZERO.astimezone(shanghai), ZERO + timedelta(hours=1)) == Span(ZERO, ZERO + timedelta(hours=1))


def test_an_empty_span_is_allowed_and_covers_nothing():
    assert union([span(5, 5)]) == ()
    assert total([span(5, 5)]) == timedelta()


def test_a_span_needs_zones_and_cannot_run_backwards():
    with pytest.raises(ValueError, match="aware"):
        Span(ZERO.replace(tzinfo=None), ZERO)
    with pytest.raises(ValueError, match="before it starts"):
        span(2, 1)
