"""Objections to dispatches: the reviewers' list, one objection, raising, deciding, appealing; the catalogue."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.core.access import NotAllowed, may
from hotline.core.pages import Request, draw, page_of, put_on, view, xlsx
from hotline.core.templatetags.pieces import Tab, TimelineItem
from hotline.departments.forms import DecideForm, ObjectForm, WordsForm
from hotline.departments.models import CatalogueHint, Objection
from hotline.departments.queries import objections as queries
from hotline.departments.services import objections as services
from hotline.departments.views import telling
from hotline.kernel.rules import Refused

OPEN, DECIDED, CATALOGUE = "open", "decided", "catalogue"


@view("departments.review_objections", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """What is to be decided, what was decided, what the catalogue should say."""
    asked = request.GET.get("show", OPEN)
    show = asked if asked in {OPEN, DECIDED, CATALOGUE} else OPEN
    waiting = queries.to_decide(request.user)
    context = {
        "show": show,
        "tabs": [
            Tab(gettext("Objections to decide"), "?show=open", show == OPEN, len(waiting)),
            Tab(gettext("Objections decided"), "?show=decided", show == DECIDED),
            Tab(gettext("Dispatch catalogue"), "?show=catalogue", show == CATALOGUE),
        ],
        "waiting": [(row, may(request.user, "departments.decide_objection", row)) for row in waiting],
        "page": page_of(request, queries.decided(request.user)) if show == DECIDED else None,
        "hints": page_of(request, queries.hints(request.user)) if show == CATALOGUE else None,
        "may_correct": may(request.user, "departments.correct_catalogue"),
        "topic": f"objections:{request.user.centre_id}",
        "page_url": f"{reverse('departments:objections')}?show={show}",
    }
    return draw(request, "departments/objections.html", context, fragment="departments/_objections.html")


def _row(request: Request, pk: int) -> Objection:
    return get_object_or_404(queries.objections(request.user), pk=pk)


@view("departments.view_units", methods=["GET"])
def objection(request: Request, pk: int) -> HttpResponse:
    """One objection: what was said, what was decided, what can be done now."""
    return _draw(request, _row(request, pk))


def _draw(request: Request, row: Objection, *, decide: DecideForm | None = None) -> HttpResponse:
    person = request.user
    answers = may(person, "departments.answer_objection", row)
    context = {
        "row": row,
        "items": _items(row),
        "may_decide": may(person, "departments.decide_objection", row),
        "may_appeal": answers and row.status == "rejected" and row.hop.run.ended_at is None,
        "may_withdraw": answers and row.status in {"raised", "appealed"},
        "decide": decide or DecideForm(**_places(row)),
        "appeal": WordsForm(auto_id="appeal_%s"),
        "hint": queries.hint_for(row.case),
        "is_clerk": answers,
    }
    return draw(request, "departments/objection.html", context)


def _places(row: Objection) -> dict[str, Any]:
    initial = {"right": row.suggested_id}
    return {"centre_id": row.case.centre_id, "department_id": row.hop.department_id, "initial": initial}


def _items(row: Objection) -> list[TimelineItem]:
    raised = TimelineItem(
        at=row.raised_at,
        title=gettext("Objected to the dispatch"),
        actor=row.raised_by.name,
        text=row.words,
        icon="gavel",
        tone="amber",
        clause="A2.21",
    )
    decisions = [
        TimelineItem(
            at=one.at,
            title=gettext("Upheld") if one.upheld else gettext("Not upheld"),
            actor=one.by.name,
            text=one.note,
            icon="circle-check" if one.upheld else "circle-x",
            tone="green" if one.upheld else "red",
        )
        for one in row.decisions.select_related("by").order_by("level")
    ]
    return [*reversed(decisions), raised]


@view("departments.view_own")
def object_to(request: Request, number: str) -> HttpResponse:
    """Object to the dispatch that lies with one's department."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("category"), number=number)
    if not may(request.user, "departments.object", case):
        raise NotAllowed("departments.object")
    form = ObjectForm(request.POST if request.method == "POST" else None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            services.raise_objection(case_id=case.pk, **form.values, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(
                request, gettext("{number}: the objection is in. The clock runs on.").format(number=case.number)
            )
            return redirect("cases:inbox_case", case.number)
    return draw(request, "departments/object.html", {"form": form, "case": case})


@view("departments.review_objections", methods=["POST"])
def decide(request: Request, pk: int, verdict: str) -> HttpResponse:
    """Uphold or reject."""
    row = _row(request, pk)
    if verdict not in {"uphold", "reject"}:
        raise Http404(verdict)
    form = DecideForm(request.POST, **_places(row))
    if form.is_valid():
        values = {**form.values, "objection_id": row.pk, "uphold": verdict == "uphold"}
        try:
            services.decide_objection(**values, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            said = gettext("Upheld: the case goes back to be dispatched.") if values["uphold"] else gettext("Rejected.")
            messages.success(request, f"{row.case.number}: {said}")
            return redirect("departments:objections")
    return _draw(request, row, decide=form)


@view("departments.view_own", methods=["POST"])
def answer(request: Request, pk: int, act: str) -> HttpResponse:
    """The department appeals, or takes its objection back."""
    row = _row(request, pk)
    if act == "withdraw":
        telling.attempt(request, gettext("The objection is withdrawn."), services.withdraw, objection_id=row.pk)
    elif act == "appeal":
        form = WordsForm(request.POST)
        if form.is_valid():
            values = {"objection_id": row.pk, "words": form.cleaned_data["words"]}
            telling.attempt(request, gettext("The centre supervisor decides now."), services.appeal, **values)
        else:
            telling.mistakes(request, form)
    else:
        raise Http404(act)
    return redirect("departments:objection", pk)


@view("departments.correct_catalogue", methods=["POST"])
def settle_hint(request: Request, pk: int, act: str) -> HttpResponse:
    """Adopt or drop a correction."""
    row = get_object_or_404(CatalogueHint.objects.visible_to(request.user), pk=pk)
    if act not in {"adopt", "drop"}:
        raise Http404(act)
    said = gettext("Adopted.") if act == "adopt" else gettext("Dropped.")
    telling.attempt(request, said, services.settle_hint, hint_id=row.pk, adopt=act == "adopt")
    return redirect(f"{reverse('departments:objections')}?show=catalogue")


@view("departments.correct_catalogue", methods=["GET"])
def catalogue_export(request: Request) -> HttpResponse:
    """The corrections as a workbook, for whoever keeps the standard."""
    heads = [
        gettext("Code"),
        gettext("Filing condition"),
        gettext("Named now"),
        gettext("Should be"),
        gettext("Status"),
        gettext("Case number"),
        gettext("At"),
    ]
    rows = (
        (
            row.condition.category.code,
            row.condition.filing_condition,
            row.wrong.name,
            row.right.name,
            row.get_status_display(),
            row.objection.case.number,
            row.at,
        )
        for row in queries.hints(request.user)[:5000]
    )
    return xlsx(f"catalogue-{request.at:%Y%m%d}", heads, rows)
