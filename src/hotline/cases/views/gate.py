"""The gate: what waits to be filed and what waits to be closed, each with all that the decision rests on (B2.4)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.forms.department import Reason, Versioned
from hotline.cases.logic.flow import Queue
from hotline.cases.models import Case
from hotline.cases.queries import board as queries
from hotline.cases.services import closing, filing
from hotline.cases.views import telling
from hotline.core.pages import Request, draw, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused

FILING, CLOSING = "filing", "closing"
QUEUES = {FILING: Queue.FILING_GATE, CLOSING: Queue.CLOSING_GATE}
Service = Callable[..., Any]
# What a gate may do: the service, and whether it needs a reason.
ACTS: dict[tuple[str, str], tuple[Service, bool]] = {
    (FILING, "pass"): (filing.file, False),
    (FILING, "return"): (filing.return_from_gate, True),
    (FILING, "reject"): (filing.reject, True),
    (CLOSING, "pass"): (closing.close, False),
    (CLOSING, "return"): (filing.return_from_gate, True),
    (CLOSING, "rework"): (closing.demand_rework, True),
}


@view("cases.work_gate", methods=["GET"])
def gate(request: Request) -> HttpResponse:
    """The list of a gate, and its oldest case or the chosen one."""
    which = CLOSING if request.GET.get("gate") == CLOSING else FILING
    counts = queries.gate_counts(request.user.centre_id)
    shown = queries.at_gate(request.user, QUEUES[which], request.GET.get("case", ""))
    if shown is None and request.GET.get("case"):
        # Somebody has decided it meanwhile: go on with the next one.
        shown = queries.at_gate(request.user, QUEUES[which], "")
    context = {
        "gate": which,
        "rows": queries.gate(request.user.centre_id, QUEUES[which]),
        "shown": shown,
        "counts": counts,
        "tabs": [
            Tab(gettext("Filing gate"), "?gate=filing", which == FILING, counts[Queue.FILING_GATE]),
            Tab(gettext("Closing gate"), "?gate=closing", which == CLOSING, counts[Queue.CLOSING_GATE]),
        ],
        "topic": f"queue:{request.user.centre_id}:{QUEUES[which].value}",
        "form": Reason(case=shown.case) if shown else None,
    }
    return draw(request, "cases/gate.html", context, fragment="cases/_gate_list.html")


@view("cases.work_gate", methods=["POST"])
def gate_act(request: Request, gate: str, act: str, number: str) -> HttpResponse:
    """Pass a case, or send it back with a reason; then the next one is shown."""
    if (gate, act) not in ACTS:
        raise Http404(act)
    service, needs_reason = ACTS[gate, act]
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    form = (Reason if needs_reason else Versioned)(request.POST, case=case)
    back = f"{reverse('cases:gate')}?gate={gate}"
    if not form.is_valid():
        telling.mistakes(request, form)
        return redirect(f"{back}&case={number}")
    try:
        service(case_id=case.pk, **form.cleaned_data, by=request.user, at=request.at)
    except Refused as error:
        telling.refused(request, error, number)
        return redirect(f"{back}&case={number}")
    messages.success(request, _said(gate, act).format(number=number))
    return redirect(back)


def _said(gate: str, act: str) -> str:
    return {
        (FILING, "pass"): gettext("{number} is filed."),
        (FILING, "return"): gettext("{number} went back to the desk."),
        (FILING, "reject"): gettext("{number} is rejected."),
        (CLOSING, "pass"): gettext("{number} is closed."),
        (CLOSING, "return"): gettext("{number} went back to the desk."),
        (CLOSING, "rework"): gettext("{number} went back to the department for rework."),
    }[gate, act]
