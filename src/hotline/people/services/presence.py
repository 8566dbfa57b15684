"""What somebody at a seat is doing: one interval after another, without gap or overlap."""

from datetime import datetime

from django.db import transaction

from hotline.core import events, live
from hotline.core.access import authorize
from hotline.core.rows import Writes
from hotline.people.events import PresenceChanged
from hotline.people.models import Person, Presence


@transaction.atomic
def set_presence(*, person: Person, state: str, reason: str = "", by: Person, at: datetime) -> Presence:
    """Close the open interval and open the next at the same instant; the same state again changes only the reason."""
    authorize(by, "people.set_presence", person)
    return enter(locked(person), Writes(), state=state, reason=reason, at=at)


@transaction.atomic
def leave_seat(*, person: Person, by: Person, at: datetime) -> None:
    """Close the open interval without opening another: nobody is at the seat."""
    authorize(by, "people.end_session", person)
    leave(locked(person), Writes(), at=at)


def locked(person: Person) -> Person:
    """The person, one change at a time."""
    return Person.objects.select_for_update(no_key=True).get(pk=person.pk)


def enter(person: Person, writes: Writes, *, state: str, reason: str = "", at: datetime) -> Presence:
    """The next interval of a person whose row is locked, sent along with what the caller has to write."""
    now = _open(person)
    if now is not None and now.state == state and now.reason == reason:
        writes.send()
        return now
    was = now.state if now else ""
    if now is not None and at <= now.span.lower:  # a clock that stepped back, or two changes in one instant
        now.state, now.reason = state, reason
        writes.update(now, "state", "reason")
    else:
        start = at
        if now is None:
            start = _free_from(person, at)
        else:  # what ends now lies behind everything before
            now.span = (now.span.lower, at)
            writes.update(now, "span")
        now = Presence(person=person, state=state, reason=reason, span=(start, None))
        writes.insert(now)
    _tell(person, writes, state=state, was=was, at=at)
    writes.send()
    return now


def leave(person: Person, writes: Writes, *, at: datetime) -> None:
    """The end of the open interval of a person whose row is locked, sent along with what the caller has to write."""
    now = _open(person)
    if now is not None:
        if at <= now.span.lower:
            writes.delete(now)  # an interval without length is not kept
        else:
            now.span = (now.span.lower, at)
            writes.update(now, "span")
        _tell(person, writes, state="", was=now.state, at=at)
    writes.send()


def _open(person: Person) -> Presence | None:
    return Presence.objects.filter(person=person, span__upper_inf=True).first()


def _free_from(person: Person, at: datetime) -> datetime:
    """`at`, or the end of the last interval when the clock has stepped back behind it."""
    last = (
        Presence.objects.filter(person=person, span__upper_inf=False, span__endswith__gt=at).order_by("-span").first()
    )
    return max(at, last.span.upper) if last else at


def _tell(person: Person, writes: Writes, *, state: str, was: str, at: datetime) -> None:
    told = PresenceChanged(person_id=person.pk, centre_id=person.centre_id, state=state, was=was)
    events.emit(told, at=at, writes=writes)
    live.touch(f"presence:{person.centre_id}", f"desk:{person.pk}", f"person:{person.pk}", writes=writes)
