"""The calendar of days, against a second library, and the work clock built from it."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from hotline.core import audit
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.kernel.workclock import DayKind as ClockDay
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.logic import hours
from hotline.rosters.models import CalendarDay, DayKind
from hotline.rosters.queries import duty
from hotline.rosters.services import calendar

DAY = date(2026, 10, 1)


@pytest.fixture
def admin(db):
    centre = people.centre()
    return people.person(centre, position=Position.SYSADMIN)


@pytest.fixture
def loaded(admin):
    calendar.load_calendar(years=[2025, 2026, 2027], by=admin, at=people.AT)
    return admin


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_two_libraries_agree_on_every_day(year):
    special = {found.day: found.kind for found in hours.special_days(year)}
    for day in hours.days_between(date(year, 1, 1), date(year, 12, 31)):
        works = special[day] is hours.DayOff.MAKE_UP if day in special else day.weekday() < 5
        assert works == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", [2025, 2026])
def test_thirteen_days_are_statutory(year):
    found = hours.special_days(year)
    assert sum(special.kind is hours.DayOff.STATUTORY for special in found) == 13
    assert all(special.is_announced for special in found)


def test_a_year_without_an_arrangement_is_an_estimate():
    found = hours.special_days(2027)
    assert found
    assert not any(special.is_announced for special in found)
    assert not any(special.kind is hours.DayOff.MAKE_UP for special in found)


def test_loading_again_changes_nothing_and_keeps_what_was_set_by_hand(loaded):
    before = list(CalendarDay.objects.values_list())
    assert calendar.load_calendar(years=[2026, 2025], by=loaded, at=people.AT) == 0
    assert list(CalendarDay.objects.values_list()) == before
    announced = {"day": date(2027, 2, 11), "kind": DayKind.REST, "name": "春节", "source": "国办发明电〔2026〕7号"}
    calendar.set_day(**announced, by=loaded, at=people.AT)
    overruled = announced | {"day": date(2027, 2, 9), "kind": DayKind.WORKDAY}
    calendar.set_day(**overruled, by=loaded, at=people.AT)
    assert calendar.load_calendar(years=[2027], by=loaded, at=people.AT) == 0
    kept = CalendarDay.objects.get(day=date(2027, 2, 9))
    assert (kept.kind, kept.is_announced) == (DayKind.WORKDAY, True)


def test_a_year_of_the_library_is_put_right_when_loaded_again(loaded):
    CalendarDay.objects.filter(day=DAY).update(kind=DayKind.REST)
    CalendarDay.objects.create(day=date(2026, 3, 3), kind=DayKind.REST, source=calendar.LIBRARY)
    assert calendar.load_calendar(years=[2026], by=loaded, at=people.AT) == 2
    assert CalendarDay.objects.get(day=DAY).kind == DayKind.STATUTORY
    assert not CalendarDay.objects.filter(day=date(2026, 3, 3)).exists()


def test_who_may_not_and_what_is_refused(loaded):
    day = {"day": DAY, "kind": DayKind.REST, "name": "", "source": "通知", "at": people.AT}
    operator = people.person(loaded.centre)
    with pytest.raises(NotAllowed):
        calendar.set_day(**day, by=operator)
    with pytest.raises(Refused, match="No such kind"):
        calendar.set_day(**day | {"kind": "holiday"}, by=loaded)
    with pytest.raises(Refused, match="Name the announcement"):
        calendar.set_day(**day | {"source": " "}, by=loaded)


def test_the_work_clock_knows_holidays_and_make_up_days(loaded):
    clock = duty.work_calendar(DAY)
    assert clock.kind_on(DAY) is ClockDay.HOLIDAY
    assert clock.kind_on(date(2026, 10, 6)) is ClockDay.OFF
    assert clock.kind_on(date(2026, 10, 10)) is ClockDay.MAKE_UP
    assert clock.standard_day == timedelta(hours=8)


def test_an_unchanged_calendar_costs_no_query_within_a_request(loaded, django_assert_num_queries):
    audit.set_request("one-request")
    try:
        first = duty.work_calendar(DAY)
        with django_assert_num_queries(0):
            assert duty.work_calendar(DAY) is first
        audit.set_request("another-request")
        with django_assert_num_queries(1):
            assert duty.work_calendar(DAY) is first
        calendar.set_day(day=DAY, kind=DayKind.WORKDAY, name="", source="通知", by=loaded, at=people.AT)
        changed = duty.work_calendar(DAY)
        assert changed.kind_on(DAY) is ClockDay.WORKING
        assert changed.version > first.version
        assert first.kind_on(DAY) is ClockDay.HOLIDAY
    finally:
        audit.set_request("")


def test_a_job_looks_every_time_because_its_name_is_the_same_for_every_run(loaded, django_assert_num_queries):
    audit.set_request("job:cases.jobs.tick")
    try:
        duty.work_calendar(DAY)
        with django_assert_num_queries(1):
            duty.work_calendar(DAY)
    finally:
        audit.set_request("")
