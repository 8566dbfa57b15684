"""Agreements: drafted, signed by the centre, signed or declined by the department; how a department is reached."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.departments.models import Agreement, AgreementStatus, Contact
from hotline.departments.queries import work as queries
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Unit, UnitKind
from hotline.people.services import notices

CLAUSE = "A2.21"
TERMS = (
    "accept_value",
    "accept_unit",
    "hop_value",
    "hop_unit",
    "phase_value",
    "phase_unit",
    "objection_value",
    "objection_unit",
    "target_accept",
    "target_hop",
    "target_phase",
    "target_rework",
    "note",
)


def _touch(department: Unit) -> None:
    live.touch(f"departments:{department.centre_id}", f"department:{department.pk}")


@transaction.atomic
def draft_agreement(
    *, department: Unit, work: str, valid_from: date, terms: Mapping[str, Any], by: Person, at: datetime
) -> Agreement:
    """Write down what is to be agreed with a department for a kind of work; nothing holds yet."""
    authorize(by, "departments.draft_agreement", department)
    if department.kind != UnitKind.DEPARTMENT:
        raise Refused(Refusal(CLAUSE, _("Agreements are made with departments."), {"field": "department"}))
    if work not in dict(queries.choices(department.centre_id)):
        raise Refused(Refusal(CLAUSE, _("There is no such kind of work."), {"field": "work"}))
    agreement = Agreement(
        department=department,
        work=work,
        valid_from=valid_from,
        drafted_by=by,
        drafted_at=at,
        **{name: terms[name] for name in TERMS if name in terms},
    )
    refuse_if(_faults(agreement))
    begin(agreement, AgreementStatus.DRAFT, by=by, at=at)
    agreement.save(force_insert=True)
    _touch(department)
    return agreement


def _faults(agreement: Agreement) -> list[Refusal]:
    found = []
    if bool(agreement.phase_value) != bool(agreement.phase_unit):
        note = _("Give the limit of the whole phase with its unit, or neither.")
        found.append(Refusal(CLAUSE, note, {"field": "phase_value"}))
    targets = ("target_accept", "target_hop", "target_phase", "target_rework")
    wrong = [name for name in targets if not 0 <= getattr(agreement, name) <= 1000]
    note = _("A target lies between 0 and 1000 ‰.")
    return found + [Refusal(CLAUSE, note, {"field": name}) for name in wrong]


def _locked(agreement_id: int) -> Agreement:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("department", "drafted_by")
    return rows.get(pk=agreement_id)


@transaction.atomic
def offer_agreement(*, agreement_id: int, by: Person, at: datetime) -> Agreement:
    """Sign for the centre; the department's clerks are asked to sign."""
    agreement = _locked(agreement_id)
    authorize(by, "departments.sign_for_centre", agreement)
    agreement.centre_signer, agreement.centre_signed_at = by, at
    move(agreement, AgreementStatus.OFFERED, by=by, at=at, also=("centre_signer", "centre_signed_at"))
    for clerk in queries.clerks(agreement.department_id, local_day(at)):
        notices.notify(
            to=clerk,
            text=_("An agreement valid from {day} waits for your signature."),
            params={"day": agreement.valid_from.isoformat()},
            link=f"/departments/agreements/{agreement.pk}",
            by=by,
            at=at,
        )
    _touch(agreement.department)
    return agreement


@transaction.atomic
def sign_agreement(*, agreement_id: int, by: Person, at: datetime) -> Agreement:
    """Sign for the department: from its day on the agreement holds for what is handed out."""
    agreement = _locked(agreement_id)
    Unit.objects.select_for_update().get(pk=agreement.department_id)  # one signature of a department at a time
    authorize(by, "departments.sign_for_department", agreement)
    if agreement.valid_from < local_day(at):
        note = _("It was to hold from {day}, which has passed. Draft it anew with a later day.")
        raise Refused(Refusal(CLAUSE, note, {"day": agreement.valid_from.isoformat()}))
    same = Agreement.objects.filter(
        department=agreement.department_id,
        work=agreement.work,
        valid_from=agreement.valid_from,
        status=AgreementStatus.IN_FORCE,
    )
    if same.exists():
        raise Refused(Refusal(CLAUSE, _("Another agreement on this kind of work holds from the same day.")))
    agreement.department_signer, agreement.department_signed_at = by, at
    move(agreement, AgreementStatus.IN_FORCE, by=by, at=at, also=("department_signer", "department_signed_at"))
    _tell_drafter(agreement, _("{department} has signed the agreement valid from {day}."), by, at)
    return agreement


@transaction.atomic
def decline_agreement(*, agreement_id: int, reason: str, by: Person, at: datetime) -> Agreement:
    """The department does not sign, and says why."""
    agreement = _locked(agreement_id)
    authorize(by, "departments.sign_for_department", agreement)
    if not reason.strip():
        raise Refused(Refusal(CLAUSE, _("Give a reason."), {"field": "reason"}))
    move(agreement, AgreementStatus.DECLINED, by=by, at=at, note=reason.strip())
    _tell_drafter(agreement, _("{department} has declined the agreement valid from {day}."), by, at)
    return agreement


@transaction.atomic
def withdraw_agreement(*, agreement_id: int, by: Person, at: datetime) -> Agreement:
    """Take back what the department has not signed."""
    agreement = _locked(agreement_id)
    authorize(by, "departments.draft_agreement", agreement.department)
    move(agreement, AgreementStatus.WITHDRAWN, by=by, at=at)
    _touch(agreement.department)
    return agreement


def _tell_drafter(agreement: Agreement, text: str, by: Person, at: datetime) -> None:
    notices.notify(
        to=agreement.drafted_by,
        text=text,
        params={"department": agreement.department.name, "day": agreement.valid_from.isoformat()},
        link=f"/departments/agreements/{agreement.pk}",
        by=by,
        at=at,
    )
    _touch(agreement.department)


@transaction.atomic
def keep_contact(
    *, department: Unit, phone: str, by_mail: bool, mail: str, centre_mail: str, by: Person, at: datetime
) -> Contact:
    """Say how a department is reached and who gets the monthly report."""
    authorize(by, "departments.keep_contact", department)
    if by_mail and not mail.strip():
        raise Refused(Refusal(CLAUSE, _("Without a mailbox nothing goes by mail."), {"field": "mail"}))
    contact, _new = Contact.objects.update_or_create(
        department=department,
        defaults={
            "phone": phone.strip(),
            "by_mail": by_mail,
            "mail": mail.strip(),
            "centre_mail": centre_mail.strip(),
            "changed_at": at,
            "changed_by": by,
        },
    )
    _touch(department)
    return contact
