"""The day against the roster, the afternoon anew, and what an accepted proposal does."""

from datetime import timedelta
from fractions import Fraction

import pytest

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Notice
from hotline.planning import jobs
from hotline.planning.logic.day import Kind, Status
from hotline.planning.models import Remedy
from hotline.planning.queries import day as queries
from hotline.planning.queries import staffing
from hotline.planning.services import replan
from hotline.planning.tests import builders
from hotline.planning.tests.builders import DAY, EARLY, HOUR, MINUTE, ONE
from hotline.rosters.logic.plans import BookingKind
from hotline.rosters.models import Booking, BookingSeat, RosterBreak, RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rosters.services import absences, bookings, today
from hotline.rosters.services.demand import set_demand

pytestmark = pytest.mark.django_db
TWO = clock.wall(DAY, 14)
NOT_YET = clock.wall(DAY - 20 * ONE, 9)


def demand(floor, heads):
    """The roster was planned against so many."""
    set_demand(
        centre=floor.centre, heads={(DAY, slot): count for slot, count in heads.items()}, source="hand",
        by=floor.system, at=EARLY,
    )  # fmt: skip


def rostered():
    floor = builders.floor()
    floor.series.is_active = False  # only what the roster was planned against counts
    floor.series.save()
    builders.roster(floor)
    return floor


@pytest.mark.clause("A1.5", "A5.5")
def test_the_day_shows_planned_there_and_what_is_too_many_or_too_few():
    floor = rostered()
    demand(floor, {17: 2, 18: 5, 40: 1})
    for person in floor.operators[:2]:
        builders.at_seat(person, clock.wall(DAY, 8, 30))
    found = queries.today(floor.centre, DAY, clock.wall(DAY, 10))
    rows = {row.interval.slot: row.interval for row in found.rows}
    assert (rows[17].planned, rows[17].there, rows[17].balance) == (3, 2, 0)
    assert (rows[18].planned, rows[18].there, rows[18].balance) == (3, 2, -3)
    assert rows[40].there is None
    assert rows[40].balance == 2
    assert found.need_from == "demand"
    # three are planned for an hour and a half, three for a half hour; two were there all the time
    assert found.kept == Fraction(180, 360)


@pytest.mark.clause("A5.5")
def test_adherence_counts_the_planned_time_alone():
    floor = rostered()
    builders.at_seat(floor.operators[0], clock.wall(DAY, 8, 45), clock.wall(DAY, 12, 30))
    found = queries.today(floor.centre, DAY, TWO)
    mine = next(one for one in found.adherence if one.person == floor.operators[0].pk)
    assert mine.planned == 4.5 * HOUR  # the break from 12 to 13 is not planned time
    assert mine.kept == 3.25 * HOUR
    assert mine.beside == 30 * MINUTE


@pytest.mark.clause("A7.5")
def test_an_early_operator_stays_within_the_law_and_is_told():
    floor = rostered()
    demand(floor, dict.fromkeys(range(35, 39), 4))  # three late ones are there from 17:30 to 19:30
    made = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    assert [row.kind for row in made] == [Kind.STAY]
    row = made[0]
    assert span_of(row.span) == Span(clock.wall(DAY, 17, 30), clock.wall(DAY, 19, 30))
    accepted = replan.accept(proposal_id=row.pk, by=floor.leader, at=TWO + MINUTE)
    assert accepted.status == Status.ACCEPTED
    assert span_of(RosterEntry.objects.get(pk=row.ref).span).end == clock.wall(DAY, 19, 30)
    told = Notice.objects.get(recipient=row.person)
    assert told.params["until"] == "19:30"
    assert replan.propose(centre=floor.centre, by=floor.leader, at=TWO + 2 * MINUTE) == []


@pytest.mark.clause("A7.5")
def test_three_hours_a_day_are_the_most_and_the_next_shift_needs_its_rest():
    floor = rostered()
    builders.roster(floor, DAY + ONE, ("early",))  # whose next shift begins at 8:30: he goes by 21:30
    crew = {one.person: one for one in queries.crew(floor.centre, DAY, TWO, law=True).workers}
    first, second, late = (crew[floor.operators[index].pk] for index in (0, 1, 3))
    assert first.may_stay == 3 * HOUR
    assert first.stays_until == clock.wall(DAY, 21, 30)
    assert second.stays_until is None
    assert late.may_stay == HOUR / 2  # ten and a half hours are two and a half of overtime already


