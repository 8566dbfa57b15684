"""Everybody's charged time in hand of a month (D3.7), in four queries however many cases there are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from hotline.cases.logic import charging
from hotline.cases.models import Case
from hotline.core import columns
from hotline.core.clock import local_day
from hotline.kernel.spans import Span, subtract
from hotline.rosters.queries import duty as rosters
from hotline.rulebook.case_custody import CUSTODY, AverageOf, CustodyTerms, Stage, stage_is_charged

SECOND = 1_000_000
# A case with an accepted waiver is out of its holder's month altogether (reading 25).
HELD = """
    SELECT h.person_id, h.case_id, lower(h.span), upper(h.span) FROM cases_holding h
    WHERE h.person_id = ANY(%s) AND h.stage = ANY(%s) AND NOT upper_inf(h.span)
      AND lower(h.span) >= %s AND lower(h.span) < %s
      AND NOT EXISTS (SELECT 1 FROM cases_waiver w
                      WHERE w.case_id = h.case_id AND w.person_id = h.person_id AND w.status = 'approved')
"""


@dataclass(slots=True)
class Month:
    """One person's ended holdings that began in a period: how many were charged, whole seconds, those over the limit.

    `over` are numbers of cases with their exact charged time, in the order in which they came to hand.
    """

    count: int = 0
    seconds: int = 0
    over: list[tuple[str, timedelta]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Charging:
    """How holdings are charged: by which terms (those of the first day, where none are given), and what is out of it.

    `booked` are the kinds of booked time, and `excused` by person the accepted times, that are nobody's time in hand
    (reading 12).
    """

    terms: CustodyTerms | None = None
    booked: Collection[str] = rosters.ALL_BOOKED
    excused: Mapping[int, Sequence[Span]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """One holding of one person: from when, of which case, and its charged time."""

    start: datetime
    case: str
    time: timedelta


def months(
    person_ids: Collection[int], since: datetime, until: datetime, by: Charging = Charging()
) -> dict[int, Month]:
    """What these people are charged for holdings begun in since..until and ended by now; who has none is not there.

    `count` is that of the holdings, or of their cases where the terms take the average over those (reading 99). The
    same as `custody.charge` over the same holdings; a property test holds the two together.
    """
    terms = by.terms or CUSTODY.on(local_day(since))
    held, time = _charged(person_ids, since, until, by, terms)
    if not len(time):
        return {}
    found = _sums(held["person"], time)
    if terms.average_of is AverageOf.CASE:
        _count_cases(found, held["person"][time > 0], held["case"][time > 0])
    limit = terms.limit // timedelta(microseconds=1)
    over = np.flatnonzero(time > limit)
    over = over[np.lexsort((held["case"][over], held["start"][over], held["person"][over]))]
    numbers = dict(Case.objects.filter(pk__in=held["case"][over].tolist()).values_list("pk", "number"))
    for place in over.tolist():
        charged = timedelta(microseconds=int(time[place]))
        found[int(held["person"][place])].over.append((numbers[int(held["case"][place])], charged))
    return found


def holdings(person_id: int, since: datetime, until: datetime, by: Charging = Charging()) -> list[Held]:
    """The holdings that `months` adds up for one person, in order of time."""
    held, time = _charged([person_id], since, until, by, by.terms or CUSTODY.on(local_day(since)))
    counted = np.flatnonzero(time > 0)
    numbers = dict(Case.objects.filter(pk__in=held["case"][counted].tolist()).values_list("pk", "number"))
    found = [
        Held(
            columns.EPOCH + timedelta(microseconds=int(held["start"][place])),
            numbers[int(held["case"][place])],
            timedelta(microseconds=int(time[place])),
        )
        for place in counted.tolist()
    ]
    return sorted(found, key=lambda one: (one.start, one.case))


def _charged(
    person_ids: Collection[int], since: datetime, until: datetime, by: Charging, terms: CustodyTerms
) -> tuple[dict[str, columns.Column], columns.Column]:
    """The holdings as columns, and the charged time of each in microseconds."""
    day = local_day(since)
    stages = [stage.value for stage in Stage if stage_is_charged.on(day)(stage.value, True, terms)]
    held = columns.fetch(HELD, [list(person_ids), stages, since, until], ("person", "case", "start", "end"))
    if not len(held["start"]):
        return held, held["start"]
    first, last = (columns.EPOCH + timedelta(microseconds=int(x)) for x in (held["start"].min(), held["end"].max()))
    duty = rosters.duty_spans_of(person_ids, first, last, by.booked)
    work = {key: subtract(shifts, [*breaks, *by.excused.get(key, ())]) for key, (shifts, breaks) in duty.items()}
    return held, charging.charge(held["person"], held["start"], held["end"], work, columns.EPOCH)


def _count_cases(found: dict[int, Month], person: columns.Column, case: columns.Column) -> None:
    pairs = np.unique(np.stack((person, case)), axis=1)
    for key, count in zip(*np.unique(pairs[0], return_counts=True), strict=True):
        found[int(key)].count = int(count)


def _sums(person: columns.Column, time: columns.Column) -> dict[int, Month]:
    """Holdings with any charged time, and their whole seconds; each holding's part of a second is dropped."""
    charged = time > 0
    people, places = np.unique(person[charged], return_inverse=True)
    counts = np.bincount(places, minlength=len(people))
    seconds = np.zeros(len(people), dtype=np.int64)
    np.add.at(seconds, places, time[charged] // SECOND)
    rows = zip(people.tolist(), counts.tolist(), seconds.tolist(), strict=True)
    return {key: Month(count, total) for key, count, total in rows}
