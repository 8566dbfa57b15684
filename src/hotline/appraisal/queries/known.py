"""What is known of everybody's month for the indicators (A6): shifts, seconds, calls, cases; few queries a centre.

Only days that are over count, and a shift about which nothing is known counts nowhere.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Q, Sum

from hotline.appraisal.models import Incident, MatterKind, MatterStatus
from hotline.appraisal.queries.facts import ROLES, people_of
from hotline.attendance.queries.pages import month_end
from hotline.cases.models import Case
from hotline.citizens.models import CallBack
from hotline.citizens.models.calls import Grade
from hotline.core.clock import local_day, wall
from hotline.people.models import Centre, Person, Position, Post
from hotline.quality.models import CallScore
from hotline.quality.queries import figures
from hotline.rosters.models import DayKind
from hotline.rosters.queries.duty import special_days
from hotline.rulebook.indicators import Known

ONE_DAY = timedelta(days=1)
ASKED_AFTER = timedelta(minutes=5)  # a case written down this long after the call still came from it
SHIFTS = """
    WITH shift AS (
        SELECT a.person_id, a.state, upper(a.span) - lower(a.span) - coalesce(rest.length, '0') AS paid,
               a.facts -> 'leave' -> 0 ->> 'kind' IN ('sick', 'personal') AS costly,
               -- approved as an excuse, or booked in the roster, which needs nobody's approval (A2.18)
               EXISTS (SELECT 1 FROM jsonb_array_elements(a.facts -> 'excuses') e
                       WHERE e ->> 'kind' = 'training' AND (e ->> 'from')::timestamptz <= lower(a.span)
                         AND (e ->> 'to')::timestamptz > lower(a.span)) AS trained
        FROM attendance_attendancefact a
        LEFT JOIN LATERAL (SELECT sum(upper(b.span) - lower(b.span)) AS length FROM rosters_rosterbreak b
                           WHERE b.entry_id = a.entry_id) rest ON true
        WHERE a.person_id = ANY(%s) AND a.is_current AND a.day BETWEEN %s AND %s AND a.state <> 'unknown'
    )
    SELECT person_id, count(*) FILTER (WHERE state <> 'leave' OR costly),
           count(*) FILTER (WHERE state IN ('present', 'late')),
           count(*) FILTER (WHERE state = 'present' AND NOT trained),
           count(*) FILTER (WHERE (state = 'leave' AND costly) OR (state <> 'leave' AND trained)),
           coalesce(extract(epoch FROM sum(paid) FILTER (WHERE state IN ('present', 'late'))), 0)::bigint
    FROM shift GROUP BY person_id
"""
STATES = """
    SELECT person_id, coalesce(extract(epoch FROM sum(length) FILTER (WHERE state = 'ready')), 0)::bigint,
           coalesce(extract(epoch FROM sum(length) FILTER (WHERE state = 'wrap_up')), 0)::bigint
    FROM (SELECT person_id, state,
                 least(coalesce(upper(span), %s), %s) - greatest(lower(span), %s) AS length
          FROM telephony_phonestate
          WHERE person_id = ANY(%s) AND span && tstzrange(%s, %s) AND state IN ('ready', 'wrap_up')) s
    GROUP BY person_id
"""
TALKS = """
    -- a hold lies within its talk: the time of both is counted once
    SELECT person_id, coalesce(extract(epoch FROM sum(CASE kind WHEN 'talk' THEN length ELSE -length END)), 0)::bigint,
           coalesce(extract(epoch FROM sum(length) FILTER (WHERE kind = 'hold')), 0)::bigint
    FROM (SELECT s.person_id, s.kind, s.ended_at - s.began_at AS length
          FROM telephony_call c JOIN telephony_segment s ON s.call_id = c.id
          WHERE c.centre_id = %s AND c.came_at >= %s AND c.came_at < %s AND s.ended_at IS NOT NULL
            AND s.person_id = ANY(%s) AND s.kind IN ('talk', 'hold')) t
    GROUP BY person_id
"""
CALLS = """
    SELECT c.person_id, count(*) FILTER (WHERE NOT c.is_callback), count(*) FILTER (WHERE c.is_callback),
           count(*) FILTER (WHERE NOT c.is_callback AND (EXISTS (
               -- written down from this call; a call about an older case brought none
               SELECT 1 FROM cases_casecall t JOIN cases_case k ON k.id = t.case_id
               WHERE t.call_id = c.id AND k.arrived_at >= c.answered_at
           ) OR EXISTS (
               -- or, where nobody said from which call a case came, written down by whoever answered soon after
               SELECT 1 FROM cases_case k WHERE k.centre_id = c.centre_id AND k.first_owner_id = c.person_id
               AND k.source = 'phone' AND k.arrived_at >= c.answered_at
               AND k.arrived_at <= coalesce(c.ended_at, c.answered_at) + %s
               AND NOT EXISTS (SELECT 1 FROM cases_casecall t WHERE t.case_id = k.id))))
    FROM telephony_call c
    WHERE c.centre_id = %s AND c.came_at >= %s AND c.came_at < %s AND c.answered_at IS NOT NULL
      AND c.person_id = ANY(%s)
    GROUP BY c.person_id
