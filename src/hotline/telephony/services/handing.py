"""A caller is handed over: to a queue, and there first of all to a colleague."""

from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.telephony.logic.words import State
from hotline.telephony.models import Member, PhoneState, Queue, Wish, WishKind
from hotline.telephony.services.phones import ACD_TOPIC


@transaction.atomic
def hand_over(*, queue_id: int, to_id: int | None = None, by: Person, at: datetime) -> Wish:
    """Hand the caller whom one talks to over to a queue's line, at its head; `to_id` gets him first if he serves it.

    Refused without a talk, for a queue that is not in use, and for a colleague who does not serve it.
    """
    authorize(by, "telephony.use_phone", by)
    state = PhoneState.objects.filter(person=by, span__upper_inf=True).first()
    if state is None or state.state != State.TALKING:
        raise Refused(Refusal("A3.2", gettext_noop("You are talking to nobody.")))
    queue = Queue.objects.filter(pk=queue_id, centre=by.centre_id, is_active=True).first()
    if queue is None:
        raise Refused(Refusal("A3.2", gettext_noop("This queue is not in use."), {"field": "queue"}))
    if to_id == by.pk or (to_id is not None and not Member.objects.filter(queue=queue, person=to_id).exists()):
        raise Refused(Refusal("A3.2", gettext_noop("This colleague does not serve the queue."), {"field": "to"}))
    data = {"queue": queue.pk, "to": to_id}
    row = Wish.objects.create(centre_id=by.centre_id, kind=WishKind.TRANSFER, person=by, data=data, by=by, at=at)
    live.touch(f"{ACD_TOPIC}{by.centre_id}")
    return row
