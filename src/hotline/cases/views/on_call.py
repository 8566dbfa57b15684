"""Beside a call: what the caller has open here, and the way to a new report with his number in it (D2.6, A3.4)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from hotline.cases.models import Case
from hotline.core.pages import Request, view
from hotline.telephony.models import Call
from hotline.telephony.queries import desk

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
    context = {"call": call, "cases": rows[:MOST], "more": len(rows) > MOST}
    return render(request, "cases/_on_call.html", context)
