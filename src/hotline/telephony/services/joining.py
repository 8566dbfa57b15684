"""A superior listens to a talk, whispers, joins, takes it over (A2.3). What came to pass is written once."""

from datetime import datetime

from django.db import transaction

from hotline.core import clock
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.telephony.logic.supervision import LISTENING_TOLD, Act, Told
from hotline.telephony.logic.words import Reason, State, Watching
from hotline.telephony.models import PhoneState, Wish, WishKind
from hotline.telephony.services.phones import ask_for
from hotline.telephony.services.supervising import note_act

ACTS = {Watching.LISTEN: Act.LISTEN, Watching.WHISPER: Act.WHISPER, Watching.JOIN: Act.JOIN}


@transaction.atomic
def watch(*, person: Person, how: Watching, by: Person, at: datetime) -> Wish:
    """Take part in a person's talk, or do so otherwise from now on; one's own telephone rings and answers.

    Refused when the person talks to nobody, and without a free telephone of one's own. It is written when it begins
    (`came_to_pass`), not when it is asked for: the talk may be over before one's telephone answers.
    """
    authorize(by, "telephony.supervise", person)
    _talk_of(person)
    own = PhoneState.objects.filter(person=by, span__upper_inf=True).first()
    if own is None or own.state not in {State.READY, State.NOT_READY}:
        raise Refused(Refusal("A2.3", gettext_noop("Open your own telephone first, and end the call you are in.")))
    return ask_for(by, WishKind.WATCH, {"whom": person.pk, "how": how.value}, by=by, at=at)


@transaction.atomic
def came_to_pass(*, superior_id: int, person_id: int, act: Act, call_ref: str, by: Person, at: datetime) -> None:
    """A superior takes part in a person's talk, or took it over, as the ACD says; called with the fact, new once.

    Whoever is only listened to learns of it by policy (`LISTENING_TOLD`), the rest at once.
    """
    people = Person.objects.select_related("centre").in_bulk([superior_id, person_id])
    person = people[person_id]
    authorize(by, "telephony.run_acd", person.centre)
    told = act is not Act.LISTEN or LISTENING_TOLD.on(clock.local_day(at)) is Told.AT_ONCE
    note_act(person, act, call_ref=call_ref, is_told_at_once=told, by=people[superior_id], at=at)


@transaction.atomic
def take_over(*, person: Person, by: Person, at: datetime) -> Wish:
    """Take the caller of a person to whose talk one listens; the person does his after-call work."""
    authorize(by, "telephony.supervise", person)
    state = _talk_of(person)
    listens = PhoneState.objects.filter(
        person=by, span__upper_inf=True, reason=Reason.WATCHING, call_ref=state.call_ref
    )
    if not listens.exists():
        raise Refused(Refusal("A2.3", gettext_noop("Listen to the talk first; then you can take it over.")))
    return ask_for(by, WishKind.TAKE_OVER, by=by, at=at)


@transaction.atomic
def stop(*, by: Person, at: datetime) -> Wish:
    """Listen no longer; nothing happens to whoever does not."""
    authorize(by, "telephony.use_phone", by)
    return ask_for(by, WishKind.HANG_UP, by=by, at=at)


def _talk_of(person: Person) -> PhoneState:
    state = PhoneState.objects.filter(person=person, span__upper_inf=True, state=State.TALKING).first()
    if state is None or not state.call_ref:
        raise Refused(Refusal("A2.3", gettext_noop("This person is talking to nobody.")))
    return state
