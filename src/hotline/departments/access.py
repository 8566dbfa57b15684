"""Who may do what with agreements, objections, deliveries and reports. A list and a row's permission always agree."""

from hotline.cases.models import Case
from hotline.core.access import permission
from hotline.departments.models import (
    Agreement,
    AgreementStatus,
    CatalogueHint,
    Contact,
    Delivery,
    Hop,
    Objection,
    ObjectionStatus,
    Report,
)
from hotline.departments.models.agreements import SEES_ALL, departments_of
from hotline.people.models import Person, Position, Unit

P = Position
SIGNS = (P.DIRECTOR, P.MANAGER, P.CENTRE_SUPERVISOR)
DRAFTS = (*SIGNS, P.TEAM_LEADER)
REVIEWS = (P.DISPATCHER, P.SHIFT_LEADER)
DELIVERS = (P.DISPATCHER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR)


def _sees(person: Person, unit_id: int) -> bool:
    return departments_of(person).filter(pk=unit_id).exists()


def is_clerk_of(person: Person, unit_id: int) -> bool:
    """Whether the person answers for that department."""
    return person.standing.is_in(unit_id, P.DEPARTMENT_CLERK)


@permission("departments.view_overview")
def views_overview(person: Person) -> bool:
    """Those who lead the centre or work with its departments."""
    return person.standing.is_any(*SEES_ALL)


@permission("departments.view_units")
def views_units(person: Person) -> bool:
    """They, and the clerks of departments, each his own."""
    return person.standing.is_any(*SEES_ALL, P.DEPARTMENT_CLERK)


@permission("departments.view_own")
def views_own(person: Person) -> bool:
    """Clerks of departments."""
    return person.standing.is_any(P.DEPARTMENT_CLERK)


@permission("departments.view_agreement")
def views_agreement(person: Person, agreement: Agreement) -> bool:
    """The same rows as Agreement.objects.visible_to."""
    hidden = agreement.status == AgreementStatus.DRAFT and not person.standing.is_any(*SEES_ALL)
    return _sees(person, agreement.department_id) and not hidden


@permission("departments.view_contact")
def views_contact(person: Person, contact: Contact) -> bool:
    """The same rows as Contact.objects.visible_to."""
    return _sees(person, contact.department_id)


@permission("departments.view_hop")
def views_hop(person: Person, hop: Hop) -> bool:
    """The same rows as Hop.objects.visible_to."""
    return _sees(person, hop.department_id)


@permission("departments.view_delivery")
def views_delivery(person: Person, delivery: Delivery) -> bool:
    """The same rows as Delivery.objects.visible_to."""
    return _sees(person, delivery.hop.department_id)


@permission("departments.view_objection")
def views_objection(person: Person, objection: Objection) -> bool:
    """The same rows as Objection.objects.visible_to."""
    return _sees(person, objection.hop.department_id)


@permission("departments.view_report")
def views_report(person: Person, report: Report) -> bool:
    """The same rows as Report.objects.visible_to."""
    return _sees(person, report.department_id)


@permission("departments.view_catalogue_hint")
def views_hint(person: Person, hint: CatalogueHint) -> bool:
    """The same rows as CatalogueHint.objects.visible_to."""
    return hint.condition.category.centre_id == person.centre_id and person.standing.is_any(*SEES_ALL)


@permission("departments.draft_agreement")
def drafts_agreement(person: Person, department: Unit | None = None) -> bool:
    """Team leaders prepare agreements, and those who sign them (A2.21)."""
    here = department is None or department.centre_id == person.centre_id
    return here and person.standing.is_any(*DRAFTS)


@permission("departments.sign_for_centre")
def signs_for_centre(person: Person, agreement: Agreement) -> bool:
    """The centre's side: the director, the manager, the centre supervisor."""
    return agreement.department.centre_id == person.centre_id and person.standing.is_any(*SIGNS)


@permission("departments.sign_for_department")
def signs_for_department(person: Person, agreement: Agreement) -> bool:
    """The department's side: its own clerk, and never who signed for the centre."""
    return is_clerk_of(person, agreement.department_id) and agreement.centre_signer_id != person.pk


@permission("departments.keep_contact")
def keeps_contact(person: Person, department: Unit | None = None) -> bool:
    """Those who draft agreements, dispatchers, and the department itself."""
    if department is None:
        return person.standing.is_any(*DRAFTS, P.DISPATCHER, P.DEPARTMENT_CLERK)
    if department.centre_id != person.centre_id:
        return False
    return person.standing.is_any(*DRAFTS, P.DISPATCHER) or is_clerk_of(person, department.pk)


@permission("departments.hand_over")
def hands_over(person: Person, centre_id: int) -> bool:
    """The centre's program notes hand-outs and works their delivery."""
    return bool(person.is_system) and person.centre_id == centre_id


@permission("departments.acknowledge")
def acknowledges(person: Person, hop: Hop) -> bool:
    """The department's clerk has opened it."""
    return is_clerk_of(person, hop.department_id)


@permission("departments.mend_delivery")
def mends_delivery(person: Person, delivery: Delivery | None = None) -> bool:
    """Dispatchers and those who lead the shift try again, or tell the department by telephone."""
    here = delivery is None or delivery.hop.department.centre_id == person.centre_id
    return here and person.standing.is_any(*DELIVERS)


@permission("departments.object")
def objects(person: Person, case: Case) -> bool:
    """The clerk of the department that has the case."""
    held = case.holding
    return held is not None and held.unit_id is not None and is_clerk_of(person, held.unit_id)


@permission("departments.answer_objection")
def answers_objection(person: Person, objection: Objection) -> bool:
    """The department that objected: appeal, withdraw."""
    return is_clerk_of(person, objection.hop.department_id)


@permission("departments.review_objections")
def reviews(person: Person) -> bool:
    """Reviewers of both levels."""
    return person.standing.is_any(*REVIEWS, P.CENTRE_SUPERVISOR)


@permission("departments.decide_objection")
def decides(person: Person, objection: Objection) -> bool:
    """First a dispatcher or shift leader who did not dispatch it; on appeal the centre supervisor, a second person."""
    if objection.case.centre_id != person.centre_id or person.pk in {objection.raised_by_id, objection.hop.given_by_id}:
        return False
    if objection.status == ObjectionStatus.APPEALED:
        first = objection.decisions.filter(by=person.pk).exists()
        return person.standing.is_any(P.CENTRE_SUPERVISOR) and not first
    return objection.status == ObjectionStatus.RAISED and person.standing.is_any(*REVIEWS, P.CENTRE_SUPERVISOR)


@permission("departments.correct_catalogue")
def corrects_catalogue(person: Person, hint: CatalogueHint | None = None) -> bool:
    """Those who answer for whom a case is dispatched to."""
    here = hint is None or hint.condition.category.centre_id == person.centre_id
    return here and person.standing.is_any(P.DISPATCHER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR)


@permission("departments.freeze_report")
def freezes_report(person: Person, department: Unit) -> bool:
    """The program on the first of the month, and those who sign for the centre."""
    return department.centre_id == person.centre_id and (person.is_system or person.standing.is_any(*SIGNS))
