"""A caller is handed over, at once or after somebody was asked: a colleague, a queue, a number outside."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.words import State
from hotline.telephony.models import Member, PhoneState, Queue, Wish, WishKind
from hotline.telephony.services.calling import callable_number
from hotline.telephony.services.phones import ask_for

A32 = "A3.2"


@transaction.atomic
def hand_over(*, queue_id: int, to_id: int | None = None, by: Person, at: datetime) -> Wish:
    """Hand the caller whom one talks to over to a queue's line, at its head; `to_id` gets him first if he serves it.

    Refused without a talk, for a queue that is not in use or in which nobody is served now, and for a colleague who
    does not serve it.
    """
    authorize(by, "telephony.use_phone", by)
    _refuse_without_talk(by)
    queue = _queue(by, queue_id)
    if to_id == by.pk or (to_id is not None and not Member.objects.filter(queue=queue, person=to_id).exists()):
        raise Refused(Refusal(A32, gettext_noop("This colleague does not serve the queue."), {"field": "to"}))
    if (queue.needs_staff or not Hours(queue.opens, queue.closes).open_at(at)) and not _is_attended(queue):
        raise Refused(Refusal(A32, gettext_noop("This queue is closed and nobody is there."), {"field": "queue"}))
    return ask_for(by, WishKind.TRANSFER, {"queue": queue.pk, "to": to_id}, by=by, at=at)


@transaction.atomic
def hand_outside(*, number: str, by: Person, at: datetime) -> Wish:
    """Send the caller to a number outside, where the position may; unanswered he comes back to the head of the line."""
    authorize(by, "telephony.transfer_outside", by)
    _refuse_without_talk(by)
    return ask_for(by, WishKind.TRANSFER, {"number": callable_number(number, by, at)}, by=by, at=at)


@transaction.atomic
def consult(
    *, to_id: int | None = None, queue_id: int | None = None, number: str = "", by: Person, at: datetime
) -> Wish:
    """Ask a colleague, whoever is free in a queue, or (where the position may) a number, while the caller hears music.

    Refused without a talk, for a colleague who is in a call or away, and for a queue in which nobody is ready.
    """
    authorize(by, "telephony.use_phone", by)
    if number:
        authorize(by, "telephony.transfer_outside", by)
    _refuse_without_talk(by)
    if number:
        return ask_for(by, WishKind.CONSULT, {"number": callable_number(number, by, at)}, by=by, at=at)
    if to_id is None:
        queue = _queue(by, queue_id or 0)
        ready = Member.objects.filter(queue=queue).exclude(person=by).values("person")
        if not _open(by.centre_id, State.READY).filter(person__in=ready).exists():
            raise Refused(Refusal(A32, gettext_noop("Nobody in this queue is ready."), {"field": "queue"}))
        return ask_for(by, WishKind.CONSULT, {"queue": queue.pk}, by=by, at=at)
    if to_id == by.pk or not _open(by.centre_id, State.READY, State.NOT_READY).filter(person=to_id).exists():
        raise Refused(Refusal(A32, gettext_noop("This colleague cannot be asked now."), {"field": "to"}))
    return ask_for(by, WishKind.CONSULT, {"to": to_id}, by=by, at=at)


def _open(centre_id: int, *states: State) -> "QuerySet[PhoneState]":
    return PhoneState.objects.filter(centre=centre_id, span__upper_inf=True, state__in=states)


def _is_attended(queue: Queue) -> bool:
    """Whether anybody who serves the queue is signed in."""
    serves = Member.objects.filter(queue=queue).values("person")
    return (
        _open(queue.centre_id, *(state for state in State if state is not State.OFFLINE))
        .filter(person__in=serves)
        .exists()
    )


def _refuse_without_talk(by: Person) -> None:
    state = PhoneState.objects.filter(person=by, span__upper_inf=True).first()
    if state is None or state.state != State.TALKING:
        raise Refused(Refusal(A32, gettext_noop("You are talking to nobody.")))


def _queue(by: Person, queue_id: int) -> Queue:
    queue = Queue.objects.filter(pk=queue_id, centre=by.centre_id, is_active=True).first()
    if queue is None:
        raise Refused(Refusal(A32, gettext_noop("This queue is not in use."), {"field": "queue"}))
    return queue
