"""What somebody at a seat is doing: one interval after another, without gap or overlap."""

from datetime import datetime

from django.db import transaction

from hotline.core import events, live
from hotline.core.access import authorize
from hotline.people.events import PresenceChanged
from hotline.people.models import Person, Presence


@transaction.atomic
def set_presence(*, person: Person, state: str, reason: str = "", by: Person, at: datetime) -> Presence:
    """Close the open interval and open the next at the same instant; the same state again changes only the reason."""
    authorize(by, "people.set_presence", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    now = _open(person)
    if now is not None and now.state == state and now.reason == reason:
        return now
    was = now.state if now else ""
    if now is not None and at <= now.span.lower:  # a clock that stepped back, or two changes in one instant
        now.state, now.reason = state, reason
        now.save(update_fields=["state", "reason"])
    else:
        if now is not None:
            now.span = (now.span.lower, at)
            now.save(update_fields=["span"])
        now = Presence.objects.create(person=person, state=state, reason=reason, span=(_free_from(person, at), None))
    _tell(person, state=state, was=was, at=at)
    return now


@transaction.atomic
def leave_seat(*, person: Person, by: Person, at: datetime) -> None:
    """Close the open interval without opening another: nobody is at the seat."""
    authorize(by, "people.end_session", person)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    now = _open(person)
    if now is None:
        return
    if at <= now.span.lower:
        now.delete()  # an interval without length is not kept
    else:
        now.span = (now.span.lower, at)
        now.save(update_fields=["span"])
    _tell(person, state="", was=now.state, at=at)


def _open(person: Person) -> Presence | None:
    return Presence.objects.filter(person=person, span__upper_inf=True).first()


def _free_from(person: Person, at: datetime) -> datetime:
    """`at`, or the end of the last interval when the clock has stepped back behind it."""
    last = (
        Presence.objects.filter(person=person, span__upper_inf=False, span__endswith__gt=at).order_by("-span").first()
    )
    return max(at, last.span.upper) if last else at


def _tell(person: Person, *, state: str, was: str, at: datetime) -> None:
    events.emit(PresenceChanged(person_id=person.pk, centre_id=person.centre_id, state=state, was=was), at=at)
    live.touch(f"presence:{person.centre_id}", f"desk:{person.pk}", f"person:{person.pk}")
