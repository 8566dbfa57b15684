"""Something real for every argument of an address of departments."""

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.departments.models import Delivery
from hotline.departments.queries import hops
from hotline.departments.services import agreements, handover, objections
from hotline.departments.tests import builders as b
from hotline.people.models import Position, UnitKind
from hotline.people.tests import builders as people


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """A department with an agreement, an objection with a hint, a hand-out, a report's month."""
    agreement = b.signed(town)
    reviewer = people.person(town.centre, position=Position.SHIFT_LEADER)
    right = people.unit(town.centre, "通信公司", UnitKind.DEPARTMENT)
    other = cases.Walk(town, cases.report(town)).dispatched().case
    raised = b.objected(town, other, at=cases.NINE + 10 * cases.MINUTE)
    decided = objections.decide_objection(
        objection_id=raised.pk, uphold=True, note="属实", right_id=right.pk, by=reviewer,
        at=cases.NINE + 20 * cases.MINUTE,
    )  # fmt: skip
    for run_id in hops.unnoted_of(case.pk):
        handover.note_handout(run_id=run_id, by=people.system(town.centre), at=b.AT)
    delivery = Delivery.objects.filter(hop__case=case)[0]
    agreements.keep_contact(
        department=town.department, phone="", by_mail=False, mail="", centre_mail="", by=town.dispatcher, at=b.AT
    )
    return {
        "departments": {
            "pk": town.department.pk, "act": "again", "key": "phase", "part": "numerator", "month": "2026-03",
            "number": case.number, "verdict": "reject",
        },
        "departments:of_case": {"pk": case.pk},
        "departments:note": {"pk": case.pk},
        "departments:agreement": {"pk": agreement.pk},
        "departments:agreement_act": {"pk": agreement.pk, "act": "sign"},
        "departments:objection": {"pk": raised.pk},
        "departments:decide": {"pk": raised.pk},
        "departments:answer": {"pk": raised.pk, "act": "withdraw"},
        "departments:settle_hint": {"pk": decided.hint.pk, "act": "adopt"},
        "departments:mend": {"pk": delivery.pk},
        "departments:opened": {"pk": delivery.hop_id},
        "departments:mail_again": {"pk": 0},
    }  # fmt: skip
