"""Time in hand that shall not be charged: asked with evidence, decided by another person, never an edit (D3.7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.cases.models import Attachment, Case, Holding, Waiver, WaiverStatus
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices

# Why time may be left out of account; each needs evidence.
REASONS = {
    "system": _("The system or the line was down"),
    "caller": _("The caller had to be asked again"),
    "field": _("The field could not be reached"),
    "duty": _("Called away by the shift leader"),
    "burst": _("More reports at once than people"),
    "other": _("Another proven reason"),
}


@transaction.atomic
def ask_waiver(
    *, holding_id: int, reason_code: str, reason: str, evidence_id: UUID | str, by: Person, at: datetime
) -> Waiver:
    """Ask that the time of one holding be left out of account. Without evidence nothing is left out (reading 25)."""
    case = Case.objects.select_for_update(of=("self",)).get(holdings=holding_id)
    holding = Holding.objects.select_related("person").get(pk=holding_id)
    authorize(by, "cases.ask_waiver", holding)
    if holding.person is None:
        raise Refused(Refusal("D3.7", _("Only time in a person's hands is charged.")))
    if reason_code not in REASONS:
        raise Refused(Refusal("D3.7", _("Choose a reason."), {"field": "reason_code"}))
    if not reason.strip():
        raise Refused(Refusal("D3.7", _("Say what happened."), {"field": "reason"}))
    evidence = Attachment.objects.filter(pk=evidence_id, case=case).first()
    if evidence is None:
        raise Refused(Refusal("D3.7", _("Without evidence no time is left out."), {"field": "evidence"}))
    span = DateTimeTZRange(holding.span.lower, holding.span.upper or at)
    if (
        Waiver.objects.filter(case=case, person=holding.person, span__overlap=span)
        .exclude(status=WaiverStatus.REFUSED)
        .exists()
    ):
        raise Refused(Refusal("D3.7", _("A waiver for this time has been asked for already.")))
    waiver = Waiver(
        case=case,
        person=holding.person,
        span=span,
        reason_code=reason_code,
        reason=reason.strip(),
        evidence=evidence,
        asked_by=by,
        asked_at=at,
    )
    begin(waiver, WaiverStatus.ASKED, by=by, at=at)
    waiver.save(force_insert=True)
    live.touch(f"waivers:{case.centre_id}", f"case:{case.pk}")
    return waiver


@transaction.atomic
def decide_waiver(*, waiver_id: int, approve: bool, note: str = "", by: Person, at: datetime) -> Waiver:
    """Approve or refuse; the person whose time it is learns it. The holding stays as it is."""
    waiver = Waiver.objects.select_for_update(of=("self",)).select_related("case", "person").get(pk=waiver_id)
    authorize(by, "cases.decide_waiver", waiver)
    if not approve and not note.strip():
        raise Refused(Refusal("D3.7", _("Say why it is refused."), {"field": "note"}))
    move(waiver, WaiverStatus.APPROVED if approve else WaiverStatus.REFUSED, by=by, at=at, note=note.strip())
    text = (
        _("Your waiver for case {number} was approved.")
        if approve
        else _("Your waiver for case {number} was refused: {note}")
    )
    notices.notify(
        to=waiver.person,
        text=text,
        params={"number": waiver.case.number, "note": note},
        link=f"/cases/{waiver.case.number}",
        by=by,
        at=at,
    )
    live.touch(f"waivers:{waiver.case.centre_id}", f"case:{waiver.case_id}")
    return waiver
