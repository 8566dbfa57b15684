"""The review desk: taking a case, judging it, and asking for a review of one case for a named reason."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from hotline.cases.models import Case, CaseEvent
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import move
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.quality.logic import CAUSE_LABELS
from hotline.quality.models import Review, ReviewStatus, Way
from hotline.quality.queries import decisions, reviews
from hotline.quality.queries.decisions import month_of
from hotline.rulebook.accuracy import APPEAL_WITHIN, CAUSES, Cause, Decision

FORGOTTEN = timedelta(minutes=30)  # a review that was taken so long ago may be taken by somebody else
SECOND_THOUGHTS = timedelta(minutes=10)  # a finding may be taken back within this time


@transaction.atomic
def ask(*, case_id: int, handler: Person, decision: Decision, reason: str, by: Person, at: datetime) -> Review:
    """Have one case reviewed for a named reason; it is shown apart and does not enter the rate of a sample."""
    authorize(by, "quality.target", handler)
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).get(pk=case_id)
    event = next(
        (event for person, kind, event in decisions.decided_in(case) if person.pk == handler.pk and kind is decision),
        None,
    )
    found = []
    if not reason.strip():
        found.append(Refusal("D3.8", _("Say why this case is looked at."), {"field": "reason"}))
    if event is None:
        found.append(Refusal("D3.8", _("{name} decided nothing of that kind here."), {"name": handler.name}))
    elif Review.objects.filter(case=case, handler=handler, month=month_of(local_day(event.at))).exists():
        found.append(Refusal("D3.8", _("This case is reviewed already.")))
    refuse_if(found)
    assert event is not None
    review = Review.objects.create(
        centre_id=case.centre_id,
        way=Way.TARGETED,
        case=case,
        handler=handler,
        decision=decision.value,
        event=event,
        decided_at=event.at,
        month=month_of(local_day(event.at)),
        reason=reason.strip()[:200],
        asked_by=by,
        asked_at=at,
        status=ReviewStatus.WAITING,
        status_at=at,
        status_by=by,
    )
    live.touch(f"quality:{case.centre_id}")
    return review


@transaction.atomic
def take_next(*, by: Person, at: datetime) -> Review | None:
    """Hand this reviewer the next case that nobody has before him; None when nothing waits."""
    authorize(by, "quality.open_desk")
    free = Q(reviewer__isnull=True) | Q(reviewer=by.pk) | Q(taken_at__lt=at - FORGOTTEN)
    rows = reviews.waiting(by).exclude(handler=by.pk).filter(free).select_for_update(skip_locked=True, of=("self",))
    own = rows.filter(reviewer=by.pk).first()
    return _take(own or rows.first(), by, at)


def _take(review: Review | None, by: Person, at: datetime) -> Review | None:
    if review is not None and review.reviewer_id != by.pk:
        review.reviewer, review.taken_at = by, at
        review.save(update_fields=["reviewer", "taken_at"])
        live.touch(f"quality:{review.centre_id}")
    return review


@transaction.atomic
def take(*, review_id: int, by: Person, at: datetime) -> Review:
    """Begin one review that was chosen from a list."""
    review = _locked(review_id, by)
    if review.reviewer_id not in {None, by.pk} and review.taken_at and at - review.taken_at <= FORGOTTEN:
        raise Refused(Refusal("D3.8", _("{name} is looking at it."), {"name": _name(review.reviewer)}))
    _take(review, by, at)
    return review


@transaction.atomic
def put_back(*, review_id: int, by: Person, at: datetime) -> Review:
    """Leave it to somebody else."""
    review = _locked(review_id, by)
    if review.reviewer_id == by.pk:
        review.reviewer, review.taken_at = None, None
        review.save(update_fields=["reviewer", "taken_at"])
        live.touch(f"quality:{review.centre_id}")
    return review


@transaction.atomic
def find_correct(*, review_id: int, words: str = "", by: Person, at: datetime) -> Review:
    """All was right."""
    review = _mine(review_id, by, at)
    review.words = words.strip()
    _found(review, ReviewStatus.CORRECT, by, at)
    return review


@transaction.atomic
def find_wrong(*, review_id: int, cause: Cause, words: str, evidence_seq: int, by: Person, at: datetime) -> Review:
    """Something was wrong: the cause, where in the case it shows, and words that the handler can learn from."""
    review = _mine(review_id, by, at)
    evidence = CaseEvent.objects.filter(case=review.case_id, seq=evidence_seq).first()
    possible = {cause for decision in reviews.decisions_of(review) for cause in CAUSES[decision]}
    found = []
    if cause not in possible:
        note = _("“{cause}” is no fault of this decision.")
        found.append(Refusal("D3.8", note, {"cause": CAUSE_LABELS[cause], "field": "cause"}))
    if not words.strip():
        found.append(Refusal("D3.8", _("Say in words what was wrong."), {"field": "words"}))
    if evidence is None:
        found.append(Refusal("D3.8", _("Point to the event of the case that shows it."), {"field": "evidence"}))
    refuse_if(found)
    review.cause, review.words, review.evidence = cause.value, words.strip(), evidence
    review.appeal_until = at + APPEAL_WITHIN.on(local_day(at))
    _found(review, ReviewStatus.WRONG, by, at)
    notices.notify(
        to=review.handler,
        text=_("Case {number} was reviewed: {cause}. You may appeal within {days} days."),
        params={
            "number": review.case.number,
            "cause": CAUSE_LABELS[cause],
            "days": APPEAL_WITHIN.on(local_day(at)).days,
        },
        link=f"/quality/reviews/{review.pk}",
        by=by,
        at=at,
    )
    return review


@transaction.atomic
def take_back(*, review_id: int, by: Person, at: datetime) -> Review:
    """A slip of the finger: the reviewer may take his finding back within ten minutes, as long as nobody appealed."""
    review = Review.objects.select_for_update(of=("self",)).select_related("handler", "case").get(pk=review_id)
    authorize(by, "quality.review", review)
    if review.reviewer_id != by.pk or review.found_at is None or at - review.found_at > SECOND_THOUGHTS:
        raise Refused(Refusal("D3.8", _("A finding can be taken back by its reviewer within ten minutes.")))
    was_wrong = review.status == ReviewStatus.WRONG
    review.cause, review.words, review.evidence, review.found_at, review.appeal_until = "", "", None, None, None
    review.taken_at = at
    fields = ("cause", "words", "evidence", "found_at", "appeal_until", "taken_at")
    move(review, ReviewStatus.WAITING, by=by, at=at, also=fields)
    if was_wrong:
        notices.notify(
            to=review.handler,
            text=_("The finding on case {number} was taken back."),
            params={"number": review.case.number},
            by=by,
            at=at,
        )
    _tell(review)
    return review


def _locked(review_id: int, by: Person) -> Review:
    rows = Review.objects.select_for_update(of=("self",)).select_related("case", "handler", "reviewer")
    review = rows.get(pk=review_id)
    authorize(by, "quality.review", review)
    if review.status != ReviewStatus.WAITING:
        raise Refused(Refusal("D3.8", _("{name} has reviewed it already."), {"name": _name(review.reviewer)}))
    return review


def _mine(review_id: int, by: Person, at: datetime) -> Review:
    """A review that this person has before him, or that nobody has."""
    review = _locked(review_id, by)
    is_taken = review.reviewer_id not in {None, by.pk}
    if is_taken and review.taken_at is not None and at - review.taken_at <= FORGOTTEN:
        raise Refused(Refusal("D3.8", _("{name} is looking at it."), {"name": _name(review.reviewer)}))
    return review


def _name(person: Person | None) -> str:
    return person.name if person else ""


def _found(review: Review, status: ReviewStatus, by: Person, at: datetime) -> None:
    review.reviewer, review.found_at = by, at
    fields = ("reviewer", "found_at", "cause", "words", "evidence", "appeal_until")
    move(review, status, by=by, at=at, also=fields)
    _tell(review)


def _tell(review: Review) -> None:
    live.touch(f"quality:{review.centre_id}", f"accuracy:{review.handler_id}", f"reviews:{review.case_id}")
