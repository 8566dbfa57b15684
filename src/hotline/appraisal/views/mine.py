"""My month: points and yuan so far, each line open down to its facts, objections, what is said about me."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.appraisal.forms import AppealForm, KnownForm, StatementForm
from hotline.appraisal.models import AppealStatus, Incident, Line, Sheet
from hotline.appraisal.queries import behind, frozen, pages, reckoning
from hotline.appraisal.services import objecting, recording
from hotline.appraisal.views import shown
from hotline.core.access import may
from hotline.core.pages import Request, asked_month, draw, month_tabs, part_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.rulebook.assessment.lines import yuan


@view("appraisal.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My month as it stands."""
    kept = pages.my_sheets(request.user)
    known = [one.period.month for one in kept]
    month = asked_month(request, known)
    found = next((one for one in kept if one.period.month == month), None)
    context = {
        **_sheet(found),
        **shown.months_chart(kept),
        "tabs": month_tabs(known, month),
        "month": month,
        "topic": f"my_month:{request.user.pk}",
        "page_url": f"{reverse('appraisal:mine')}?month={month}",
        "is_mine": True,
    }
    return draw(request, "appraisal/mine.html", context, fragment="appraisal/_sheet.html")


def _sheet(found: Sheet | None) -> dict[str, object]:
    if found is None:
        return {"sheet": None}
    lines = pages.lines(found)
    said = pages.objections(found, lines)
    more = {"groups": shown.groups(lines, said), "taken": shown.by_clause(lines), **shown.summary(found)}
    return {"sheet": found, **more}


@view("appraisal.view_team", methods=["GET"])
def sheet(request: Request, pk: int) -> HttpResponse:
    """Somebody's month."""
    rows = Sheet.objects.visible_to(request.user).select_related("period", "person")
    found = get_object_or_404(rows, pk=pk)
    months = shown.months_chart(pages.my_sheets(found.person))
    form = KnownForm(request.GET or None)
    known = form.cleaned_data["known"] if form.is_valid() else None
    before = frozen.as_known(found, known) if known is not None else None
    context = {
        **_sheet(found),
        **months,
        "is_mine": found.person_id == request.user.pk,
        "person": found.person,
        "form": form,
        "known": known,
        "then": (before[0], yuan(before[1])) if before is not None else None,
    }
    return draw(request, "appraisal/sheet.html", context)


@view("appraisal.view_own", methods=["GET", "POST"])
def line(request: Request, pk: int) -> HttpResponse:
    """One line: its clause, the parameters read, what it rests on, what if it were overturned, the objection."""
    rows = Line.objects.visible_to(request.user).select_related("sheet__period", "sheet__person", "corrects__sheet")
    found = get_object_or_404(rows, pk=pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            objecting.appeal(line_id=found.pk, words=form.cleaned_data["words"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Your objection waits for a second person."))
            return redirect("appraisal:line", pk=found.pk)
    return draw(request, "appraisal/line.html", _line(request, found, form))


def _line(request: Request, found: Line, form: AppealForm) -> dict[str, object]:
    row = shown.row(found)
    takes = row.takes and found.sort == "deduction"
    booked = reckoning.booked_since([found.sheet_id]).get(found.sheet_id, [])
    points, fen = reckoning.gain(found.sheet, found, booked) if takes else (0, 0)
    own = found.sheet.person_id == request.user.pk
    asked = pages.objections(found.sheet, [found])[found.pk]
    is_said = any(one.line_id == found.pk or one.status == AppealStatus.ASKED for one in asked)
    period = found.sheet.period
    return {
        "row": row,
        "line": found,
        "sheet": found.sheet,
        "part": gettext(shown.PARTS.get(found.part, found.part)),
        "evidence": shown.evidence(found),
        "parameters": shown.values(found.parameters),
        "if_points": found.sheet.points + points if takes else None,
        "if_yuan": yuan(found.sheet.fen + fen) if takes else "",
        "yuan": yuan(found.sheet.fen),
        "appeals": asked,
        "may_object": takes and own and not is_said and found.sheet.is_current and shown.may_object(period, request.at),
        "is_mine": own,
        "form": form,
    }


@view("appraisal.view_own", methods=["GET"])
def line_behind(request: Request, pk: int) -> HttpResponse:
    """What a line about an average, a rate or an exam rests on, row by row."""
    rows = Line.objects.visible_to(request.user).select_related("sheet__period", "sheet__person")
    found = get_object_or_404(rows, pk=pk)
    name = next((name for name in found.evidence if name in shown.BEHIND), None)
    if name is None:
        raise Http404(pk)
    listed = behind.of_line(found, name)
    context = {
        "line": found,
        "words": shown.row(found).words,
        "heading": gettext(shown.BEHIND[name]),
        "sheet": found.sheet,
        "page": part_of(request, listed),
    }
    return draw(request, "appraisal/line_behind.html", context)


@view("appraisal.view_own", methods=["GET"])
def incidents(request: Request) -> HttpResponse:
    """What was put forward, about me or about those whom I lead; confirmed by a second person, or dropped."""
    reader = request.user
    known = [one.month for one in pages.periods(reader.centre_id)]
    month = asked_month(request, known)
    rows = pages.incidents(reader, month)
    context = {
        "rows": [
            (row, row.person_id == reader.pk and row.status == "proposed", _may_decide(request, row)) for row in rows
        ],
        "tabs": month_tabs(known, month),
        "may_propose": may(reader, "appraisal.propose"),
        "form": StatementForm(),
    }
    return draw(request, "appraisal/incidents.html", context)


def _may_decide(request: Request, row: Incident) -> bool:
    return row.status in ("proposed", "heard") and may(request.user, "appraisal.confirm_incident", row)


@view("appraisal.view_own", methods=["POST"])
def say(request: Request, pk: int) -> HttpResponse:
    """Say what I have to say about it."""
    row = get_object_or_404(Incident.objects.visible_to(request.user).filter(person=request.user.pk), pk=pk)
    form = StatementForm(request.POST)
    if form.is_valid():
        try:
            statement = form.cleaned_data["statement"]
            recording.hear(incident_id=row.pk, statement=statement, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("It is recorded."))
    for problems in form.errors.values():
        messages.error(request, "; ".join(str(problem) for problem in problems))
    return redirect(f"{reverse('appraisal:incidents')}?month={row.month}")
