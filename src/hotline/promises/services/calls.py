"""Missed calls and call-backs in vain as debts (A2.16): made from the call, once, and kept by the talk that follows."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import authorize, may
from hotline.customers.logic import mask
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.kernel.workclock import Unit
from hotline.people.models import Person
from hotline.promises.logic import Channel, Kind, Within
from hotline.promises.models import Promise
from hotline.promises.queries import calls
from hotline.promises.services import ledger, steps
from hotline.telephony.logic.words import Left
from hotline.telephony.models import Call, Wish
from hotline.telephony.services import calling


@transaction.atomic
def owe(*, call: Call, by: Person, at: datetime) -> Promise | None:
    """A2.16: whoever called and was not talked to is owed a call; None where there is nothing to owe.

    That is a call without a number, one that was given up within the queue's short hang-up or came outside the hours, a
    caller who was talked to since, and one who is owed a call already. Who still waited when the queue closed is owed
    it in working time.
    """
    authorize(by, "promises.open", call.centre)
    if not call.number or calls.was_short(call) or calls.is_settled(call, calls.of_number(call)):
        return None
    holder = calls.holder_of(call, at)
    if holder is None:
        return None
    kind = Kind.CALL_BACK if call.ended_how == Left.CALLBACK else Kind.MISSED_CALL
    due = Within(1, Unit.WORK_HOUR) if call.ended_how == Left.CLOSED else steps.terms(at).usual[kind]
    return ledger.open_promise(
        kind=kind, what=_words(kind, call), due=due, via=Channel.QUEUE, holder=holder, by=by,
        at=at, customer=call.customer, source_key=calls.source_of(call.pk),
    )  # fmt: skip


@transaction.atomic
def dial(*, promise_id: int, by: Person, at: datetime) -> Wish:
    """Call whoever is owed a call, without seeing his number; the talk keeps the promise (`keep_by_talk`).

    Refused (A2.8) without a free telephone of one's own, and for numbers that must not be called.
    """
    row = steps.locked(promise_id)
    authorize(by, "promises.keep", row)
    steps.still_owed(row)
    call = Call.objects.filter(pk=calls.call_of(row) or 0, centre=row.centre_id).first()
    if call is None:
        raise Refused(Refusal(steps.CLAUSE, gettext_noop("This promise was not made by a call.")))
    return calling.call_out(number=call.number, by=by, at=at)


@transaction.atomic
def keep_by_talk(*, promise: Promise, talk: Call, by: Person, at: datetime) -> Promise:
    """The caller has been talked to since, whoever called whom: the debt is kept at that moment, by that call.

    Whoever talked to him kept it; the program says so where that person may not keep promises.
    """
    row = steps.locked(promise.pk)
    authorize(by, "promises.run_clock", row)
    if not row.is_owed or talk.answered_at is None:
        return row
    who = talk.person if talk.person is not None and may(talk.person, "promises.keep", row) else by
    with translation.override(settings.LANGUAGE_CODE):
        words = gettext("Talked to on the telephone, call {number}").format(number=talk.pk)
    moment = min(at, max(talk.answered_at, row.status_at))
    return ledger.keep(promise_id=row.pk, via=Channel.PHONE, words=words, by=who, at=moment)


def _words(kind: Kind, call: Call) -> str:
    """What is owed, in the centre's language: the ledger is read by everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        text = (
            gettext("{number} asked to be called back at {time} and was not reached: call again")
            if kind is Kind.CALL_BACK
            else gettext("{number} called at {time} and nobody took the call: call back")
        )
    return text.format(number=mask(call.number), time=f"{clock.local(call.came_at):%H:%M}")
