"""People call numbers and colleagues: their own telephone rings first, then the other's."""

from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.customers.logic import normalise
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.telephony.logic.calling import refusal_of
from hotline.telephony.logic.words import State
from hotline.telephony.models import PhoneState, Wish, WishKind
from hotline.telephony.queries import dialling
from hotline.telephony.services.phones import ask_for

IDLE = {State.READY.value, State.NOT_READY.value, State.WRAP_UP.value}


def callable_number(text: str, by: Person, at: datetime) -> str:
    """The number as E.164 when this person may call it now; Refused with the reason otherwise."""
    number = normalise(text).e164
    refusal = refusal_of(number) or dialling.refusal(by, number, at)
    if refusal is not None:
        raise Refused(refusal)
    return number


@transaction.atomic
def call_out(*, number: str, by: Person, at: datetime) -> Wish:
    """Call a number: the call's `ref` will be `logic.calling.name_of(wish.pk)`.

    Refused (A2.8) without a free telephone, for what is no number, for dear ones, and for numbers that must not be
    called. What becomes of it is a `Call` of the kind "out", ended "talked", "not_reached" or "given_up".
    """
    authorize(by, "telephony.call_out", by)
    _refuse_unless_idle(by)
    return ask_for(by, WishKind.CALL_OUT, {"number": callable_number(number, by, at)}, by=by, at=at)


@transaction.atomic
def call_colleague(*, to_id: int, by: Person, at: datetime) -> Wish:
    """Call a colleague at his telephone; refused while he is in a call or not there."""
    authorize(by, "telephony.call_out", by)
    _refuse_unless_idle(by)
    other = PhoneState.objects.filter(
        person=to_id, centre=by.centre_id, span__upper_inf=True, state__in=[State.READY, State.NOT_READY]
    )
    if to_id == by.pk or not other.exists():
        raise Refused(Refusal("A2.8", gettext_noop("This colleague cannot be called now."), {"field": "to"}))
    return ask_for(by, WishKind.CALL_OUT, {"to": to_id}, by=by, at=at)


def _refuse_unless_idle(by: Person) -> None:
    state = PhoneState.objects.filter(person=by, span__upper_inf=True).first()
    if state is None or state.state not in IDLE:
        raise Refused(
            Refusal(
                "A2.8", gettext_noop("Open your telephone first, and end the call you are in."), {"field": "number"}
            )
        )
