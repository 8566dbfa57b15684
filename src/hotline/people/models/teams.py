"""Who was in whose team when: a team leader sees the rows of the days on which somebody stood in his team."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Exists, Func, OuterRef, Value

from hotline.core import clock
from hotline.people.models.organisation import Person, Position, Post


def teams_of(person: Person) -> list[int]:
    """The units that a person leads now."""
    return [unit for position, unit in person.standing.held if position == Position.TEAM_LEADER]


def stood_in(teams: list[int], days: Any) -> Exists:
    """Whether the row's `person` held a post in one of these units in those days of the row: see the next functions."""
    return Exists(Post.objects.filter(person=OuterRef("person"), unit__in=teams, days__overlap=days))


def on_days(first: str, last: str) -> Func:
    """The days from one column to another, both counted."""
    ends = OuterRef(first), OuterRef(last), Value("[]")
    return Func(*ends, function="daterange", output_field=DateRangeField())


def on_day(column: str) -> Func:
    """The day in a column."""
    return on_days(column, column)


def at_moment(column: str) -> Func:
    """The local day of the moment in a column."""
    day = f"(%(expressions)s AT TIME ZONE '{clock.ZONE.key}')::date"
    return Func(OuterRef(column), template=f"daterange({day}, {day}, '[]')", output_field=DateRangeField())


def in_month(column: str) -> Func:
    """The month whose first day a column is."""
    month = "daterange(%(expressions)s, (%(expressions)s + interval '1 month')::date)"
    return Func(OuterRef(column), template=month, output_field=DateRangeField())


def led(person: Person, other: Person, first: date, last: date | None = None) -> bool:
    """The same of one person: whether he stood in a team that `person` leads now, on some day of first..last."""
    teams = teams_of(person)
    days = DateRange(first, last or first, "[]")
    return bool(teams) and Post.objects.filter(unit__in=teams, person=other.pk, days__overlap=days).exists()
