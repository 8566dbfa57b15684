"""Calls that the exchange makes for somebody: one that he asks for, and one after another while he is on the line."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic.pacing import ENDS_IT, HOLD_NOTES, Hold
from hotline.outbound.logic.words import Dialled, Left, Mode
from hotline.outbound.models import Attempt, Campaign, Record, Stint
from hotline.outbound.queries import line
from hotline.outbound.queries import work as queries
from hotline.outbound.services import work
from hotline.people.models import Person
from hotline.telephony.logic.calling import name_of
from hotline.telephony.logic.words import State
from hotline.telephony.queries.floor import state_of
from hotline.telephony.services import calling


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of asking for the next call: whom the exchange calls now, or why it calls nobody."""

    record: Record | None = None
    hold: Hold | None = None


@transaction.atomic
def dial(*, record_id: int, by: Person, at: datetime) -> Attempt:
    """Begin a call to somebody in hand: by the exchange where one's telephone is open and free, else by hand."""
    record = work.in_hand(record_id, by)
    if work.open_call(record, at) is None and line.has_telephone(by, at):
        return call(record_id=record_id, by=by, at=at)
    return work.dial(record_id=record_id, by=by, at=at)


@transaction.atomic
def call(*, record_id: int, by: Person, at: datetime) -> Attempt:
    """Let the exchange call somebody in hand: one's own telephone first, then his number; nobody sees it whole.

    The call bears the name that stands in the attempt. A call that came to nothing before his number was dialled is
    void: it is no try, and this is another one.
    """
    record = work.in_hand(record_id, by)
    known = work.open_call(record, at)
    if known is not None:
        return known
    wish = calling.call_out(number=record.e164, by=by, at=at)
    return work.dial(record_id=record.pk, by=by, at=at, how=Dialled.EXCHANGE, call_ref=name_of(wish.pk))


@transaction.atomic
def enter(*, campaign_id: int, by: Person, at: datetime) -> Stint:
    """Go on the line of a progressive campaign: from now on the exchange dials for this person, one after another.

    Whoever is on the line of another one leaves it. Refused while the campaign does not run, outside its hours, and
    once his goal for today is reached (he may go on by hand).
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("centre").get(pk=campaign_id)
    authorize(by, "outbound.call", campaign)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if campaign.mode != Mode.PROGRESSIVE:
        raise Refused(Refusal(work.CLAUSE, _("In this campaign everybody dials himself.")))
    work.demand_running(campaign, at)
    done, goal = line.done_today(campaign, by, at)
    if goal is not None and done >= goal:
        raise Refused(Refusal(work.CLAUSE, HOLD_NOTES[Hold.GOAL]))
    known = line.stint_of(by)
    if known is not None and known.campaign_id == campaign.pk:
        return known
    if known is not None:
        end((known,), Left.PERSON, at)
    stint = Stint.objects.create(campaign=campaign, person=by, began_at=at)
    _tell(stint)
    return stint


@transaction.atomic
def leave(*, by: Person, at: datetime) -> Stint | None:
    """Leave the line: nobody new is called; whoever is in hand is finished."""
    authorize(by, "outbound.open_work")
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    stint = line.stint_of(by)
    if stint is not None:
        end((stint,), Left.PERSON, at)
    return stint


@transaction.atomic
def dial_next(*, by: Person, at: datetime) -> Turn:
    """The next one for somebody on the line: taken and dialled at once, or the reason why nobody is.

    Everything is asked anew at this moment: whether the campaign runs, its hours, his goal, whether his telephone is
    free, the pause, and who must not be called. Where the line is at its end for him he leaves it.
    """
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    stint = line.stint_of(by)
    if stint is None:
        raise Refused(Refusal(work.CLAUSE, _("You are not on the line of a campaign.")))
    authorize(by, "outbound.call", stint.campaign)
    hold = line.place(stint, at).hold
    if hold is Hold.IN_HAND:
        return Turn(queries.in_hand(by), hold)
    if hold in ENDS_IT:
        end((stint,), Left(hold.value), at)
    if hold is not None:
        return Turn(hold=hold)
    record = work.take_next(campaign_id=stint.campaign_id, by=by, at=at)
    if record is None:
        return Turn(hold=Hold.NOBODY)
    call(record_id=record.pk, by=by, at=at)
    return Turn(record)


@transaction.atomic
def end_stale(*, stint_id: int, by: Person, at: datetime) -> bool:
    """The program takes somebody off the line whose campaign is over for today, or who closed his telephone."""
    stint = Stint.objects.select_for_update(of=("self",)).select_related("campaign__centre", "person").get(pk=stint_id)
    authorize(by, "outbound.dial_by_program", stint.campaign)
    if stint.ended_at is not None:
        return False
    hold = line.place(stint, at).hold
    phone = state_of(stint.person)
    if hold in ENDS_IT:
        end((stint,), Left(hold.value), at)
    elif phone is not None and phone.state == State.OFFLINE and phone.span.lower > stint.began_at:
        end((stint,), Left.OFFLINE, at)
    return stint.ended_at is not None


def end(stints: Iterable[Stint], why: Left, at: datetime) -> None:
    """A step of the services: these people are not on the line any more."""
    for stint in stints:
        stint.ended_at, stint.why = max(at, stint.began_at), why.value
        stint.save(update_fields=["ended_at", "why"])
        _tell(stint)


def _tell(stint: Stint) -> None:
    live.touch(f"campaign:{stint.campaign_id}", f"campaign_calls:{stint.person_id}")
