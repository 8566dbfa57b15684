"""More time for a department: it asks with a reason, a dispatcher or shift leader grants (postpones) or declines."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action
from hotline.cases.models import Case, CaseEvent
from hotline.cases.queries.department import ANSWERS, ASKS, AT_DEPARTMENT
from hotline.cases.services import act, dispatching
from hotline.core import live
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices


def _live(case: Case) -> None:
    live.touch(f"queue:{case.centre_id}:dispatch", *([f"unit:{case.department_id}"] if case.department_id else []))


@transaction.atomic
def ask_more_time(*, case_id: int, version: int, amount: int, reason: str, by: Person, at: datetime) -> Case:
    """The department asks for more time, in the unit of the condition's limit; meanwhile the clock runs on."""
    case = act.start(case_id, version, Action.NOTE, "cases.feedback", by)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    if case.status not in AT_DEPARTMENT or case.condition is None or case.due_at is None:
        raise Refused(Refusal("A2.21", _("Nothing is due that could be postponed.")))
    most = 10 * case.condition.limit_value
    if not 1 <= amount <= most:
        raise Refused(
            Refusal("A2.21", _("Postpone by 1 to {most} of the limit's own unit."), {"most": most, "field": "amount"})
        )
    act.record(case, action=Action.NOTE, by=by, at=at, note=reason.strip(), data={ASKS: amount})
    _live(case)
    return case


@transaction.atomic
def grant_more_time(*, case_id: int, version: int, amount: int, reason: str, by: Person, at: datetime) -> Case:
    """Postpone (延期) as asked, or by another amount; whoever asked is told."""
    asked = _asked(case_id)
    case = dispatching.postpone(case_id=case_id, version=version, amount=amount, reason=reason, by=by, at=at)
    _live(case)
    if asked is not None:
        notices.notify(
            to=asked.actor,
            text=_("Case {number} was postponed: {reason}"),
            params={"number": case.number, "reason": reason},
            link=f"/cases/{case.number}",
            by=by,
            at=at,
        )
    return case


@transaction.atomic
def decline_more_time(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Decline a request for more time, with the reason; the deadline stands and whoever asked is told."""
    case = act.start(case_id, version, Action.NOTE, "cases.postpone", by)
    asked = _asked(case_id)
    if asked is None:
        raise Refused(Refusal("A2.21", _("Nobody has asked for more time.")))
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    act.record(case, action=Action.NOTE, by=by, at=at, note=reason.strip(), data={ANSWERS: asked.seq})
    _live(case)
    notices.notify(
        to=asked.actor,
        text=_("More time for case {number} was declined: {reason}"),
        params={"number": case.number, "reason": reason.strip()},
        link=f"/cases/{case.number}",
        by=by,
        at=at,
    )
    return case


def _asked(case_id: int) -> CaseEvent | None:
    """The last request for more time of a case."""
    rows = CaseEvent.objects.filter(case=case_id, action=Action.NOTE, data__has_key=ASKS)
    return rows.select_related("actor").order_by("-seq").first()
