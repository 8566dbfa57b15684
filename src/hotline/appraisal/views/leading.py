"""The month of everybody: computed, shown, confirmed, closed, exported; appeals, incidents and exams."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from hotline.appraisal.forms import DecideForm, ExamForm, IncidentForm
from hotline.appraisal.logic import Overturned, plain_csv
from hotline.appraisal.logic import yuan as sheet_yuan
from hotline.appraisal.models import Appeal, Incident, MatterKind, Period, PeriodStatus
from hotline.appraisal.queries import facts, pages, reckoning
from hotline.appraisal.services import assessing, measuring, objecting, recording
from hotline.appraisal.views import shown
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, month_tabs, put_on, view, words, xlsx
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rulebook.assessment.lines import yuan
from hotline.rulebook.parameters.values import Reading


@view("appraisal.view_team", methods=["GET"])
def team(request: Request) -> HttpResponse:
    """Everybody's points and yuan, and how far the month is."""
    reader = request.user
    months = pages.periods(reader.centre_id)
    known = [one.month for one in months]
    month = asked_month(request, known)
    period = next((one for one in months if one.month == month), None)
    found = list(pages.sheets(reader, month))
    points, fen = pages.sums(found)
    context = {
        "rows": [(one, yuan(one.fen), max(0, min(100, one.points))) for one in found],
        "mean": points // len(found) if found else 0,
        "whole": yuan(fen),
        "month": month,
        "period": period,
        "steps": _steps(reader, period),
        "tabs": month_tabs(known, month),
        "topic": f"appraisal:{reader.centre_id}",
        "page_url": f"{reverse('appraisal:team')}?month={month}",
        "appeals": len(pages.open_appeals(reader)),
        "may_see_centre": may(reader, "appraisal.view_centre"),
    }
    return draw(request, "appraisal/team.html", context, fragment="appraisal/_team.html")


def _steps(reader: Person, period: Period | None) -> dict[str, bool]:
    """What the reader may do next with the month."""
    computes = may(reader, "appraisal.compute", reader.centre_id)
    status = period.status if period else ""
    return {
        "compute": computes and status in ("", "computed", "shown"),
        "show": computes and status == "computed",
        "confirm": status == "shown" and may(reader, "appraisal.confirm", period),
        "close": status == "confirmed" and may(reader, "appraisal.close", period),
        "export": period is not None and may(reader, "appraisal.view_period", period),
    }


def _act(request: Request, month: date, act: Callable[[], object], done: str = "") -> HttpResponse:
    """Do something with a month and tell how it went: by `done`, or by what the doing says itself."""
    try:
        said = act()
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, f"{words(refusal)} ({refusal.clause})")
    else:
        messages.success(request, done or str(said))
    return redirect(f"{reverse('appraisal:team')}?month={month}")


@view("appraisal.compute", methods=["POST"])
def compute(request: Request) -> HttpResponse:
    """Compute the month, or compute it anew."""
    month = asked_month(request, [])
    by, at = request.user, request.at
    done = gettext("The month is computed.")

    def act() -> None:
        assessing.compute(centre=by.centre, month=month, by=by, at=at)
        measuring.measure(centre=by.centre, month=month, by=by, at=at)

    return _act(request, month, act, done)


def _period(request: Request, pk: int) -> Period:
    return get_object_or_404(Period.objects.visible_to(request.user), pk=pk)


@view("appraisal.compute", methods=["POST"])
def show(request: Request, pk: int) -> HttpResponse:
    """Show everybody his month."""
    row = _period(request, pk)
    done = gettext("Everybody sees his month now and may object.")
    return _act(request, row.month, lambda: assessing.show(period_id=row.pk, by=request.user, at=request.at), done)


@view("appraisal.confirm", methods=["POST"])
def confirm(request: Request, pk: int) -> HttpResponse:
    """Answer for the month."""
    row = _period(request, pk)

    def act() -> str:
        if assessing.confirm(period_id=row.pk, by=request.user, at=request.at).status == PeriodStatus.CONFIRMED:
            return gettext("The month is confirmed; a second person closes it.")
        return gettext(
            "Computed once more it is worse for somebody: he was told, and may object. Confirm it after that."
        )

    return _act(request, row.month, act)


@view("appraisal.close", methods=["POST"])
def close(request: Request, pk: int) -> HttpResponse:
    """Close the month for good."""
    row = _period(request, pk)
    done = gettext("The month is closed for good.")
    return _act(request, row.month, lambda: assessing.close(period_id=row.pk, by=request.user, at=request.at), done)


