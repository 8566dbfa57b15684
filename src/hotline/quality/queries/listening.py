"""Which agents' calls were listened to in a week, against how many the centre wants (A7.9, `monitor.weekly`)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Max

from hotline.core.clock import local_day, wall
from hotline.handbook.queries import values_on
from hotline.people.models import Person, Position, Post
from hotline.people.models.organisation import by_name
from hotline.people.models.teams import teams_of
from hotline.quality.models import CallScore
from hotline.rulebook.monitoring import still_to_hear
from hotline.telephony.models.calls import SEES_ALL

AGENTS = (Position.OPERATOR, Position.AGENT)
WEEK = timedelta(days=7)
TWO_MONTHS = timedelta(days=62)  # a call is scored in the weeks after it; its month bounds what is looked through


def agents(reader: Person, first: date, last: date) -> list[Person]:
    """Whoever took calls as operator or agent in these days, of the centre or of the teams that the reader leads."""
    posts = Post.objects.filter(position__in=AGENTS, days__overlap=DateRange(first, last, "[]"))
    if not reader.standing.is_any(*SEES_ALL):
        posts = posts.filter(unit__in=teams_of(reader))
    rows = Person.objects.filter(pk__in=posts.values("person"), centre=reader.centre_id, is_system=False)
    return by_name(rows.exclude(pk=reader.pk))


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Heard:
    """How many calls of one person were listened to in a week. `answered` counts up to what is wanted, no further."""

    person: Person
    heard: int
    answered: int
    missing: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Week:
    """A week of listening: who, and how many calls of each are wanted."""

    first: date
    weekly: int
    lines: list[Heard]
    is_over: bool

    @property
    def short(self) -> int:
        """Of how many people calls are still to be listened to."""
        return sum(bool(line.missing) for line in self.lines)


def week(reader: Person, first: date, at: datetime) -> Week:
    """Those with most left to hear first; the number is what was in force on the week's Monday. Five queries."""
    people = agents(reader, first, first + WEEK - timedelta(days=1))
    ids = [person.pk for person in people]
    weekly = values_on(reader.centre_id, first).reading().whole("monitor.weekly")
    since, until = wall(first), wall(first + WEEK)
    rows: Any = CallScore.objects.filter(
        person__in=ids, month__gte=(first - TWO_MONTHS).replace(day=1), scored_at__gte=since, scored_at__lt=until
    ).order_by()
    heard = {row["person"]: row for row in rows.values("person").annotate(n=Count("pk"), last=Max("scored_at"))}
    answered = _answered(ids, since, until, weekly)
    rule = still_to_hear.on(first)
    lines = []
    for person in people:
        mine = heard.get(person.pk, {"n": 0, "last": None})
        took = answered.get(person.pk, 0)
        lines.append(Heard(person, mine["n"], took, rule(weekly, took, mine["n"]), mine["last"]))
    lines.sort(key=lambda line: -line.missing)
    return Week(first, weekly, lines, is_over=first + WEEK <= local_day(at))


def _answered(ids: Collection[int], since: datetime, until: datetime, most: int) -> dict[int, int]:
    """How many calls each has answered, counted no further than `most`: a week of a thousand people stays cheap."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT person.id, (
                SELECT count(*) FROM (
                    SELECT 1 FROM telephony_call call
                    WHERE call.person_id = person.id AND call.came_at >= %s AND call.came_at < %s
                      AND call.answered_at IS NOT NULL AND call.ended_at IS NOT NULL
                    LIMIT %s
                ) AS few
            ) FROM unnest(%s::bigint[]) AS person(id)
            """,
            [since, until, most, list(ids)],
        )
        return dict(cursor.fetchall())
