"""At the seat: the one live session, its lock and its end, and the work log the system writes itself (D2.15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hotline.core import audit, clock, events, live
from hotline.core.access import authorize
from hotline.core.rows import Writes
from hotline.core.stream import SESSION_TOPIC
from hotline.kernel.words import gettext_noop
from hotline.people import queries
from hotline.people.events import SeatTakenOver
from hotline.people.models import Centre, Person, PresenceState, SeatSession, WorkLog, WorkLogKind
from hotline.people.services import notices, presence

SEEN_EVERY = timedelta(seconds=30)  # the caller asks once a minute; two pages at once write once


@transaction.atomic
def begin_session(
    *,
    person: Person,
    session_key: str,
    seat: str = "",
    address: str | None = None,
    device: str = "",
    by: Person,
    at: datetime,
) -> SeatSession:
    """Take a seat. The newest sign-in wins: an older live session ends, and its page is told."""
    authorize(by, "people.hold_seat", person)
    person = presence.locked(person)
    old, writes = queries.live_session(person), Writes()
    if old is not None:
        _end(old, person, writes, how=WorkLogKind.TAKEN_OVER, at=at, note=f"{address or ''} {seat}".strip())
    new = SeatSession(
        person=person,
        session_hash=queries.session_hash(session_key),
        seat=seat[:40],
        address=address,
        device=device[:200],
        began_at=at,
        last_seen_at=at,
    )
    writes.insert(new)
    _write(person, writes, WorkLogKind.LOGIN, at=at, session=new)
    live.touch(f"{SESSION_TOPIC}{person.pk}", writes=writes)
    presence.enter(person, writes, state=PresenceState.BUSY, at=at)
    if old is not None and (old.address, old.device, old.seat) != (new.address, new.device, new.seat):
        _tell_of_two_seats(old, new, at=at)
    return new


@transaction.atomic
def end_session(*, person: Person, how: str, by: Person, at: datetime, session_key: str = "") -> bool:
    """End the live session (with a key: only that one); False when there is none."""
    authorize(by, "people.end_session", person)
    person = presence.locked(person)
    session, writes = queries.live_session(person), Writes()
    if session is None or (session_key and session.session_hash != queries.session_hash(session_key)):
        return False
    _end(session, person, writes, how=how, at=at, note="" if by.pk == person.pk else str(by))
    live.touch(f"{SESSION_TOPIC}{person.pk}", writes=writes)
    presence.leave(person, writes, at=at)
    return True


@transaction.atomic
def lock(*, person: Person, by: Person, at: datetime) -> bool:
    """Lock the seat: nothing but the unlock page until the person proves himself again."""
    authorize(by, "people.set_presence", person)
    person = presence.locked(person)
    session, writes = queries.live_session(person), Writes()
    if session is None or session.locked_at is not None:
        return False
    session.locked_at = at
    writes.update(session, "locked_at")
    _write(person, writes, WorkLogKind.LOCK, at=at, session=session)
    live.touch(f"{SESSION_TOPIC}{person.pk}", writes=writes)
    presence.enter(person, writes, state=PresenceState.AWAY, at=at)
    return True


@transaction.atomic
def unlock(*, person: Person, by: Person, at: datetime) -> bool:
    """Open the locked seat again; being ready is said anew by the person himself."""
    authorize(by, "people.hold_seat", person)
    person = presence.locked(person)
    session, writes = queries.live_session(person), Writes()
    if session is None or session.locked_at is None:
        return False
    session.locked_at, session.last_seen_at = None, max(at, session.last_seen_at)
    writes.update(session, "locked_at", "last_seen_at")
    _write(person, writes, WorkLogKind.UNLOCK, at=at, session=session)
    presence.enter(person, writes, state=PresenceState.BUSY, at=at)
    return True


@transaction.atomic
def see(*, person: Person, by: Person, at: datetime) -> None:
    """Note that the person is at work on the seat; at most once a minute, because it comes with every page."""
    authorize(by, "people.hold_seat", person)
    session = SeatSession.objects.select_for_update().filter(person=person, ended_at__isnull=True).first()
    if session is not None and at - session.last_seen_at >= SEEN_EVERY:
        session.last_seen_at = at
        session.save(update_fields=["last_seen_at"])


@transaction.atomic
def rekey(*, person: Person, old_key: str, new_key: str, by: Person, at: datetime) -> None:
    """The same stay under a new key: a changed password gives the session another one."""
    authorize(by, "people.hold_seat", person)
    person = presence.locked(person)
    session = queries.live_session(person)
    if session is not None and session.session_hash == queries.session_hash(old_key):
        session.session_hash, session.last_seen_at = queries.session_hash(new_key), max(at, session.last_seen_at)
        session.save(update_fields=["session_hash", "last_seen_at"])


@transaction.atomic
def note_refusal(*, username: str, address: str | None, by: Person | None = None, at: datetime) -> bool:
    """A sign-in that was refused, in the work log of the person whose name was tried."""
    audit.sign(by.pk if by else None, "people.note_refusal")
    person = Person.objects.filter(username__iexact=username).first()
    if person is None:
        return False
    WorkLog.objects.create(person=person, kind=WorkLogKind.REFUSED, at=at, address=address)
    return True


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of a work log that was kept elsewhere: who did what, when, at which seat."""

    person_id: int
    kind: str
    at: datetime
    seat: str = ""


@transaction.atomic
def enter_worklog(*, centre: Centre, signs: Iterable[Sign], by: Person, at: datetime) -> int:
    """Enter the signs of work of days that are over, as kept elsewhere before this program was used; how many.

    They belong to people of the centre, and none is of a time in which the program writes itself: no seat, no presence
    and nobody who works now is touched by it.
    """
    authorize(by, "people.enter_worklog", centre.pk)
    here = set(Person.objects.filter(centre=centre).values_list("pk", flat=True))
    first = WorkLog.objects.filter(person__in=here).order_by("at").values_list("at", flat=True).first() or at
    rows = [
        WorkLog(person_id=one.person_id, kind=WorkLogKind(one.kind).value, at=one.at, seat=one.seat[:40])
        for one in signs
        if one.person_id in here and one.at < first
    ]
    WorkLog.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _end(session: SeatSession, person: Person, writes: Writes, *, how: str, at: datetime, note: str) -> None:
    session.ended_at, session.ended_how = max(at, session.began_at), how
    writes.update(session, "ended_at", "ended_how")
    _write(person, writes, how, at=at, session=session, note=note)


def _write(person: Person, writes: Writes, kind: str, *, at: datetime, session: SeatSession, note: str = "") -> None:
    writes.insert(WorkLog(person=person, kind=kind, at=at, seat=session.seat, address=session.address, note=note[:200]))


def _tell_of_two_seats(old: SeatSession, new: SeatSession, *, at: datetime) -> None:
    """C4: one account at two seats at once is told to whoever leads the person, with the evidence."""
    person = new.person
    events.emit(
        SeatTakenOver(person_id=person.pk, centre_id=person.centre_id, old_session_id=old.pk, new_session_id=new.pk),
        at=at,
    )
    program = queries.system_person(person.centre)
    for leader in queries.leaders_of(person, on=clock.local_day(at)):
        notices.notify(
            to=leader,
            text=gettext_noop("{name} signed in at {new} while signed in at {old}."),
            params={"name": str(person), "new": _place(new), "old": _place(old)},
            link=f"/worklog/?person={person.pk}",
            by=program,
            at=at,
        )


def _place(session: SeatSession) -> str:
    return " ".join(part for part in (session.seat, session.address or "") if part) or "-"
