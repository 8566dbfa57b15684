"""Figures of calls over a period by time, queue, person or team: a fixed number of queries, each over an index."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db import connection
from django.db.models import Count, F, Func, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people.models import Person, Post
from hotline.telephony.logic.reports import OF_PEOPLE, ZERO, By, Figure, Traffic, Work, period
from hotline.telephony.logic.service_level import SERVICE_LEVEL, Definition, Tally
from hotline.telephony.logic.words import CallKind, Left, Role
from hotline.telephony.models import Call, Offer, PhoneState, Queue, Segment, SegmentKind
from hotline.telephony.queries.floor import teams_of
from hotline.telephony.queries.stays import A_TALK, ANSWERED, COUNTS, DURATION, LASTED, LOST, OTHERWISE, stays, tally_of

Key = Any
CAME_IN = {"call__kind": CallKind.IN.value}  # a queue's figures are of callers, not of those whom its people call


class HalfHour(Func):
    """The half-hour in which a moment lies."""

    function = "date_bin"
    template = "date_bin('30 minutes', %(expressions)s, TIMESTAMPTZ '2000-01-01 00:00+00')"


class LocalDay(Func):
    """The day of a moment by the wall clock."""

    function = "timezone"
    template = "timezone('Asia/Shanghai', %(expressions)s)::date"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked for; `since` and `until` are whole days, the last one included."""

    by: By
    since: date
    until: date
    queue: int | None = None
    team: int | None = None
    cut: bool = False
    at: datetime | None = None  # of asking: nothing is counted beyond it; None when the period is long over

    @property
    def begins(self) -> datetime:
        """The first moment."""
        return clock.wall(self.since)

    @property
    def ends(self) -> datetime:
        """The first moment beyond it."""
        return clock.wall(self.until + timedelta(days=1))

    @property
    def reached(self) -> datetime:
        """Up to when it can be told what was: the period's end, or the moment of asking within it."""
        return max(self.begins, min(self.ends, self.at)) if self.at is not None else self.ends


def asked(chosen: Mapping[str, Any], at: datetime) -> Asked:
    """From what was chosen; without a period, today."""
    by = By(chosen.get("by") or By.HALF_HOUR)
    today = clock.local_day(at)
    until = chosen.get("until") or max(chosen.get("since") or today, today)
    since, until, cut = period(chosen.get("since") or until, until, by)
    return Asked(by, since, until, chosen.get("queue"), chosen.get("team"), cut, at)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its key in an address, its name, and its figures."""

    key: str
    name: str
    figures: Traffic | Work
    at: datetime | None = None  # of a half-hour or a day


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is shown."""

    asked: Asked
    rows: list[Row]
    whole: Row
    of_people: bool = False
    levels: list[tuple[str, str, str, int, int]] = field(default_factory=list)  # code, label, text, over, under


def report(person: Person, of: Asked) -> Report:
    """The figures that a person may see: at most eight queries."""
    if of.by in OF_PEOPLE:
        return _of_people(person, of)
    return _of_traffic(person, of)


# ---------------------------------------------------------------- by time or queue


def _queues(person: Person, of: Asked) -> dict[int, str]:
    rows = Queue.objects.visible_to(person)
    if of.queue is not None:
        rows = rows.filter(pk=of.queue)
    return dict(rows.values_list("pk", "name"))


def _keyed(of: Asked, moment: str) -> Any:
    return {By.HALF_HOUR: HalfHour(moment), By.DAY: LocalDay(moment), By.QUEUE: F("queue")}[of.by]


def _of_traffic(person: Person, of: Asked) -> Report:
    names = _queues(person, of)
    queues = list(names)
    waits, callbacks = _stays(queues, of), _callbacks(queues, of)
    talks, wraps = _talks(queues, of), _wraps(queues, of)
    keys = sorted({*waits, *talks, *wraps} | (set(queues) if of.by is By.QUEUE else set()), key=str)
    rows = []
    for key in keys:
        tally, waited = waits.get(key, (Tally(), ZERO))
        wished, kept = callbacks.get(key, (0, 0))
        count, talked, transfers = talks.get(key, (0, ZERO, 0))
        wraps_of, wrapped = wraps.get(key, (0, ZERO))
        figures = Traffic(tally, waited, wished, kept, count, talked, wrapped, wraps_of, transfers)
        rows.append(_row(of, key, names, figures))
    whole = _row_of("", gettext("Together"), _sum_traffic(row.figures for row in rows))
    levels = []
    for definition in definitions(of.until):
        over, under = definition.reckon(cast("Traffic", whole.figures).tally)
        levels.append((definition.code, gettext(definition.label), gettext(definition.text), over, under))
    return Report(of, rows, whole, levels=levels)


