"""A2.4: the board's figures, its scopes, and what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.telephony.logic.service_level import Tally
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.queries import board as queries
from hotline.telephony.queries import floor, reports, stays
from hotline.telephony.services import setup, supervising
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import NINE, SECOND

pytestmark = pytest.mark.django_db
MINUTE = 60 * SECOND


@pytest.fixture
def house():
    """One talk of a minute after 10 s of waiting, one caller gone after 40 s, one who has waited for 25 s."""
    made = builders.house()
    for person in (made.first, made.second):
        made.state(person, State.NOT_READY, NINE, reason="sign_in")
    made.state(made.first, State.READY, NINE + SECOND)
    builders.arrive(made, "a", NINE)
    builders.talk(made, "a", made.first, NINE + 10 * SECOND)
    builders.arrive(made, "b", NINE + 2 * MINUTE)
    gone = NINE + 2 * MINUTE + 40 * SECOND
    made.tell(
        (builders.Fact.QUEUE_LEFT, gone, "b", None, {"queue": made.queue.pk, "how": "abandoned"}),
        (builders.Fact.CALL_ENDED, gone, "b", None, {"how": "abandoned"}),
    )
    builders.arrive(made, "c", NINE + 4 * MINUTE)
    return made


AT = NINE + 4 * MINUTE + 25 * SECOND


@pytest.mark.clause("A2.4")
def test_what_the_board_says(house):
    board = queries.board(house.leader, AT)
    whole = board.whole
    assert (whole.waiting, whole.longest_since) == (1, NINE + 4 * MINUTE)
    assert (whole.tally.answered, whole.tally.abandoned) == (1, 1)
    assert (whole.level.over, whole.level.under, whole.level.is_below) == (1, 2, True)
    assert (whole.ready, whole.not_ready, whole.talking, whole.wrap_up) == (1, 1, 0, 0)
    [side] = board.queues
    assert (side.name, side.waiting, side.ready, side.signed_in) == (house.queue.name, 1, 1, 2)
    [team] = board.teams
    assert (team.name, team.handled, team.states["ready"]) == (house.team.name, 1, 1)
    first = next(row for row in board.rows if row.person == house.first)
    assert (first.state, first.handled, first.team, first.needs_help) == ("ready", 1, house.team.name, False)


def test_the_counts_of_the_database_are_those_of_the_formulas(house):
    """Two ways to the same tally: the database counts, or each stay is looked at."""
    counted = queries.tallies_of([house.queue], NINE, AT)[house.queue.pk]
    one_by_one = next(level.tally for level in floor.levels(house.leader, AT) if level.queue == house.queue)
    assert counted == one_by_one


def test_a_queue_or_a_team_alone(house):
    other = setup.make_queue(centre=house.centre, code="other", name="投诉", by=house.system, at=people.AT)
    setup.set_members(queue_id=other.pk, persons=[house.second.pk], by=house.system, at=people.AT)
    board = queries.board(house.leader, AT, queue=other.pk)
    assert [row.person for row in board.rows] == [house.second]
    assert (board.whole.waiting, [side.name for side in board.queues]) == (0, ["投诉"])
    assert len(queries.board(house.leader, AT, team=house.team.pk).rows) == 2
    assert queries.board(house.leader, AT, team=10**9).rows == []


def test_a_team_leader_sees_his_team_and_nobody_else(house):
    elsewhere = people.unit(house.centre)
    third = people.person(position=Position.OPERATOR, unit=elsewhere)
    house.state(third, State.READY, NINE)
    assert {row.person for row in queries.board(house.head, AT).rows} == {house.first, house.second}
    assert len(queries.board(house.leader, AT).rows) == 3
    assert queries.unit_choices(house.head, AT) == [(house.team.pk, house.team.name)]


def test_who_asks_for_help_stands_first_until_somebody_turns_to_him(house):
    house.state(house.first, State.RINGING, AT)
    supervising.ask_for_help(by=house.second, at=AT)
    rows = queries.board(house.leader, AT + SECOND).rows
    assert (rows[0].person, rows[0].needs_help) == (house.second, True)
    supervising.send_message(person=house.second, text="我来了", by=house.head, at=AT + 2 * SECOND)
    assert not any(row.needs_help for row in queries.board(house.leader, AT + 3 * SECOND).rows)


def test_who_rests_longer_than_the_reason_allows_is_marked(house):
    house.state(house.second, State.NOT_READY, AT, reason="rest")
    soon, late = (
        next(row for row in queries.board(house.leader, AT + wait).rows if row.person == house.second)
        for wait in (600 * SECOND, 601 * SECOND)
    )
    assert (soon.is_late, late.is_late, late.reason) == (False, True, "小休")


@pytest.mark.clause("A3.2")
def test_who_missed_a_call_and_does_not_come_back_is_marked_and_stands_first(house):
    house.state(house.first, State.NOT_READY, AT, reason="no_answer")
    board = queries.board(house.leader, AT + 181 * SECOND)
    assert (board.rows[0].person, board.rows[0].is_late) == (house.second, True), "just signed in, since 9:00"
    assert (board.rows[1].person, board.rows[1].is_late) == (house.first, True)
    assert board.whole.not_ready_since == NINE
    assert not any(row.is_late for row in queries.board(house.leader, AT + 180 * SECOND).rows[1:])


def test_the_board_costs_the_same_for_many(house):
    queries.board(house.leader, AT)  # what the leader is, is known from then on
    with CaptureQueriesContext(connection) as few:
        queries.board(house.leader, AT)
    for _ in range(12):
        person = people.person(position=Position.OPERATOR, unit=house.team)
        house.state(person, State.READY, NINE + 5 * SECOND)
    with CaptureQueriesContext(connection) as many:
        queries.board(house.leader, AT)
    assert len(many) == len(few) <= 16


def test_the_big_screen_counts_everybody(house):
    whole, sides, engine = queries.wall(house.head, AT)
    assert (whole.waiting, whole.signed_in, len(sides), engine.alive) == (1, 2, 1, False)


@pytest.mark.clause("A2.4")
def test_stays_are_counted_within_and_beyond_the_threshold():
    """Within 15 s, exactly so much included; short within 5 s; who waited too long counts as gone."""
    house = builders.house()
    stays_of = ((15, "answered"), (16, "answered"), (3, "abandoned"), (600, "timeout"), (1, "diverted"), (0, "closed"))
    for n, (seconds, how) in enumerate(stays_of):
        at = NINE + n * 1000 * SECOND
        builders.arrive(house, f"s{n}", at)
        left = {"queue": house.queue.pk, "how": how}
        house.tell((Fact.QUEUE_LEFT, at + seconds * SECOND, f"s{n}", None, left))
    of = stays.tallies_of([house.queue], NINE, NINE + 6000 * SECOND)[house.queue.pk]
    assert of == Tally(1, 1, 1, 1, short=1, left_otherwise=2)
    assert (of.answered, of.abandoned, of.offered) == (2, 2, 4)
    [level] = floor.levels(house.leader, NINE + 6000 * SECOND)
    assert (level.tally, queries.board(house.leader, NINE + 6000 * SECOND).whole.tally) == (of, of)
    report = reports.report(house.leader, reports.asked({"by": "queue"}, NINE + 6000 * SECOND))
    assert report.whole.figures.tally == of
