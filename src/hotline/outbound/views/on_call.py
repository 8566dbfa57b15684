"""Beside a call of a campaign: whom it is to, and the way to his form."""

from django.http import HttpResponse
from django.shortcuts import render

from hotline.core.pages import Request, view
from hotline.outbound.queries import work
from hotline.telephony.queries import desk


@view("outbound.open_work", methods=["GET"])
def on_call(request: Request, pk: int) -> HttpResponse:
    """Whom I have in hand and am calling by it; nothing for every other call."""
    call = desk.in_hand(request.user, pk)
    attempt = work.attempt_of(request.user, call.ref) if call is not None else None
    if attempt is None:
        return HttpResponse()
    return render(request, "outbound/_on_call.html", {"record": attempt.record, "campaign": attempt.campaign})