def _row(of: Asked, key: Key, names: Mapping[int, str], figures: Traffic) -> Row:
    if of.by is By.QUEUE:
        return Row(str(key), names.get(key, "—"), figures)
    if of.by is By.DAY:
        return Row(key.isoformat(), f"{key:%m-%d}", figures, clock.wall(key))
    local = clock.local(key)
    name = f"{local:%H:%M}" if of.since == of.until else f"{local:%m-%d %H:%M}"
    return Row(f"{local:%Y-%m-%dT%H:%M}", name, figures, key)


def _row_of(key: str, name: str, figures: Traffic | Work) -> Row:
    return Row(key, name, figures)


def _stay_rows(queues: list[int], of: Asked) -> "QuerySet[Segment]":
    return stays(queues, of.begins, of.ends)


def _stays(queues: list[int], of: Asked) -> dict[Key, tuple[Tally, timedelta]]:
    waited = Coalesce(Sum("waited", filter=ANSWERED), Value(ZERO), output_field=DURATION)
    rows = _stay_rows(queues, of).annotate(key=_keyed(of, "began_at")).values("key")
    found = cast("Iterable[dict[str, Any]]", rows.annotate(**COUNTS, answered_wait=waited).order_by())
    return {row["key"]: (tally_of(row), row["answered_wait"]) for row in found}


def _callbacks(queues: list[int], of: Asked) -> dict[Key, tuple[int, int]]:
    rows = (
        _stay_rows(queues, of)
        .filter(how=Left.CALLBACK.value)
        .annotate(key=_keyed(of, "began_at"))
        .values("key")
        .annotate(wished=Count("pk"), kept=Count("pk", filter=Q(call__answered_at__isnull=False)))
        .order_by()
    )
    return {row["key"]: (row["wished"], row["kept"]) for row in rows}


def _talks(queues: list[int], of: Asked) -> dict[Key, tuple[int, timedelta, int]]:
    """Talks by their beginning, holding included, and how many ended by a transfer."""
    rows = (
        Segment.objects.filter(
            kind=SegmentKind.TALK, began_at__gte=of.begins, began_at__lt=of.ends, ended_at__isnull=False,
            queue__in=queues, **CAME_IN,
        )
        .annotate(key=_keyed(of, "began_at"), lasted=LASTED)
        .values("key")
        .annotate(
            n=Count("pk", filter=A_TALK),
            talked=Coalesce(Sum("lasted"), Value(ZERO), output_field=DURATION),
            moved=Count("pk", filter=Q(how="transfer")),
        )
        .order_by()
    )  # fmt: skip
    return {row["key"]: (row["n"], row["talked"], row["moved"]) for row in rows}


# Of the talk before it, whose queue it is: a caller who is handed over takes nobody's after-call work along.
WRAPS = """
SELECT {key} AS key, count(*), coalesce(sum(upper(s.span) - lower(s.span)), interval '0')
FROM telephony_phonestate s
JOIN telephony_call c ON c.centre_id = s.centre_id AND c.ref = s.call_ref
JOIN LATERAL (
    SELECT t.queue_id FROM telephony_segment t
    WHERE t.call_id = c.id AND t.kind = 'talk' AND t.person_id = s.person_id AND t.began_at <= lower(s.span)
    ORDER BY t.began_at DESC, t.id DESC LIMIT 1
) talk ON true
WHERE s.span && tstzrange(%s, %s) AND lower(s.span) >= %s AND s.state = 'wrap_up' AND NOT upper_inf(s.span)
  AND s.call_ref <> '' AND talk.queue_id = ANY(%s) AND c.kind = 'in'
GROUP BY 1
"""
WRAP_KEYS = {
    By.HALF_HOUR: "date_bin('30 minutes', lower(s.span), TIMESTAMPTZ '2000-01-01 00:00+00')",
    By.DAY: "timezone('Asia/Shanghai', lower(s.span))::date",
    By.QUEUE: "talk.queue_id",
    By.PERSON: "s.person_id",
    By.TEAM: "s.person_id",
}


def _wraps(queues: list[int], of: Asked) -> dict[Key, tuple[int, timedelta]]:
    """After-call work by its beginning, of talks of these queues."""
    with connection.cursor() as cursor:
        cursor.execute(WRAPS.format(key=WRAP_KEYS[of.by]), [of.begins, of.ends, of.begins, queues])
        return {key: (count, whole) for key, count, whole in cursor.fetchall()}


