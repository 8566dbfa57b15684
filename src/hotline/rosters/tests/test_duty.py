"""Planning shifts, the database behind it, and who is on duty."""

import threading
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from hotline.core import access, clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.plans import BookingKind
from hotline.rosters.models import RosterBreak, RosterEntry, ShiftType
from hotline.rosters.queries import duty
from hotline.rosters.services import bookings, entries, shifts
from hotline.rosters.tests import builders

pytestmark = pytest.mark.django_db
DAY = builders.DAY
LATER = DAY + timedelta(days=1)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    return clock.wall(day, hour, minute)


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def boss(centre):
    return people.person(centre, position=Position.CENTRE_SUPERVISOR, unit=people.root(centre))


@pytest.fixture
def operator(centre):
    return people.person(position=Position.OPERATOR, unit=people.unit(centre))


@pytest.mark.clause("D2.1")
def test_the_handbooks_shifts_become_rows_once(centre, boss):
    rows = shifts.install_shift_types(centre=centre, by=boss, at=people.AT)
    again = shifts.install_shift_types(centre=centre, by=boss, at=people.AT)
    assert [row.pk for row in rows] == [row.pk for row in again]
    late = ShiftType.objects.get(centre=centre, code="late")
    assert (f"{late.starts:%H:%M}", f"{late.ends:%H:%M}", late.breaks) == ("09:30", "22:00", [150, 270])
    early = ShiftType.objects.get(centre=centre, code="early")
    assert (f"{early.starts:%H:%M}", f"{early.ends:%H:%M}", early.breaks) == ("08:30", "17:30", [210, 270])
    assert ShiftType.objects.get(centre=centre, code="weekend_late").weekdays == [5, 6]
    assert late.must_clear_queue
    assert not early.must_clear_queue


@pytest.mark.clause("D2.1")
def test_a_late_shift_has_its_hours_and_its_rest_by_the_wall_clock(operator):
    entry = builders.on_shift(operator, code="late")
    assert duty.span_of(entry.span) == Span(at(9, 30), at(22))
    assert [duty.span_of(rest.span) for rest in entry.breaks.all()] == [Span(at(12), at(14))]


@pytest.mark.clause("D2.1")
def test_a_shift_that_ends_after_midnight_belongs_to_the_day_of_its_start(centre, boss, operator):
    late = builders.shift_types(centre).of("late", DAY)
    night = shifts.change_shift_type(
        shift_type_id=late.pk,
        since=DAY,
        starts=datetime(2026, 1, 1, 22).time(),  # noqa: DTZ001 (a wall clock)
        ends=datetime(2026, 1, 1, 6).time(),  # noqa: DTZ001
        breaks=[180, 240],
        by=boss,
        at=people.AT,
    )
    entry = entries.plan(person=operator, shift_type=night, day=DAY, by=boss, at=people.AT)
    assert entry.day == DAY
    assert duty.span_of(entry.span) == Span(at(22), at(6, day=LATER))
    assert duty.shift_of(operator, at(1, 30, LATER)).in_break
    [found] = duty.on_duty(centre, at(5, 59, LATER))
    assert (found.person, found.in_break) == (operator, False)
    assert duty.on_duty(centre, at(6, day=LATER)) == []


def test_the_end_of_a_shift_does_not_belong_to_it(centre, operator):
    builders.on_shift(operator)
    assert [len(duty.on_duty(centre, at(*moment))) for moment in ((8, 29), (8, 30), (17, 29), (17, 30))] == [
        0,
        1,
        1,
        0,
    ]


def test_breaks_are_told_apart_and_positions_chosen_in_one_query(centre, operator, django_assert_num_queries):
    leader = people.person(centre, position=Position.SHIFT_LEADER, unit=people.root(centre))
    builders.on_shift(operator)
    builders.on_shift(leader, code="leader_late")
    with django_assert_num_queries(1):
        found = duty.on_duty(centre, at(13, 30))
        assert {(row.person.name, row.shift_type.code, row.in_break) for row in found} == {
            (operator.name, "early", False),
            (leader.name, "leader_late", True),
        }
    assert [row.person for row in duty.on_duty(centre, at(13, 30), positions=[Position.OPERATOR])] == [operator]
    assert duty.on_duty(people.centre(), at(13, 30)) == []


