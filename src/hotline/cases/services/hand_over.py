"""From hand to hand at the end of a shift: whoever comes next has the case from that moment on (D2.5, C6)."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action
from hotline.cases.models import Case, Task, TaskStatus
from hotline.cases.queries import custody
from hotline.cases.services import act
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Position


@transaction.atomic
def take_over(*, case_id: int, giver: Person, to: Person, reason: str, by: Person, at: datetime) -> Case:
    """The case goes from the giver's hands into those of the one who comes next; the first owner stays who he was.

    In the hands of a field supervisor the case goes with the look on the spot that is asked for.
    """
    case = custody.locked(case_id)
    task = Task.objects.select_for_update(of=("self",)).filter(case=case, status=TaskStatus.ASKED).first()
    authorize(by, "cases.take_over", case, to)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    if case.holding is None or case.holding.person_id != giver.pk:
        params = {"name": giver.name, "number": case.number}
        raise Refused(Refusal("D2.5", _("Case {number} is not in the hands of {name} any more."), params))
    in_field = task is not None and task.person_id == giver.pk
    fits = to.standing.is_any(Position.FIELD_SUPERVISOR) if in_field else custody.may_hold(to)
    if not fits or to.pk == giver.pk or not to.is_active or to.centre_id != case.centre_id:
        raise Refused(Refusal("D2.5", _("{name} does not do this work."), {"name": to.name}))
    if task is not None and in_field:
        task.person = to
        task.save(update_fields=["person"])
        live.touch(f"tasks:{giver.pk}", f"tasks:{to.pk}")
    sets = {"operator_id": to.pk} if case.operator_id == giver.pk and not in_field else {}
    due = task.due_at if task is not None and in_field else None
    act.record(case, action=Action.ASSIGN, by=by, at=at, note=reason.strip(), holder=to, stage_due=due, sets=sets)
    return case
