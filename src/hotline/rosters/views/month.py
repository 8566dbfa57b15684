"""A month's shifts as a grid, and one cell of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext, pgettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters import forms
from hotline.rosters.models import CalendarDay, ChangeConsent, DayKind, RosterEntry, ShiftType
from hotline.rosters.queries import duty
from hotline.rosters.services import changes, entries
from hotline.rosters.views.tabs import tabs_of, week_letters


@dataclass(frozen=True, slots=True)
class Mark:
    """How a shift stands in a cell: a letter, a colour, and the whole in words."""

    letter: str
    tone: str
    title: str

    @classmethod
    def of(cls, shift: ShiftType) -> "Mark":
        """By the kind that the shift's code tells; other shifts show their first letter."""
        kinds = {
            "early": (pgettext("shift", "E"), "blue"),
            "mid": (pgettext("shift", "M"), "green"),
            "late": (pgettext("shift", "L"), "purple"),
        }
        kind = next((found for part, found in kinds.items() if part in shift.code), (shift.name[:1], "neutral"))
        return cls(*kind, f"{gettext(shift.name)} {shift.starts:%H:%M}–{shift.ends:%H:%M}")


@dataclass(frozen=True, slots=True)
class Head:
    """A day at the top of the grid."""

    day: date
    letter: str
    css: str
    title: str


def day_heads(days: Iterable[date], marked: Mapping[date, CalendarDay], today: date) -> list[Head]:
    """The days of a month at the top of a grid, with what the calendar says of them."""
    letters = week_letters()
    heads = []
    for day in days:
        special = marked.get(day)
        off = special.kind in {DayKind.REST, DayKind.STATUTORY} if special else day.weekday() >= 5
        css = ("is-off " if off else "") + ("is-today" if day == today else "")
        title = f"{special.get_kind_display()} {special.name}".strip() if special else ""
        heads.append(Head(day, letters[day.weekday()], css.strip(), title))
    return heads


def _lines(month: duty.Month, heads: list[Head]) -> list[dict[str, object]]:
    """The grid's lines with a mark for each cell; every shift type is put into words once."""
    marks: dict[int, Mark] = {}
    lines: list[dict[str, object]] = []
    for row in month.rows:
        cells: list[tuple[str, Mark | None, str]] = []
        for head, entry in zip(heads, row.cells, strict=True):
            if entry is not None and entry.shift_type_id not in marks:
                marks[entry.shift_type_id] = Mark.of(entry.shift_type)
            cells.append((head.day.isoformat(), marks[entry.shift_type_id] if entry else None, head.css))
        lines.append({"row": row, "cells": cells})
    return lines


@view("rosters.view_month", methods=["GET"])
def month(request: Request) -> HttpResponse:
    """A month as a grid of people and days; one's own line stands first, and alone on a phone."""
    person = request.user
    form = forms.MonthFilter(request.GET or None, teams=duty.teams(person.centre_id))
    first = form.first_day(clock.local_day(request.at)) if form.is_bound else clock.local_day(request.at).replace(day=1)
    found = duty.month(person, first, form.chosen_team() if form.is_bound else None)
    heads = day_heads(found.days, found.special, clock.local_day(request.at))
    context = {
        "tabs": tabs_of(person, "month"),
        "form": form
        if form.is_bound
        else forms.MonthFilter(initial={"month": first}, teams=duty.teams(person.centre_id)),
        "month": found,
        "heads": heads,
        "lines": _lines(found, heads),
        "mine": [entry for entry in found.mine.cells if entry],
        "first": first,
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{found.days[-1] + timedelta(days=1):%Y-%m}",
        "today": clock.local_day(request.at),
        "can_plan": may(person, "rosters.plan"),
        "sees_others": may(person, "rosters.view_today"),
    }
    return draw(request, "rosters/month.html", context, fragment="rosters/_month.html")


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
