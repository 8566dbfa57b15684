"""Working time: what a person's contract wants over the plan, and what the law allows (hours.scheme)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import Hours, Person, Problem, Row, Scheme
from hotline.rosters.logic.rules.base import PersonRule, Violation
from hotline.rosters.logic.rules.rest import in_hours

if TYPE_CHECKING:
    from hotline.rosters.logic.model import Expression, RosterModel


def constrain_minutes(model: "RosterModel", problem: Problem, person: Person) -> None:
    """The worked minutes of the plan lie between the least and the most."""
    if person.least_minutes is None and person.most_minutes is None:
        return
    worked = model.total(
        (model.has(person.key, day, kind.key), kind.worked) for day in range(problem.days) for kind in problem.kinds
    )
    if person.most_minutes is not None:
        model.require(worked <= person.most_minutes)
    if person.least_minutes is not None:
        model.require(worked >= person.least_minutes)


def check_minutes(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """The minutes of all shifts given are neither too few nor too many."""
    worked = sum(problem.kind[given].worked for given in row if given in problem.kind)
    message, limit = "", 0
    if person.most_minutes is not None and worked > person.most_minutes:
        message, limit = (
            gettext_noop("%(hours)s hours in the plan; at most %(limit)s are allowed."),
            person.most_minutes,
        )
    if person.least_minutes is not None and worked < person.least_minutes:
        message, limit = (
            gettext_noop("%(hours)s hours in the plan; at least %(limit)s are wanted."),
            person.least_minutes,
        )
    if message:
        yield Violation(
            MINUTES.key,
            MINUTES.clause,
            message,
            person.key,
            (),
            {"hours": in_hours(worked), "limit": in_hours(limit)},
        )


def constrain_day(model: "RosterModel", problem: Problem, person: Person) -> None:
    """No shift is longer than a day's work with its overtime."""
    if problem.hours is None:
        return
    most = problem.hours.day + problem.hours.overtime_day
    for kind in problem.kinds:
        if kind.worked > most:
            for day in range(problem.days):
                model.forbid(model.has(person.key, day, kind.key))


def check_day(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """No day has more work than the law allows with overtime."""
    if problem.hours is None:
        return
    most = problem.hours.day + problem.hours.overtime_day
    for day, given in enumerate(row):
        if given in problem.kind and problem.kind[given].worked > most:
            yield Violation(
                HOURS_DAY.key,
                HOURS_DAY.clause,
                gettext_noop("%(hours)s hours of work on one day; at most %(limit)s are allowed."),
                person.key,
                (day,),
                {"hours": in_hours(problem.kind[given].worked), "limit": in_hours(most)},
            )


def constrain_month(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Overtime of each calendar month stays within the law, under the scheme that the centre has."""
    if problem.hours is None:
        return
    for number, days in enumerate(problem.months):
        limit = _month_limit(problem, problem.hours, person, number)
        worked = [(model.has(person.key, day, kind.key), kind) for day in days for kind in problem.kinds]
        if problem.hours.scheme is Scheme.AVERAGED:
            model.require(model.total((has, kind.worked) for has, kind in worked) <= limit)
            continue
        beyond_day = model.total((has, max(0, kind.worked - problem.hours.day)) for has, kind in worked)
        beyond_week = model.total(
            (_beyond_week(model, problem, problem.hours, person, week), 1) for week in _weeks_of(problem, days)
        )
        model.require(beyond_day + beyond_week <= limit)


def _beyond_week(
    model: "RosterModel", problem: Problem, hours: Hours, person: Person, week: Sequence[int]
) -> "Expression":
    longest = max((min(kind.worked, hours.day) for kind in problem.kinds), default=0) * len(week)
    if longest <= hours.week:
        return 0
    ordinary = model.total(
        (model.has(person.key, day, kind.key), min(kind.worked, hours.day)) for day in week for kind in problem.kinds
    )
    return model.above(ordinary - hours.week, longest - hours.week)


def _weeks_of(problem: Problem, days: Sequence[int]) -> list[tuple[int, ...]]:
    """The weeks that begin in a month; a week belongs to the month of its first day in the plan."""
    return [week for week in problem.weeks if week[0] in days]


def _month_limit(problem: Problem, hours: Hours, person: Person, number: int) -> int:
    """What the month may hold beyond what lies before the plan: overtime, or all minutes where they are averaged."""
    days = problem.months[number]
    if hours.scheme is Scheme.STANDARD:
        return hours.overtime_month - (person.overtime_before if number == 0 else 0)
    on = problem.date_of(days[0])
    ordinary = hours.day * sum(problem.is_workday(day) for day in days)
    if number == 0 and on.day > 1:
        # What was worked before the plan took its own share of the month.
        return ordinary + hours.overtime_month - person.overtime_before
    return ordinary + hours.overtime_month


def check_month(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Overtime of each calendar month, counted from the finished roster."""
    hours = problem.hours
    if hours is None:
        return
    worked = [problem.kind[given].worked if given in problem.kind else 0 for given in row]
    for number, days in enumerate(problem.months):
        limit = _month_limit(problem, hours, person, number)
        if hours.scheme is Scheme.AVERAGED:
            found = sum(worked[day] for day in days)
            message = gettext_noop("%(hours)s hours in the month; averaged, at most %(limit)s are allowed.")
        else:
            found = sum(max(0, worked[day] - hours.day) for day in days)
            for week in _weeks_of(problem, days):
                found += max(0, sum(min(worked[day], hours.day) for day in week) - hours.week)
            message = gettext_noop("%(hours)s hours of overtime in the month; at most %(limit)s are allowed.")
        if found > limit:
            yield Violation(
                HOURS_MONTH.key,
                HOURS_MONTH.clause,
                message,
                person.key,
                tuple(day for day in days if worked[day]),
                {"hours": in_hours(found), "limit": in_hours(limit)},
            )


MINUTES = PersonRule(
    "minutes", "B2.2", gettext_noop("Hours over the plan, by contract"), constrain_minutes, check_minutes
)
LAW_41 = gettext_noop("Labour Law Art. 41")
HOURS_DAY = PersonRule("hours.day", LAW_41, gettext_noop("Legal hours of a day"), constrain_day, check_day)
HOURS_MONTH = PersonRule("hours.month", LAW_41, gettext_noop("Legal overtime of a month"), constrain_month, check_month)