@pytest.mark.clause("A7.5")
def test_thirty_six_hours_a_month_are_the_most():
    floor = rostered()
    for days in range(1, 15):  # with today fifteen shifts of two and a half hours of overtime each
        _late(floor, DAY + days * ONE)
    crew = {one.person: one for one in queries.crew(floor.centre, DAY, TWO, law=True).workers}
    assert crew[floor.operators[3].pk].may_stay == timedelta(0)


@pytest.mark.clause("A7.5")
def test_a_centre_with_the_approval_has_averaged_hours_and_its_own_rest():
    floor = rostered()
    builders.roster(floor, DAY + ONE, ("early",))
    decide(floor.centre, {"hours.scheme": "averaged", "rest.minimum": "12"}, at=NOT_YET, since=DAY.replace(day=1))
    crew = {one.person: one for one in queries.crew(floor.centre, DAY, TWO, law=True).workers}
    first, late = (crew[floor.operators[index].pk] for index in (0, 3))
    assert late.may_stay == 3 * HOUR  # the shift's own length is no overtime
    assert first.stays_until == clock.wall(DAY, 20, 30)


def _late(floor, day):
    from hotline.rosters.queries import duty  # noqa: PLC0415 only here
    from hotline.rosters.services import entries  # noqa: PLC0415

    shift = duty.Choice(floor.centre).of("late", day)
    entries.plan(person=floor.operators[3], shift_type=shift, day=day, by=floor.system, at=EARLY)


@pytest.mark.clause("A7.5")
def test_a_break_moves_and_its_shift_keeps_its_length():
    floor = rostered()
    demand(floor, {24: 4, 25: 4, 26: 3, 27: 1, 30: 1, 31: 1, 32: 1, 33: 1})
    eleven = clock.wall(DAY, 11)
    made = replan.propose(centre=floor.centre, by=floor.leader, at=eleven)
    moved = [row for row in made if row.kind == Kind.MOVE_BREAK]
    assert moved
    before = RosterBreak.objects.get(pk=moved[0].ref)
    replan.accept(proposal_id=moved[0].pk, by=floor.leader, at=eleven)
    after = RosterBreak.objects.get(pk=moved[0].ref)
    assert span_of(after.span).length == span_of(before.span).length
    assert span_of(after.span) == span_of(moved[0].span)


@pytest.mark.clause("A7.5")
def test_what_was_proposed_before_is_overtaken_and_what_is_decided_stays_decided():
    floor = rostered()
    demand(floor, dict.fromkeys(range(35, 39), 4))
    [old] = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    [new] = replan.propose(centre=floor.centre, by=floor.leader, at=TWO + MINUTE)
    assert Remedy.objects.get(pk=old.pk).status == Status.LAPSED
    replan.decline(proposal_id=new.pk, reason="有事", by=floor.leader, at=TWO + 2 * MINUTE)
    for pk in (old.pk, new.pk):
        with pytest.raises(Refused):
            replan.accept(proposal_id=pk, by=floor.leader, at=TWO + 3 * MINUTE)


@pytest.mark.clause("A7.5")
def test_a_shift_that_was_changed_meanwhile_is_not_extended_by_an_old_proposal():
    floor = rostered()
    demand(floor, dict.fromkeys(range(35, 39), 4))
    [row] = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    today.stay(entry_id=row.ref, until=clock.wall(DAY, 18), reason="交接", by=floor.leader, at=TWO)
    with pytest.raises(Refused, match="changed meanwhile"):
        replan.accept(proposal_id=row.pk, by=floor.leader, at=TWO + MINUTE)
    assert Remedy.objects.get(pk=row.pk).status == Status.OPEN


def coached(floor, *people):
    return bookings.book(
        centre=floor.centre, kind=BookingKind.COACHING, title="新规讲解", span=Span(TWO + HOUR, TWO + 2 * HOUR),
        people=[person.pk for person in people], by=floor.supervisor, at=EARLY,
    )  # fmt: skip


@pytest.mark.clause("A7.5", "A2.18")
def test_a_booking_that_is_put_off_leaves_the_roster_and_its_maker_hears_of_it():
    floor = rostered()
    one, two = floor.operators[:2]
    booking = coached(floor, one, two)
    demand(floor, {30: 6, 31: 6})
    made = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    assert {(row.kind, row.person) for row in made} == {(Kind.PUT_OFF, one), (Kind.PUT_OFF, two)}
    replan.accept(proposal_id=next(row.pk for row in made if row.person == one), by=floor.leader, at=TWO + MINUTE)
    assert [seat.person for seat in BookingSeat.objects.filter(booking=booking)] == [two]
    told = Notice.objects.filter(recipient=floor.supervisor)
    assert [notice.params["person"] for notice in told] == [one.name]
    replan.accept(proposal_id=next(row.pk for row in made if row.person == two), by=floor.leader, at=TWO + MINUTE)
    assert not Booking.objects.exists()
    assert told.all().count() == 2
    assert Notice.objects.filter(recipient=two, text=replan.TOLD[Kind.PUT_OFF]).exists()
    rows = {row.interval.slot: row.interval for row in queries.today(floor.centre, DAY, TWO).rows}
    assert rows[30].planned == 6


