"""Shifts that go from one person to another by an approved swap (D2.11)."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Case, Value, When

from hotline.core import audit, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.models import Absence, RosterEntry
from hotline.rosters.queries.duty import span_of

CLAUSE = "D2.11"


@transaction.atomic
def hand_over(*, moves: Mapping[int, Person], reason: str, by: Person, at: datetime) -> list[RosterEntry]:
    """Give each of these shifts (by key) to another person, all at once or none; breaks and notes go along.

    Refused when a shift has begun, when its new person is away, has another shift then, or keeps no such hours.
    """
    people = {person.pk for person in moves.values()}
    people |= set(RosterEntry.objects.filter(pk__in=moves).values_list("person", flat=True))
    list(Person.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk").values_list("pk"))
    rows = RosterEntry.objects.select_for_update(of=("self",)).select_related("person", "shift_type")
    entries = list(rows.filter(pk__in=moves).order_by("pk"))
    with audit.because(reason.strip()):
        for entry in entries:
            authorize(by, "rosters.hand_over", entry)
    refuse_if(_faults(entries, moves, by, at))
    cases = [When(pk=pk, then=Value(person.pk)) for pk, person in moves.items()]
    RosterEntry.objects.filter(pk__in=moves).update(person=Case(*cases))
    centre_id = by.centre_id
    live.touch(f"roster:{centre_id}", *(f"desk:{pk}" for pk in sorted(people)))
    return list(RosterEntry.objects.filter(pk__in=moves).select_related("person", "shift_type").order_by("pk"))


def _faults(entries: list[RosterEntry], moves: Mapping[int, Person], by: Person, at: datetime) -> list[Refusal]:
    found = []
    if len(entries) != len(moves):
        found.append(Refusal(CLAUSE, gettext_noop("One of the shifts is not in the roster any more.")))
    for entry in entries:
        found += _misfits(entry, moves[entry.pk], by, at)
    for number, entry in enumerate(entries):
        person = moves[entry.pk]
        beside = RosterEntry.objects.filter(person=person, span__overlap=entry.span).exclude(pk__in=moves)
        twice = any(
            moves[other.pk].pk == person.pk and span_of(other.span).start < entry.span.upper
            and entry.span.lower < span_of(other.span).end
            for other in entries[number + 1 :]
        )  # fmt: skip
        if twice or beside.exists():
            note = gettext_noop("{person} already has a shift then ({day}).")
            found.append(Refusal(CLAUSE, note, {"person": person.name, "day": f"{entry.day:%Y-%m-%d}"}))
    return found


def _misfits(entry: RosterEntry, to: Person, by: Person, at: datetime) -> list[Refusal]:
    found = []
    day = {"person": to.name, "day": f"{entry.day:%Y-%m-%d}"}
    if span_of(entry.span).start <= at:
        found.append(Refusal("C3", gettext_noop("A shift that has begun is not changed any more.")))
    if to.pk == by.pk:
        found.append(Refusal("C3", gettext_noop("Nobody changes his own shift: ask somebody else who plans.")))
    if to.centre_id != entry.person.centre_id or not to.standing_on(entry.day).is_any(*entry.shift_type.positions):
        note = gettext_noop("{person} holds no position on that day that keeps these hours.")
        found.append(Refusal("D2.1", note, {"person": to.name}))
    away = Absence.objects.filter(person=to, span__overlap=DateTimeTZRange(entry.span.lower, entry.span.upper))
    if away.exists():
        found.append(Refusal(CLAUSE, gettext_noop("{person} is away then ({day})."), day))
    return found
