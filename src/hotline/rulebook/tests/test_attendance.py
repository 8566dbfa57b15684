"""Attendance from traces (D2.2 to D2.4), the ladder of lateness, the talk on the day of return."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.spans import Span
from hotline.rulebook.attendance import (
    ATTENDANCE,
    LADDER,
    RETURN,
    Away,
    Excused,
    Hold,
    Rung,
    Shift,
    State,
    Trace,
    attendance,
    return_talk_due,
    rungs,
    talk_wanted,
)
from hotline.rulebook.shifts import ZONE

DAY = date(2026, 10, 12)
TERMS = ATTENDANCE.on(DAY)
HOUR = 3600


def at(text):
    """08:30, 08:30:01, or 06:00+1 on the next day."""
    plain, _, is_next = text.partition("+")
    parts = [int(part) for part in plain.split(":")]
    return datetime(*DAY.timetuple()[:3], *parts, tzinfo=ZONE) + timedelta(days=1 if is_next else 0)


def span(since, until):
    return Span(at(since), at(until))


def hold(received, handled=None, case="C1"):
    done = at(handled) if handled else None
    return Hold(case, at(received), done, done)


def early(*holds, traces=(), excuses=(), leave=(), breaks=(("12:00", "13:00"),)):
    return Shift(
        day=DAY,
        span=span("08:30", "17:30"),
        breaks=tuple(span(*one) for one in breaks),
        traces=tuple(Trace(at(moment), kind) for moment, kind in traces),
        holds=holds,
        excuses=tuple(Excused(span(*one), "meeting") for one in excuses),
        leave=tuple(leave),
    )


def late_shift(*holds, traces=(("09:25", "login"),), **more):
    return replace(
        early(*holds, traces=traces, breaks=(("12:00", "14:00"),), **more),
        span=span("09:30", "22:00"),
        must_clear_queue=True,
    )


def judge(shift, terms=TERMS):
    return attendance.on(DAY)(shift, terms)


@pytest.mark.clause("D2.2")
@pytest.mark.parametrize(
    ("received", "handled", "late"),
    [
        ("08:30:00", "08:35:00", 0),  # exactly five minutes: in time
        ("08:30:00", "08:35:01", 301),
        ("08:20:00", "08:35:00", 0),  # waiting since before the shift: counted from its start
        ("08:20:00", "08:35:01", 301),
        ("08:20:00", "08:25:00", 0),  # done before the shift
        ("10:00:00", "10:05:00", 0),  # nothing waited for him
        ("10:00:00", "10:06:00", 96 * 60),  # the literal reading, without any other trace (reading 7)
        ("08:30:00", "17:30:00", 9 * HOUR),
        ("11:58:00", "13:03:00", 0),  # a break is nobody's time
    ],
)
def test_first_case_without_any_other_trace(received, handled, late):
    found = judge(early(hold(received, handled)))
    assert (found.state, found.late) == (State.LATE if late else State.PRESENT, late)


@pytest.mark.clause("D2.2")
@pytest.mark.parametrize(
    ("trace", "received", "handled", "late"),
    [
        ("08:28:00", "10:00:00", "10:06:00", 0),  # present since 8:28: only a slow case
        ("08:30:00", "08:30:00", "08:36:00", 0),
        ("08:35:00", "08:30:00", "08:36:00", 0),  # the first sign within five minutes
        ("08:35:01", "08:30:00", "08:36:00", 301),
        ("08:50:00", "08:30:00", "08:52:00", 20 * 60),  # came at 8:50, as the trace shows
        ("09:00:00", "10:00:00", "10:06:00", 0),  # there before the case came
        ("08:52:00", "08:30:00", "08:52:00", 22 * 60),  # the same moment is no earlier sign
        ("16:00:00", "08:30:00", "08:52:00", 22 * 60),  # a later sign says nothing
    ],
)
def test_an_earlier_trace_rebuts_the_literal_reading(trace, received, handled, late):
    found = judge(early(hold(received, handled), traces=[(trace, "login")]))
    assert (found.state, found.late) == (State.LATE if late else State.PRESENT, late)
    assert [one.case for one in found.over_limit] == ["C1"]


@pytest.mark.clause("D2.2")
def test_a_centre_may_say_which_traces_count():
    shift = early(hold("10:00", "10:06"), traces=[("08:28", "login")])
    for sources, state in [
        ({"login"}, State.PRESENT),
        ({"ready"}, State.LATE),
        ({"action"}, State.LATE),
        (set(), "late"),
    ]:
        assert judge(shift, replace(TERMS, presence_sources=frozenset(sources))).state == state
    called = early(hold("10:00", "10:06"), traces=[("08:28", "call")])  # anything else that he did is an action
    assert judge(called, replace(TERMS, presence_sources=frozenset({"action"}))).state is State.PRESENT


@pytest.mark.clause("D2.2")
def test_the_first_case_that_was_handled_is_judged():
    waiting, quick = hold("08:30", None, "A"), hold("09:00", "09:03", "B")
    found = judge(early(waiting, quick))
    assert found.state is State.PRESENT
    assert [(one.case, one.seconds) for one in found.over_limit] == [("A", 8 * HOUR)]


@pytest.mark.clause("D2.2")
@pytest.mark.parametrize(
    ("shift", "state"),
    [
        (early(), State.UNKNOWN),  # nothing at all
        (early(traces=[("08:28", "login")]), State.PRESENT),
        (early(traces=[("11:00", "action")]), State.PRESENT),
        (early(traces=[("18:00", "login")]), State.UNKNOWN),  # a sign, but of another time
        (early(hold("08:30")), State.ABSENT),  # a case lay there all day and nobody came
        (early(hold("17:25:00")), State.UNKNOWN),  # five minutes prove nothing
        (early(hold("17:24:59")), State.ABSENT),
        (early(hold("08:30", "18:00")), State.UNKNOWN),  # somebody came, but when?
        (early(hold("08:30"), traces=[("08:29", "login")]), State.PRESENT),
        (early(hold("08:30"), traces=[("19:00", "login")]), State.UNKNOWN),
        (early(hold("08:30"), excuses=[("08:30", "17:30")]), State.UNKNOWN),
        (early(excuses=[("08:30", "17:30")]), State.UNKNOWN),
    ],
)
def test_what_is_not_known_is_never_held_against_anybody(shift, state):
    found = judge(shift)
    assert found.state is state
    assert (found.late, found.early_leave) == (0, 0)
    assert found.reasons


@pytest.mark.clause("D2.3")
@pytest.mark.parametrize(
    ("excuse", "handled", "late"),
    [
        (("08:30", "09:00"), "09:05:00", 0),  # a booked meeting at the start (reading 12)
        (("08:30", "09:00"), "09:05:01", 301),
        (("08:30", "09:00"), "09:20:00", 20 * 60),
        (("08:00", "08:40"), "08:50:00", 10 * 60),  # only what lies within the shift
        (("08:40", "08:50"), "08:50:00", 10 * 60),
        (("10:00", "11:00"), "08:40:00", 10 * 60),  # of another hour
        (("08:30", "17:30"), "12:00:00", 0),
    ],
)
def test_accepted_excuses_are_taken_out(excuse, handled, late):
    found = judge(early(hold("08:30", handled), excuses=[excuse]))
    assert (found.state, found.late) == (State.LATE if late else State.PRESENT, late)


@pytest.mark.clause("D2.3")
def test_a_centre_may_say_what_excuses():
    shift = early(hold("08:30", "09:05"), excuses=[("08:30", "09:00")])
    assert judge(shift, replace(TERMS, excuse_kinds=frozenset({"training"}))).late == 35 * 60
    assert judge(shift, replace(TERMS, excuse_kinds=frozenset({"meeting"}))).late == 0


@pytest.mark.clause("D2.4")
@pytest.mark.parametrize(
    ("received", "handled", "left"),
    [
        ("21:59:00", None, 0),  # a case that comes at the last minute (reading 15)
        ("21:55:00", None, 0),  # exactly five minutes
        ("21:54:59", None, 301),
        ("21:30:00", None, 1800),
        ("21:30:00", "22:10", 0),  # finished after the end, before leaving: overtime, no fault
        ("21:30:00", "01:00+1", 0),
        ("21:30:00", "09:40+1", 1800),  # finished the next morning: left overnight
        ("21:30:00", "21:59", 0),
        ("09:00:00", None, 12 * HOUR + 1800),  # since before the shift: from its start
        ("22:00:00", None, 0),
        ("23:00:00", None, 0),
    ],
)
def test_the_late_shift_finishes_what_it_has_in_hand(received, handled, left):
    found = judge(late_shift(hold(received, handled)))
    assert (found.state, found.early_leave) == (State.PRESENT, left)


@pytest.mark.clause("D2.4")
def test_early_leave_runs_from_the_oldest_case_left():
    holds = [hold("21:50", None, "B"), hold("21:00", None, "A"), hold("20:00", "20:04", "C")]
    assert judge(late_shift(*holds)).early_leave == HOUR
    assert judge(late_shift(*reversed(holds))).early_leave == HOUR
    assert judge(late_shift(*holds, excuses=[("21:00", "22:00")])).early_leave == 0
    assert judge(late_shift(*holds, excuses=[("21:30", "22:00")])).early_leave == HOUR // 2


@pytest.mark.clause("D2.2")
def test_the_first_action_ends_the_wait_and_leaving_the_hand_ends_the_custody():
    pre_filed = Hold("A", at("08:30"), at("08:34"), at("08:40"))
    found = judge(early(pre_filed))
    assert (found.state, [one.seconds for one in found.over_limit]) == (State.PRESENT, [600])
    kept = Hold("B", at("20:00"), at("20:03"), None)  # pre-filed, and never finished
    assert judge(late_shift(kept)).early_leave == 2 * HOUR
    taken_away = Hold("C", at("08:30"), None, at("09:00"))  # given to a colleague without an action of his
    assert judge(early(taken_away, traces=[("08:29", "login")])).state is State.PRESENT
    assert judge(early(taken_away)).state is State.ABSENT


@pytest.mark.clause("D2.4")
def test_only_shifts_that_must_clear_their_queue_can_be_left_early():
    assert judge(early(hold("17:00"), traces=[("08:29", "login")])).early_leave == 0


@pytest.mark.clause("D2.2")
def test_late_and_early_in_one_shift_are_each_told_once():
    holds = [hold("09:30", "10:00", "A"), hold("21:00", None, "B"), hold("21:10", None, "C")]
    found = judge(late_shift(*holds, traces=()))
    assert (found.state, found.late, found.early_leave) == (State.LATE, 1800, HOUR)
    assert [one.clause for one in found.reasons][:2] == ["D2.2", "D2.4"]


@pytest.mark.clause("D2.2")
def test_leave_of_the_whole_shift_asks_for_nothing():
    found = judge(late_shift(hold("09:30"), leave=[Away("sick")], traces=()))
    assert (found.state, found.late, found.early_leave, found.over_limit) == (State.LEAVE, 0, 0, ())


@pytest.mark.clause("D2.2")
def test_half_a_shift_of_leave_is_taken_out_of_the_rest():
    morning = Away("personal", span("08:30", "13:00"))
    assert judge(early(hold("08:30", "13:05"), leave=[morning])).state is State.PRESENT
    found = judge(early(hold("08:30", "13:20"), leave=[morning]))
    assert (found.state, found.late) == (State.LATE, 20 * 60)
    # two halves are the whole, the break between them is nobody's time
    both = [Away("sick", span("08:30", "12:00")), Away("annual", span("13:00", "17:30"))]
    assert judge(early(leave=both)).state is State.LEAVE


@pytest.mark.clause("D3.7")
@pytest.mark.parametrize(
    ("received", "handled", "over"),
    [
        ("10:00:00", "10:05:00", []),
        ("10:00:00", "10:05:01", [301]),
        ("11:57:00", "13:02:00", []),
        ("11:57:00", "13:02:01", [301]),
        ("17:20:00", "18:20:00", [600]),  # after the shift it is nobody's time
        ("17:20:00", None, [600]),
    ],
)
def test_single_holdings_over_the_limit(received, handled, over):
    found = judge(early(hold(received, handled), traces=[("08:29", "login")]))
    assert [one.seconds for one in found.over_limit] == over


@pytest.mark.clause("D2.2")
def test_a_night_shift_belongs_to_the_day_on_which_it_begins():
    night = replace(early(hold("22:00", "22:05:01")), span=span("22:00", "06:00+1"), breaks=())
    assert judge(night).late == 301
    done = replace(early(hold("00:30+1", "00:36+1"), traces=[("21:58", "login")]), span=night.span, breaks=())
    assert (judge(done).state, judge(done).over_limit[0].seconds) == (State.PRESENT, 360)


# ---------------------------------------------------------------- the ladder


@pytest.mark.clause("A7.14")
@pytest.mark.parametrize(
    ("late", "found"),
    [
        (0, ()),
        (301, (Rung.LATE,)),
        (899, (Rung.LATE,)),
        (900, (Rung.LATE, Rung.LOGGED)),
        (3 * HOUR, (Rung.LATE, Rung.LOGGED)),
        (3 * HOUR + 1, (Rung.LATE, Rung.LOGGED, Rung.FINED)),
    ],
)
def test_the_ladder_of_lateness(late, found):
    assert rungs.on(DAY)(late, LADDER.on(DAY)) == found


@pytest.mark.clause("A7.15")
def test_the_third_lateness_of_a_month_opens_a_talk():
    terms = LADDER.on(DAY)
    assert [talk_wanted.on(DAY)([400] * count, terms) for count in range(5)] == [False, False, False, True, True]
    assert not talk_wanted.on(DAY)([400, 0, 0, 400], terms)


@pytest.mark.clause("A7.13")
@pytest.mark.parametrize(("start", "due"), [("08:30", "11:00"), ("09:30", "11:00"), ("10:00", "11:30")])
def test_the_talk_on_the_day_of_return_follows_the_shift(start, due):
    assert return_talk_due.on(DAY)(DAY, at(start), RETURN.on(DAY)) == at(due)


# ---------------------------------------------------------------- for every shift

moments = st.integers(min_value=0, max_value=24 * HOUR).map(lambda s: at("00:00") + timedelta(seconds=s))


@st.composite
def holdings(draw):
    since, length = draw(moments), draw(st.none() | st.integers(min_value=0, max_value=10 * HOUR))
    until = None if length is None else since + timedelta(seconds=length)
    acted = draw(st.sampled_from([until, None, since]))
    return Hold(draw(st.sampled_from("ABCDEF")), since, acted, until)


@st.composite
def spans(draw):
    one, other = sorted((draw(moments), draw(moments)))
    return Span(one, other)


@st.composite
def shifts(draw):
    start = at("00:00") + timedelta(seconds=draw(st.integers(min_value=0, max_value=14 * HOUR)))
    whole = Span(start, start + timedelta(hours=draw(st.integers(min_value=1, max_value=12))))
    return Shift(
        day=DAY,
        span=whole,
        must_clear_queue=draw(st.booleans()),
        traces=tuple(Trace(draw(moments), "login") for _ in range(draw(st.integers(0, 3)))),
        holds=tuple(draw(st.lists(holdings(), max_size=5))),
        excuses=tuple(Excused(draw(spans()), "meeting") for _ in range(draw(st.integers(0, 2)))),
    )


@pytest.mark.clause("D2.2")
@given(shifts(), st.randoms())
def test_the_order_of_the_facts_does_not_matter(shift, chance):
    def mixed(items):
        items = list(items)
        chance.shuffle(items)
        return tuple(items)

    other = replace(shift, traces=mixed(shift.traces), holds=mixed(shift.holds), excuses=mixed(shift.excuses))
    assert judge(shift) == judge(other)


@pytest.mark.clause("D2.2")
@given(shifts())
def test_nobody_is_late_or_gone_for_longer_than_his_shift(shift):
    found = judge(shift)
    length = shift.span.length // timedelta(seconds=1)
    assert 0 <= found.late <= length
    assert 0 <= found.early_leave <= length
    assert bool(found.late) == (found.state is State.LATE)
    assert shift.must_clear_queue or not found.early_leave
    assert found.reasons


@pytest.mark.clause("D2.3")
@given(shifts(), spans())
def test_one_more_excuse_never_makes_it_worse(shift, more):
    before = judge(shift)
    after = judge(replace(shift, excuses=(*shift.excuses, Excused(more, "meeting"))))
    assert after.late <= before.late
    assert after.early_leave <= before.early_leave
    assert len(after.over_limit) <= len(before.over_limit)
    assert after.state is not State.ABSENT or before.state is State.ABSENT


@pytest.mark.clause("D2.2")
@given(shifts(), moments)
def test_one_more_trace_never_makes_anybody_later_or_absent(shift, moment):
    before = judge(shift)
    after = judge(replace(shift, traces=(*shift.traces, Trace(moment, "ready"))))
    assert after.late <= before.late
    assert after.state is not State.ABSENT or before.state is State.ABSENT