@pytest.mark.clause("A7.5")
def test_a_booking_that_was_cancelled_meanwhile_or_has_begun_is_not_put_off():
    floor = rostered()
    booking = coached(floor, floor.operators[0])
    demand(floor, {30: 6, 31: 6})
    [row] = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    with pytest.raises(Refused, match="begun"):
        replan.accept(proposal_id=row.pk, by=floor.leader, at=TWO + HOUR + MINUTE)
    bookings.cancel_booking(booking_id=booking.pk, reason="改期", by=floor.supervisor, at=TWO)
    with pytest.raises(Refused, match="changed meanwhile"):
        replan.accept(proposal_id=row.pk, by=floor.leader, at=TWO + MINUTE)
    assert Remedy.objects.get(pk=row.pk).status == Status.OPEN


def test_operators_neither_propose_nor_accept():
    floor = rostered()
    demand(floor, dict.fromkeys(range(35, 39), 4))
    [row] = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)
    with pytest.raises(NotAllowed):
        replan.propose(centre=floor.centre, by=floor.operators[0], at=TWO)
    with pytest.raises(NotAllowed):
        replan.accept(proposal_id=row.pk, by=floor.operators[0], at=TWO)


@pytest.mark.clause("A7.5")
def test_the_afternoon_is_measured_against_what_has_come_so_far():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor)
    quiet = queries.afternoon(floor.centre, TWO).balance
    content = builders.calls(DAY, 1, times=2.0)
    builders.history.import_history(series_id=floor.series.pk, name="now.csv", content=content, by=floor.leader, at=TWO)
    busy = queries.afternoon(floor.centre, TWO).balance
    assert all(busy[slot] <= quiet[slot] for slot in quiet)
    assert sum(busy.values()) < sum(quiet.values()) - 10


@pytest.mark.clause("A7.5")
def test_at_two_oclock_the_clock_proposes_by_itself():
    floor = rostered()
    floor.series.is_active = True
    floor.series.save()
    demand(floor, dict.fromkeys(range(35, 39), 4))
    jobs.replan_each(TWO)
    assert Remedy.objects.get().made_by == floor.system


# ---------------------------------------------------------------- a shift under way


@pytest.mark.clause("C3")
@pytest.mark.parametrize(
    ("until", "reason", "at", "by"),
    [(18, "", 14, "leader"), (17, "加班", 14, "leader"), (18, "加班", 18, "leader"), (18, "加班", 14, "self")],
)
def test_a_shift_is_extended_with_a_reason_while_it_lasts_and_by_somebody_else(until, reason, at, by):
    floor = rostered()
    entry = RosterEntry.objects.get(person=floor.operators[0])
    who = floor.leader
    if by == "self":
        who = builders.people.person(floor.centre, position="shift_leader")
        RosterEntry.objects.filter(pk=entry.pk).update(person=who)
    with pytest.raises(Refused):
        today.stay(entry_id=entry.pk, until=clock.wall(DAY, until), reason=reason, by=who, at=clock.wall(DAY, at))


def test_who_is_away_is_not_planned():
    floor = rostered()
    absences.book(
        person=floor.operators[0], span=Span(clock.wall(DAY, 13), clock.wall(DAY, 17, 30)), kind="sick", ref=1,
        by=floor.system, at=EARLY, is_planned=False,
    )  # fmt: skip
    found = queries.today(floor.centre, DAY, clock.wall(DAY, 9))
    rows = {row.interval.slot: row.interval.planned for row in found.rows}
    assert (rows[22], rows[28]) == (6, 5)


# ---------------------------------------------------------------- the day lived beforehand


@pytest.mark.clause("A1.4")
def test_the_day_is_simulated_under_the_roster_as_it_stands():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor)
    assert staffing.simulate(floor.series, DAY + 50 * ONE, ()) is None
    builders.roster(floor)
    crew = queries.crew(floor.centre, DAY, EARLY)
    found = staffing.simulate(floor.series, DAY, crew.workers)
    assert found is not None
    assert 0.3 < found.level.mean < 1
    levels = dict(found.levels)
    assert levels["12:00"] < levels["10:30"]  # everybody rests at noon
