"""How a campaign goes: where its people stand, contacts, each person's work, days and hours, abandoned calls."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractHour, TruncDate

from hotline.core import clock
from hotline.outbound.logic import pacing
from hotline.outbound.logic.words import Standing
from hotline.outbound.models import Attempt, Campaign, Crew
from hotline.outbound.queries import work

DAYS = 14
ENDED = Q(ended_at__isnull=False, is_void=False)


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did."""

    name: str
    person: int
    calls: int
    reached: int
    done: int
    today: int  # completed today
    goal: int | None
    is_active: bool


@dataclass(frozen=True, slots=True)
class Part:
    """Calls of a day, of an hour, or that ended in one way."""

    key: date | int | str
    calls: int
    reached: int
    done: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A campaign as those who lead it see it."""

    people: int
    standing: dict[str, int]
    calls: int
    reached: int
    done: int
    answered: int  # within the window of abandoned calls
    abandoned: int
    over_cap: bool
    lines: list[Line]
    days: list[Part]
    hours: list[Part]
    endings: list[Part]


def progress(campaign: Campaign, at: datetime) -> Progress:
    """Everything on the page of a campaign: eight queries, whatever its size."""
    standing = dict(work.standing_counts(campaign))
    rows = Attempt.objects.filter(ENDED, campaign=campaign.pk)
    sums = rows.aggregate(calls=Count("pk"), reached=Count("pk", Q(is_reached=True)), done=Count("pk", Q(is_done=True)))
    answered, abandoned = abandonment(campaign, at)
    return Progress(
        people=sum(standing.values()),
        standing={one.value: standing.get(one.value, 0) for one in Standing},
        calls=sums["calls"],
        reached=sums["reached"],
        done=sums["done"],
        answered=answered,
        abandoned=abandoned,
        over_cap=pacing.over_cap(answered, abandoned, campaign.cap),
        lines=_lines(campaign, at),
        days=_days(campaign, at),
        hours=_hours(campaign),
        endings=_endings(campaign),
    )


def abandonment(campaign: Campaign, at: datetime) -> tuple[int, int]:
    """Calls that customers picked up within the window, and those of them with whom nobody spoke."""
    since = at - work.terms(at).window
    rows = Attempt.objects.filter(campaign=campaign.pk, ended_at__gt=since, ended_at__lte=at)
    found = rows.aggregate(
        answered=Count("pk", Q(is_reached=True) | Q(is_abandoned=True)), abandoned=Count("pk", Q(is_abandoned=True))
    )
    return found["answered"], found["abandoned"]


def _lines(campaign: Campaign, at: datetime) -> list[Line]:
    start = clock.wall(clock.local_day(at))
    rows = (
        Attempt.objects.filter(ENDED, campaign=campaign.pk)
        .order_by()
        .values("by")
        .annotate(
            calls=Count("pk"),
            reached=Count("pk", Q(is_reached=True)),
            done=Count("pk", Q(is_done=True)),
            today=Count("pk", Q(is_done=True, ended_at__gte=start)),
            name=F("by__name"),
        )
    )
    did = {row["by"]: row for row in rows}
    crew = {row.person_id: row for row in Crew.objects.filter(campaign=campaign.pk).select_related("person")}
    found = []
    for pk in [*crew, *(pk for pk in did if pk not in crew)]:
        row, member = did.get(pk), crew.get(pk)
        if member is not None and not member.is_active and row is None:
            continue
        found.append(
            Line(
                name=member.person.name if member else did[pk]["name"],
                person=pk,
                calls=row["calls"] if row else 0,
                reached=row["reached"] if row else 0,
                done=row["done"] if row else 0,
                today=row["today"] if row else 0,
                goal=(member.daily_goal or campaign.daily_goal) if member else None,
                is_active=bool(member and member.is_active),
            )
        )
    return sorted(found, key=lambda line: (-line.done, -line.calls, line.name))


def _days(campaign: Campaign, at: datetime) -> list[Part]:
    last = clock.local_day(at)
    first = last - timedelta(days=DAYS - 1)
    rows = (
        Attempt.objects.filter(ENDED, campaign=campaign.pk, ended_at__gte=clock.wall(first), ended_at__lte=at)
        .order_by()
        .annotate(day=TruncDate("ended_at", tzinfo=clock.ZONE))
        .values("day")
        .annotate(calls=Count("pk"), reached=Count("pk", Q(is_reached=True)), done=Count("pk", Q(is_done=True)))
    )
    by_day = {row["day"]: Part(row["day"], row["calls"], row["reached"], row["done"]) for row in rows}
    days = (first + timedelta(days=step) for step in range(DAYS))
    return [by_day.get(day, Part(day, 0, 0, 0)) for day in days]


def _hours(campaign: Campaign) -> list[Part]:
    rows = (
        Attempt.objects.filter(ENDED, campaign=campaign.pk)
        .order_by()
        .annotate(hour=ExtractHour("dialled_at", tzinfo=clock.ZONE))
        .values("hour")
        .annotate(calls=Count("pk"), reached=Count("pk", Q(is_reached=True)), done=Count("pk", Q(is_done=True)))
    )
    return sorted(
        (Part(row["hour"], row["calls"], row["reached"], row["done"]) for row in rows),
        key=lambda part: int(str(part.key)),
    )


def _endings(campaign: Campaign) -> list[Part]:
    rows = (
        Attempt.objects.filter(campaign=campaign.pk, disposition__isnull=False)
        .order_by()
        .values("disposition__name")
        .annotate(calls=Count("pk"), reached=Count("pk", Q(is_reached=True)), done=Count("pk", Q(is_done=True)))
    )
    found = [Part(row["disposition__name"], row["calls"], row["reached"], row["done"]) for row in rows]
    return sorted(found, key=lambda part: -part.calls)
