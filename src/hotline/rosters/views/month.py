"""A month's shifts as a grid, and one cell of it."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters import forms
from hotline.rosters.models import ChangeConsent, RosterEntry
from hotline.rosters.queries import duty, gaps
from hotline.rosters.services import changes, entries
from hotline.rosters.views.marks import Head, MonthCells, away_words, day_heads, legend_of
from hotline.rosters.views.tabs import tabs_of


def _lines(month: duty.Month, heads: list[Head]) -> list[dict[str, object]]:
    """The grid's lines with a mark for each cell."""
    cells = MonthCells()
    return [
        {
            "row": row,
            "cells": [cells.of(*day) for day in zip(heads, row.cells, row.away, row.asked, strict=True)],
        }
        for row in month.rows
    ]


@view("rosters.view_month", methods=["GET"])
def month(request: Request) -> HttpResponse:
    """A month as a grid of people and days; one's own line stands first, and alone on a phone."""
    person = request.user
    form = forms.MonthFilter(request.GET or None, teams=duty.teams(person.centre_id))
    first = form.first_day(clock.local_day(request.at)) if form.is_bound else clock.local_day(request.at).replace(day=1)
    found = duty.month(person, first, form.chosen_team() if form.is_bound else None)
    today = clock.local_day(request.at)
    heads = day_heads(found.days, found.special, clock.local_day(request.at))
    context = {
        "tabs": tabs_of(person, "month"),
        "form": form
        if form.is_bound
        else forms.MonthFilter(initial={"month": first}, teams=duty.teams(person.centre_id)),
        "month": found,
        "heads": heads,
        "lines": _lines(found, heads),
        "gaps": _gaps(request, found, today),
        "legend": legend_of(found),
        "mine": _mine(found),
        "first": first,
        "this": f"{first:%Y-%m}",
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{found.days[-1] + timedelta(days=1):%Y-%m}",
        "today": clock.local_day(request.at),
        "can_plan": may(person, "rosters.plan"),
        "sees_others": may(person, "rosters.view_today"),
    }
    return draw(request, "rosters/month.html", context, fragment="rosters/_month.html")


def _gaps(request: Request, month: duty.Month, today: date) -> list[gaps.Gap]:
    """Where nobody is planned from today on, for those who see the others (A2.1)."""
    if not may(request.user, "rosters.view_today") or month.days[-1] < today:
        return []
    return gaps.nobody(request.user.centre_id, max(month.days[0], today), month.days[-1])


def _mine(month: duty.Month) -> list[dict[str, object]]:
    """One's own days of the month, as a phone lists them."""
    own = month.mine
    return [
        {
            "day": day,
            "entry": entry,
            "away": away_words(away.kind, day) if away else "",
            "asked": away_words(asked.kind, day) if asked and not away else "",
        }
        for day, entry, away, asked in zip(month.days, own.cells, own.away, own.asked, strict=True)
        if entry or away or asked
    ]


@view("rosters.plan")
def cell(request: Request, person_id: int, day: str) -> HttpResponse:
    """One person's day in the grid, in a dialog: plan, change, take away; with consent when it is late (A7.7)."""
    person = get_object_or_404(Person, pk=person_id, centre=request.user.centre_id, is_system=False)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    entry = RosterEntry.objects.filter(person=person, day=on).select_related("shift_type").first()
    in_force = duty.shift_types(person.centre, on)
    initial = {"shift_type": str(entry.shift_type_id)} if entry else {}
    late = duty.told_late(person.centre_id, on, clock.local_day(request.at))
    form = forms.PlanForm(
        request.POST or None, shifts=in_force, is_change=entry is not None, is_late=late > 0, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            _write_cell(request, form, person, on, entry, is_late=late > 0)
        except Refused as error:
            put_on(form, error)
        else:
            return _back_to_grid()
    asked = ChangeConsent.objects.filter(person=person, day=on).select_related("before", "after", "asked_by")
    context = {"form": form, "person": person, "day": on, "entry": entry, "late": late, "asked": asked[:3]}
    return render(request, "rosters/_cell.html", context)


def _write_cell(
    request: Request, form: forms.PlanForm, person: Person, on: date, entry: RosterEntry | None, *, is_late: bool
) -> None:
    chosen, reason, by, at = form.shift, form.cleaned_data.get("reason", ""), request.user, request.at
    if is_late:
        change = changes.ask_change if form.cleaned_data["how"] == form.ASK else changes.order_change
        change(person=person, day=on, after=chosen, reason=reason, by=by, at=at)
    elif entry is not None and chosen is None:
        entries.cancel(entry_id=entry.pk, reason=reason, by=by, at=at)
    elif entry is not None and chosen is not None:
        entries.replan(entry_id=entry.pk, shift_type=chosen, day=on, reason=reason, by=by, at=at)
    elif chosen is not None:
        entries.plan(person=person, shift_type=chosen, day=on, by=by, at=at)


@view("rosters.plan", methods=["POST"])
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back a question about a change that is not answered yet."""
    row = get_object_or_404(ChangeConsent.objects.visible_to(request.user), pk=pk)
    changes.withdraw_change(change_id=row.pk, by=request.user, at=request.at)
    return _back_to_grid()


def _back_to_grid() -> HttpResponse:
    """Close the dialog; the grid fetches itself again."""
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = '{"close-dialog": true, "roster-changed": true}'
    return response
