"""Beside a case: the agreement's two clocks, the objection, the delivery."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from hotline.cases.models import Case
from hotline.core.access import may
from hotline.core.pages import Request, view
from hotline.departments.models import Hop
from hotline.departments.queries import clocks, hops, objections
from hotline.departments.services import handover
from hotline.people.queries import system_person


def _case(request: Request, pk: int) -> Case:
    return get_object_or_404(Case.objects.visible_to(request.user).select_related("condition", "centre"), pk=pk)


@view("departments.view_units", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """What stands between the centre and the department about this case; nothing when it was never handed out."""
    case = _case(request, pk)
    if hops.unnoted_of(case.pk):  # handed out within this minute: the page asks for it to be noted now
        return render(request, "departments/_of_case_new.html", {"case": case})
    return _fragment(request, case)


@view("departments.view_units", methods=["POST"])
def note(request: Request, pk: int) -> HttpResponse:
    """Note a hand-out before the clock's job does, and show it."""
    case = _case(request, pk)
    for run_id in hops.unnoted_of(case.pk):
        handover.note_handout(run_id=run_id, by=system_person(case.centre), at=request.at)
    return _fragment(request, case)


def _fragment(request: Request, case: Case) -> HttpResponse:
    hop = clocks.current_hop(case, request.user)
    if hop is None:
        return HttpResponse()
    objection = objections.of_case(request.user, case)
    deliveries = list(hop.deliveries.select_related("status_by").order_by("channel"))
    is_clerk = may(request.user, "departments.acknowledge", hop)
    context = {
        "case": case,
        "hop": hop,
        "clocks": clocks.shown(hop, case, request.at),
        "objection": objection,
        "deliveries": [(row, hops.mail_of(row)) if row.channel == "mail" else (row, None) for row in deliveries],
        "is_unseen": is_clerk and any(row.channel == "inbox" and row.status == "unsent" for row in deliveries),
        "may_object": _may_object(request, case, hop),
        "may_decide": objection is not None and may(request.user, "departments.decide_objection", objection),
        "may_mend": may(request.user, "departments.mend_delivery"),
        "hint": None if is_clerk else objections.hint_for(case),
        "clause": handover.CLAUSE,
    }
    return render(request, "departments/_of_case.html", context)


def _may_object(request: Request, case: Case, hop: Hop) -> bool:
    if hop.run.ended_at is not None or request.at > hop.objection_due_at or hop.objection_due_at <= hop.run.began_at:
        return False
    raised = hop.objections.exclude(status="withdrawn").exists()
    return not raised and may(request.user, "departments.object", case)