def test_duty_spans_are_whole_and_in_order(operator):
    builders.on_shift(operator, LATER, "late")
    builders.on_shift(operator, DAY, "early")
    spans, breaks = duty.duty_spans(operator.pk, at(10), at(10, day=LATER))
    assert spans == [Span(at(8, 30), at(17, 30)), Span(at(9, 30, LATER), at(22, day=LATER))]
    assert breaks == [Span(at(12), at(13))]
    assert duty.duty_spans(operator.pk, at(18), at(19)) == ([], [])
    assert duty.duty_spans(operator.pk, at(10), at(10))[0] == spans[:1]


@pytest.mark.clause("A2.18", "D3.7")
def test_booked_time_is_not_charged_as_far_as_it_lies_in_a_shift(operator, boss):
    builders.on_shift(operator, DAY, "early")
    span = Span(at(8), at(9))
    bookings.book(
        centre=operator.centre, kind=BookingKind.MEETING, title="晨会", span=span, people=[operator.pk], by=boss,
        at=people.AT,
    )  # fmt: skip
    window = at(8), at(18)
    assert duty.duty_spans(operator.pk, *window)[1] == [Span(at(8, 30), at(9)), Span(at(12), at(13))]
    assert duty.duty_spans_of([operator.pk], *window, booked=["training"])[operator.pk][1] == [Span(at(12), at(13))]


def test_two_shifts_at_once_are_refused_by_name(centre, boss, operator):
    builders.on_shift(operator)
    late = builders.shift_types(centre).of("late", DAY)
    with pytest.raises(Refused, match="already has a shift"):
        entries.plan(person=operator, shift_type=late, day=DAY, by=boss, at=people.AT)


def test_the_database_itself_refuses_overlap(operator):
    entry = builders.on_shift(operator)
    columns = "person_id, shift_type_id, day, span, note"
    attack = (
        f"INSERT INTO rosters_rosterentry ({columns}) SELECT person_id, shift_type_id, day, "
        "tstzrange(upper(span) - interval '1 microsecond', upper(span) + interval '1 hour'), '' "
        "FROM rosters_rosterentry WHERE id = %s"
    )
    with pytest.raises(IntegrityError, match="rosters_entry_no_overlap"), transaction.atomic():
        connection.cursor().execute(attack, [entry.pk])
    beside = attack.replace("upper(span) - interval '1 microsecond'", "upper(span)")
    with connection.cursor() as cursor:
        cursor.execute(beside, [entry.pk])
    with pytest.raises(IntegrityError, match="rosters_break_no_overlap"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO rosters_rosterbreak (entry_id, span) SELECT entry_id, span FROM rosters_rosterbreak"
        )
    with pytest.raises(IntegrityError, match="rosters_entry_bounded"), transaction.atomic():
        connection.cursor().execute(
            "UPDATE rosters_rosterentry SET span = tstzrange(NULL, NULL) WHERE id = %s", [entry.pk]
        )


@pytest.mark.clause("D2.1")
def test_a_shift_must_fit_position_and_day(centre, boss, operator):
    choice = builders.shift_types(centre)
    clerk = people.person(centre, position=Position.HR, unit=people.root(centre))
    saturday = date(2026, 3, 14)
    with pytest.raises(Refused, match="holds no position"):
        entries.plan(person=clerk, shift_type=choice.of("early", DAY), day=DAY, by=boss, at=people.AT)
    with pytest.raises(Refused, match="not worked on that day"):
        entries.plan(person=operator, shift_type=choice.of("early", DAY), day=saturday, by=boss, at=people.AT)
    stranger = people.person(position=Position.OPERATOR)
    with pytest.raises(NotAllowed):
        entries.plan(person=stranger, shift_type=choice.of("early", DAY), day=DAY, by=boss, at=people.AT)
    with pytest.raises(NotAllowed):
        entries.plan(person=operator, shift_type=choice.of("early", DAY), day=DAY, by=operator, at=people.AT)


@pytest.mark.clause("C3")
def test_no_shift_changes_without_somebody_elses_reason_nor_afterwards(centre, boss, operator):
    entry = builders.on_shift(operator)
    late = builders.shift_types(centre).of("late", DAY)
    change = {"entry_id": entry.pk, "shift_type": late, "day": DAY}
    with pytest.raises(NotAllowed):
        entries.replan(**change, reason="自己换", by=operator, at=people.AT)
    with pytest.raises(Refused, match="Say why"):
        entries.replan(**change, reason="  ", by=boss, at=people.AT)
    with pytest.raises(Refused, match="has begun"):
        entries.cancel(entry_id=entry.pk, reason="晚了", by=boss, at=at(8, 30))
    mine = builders.on_shift(boss, code="leader_early")
    with pytest.raises(Refused, match="Nobody changes his own shift"):
        entries.cancel(entry_id=mine.pk, reason="有事", by=boss, at=people.AT)
    changed = entries.replan(**change, reason="家中有事", by=boss, at=at(8, 29))
    assert duty.span_of(changed.span) == Span(at(9, 30), at(22))
    assert [duty.span_of(rest.span) for rest in RosterBreak.objects.filter(entry=entry)] == [Span(at(12), at(14))]
    newest = entry.history.order_by("-pgh_id").first()
    assert (newest.pgh_context["reason"], newest.pgh_context["by"]) == ("家中有事", boss.pk)


