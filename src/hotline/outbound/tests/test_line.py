"""When the exchange dials for somebody, how its calls stand, and what they are proposed to have come to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hotline.outbound.logic.line import GOES_ON, NOT_REACHED, Ending, Heard, Line, line_of, proposal
from hotline.outbound.logic.pacing import ENDS_IT, Desk, Hold, hold
from hotline.outbound.logic.words import Left, Outcome
from hotline.telephony.logic.words import State

AT = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MOMENTS = some.integers(-300, 300).map(lambda seconds: AT + seconds * SECOND)
DESKS = some.builds(
    Desk,
    phone=some.sampled_from([None, *State]),
    last_ended=some.none() | MOMENTS,
    pause=some.integers(0, 600).map(lambda seconds: seconds * SECOND),
)


@pytest.mark.clause("A3.14")
@given(DESKS)
def test_nobody_is_dialled_for_who_could_not_talk_now(desk):
    if hold(desk, AT) is not None:
        return
    assert desk.runs
    assert desk.is_open
    assert not desk.reached_goal
    assert not desk.in_hand
    assert not desk.over_cap
    assert desk.exchange
    assert desk.phone is State.READY or (desk.phone is State.WRAP_UP and desk.own_wrap_up)
    assert desk.last_ended is None or desk.last_ended + desk.pause <= AT


@given(DESKS)
def test_every_hold_but_a_pause_outlasts_time_alone(desk):
    now, later = hold(desk, AT), hold(desk, AT + timedelta(days=1))
    assert later is (None if now is Hold.PAUSE else now)


@pytest.mark.parametrize(
    ("desk", "why"),
    [
        (Desk(), None),
        (Desk(runs=False, is_open=False), Hold.NOT_RUNNING),
        (Desk(is_open=False, in_hand=True), Hold.CLOSED),
        (Desk(in_hand=True, reached_goal=True), Hold.IN_HAND),
        (Desk(reached_goal=True), Hold.GOAL),
        (Desk(over_cap=True, phone=None), Hold.OVER_CAP),
        (Desk(exchange=False, phone=State.READY), Hold.NO_EXCHANGE),
        (Desk(phone=None), Hold.OFFLINE),
        (Desk(phone=State.NOT_READY), Hold.NOT_READY),
        (Desk(phone=State.RINGING), Hold.BUSY),
        (Desk(phone=State.WRAP_UP), Hold.BUSY),
        (Desk(phone=State.WRAP_UP, own_wrap_up=True), None),
        (Desk(last_ended=AT, pause=15 * SECOND), Hold.PAUSE),
        (Desk(last_ended=AT - 15 * SECOND, pause=15 * SECOND), None),
    ],
)
def test_why_nobody_is_dialled(desk, why):
    assert hold(desk, AT) is why


def test_what_ends_it_has_a_word_for_the_log():
    assert {Left(one.value) for one in ENDS_IT} == {Left.NOT_RUNNING, Left.CLOSED, Left.GOAL}


@pytest.mark.clause("A3.14")
@given(
    some.lists(
        some.tuples(some.sampled_from(["dial", "pick_up", "fail", "settle", "ring_in", "end"]), some.integers(0, 4))
    )
)
def test_never_more_numbers_are_being_called_than_people_wait_for_them(happenings):
    """Five people, anything in any order: whoever is dialled for is held until he has said what came of it."""
    phones, held, out = [State.READY] * 5, [False] * 5, [False] * 5
    for what, who in happenings:
        desk = Desk(phone=phones[who], in_hand=held[who])
        if what == "dial" and hold(desk, AT) is None:
            phones[who], held[who], out[who] = State.TALKING, True, True
        elif what in {"pick_up", "fail"} and out[who]:
            assert phones[who] is State.TALKING, "whoever picks up meets somebody"
            out[who] = False
            phones[who] = State.TALKING if what == "pick_up" else State.WRAP_UP
        elif what == "settle":
            held[who] = False if not out[who] else held[who]
        elif what == "ring_in" and phones[who] is State.READY:
            phones[who] = State.RINGING
        elif what == "end" and not out[who]:
            phones[who] = State.READY
        assert sum(out) <= sum(held)


# ---------------------------------------------------------------- how a call stands


@pytest.mark.parametrize(
    ("heard", "seconds", "stands"),
    [
        (Heard(AT), 39, Line.ASKED),
        (Heard(AT), 41, Line.NOT_CALLED),
        (Heard(AT, AT + SECOND), 9, Line.ASKED),
        (Heard(AT, AT + SECOND), 12, Line.NOT_CALLED),
        (Heard(AT, has_begun=True), 60, Line.OWN),
        (Heard(AT, has_begun=True, ended_how="given_up"), 60, Line.NOT_CALLED),
        (Heard(AT, has_begun=True, was_dialled=True), 60, Line.DIALLING),
        (Heard(AT, has_begun=True, was_dialled=True, answered=True), 60, Line.TALKING),
        (Heard(AT, has_begun=True, was_dialled=True, answered=True, ended_how="talked"), 60, Line.TALKED),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached", why="busy"), 60, Line.BUSY),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached", why="refused"), 60, Line.BUSY),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached", why="no_answer"), 60, Line.NO_ANSWER),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached", why="unknown"), 60, Line.UNKNOWN),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached", why="?"), 60, Line.FAILED),
        (Heard(AT, has_begun=True, was_dialled=True, ended_how="not_reached"), 60, Line.NO_ANSWER),
    ],
)
def test_how_a_call_stands(heard, seconds, stands):
    assert line_of(heard, AT + seconds * SECOND) is stands


HEARD = some.builds(
    Heard,
    asked_at=some.just(AT),
    taken_at=some.none() | some.just(AT + SECOND),
    ended_how=some.sampled_from(["", "talked", "not_reached", "given_up", "lost"]),
    why=some.sampled_from(["", "busy", "no_answer", "unknown", "refused", "failed"]),
)


@given(HEARD, some.integers(0, 600))
def test_a_call_counts_as_a_try_exactly_when_his_number_was_dialled(heard, seconds):
    stands = line_of(heard, AT + seconds * SECOND)
    if stands in NOT_REACHED:
        assert heard.was_dialled
    if stands is Line.NOT_CALLED:
        assert not heard.has_begun or not (heard.was_dialled or heard.answered)
    if heard.has_begun and heard.ended_how:
        assert stands not in GOES_ON


# ---------------------------------------------------------------- what is proposed

USUAL = [
    Ending(1, Outcome.DONE),
    Ending(4, Outcome.RETRY, "no_answer"),
    Ending(5, Outcome.RETRY, "busy"),
    Ending(6, Outcome.WRONG),
]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (Line.BUSY, 5), (Line.NO_ANSWER, 4), (Line.FAILED, 4), (Line.UNKNOWN, 6), (Line.TALKED, None),
        (Line.TALKING, None), (Line.NOT_CALLED, None),
    ],
)  # fmt: skip
def test_the_ending_that_the_end_of_the_line_amounts_to(line, key):
    assert proposal(line, USUAL) == key


@given(some.sampled_from(list(Line)), some.lists(some.builds(Ending, key=some.integers(1, 9))))
def test_nothing_is_proposed_that_says_somebody_was_reached_unless_it_is_said_to_stand_for_it(line, endings):
    key = proposal(line, endings)
    if key is None:
        return
    assert line in NOT_REACHED
    assert any(
        one.key == key and (one.line == line or one.outcome in {Outcome.RETRY, Outcome.WRONG}) for one in endings
    )
