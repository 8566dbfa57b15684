"""One's own attendance, and one shift with everything it was judged by."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.attendance.forms import CorrectionForm, ExcuseForm
from hotline.attendance.models import AttendanceFact
from hotline.attendance.queries import pages
from hotline.attendance.services import asking
from hotline.attendance.views import shown
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, month_tabs, put_on, view
from hotline.kernel.rules import Refused


@view("attendance.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My shifts of a month: what each was and why."""
    return _mine(request, ExcuseForm(initial={"day": local_day(request.at)}), "")


def _mine(request: Request, form: ExcuseForm, opened: str) -> HttpResponse:
    person = request.user
    known = pages.months_known(person.centre_id)
    month = asked_month(request, known)
    facts = pages.month_facts(person, month)
    context = {
        "rows": [shown.row(fact) for fact in facts],
        "counts": _counts(facts),
        "excuses": pages.excuses_of(person, month),
        "tabs": month_tabs(known, month),
        "excuse_form": form,
        "opened": opened,
        "may_report_sick": may(person, "leave.ask"),
        "topic": f"attendance:{person.pk}",
        "page_url": f"{reverse('attendance:mine')}?month={month}",
    }
    return draw(request, "attendance/mine.html", context, fragment="attendance/_mine.html")


def _counts(facts: list[AttendanceFact]) -> dict[str, int]:
    return {
        "shifts": len(facts),
        "late": sum(fact.state == "late" for fact in facts),
        "early": sum(bool(fact.early_s) for fact in facts),
        "unknown": sum(fact.state in ("unknown", "absent") for fact in facts),
    }


@view("attendance.view_own", methods=["POST"])
def excuse(request: Request) -> HttpResponse:
    """Ask for some time to be excused."""
    form = ExcuseForm(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        try:
            asking.ask_excuse(
                person=request.user, span=form.span, kind=found["kind"], words=found["words"], by=request.user,
                at=request.at,
            )  # fmt: skip
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Your request waits for the supervisor."))
            return redirect("attendance:mine")
    return _mine(request, form, "excuse")


def _fact(request: Request, pk: int) -> AttendanceFact:
    rows = AttendanceFact.objects.visible_to(request.user).select_related("person", "made_by")
    return get_object_or_404(rows, pk=pk)


@view("attendance.view_own", methods=["GET", "POST"])
def shift(request: Request, pk: int) -> HttpResponse:
    """One shift: what was found, by which clause, from which records, and what it was before."""
    fact = _fact(request, pk)
    form = CorrectionForm(request.POST or None, initial={"state": "present"})
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask_correction(fact_id=fact.pk, **form.wish, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Your request waits for the supervisor."))
            return redirect("attendance:shift", pk=fact.pk)
    context = {
        **shown.row(fact),
        "moments": shown.moments(fact),
        "versions": pages.versions(fact),
        "corrections": pages.corrections_of(fact),
        "form": form,
        "may_ask": fact.is_current and may(request.user, "attendance.ask", fact.person),
        "is_mine": fact.person_id == request.user.pk,
    }
    return draw(request, "attendance/shift.html", context)