def _sum_traffic(rows: Iterable[Any]) -> Traffic:
    whole = Traffic()
    for row in rows:
        tally = Tally(**{
            name: getattr(whole.tally, name) + getattr(row.tally, name) for name in Tally.__dataclass_fields__
        })  # fmt: skip
        more = {
            name: getattr(whole, name) + getattr(row, name) for name in Traffic.__dataclass_fields__ if name != "tally"
        }
        whole = Traffic(tally, **more)
    return whole


# ---------------------------------------------------------------- by person or team


def _of_people(person: Person, of: Asked) -> Report:
    names = _people(person, of)
    units = teams_of(list(names), of.until) if of.by is By.TEAM else {}
    works = _works(list(names), of)
    rows = [Row(str(pk), name, works[pk]) for pk, name in names.items() if pk in works]
    if of.by is By.TEAM:
        teams: dict[int, tuple[str, list[Work]]] = {}
        for row in rows:
            pk, name = units.get(int(row.key), (0, gettext("Without a team")))
            teams.setdefault(pk, (name, []))[1].append(cast("Work", row.figures))
        rows = [Row(str(pk), name, _sum_work(found)) for pk, (name, found) in sorted(teams.items())]
    return Report(of, rows, Row("", gettext("Together"), _sum_work(works.values())), of_people=True)


def _people(person: Person, of: Asked) -> dict[int, str]:
    """Those at telephones whom the person may see, of the team that was chosen."""
    here = PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True).values("person")
    seen = Person.objects.visible_to(person).filter(is_system=False, pk__in=here)
    if of.team is not None:
        seen = seen.filter(pk__in=Post.objects.on(of.until).filter(unit=of.team).values("person"))
    return dict(seen.distinct().order_by("name_key", "pk").values_list("pk", "name"))


def _works(persons: list[int], of: Asked) -> dict[int, Work]:
    offers = Offer.objects.filter(
        person__in=persons, role=Role.LINE.value, made_at__gte=of.begins, made_at__lt=of.ends, ended_at__isnull=False
    )
    talks = Segment.objects.filter(
        person__in=persons, kind=SegmentKind.TALK, began_at__gte=of.begins, began_at__lt=of.ends,
        ended_at__isnull=False,
    )  # fmt: skip
    if of.queue is not None:
        offers, talks = offers.filter(queue=of.queue), talks.filter(queue=of.queue, **CAME_IN)
    found: dict[int, dict[str, Any]] = {}
    counts = offers.values("person").annotate(
        offers=Count("pk"),
        taken=Count("pk", filter=Q(how="taken")),
        missed=Count("pk", filter=Q(how="no_answer")),
        refused=Count("pk", filter=Q(how="refused")),
    )
    spoken = talks.annotate(lasted=LASTED).values("person").annotate(
        talks=Count("pk", filter=A_TALK),
        talked=Coalesce(Sum("lasted"), Value(ZERO), output_field=DURATION),
        transfers=Count("pk", filter=Q(how="transfer")),
        callbacks_kept=Count("pk", filter=Q(call__is_callback=True) & A_TALK),
    )  # fmt: skip
    for row in cast("Iterable[dict[str, Any]]", [*counts.order_by(), *spoken.order_by()]):
        found.setdefault(row.pop("person"), {}).update(row)
    if of.queue is not None:  # what somebody does between calls belongs to no queue
        wraps = _wraps([of.queue], of)
        for pk in set(persons) & set(wraps):
            found.setdefault(pk, {})["wrapped"] = wraps[pk][1]
        return {pk: Work(**values) for pk, values in found.items()}
    for pk, states in _states(persons, of).items():
        found.setdefault(pk, {}).update(states=states, wrapped=states.get("wrap_up", ZERO))
    return {pk: Work(**values) for pk, values in found.items()}


STATES = """
SELECT person_id, state, sum(least(coalesce(upper(span), %s), %s) - greatest(lower(span), %s))
FROM telephony_phonestate
WHERE span && tstzrange(%s, %s) AND person_id = ANY(%s) AND state <> 'offline'
GROUP BY 1, 2
"""


def _states(persons: list[int], of: Asked) -> dict[int, dict[str, timedelta]]:
    """How long each was in each state within the period, to the moment; what goes on is counted up to now."""
    found: dict[int, dict[str, timedelta]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STATES, [of.reached, of.reached, of.begins, of.begins, of.reached, persons])
        for person, state, lasted in cursor.fetchall():
            found.setdefault(person, {})[state] = max(lasted, ZERO)
    return found


def _sum_work(rows: Iterable[Work]) -> Work:
    counts = ("offers", "taken", "missed", "refused", "talks", "transfers", "callbacks_kept", "talked", "wrapped")
    whole: dict[str, Any] = {name: ZERO if name in {"talked", "wrapped"} else 0 for name in counts}
    states: dict[str, timedelta] = {}
    for row in rows:
        for name in counts:
            whole[name] += getattr(row, name)
        for state, lasted in row.states.items():
            states[state] = states.get(state, ZERO) + lasted
    return Work(**whole, states=states)


