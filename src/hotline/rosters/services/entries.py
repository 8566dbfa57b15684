"""Entries of the roster: plan, change and cancel a shift, and a month at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from hotline.core import audit, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.rosters.logic import hours
from hotline.rosters.models import RosterBreak, RosterEntry, ShiftType
from hotline.rosters.queries import duty
from hotline.rosters.services.common import as_range, lock_people

MOST_NAMED = 5  # refusals of one bulk plan that are spelled out


@transaction.atomic
def plan(*, person: Person, shift_type: ShiftType, day: date, by: Person, at: datetime, note: str = "") -> RosterEntry:
    """Put a person on a shift; the shift belongs to the local day of its start (D2.1)."""
    authorize(by, "rosters.plan", person)
    lock_people([person.pk])
    entry = _entry(person, shift_type, day, note)
    refuse_if([*misfits(entry), *_overlaps([entry])])
    entry.save(force_insert=True)
    RosterBreak.objects.bulk_create(breaks_of(entry))
    _tell(person.centre_id, person.pk)
    return entry


@transaction.atomic
def replan(*, entry_id: int, shift_type: ShiftType, day: date, reason: str, by: Person, at: datetime) -> RosterEntry:
    """Move a planned shift to other hours or another day, before it begins and for a reason (C3)."""
    entry = RosterEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry_id)
    with audit.because(reason.strip()):
        authorize(by, "rosters.plan", entry)
    lock_people([entry.person_id])
    refuse_if(_change_refusals(entry, by, reason, at))
    fresh = _entry(entry.person, shift_type, day, entry.note)
    refuse_if([*misfits(fresh), *_overlaps([fresh], but=entry.pk)])
    RosterBreak.objects.filter(entry=entry).delete()
    entry.shift_type, entry.day, entry.span = fresh.shift_type, fresh.day, fresh.span
    entry.save(update_fields=["shift_type", "day", "span"])
    RosterBreak.objects.bulk_create(breaks_of(entry))
    _tell(entry.person.centre_id, entry.person_id)
    return entry


@transaction.atomic
def cancel(*, entry_id: int, reason: str, by: Person, at: datetime) -> None:
    """Take a planned shift away before it begins, for a reason; the history keeps it (C3)."""
    entry = RosterEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry_id)
    with audit.because(reason.strip()):
        authorize(by, "rosters.plan", entry)
    refuse_if(_change_refusals(entry, by, reason, at))
    centre_id, person_id = entry.person.centre_id, entry.person_id
    entry.delete()
    _tell(centre_id, person_id)


@transaction.atomic
def plan_month(
    *,
    centre: Centre,
    first_day: date,
    pattern: Mapping[int, Sequence[str]],
    by: Person,
    at: datetime,
    last_day: date | None = None,
) -> int:
    """Plan many people from a day to the end of its month (or `last_day`), all or nothing; the number of shifts.

    `pattern` gives each person (by key) a turn of shift codes, one a day from `first_day` on and then from the
    beginning again; an empty code is a free day. On days on which a shift is not worked its weekend form is taken
    (`late` becomes `weekend_late`), or the day stays free where there is none.
    """
    authorize(by, "rosters.plan", centre)
    lock_people(pattern)
    persons = {row.pk: row for row in Person.objects.filter(pk__in=pattern, centre=centre, is_active=True)}
    if set(pattern) - set(persons):
        note = gettext_noop("Some of these people do not work in this centre.")
        raise Refused(Refusal("D2.1", note))
    days = hours.days_between(first_day, last_day or hours.month_days(first_day)[-1])
    choice = duty.Choice(centre)
    entries = [
        _entry(persons[person_id], shift, day, "")
        for person_id, turn in pattern.items()
        if turn
        for number, day in enumerate(days)
        if (shift := choice.of(turn[number % len(turn)], day)) is not None
    ]
    refuse_if(_overlaps(entries)[:MOST_NAMED])
    RosterEntry.objects.bulk_create(entries, batch_size=1000)
    RosterBreak.objects.bulk_create([rest for entry in entries for rest in breaks_of(entry)], batch_size=1000)
    _tell(centre.pk, *pattern)
    return len(entries)


def _entry(person: Person, shift_type: ShiftType, day: date, note: str) -> RosterEntry:
    span = hours.shift_span(day, shift_type.starts, shift_type.ends)
    return RosterEntry(person=person, shift_type=shift_type, day=day, span=as_range(span), note=note)


def breaks_of(entry: RosterEntry) -> list[RosterBreak]:
    """The breaks of a shift as its type has them, not saved yet."""
    rests = hours.break_spans(duty.span_of(entry.span), entry.shift_type.breaks)
    return [RosterBreak(entry=entry, span=as_range(rest)) for rest in rests]


def misfits(entry: RosterEntry) -> list[Refusal]:
    """D2.1: the shift must be of this centre, of a post the person holds, and worked on such a day."""
    person, shift, day = entry.person, entry.shift_type, entry.day
    found = []
    if shift.centre_id != person.centre_id or shift.since > day:
        found.append(Refusal("D2.1", gettext_noop("This shift is not in force there on that day."), {"field": "day"}))
    if not person.standing_on(day).is_any(*shift.positions):
        note = gettext_noop("{person} holds no position on that day that keeps these hours.")
        found.append(Refusal("D2.1", note, {"person": person.name, "field": "person"}))
    if day.weekday() not in shift.weekdays and not duty.is_special(day):
        note = gettext_noop("This shift is not worked on that day of the week.")
        found.append(Refusal("D2.1", note, {"field": "shift_type"}))
    return found


def _change_refusals(entry: RosterEntry, by: Person, reason: str, at: datetime) -> list[Refusal]:
    """C3: no change of a shift without somebody else's approval, none without a reason, none afterwards."""
    found = []
    if not reason.strip():
        found.append(Refusal("C3", gettext_noop("Say why the shift is changed."), {"field": "reason"}))
    if entry.person_id == by.pk:
        found.append(Refusal("C3", gettext_noop("Nobody changes his own shift: ask somebody else who plans.")))
    if duty.span_of(entry.span).start <= at:
        found.append(Refusal("C3", gettext_noop("A shift that has begun is not changed any more.")))
    return found


def _overlaps(entries: Sequence[RosterEntry], but: int | None = None) -> list[Refusal]:
    """Shifts of the same people that lie across these; the database refuses them too."""
    if not entries:
        return []
    first = min(entry.span.lower for entry in entries)
    last = max(entry.span.upper for entry in entries)
    known = RosterEntry.objects.filter(
        ~Q(pk=but) if but else Q(),
        person__in={entry.person_id for entry in entries},
        span__overlap=DateTimeTZRange(first, last),
    )
    taken: dict[int, list[Span]] = {}
    for person_id, span in known.values_list("person_id", "span"):
        taken.setdefault(person_id, []).append(duty.span_of(span))
    found = []
    for entry in entries:
        span = duty.span_of(entry.span)
        others = taken.setdefault(entry.person_id, [])
        if any(other.start < span.end and span.start < other.end for other in others):
            note = gettext_noop("{person} already has a shift then ({day}).")
            found.append(Refusal("D2.1", note, {"person": entry.person.name, "day": f"{entry.day:%Y-%m-%d}"}))
        others.append(span)
    return found


def _tell(centre_id: int, *person_ids: int) -> None:
    live.touch(f"roster:{centre_id}", *(f"desk:{person_id}" for person_id in person_ids))
