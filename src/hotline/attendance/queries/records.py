"""The records of shifts, as facts for the rule: traces, holdings, excuses, absences."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch

from hotline.attendance.models import AskStatus, Excuse
from hotline.cases.models import CaseEvent, Holding, Waiver, WaiverStatus
from hotline.core.clock import local_day
from hotline.handbook.queries import InForce
from hotline.kernel.spans import Span
from hotline.leave.queries import months
from hotline.people.models import Centre, Person, WorkLog, WorkLogKind
from hotline.rosters.models import Absence, BookingSeat, RosterBreak, RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rulebook.attendance import (
    FIRST_DAY,
    Away,
    Excused,
    Hold,
    Shift,
    Trace,
    attendance_terms,
    kind_of,
    ladder_terms,
    source_of,
)
from hotline.rulebook.case_custody import custody_terms, stage_is_charged
from hotline.rulebook.parameters.values import Values, in_force, own

# Signs that somebody was there; a lock may come by itself, and a refused sign-in may be anybody's.
SIGNS = (WorkLogKind.LOGIN, WorkLogKind.UNLOCK, WorkLogKind.LOGOUT)
BEFORE = timedelta(hours=3)  # a sign so long before a shift is one of this shift
AFTER = timedelta(hours=3)
# Each shift is looked at by itself: what somebody did on another day says nothing about this one.
AROUND = """
    SELECT entry.id, min(moment.at), max(moment.at)
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS entry (id, person, since, until)
    CROSS JOIN LATERAL ({moments}) moment
    WHERE moment.at BETWEEN entry.since AND entry.until
    GROUP BY entry.id
"""
ACTIONS = "SELECT at FROM cases_caseevent WHERE actor_id = entry.person AND at BETWEEN entry.since AND entry.until"
# Ready at the seat; ready, talking or whatever he said himself at the telephone. What goes on after the exchange was
# started again began at another moment, and a locked seat or a telephone that was lost shows nobody.
READY = """
    SELECT lower(span) AS at FROM people_presence
    WHERE person_id = entry.person AND span && tstzrange(entry.since, entry.until, '[]') AND state = 'ready'
    UNION ALL
    SELECT lower(span) FROM telephony_phonestate
    WHERE person_id = entry.person AND span && tstzrange(entry.since, entry.until, '[]')
      AND (cause = 'person' OR (state IN ('ready', 'talking') AND cause <> 'restart'))
"""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A shift with its facts, once for the rule and once to be kept."""

    entry: RosterEntry
    shift: Shift
    facts: dict[str, Any]

    @property
    def digest(self) -> str:
        """The sum of the facts: the same facts, the same sum."""
        return digest(self.facts)


def digest(content: object) -> str:
    """A sum over plain values, whatever their order was in memory."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def ended(centre: Centre, first: date, last: date, at: datetime, only: Person | None = None) -> list[RosterEntry]:
    """Shifts of these days that are over, everybody's or one person's, with their breaks."""
    rows = RosterEntry.objects.filter(person__centre=centre, day__range=(first, last), span__endswith__lte=at)
    if only is not None:
        rows = rows.filter(person=only.pk)
    breaks = Prefetch("breaks", RosterBreak.objects.order_by("span"))
    return list(rows.select_related("person", "shift_type").prefetch_related(breaks).order_by("span", "pk"))


def records(entries: Sequence[RosterEntry], book: InForce) -> list[Recorded]:
    """The facts of these shifts, in a handful of queries however many they are, with the centre's own values."""
    if not entries:
        return []
    known = _Known(entries, book)
    return [known.of(entry) for entry in entries]


