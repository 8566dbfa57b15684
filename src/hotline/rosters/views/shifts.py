"""Shift types and their editions."""

from datetime import time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, put_on, view
from hotline.kernel.rules import Refused
from hotline.rosters import forms
from hotline.rosters.logic import hours
from hotline.rosters.models import ShiftType
from hotline.rosters.services import shifts
from hotline.rosters.views.tabs import tabs_of, week_letters


@view("rosters.view_today")
def shift_types(request: Request) -> HttpResponse:
    """The shifts of the centre with their hours; those who may give one other hours from a day on."""
    centre, day = request.user.centre, clock.local_day(request.at)
    rows = [
        {"shift": row, "breaks": _break_times(row), "is_later": row.since > day, "days": _weekdays(row)}
        for row in ShiftType.objects.filter(centre=centre).order_by("starts", "code", "since")
    ]
    context = {
        "tabs": tabs_of(request.user, "shifts"),
        "rows": rows,
        "can_set": may(request.user, "rosters.set_shifts", centre),
    }
    return render(request, "rosters/shifts.html", context)


def _weekdays(shift: ShiftType) -> str:
    return " ".join(week_letters()[weekday] for weekday in shift.weekdays)


def _break_times(shift: ShiftType) -> list[tuple[time, time]]:
    whole = hours.shift_span(shift.since, shift.starts, shift.ends)
    return [
        (clock.local(rest.start).time(), clock.local(rest.end).time())
        for rest in hours.break_spans(whole, shift.breaks)
    ]


@view("rosters.set_shifts")
def edition(request: Request, pk: int) -> HttpResponse:
    """Other hours of one shift from a day on."""
    shift = get_object_or_404(ShiftType, pk=pk, centre=request.user.centre_id)
    rests = ", ".join(f"{since:%H:%M}-{until:%H:%M}" for since, until in _break_times(shift))
    initial = {"starts": shift.starts, "ends": shift.ends, "breaks": rests}
    form = forms.EditionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            shifts.change_shift_type(
                shift_type_id=shift.pk,
                since=data["since"],
                starts=data["starts"],
                ends=data["ends"],
                breaks=hours.minutes_after(data["starts"], data["breaks"]),
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The new hours are kept."))
            return redirect("rosters:shifts")
    return render(
        request, "rosters/edition.html", {"form": form, "shift": shift, "tabs": tabs_of(request.user, "shifts")}
    )


@view("rosters.set_shifts", methods=["POST"])
def install(request: Request) -> HttpResponse:
    """Bring in the shifts of the handbook."""
    shifts.install_shift_types(centre=request.user.centre, by=request.user, at=request.at)
    messages.success(request, gettext("The shifts of the handbook are in force."))
    return redirect("rosters:shifts")
