"""Leave by example, row by row of the readings, and by property."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.leave import (
    ANNUAL,
    DAY,
    DAY_TERMS,
    Code,
    Count,
    Facts,
    Kind,
    Piece,
    annual_grants,
    approval_chain,
    counted_days,
    earliest,
    in_days,
    is_late,
    kinds,
    leave_refusals,
    months_after,
    needs_reason_to_override,
    papers_due,
    sick_report_due,
    spells,
)
from hotline.rulebook.parameters.values import in_force
from hotline.rulebook.roles import Role

MONDAY = date(2026, 3, 9)
ONE = timedelta(days=1)
KINDS = kinds(MONDAY)
TERMS = DAY_TERMS.on(MONDAY)
SUPERVISOR, BOTH, DIRECTOR = (Role.SUPERVISOR,), (Role.SUPERVISOR, Role.DIRECTOR), (Role.DIRECTOR,)
# Two days of work, two days off.
TURN = frozenset(MONDAY + n * ONE for n in range(60) if n % 4 < 2)


def kind(code: Code) -> Kind:
    return KINDS[code.value]


def piece(first: int, last: int, **halves: bool) -> Piece:
    return Piece(MONDAY + first * ONE, MONDAY + last * ONE, **halves)


def counted(count: Count, of: Piece, holidays: frozenset[date] = frozenset()) -> int:
    return sum(day.half_days for day in counted_days.on(MONDAY)(count, of, TURN, holidays))


def facts(of: Piece, **more: object) -> Facts:
    values: dict[str, object] = {
        "piece": of, "asked_on": MONDAY, "half_days": 2, "shifts": 1, "reason": "家中有事", **more,
    }  # fmt: skip
    return Facts(**values)  # type: ignore[arg-type]


def refused(code: Code, of: Facts) -> list[str]:
    return [refusal.clause for refusal in leave_refusals.on(MONDAY)(kind(code), of, TERMS)]


# ---------------------------------------------------------------- counting (readings 55, 56)


@pytest.mark.clause("D4.5")
@pytest.mark.parametrize(
    ("of", "half_days"),
    [
        (piece(0, 0), 2),
        (piece(0, 0, from_middle=True), 1),
        (piece(0, 0, to_middle=True), 1),
        (piece(0, 1), 4),
        (piece(0, 1, from_middle=True, to_middle=True), 2),
        (piece(0, 3), 4),  # the two days off inside are not counted
        (piece(0, 4), 6),
        (piece(2, 3), 0),
        (piece(2, 4, from_middle=True), 2),  # the half that is cut off lies on a day off
    ],
)
def test_shifts_missed_are_counted_and_days_off_are_not(of: Piece, half_days: int) -> None:
    assert counted(Count.ROSTERED, of) == half_days


@pytest.mark.clause("D4.5")
def test_a_public_holiday_costs_no_annual_leave_and_a_missed_shift_of_it_is_missed() -> None:
    holiday = frozenset([MONDAY + ONE])
    assert counted(Count.WORKING, piece(0, 1), holiday) == 2
    assert counted(Count.ROSTERED, piece(0, 1), holiday) == 4
    [_first, second] = counted_days.on(MONDAY)(Count.WORKING, piece(0, 1), TURN, holiday)
    assert (second.is_shift, second.half_days) == (True, 0)


@pytest.mark.clause("D4.5")
def test_leave_by_the_calendar_counts_every_day_once() -> None:
    assert counted(Count.CALENDAR, piece(0, 97)) == 98 * DAY
    assert counted(Count.CALENDAR, piece(0, 97), frozenset([MONDAY])) == 98 * DAY


@given(st.integers(0, 30), st.integers(0, 30), st.booleans(), st.booleans(), st.frozensets(st.integers(0, 60)))
def test_no_day_is_counted_more_than_once_whatever_is_asked(
    first: int, length: int, from_middle: bool, to_middle: bool, off: frozenset[int]
) -> None:
    of = Piece(MONDAY + first * ONE, MONDAY + (first + length) * ONE, from_middle, to_middle)
    if not of.makes_sense:
        return
    holidays = frozenset(MONDAY + n * ONE for n in off)
    for count in Count:
        days = counted_days.on(MONDAY)(count, of, TURN, holidays)
        assert len({one.day for one in days}) == len(days)
        assert all(0 <= one.half_days <= DAY for one in days)
    assert counted(Count.WORKING, of, holidays) <= counted(Count.ROSTERED, of) <= counted(Count.CALENDAR, of)


# ---------------------------------------------------------------- spells (readings 58, 63)


@pytest.mark.clause("D2.10", "D3.12")
@pytest.mark.parametrize(
    ("pieces", "groups"),
    [
        ([piece(0, 0), piece(1, 1)], 1),  # neighbours
        ([piece(1, 1), piece(4, 4)], 1),  # only days off between
        ([piece(0, 0), piece(4, 4)], 2),  # a shift worked between
        ([piece(0, 0, to_middle=True), piece(0, 0, from_middle=True)], 1),
        ([piece(0, 0, to_middle=True), piece(1, 1)], 2),  # back for the afternoon
        ([piece(0, 0), piece(1, 1, from_middle=True)], 2),
        ([piece(1, 1, from_middle=True), piece(4, 4, to_middle=True)], 1),
        ([piece(4, 4), piece(0, 0), piece(1, 1)], 1),  # asked for in any order
    ],
)
def test_what_lies_beside_each_other_is_one_spell(pieces: list[Piece], groups: int) -> None:
    assert len(spells.on(MONDAY)(pieces, TURN)) == groups


# ---------------------------------------------------------------- who decides (readings 60, 61, 63)


@pytest.mark.clause("D2.8")
@pytest.mark.parametrize(("half_days", "roles"), [(1, SUPERVISOR), (2, SUPERVISOR), (3, SUPERVISOR), (4, BOTH)])
def test_sick_leave_of_two_days_goes_to_the_director_too(half_days: int, roles: tuple[Role, ...]) -> None:
    assert approval_chain.on(MONDAY)(kind(Code.SICK), half_days, 0) == roles


@pytest.mark.clause("D2.9")
@pytest.mark.parametrize(
    ("half_days", "roles"), [(1, SUPERVISOR), (2, SUPERVISOR), (3, SUPERVISOR), (4, BOTH), (20, BOTH)]
)
def test_personal_leave_of_half_a_day_to_a_day_and_a_half_is_the_supervisors(
    half_days: int, roles: tuple[Role, ...]
) -> None:
    assert approval_chain.on(MONDAY)(kind(Code.PERSONAL), half_days, 0) == roles


@pytest.mark.clause("D2.10")
@pytest.mark.parametrize(
    ("extension", "whole", "roles"),
    [(2, 4, BOTH), (1, 3, SUPERVISOR), (4, 5, BOTH), (1, 4, BOTH), (2, 3, SUPERVISOR)],
)
def test_an_extension_is_decided_by_the_larger_of_itself_and_the_whole(
    extension: int, whole: int, roles: tuple[Role, ...]
) -> None:
    assert approval_chain.on(MONDAY)(kind(Code.SICK), extension, whole) == roles


@pytest.mark.clause("D4.2", "D4.3", "D4.4")
def test_the_kinds_of_chapter_four_go_to_the_director() -> None:
    chain = approval_chain.on(MONDAY)
    assert [chain(kind(code), 2, 0) for code in (Code.MARRIAGE, Code.ANNUAL)] == [DIRECTOR, DIRECTOR]
    assert [chain(kind(code), 2, 0) for code in (Code.MATERNITY, Code.PATERNITY)] == [BOTH, BOTH]


# ---------------------------------------------------------------- asking (readings 59, 61, 62, 69, 75, 76)


@pytest.mark.clause("D2.8")
def test_half_a_day_of_sick_leave_itself_needs_a_certificate() -> None:
    assert [papers_due.on(MONDAY)(kind(Code.SICK), half_days) for half_days in (0, 1, 2)] == [0, 1, 1]
    assert papers_due.on(MONDAY)(kind(Code.PERSONAL), 10) == 0


@pytest.mark.clause("D4.2")
def test_marriage_leave_needs_both_certificates_and_is_taken_in_one_piece() -> None:
    assert papers_due.on(MONDAY)(kind(Code.MARRIAGE), 6) == 2
    assert refused(Code.MARRIAGE, facts(piece(0, 0), taken=True)) == ["D4.2"]
    assert refused(Code.MARRIAGE, facts(piece(0, 0), half_days=7, allowed=6)) == ["D4.2"]
    assert refused(Code.MARRIAGE, facts(piece(0, 0), half_days=6, allowed=6)) == []


@pytest.mark.clause("D2.9")
@pytest.mark.parametrize(("first", "late"), [(0, True), (2, True), (3, False)])
def test_personal_leave_is_asked_two_full_days_ahead_or_is_urgent(first: int, late: bool) -> None:
    of = facts(piece(first, first))
    assert is_late.on(MONDAY)(kind(Code.PERSONAL), of) is late
    assert refused(Code.PERSONAL, of) == []  # urgent leave can be asked for all the same
    assert not is_late.on(MONDAY)(kind(Code.PERSONAL), replace(of, extends=True))
    assert not is_late.on(MONDAY)(kind(Code.SICK), of)


@pytest.mark.clause("D2.9")
def test_personal_leave_needs_a_reason_and_sick_leave_none() -> None:
    assert refused(Code.PERSONAL, facts(piece(3, 3), reason="  ")) == ["D2.9"]
    assert refused(Code.SICK, facts(piece(3, 3), reason="")) == []


@pytest.mark.clause("D4.4")
@pytest.mark.parametrize(
    ("asked", "first", "fine"),
    [
        (date(2026, 3, 9), date(2026, 4, 8), False),
        (date(2026, 3, 9), date(2026, 4, 9), True),
        (date(2026, 1, 31), date(2026, 2, 28), True),  # the month that is too short
        (date(2026, 1, 31), date(2026, 2, 27), False),
    ],
)
def test_annual_leave_is_asked_for_one_month_ahead(asked: date, first: date, fine: bool) -> None:
    found = refused(Code.ANNUAL, facts(Piece(first, first), asked_on=asked))
    assert found == ([] if fine else ["D4.4"])
    assert (earliest.on(asked)(kind(Code.ANNUAL), asked) <= first) is fine


@pytest.mark.clause("D4.4")
def test_a_second_annual_leave_of_the_same_time_needs_a_special_reason() -> None:
    ahead = Piece(date(2026, 5, 4), date(2026, 5, 5))
    of = facts(ahead, annual_beside=("钱一",), reason="")
    assert refused(Code.ANNUAL, of) == ["D4.4"]
    assert refused(Code.ANNUAL, replace(of, reason="父亲住院")) == []
    assert needs_reason_to_override.on(MONDAY)(kind(Code.ANNUAL), of, TERMS)
    assert not needs_reason_to_override.on(MONDAY)(kind(Code.PERSONAL), of, TERMS)
    assert not needs_reason_to_override.on(MONDAY)(kind(Code.ANNUAL), replace(of, annual_beside=()), TERMS)


@pytest.mark.clause("A7.16")
def test_a_full_day_refuses_planned_leave_and_never_sickness() -> None:
    assert TERMS.most_away == 5
    full = facts(piece(5, 5), full_days=(MONDAY + 5 * ONE,))
    assert refused(Code.PERSONAL, full) == ["A7.16"]
    for code in (Code.SICK, Code.MATERNITY, Code.PATERNITY, Code.BEREAVEMENT, Code.WORK_INJURY):
        assert refused(code, full) == [], code


@pytest.mark.clause("D4.1", "D4.3")
def test_childbirth_may_be_told_whenever_and_nothing_follows_from_it() -> None:
    maternity = kind(Code.MATERNITY)
    of = facts(piece(0, 97), half_days=98 * DAY, reason="")
    assert refused(Code.MATERNITY, of) == []
    assert not is_late.on(MONDAY)(maternity, of)
    assert (maternity.is_restricted, maternity.is_statutory, maternity.floor) == (True, True, 98 * DAY)


@pytest.mark.parametrize(
    ("code", "of", "clause"),
    [
        (Code.SICK, facts(piece(1, 0)), "D2.8"),
        (Code.SICK, facts(piece(0, 0, from_middle=True, to_middle=True)), "D2.8"),
        (Code.SICK, facts(piece(2, 2), half_days=0, shifts=0), "D4.5"),
        (Code.SICK, facts(piece(0, 0), clashes=(MONDAY,)), "D2.8"),
        (Code.ANNUAL, facts(Piece(date(2026, 5, 4), date(2026, 5, 5)), half_days=4, left=3), "D4.4"),
        (Code.PERSONAL, facts(piece(367, 367)), "D2.9"),
    ],
)
@pytest.mark.clause("D2.8")
def test_what_cannot_be_is_refused_with_its_clause(code: Code, of: Facts, clause: str) -> None:
    assert refused(code, of) == [clause]


@pytest.mark.clause("A7.12")
def test_sickness_is_told_by_a_quarter_to_nine_or_the_start_of_a_later_shift() -> None:
    def local(hour: int, minute: int) -> datetime:
        return datetime(2026, 3, 9, hour - 8, minute, tzinfo=UTC)

    due, told_by = sick_report_due.on(MONDAY), in_force(MONDAY).reading().clock("sick.notice")
    assert due(MONDAY, local(8, 30), told_by) == local(8, 45)
    assert due(MONDAY, local(9, 30), told_by) == local(9, 30)
    assert due(MONDAY, None, told_by) == local(8, 45)


# ---------------------------------------------------------------- annual leave as a dated ledger


def grants(works_since: date, joined_on: date, year: int = 2026) -> list[tuple[date, str]]:
    found = annual_grants.on(MONDAY)(works_since, joined_on, year, ANNUAL.on(MONDAY))
    return [(grant.on, in_days(grant.half_days)) for grant in found]


@pytest.mark.clause("D4.4")
@pytest.mark.parametrize(
    ("works_since", "joined_on", "found"),
    [
        (date(2025, 1, 2), date(2025, 1, 2), [(date(2026, 1, 2), "4")]),  # 364 of 365 days: whole days only
        (date(2025, 1, 1), date(2025, 1, 1), [(date(2026, 1, 1), "5")]),
        (date(2016, 1, 1), date(2020, 1, 1), [(date(2026, 1, 1), "10")]),
        (date(2006, 1, 1), date(2020, 1, 1), [(date(2026, 1, 1), "15")]),
        (date(2016, 7, 1), date(2020, 1, 1), [(date(2026, 1, 1), "5"), (date(2026, 7, 1), "2")]),
        (date(2010, 1, 1), date(2026, 7, 1), [(date(2026, 7, 1), "5")]),  # here for half of the year
        (date(2026, 2, 1), date(2026, 2, 1), []),
        (date(2020, 1, 1), date(2027, 1, 1), []),
    ],
)
def test_annual_leave_is_given_by_years_of_work_in_all(
    works_since: date, joined_on: date, found: list[tuple[date, str]]
) -> None:
    assert grants(works_since, joined_on) == found


@given(st.dates(date(1970, 1, 1), date(2030, 1, 1)), st.integers(2000, 2030))
def test_a_whole_year_gives_never_less_than_the_step_before_nor_more_than_the_highest(since: date, year: int) -> None:
    found = annual_grants.on(MONDAY)(since, since, year, ANNUAL.on(MONDAY))
    assert 0 <= sum(grant.half_days for grant in found) <= 15 * DAY
    assert all(grant.on.year == year for grant in found)


def test_months_end_where_they_end() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2025, 12, 15), 1) == date(2026, 1, 15)
    assert [in_days(n) for n in (0, 1, 2, 5, -3)] == ["0", "0.5", "1", "2.5", "-1.5"]
