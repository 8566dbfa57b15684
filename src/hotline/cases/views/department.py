"""Between dispatchers and departments: dispatching, requests for more time, parked cases, a department's inbox."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.access import allowed_actions
from hotline.cases.forms.department import DispatchTo, MoreTime, Reason, Result, Versioned, unit_of
from hotline.cases.logic.flow import Action, Queue
from hotline.cases.models import Case
from hotline.cases.queries import department as queries
from hotline.cases.services import dispatching, more_time
from hotline.cases.views import telling
from hotline.core.pages import Request, draw, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused

Service = Callable[..., Any]
TO_DISPATCH, MORE_TIME, PARKED = "queue", "time", "parked"
# What a dispatcher may do here, with the form that each takes.
DISPATCHING: dict[str, tuple[Service, type[Versioned]]] = {
    "dispatch": (dispatching.dispatch, DispatchTo),
    "park": (dispatching.park, Reason),
    "resume": (dispatching.resume, Reason),
    "grant": (more_time.grant_more_time, MoreTime),
    "decline": (more_time.decline_more_time, Reason),
}
AFTER = {"dispatch": TO_DISPATCH, "park": TO_DISPATCH, "resume": PARKED, "grant": MORE_TIME, "decline": MORE_TIME}
# What a department may do with a case of its own.
INBOX: dict[str, tuple[Service, type[Versioned]]] = {
    "accept": (dispatching.accept, Versioned),
    "report": (dispatching.feedback, Result),
    "return": (dispatching.send_back, Reason),
    "time": (more_time.ask_more_time, MoreTime),
}
PHOTOS = ("before", "after")


@view("cases.work_dispatch", methods=["GET"])
def dispatching_page(request: Request) -> HttpResponse:
    """What waits for a dispatcher, in three views."""
    asked = request.GET.get("show", TO_DISPATCH)
    show = asked if asked in {TO_DISPATCH, MORE_TIME, PARKED} else TO_DISPATCH
    centre = request.user.centre_id
    counts = queries.waiting_counts(centre)
    wishes = queries.more_time(Case.objects.visible_to(request.user))
    number = {TO_DISPATCH: counts[Queue.DISPATCH], MORE_TIME: len(wishes), PARKED: counts[Queue.PARKED]}
    context = {
        "show": show,
        **_of_show(show, centre, wishes),
        "hidden": max(0, number[show] - queries.DRAWN),
        "tabs": [
            Tab(gettext("To dispatch"), "?show=queue", show == TO_DISPATCH, number[TO_DISPATCH]),
            Tab(gettext("Requests for more time"), "?show=time", show == MORE_TIME, number[MORE_TIME]),
            Tab(gettext("Parked cases"), "?show=parked", show == PARKED, number[PARKED]),
        ],
        "topic": f"queue:{centre}:{Queue.DISPATCH} queue:{centre}:{Queue.PARKED}",
        "page_url": f"{reverse('cases:dispatching')}?show={show}",
    }
    return draw(request, "cases/dispatching.html", context, fragment="cases/_dispatching.html")


def _of_show(show: str, centre: int, wishes: list[queries.MoreTime]) -> dict[str, Any]:
    """What the chosen one of the three views draws."""
    if show == MORE_TIME:
        return {"wishes": [(wish, unit_of(wish.case.condition)) for wish in wishes[: queries.DRAWN]]}
    if show == PARKED:
        return {"parked": queries.parked(centre)}
    rows = queries.to_dispatch(centre)
    known = queries.departments(centre)
    found = queries.proposals((row.case for row in rows), known)
    return {"rows": [(row, found[row.case_id]) for row in rows], "departments": known}


@view("cases.work_dispatch", methods=["POST"])
def dispatching_act(request: Request, act: str, number: str) -> HttpResponse:
    """Dispatch, park, resume, grant or decline; then back to the list it came from."""
    if act not in DISPATCHING:
        raise Http404(act)
    service, kind = DISPATCHING[act]
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("condition"), number=number)
    form = kind(request.POST, case=case)
    if form.is_valid():
        try:
            service(case_id=case.pk, **form.cleaned_data, by=request.user, at=request.at)
            messages.success(request, _said(act).format(number=number))
        except Refused as error:
            telling.refused(request, error, number)
    else:
        telling.mistakes(request, form)
    return redirect(f"{reverse('cases:dispatching')}?show={AFTER[act]}")


def _said(act: str) -> str:
    return {
        "dispatch": gettext("{number} is dispatched."),
        "park": gettext("{number} is parked."),
        "resume": gettext("{number} is taken up again."),
        "grant": gettext("{number} is postponed."),
        "decline": gettext("The request for {number} is declined."),
        "accept": gettext("{number}: handling has begun."),
        "report": gettext("{number}: the result is reported."),
        "return": gettext("{number} is sent back."),
        "time": gettext("{number}: more time is asked for."),
    }[act]


@view("cases.view_inbox", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """What the department has: overdue, due today, new, being handled."""
    units = queries.units_of(request.user)
    context = {
        "inbox": queries.inbox(request.user, request.at),
        "reported": queries.reported_lately(request.user),
        "topic": " ".join(f"unit:{unit}" for unit in units),
    }
    return draw(request, "cases/inbox.html", context, fragment="cases/_inbox.html")


def _own(request: Request, number: str) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("category", "condition", "department", "district")
    return get_object_or_404(rows, number=number)


@view("cases.view_inbox", methods=["GET"])
def inbox_case(request: Request, number: str) -> HttpResponse:
    """One case as its department sees it."""
    case = _own(request, number)
    return _draw_case(request, case, {})


@view("cases.view_inbox", methods=["POST"])
def inbox_act(request: Request, act: str, number: str) -> HttpResponse:
    """Begin, report the result with photos, send back, or ask for more time."""
    if act not in INBOX:
        raise Http404(act)
    service, kind = INBOX[act]
    case = _own(request, number)
    form = kind(request.POST, case=case, auto_id=f"{act}_%s")
    if form.is_valid() and _acted(request, case, service, form, photos=act == "report"):
        messages.success(request, _said(act).format(number=number))
        return redirect("cases:inbox") if act in {"report", "return"} else redirect("cases:inbox_case", number)
    return _draw_case(request, case, {act: form})


def _acted(request: Request, case: Case, service: Service, form: Versioned, *, photos: bool) -> bool:
    """Photos and the report go together or not at all; each photo moves the version, another person's act does too."""
    values = dict(form.cleaned_data)
    try:
        with transaction.atomic():
            fresh = Case.objects.select_for_update().get(pk=case.pk)
            if photos and values["version"] == fresh.version:
                telling.keep_photos(request, fresh, PHOTOS)
                values["version"] = Case.objects.get(pk=case.pk).version
            service(case_id=case.pk, **values, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return False
    return True


def _draw_case(request: Request, case: Case, forms: dict[str, Versioned]) -> HttpResponse:
    allowed = set(allowed_actions(request.user, case))
    can = {
        "accept": Action.ACCEPT in allowed,
        "report": Action.FEEDBACK in allowed,
        "return": Action.SEND_BACK in allowed,
        "time": Action.FEEDBACK in allowed and case.due_at is not None,
    }
    notes = case.events.filter(action__in=(Action.DISPATCH, Action.REWORK, Action.POSTPONE, Action.GATE_RETURN))
    context = {
        "case": case,
        "can": can,
        "forms": {
            act: forms.get(act) or kind(case=case, auto_id=f"{act}_%s") for act, (_service, kind) in INBOX.items()
        },
        "opened": next(iter(forms), ""),
        "photos": PHOTOS,
        "files": list(case.files.order_by("at", "pk")),
        "said": list(notes.exclude(note="").select_related("actor").order_by("-seq")[:5]),
        "asked": next(iter(queries.more_time(Case.objects.filter(pk=case.pk))), None),
    }
    return draw(request, "cases/inbox_case.html", context)
