"""Pages of line checks: how each number was found, what was checked when and by whom, one check."""

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect

from hotline.core.access import authorize, may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.telephony.forms import CheckFilter, FaultForm
from hotline.telephony.models import Check, CheckCause, CheckKind
from hotline.telephony.queries import checks as queries
from hotline.telephony.services import checks
from hotline.telephony.views.board import tabs


@view("telephony.view_queues")
def check_list(request: Request) -> HttpResponse:
    """A7.1, A7.2: every number as it was found last, and the history; a check can be asked for."""
    person = request.user
    if request.method == "POST":
        authorize(person, "telephony.ask_check", person.centre)
        kind, dialled = request.POST.get("kind", ""), request.POST.get("dialled", "")
        if kind not in CheckKind.values:
            return HttpResponseBadRequest()
        checks.ask(
            centre=person.centre, kind=CheckKind(kind), cause=CheckCause.ASKED, dialled=dialled, by=person,
            at=request.at,
        )  # fmt: skip
        return redirect("telephony:checks")
    form = CheckFilter(request.GET)
    page = page_of(request, queries.rows(person, form.chosen).order_by("-asked_at", "-pk"))
    context = {
        "numbers": queries.numbers(person),
        "faults": queries.open_faults(person),
        "form": form,
        "filtered": bool(form.chosen),
        "page": page,
        "may_ask": may(person, "telephony.ask_check", person.centre),
        "tabs": tabs(request, "checks"),
        "topic": f"calls:{person.centre_id}",
    }
    return draw(request, "telephony/checks.html", context, fragment="telephony/_checks.html")


@view("telephony.view_queues")
def check(request: Request, pk: int) -> HttpResponse:
    """One check with every test call of it; signed for, and its fault closed, by those who may."""
    try:
        row = queries.one(request.user, pk)
    except Check.DoesNotExist:
        raise Http404 from None
    form = FaultForm(request.POST if request.POST.get("act") == "close" else None)
    if request.method == "POST":
        done = _done(request, row, form)
        if done is not None:
            return done
    context = {
        "row": row,
        "told": queries.told(row),
        "note": queries.fault_name(row.status_note) if row.status_note else "",
        "form": form,
        "may_sign": may(request.user, "telephony.sign_check", row),
        "topic": f"calls:{row.centre_id}",
    }
    return draw(request, "telephony/check.html", context, fragment="telephony/_check.html")


def _done(request: Request, row: Check, form: FaultForm) -> HttpResponse | None:
    if request.POST.get("act") == "sign":
        checks.sign(check_id=row.pk, by=request.user, at=request.at)
    elif not form.is_valid():
        return None
    else:
        try:
            checks.close_fault(check_id=row.pk, note=form.cleaned_data["note"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
            return None
    return redirect("telephony:check", row.pk)
