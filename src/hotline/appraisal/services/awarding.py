"""Rewards: proposed by one, confirmed by another named person, then praised before everybody (A7.11, D5)."""

from datetime import datetime

from django.db import transaction

from hotline.appraisal.models import Award, AwardKind, MatterStatus
from hotline.appraisal.queries import awards
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.rulebook.incentives import Grade, grade, grade_refusals

S = MatterStatus
HERE = "/appraisal/awards"


def _clause(kind: str) -> str:
    return "A7.11" if kind == AwardKind.MONTHLY else "D5"


@transaction.atomic
def propose_award(
    *,
    person: Person,
    kind: str,
    period: str,
    grade_number: int | None = None,
    words: str,
    in_kind: str = "",
    by: Person,
    at: datetime,
) -> Award:
    """Propose a reward for a month (2026-10), a half-year (2026-H2) or a year; nothing is given by it."""
    authorize(by, "appraisal.propose", person)
    clause = _clause(kind)
    Centre.objects.select_for_update(no_key=True).get(pk=person.centre_id)  # the grades of a month are counted
    if not words.strip():
        raise Refused(Refusal(clause, _("Say what for: everybody reads it."), {"field": "words"}))
    if awards.begins(period) is None or awards.is_month(period) != (kind != AwardKind.RANKING):
        raise Refused(Refusal(clause, _("That period does not go with this reward."), {"field": "period"}))
    if kind in (AwardKind.MONTHLY, AwardKind.RANKING) and awards.has(person, kind, period):
        raise Refused(Refusal(clause, _("That person has this reward of the period already, or it was proposed.")))
    if kind == AwardKind.RANKING and person.pk not in awards.firsts(awards.table(person.centre_id, period)):
        raise Refused(Refusal(clause, _("Only the first of a finished ranking is proposed for it.")))
    row = Award(
        person=person, kind=AwardKind(kind).value, period=period, words=words.strip(), in_kind=in_kind.strip(),
        proposed_by=by, proposed_at=at,
    )  # fmt: skip
    if kind == AwardKind.MONTHLY:
        if grade_number not in (1, 2, 3):
            raise Refused(Refusal(clause, _("Choose the first, second or third grade."), {"field": "grade_number"}))
        row.grade, row.fen = grade_number, _graded(person.centre_id, period, grade_number).fen
    begin(row, S.PROPOSED, by=by, at=at)
    row.save(force_insert=True)
    live.touch(f"awards:{person.centre_id}")
    return row


def _graded(centre_id: int, period: str, number: int) -> Grade:
    """What the grade gives, if there is still room for somebody."""
    first = awards.begins(period)
    assert first is not None
    found = grade.on(first)(number, values_on(centre_id, first).reading())
    refuse_if(grade_refusals.on(first)(awards.given(centre_id, period, number), found))
    return found


@transaction.atomic
def decide_award(*, award_id: int, confirm: bool, note: str, by: Person, at: datetime) -> Award:
    """Confirm or drop it: somebody who neither proposed it nor gets it. Confirmed, everybody sees it."""
    row = Award.objects.select_for_update(of=("self",)).select_related("person").get(pk=award_id)
    authorize(by, "appraisal.decide_award", row)
    if not note.strip():
        raise Refused(Refusal(_clause(row.kind), _("Give the reason."), {"field": "note"}))
    move(row, S.CONFIRMED if confirm else S.DROPPED, by=by, at=at, note=note.strip())
    if confirm:
        text = _("You were given a reward: {words}")
        notices.notify(to=row.person, text=text, params={"words": row.words}, link=HERE, by=by, at=at)
    live.touch(f"awards:{row.person.centre_id}", f"my_month:{row.person_id}")
    return row