"""
Counts = dict[int, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Somebody's month, and the unit in which he stood."""

    person: Person
    unit_id: int | None
    known: Known


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a month that is over, as days and as moments; without a day nothing is over yet."""

    first: date
    last: date
    since: datetime
    until: datetime


def stretch(month: date, at: datetime) -> Stretch:
    """Until yesterday, or the whole month."""
    last = min(month_end(month), local_day(at) - ONE_DAY)
    return Stretch(month, last, wall(month), max(wall(month), wall(last + ONE_DAY)))


def month_of(centre: Centre, month: date, at: datetime) -> list[Counted]:
    """Everybody who is assessed in a month by shifts of his own, in the order of staff numbers."""
    people = [person for person, role in people_of(centre, month) if role != ROLES[Position.CENTRE_SUPERVISOR]]
    keys = [person.pk for person in people]
    over = stretch(month, at)
    counts: Counts = defaultdict(dict)
    for found in (_shifts(keys, over), _telephone(centre.pk, keys, over), _work(centre.pk, keys, over)):
        for key, numbers in found:
            counts[key] |= numbers
    for line in figures.team(centre.pk, month):
        counts[line.person.pk] |= {"judged": line.facts.denominator, "right": line.facts.numerator}
    for key, numbers in _scored(keys, month):
        counts[key] |= numbers
    for person, heard in complaints(keys, over).items():
        counts[person] |= {"complaints": len(heard), "upheld": sum(upheld for _row, upheld in heard)}
    days, units = working_days(over), _units(keys, month)
    return [Counted(one, units.get(one.pk), Known(working_days=days, **counts[one.pk])) for one in people]


def working_days(over: Stretch) -> int:
    """Working days by the calendar, as far as they are over."""
    special = special_days(over.first, over.last)
    days = (over.first + n * ONE_DAY for n in range((over.last - over.first).days + 1))
    return sum(
        special[day].kind in (DayKind.WORKDAY, DayKind.MAKE_UP) if day in special else day.weekday() < 5 for day in days
    )


def _rows(sql: str, params: list[Any], *names: str) -> Iterator[tuple[int, dict[str, int]]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for key, *numbers in cursor.fetchall():
            yield key, dict(zip(names, numbers, strict=True))


def _shifts(keys: list[int], over: Stretch) -> Iterator[tuple[int, dict[str, int]]]:
    return _rows(SHIFTS, [keys, over.first, over.last], "rostered", "attended", "on_time", "away", "paid_s")


def _telephone(centre_id: int, keys: list[int], over: Stretch) -> Iterator[tuple[int, dict[str, int]]]:
    since, until = over.since, over.until
    yield from _rows(STATES, [until, until, since, keys, since, until], "waiting_s", "after_s")
    yield from _rows(TALKS, [centre_id, since, until, keys], "talk_s", "hold_s")
    yield from _rows(CALLS, [ASKED_AFTER, centre_id, since, until, keys], "inbound", "outbound", "with_case")


def _work(centre_id: int, keys: list[int], over: Stretch) -> Iterator[tuple[int, dict[str, int]]]:
    rows = Case.objects.filter(
        centre=centre_id, arrived_at__gte=over.since, arrived_at__lt=over.until, first_owner__in=keys
    )
    phone = Count("pk", filter=Q(source="phone"))
    for key, reports, cases in rows.order_by().values_list("first_owner").annotate(reports=Count("pk"), cases=phone):
        yield key, {"reports": reports, "cases": cases}


def _scored(keys: list[int], month: date) -> Iterator[tuple[int, dict[str, int]]]:
    """Calls that somebody else listened to and scored (A6.7, A6.8)."""
    rows = CallScore.objects.filter(person__in=keys, month=month).order_by().values("person")
    zero = Count("pk", filter=Q(is_zero=True))
    for row in rows.annotate(n=Count("pk"), zero=zero, soft=Sum("soft"), technical=Sum("technical")):
        yield row["person"], {
            "monitored": row["n"], "zero": row["zero"], "soft": row["soft"], "technical": row["technical"],
        }  # fmt: skip


def complaints(keys: Collection[int], over: Stretch) -> dict[int, list[tuple[CallBack, bool]]]:
    """What citizens said about how they were served, by who took their report in, and whether it was upheld.

    A complaint is upheld when a second person confirmed an incident about the person that names the case (D3.13).
    """
    rows = CallBack.objects.filter(
        case__first_owner__in=keys, rated_at__gte=over.since, rated_at__lt=over.until,
        grade=Grade.DISSATISFIED, reason__startswith="service_",
    ).select_related("case").order_by("rated_at", "pk")  # fmt: skip
    confirmed: dict[int, list[str]] = defaultdict(list)
    bad = (MatterKind.CONDUCT, MatterKind.MINOR, MatterKind.MAJOR)
    incidents = Incident.objects.filter(person__in=keys, kind__in=bad, status=MatterStatus.CONFIRMED)
    for person, evidence in incidents.filter(day__gte=over.first).values_list("person", "evidence"):
        confirmed[person].append(evidence)
    found: dict[int, list[tuple[CallBack, bool]]] = defaultdict(list)
    for row in rows:
        owner = row.case.first_owner_id
        assert owner is not None
        found[owner].append((row, any(row.case.number in text for text in confirmed[owner])))
    return found


def _units(keys: list[int], month: date) -> dict[int, int]:
    """Where everybody stood at the month's end, or last before it."""
    days = DateRange(month, month_end(month), "[]")
    posts = Post.objects.filter(person__in=keys, days__overlap=days).order_by("is_primary", "days")
    return dict(posts.values_list("person", "unit"))


def read(numbers: dict[str, int]) -> Known:
    """As kept; what a later program counts besides is not known of an old month."""
    names = {one.name for one in fields(Known)}
    return Known(**{name: value for name, value in numbers.items() if name in names})