class _Known:
    """Everything the records say about some shifts, read once."""

    def __init__(self, entries: Sequence[RosterEntry], book: InForce) -> None:
        self.book = book
        self.people = {entry.person_id for entry in entries}
        since = min(entry.span.lower for entry in entries) - BEFORE
        until = max(entry.span.upper for entry in entries) + AFTER
        self.window = DateTimeTZRange(since, until)
        self.signs = self._signs(since, until)
        self.holdings = self._holdings()
        self.acted = self._acted()
        self.excuses = self._by_person(
            Excuse.objects.filter(person__in=self.people, status=AskStatus.APPROVED, span__overlap=self.window)
        )
        self.booked = self._by_person(
            BookingSeat.objects.filter(person__in=self.people, span__overlap=self.window)
            .select_related("booking")
            .order_by("span")
        )
        away = list(Absence.objects.filter(person__in=self.people, span__overlap=self.window).order_by("span"))
        self.absences = self._by_person(away)
        self.leave = months.behind(row.ref for row in away)
        unseen = self._unseen(entries)
        self.actions, self.ready = _first_and_last(ACTIONS, unseen), _first_and_last(READY, unseen)

    def _by_person(self, rows: Iterable[Any]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            found[row.person_id].append(row)
        return found

    def _signs(self, since: datetime, until: datetime) -> dict[int, list[Any]]:
        rows = WorkLog.objects.filter(person__in=self.people, at__range=(since, until), kind__in=SIGNS)
        return self._by_person(rows.order_by("at", "pk"))

    def _holdings(self) -> dict[int, list[Holding]]:
        rows = Holding.objects.filter(person__in=self.people, span__overlap=self.window).select_related("case")
        found: dict[int, list[Holding]] = defaultdict(list)
        kept = list(rows.order_by("span", "pk"))
        cases = {row.case_id for row in kept}
        # Time that is waived for a proven reason is out of the late rule too (reading 25).
        waived = set(
            Waiver.objects.filter(case__in=cases, person__in=self.people, status=WaiverStatus.APPROVED).values_list(
                "case_id", "person_id"
            )
        )
        for row in kept:
            day = local_day(row.span.lower)
            terms = custody_terms(self.book.on(day).reading())
            charged = stage_is_charged.on(day)(row.stage, True, terms)
            if charged and row.person_id and (row.case_id, row.person_id) not in waived:
                found[row.person_id].append(row)
        return found

    def _acted(self) -> dict[int, list[datetime]]:
        """Of each holding the actions of whoever held it, in order: pre-filing, filing, rejecting, giving on."""
        held = {(row.case_id, person): rows for person, rows in self.holdings.items() for row in rows}
        cases = {case for case, _person in held}
        events = CaseEvent.objects.filter(case__in=cases, actor__in=self.people, at__lt=self.window.upper)
        found: dict[int, list[datetime]] = defaultdict(list)
        for case, actor, seq, at in events.order_by("at", "seq").values_list("case", "actor", "seq", "at"):
            for row in held.get((case, actor), ()):
                last = row.ended_seq
                if row.case_id == case and row.began_seq < seq and (last is None or seq <= last):
                    found[row.pk].append(at)
        return found

    def _unseen(self, entries: Sequence[RosterEntry]) -> list[RosterEntry]:
        """Shifts at whose start the work log shows nobody by the signs that count: other records are looked at too."""
        found = []
        for entry in entries:
            terms = attendance_terms(self.book.on(entry.day).reading())
            since, grace = entry.span.lower - BEFORE, entry.span.lower + terms.dwell
            if not any(
                since <= row.at <= grace and source_of(row.kind) in terms.presence_sources
                for row in self.signs.get(entry.person_id, ())
            ):
                found.append(entry)
        return found

    def _first_action(self, row: Holding, since: datetime) -> str | None:
        """The first action in this shift: what was done to it on the days before says nothing about today."""
        return next((_told(at) for at in self.acted.get(row.pk, ()) if at >= since), None)

    def _leave(self, row: Absence) -> dict[str, Any]:
        """An absence by its own kind: the roster names a restricted one only as leave."""
        booked = self.leave.get(row.ref)
        is_known = booked is not None and booked.person_id == row.person_id
        kind = booked.kind if booked is not None and is_known else row.kind
        return {"absence": row.pk, "kind": kind, "from": _told(row.span.lower), "to": _told(row.span.upper)}

    def of(self, entry: RosterEntry) -> Recorded:
        span = span_of(entry.span)
        since, until = span.start - BEFORE, span.end + AFTER
        breaks = tuple(span_of(row.span) for row in entry.breaks.all())
        signs = [row for row in self.signs.get(entry.person_id, ()) if since <= row.at <= until]
        kept = [*signs[:1], *signs[-1:]] if len(signs) > 1 else signs  # the first shows that he came, the last that
        traces = [{"at": _told(row.at), "kind": row.kind, "worklog": row.pk} for row in kept]  # he was there after
        traces += [{"at": _told(at), "kind": "ready"} for at in self.ready.get(entry.pk, ())]
        traces += [{"at": _told(at), "kind": "action"} for at in self.actions.get(entry.pk, ())[:1]]
        holds = [
            {
                "case": row.case.number,
                "holding": row.pk,
                "received": _told(row.span.lower),
                "handled": self._first_action(row, since),
                "released": _told(row.span.upper) if row.span.upper else None,
            }
            for row in self.holdings.get(entry.person_id, ())
            if row.span.lower < span.end and (row.span.upper is None or row.span.upper > since)
        ]
        facts = {
            "start": _told(span.start),
            "end": _told(span.end),
            "breaks": [[_told(one.start), _told(one.end)] for one in breaks],
            "must_clear_queue": entry.shift_type.must_clear_queue,
            "traces": traces,
            "holds": holds,
            "excuses": [
                *(
                    {"excuse": row.pk, "kind": row.kind, "from": _told(row.span.lower), "to": _told(row.span.upper)}
                    for row in _touching(self.excuses.get(entry.person_id, ()), span)
                ),
                *(  # what the roster itself booked needs nobody's approval (reading 12, A2.18)
                    {
                        "booking": row.booking_id,
                        "kind": row.booking.kind,
                        "from": _told(row.span.lower),
                        "to": _told(row.span.upper),
                    }
                    for row in _touching(self.booked.get(entry.person_id, ()), span)
                ),
            ],
            "leave": [self._leave(row) for row in _touching(self.absences.get(entry.person_id, ()), span)],
        }
        decided = own_values(self.book.on(entry.day))
        if decided:  # the centre's own values are facts too: judged again they give the same
            facts["parameters"] = decided
        return Recorded(entry, shift_of(entry.day, facts), facts)


def _first_and_last(moments: str, entries: Sequence[RosterEntry]) -> dict[int, list[datetime]]:
    """By shift the first and the last of some moments around it, once where they are one; a single query."""
    if not entries:
        return {}
    around = [
        [entry.pk for entry in entries],
        [entry.person_id for entry in entries],
        [entry.span.lower - BEFORE for entry in entries],
        [entry.span.upper + AFTER for entry in entries],
    ]
    with connection.cursor() as cursor:
        cursor.execute(AROUND.format(moments=moments), around)
        return {key: [first] if first == last else [first, last] for key, first, last in cursor.fetchall()}


def _touching(rows: Iterable[Any], span: Span) -> list[Any]:
    return [row for row in rows if row.span.lower < span.end and row.span.upper > span.start]


def excused(people: Collection[int], since: datetime, kinds: Collection[str]) -> dict[int, list[Span]]:
    """By person the approved excuses of these kinds (`excuse.kinds`) that end after a moment; one query."""
    rows = Excuse.objects.filter(person__in=people, status=AskStatus.APPROVED, span__endswith__gt=since)
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows.order_by("span", "pk"):
        if kind_of(row.kind) in kinds:
            found[row.person_id].append(span_of(row.span))
    return found


@lru_cache(maxsize=1)
def _keys() -> tuple[str, ...]:
    """The parameters by which a shift is judged, in the order in which they are read."""
    read = in_force(FIRST_DAY).reading()
    attendance_terms(read)
    ladder_terms(read)
    custody_terms(read)
    return tuple(read.shown)


def own_values(values: Values) -> dict[str, object]:
    """What the centre has decided of the parameters by which a shift is judged."""
    return own(values, _keys())


def values_of(day: date, facts: Mapping[str, Any]) -> Values:
    """The values by which a shift was judged, from its kept facts."""
    return in_force(day, overrides=facts.get("parameters", {}))


def _told(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _when(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _if_any(text: str | None) -> datetime | None:
    return _when(text) if text else None


def shift_of(day: date, facts: dict[str, Any]) -> Shift:
    """Kept facts as the rule takes them: judged again they give what they gave."""
    span = Span(_when(facts["start"]), _when(facts["end"]))
    return Shift(
        day=day,
        span=span,
        breaks=tuple(Span(_when(one), _when(other)) for one, other in facts["breaks"]),
        must_clear_queue=facts["must_clear_queue"],
        traces=tuple(Trace(_when(one["at"]), one["kind"]) for one in facts["traces"]),
        holds=tuple(
            Hold(one["case"], _when(one["received"]), _if_any(one["handled"]), _if_any(one["released"]))
            for one in facts["holds"]
        ),
        excuses=tuple(Excused(Span(_when(one["from"]), _when(one["to"])), one["kind"]) for one in facts["excuses"]),
        leave=tuple(Away(one["kind"], Span(_when(one["from"]), _when(one["to"]))) for one in facts["leave"]),
    )
