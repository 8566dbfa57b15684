"""Working days and free days."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, forbidden, put_on, view
from hotline.kernel.rules import Refused
from hotline.rosters import forms
from hotline.rosters.models import CalendarDay
from hotline.rosters.services import calendar as calendar_services
from hotline.rosters.views.tabs import tabs_of


@view("rosters.view_today")
def calendar(request: Request) -> HttpResponse:
    """Public holidays and make-up days of a year; administrators load a year or set a day by announcement."""
    years = forms.YearForm(request.GET if "year" in request.GET else {"year": clock.local_day(request.at).year})
    year: int = years.cleaned_data["year"] if years.is_valid() else clock.local_day(request.at).year
    form = forms.DayForm(request.POST or None)
    if request.method == "POST":
        if not may(request.user, "rosters.set_calendar"):
            return forbidden(request)
        done = _write_day(request, form) if form.is_valid() else None
        if done is not None:
            return redirect(f"{reverse('rosters:calendar')}?year={done.day.year}")
    rows = list(CalendarDay.objects.filter(day__year=year))
    context = {
        "tabs": tabs_of(request.user, "calendar"),
        "form": form,
        "year": year,
        "rows": rows,
        "estimated": sum(not row.is_announced for row in rows),
        "can_set": may(request.user, "rosters.set_calendar"),
    }
    return render(request, "rosters/calendar.html", context)


def _write_day(request: Request, form: forms.DayForm) -> CalendarDay | None:
    try:
        row = calendar_services.set_day(**form.cleaned_data, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return None
    messages.success(request, gettext("The day is set."))
    return row


@view("rosters.set_calendar", methods=["POST"])
def load(request: Request) -> HttpResponse:
    """Load a year from the library of holidays."""
    form = forms.YearForm(request.POST)
    if not form.is_valid():
        raise Http404
    year = form.cleaned_data["year"]
    changed = calendar_services.load_calendar(years=[year], by=request.user, at=request.at)
    messages.success(request, gettext("%(n)s days were brought up to date.") % {"n": changed})
    return redirect(f"{reverse('rosters:calendar')}?year={year}")
