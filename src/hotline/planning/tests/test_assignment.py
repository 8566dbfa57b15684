"""Who should have which case by cases and closings as they stand (B1.3): the reckoning, the page, the press."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.cases.models import Holding
from hotline.cases.services import desk as cases_desk
from hotline.cases.tests import builders as cases
from hotline.cases.tests.builders import NINE
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.planning.logic import assignment as logic
from hotline.planning.logic.assignment import FULL, MOST_MOVES, Desk, Move, Piece, Seat, Why, propose
from hotline.planning.queries import assignment as queries
from hotline.planning.services import assignment as service
from hotline.planning.services.assignment import Chosen

pytestmark = pytest.mark.clause("B1.3")
HOUR = timedelta(hours=1)
MORNING = datetime(2026, 3, 9, 1, tzinfo=UTC)
TEN = NINE + HOUR


def seat(who, in_hand=0, closed=0, hours=2, **more):
    return Seat(who, **{"is_there": True, "in_hand": in_hand, "closed": closed, "worked": hours * HOUR, **more})


def pieces(*holders, since=0):
    return [Piece(number, MORNING + (since + number) * timedelta(minutes=1), who) for number, who in enumerate(holders)]


# --- the reckoning ---------------------------------------------------------------------------------------------------


def test_what_waits_goes_to_whoever_is_done_first():
    slow, fast = seat(1, in_hand=1, closed=1), seat(2, in_hand=1, closed=11)
    assert propose([slow, fast], pieces(None)) == [Move(0, None, 2, Why.WAITS)]
    assert propose([seat(1, in_hand=1), seat(2)], pieces(None)) == [Move(0, None, 2, Why.WAITS)]


def test_who_has_just_come_is_neither_fast_nor_slow():
    desk = Desk([seat(1, closed=8, hours=4), seat(2, closed=0, hours=0)])
    assert desk.pace(2) == 2  # that of all
    assert desk.pace(1) == Fraction(8 + 2, 5)
    assert Desk([seat(1), seat(2)]).pace(1) == 1  # nobody has closed anything yet


def test_urgent_before_old_and_back_to_whoever_knows_it():
    waiting = [
        Piece(1, MORNING),
        Piece(2, MORNING + HOUR, is_urgent=True),
        Piece(3, MORNING + HOUR, knows=2),
    ]
    moves = propose([seat(1, closed=9), seat(2)], waiting)
    assert [move.case for move in moves] == [2, 1, 3]
    assert propose([seat(1), seat(2)], waiting[2:]) == [Move(3, None, 2, Why.WAITS)]


def test_a_leader_helps_with_one_case_while_the_others_are_full():
    full = [seat(1, in_hand=FULL), seat(2, helps=True)]
    assert propose(full, pieces(None, None)) == [Move(0, None, 2, Why.WAITS)]
    assert propose([seat(1), seat(2, helps=True)], pieces(None))[0].to == 1


def test_nobody_away_in_a_break_or_absent_is_given_anything():
    gone = [seat(1, is_there=False), seat(2, is_there=False, is_absent=True)]
    assert propose(gone, pieces(None)) == []


def test_what_the_absent_have_goes_to_those_there():
    crew = [seat(1, in_hand=2, is_there=False, is_absent=True), seat(2)]
    assert {(move.holder, move.to, move.why) for move in propose(crew, pieces(1, 1))} == {(1, 2, Why.ABSENT)}
    resting = [seat(1, in_hand=1, is_there=False), seat(2)]
    assert propose(resting, pieces(1)) == []  # a break is short


def test_uneven_hands_are_evened_out_by_the_newest_cases_and_no_urgent_ones():
    held = [Piece(1, MORNING, 1), Piece(2, MORNING + HOUR, 1), Piece(3, MORNING + 2 * HOUR, 1, is_urgent=True)]
    assert propose([seat(1, in_hand=3), seat(2)], held) == [Move(2, 1, 2, Why.UNEVEN)]
    assert propose([seat(1, in_hand=1), seat(2)], held[:1]) == []


def test_what_an_absent_leader_has_stays_with_him():
    crew = [seat(1, in_hand=2, is_there=False, is_absent=True, helps=True), seat(2)]
    assert propose(crew, pieces(1, 1)) == []


seats_of = st.builds(
    seat,
    st.just(0),
    st.integers(0, 6),
    st.integers(0, 20),
    st.integers(0, 9),
    is_there=st.booleans(),
    is_absent=st.booleans(),
    helps=st.booleans(),
)


@st.composite
def floors(draw):
    found = draw(st.lists(seats_of, max_size=6))
    crew = [
        Seat(at, one.is_there and not one.is_absent, one.in_hand, one.closed, one.worked, one.is_absent, one.helps)
        for at, one in enumerate(found)
    ]
    holders = [one.person for one in crew for _ in range(one.in_hand)] + [None] * draw(st.integers(0, 6))
    urgent = draw(st.lists(st.booleans(), min_size=len(holders), max_size=len(holders)))
    minutes = draw(st.lists(st.integers(0, 90), min_size=len(holders), max_size=len(holders)))
    given_ = zip(holders, urgent, minutes, strict=True)
    return crew, [
        Piece(case, MORNING + minute * timedelta(minutes=1), who, is_urgent)
        for case, (who, is_urgent, minute) in enumerate(given_)
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(floors())
def test_moves_keep_every_case_and_never_make_it_worse(floor):
    crew, held = floor
    moves = propose(crew, held)
    holder_of = {piece.case: piece.holder for piece in held}
    by_person = {one.person: one for one in crew}
    assert len(moves) <= MOST_MOVES
    assert len({move.case for move in moves}) == len(moves)
    desk = Desk(crew)
    for move in moves:
        assert holder_of[move.case] == move.holder != move.to
        assert by_person[move.to].is_there
        before = max(desk.hours(one.person) for one in crew)
        desk.move(next(piece for piece in held if piece.case == move.case), move.to)
        if move.why is Why.UNEVEN:
            assert max(desk.hours(one.person) for one in crew) <= before
        else:
            assert desk.in_hand[move.to] <= (1 if by_person[move.to].helps else FULL)
    assert min(desk.in_hand.values(), default=0) >= 0
    if len(moves) < MOST_MOVES and any(one.person in {m.to for m in moves} for one in crew):
        assert sum(desk.in_hand.values()) == sum(one.in_hand for one in crew) + sum(m.holder is None for m in moves)
    assert propose(crew, reversed(held)) == moves  # the order of the rows does not matter


def test_the_words_of_every_why():
    assert set(logic.WHY_LABELS) == set(Why)


# --- the desk, the page, the press -----------------------------------------------------------------------------------


@pytest.fixture
def town():
    """Two operators on duty, one with three cases in hand, one with none."""
    made = cases.town()
    for person in (made.operator, made.second):
        cases.ready(person)
    made.reports = [cases.report(made, NINE + number * timedelta(minutes=1)) for number in range(3)]
    for case in made.reports:
        if holder(case) is None:
            cases_desk.take(case_id=case.pk, version=cases.fresh(case).version, by=made.operator, at=TEN)
    return made


def holder(case):
    return Holding.objects.open().get(case=case.pk).person


def chosen(town):
    return [Chosen(one.case, one.version, one.taker.pk) for one in queries.desk(town.centre, TEN).moves]


@pytest.mark.django_db
def test_the_newest_case_goes_to_whoever_has_none(town):
    (move,) = queries.desk(town.centre, TEN).moves
    assert (move.giver, move.taker, move.why) == (town.operator, town.second, Why.UNEVEN)
    done = service.assign(centre=town.centre, moves=chosen(town), reason="忙闲不均", by=town.leader, at=TEN)
    assert (done.moved, list(done.refused)) == (1, [])
    assert [holder(case) for case in town.reports].count(town.second) == 1
    assert queries.desk(town.centre, TEN).moves == []


@pytest.mark.django_db
def test_what_was_overtaken_is_left_and_the_others_go(town):
    first, second = (Chosen(case.pk, cases.fresh(case).version, town.second.pk) for case in town.reports[:2])
    stale = Chosen(first.case_id, first.version - 1, first.to_id)
    done = service.assign(centre=town.centre, moves=[stale, second], reason="忙闲不均", by=town.leader, at=TEN)
    assert done.moved == 1
    assert [refused.refusals[0].clause for refused in done.refused] == ["cases.version"]
    gone = Chosen(first.case_id, first.version, people.person(town.centre, position=Position.OPERATOR).pk)
    (refused,) = service.assign(centre=town.centre, moves=[gone], reason="x", by=town.leader, at=TEN).refused
    assert refused.refusals[0].clause == "B1.3"
    assert holder(town.reports[0]) == town.operator


@pytest.mark.django_db
def test_operators_do_not_move_cases(town):
    with pytest.raises(NotAllowed):
        service.assign(centre=town.centre, moves=chosen(town), reason="x", by=town.operator, at=TEN)


@pytest.mark.django_db
def test_one_press_on_the_page_carries_it_out(town, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TEN)
    client = Client()
    client.force_login(town.leader)
    (move,) = queries.desk(town.centre, TEN).moves
    page = client.get(reverse("planning:day")).content.decode()
    assert f'value="{move.value}"' in page
    assert f'value="{move.value}"' in client.get(reverse("planning:assignment")).content.decode()
    for nonsense in ("", "1:2", "a:b:c", f"{move.case}:{move.version}:{10**17}"):
        answer = client.post(reverse("planning:assign"), {"move": nonsense}, follow=True)
        assert answer.status_code == 200
        assert holder(town.reports[-1]) == town.operator
    assert client.post(reverse("planning:assign"), {"move": move.value}).status_code == 302
    assert Holding.objects.open().get(case=move.case).person == town.second


@pytest.mark.django_db
def test_the_card_needs_a_bounded_number_of_queries(town, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(clock, "now", lambda: TEN)
    client = Client()
    client.force_login(town.leader)
    client.get(reverse("planning:assignment"))
    with django_assert_max_num_queries(20):
        client.get(reverse("planning:assignment"))
