"""Incidents: the list with what looks like one, the page of one, its announcement at every desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from hotline.cases.forms.incidents import Announce, Begin, Join, Words
from hotline.cases.models import Case, Incident, IncidentStatus
from hotline.cases.queries import desk as categories
from hotline.cases.queries import incidents as queries
from hotline.cases.queries import map as maps
from hotline.cases.services import incidents as services
from hotline.cases.views import acts, telling
from hotline.core.access import may
from hotline.core.pages import SIGNED_IN, Request, draw, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused

SEES = "cases.view_incidents"
ACTS = frozenset({"announce", "tell", "end", "reopen"})


def _fetch(request: Request, pk: int) -> Incident:
    rows = Incident.objects.visible_to(request.user).select_related("category", "grid", "opened_by", "status_by")
    return get_object_or_404(rows, pk=pk)


@view(SEES, methods=["GET"])
def incidents(request: Request) -> HttpResponse:
    """Those under way or those over, and what came together within the last hour."""
    is_over = request.GET.get("show") == IncidentStatus.OVER
    leads = may(request.user, "cases.lead_incidents")
    context = {
        "tabs": [
            Tab(gettext("Under way"), "?show=open", not is_over),
            Tab(gettext("Over"), "?show=over", is_over),
        ],
        "rows": queries.over(request.user) if is_over else queries.under_way(request.user),
        "is_over": is_over,
        "leads": leads,
        "suggestions": queries.suggestions(request.user, request.at) if leads and not is_over else [],
    }
    return draw(request, "cases/incidents.html", context, fragment="cases/_incidents.html")


@view("cases.lead_incidents")
def new(request: Request) -> HttpResponse:
    """Open an incident, empty or from what was suggested."""
    if request.method != "POST":
        given = {name: request.GET[name] for name in Begin.base_fields if name in request.GET}
        return render(request, "cases/incident_new.html", {"form": Begin(initial=given)})
    form = Begin(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        category = categories.category_by_key(request.user, str(said.pop("category") or ""))
        case_ids = said.pop("cases")
        try:
            made = services.open_incident(**said, category=category, case_ids=case_ids, by=request.user, at=request.at)
        except Refused as error:
            acts.show_refusals(error, form)
        else:
            messages.success(request, gettext("“{title}” is announced at every desk.").format(title=made.title))
            return redirect("cases:incident", made.pk)
    return render(request, "cases/incident_new.html", {"form": form}, status=422)


@view(SEES, methods=["GET"])
def incident(request: Request, pk: int) -> HttpResponse:
    """One incident: what is announced, its cases, where they lie, a word to all of them."""
    return _page(request, _fetch(request, pk))


def _page(request: Request, row: Incident, *, status: int = 200, **refused: forms.Form) -> HttpResponse:
    """The page, with the forms that were refused in the place of the empty ones."""
    cases = list(queries.cases_of(row)[: queries.MOST_CASES])
    shown = {"title": row.title, "area": row.area, "announcement": row.announcement}
    goes_along = gettext("Goes into every case of the incident as a note.")
    context: dict[str, Any] = {
        "row": row,
        "is_open": row.status == IncidentStatus.OPEN,
        "cases": cases,
        "open_cases": sum(case.ended_at is None for case in cases),
        "is_placed": any(case.latitude is not None for case in cases),
        "leads": may(request.user, "cases.lead_incident", row),
        "links": may(request.user, "cases.link_incident", row),
        "announce": Announce(initial=shown, auto_id="announce_%s"),
        "tell": Words(label=gettext("Note to all cases"), help_text=goes_along, auto_id="tell_%s"),
        "end": Words(label=gettext("How it ended"), help_text=goes_along, auto_id="end_%s"),
        "reopen": Words(label=gettext("Reason"), auto_id="reopen_%s"),
        "mistakes": [text for form in refused.values() for texts in form.errors.values() for text in texts],
        **refused,
    }
    response = draw(request, "cases/incident.html", context, fragment="cases/_incident.html")
    response.status_code = status
    return response


@view("cases.lead_incidents", methods=["POST"])
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Change the announcement, tell all cases, end it, or take it up again."""
    row = _fetch(request, pk)
    if act not in ACTS:
        raise Http404(act)
    form = (Announce if act == "announce" else Words)(request.POST, auto_id=f"{act}_%s")
    if form.is_valid():
        try:
            said = _do(request, row, act, form.cleaned_data)
        except Refused as error:
            acts.show_refusals(error, form)
        else:
            messages.success(request, said)
            return redirect("cases:incident", row.pk)
    return _page(request, row, status=422, **{act: form})


def _do(request: Request, row: Incident, act: str, said: dict[str, Any]) -> str:
    who: dict[str, Any] = {"incident_id": row.pk, "by": request.user, "at": request.at}
    if act == "announce":
        services.announce(**said, **who)
        return gettext("The announcement is changed.")
    if act == "tell":
        count = services.tell_cases(text=said["text"], **who)
        return ngettext("Written into {n} case.", "Written into {n} cases.", count).format(n=count)
    if act == "end":
        services.end_incident(message=said["text"], **who)
        return gettext("The incident is over.")
    services.reopen_incident(reason=said["text"], **who)
    return gettext("The incident is under way again.")


@view("cases.open_desk", methods=["POST"])
def join(request: Request, pk: int) -> HttpResponse:
    """Add a case to an incident, from the case's own page."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    form = Join(request.POST)
    if form.is_valid():
        chosen = get_object_or_404(Incident.objects.visible_to(request.user), pk=form.cleaned_data["incident"])
        try:
            services.add_cases(incident_id=chosen.pk, case_ids=[case.pk], by=request.user, at=request.at)
        except Refused as error:
            telling.refused(request, error, case.number)
        else:
            told = gettext("{number} belongs to “{title}” now.")
            messages.success(request, told.format(number=case.number, title=chosen.title))
    return redirect("cases:case", case.number)


@view("cases.open_desk", methods=["POST"])
def leave(request: Request, pk: int, number: str) -> HttpResponse:
    """Take a case out of an incident."""
    row = _fetch(request, pk)
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    services.take_out(incident_id=row.pk, case_id=case.pk, by=request.user, at=request.at)
    messages.success(request, gettext("{number} was taken out.").format(number=case.number))
    return redirect("cases:incident", row.pk)


@view(SEES, methods=["GET"])
def points(request: Request, pk: int) -> HttpResponse:
    """The cases of an incident as points."""
    rows = queries.cases_of(_fetch(request, pk))
    return JsonResponse(maps.points(rows, request.at, lambda number: reverse("cases:case", args=[number])))


@view("cases.open_desk", methods=["GET"])
def announcements(request: Request) -> HttpResponse:
    """What operators tell callers now: above every desk."""
    return render(request, "cases/_announcements.html", {"rows": queries.under_way(request.user)})


@view(SIGNED_IN, methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """Beside a case: the incident it belongs to, or those to which it may be added."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("category"), pk=pk)
    row = queries.incident_of(case.pk)
    joins = row is None and case.ended_at is None and may(request.user, "cases.open_desk")
    offered = queries.joinable(request.user, case) if joins else []
    if row is None and not offered:
        return HttpResponse()
    context = {"case": case, "row": row, "offered": offered, "sees": may(request.user, SEES)}
    return render(request, "cases/_incident_of.html", context)


@view("cases.lead_incidents", methods=["GET"])
def hint(request: Request) -> HttpResponse:
    """Above the board: what looks like an incident and is none yet."""
    found = queries.suggestions(request.user, request.at)
    return render(request, "cases/_incident_hint.html", {"suggestions": found}) if found else HttpResponse()
