"""A department with a signed agreement, cases handed out to it, objections; made through the services."""

from datetime import date, datetime, timedelta
from typing import Any

from hotline.cases.models import Case
from hotline.cases.services import closing, dispatching
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.departments import jobs
from hotline.departments.models import Agreement, Contact, Hop, Objection
from hotline.departments.queries import hops
from hotline.departments.services import agreements, handover, objections
from hotline.people.models import Person, Position, Unit, UnitKind
from hotline.people.tests import builders as people

AT = cases.NINE + cases.HOUR
TERMS: dict[str, Any] = {
    "accept_value": 1,
    "accept_unit": "work_hour",
    "hop_value": 3,
    "hop_unit": "work_hour",
    "phase_value": None,
    "phase_unit": "",
    "objection_value": 2,
    "objection_unit": "work_hour",
    "target_accept": 950,
    "target_hop": 900,
    "target_phase": 950,
    "target_rework": 50,
    "note": "",
}
LONG_AGO = clock.wall(date(2026, 1, 5), 9)


def supervisor(of: cases.Town) -> Person:
    """Who signs for the centre, and decides on appeal."""
    return people.person(of.centre, position=Position.CENTRE_SUPERVISOR)


def signed(
    of: cases.Town, *, work: str = "", since: date = date(2026, 1, 6), at: datetime = LONG_AGO, **terms: Any
) -> Agreement:
    """An agreement of the town's department, signed by both sides."""
    leader = supervisor(of)
    row = agreements.draft_agreement(
        department=of.department, work=work, valid_from=since, terms={**TERMS, **terms}, by=leader, at=at
    )
    agreements.offer_agreement(agreement_id=row.pk, by=leader, at=at)
    return agreements.sign_agreement(agreement_id=row.pk, by=of.clerk, at=at)


def other_department(of: cases.Town, name: str = "园林绿化处") -> tuple[Unit, Person]:
    """A second department with its clerk."""
    unit = people.unit(of.centre, name, UnitKind.DEPARTMENT)
    return unit, people.person(position=Position.DEPARTMENT_CLERK, unit=unit)


def contact(of: cases.Town, mail: str = "yanghu@example.org", **more: Any) -> Contact:
    """A department that also wants mails."""
    values = {"phone": "0555-1200000", "by_mail": True, "mail": mail, "centre_mail": "rexian@example.org", **more}
    return agreements.keep_contact(department=of.department, **values, by=of.dispatcher, at=LONG_AGO)


def noted(case: Case, at: datetime | None = None) -> Hop:
    """The case's last hand-out, noted."""
    by = people.system(case.centre)
    for run_id in hops.unnoted_of(case.pk):
        handover.note_handout(run_id=run_id, by=by, at=at or AT)
    return Hop.objects.select_related("run", "case", "department").filter(case=case).order_by("-run__began_seq")[0]


def dispatched(of: cases.Town, at: datetime = cases.NINE) -> Case:
    """A case that lies with the department."""
    return cases.Walk(of, cases.report(of, at), at).dispatched().case


def objected(of: cases.Town, case: Case, at: datetime = AT, **more: Any) -> Objection:
    """The clerk objects."""
    values = {"reason_code": "not_owner", "words": "该井盖属通信井", **more}
    return objections.raise_objection(case_id=case.pk, **values, by=of.clerk, at=at)


def minute(at: datetime = AT) -> None:
    """What the clock's job does once a minute."""
    jobs.look_after_handouts(at=at)


def sent_back(of: cases.Town, case: Case, at: datetime) -> Case:
    """The department returns it."""
    return dispatching.send_back(case_id=case.pk, version=case.version, reason="不归我处", by=of.clerk, at=at)


def dispatched_again(of: cases.Town, case: Case, to: Unit, at: datetime) -> Case:
    """A dispatcher dispatches it to somebody else."""
    case = cases.fresh(case)
    return dispatching.dispatch(case_id=case.pk, version=case.version, department=to, by=of.dispatcher, at=at)


def reworked(of: cases.Town, walk: cases.Walk) -> Case:
    """A result checked on the spot, found wanting, and sent back to the same department."""
    walk.checked(confirmed=False)
    walk.take()
    case = cases.fresh(walk.case)
    return closing.demand_rework(
        case_id=case.pk, version=case.version, reason="仍有松动", by=of.operator, at=walk.at + timedelta(minutes=1)
    )
