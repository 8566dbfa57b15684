"""Calling back: who is asked, who asks, what he says, and how what was not good goes back into the flow."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case
from hotline.cases.services import closing
from hotline.citizens.events import CitizenRated
from hotline.citizens.logic.terms import TERMS, Terms, in_hours, is_called, next_call
from hotline.citizens.models import CallBack, CallTry, Grade, Reason, Review
from hotline.citizens.models.calls import CallStatus, ReviewStatus
from hotline.citizens.queries import public
from hotline.core import clock, events, live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

CLAUSE = "citizens.call"
OPENED_AGAIN = _("The matter was opened again before he was asked.")


def _terms(at: datetime) -> Terms:
    return TERMS.on(clock.local_day(at))


@transaction.atomic
def make(*, case_id: int, by: Person, at: datetime) -> CallBack | None:
    """Enter the caller of a closed case for a call-back, once for each end; None when he is not to be called."""
    case = Case.objects.select_for_update(of=("self",)).select_related("centre", "merged_into").get(pk=case_id)
    authorize(by, "citizens.make_call", case)
    root = public.root_of(case)
    old = CallBack.objects.select_for_update().filter(case=case, round__lt=root.reopen_count)
    for call in old.filter(status__in=[CallStatus.WAITING, CallStatus.TAKEN]):
        move(call, CallStatus.CANCELLED, by=by, at=at, note=OPENED_AGAIN)
    if root.code is not Status.CLOSED or root.ended_at is None:
        return None
    terms = _terms(root.ended_at)
    if not is_called(case.source, case.pk, terms.called_share) or not _can_be_called(case):
        return None
    known = CallBack.objects.filter(case=case, round=root.reopen_count).first()
    return known or _new(case, root, CallStatus.WAITING, by, at)


def _can_be_called(case: Case) -> bool:
    return case.customer is not None and case.customer.numbers.exists()


def _new(case: Case, root: Case, status: CallStatus, by: Person, at: datetime) -> CallBack:
    ended = root.ended_at or at
    terms = _terms(ended)
    call = CallBack(
        centre_id=case.centre_id,
        case=case,
        round=root.reopen_count,
        ended_at=ended,
        next_at=in_hours(clock.local(ended + terms.first_call), terms.hours),
        due_at=ended + terms.due,
    )
    begin(call, status, by=by, at=at)
    call.save(force_insert=True)
    _touch(call)
    return call


def _touch(call: CallBack) -> None:
    live.touch(f"calls:{call.centre_id}", f"case:{call.case_id}")


def _locked(call_id: int) -> CallBack:
    return (
        CallBack.objects.select_for_update(of=("self",)).select_related("case__merged_into", "centre").get(pk=call_id)
    )


@transaction.atomic
def take_next(*, by: Person, at: datetime) -> CallBack | None:
    """Take the next citizen to be called, or go on with the one in hand; two people never get the same one."""
    authorize(by, "citizens.call_back")
    mine = CallBack.objects.filter(status=CallStatus.TAKEN, taken_by=by.pk).first()
    if mine is not None:
        return mine
    waiting = CallBack.objects.select_for_update(of=("self",), skip_locked=True).filter(
        centre=by.centre_id, status=CallStatus.WAITING, next_at__lte=at
    )
    for call in waiting.select_related("case__merged_into").order_by("next_at", "pk")[:50]:
        if _still_ended(call):
            return _to_hand(call, by, at)
        move(call, CallStatus.CANCELLED, by=by, at=at, note=OPENED_AGAIN)
        _touch(call)
    return None


def _still_ended(call: CallBack) -> bool:
    root = public.root_of(call.case)
    return root.code is Status.CLOSED and root.reopen_count == call.round


def _to_hand(call: CallBack, by: Person, at: datetime) -> CallBack:
    call.taken_by = by
    move(call, CallStatus.TAKEN, by=by, at=at, also=("taken_by",))
    _touch(call)
    return call


@transaction.atomic
def take(*, call_id: int, by: Person, at: datetime) -> CallBack:
    """Take one citizen out of the list, before his time too."""
    call = _locked(call_id)
    authorize(by, "citizens.call_back", call)
    if call.status == CallStatus.TAKEN and call.taken_by_id == by.pk:
        return call
    if call.status == CallStatus.TAKEN:
        raise Refused(Refusal(CLAUSE, _("A colleague is calling him already.")))
    if CallBack.objects.filter(status=CallStatus.TAKEN, taken_by=by.pk).exists():
        raise Refused(Refusal(CLAUSE, _("Finish the call-back in hand first.")))
    if not _still_ended(call):
        raise Refused(Refusal(CLAUSE, OPENED_AGAIN))
    return _to_hand(call, by, at)


def _in_hand(call_id: int, by: Person) -> CallBack:
    """The call-back that this person has in hand, locked."""
    call = _locked(call_id)
    authorize(by, "citizens.call_back", call)
    if call.status != CallStatus.TAKEN or call.taken_by_id != by.pk:
        raise Refused(Refusal(CLAUSE, _("This call-back is not in your hands any more.")))
    return call


@transaction.atomic
def give_back(*, call_id: int, by: Person, at: datetime) -> CallBack:
    """Put a call-back into the queue again without having called."""
    call = _in_hand(call_id, by)
    call.taken_by = None
    move(call, CallStatus.WAITING, by=by, at=at, also=("taken_by",))
    _touch(call)
    return call


def _note_try(call: CallBack, by: Person, at: datetime, note: str, *, is_reached: bool) -> None:
    call.tries += 1
    CallTry.objects.create(call=call, number=call.tries, by=by, at=at, is_reached=is_reached, note=note.strip()[:300])


@transaction.atomic
def note_unreached(*, call_id: int, note: str = "", by: Person, at: datetime) -> CallBack:
    """Nobody answered: he is called again at another time of the day, or it is given up after the last try."""
    call = _in_hand(call_id, by)
    terms = _terms(at)
    _note_try(call, by, at, note, is_reached=False)
    pause = next_call(call.tries, terms)
    call.taken_by = None
    if pause is None:
        move(call, CallStatus.UNREACHED, by=by, at=at, note=note, also=("taken_by", "tries"))
    else:
        call.next_at = in_hours(clock.local(at + pause), terms.hours)
        move(call, CallStatus.WAITING, by=by, at=at, note=note, also=("taken_by", "tries", "next_at"))
    _touch(call)
    return call


@transaction.atomic
def note_grade(
    *, call_id: int, grade: str, reason: str = "", words: str = "", reopen: bool = False, by: Person, at: datetime
) -> CallBack:
    """What the citizen says. Dissatisfied with the result, the matter is opened again, or a shift leader decides."""
    call = _in_hand(call_id, by)
    _refuse_nonsense(grade, reason, words)
    _note_try(call, by, at, words, is_reached=True)
    _grade(call, grade, reason, words, by, at)
    if grade == Grade.DISSATISFIED:
        if reopen and reason.startswith("result_"):
            _reopen(call, words, by, at)
        else:
            _ask_review(call, by, at)
    return call


def _refuse_nonsense(grade: str, reason: str, words: str) -> None:
    if grade not in Grade.values:
        raise Refused(Refusal(CLAUSE, _("Say how content he is."), {"field": "grade"}))
    if reason and reason not in Reason.values:
        raise Refused(Refusal(CLAUSE, _("There is no such reason."), {"field": "reason"}))
    if grade == Grade.DISSATISFIED and not reason:
        raise Refused(Refusal(CLAUSE, _("Say what was not good: the result or the service."), {"field": "reason"}))
    if grade == Grade.DISSATISFIED and not words.strip():
        raise Refused(Refusal(CLAUSE, _("Say in a few words what is wrong."), {"field": "words"}))


def _grade(call: CallBack, grade: str, reason: str, words: str, by: Person, at: datetime) -> None:
    call.grade, call.words, call.rated_at = grade, words.strip(), at
    call.reason = reason if grade != Grade.SATISFIED else ""
    also = ("grade", "reason", "words", "rated_at", "tries", "by_himself")
    move(call, CallStatus.DONE, by=by, at=at, also=also)
    events.emit(CitizenRated(call.pk, call.case_id, call.centre_id, grade, call.by_himself), at=at)
    _touch(call)


def _reopen(call: CallBack, words: str, by: Person, at: datetime) -> None:
    root = Case.objects.get(pk=public.root_of(call.case).pk)
    closing.reopen(case_id=root.pk, version=root.version, reason=words.strip(), by=by, at=at)


def _ask_review(call: CallBack, by: Person, at: datetime) -> Review:
    review = Review(call=call, asked_by=by, at=at)
    begin(review, ReviewStatus.WAITING, by=by, at=at)
    review.save(force_insert=True)
    live.touch(f"reviews:{call.centre_id}")
    return review


@transaction.atomic
def rate_by_himself(
    *, case_id: int, round_: int, grade: str, reason: str = "", words: str = "", by: Person, at: datetime
) -> CallBack:
    """A citizen says by himself how content he is, by his code or the link in his SMS; it counts like a call, once."""
    case = Case.objects.select_for_update(of=("self",)).select_related("centre", "merged_into").get(pk=case_id)
    authorize(by, "citizens.take_in", case.centre)
    root = public.root_of(case)
    if root.code is not Status.CLOSED or root.ended_at is None or root.reopen_count != round_:
        raise Refused(Refusal(CLAUSE, _("There is nothing to rate at present.")))
    if at > root.ended_at + _terms(at).rated_within:
        raise Refused(Refusal(CLAUSE, _("The time in which it could be rated is over.")))
    _refuse_nonsense(grade, reason, words)
    found = CallBack.objects.select_for_update().filter(case=case, round=round_).first()
    call = found or _new(case, root, CallStatus.WAITING, by, at)
    if call.grade:
        raise Refused(Refusal(CLAUSE, _("You have rated it already. Thank you.")))
    call.by_himself, call.taken_by = True, None
    _grade(call, grade, reason, words, by, at)
    if grade == Grade.DISSATISFIED:
        _ask_review(call, by, at)
    return call


@transaction.atomic
def decide(*, review_id: int, reopen: bool, reason: str, by: Person, at: datetime) -> Review:
    """Open the matter again, or say why not; either with a reason."""
    review = Review.objects.select_for_update(of=("self",)).select_related("call__case__merged_into").get(pk=review_id)
    authorize(by, "citizens.decide_review", review)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    move(review, ReviewStatus.REOPENED if reopen else ReviewStatus.KEPT, by=by, at=at, note=reason.strip())
    if reopen and _still_ended(review.call):
        _reopen(review.call, reason, by, at)
    live.touch(f"reviews:{review.call.centre_id}", f"case:{review.call.case_id}")
    return review


@transaction.atomic
def give_back_forgotten(*, by: Person, at: datetime) -> int:
    """Call-backs that somebody took and left go back into the queue; how many."""
    authorize(by, "citizens.tidy")
    long_ago = at - _terms(at).taken
    rows = CallBack.objects.select_for_update().filter(
        centre=by.centre_id, status=CallStatus.TAKEN, status_at__lt=long_ago
    )
    found = list(rows)
    for call in found:
        call.taken_by = None
        move(call, CallStatus.WAITING, by=by, at=at, also=("taken_by",))
        _touch(call)
    return len(found)
