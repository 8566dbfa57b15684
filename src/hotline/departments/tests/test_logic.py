"""The two clocks and the measures, without a database: they add up, never run back, hand over exactly."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.indicators import Part
from hotline.departments.logic import clocks, figures, terms
from hotline.departments.logic.clocks import Given, Pass
from hotline.departments.logic.figures import Light
from hotline.kernel.workclock import ZONE, DayKind, Unit, elapsed_time, standard_calendar

pytestmark = pytest.mark.clause("A2.21")
START = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # Monday 09:00
HOLIDAY, MAKE_UP = date(2026, 3, 11), date(2026, 3, 14)
CALENDAR = standard_calendar(version=1, days={HOLIDAY: DayKind.HOLIDAY, MAKE_UP: DayKind.MAKE_UP})
HOUR = timedelta(hours=1)
UNITS = st.sampled_from(list(Unit))
LENGTHS = st.lists(st.integers(0, 30 * 3600 * 10**6), min_size=1, max_size=9)
STAGES = st.sampled_from(["handling", "dispatch", "parked"])


def chain(lengths, stages):
    """Passes without a gap, the first with a department, the last reported done."""
    found, at = [], START
    for number, (length, stage) in enumerate(zip(lengths, ["handling", *stages], strict=False)):
        end = at + timedelta(microseconds=length)
        is_hop = stage == "handling"
        found.append(
            Pass(stage, at, end, "send_back" if is_hop else "dispatch", number % 3 if is_hop else None, number)
        )
        at = end
    return found


passes = st.builds(chain, LENGTHS, st.lists(STAGES, min_size=9, max_size=9))


@given(passes, UNITS)
def test_both_clocks_and_parking_make_the_whole(found, unit):
    [phase] = clocks.phases(found)
    used = clocks.used(CALENDAR, unit, phase, phase[-1].ended)
    assert used.phase == sum((took for _unit, took in used.hops), timedelta()) + used.between
    whole = elapsed_time(CALENDAR, unit, phase[0].began, phase[-1].ended)
    assert used.phase + used.parked == whole
    assert sum((used.of(who) for who in range(3)), timedelta()) + used.between == used.phase


@given(passes, UNITS, st.integers(0, 10**12), st.integers(0, 10**12))
def test_neither_clock_ever_runs_back(found, unit, first, later):
    [phase] = clocks.phases(found)
    one = clocks.used(CALENDAR, unit, phase, START + timedelta(microseconds=first))
    two = clocks.used(CALENDAR, unit, phase, START + timedelta(microseconds=first + later))
    assert one.phase <= two.phase
    assert one.parked <= two.parked
    assert all(one.of(who) <= two.of(who) for who in range(3))


@given(passes, UNITS, st.data())
def test_a_hand_over_loses_and_doubles_nothing(found, unit, data):
    """Cutting a department's time in two hands changes no sum."""
    at = data.draw(st.integers(0, len(found) - 1).filter(lambda index: found[index].is_hop))
    cut = found[at]
    share = data.draw(st.integers(0, (cut.ended - cut.began) // timedelta(microseconds=1)))
    middle = cut.began + timedelta(microseconds=share)
    parts = [
        Pass("handling", cut.began, middle, "send_back", 7, 90),
        Pass("handling", middle, cut.ended, "send_back", 8, 91),
    ]
    whole = clocks.used(CALENDAR, unit, tuple(found), found[-1].ended)
    split = clocks.used(CALENDAR, unit, (*found[:at], *parts, *found[at + 1 :]), found[-1].ended)
    assert split.phase == whole.phase
    assert split.of(7) + split.of(8) == elapsed_time(CALENDAR, unit, cut.began, cut.ended)


def test_a_day_counted_by_hand():
    """Monday 9-11 at A (2 h), 11-15 in the queue (1 + 1 h), parked 15-17, 17 to Tuesday 9 at B (1 + 1 h)."""
    at = [START + hours * HOUR for hours in (0, 2, 6, 8, 24)]
    stages = [("handling", 1), ("dispatch", None), ("parked", None), ("handling", 2)]
    found = [
        Pass(stage, at[n], at[n + 1], "feedback" if n == 3 else "send_back", who, n)
        for n, (stage, who) in enumerate(stages)
    ]
    [phase] = clocks.phases(found)
    used = clocks.used(CALENDAR, Unit.WORK_HOUR, phase, at[-1])
    assert (used.of(1), used.between, used.parked, used.of(2)) == (2 * HOUR, 2 * HOUR, 2 * HOUR, 2 * HOUR)
    assert used.phase == 6 * HOUR
    assert clocks.used(CALENDAR, Unit.URGENT_HOUR, phase, at[-1]).phase == 22 * HOUR


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 10), 8), (HOLIDAY, 0), (MAKE_UP, 8), (date(2026, 3, 15), 0)])
def test_holidays_do_not_count_and_make_up_days_do(day, hours):
    begins = datetime.combine(day, time(0), tzinfo=ZONE)
    phase = (Pass("handling", begins, begins + 24 * HOUR, "feedback", 1, 0),)
    assert clocks.used(CALENDAR, Unit.WORK_HOUR, phase, begins + 24 * HOUR).phase == hours * HOUR


