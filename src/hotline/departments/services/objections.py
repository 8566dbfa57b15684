"""Objections to dispatches (派单异议审核): raised by a department, decided by a second person, appealed to a third."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from hotline.cases.models import Attachment, Case
from hotline.cases.services import desk, dispatching
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.departments.logic.terms import OBJECTION
from hotline.departments.models import (
    CatalogueHint,
    Decision,
    Exemption,
    HintStatus,
    Hop,
    Objection,
    ObjectionStatus,
    ReasonCode,
)
from hotline.departments.queries import hops as hop_queries
from hotline.departments.queries import work
from hotline.departments.services import handover
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Position, Unit, UnitKind
from hotline.people.queries import system_person
from hotline.people.services import notices
from hotline.quality.models import HintKind
from hotline.quality.services import hints
from hotline.rosters.queries import duty as rosters

CLAUSE = "A2.21"
S = ObjectionStatus
FIRST, SECOND = 1, 2


def _touch(case: Case, department_id: int) -> None:
    live.touch(f"objections:{case.centre_id}", f"case:{case.pk}", f"department:{department_id}")


@transaction.atomic
def raise_objection(
    *,
    case_id: int,
    reason_code: str,
    words: str,
    evidence_id: UUID | str | None = None,
    suggested_id: int | None = None,
    by: Person,
    at: datetime,
) -> Objection:
    """Object to the dispatch that lies with the department. The case stays there and its clocks run on."""
    case = Case.objects.select_for_update(of=("self",)).select_related("centre").get(pk=case_id)
    authorize(by, "departments.object", case)
    hop = _current(case, at)
    evidence = Attachment.objects.filter(pk=evidence_id, case=case).first() if evidence_id else None
    suggested = _department(case.centre_id, suggested_id)
    _refuse_objection(case, hop, reason_code, words, at)
    if evidence_id and evidence is None:
        raise Refused(Refusal(CLAUSE, _("The evidence is not among the files of the case."), {"field": "evidence"}))
    calendar = rosters.work_calendar(local_day(at))
    objection = Objection(
        hop=hop,
        case=case,
        reason_code=reason_code,
        words=words.strip(),
        evidence=evidence,
        suggested=suggested,
        raised_by=by,
        raised_at=at,
        due_at=OBJECTION.on(local_day(at)).decide_within.ends(calendar, at),
    )
    begin(objection, S.RAISED, by=by, at=at)
    objection.save(force_insert=True)
    said = gettext("Objection to the dispatch ({reason}): {words}").format(
        reason=ReasonCode(reason_code).label, words=words.strip()
    )
    desk.add_note(case_id=case.pk, version=case.version, text=said, by=by, at=at)
    _touch(case, hop.department_id)
    return objection


def _current(case: Case, at: datetime) -> Hop:
    """The hand-out that lies with the department, noted now if it was not yet."""
    for run_id in hop_queries.unnoted_of(case.pk):
        handover.note_handout(run_id=run_id, by=system_person(case.centre), at=at)
    hop = Hop.objects.select_related("run").filter(case=case, run__ended_at__isnull=True).first()
    if hop is None:
        raise Refused(Refusal(CLAUSE, _("The case does not lie with a department.")))
    return hop


def _department(centre_id: int, unit_id: int | None) -> Unit | None:
    if unit_id is None:
        return None
    return Unit.objects.filter(pk=unit_id, centre=centre_id, kind=UnitKind.DEPARTMENT, is_active=True).first()


def _refuse_objection(case: Case, hop: Hop, reason_code: str, words: str, at: datetime) -> None:
    if reason_code not in ReasonCode.values:
        raise Refused(Refusal(CLAUSE, _("Choose a reason."), {"field": "reason_code"}))
    if not words.strip():
        raise Refused(Refusal(CLAUSE, _("Say why it is not yours."), {"field": "words"}))
    if hop.objection_due_at <= hop.run.began_at:
        raise Refused(Refusal(CLAUSE, _("Rework of one's own result cannot be objected to.")))
    if at > hop.objection_due_at:
        raise Refused(Refusal(CLAUSE, _("The time to object to this dispatch is over.")))
    if hop.objections.exclude(status=S.WITHDRAWN).exists():
        raise Refused(Refusal(CLAUSE, _("This dispatch has been objected to already.")))


def _both(objection_id: int) -> Objection:
    """Lock the case before the objection, as every command on a case does."""
    case_id = Objection.objects.values_list("case", flat=True).get(pk=objection_id)
    case = Case.objects.select_for_update(of=("self",)).select_related("condition", "centre").get(pk=case_id)
    names = ("hop__run", "hop__department", "raised_by")
    objection = Objection.objects.select_for_update(of=("self",)).select_related(*names).get(pk=objection_id)
    objection.case = case
    return objection


@transaction.atomic
def decide_objection(
    *,
    objection_id: int,
    uphold: bool,
    note: str,
    right_id: int | None = None,
    exempt: bool = False,
    by: Person,
    at: datetime,
) -> Objection:
    """Uphold: the case goes back to be dispatched elsewhere, the catalogue is corrected, and whoever dispatched it is
    suggested for a review of accuracy (D3.8). Or reject, with the reason.

    That the department was late, if it was, stays a fact; with `exempt` this dispatch does not count against it.
    """
    objection = _both(objection_id)
    authorize(by, "departments.decide_objection", objection)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Give the reason of the decision."), {"field": "note"}))
    if objection.hop.run.ended_at is not None:
        raise Refused(Refusal(CLAUSE, _("The case has left the department meanwhile; nothing is left to decide.")))
    level = SECOND if objection.status == S.APPEALED else FIRST
    Decision.objects.create(objection=objection, level=level, upheld=uphold, note=note.strip(), by=by, at=at)
    if uphold:
        _uphold(objection, note.strip(), right_id, exempt=exempt, by=by, at=at)
    else:
        move(objection, S.DISMISSED if level == SECOND else S.REJECTED, by=by, at=at, note=note.strip())
    _tell(objection, uphold=uphold, by=by, at=at)
    _touch(objection.case, objection.hop.department_id)
    return objection


def _uphold(objection: Objection, note: str, right_id: int | None, *, exempt: bool, by: Person, at: datetime) -> None:
    move(objection, S.UPHELD, by=by, at=at, note=note)
    hop, case = objection.hop, objection.case
    right = _department(case.centre_id, right_id)
    if right_id is not None and right is None:
        raise Refused(Refusal(CLAUSE, _("Choose a department that takes cases."), {"field": "right"}))
    if right is not None and right.pk == hop.department_id:
        raise Refused(Refusal(CLAUSE, _("That is the department which objected."), {"field": "right"}))
    if right is not None and case.condition is not None:
        hint = CatalogueHint(condition=case.condition, wrong=hop.department, right=right, objection=objection, at=at)
        begin(hint, HintStatus.PROPOSED, by=by, at=at)
        hint.save(force_insert=True)
    if exempt:
        Exemption.objects.create(hop=hop, objection=objection, reason=note, by=by, at=at)
    hints.suggest(case_id=case.pk, kind=HintKind.OBJECTION, because=note, by=by, at=at)
    reason = gettext("Objection upheld by {who}: {note}").format(who=by.name, note=note)
    if right is not None:
        reason += gettext(" Proposed: {department}.").format(department=right.name)
    dispatching.send_back(case_id=case.pk, version=case.version, reason=reason, by=_returner(objection, at), at=at)


def _returner(objection: Objection, at: datetime) -> Person:
    """In whose name the department gives the case back: who objected, or whoever is its clerk now."""
    clerks = work.clerks(objection.hop.department_id, local_day(at))
    if not clerks:
        raise Refused(Refusal(CLAUSE, _("Nobody answers for the department now.")))
    return next((one for one in clerks if one.pk == objection.raised_by_id), clerks[0])


def _tell(objection: Objection, *, uphold: bool, by: Person, at: datetime) -> None:
    text = (
        _("Your objection to the dispatch of {number} was upheld: {note}")
        if uphold
        else _("Your objection to the dispatch of {number} was rejected: {note}")
    )
    notices.notify(
        to=objection.raised_by,
        text=text,
        params={"number": objection.case.number, "note": objection.status_note},
        link=f"/departments/objections/{objection.pk}",
        by=by,
        at=at,
    )


@transaction.atomic
def appeal(*, objection_id: int, words: str, by: Person, at: datetime) -> Objection:
    """The department does not accept the rejection: the centre supervisor decides, finally."""
    objection = _both(objection_id)
    authorize(by, "departments.answer_objection", objection)
    terms = OBJECTION.on(local_day(at))
    calendar = rosters.work_calendar(local_day(at))
    if not words.strip():
        raise Refused(Refusal(CLAUSE, _("Say why it is not yours."), {"field": "words"}))
    if objection.hop.run.ended_at is not None:
        raise Refused(Refusal(CLAUSE, _("The case has left the department meanwhile; nothing is left to decide.")))
    if objection.status == S.REJECTED and at > terms.appeal_within.ends(calendar, objection.status_at):
        raise Refused(Refusal(CLAUSE, _("The time to appeal is over.")))
    objection.appeal_words, objection.due_at = words.strip(), terms.decide_within.ends(calendar, at)
    move(objection, S.APPEALED, by=by, at=at, also=("appeal_words", "due_at"))
    supervisors = Person.objects.filter(centre=objection.case.centre_id, is_active=True)
    for person in supervisors.holding(Position.CENTRE_SUPERVISOR, on=local_day(at)):
        notices.notify(
            to=person,
            text=_("{department} appeals against the dispatch of {number}."),
            params={"department": objection.hop.department.name, "number": objection.case.number},
            link=f"/departments/objections/{objection.pk}",
            by=by,
            at=at,
        )
    _touch(objection.case, objection.hop.department_id)
    return objection


@transaction.atomic
def withdraw(*, objection_id: int, by: Person, at: datetime) -> Objection:
    """The department takes its objection back."""
    objection = _both(objection_id)
    authorize(by, "departments.answer_objection", objection)
    move(objection, S.WITHDRAWN, by=by, at=at)
    _touch(objection.case, objection.hop.department_id)
    return objection


@transaction.atomic
def lapse(*, objection_id: int, by: Person, at: datetime) -> Objection:
    """The case has left the department: there is nothing to decide any more."""
    objection = _both(objection_id)
    authorize(by, "departments.hand_over", objection.case.centre_id)
    if objection.status in {S.RAISED, S.APPEALED} and objection.hop.run.ended_at is not None:
        move(objection, S.LAPSED, by=by, at=at)
        _touch(objection.case, objection.hop.department_id)
    return objection


@transaction.atomic
def settle_hint(*, hint_id: int, adopt: bool, note: str = "", by: Person, at: datetime) -> CatalogueHint:
    """Adopt a correction of the dispatch catalogue, or drop it. The standard itself is changed where it is kept."""
    rows = CatalogueHint.objects.select_for_update(of=("self",)).select_related("condition__category")
    hint = rows.get(pk=hint_id)
    authorize(by, "departments.correct_catalogue", hint)
    move(hint, HintStatus.ADOPTED if adopt else HintStatus.DROPPED, by=by, at=at, note=note.strip())
    live.touch(f"objections:{by.centre_id}")
    return hint
