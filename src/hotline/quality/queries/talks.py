"""The monthly reviews of agents: given, due, overdue (A7.8, `feedback_days`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Sum

from hotline.core.clock import local_day, wall
from hotline.handbook.queries import values_on
from hotline.people.models import Person, Post
from hotline.quality.models import CallScore, MonthReview
from hotline.quality.queries.listening import AGENTS, agents
from hotline.rosters.logic.hours import month_days
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries.duty import work_calendar
from hotline.rulebook.leave import months_after
from hotline.rulebook.monitoring import review_due
from hotline.telephony.models import Call

ONE_DAY = timedelta(days=1)


def worked(person: Person, month: date) -> bool:
    """Whether somebody was at work as operator or agent in a month."""
    days = DateRange(month, month_days(month)[-1], "[]")
    held = Post.objects.filter(person=person, position__in=AGENTS, days__overlap=days)
    return held.exists() and bool(_at_work([person.pk], month))


def _at_work(person_ids: Sequence[int], month: date) -> set[int]:
    """Who had a shift or took a call in a month: of a month before the program was in use nothing is owed."""
    last = month_days(month)[-1]
    shifts = RosterEntry.objects.filter(person__in=person_ids, day__range=(month, last))
    calls = Call.objects.filter(
        person__in=person_ids, answered_at__gte=wall(month), answered_at__lt=wall(last + ONE_DAY)
    )
    return {key for rows in (shifts, calls) for key in rows.order_by().values_list("person", flat=True).distinct()}


def due_on(centre_id: int, month: date) -> tuple[date, int]:
    """Until when the review of a month is given, and within how many working days: as in force when they begin."""
    after = months_after(month, 1)
    days = values_on(centre_id, after).reading().whole("feedback_days")
    calendar = work_calendar(after)
    return review_due.on(month)(month, days, lambda day: calendar.kind_on(day).works), days


@dataclass(frozen=True, slots=True)
class Talk:
    """One agent's month: the calls that were listened to and their mean of 100, and the review, if it was given."""

    person: Person
    heard: int
    mean: int | None
    review: MonthReview | None
    is_late: bool  # not given and overdue, or given too late


@dataclass(frozen=True, slots=True)
class Month:
    """The reviews of a month."""

    month: date
    due: date
    days: int
    lines: list[Talk]

    @property
    def waiting(self) -> int:
        """How many are still to be given."""
        return sum(line.review is None for line in self.lines)

    @property
    def overdue(self) -> int:
        """How many of these are overdue."""
        return sum(line.review is None and line.is_late for line in self.lines)


def month(reader: Person, month: date, at: datetime) -> Month:
    """Everybody's review of a month, those still to be given first; a few queries, however many people."""
    due, days = due_on(reader.centre_id, month)
    people = agents(reader, month, month_days(month)[-1])
    there = _at_work([person.pk for person in people], month)
    people = [person for person in people if person.pk in there]
    ids = [person.pk for person in people]
    given = {
        row.person_id: row for row in MonthReview.objects.filter(person__in=ids, month=month).select_related("given_by")
    }
    rows: Any = CallScore.objects.filter(person__in=ids, month=month).order_by()
    sums = {
        row["person"]: row for row in rows.values("person").annotate(n=Count("pk"), sum=Sum("soft") + Sum("technical"))
    }
    today, lines = local_day(at), []
    for person in people:
        review, scored = given.get(person.pk), sums.get(person.pk)
        day = today if review is None else local_day(review.given_at)
        heard, total = (scored["n"], scored["sum"]) if scored else (0, 0)
        mean = (2 * total + heard) // (2 * heard) if heard else None
        lines.append(Talk(person, heard, mean, review, is_late=day > due))
    lines.sort(key=lambda line: line.review is not None)
    return Month(month, due, days, lines)


def of_person(person: Person, month: date) -> MonthReview | None:
    """The review of somebody's month, for his own page."""
    return MonthReview.objects.filter(person=person.pk, month=month).select_related("given_by").first()
