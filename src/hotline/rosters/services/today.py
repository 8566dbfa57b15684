"""A shift that is under way: somebody stays longer, a break moves. What may be asked of whom is decided above."""

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.core import audit, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.models import RosterBreak, RosterEntry
from hotline.rosters.queries.duty import span_of


@transaction.atomic
def stay(*, entry_id: int, until: datetime, reason: str, by: Person, at: datetime) -> RosterEntry:
    """Let a shift that is not over end later (A7.5), for a reason; somebody else than the person says so."""
    entry = RosterEntry.objects.select_for_update(of=("self",)).select_related("person").get(pk=entry_id)
    with audit.because(reason.strip()):
        authorize(by, "rosters.plan", entry)
    Person.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    shift = span_of(entry.span)
    refuse_if(_common(entry, by, reason))
    if shift.end <= at or until <= shift.end:
        raise Refused(Refusal("A7.5", gettext_noop("This shift is over.")))
    longer = DateTimeTZRange(shift.start, until)
    if RosterEntry.objects.filter(person=entry.person_id, span__overlap=longer).exclude(pk=entry.pk).exists():
        raise Refused(Refusal("D2.1", gettext_noop("The next shift begins in that time.")))
    entry.span = longer
    entry.save(update_fields=["span"])
    live.touch(f"roster:{entry.person.centre_id}", f"desk:{entry.person_id}")
    return entry


@transaction.atomic
def move_break(*, break_id: int, span: Span, reason: str, by: Person, at: datetime) -> RosterBreak:
    """Move a break that has not begun to another time of the same shift, as long as it was (A7.5)."""
    rest = RosterBreak.objects.select_for_update(of=("self",)).select_related("entry__person").get(pk=break_id)
    entry = rest.entry
    with audit.because(reason.strip()):
        authorize(by, "rosters.plan", entry)
    RosterEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    shift, now = span_of(entry.span), span_of(rest.span)
    refuse_if(_common(entry, by, reason))
    if now.start <= at or span.start <= at:
        raise Refused(Refusal("A7.5", gettext_noop("This break has begun.")))
    if span.length != now.length or not (shift.start <= span.start and span.end <= shift.end):
        raise Refused(Refusal("D2.1", gettext_noop("A break keeps its length and stays inside its shift.")))
    wanted = DateTimeTZRange(span.start, span.end)
    if RosterBreak.objects.filter(entry=entry, span__overlap=wanted).exclude(pk=rest.pk).exists():
        raise Refused(Refusal("D2.1", gettext_noop("There is another break in that time.")))
    rest.span = wanted
    rest.save(update_fields=["span"])
    live.touch(f"roster:{entry.person.centre_id}", f"desk:{entry.person_id}")
    return rest


def _common(entry: RosterEntry, by: Person, reason: str) -> list[Refusal]:
    found = []
    if not reason.strip():
        found.append(Refusal("C3", gettext_noop("Say why.")))
    if entry.person_id == by.pk:
        found.append(Refusal("C3", gettext_noop("Nobody changes his own shift.")))
    return found
