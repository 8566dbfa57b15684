"""Beside a call: what the caller has open here, and the way to a new report with his number in it (D2.6, A3.4)."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django_htmx.http import trigger_client_event

from hotline.cases.models import Case
from hotline.cases.models.case import WHOLE_CENTRE
from hotline.cases.queries.calls import calls_of as calls_of_case
from hotline.cases.services import calls as services
from hotline.core.pages import Request, view
from hotline.telephony.models import Call
from hotline.telephony.queries import desk, purposes

MOST = 3


@view("cases.open_desk", methods=["GET"])
def on_call(request: Request, pk: int) -> HttpResponse:
    """The caller's open cases with who took each first; nothing for a call that is not before this person."""
    get_object_or_404(Call, pk=pk, centre=request.user.centre_id)
    call = desk.in_hand(request.user, pk)
    if call is None:
        return HttpResponse()
    rows: list[Case] = []
    if call.customer is not None and not call.customer.is_secret:
        mine = Case.objects.visible_to(request.user).open().filter(customer=call.customer, is_secret=False)
        rows = list(mine.select_related("category", "operator").order_by("-pk")[: MOST + 1])
    context = {"call": call, "cases": rows[:MOST], "more": len(rows) > MOST, "is_elsewhere": purposes.has_own(call)}
    return render(request, "cases/_on_call.html", context)


@view("cases.open_desk", methods=["POST"])
def tie(request: Request, pk: int) -> HttpResponse:
    """This call is about that case: it stands on the case's page from now on."""
    number = request.POST.get("case", "")[:40]
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number, centre=request.user.centre_id)
    if services.tie(case=case, call_id=pk, by=request.user, at=request.at) is None:
        raise Http404
    if not request.htmx:
        return redirect("cases:case", case.number)
    response = HttpResponse(status=204)
    said = gettext("{number}: the call stands on its page").format(number=case.number)
    trigger_client_event(response, "toast", {"value": said, "tone": "green"})
    return response


@view("cases.view_list", methods=["GET"])
def calls_of(request: Request, pk: int) -> HttpResponse:
    """The calls of a case, with the recordings for whom they are; nothing where there are none."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    if not request.user.standing.is_any(*WHOLE_CENTRE):  # who called is the centre's to know
        return HttpResponse()
    calls = calls_of_case(case, request.user)
    return render(request, "cases/_calls.html", {"case": case, "calls": calls}) if calls else HttpResponse()
