"""Months, columns and cells: whole numbers that fit together."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.insight.logic import cells, charts
from hotline.insight.logic.months import after, back, before, month_of

days = st.dates(date(1999, 1, 1), date(2090, 1, 1))


@given(days)
def test_months_follow_each_other(day: date) -> None:
    month = month_of(day)
    assert before(after(month)) == month
    assert after(before(month)) == month
    listed = back(month, 13)
    assert (len(listed), listed[-1]) == (13, month)
    assert all(after(one) == other for one, other in pairwise(listed))


columns = st.lists(
    st.dictionaries(st.sampled_from(["phone", "web", "field"]), st.integers(0, 200_000)).map(
        lambda parts: ("x", parts)
    ),
    max_size=13,
)


@given(columns)
def test_no_column_leaves_its_chart(rows: list[tuple[str, dict[str, int]]]) -> None:
    chart = charts.stacked(rows, ["phone", "web", "field"], {})
    for box in chart.boxes:
        assert chart.left <= box.x
        assert box.x + box.width <= chart.right
        assert box.y >= 0
        assert box.y + box.height <= chart.bottom
        assert box.height > 0


@given(st.integers(1, 10**7))
def test_a_scale_holds_what_it_shows_and_wastes_little(most: int) -> None:
    top = charts.nice(most)
    assert top >= most
    assert top % charts.LINES == 0
    assert top <= most * 5 // 2 + 4


@pytest.mark.parametrize(
    ("now", "then", "said"),
    [(12, 10, "+20.0%"), (10, 12, "−16.7%"), (5, 5, "±0.0%"), (3, 0, ""), (0, 4, "−100.0%"), (1, 3, "−66.7%")],
)
def test_a_change_is_told_in_tenths_of_a_percent(now: int, then: int, said: str) -> None:
    assert charts.change(now, then) == said


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "9,1,1,2", "1,9,2,1", "nan,1,2,3", "1e9,1,2,3", "1,2,inf,4"])
def test_a_box_that_is_none_is_none(text: str) -> None:
    assert cells.box_of(text) is None


def test_a_box_is_read_to_the_millionth() -> None:
    assert cells.box_of("112.5,37.85,112.6,37.9") == cells.Box(112_500_000, 37_850_000, 112_600_000, 37_900_000)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=300))
def test_every_count_has_a_class_and_more_is_never_cooler(counts: list[int]) -> None:
    bounds = cells.breaks(counts)
    classes = [cells.class_of(count, bounds) for count in sorted(counts)]
    assert classes == sorted(classes)
    assert classes[0] >= 1
    assert classes[-1] <= cells.CLASSES
    assert bounds == sorted(set(bounds))


@given(st.integers(1, 17))
def test_a_cluster_halves_with_each_zoom(zoom: int) -> None:
    assert abs(cells.cluster_micro(zoom) - 2 * cells.cluster_micro(zoom + 1)) <= 1


def test_the_outline_of_a_cell_closes() -> None:
    outline = cells.ring(7580, 22510)
    assert outline[0] == outline[-1] == [112.55, 37.9]
    assert outline[2] == [112.555, 37.905]
