"""Is it carried out? Sampled checks of clauses: planned, found, put right, verified (A1.6)."""

from collections.abc import Callable
from datetime import date

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.handbook import forms, queries
from hotline.handbook.models import CheckStatus, ExecutionCheck
from hotline.handbook.services import checks as services
from hotline.handbook.views import telling
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rulebook.texts.handbook import CLAUSES

C = CheckStatus


def _persons(request: Request) -> QuerySet[Person]:
    bound = queries.bound(request.user.centre_id, clock.local_day(request.at))
    return Person.objects.filter(pk__in=[one.pk for one in bound]).order_by("name_key", "pk")


@view("handbook.view_book", methods=["GET"])
def checks(request: Request) -> HttpResponse:
    """Every check that the reader may see, open ones first."""
    today = clock.local_day(request.at)
    page = page_of(request, queries.checks(request.user))
    context = {
        "tabs": telling.tabs(request, "checks"),
        "page": page,
        "rows": [(row, forms.clause_title(row.clause), is_late(row, today)) for row in page.rows],
        "may_plan": may(request.user, "handbook.plan_check"),
    }
    return draw(request, "handbook/checks.html", context)


def is_late(row: ExecutionCheck, today: date) -> bool:
    """Whether what comes next should have happened already."""
    due = row.correct_by if row.status == C.BROKEN else row.due_on if row.status == C.PLANNED else None
    return due is not None and due < today


@view("handbook.plan_check")
def plan(request: Request) -> HttpResponse:
    """Plan a check."""
    start = {"clause": request.GET.get("clause", "")}
    form = forms.PlanCheckForm(request.POST or None, initial=start, persons=_persons(request))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.plan_check(**form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("handbook:check", row.pk)
    return draw(request, "handbook/plan_check.html", {"form": form})


@view("handbook.view_book")
def check(request: Request, pk: int) -> HttpResponse:
    """One check with what happened, and the step that this reader takes next."""
    rows = ExecutionCheck.objects.visible_to(request.user).select_related("checker", "owner", "planned_by", "status_by")
    row = get_object_or_404(rows, pk=pk)
    step = _step(request, row)
    form = _form(request, row, step) if step else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            _take(request, row, step, form)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("It is on record."))
            return redirect("handbook:check", row.pk)
    today = clock.local_day(request.at)
    [line] = telling.lines(queries.read(row.centre_id, today, [CLAUSES[row.clause]]))
    context = {"row": row, "line": line, "step": step, "form": form, "is_late": is_late(row, today)}
    return draw(request, "handbook/check.html", context)


def _step(request: Request, row: ExecutionCheck) -> str:
    """What the reader may do next with it."""
    wanted = {C.PLANNED: "check", C.BROKEN: "correct", C.CORRECTED: "check"}.get(C(row.status))
    if wanted is None or not may(request.user, f"handbook.{wanted}", row):
        return ""
    return "verify" if row.status == C.CORRECTED else wanted


def _form(request: Request, row: ExecutionCheck, step: str) -> django_forms.Form:
    data = request.POST if request.method == "POST" else None
    if step == "check":
        return forms.FoundForm(data, persons=_persons(request).exclude(pk=row.checker_id))
    return forms.DoneForm(data) if step == "correct" else forms.SeenForm(data)


def _take(request: Request, row: ExecutionCheck, step: str, form: django_forms.Form) -> None:
    about = {**form.cleaned_data, "by": request.user, "at": request.at}
    if step == "verify":
        about["is_right"] = request.POST.get("verdict") == "yes"
    acts: dict[str, Callable[..., ExecutionCheck]] = {
        "check": services.record_check,
        "correct": services.correct,
        "verify": services.verify,
    }
    acts[step](check_id=row.pk, **about)