# ---------------------------------------------------------------- the calls behind a figure

_STAYS: Mapping[Figure, Q] = {
    Figure.OFFERED: ANSWERED | LOST,
    Figure.ANSWERED: ANSWERED,
    Figure.ABANDONED: LOST,
    Figure.OTHERWISE: OTHERWISE,
    Figure.CALLBACKS: Q(how=Left.CALLBACK.value),
    Figure.CALLBACKS_KEPT: Q(how=Left.CALLBACK.value, call__answered_at__isnull=False),
}
_OFFERS: Mapping[Figure, Q] = {
    Figure.OFFERS: Q(),
    Figure.TAKEN: Q(how="taken"),
    Figure.MISSED: Q(how="no_answer"),
    Figure.REFUSED: Q(how="refused"),
}
_TALKS: Mapping[Figure, Q] = {
    Figure.TALKS: A_TALK,
    Figure.TRANSFERS: Q(how="transfer"),
    Figure.CALLBACKS_KEPT: Q(call__is_callback=True) & A_TALK,
}


def is_of_offers(of: Asked, figure: Figure) -> bool:
    """Whether a figure counts offers to people."""
    return of.by in OF_PEOPLE and figure in _OFFERS


def fits(of: Asked, figure: Figure) -> bool:
    """Whether a report told by this has such a figure."""
    if of.by in OF_PEOPLE:
        return figure in _OFFERS or figure in _TALKS
    return figure in _STAYS or figure in _TALKS


def definitions(on: date) -> list[Definition]:
    """The four formulas of the service level as they count on a day."""
    return [dated.on(on) for dated in SERVICE_LEVEL.values()]


def behind(person: Person, of: Asked, figure: Figure, key: str) -> "tuple[QuerySet[Any], int]":
    """The stays, talks or offers that a figure counts, of calls that the person may see; and the figure itself."""
    rows, narrow = _counted(person, of, figure)
    rows = narrow(rows, key)
    whole = rows.count()
    seen = rows.filter(call__in=Call.objects.visible_to(person))
    return seen.select_related("call__queue", "call__person", "call__customer"), whole


Narrow = Callable[["QuerySet[Any]", str], "QuerySet[Any]"]


def _counted(person: Person, of: Asked, figure: Figure) -> "tuple[QuerySet[Any], Narrow]":
    period_of = {"began_at__gte": of.begins, "began_at__lt": of.ends, "ended_at__isnull": False}
    if of.by in OF_PEOPLE:
        persons = list(_people(person, of))
        if figure in _OFFERS:
            made = {"made_at__gte": of.begins, "made_at__lt": of.ends, "ended_at__isnull": False}
            rows: QuerySet[Any] = Offer.objects.filter(
                _OFFERS[figure], person__in=persons, role=Role.LINE.value, **made
            )
            rows = rows.filter(queue=of.queue) if of.queue else rows
        else:
            rows = Segment.objects.filter(_TALKS[figure], person__in=persons, kind=SegmentKind.TALK, **period_of)
            rows = rows.filter(queue=of.queue, **CAME_IN) if of.queue else rows
        return rows, lambda found, key: _of_people_key(found, of, persons, key)
    queues = list(_queues(person, of))
    if figure in _STAYS:
        rows = _stay_rows(queues, of).filter(_STAYS[figure])
    else:
        rows = Segment.objects.filter(_TALKS[figure], kind=SegmentKind.TALK, queue__in=queues, **period_of, **CAME_IN)
    return rows, lambda found, key: _of_key(found, of, key)


def _of_people_key(rows: "QuerySet[Any]", of: Asked, persons: list[int], key: str) -> "QuerySet[Any]":
    if not key:
        return rows
    if of.by is By.PERSON:
        return rows.filter(person=int(key))
    units = teams_of(persons, of.until)
    return rows.filter(person__in=[pk for pk in persons if units.get(pk, (0, ""))[0] == int(key)])


def _of_key(rows: "QuerySet[Any]", of: Asked, key: str) -> "QuerySet[Any]":
    if not key:
        return rows
    if of.by is By.QUEUE:
        return rows.filter(queue=int(key))
    if of.by is By.DAY:
        day = date.fromisoformat(key)
        begins, ends = clock.wall(day), clock.wall(day + timedelta(days=1))
    else:
        naive = datetime.fromisoformat(key)
        begins = clock.wall(naive.date(), naive.hour, naive.minute)
        ends = begins + timedelta(minutes=30)
    return rows.filter(began_at__gte=begins, began_at__lt=ends)