def test_an_agreed_limit_ends_on_the_work_clock():
    limit = terms.Limit(4, Unit.WORK_HOUR)
    assert limit.ends(CALENDAR, START) == START + 6 * HOUR  # three before noon, one after two o'clock
    assert limit.ends(CALENDAR, START + 6 * HOUR).date() == date(2026, 3, 10)


def test_a_phase_ends_with_the_report_and_rework_begins_another():
    kinds = [
        ("handling", "send_back"),
        ("dispatch", "dispatch"),
        ("handling", "feedback"),
        ("closing", "rework"),
        ("handling", "feedback"),
    ]
    found = [Pass(stage, START + n * HOUR, START + (n + 1) * HOUR, end, n, n) for n, (stage, end) in enumerate(kinds)]
    assert [[one.seq for one in phase] for phase in clocks.phases(found)] == [[0, 1, 2], [4]]
    assert [one.seq for one in clocks.phase_of(found, 1)] == [0, 1]
    assert clocks.phase_of(found, 3) == ()


G, R, C = "given", "reported", "checked"


@pytest.mark.parametrize(
    ("steps", "wanted"),
    [
        ([(G, 1), (R, 1), (C, None), (G, 1)], {1: 1}),
        ([(G, 1), (R, 1), (G, 1)], {}),  # demanded at the desk, without a check
        ([(G, 1), (G, 2), (R, 2), (C, None), (G, 1)], {}),  # another's result was checked
        ([(G, 1), (R, 1), (C, None), (G, 2), (R, 2), (G, 1)], {1: 1}),
        ([(G, 1), (R, 1), (C, None), (G, 1), (R, 1), (C, None), (G, 1)], {1: 2}),
        ([(G, 1), (R, 1), (C, None)], {}),
    ],
)
def test_rework_is_the_same_unit_again_after_a_check(steps, wanted):
    assert clocks.reworks([Given(kind, unit) for kind, unit in steps]) == wanted


@given(st.lists(st.tuples(st.sampled_from([G, R, C]), st.integers(1, 3)), max_size=30))
def test_rework_never_exceeds_the_givings_after_the_first(steps):
    found = clocks.reworks([Given(kind, None if kind == C else unit) for kind, unit in steps])
    for unit, count in found.items():
        assert count <= max(sum(1 for kind, who in steps if kind == G and who == unit) - 1, 0)


FACTS = st.fixed_dictionaries(
    {
        "end": st.sampled_from([str(end) for end in figures.End]),
        "phase": st.sampled_from(["in_time", "late", "open_in_time", "open_late"]),
        "own": st.sampled_from(["in_time", "late", "open_in_time", "open_late", figures.NONE]),
        "taken": st.sampled_from(["in_time", "late", "open_in_time", "open_late", figures.NONE]),
        **{name: st.booleans() for name in figures.FACTS if name.startswith("is_")},
    }
)


@given(st.lists(st.tuples(FACTS, st.integers(1, 9)), max_size=12))
def test_every_rate_is_a_part_of_what_it_is_made_of(rows):
    for measure in figures.MEASURES:
        one = figures.figure(measure, rows)
        assert 0 <= one.numerator <= one.denominator
    phase, late = (figures.figure(figures.BY_KEY[key], rows) for key in ("phase", "late"))
    assert phase.numerator + late.numerator == phase.denominator
    handled = sum(count for facts, count in rows if facts["end"] in {"done", "open"})
    assert phase.done + phase.open_in_time + phase.open_late == handled


@given(st.lists(st.tuples(FACTS, st.integers(1, 9)), max_size=12))
def test_an_exemption_leaves_the_fact_of_lateness(rows):
    """The late list is the same with and without exemptions; only the rate differs."""
    without = [({**facts, "is_exempt": False}, count) for facts, count in rows]
    measure = figures.BY_KEY["phase"]
    assert figures.figure(measure, rows).of(Part.OPEN_LATE) == figures.figure(measure, without).of(Part.OPEN_LATE)
    assert figures.figure(measure, rows).denominator <= figures.figure(measure, without).denominator


@pytest.mark.parametrize(
    ("numerator", "denominator", "overdue", "light"),
    [
        (0, 0, 0, Light.QUIET), (0, 0, 1, Light.BAD), (95, 100, 0, Light.GOOD), (95, 100, 1, Light.NEAR),
        (94, 100, 0, Light.NEAR), (93, 100, 0, Light.NEAR), (92, 100, 0, Light.BAD),
    ],
)  # fmt: skip
def test_the_light_says_how_a_department_stands(numerator, denominator, overdue, light):
    assert figures.light(numerator, denominator, 950, overdue) is light


def test_targets_are_met_exactly_at_their_value():
    assert terms.met(19, 20, 950) is True
    assert terms.met(18, 20, 950) is False
    assert terms.met(0, 0, 950) is None
    assert terms.within(1, 20, 50) is True
    assert terms.within(2, 20, 50) is False
    assert terms.works_of("C0101") == ("C0101", "C01", "")
    assert terms.works_of("") == ("",)
