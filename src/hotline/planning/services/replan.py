"""The afternoon anew (A7.5): proposals made from the gaps to come, and carried out when somebody accepts them."""

from datetime import datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.core import clock, live, states
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.planning.logic.day import Idea, Kind, Status
from hotline.planning.models import Remedy
from hotline.planning.queries import day as queries
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rosters.services import bookings, today

WHY = {
    Kind.STAY: gettext_noop("Re-planned in the afternoon: stays longer"),
    Kind.MOVE_BREAK: gettext_noop("Re-planned in the afternoon: break moved"),
    Kind.PUT_OFF: gettext_noop("Re-planned in the afternoon: heads are short"),
}
TOLD = {
    Kind.STAY: gettext_noop("Please stay until {until} today. Your shift was extended."),
    Kind.MOVE_BREAK: gettext_noop("Your break today is now from {since} to {until}."),
    Kind.PUT_OFF: gettext_noop("Heads are short: what is booked from {since} to {until} today is put off."),
}


@transaction.atomic
def propose(*, centre: Centre, by: Person, at: datetime) -> list[Remedy]:
    """Look at the rest of the day and propose what would close its gaps; what was proposed before is overtaken."""
    authorize(by, "planning.replan", centre)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    for old in Remedy.objects.select_for_update().filter(centre=centre, status=Status.OPEN):
        states.move(old, Status.LAPSED, by=by, at=at)
    made = [_enter(centre, idea, by, at) for idea in queries.afternoon(centre, at).propose()]
    live.touch(f"planning:{centre.pk}")
    return made


def _enter(centre: Centre, idea: Idea, by: Person, at: datetime) -> Remedy:
    row = Remedy(
        centre=centre,
        day=clock.local_day(at),
        kind=idea.kind.value,
        person_id=idea.person,
        ref=idea.ref,
        span=DateTimeTZRange(idea.span.start, idea.span.end),
        slots=list(idea.slots),
        cost_fen=idea.cost_fen,
        made_at=at,
        made_by=by,
    )
    states.begin(row, Status.OPEN, by=by, at=at)
    row.save(force_insert=True)
    return row


@transaction.atomic
def accept(*, proposal_id: int, by: Person, at: datetime) -> Remedy:
    """Carry a proposal out: the roster changes, and the person is told."""
    row = _locked(proposal_id)
    authorize(by, "planning.replan", row)
    states.move(row, Status.ACCEPTED, by=by, at=at)
    span = span_of(row.span)
    if span.end <= at:
        raise Refused(Refusal("A7.5", gettext_noop("It is too late for this.")))
    match Kind(row.kind):
        case Kind.STAY:
            _stay(row, by, at)
        case Kind.MOVE_BREAK:
            today.move_break(break_id=row.ref, span=span, reason=WHY[Kind.MOVE_BREAK], by=by, at=at)
        case Kind.PUT_OFF:
            bookings.put_off(booking_id=row.ref, person=row.person, span=span, reason=WHY[Kind.PUT_OFF], by=by, at=at)
    times = {"since": f"{clock.local(span.start):%H:%M}", "until": f"{clock.local(span.end):%H:%M}"}
    notices.notify(to=row.person, text=TOLD[Kind(row.kind)], params=times, by=by, at=at)
    live.touch(f"planning:{row.centre_id}")
    return row


def _stay(row: Remedy, by: Person, at: datetime) -> None:
    """What the law allowed when it was proposed is looked at again: the month may have changed since (A7.5)."""
    span = span_of(row.span)
    entry = RosterEntry.objects.get(pk=row.ref)
    crew = queries.crew(row.centre_id, entry.day, at, law=True)
    worker = next((one for one in crew.workers if one.ref == row.ref), None)
    if worker is None or worker.shift.end != span.start:
        raise Refused(Refusal("A7.5", gettext_noop("The shift was changed meanwhile: propose again.")))
    if span.length > worker.may_stay or (worker.stays_until is not None and span.end > worker.stays_until):
        raise Refused(Refusal("A7.5", gettext_noop("The law does not allow so much overtime.")))
    today.stay(entry_id=row.ref, until=span.end, reason=WHY[Kind.STAY], by=by, at=at)


@transaction.atomic
def decline(*, proposal_id: int, reason: str, by: Person, at: datetime) -> Remedy:
    """Leave it: the person cannot, or the gap does not matter."""
    row = _locked(proposal_id)
    authorize(by, "planning.replan", row)
    states.move(row, Status.DECLINED, by=by, at=at, note=reason.strip()[:200])
    live.touch(f"planning:{row.centre_id}")
    return row


def _locked(proposal_id: int) -> Remedy:
    return Remedy.objects.select_for_update(of=("self",)).select_related("person", "centre").get(pk=proposal_id)
