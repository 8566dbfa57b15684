"""Scores of calls (A6.7, A6.8): somebody else listened, and says what he heard."""

from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.quality.models import CallScore
from hotline.telephony.models import Call

MOST = 50


@transaction.atomic
def score_call(
    *, call_id: int, soft: int, technical: int, is_zero: bool, words: str, by: Person, at: datetime
) -> CallScore:
    """Score an answered call once: soft skills and technical ability of 50 each, and whether the answer was wrong."""
    call = Call.objects.select_for_update(of=("self",)).select_related("person").get(pk=call_id)
    authorize(by, "quality.score_call", call)
    person = call.person
    if person is None or call.answered_at is None or call.ended_at is None:
        raise Refused(Refusal("A6.7", _("Only a call that was answered and has ended can be scored.")))
    for name, value in (("soft", soft), ("technical", technical)):
        if not 0 <= value <= MOST:
            raise Refused(Refusal("A6.7", _("Each score is from 0 to 50."), {"field": name}))
    if not words.strip():
        raise Refused(Refusal("A6.7", _("Say what was heard: the person reads it."), {"field": "words"}))
    if CallScore.objects.filter(call=call).exists():
        raise Refused(Refusal("A6.7", _("This call was scored already.")))
    row = CallScore.objects.create(
        centre_id=call.centre_id,
        call=call,
        person=person,
        month=local_day(call.answered_at).replace(day=1),
        soft=soft,
        technical=technical,
        is_zero=is_zero,
        words=words.strip(),
        scored_by=by,
        scored_at=at,
    )
    text = _("A call of yours was listened to and scored: {soft} and {technical} of 50 each.")
    params = {"soft": soft, "technical": technical}
    notices.notify(to=person, text=text, params=params, link=f"/calls/{call.pk}", by=by, at=at)
    return row
