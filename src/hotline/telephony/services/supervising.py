"""Guiding people at telephones: help asked for and given, messages, states set by superiors, empty seats (A2.3, C5).

Every act is written once and stays visible to the person whom it concerns.
"""

from datetime import datetime

from django.db import transaction
from django.utils import translation

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.people.queries import leaders_of
from hotline.people.services import notices
from hotline.telephony.logic.supervision import TEXT_MOST, Act
from hotline.telephony.logic.words import Reason, State
from hotline.telephony.models import PhoneState, Supervision, Wish, WishKind
from hotline.telephony.queries.calls import reason_name, reason_names
from hotline.telephony.services.phones import ask_for

FORCED = {State.READY: WishKind.READY, State.NOT_READY: WishKind.NOT_READY, State.OFFLINE: WishKind.SIGN_OUT}


@transaction.atomic
def ask_for_help(*, by: Person, at: datetime, text: str = "") -> Supervision:
    """A2.3: a person at a telephone asks for help; whoever leads him is told at once, the board shows it."""
    authorize(by, "telephony.use_phone", by)
    state = _state(by)
    row = note_act(by, Act.HELP, text=text, call_ref=state.call_ref, by=by, at=at)
    for leader in leaders_of(by, on=clock.local_day(at)):
        notices.notify(
            to=leader, text=gettext_noop("{name} asks for help at the telephone."), params={"name": by.name},
            link="/calls/board", by=by, at=at,
        )  # fmt: skip
    return row


@transaction.atomic
def send_message(*, person: Person, text: str, by: Person, at: datetime) -> Supervision:
    """A2.3: a word to a person at his telephone, shown beside his call at once and kept among his notices."""
    authorize(by, "telephony.supervise", person)
    said = " ".join(text.split())
    if not said:
        raise Refused(Refusal("A2.3", gettext_noop("Write what you want to say."), {"field": "text"}))
    state = PhoneState.objects.filter(person=person, span__upper_inf=True).first()
    row = note_act(person, Act.MESSAGE, text=said, call_ref=state.call_ref if state else "", by=by, at=at)
    notices.notify(
        to=person, text=gettext_noop("{name}: {text}"), params={"name": by.name, "text": row.text},
        link="/calls/watched", by=by, at=at,
    )  # fmt: skip
    return row


@transaction.atomic
def force_state(*, person: Person, to: State, why: str, by: Person, at: datetime) -> Wish:
    """A2.3: let a person be ready, not ready or signed out, with the reason in words; a talk is finished first.

    The ACD hears of it like of a wish of his own; the person sees who did it and why.
    """
    authorize(by, "telephony.supervise", person)
    if to not in FORCED:
        raise ValueError(f"nobody can be made to be {to}")
    reason = " ".join(why.split())
    if not reason:
        raise Refused(Refusal("A2.3", gettext_noop("Say why: the person sees it."), {"field": "why"}))
    state = _state(person)
    note_act(person, Act.FORCE, text=f"{to.value}: {reason}", call_ref=state.call_ref, by=by, at=at)
    notices.notify(
        to=person, text=gettext_noop("{name} set the state of your telephone: {why}"),
        params={"name": by.name, "why": reason[:TEXT_MOST]}, link="/calls/watched", by=by, at=at,
    )  # fmt: skip
    return ask_for(person, FORCED[to], {"reason": Reason.FORCED.value} if to is State.NOT_READY else None, by=by, at=at)


@transaction.atomic
def leave_phone(*, person: Person, gone: bool, by: Person, at: datetime) -> Wish | None:
    """C5: a locked seat takes no calls, a seat that was left has no telephone; nothing when that is so already."""
    authorize(by, "telephony.use_phone", person)
    state = PhoneState.objects.filter(person=person, span__upper_inf=True).first()
    idle = {State.OFFLINE.value} if gone else {State.OFFLINE.value, State.NOT_READY.value}
    if state is None or state.state in idle:
        return None
    if gone:
        return ask_for(person, WishKind.SIGN_OUT, by=by, at=at)
    return ask_for(person, WishKind.NOT_READY, {"reason": Reason.LEFT_SEAT.value}, by=by, at=at)


@transaction.atomic
def set_unattended(*, person: Person, by: Person, at: datetime) -> bool:
    """C5: the telephone is ready and nobody is at the seat: no calls go there, and whoever leads the person is told."""
    authorize(by, "telephony.use_phone", person)
    state = PhoneState.objects.select_for_update().filter(person=person, span__upper_inf=True).first()
    if state is None or state.state != State.READY:
        return False
    told = Supervision.objects.filter(person=person, act=Act.UNATTENDED, at__gte=state.span.lower).exists()
    if told:
        return False
    note_act(person, Act.UNATTENDED, call_ref=state.call_ref, by=by, at=at)
    ask_for(person, WishKind.NOT_READY, {"reason": Reason.UNATTENDED.value}, by=by, at=at)
    for leader in leaders_of(person, on=clock.local_day(at)):
        notices.notify(
            to=leader, text=gettext_noop("{name}: the telephone was ready and nobody was at the seat."),
            params={"name": person.name}, link="/calls/board", by=by, at=at,
        )  # fmt: skip
    return True


@transaction.atomic
def tell_late(*, person_id: int, reason: str, by: Person, at: datetime) -> None:
    """C5: somebody has not been ready for longer than his reason allows: whoever leads him that day is told, once.

    Called with the fact that says so, which the ACD writes once; the board marks the row by itself.
    """
    person = Person.objects.select_related("centre").get(pk=person_id)
    authorize(by, "telephony.run_acd", person.centre)
    names = reason_names(person.centre_id)
    for leader in leaders_of(person, on=clock.local_day(at)):
        with translation.override(leader.language):
            said = reason_name(reason, names)
        notices.notify(
            to=leader, text=gettext_noop("{name} has not been ready for longer than allowed: {reason}"),
            params={"name": person.name, "reason": said}, link="/calls/board", by=by, at=at,
        )  # fmt: skip


def _state(person: Person) -> PhoneState:
    state = PhoneState.objects.filter(person=person, span__upper_inf=True).first()
    if state is None or state.state == State.OFFLINE:
        raise Refused(Refusal("A2.3", gettext_noop("This person is not signed in at a telephone.")))
    return state


def note_act(
    person: Person,
    act: Act,
    *,
    text: str = "",
    call_ref: str = "",
    is_told_at_once: bool = True,
    by: Person,
    at: datetime,
) -> Supervision:
    """What was done to a person at his telephone is written once, and both see it; who may has the caller asked."""
    row = Supervision.objects.create(
        centre_id=person.centre_id, person=person, by=by, act=act, text=text[:TEXT_MOST], at=at, call_ref=call_ref,
        is_told_at_once=is_told_at_once,
    )  # fmt: skip
    live.touch(f"phone:{person.pk}", f"phone:{by.pk}", f"phones:{person.centre_id}")
    return row
