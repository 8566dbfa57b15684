"""Who is away: asked, booked and given back by the areas that decide about it."""

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.models import Absence, AskedAbsence


@transaction.atomic
def ask(*, person: Person, span: Span, kind: str, ref: int, by: Person, at: datetime) -> AskedAbsence:
    """Somebody has asked to be away, and `kind`/`ref` is not decided yet; asked again it takes the new span."""
    authorize(by, "rosters.book_absence", person)
    row, _ = AskedAbsence.objects.update_or_create(
        kind=kind, ref=ref, defaults={"person": person, "span": DateTimeTZRange(span.start, span.end)}
    )
    _touch(person)
    return row


def _touch(person: Person) -> None:
    live.touch(f"roster:{person.centre_id}", f"desk:{person.pk}")


@transaction.atomic
def book(
    *, person: Person, span: Span, kind: str, ref: int, by: Person, at: datetime, is_planned: bool = True
) -> Absence:
    """Somebody is away for a span, by the decision `kind`/`ref`; booked again it takes the new span (D2.10)."""
    authorize(by, "rosters.book_absence", person)
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    away = DateTimeTZRange(span.start, span.end)
    others = Absence.objects.filter(person=person, span__overlap=away).exclude(kind=kind, ref=ref)
    if others.exists():
        note = gettext_noop("{person} is already away in that time.")
        raise Refused(Refusal("D2.8", note, {"person": person.name}))
    row, _ = Absence.objects.update_or_create(
        kind=kind, ref=ref, defaults={"person": person, "span": away, "is_planned": is_planned}
    )
    AskedAbsence.objects.filter(kind=kind, ref=ref).delete()
    _touch(person)
    return row


@transaction.atomic
def give_back(*, kind: str, ref: int, by: Person, at: datetime) -> None:
    """Nobody is away, or asks to be, by this decision any more; nothing where nobody was."""
    for table in (Absence, AskedAbsence):
        row = table.objects.select_for_update(of=("self",)).select_related("person").filter(kind=kind, ref=ref).first()
        if row is not None:
            authorize(by, "rosters.book_absence", row.person)
            person = row.person
            row.delete()
            _touch(person)
