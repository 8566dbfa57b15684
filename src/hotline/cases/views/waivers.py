"""Time in hand that shall not be charged: asked with evidence, decided by a second person (D3.7)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.forms.waivers import AskWaiver, Decide
from hotline.cases.models import Attachment, Holding, Waiver
from hotline.cases.queries import custody, excuses
from hotline.cases.services import files, waivers
from hotline.cases.views import telling
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused

ASKED, DECIDED, OWN = "asked", "decided", "own"


@view("cases.view_waivers", methods=["GET"])
def waivers_page(request: Request) -> HttpResponse:
    """What is asked and not decided, what was decided, and one's own holdings over the limit."""
    person = request.user
    waiting = excuses.to_decide(person)
    own = excuses.over_limit(person, request.at)
    asked = request.GET.get("show", ASKED)
    show = asked if asked in {ASKED, DECIDED, OWN} else ASKED
    context = {
        "show": show,
        "tabs": [
            Tab(gettext("To be decided"), "?show=asked", show == ASKED, len(waiting)),
            Tab(gettext("Decided"), "?show=decided", show == DECIDED),
            Tab(gettext("My time over the limit"), "?show=own", show == OWN, len(own)),
        ],
        "waiting": [(row, _reason(row), may(person, "cases.decide_waiver", row)) for row in waiting],
        "page": page_of(request, excuses.decided(person)) if show == DECIDED else None,
        "reasons": {code: gettext(text) for code, text in waivers.REASONS.items()},
        "own": own,
        "topic": f"waivers:{person.centre_id}",
        "page_url": f"{reverse('cases:waivers')}?show={show}",
    }
    return draw(request, "cases/waivers.html", context, fragment="cases/_waivers.html")


def _reason(row: Waiver) -> str:
    return gettext(waivers.REASONS[row.reason_code]) if row.reason_code in waivers.REASONS else row.reason_code


@view("cases.view_waivers")
def waiver_ask(request: Request, pk: int) -> HttpResponse:
    """Ask that the time of one holding be left out of account."""
    holding = get_object_or_404(excuses.held_by(request.user), pk=pk)
    if not may(request.user, "cases.ask_waiver", holding):
        raise Http404(pk)
    form = AskWaiver(request.POST if request.method == "POST" else None, holding=holding)
    if request.method == "POST" and form.is_valid() and _asked(request, holding, form):
        messages.success(request, gettext("The request is in. Somebody else decides it."))
        return redirect("cases:waivers")
    [charged] = custody.charge([holding], request.at)
    context = {
        "holding": holding,
        "charged": charged,
        "form": form,
        "can_attach": may(request.user, "cases.attach", holding.case),
    }
    return draw(request, "cases/waiver_ask.html", context)


def _asked(request: Request, holding: Holding, form: AskWaiver) -> bool:
    data = form.cleaned_data
    try:
        with transaction.atomic():
            evidence = data["evidence"] or _evidence(request, holding)
            if evidence is None:
                form.add_error("evidence", gettext("Without evidence no time is left out."))
                return False
            waivers.ask_waiver(
                holding_id=holding.pk,
                reason_code=data["reason_code"],
                reason=data["reason"],
                evidence_id=evidence.pk,
                by=request.user,
                at=request.at,
            )
    except Refused as error:
        put_on(form, error)
        return False
    return True


def _evidence(request: Request, holding: Holding) -> Attachment | None:
    """The file that came along, kept with the case."""
    sent = request.FILES.get("file")
    if sent is None:
        return None
    return files.attach(
        case_id=holding.case_id,
        kind="evidence",
        name=sent.name or "evidence",
        content=sent.read(),
        by=request.user,
        at=request.at,
    )


@view("cases.view_waivers", methods=["POST"])
def waiver_decide(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse, by a second person."""
    row = get_object_or_404(excuses.waivers(request.user), pk=pk)
    form = Decide(request.POST)
    if form.is_valid():
        try:
            waivers.decide_waiver(waiver_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
            messages.success(request, gettext("The decision is recorded."))
        except Refused as error:
            telling.refused(request, error, row.case.number)
    return redirect("cases:waivers")
