"""Appeals: the handler objects within the time, somebody who is neither handler nor reviewer decides."""

from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.quality.models import Appeal, AppealStatus, Review, ReviewStatus


@transaction.atomic
def appeal(*, review_id: int, words: str, by: Person, at: datetime) -> Appeal:
    """The handler objects to a finding; until it is decided the case counts neither as right nor as wrong."""
    rows = Review.objects.select_for_update(of=("self",)).select_related("case", "reviewer")
    review = rows.get(pk=review_id)
    authorize(by, "quality.appeal", review)
    if not words.strip():
        raise Refused(Refusal("D3.8", _("Say why the finding is wrong."), {"field": "words"}))
    if review.appeal_until is None or at > review.appeal_until:
        raise Refused(Refusal("D3.8", _("The time for an appeal is over."), {"field": "words"}))
    assert review.reviewer is not None
    made = Appeal.objects.create(
        review=review,
        handler=by,
        reviewer=review.reviewer,
        words=words.strip(),
        asked_at=at,
        status=AppealStatus.ASKED,
        status_at=at,
        status_by=by,
    )
    move(review, ReviewStatus.APPEALED, by=by, at=at)
    _tell(review)
    return made


@transaction.atomic
def decide(*, appeal_id: int, grant: bool, reason: str, by: Person, at: datetime) -> Appeal:
    """A second person decides, with the reason; handler and reviewer are told."""
    rows = Appeal.objects.select_for_update(of=("self", "review"))
    found = rows.select_related("review__case", "handler", "reviewer").get(pk=appeal_id)
    authorize(by, "quality.decide_appeal", found)
    if not reason.strip():
        raise Refused(Refusal("D3.8", _("Give a reason."), {"field": "reason"}))
    move(found, AppealStatus.GRANTED if grant else AppealStatus.DECLINED, by=by, at=at, note=reason.strip())
    review = found.review
    move(review, ReviewStatus.OVERTURNED if grant else ReviewStatus.UPHELD, by=by, at=at, note=reason.strip())
    granted = _("The appeal on case {number} was granted: {reason}")
    declined = _("The appeal on case {number} was declined: {reason}")
    for person in (found.handler, found.reviewer):
        notices.notify(
            to=person,
            text=granted if grant else declined,
            params={"number": review.case.number, "reason": reason.strip()},
            link=f"/quality/reviews/{review.pk}",
            by=by,
            at=at,
        )
    _tell(review)
    return found


def _tell(review: Review) -> None:
    live.touch(
        f"appeals:{review.centre_id}",
        f"quality:{review.centre_id}",
        f"accuracy:{review.handler_id}",
        f"reviews:{review.case_id}",
    )
