"""Calls of a campaign, one after another: the next person, dialled, what came of it, an appointment, given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.customers.logic import REVEALS_A_DAY, written
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic import following, scripts
from hotline.outbound.logic.hours import CLOSED_NOTES
from hotline.outbound.logic.line import GOES_ON, Line
from hotline.outbound.logic.words import REACHED, Dialled, Outcome, Source, Standing, Status
from hotline.outbound.models import Answers, Attempt, Campaign, Disposition, Look, Record, Script
from hotline.outbound.queries import line, work
from hotline.outbound.services import barred, owing
from hotline.people.models import Person
from hotline.telephony.logic.calling import refusal_of

CLAUSE = "A3.14"
BARRED = _("This number must not be called.")
LEFT = _("Taken back: nothing was heard of it for too long.")


@dataclass(frozen=True, slots=True)
class Said:
    """What the person writes about a call that ended."""

    disposition: int
    script: int | None = None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""
    appointment: datetime | None = None
    is_own: bool = True  # the appointment is for whoever made it; else for anybody


def demand_running(campaign: Campaign, at: datetime) -> None:
    """Refuse what needs a campaign that runs, within its hours."""
    if campaign.code is not Status.RUNNING:
        raise Refused(Refusal(CLAUSE, _("This campaign is not running.")))
    why = work.closed(campaign, at)
    if why is not None:
        raise Refused(Refusal(CLAUSE, CLOSED_NOTES[why], work.closed_words(campaign, at)))


def _tell(record: Record, *others: int | None) -> None:
    people = {pk for pk in (record.taken_by_id, record.promised_to_id, *others) if pk}
    live.touch(f"campaign:{record.campaign_id}", *(f"campaign_calls:{pk}" for pk in people))


@transaction.atomic
def take_next(*, campaign_id: int, by: Person, at: datetime) -> Record | None:
    """The next person to be called by this one, or the one whom he has in hand; None when nobody is due.

    Two people never get the same one: rows that a colleague is looking at are passed over. Numbers that must not be
    called leave the list here, with what was promised them, and one that was called often enough today waits for
    tomorrow.
    """
    campaign = Campaign.objects.select_related("centre").get(pk=campaign_id)
    authorize(by, "outbound.call", campaign)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)  # whoever asks twice at once gets one
    mine = work.in_hand(by)
    if mine is not None:
        return mine
    demand_running(campaign, at)
    for record in work.waiting(campaign, by, at):
        if _may_be_called(record, campaign, by, at):
            return _to_hand(record, by, at)
    return None


def _may_be_called(record: Record, campaign: Campaign, by: Person, at: datetime) -> bool:
    note = _never(record, campaign, at)
    if note:
        record.promised_to = None
        move(record, Standing.BARRED, by=by, at=at, note=note, also=("promised_to",))
        owing.let_go(record, note, at=at)
        return False
    if record.appointment_at is not None:
        return True  # he asked for it
    if work.tries_today(campaign.centre_id, record.e164, at) < work.terms(at).most_a_day:
        return True
    tomorrow = clock.wall(clock.local_day(at) + timedelta(days=1))
    record.next_at = work.opening(campaign, tomorrow) or tomorrow
    record.save(update_fields=["next_at"])
    return False


def _never(record: Record, campaign: Campaign, at: datetime) -> str:
    """Why this number is called by no campaign; empty when it may be."""
    if work.is_barred(campaign.centre_id, record.e164, clock.local_day(at)):
        return BARRED
    refusal = refusal_of(record.e164)
    return refusal.note if refusal is not None else ""


def _to_hand(record: Record, by: Person, at: datetime) -> Record:
    record.taken_by, record.taken_at = by, at
    move(record, Standing.TAKEN, by=by, at=at, also=("taken_by", "taken_at"))
    _tell(record)
    return record


def in_hand(record_id: int, by: Person) -> Record:
    """Somebody whom this person has in hand, locked."""
    record = (
        Record.objects.select_for_update(of=("self",)).select_related("campaign__centre", "promise").get(pk=record_id)
    )
    authorize(by, "outbound.call", record.campaign)
    if record.status != Standing.TAKEN or record.taken_by_id != by.pk:
        raise Refused(Refusal(CLAUSE, _("This person is not in your hands any more.")))
    return record


def open_call(record: Record, at: datetime) -> Attempt | None:
    """The call of a locked record of which nobody has said yet what came of it.

    One of the exchange's that called nobody (one's own telephone was not picked up) is ended here, and is no try.
    """
    attempt = work.open_attempt(record)
    if attempt is None or line.line_of(attempt, at) is not Line.NOT_CALLED:
        return attempt
    attempt.ended_at, attempt.is_void = max(at, attempt.dialled_at), True
    attempt.save(update_fields=["ended_at", "is_void"])
    record.tries -= 1
    record.save(update_fields=["tries"])
    return None


@transaction.atomic
def dial(*, record_id: int, by: Person, at: datetime, how: Dialled = Dialled.HAND, call_ref: str = "") -> Attempt:
    """Begin a call: once more it is asked whether he may be called, now and at all.

    Dialled by hand, the whole number is shown to whoever dials it, and that is written down (A3.6). Dialling again
    before the first call has an outcome is the same call.
    """
    record = in_hand(record_id, by)
    known = open_call(record, at)
    if known is not None:
        return known
    demand_running(record.campaign, at)
    if work.is_barred(record.campaign.centre_id, record.e164, clock.local_day(at)):
        raise Refused(Refusal(CLAUSE, _("This number must not be called any more: put it back, it leaves the list.")))
    record.tries += 1
    record.taken_at = at  # he is being called: nobody takes him back for being slow to read
    record.save(update_fields=["tries", "taken_at"])
    number = Attempt.objects.filter(record=record).count() + 1  # those that came to nothing have their numbers too
    attempt = Attempt.objects.create(
        record=record, campaign=record.campaign, number=number, e164=record.e164, by=by, how=how,
        call_ref=call_ref, dialled_at=at,
    )  # fmt: skip
    if how is Dialled.HAND:
        Look.objects.create(record=record, person=by, reason="", at=at)
    _tell(record)
    return attempt


@transaction.atomic
def give_back(*, record_id: int, by: Person, at: datetime) -> Record:
    """Put somebody back without having called; the list goes on with him as before."""
    record = in_hand(record_id, by)
    if open_call(record, at) is not None:
        raise Refused(Refusal(CLAUSE, _("You have dialled: say what came of it.")))
    _put_back(record, record.next_at, "", by, at)
    return record


def _put_back(record: Record, next_at: datetime, note: str, by: Person, at: datetime) -> None:
    held = record.taken_by_id
    record.taken_by, record.taken_at, record.next_at = None, None, next_at
    move(record, Standing.WAITING, by=by, at=at, note=note, also=("taken_by", "taken_at", "next_at"))
    _tell(record, held)


@transaction.atomic
def take_back(*, record_id: int, by: Person, at: datetime) -> Record:
    """The program takes somebody back whom a person has left in his hands; a call without a word ends without one.

    While the exchange's call goes on he is in good hands, however long it takes; the time begins anew with its end.
    """
    record = Record.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=record_id)
    authorize(by, "outbound.dial_by_program", record.campaign)
    if record.status != Standing.TAKEN or record.taken_at is None:
        return record
    terms = work.terms(at)
    if at - record.taken_at < terms.in_hand:
        return record
    attempt = open_call(record, at)
    if attempt is None:
        _put_back(record, record.next_at, LEFT, by, at)
        return record
    if line.line_of(attempt, at) in GOES_ON:
        record.taken_at = at
        record.save(update_fields=["taken_at"])
        return record
    attempt.ended_at, attempt.note = at, LEFT
    attempt.save(update_fields=["ended_at", "note"])
    _put_back(record, at + terms.back_after, LEFT, by, at)
    return record


@transaction.atomic
def settle(*, record_id: int, said: Said, by: Person, at: datetime) -> Record:
    """What came of the call: its disposition decides whether he is finished, tried again, or was promised a call.

    A completed call needs every required answer; of any other what was answered is kept, to go on from there. An
    appointment becomes a promise in the ledger (A2.16); one that was due is kept by this call. Whoever does not want
    to be called again is on the list of all campaigns at once.
    """
    record = in_hand(record_id, by)
    attempt = open_call(record, at)
    if attempt is None:
        raise Refused(Refusal(CLAUSE, _("Dial first; without a call there is nothing to write down.")))
    ending = Disposition.objects.filter(campaign=record.campaign_id, pk=said.disposition, is_active=True).first()
    if ending is None:
        raise Refused(Refusal(CLAUSE, _("Choose what came of the call.")))
    outcome = Outcome(ending.outcome)
    script, answers = _answers(record, said, whole=outcome is Outcome.DONE)
    appointment = _appointment(record, said.appointment, at) if outcome is Outcome.LATER else None
    _end(attempt, ending, said.note, at)
    if script is not None and answers:
        Answers.objects.create(attempt=attempt, record=record, script=script, values=answers, at=at)
    if outcome is Outcome.BARRED:
        reason = said.note.strip() or record.campaign.name
        barred.bar(number=record.e164, reason=reason, source=Source.CUSTOMER, by=by, at=at)
    _move_on(record, ending, appointment, said, by, at)
    return record


def _end(attempt: Attempt, ending: Disposition, note: str, at: datetime) -> None:
    outcome = Outcome(ending.outcome)
    attempt.ended_at, attempt.disposition, attempt.note = at, ending, note.strip()[:500]
    attempt.is_reached, attempt.is_done = outcome in REACHED, outcome is Outcome.DONE
    attempt.is_abandoned = outcome is Outcome.DROPPED
    attempt.save()


def _answers(record: Record, said: Said, *, whole: bool) -> tuple[Script | None, dict[str, scripts.Answer]]:
    """Answers are read against the version that was on the page, though a newer one was written meanwhile."""
    rows = Script.objects.filter(campaign=record.campaign_id)
    script = rows.filter(pk=said.script).first() if said.script else rows.order_by("-version").first()
    if script is None:
        return None, {}
    answers, wrong = scripts.read(script.form, said.typed, whole=whole)
    refuse_if(Refusal(CLAUSE, one.note, {**one.params, "field": one.where}) for one in wrong)
    return script, answers


def _appointment(record: Record, moment: datetime | None, at: datetime) -> datetime:
    if moment is None:
        raise Refused(Refusal(CLAUSE, _("Say when he is to be called."), {"field": "appointment"}))
    if moment <= at:
        raise Refused(Refusal(CLAUSE, _("Choose a time that is still to come."), {"field": "appointment"}))
    terms = work.terms(at)
    if moment - at > terms.furthest:
        words = {"days": terms.furthest.days, "field": "appointment"}
        raise Refused(Refusal(CLAUSE, _("Make no appointment further ahead than {days} days."), words))
    why = work.closed(record.campaign, moment)
    if why is not None:
        words = {**work.closed_words(record.campaign, at), "field": "appointment"}
        raise Refused(Refusal(CLAUSE, CLOSED_NOTES[why], words))
    return moment


def _move_on(
    record: Record, ending: Disposition, appointment: datetime | None, said: Said, by: Person, at: datetime
) -> None:
    rule = following.Rule(Outcome(ending.outcome), ending.retry_after, ending.most)
    same = Attempt.objects.filter(record=record, disposition=ending).count()
    next_one = following.after(
        rule, tries=record.tries, same=same, most_tries=record.campaign.most_tries, appointment=appointment, at=at
    )
    owing.keep(record, ending.name, said.note, by=by, at=at)
    before = record.promised_to_id
    record.last, record.taken_by, record.taken_at = ending, None, None
    record.appointment_at = appointment
    record.promised_to = by if appointment is not None and said.is_own else None
    if next_one.at is not None:
        record.next_at = next_one.at if appointment else work.opening(record.campaign, next_one.at) or next_one.at
    record.promise = owing.owe(record, by=by, at=at) if appointment is not None else None
    also = ("last", "taken_by", "taken_at", "appointment_at", "promised_to", "next_at", "promise")
    move(record, next_one.standing, by=by, at=at, note=said.note.strip(), also=also)
    _tell(record, by.pk, before)


@transaction.atomic
def reveal(*, record_id: int, reason: str, by: Person, at: datetime) -> str:
    """Look behind the mask of a number, with the reason; logged, and counted with the looks at customers (A3.6)."""
    record = Record.objects.select_related("campaign").get(pk=record_id)
    authorize(by, "outbound.reveal", record)
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    if not reason.strip():
        raise Refused(Refusal("A3.6", _("Say why you need to see it."), {"field": "reason"}))
    most = REVEALS_A_DAY.on(clock.local_day(at))
    if work.looks_today(by, at) >= most:
        note = _("You have looked {most} times today; ask your shift leader.")
        raise Refused(Refusal("A3.6", note, {"most": most, "field": "reason"}))
    Look.objects.create(record=record, person=by, reason=reason.strip()[:200], at=at)
    return written(record.e164)