@view("appraisal.view_team", methods=["GET"])
def export(request: Request, pk: int, form: str) -> HttpResponse:
    """Every line for the payroll (A5.8), as a workbook or as CSV; the same month gives the same bytes.

    Before it is closed the file's name says that it is not final: nobody is to be paid by it.
    """
    row = _period(request, pk)
    if form not in ("xlsx", "csv"):
        raise Http404(form)
    heads = (
        "月份 month", "工号 number", "姓名 name", "序号 line", "部分 part", "条款 clause", "分 points", "元 yuan",
        "说明", "reason", "依据 evidence",
    )  # fmt: skip
    rows = [(*one[:7], sheet_yuan(int(str(one[7]))), *one[8:]) for one in pages.export_rows(row)]
    name = f"payroll-{row.month:%Y-%m}" + ("" if row.status == PeriodStatus.CLOSED else "-not-closed")
    if form == "xlsx":
        return xlsx(name, heads, rows, created=row.status_at)
    response = HttpResponse(plain_csv(heads, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.csv")
    return response


@view("appraisal.view_team", methods=["GET"])
def appeals(request: Request) -> HttpResponse:
    """Objections that wait, with what would follow."""
    rows = pages.open_appeals(request.user)
    booked = reckoning.booked_since({row.line.sheet_id for row in rows})
    context = {
        "rows": [_appeal(request, row, booked.get(row.line.sheet_id, [])) for row in rows],
        "topic": f"appraisal:{request.user.centre_id}",
    }
    return draw(request, "appraisal/appeals.html", context, fragment="appraisal/_appeals.html")


def _appeal(request: Request, row: Appeal, booked: list[Overturned]) -> dict[str, Any]:
    points, fen = reckoning.gain(row.line.sheet, row.line, booked)
    return {
        "appeal": row,
        "line": shown.row(row.line),
        "evidence": shown.evidence(row.line),
        "points": points,
        "yuan": shown.signed_yuan(fen),
        "may_decide": may(request.user, "appraisal.decide_appeal", row),
    }


def _say(request: Request, form: Form) -> None:
    for problems in form.errors.values():
        messages.error(request, "; ".join(str(problem) for problem in problems))
    if not form.errors:
        messages.success(request, gettext("The decision is recorded."))


@view("appraisal.decide_appeal", methods=["POST"])
def decide_appeal(request: Request, pk: int) -> HttpResponse:
    """Grant or decline."""
    row = get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        grant, note = form.cleaned_data["verdict"] == "yes", form.cleaned_data["note"]
        try:
            objecting.decide(appeal_id=row.pk, grant=grant, note=note, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    _say(request, form)
    return redirect("appraisal:appeals")


@view("appraisal.confirm_incident", methods=["POST"])
def decide_incident(request: Request, pk: int) -> HttpResponse:
    """Confirm or drop."""
    row = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        confirm, note = form.cleaned_data["verdict"] == "yes", form.cleaned_data["note"]
        try:
            recording.decide_incident(incident_id=row.pk, confirm=confirm, note=note, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    _say(request, form)
    return redirect(f"{reverse('appraisal:incidents')}?month={row.month}")


def _others(request: Request) -> Any:
    rows = Person.objects.visible_to(request.user).filter(is_active=True, is_system=False)
    return rows.exclude(pk=request.user.pk).order_by("name_key", "pk")


def _fines(read: Reading) -> dict[str, str]:
    """What a breach takes in yuan by its kind, as the centre has it now; nothing where it fines nobody."""
    if read.choice("fine_policy") == "forbid":
        return {}
    return {
        MatterKind.MINOR: yuan(read.fen("fine.minor_yuan")),
        MatterKind.MAJOR: yuan(read.fen("fine.major_yuan")),
    }


@view("appraisal.propose", methods=["GET", "POST"])
def propose(request: Request) -> HttpResponse:
    """Put something forward."""
    today = local_day(request.at)
    fines = _fines(values_on(request.user.centre_id, today).reading())
    form = IncidentForm(request.POST or None, persons=_others(request), fines=fines, initial={"day": today})
    if request.method == "POST" and form.is_valid():
        try:
            made = recording.propose(**form.wish, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("It is put forward; the person concerned is heard."))
            return redirect(f"{reverse('appraisal:incidents')}?month={made.month}")
    return draw(request, "appraisal/propose.html", {"form": form})


@view("appraisal.record_exam", methods=["GET", "POST"])
def exams(request: Request) -> HttpResponse:
    """The month's exam: who has which result, and recording one."""
    known = [one.month for one in pages.periods(request.user.centre_id)]
    month = asked_month(request, known)
    form = ExamForm(request.POST or None, persons=_others(request))
    if request.method == "POST" and form.is_valid():
        try:
            recording.record_exam(month=month, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The result is recorded."))
            return redirect(f"{reverse('appraisal:exams')}?month={month}")
    found = pages.exams(request.user, month)
    people = facts.people_of(request.user.centre, month)
    context = {
        "form": form,
        "month": month,
        "rows": [(person, found.get(person.pk)) for person, _role in people],
        "tabs": month_tabs(known, month),
    }
    return draw(request, "appraisal/exams.html", context)