@pytest.mark.clause("C3")
def test_a_cancelled_shift_is_gone_and_its_history_says_why(boss, operator):
    entry = builders.on_shift(operator)
    kept = RosterEntry.history.rel.related_model.objects.filter(pgh_obj_id=entry.pk)
    entries.cancel(entry_id=entry.pk, reason="停电检修", by=boss, at=people.AT)
    assert not RosterEntry.objects.filter(pk=entry.pk).exists()
    assert kept.order_by("-pgh_id").first().pgh_context["reason"] == "停电检修"


def test_a_month_is_planned_whole_or_not_at_all(centre, boss, operator):
    builders.shift_types(centre)
    other = people.person(position=Position.OPERATOR, unit=people.unit(centre))
    pattern = {operator.pk: ["early", "late", "", ""], other.pk: ["late"]}
    plan = {"centre": centre, "first_day": date(2026, 3, 1), "pattern": pattern, "by": boss, "at": people.AT}
    assert entries.plan_month(**plan) == 16 + 31
    sunday = RosterEntry.objects.get(person=operator, day=date(2026, 3, 1))
    assert sunday.shift_type.code == "weekend_early"
    assert RosterBreak.objects.filter(entry__person=other).count() == 31
    with pytest.raises(Refused, match="already has a shift"):
        entries.plan_month(**plan)
    third = people.person(position=Position.OPERATOR, unit=people.unit(centre))
    with pytest.raises(Refused):
        entries.plan_month(**plan | {"pattern": {third.pk: ["late"], operator.pk: ["late"]}})
    assert not RosterEntry.objects.filter(person=third).exists()
    with pytest.raises(Refused, match="no shift"):
        entries.plan_month(**plan | {"pattern": {third.pk: ["graveyard"]}})
    with pytest.raises(Refused, match="do not work"):
        entries.plan_month(**plan | {"pattern": {people.person().pk: ["late"]}})


def test_an_edition_is_added_behind_the_others_only(centre, boss):
    late = builders.shift_types(centre).of("late", DAY)
    change = {"shift_type_id": late.pk, "starts": late.starts, "ends": late.ends, "by": boss, "at": people.AT}
    for since, breaks, fault in [
        (late.since, [], "already an edition"),
        (DAY, [60], "Breaks must lie"),
        (DAY, [60, 60], "Breaks must lie"),
        (DAY, [700, 751], "Breaks must lie"),
    ]:
        with pytest.raises(Refused, match=fault):
            shifts.change_shift_type(**change, since=since, breaks=breaks)
    shifts.change_shift_type(**change, since=LATER, breaks=[120, 180])
    choice = duty.Choice(centre)
    assert (choice.of("late", DAY).breaks, choice.of("late", LATER).breaks) == ([150, 270], [120, 180])


def test_the_permission_of_an_entry_agrees_with_the_list(centre, operator):
    entry = builders.on_shift(operator)
    outside = builders.on_shift(people.person(centre, position=Position.FIELD_SUPERVISOR))
    elsewhere = builders.on_shift(people.person())
    staff = people.everybody(centre)
    for position, person in [*staff.items(), ("owner", operator), ("field", outside.person), ("far", elsewhere.person)]:
        for row in (entry, outside, elsewhere):
            listed = RosterEntry.objects.visible_to(person).filter(pk=row.pk).exists()
            assert access.may(person, "rosters.view_roster_entry", row) == listed, position


@pytest.mark.django_db(transaction=True)
def test_two_planners_at_once_give_one_shift(centre, boss, operator):
    shift = builders.shift_types(centre).of("early", DAY)
    start, kept, refused, faults = threading.Barrier(6), [], [], []

    def plan():
        try:
            start.wait()
            kept.append(entries.plan(person=operator, shift_type=shift, day=DAY, by=boss, at=people.AT))
        except Refused as refusal:
            refused.append(refusal)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=plan) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert (len(kept), len(refused)) == (1, 5)
