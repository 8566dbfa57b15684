"""Pages of rosters: today, a month, shift types, the calendar of days."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, forbidden, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position
from hotline.rosters import forms, logic, queries
from hotline.rosters.models import CalendarDay, DayKind, RosterEntry, ShiftType
from hotline.rosters.services import calendar as calendar_services
from hotline.rosters.services import entries, shifts

# Whom a caller needs first stands first.
ORDER = [*Position.values[3:8], *Position.values[:3], *Position.values[8:]]
CHANGES_SHOWN = 6
WORKING = ("ready", "busy")


@dataclass(frozen=True, slots=True)
class Group:
    """People on duty who hold the same position."""

    label: str
    people: list[queries.Present]

    @property
    def working(self) -> int:
        """How many of them are at their seats."""
        return sum(present.presence in WORKING for present in self.people)


def _groups(today: queries.Today) -> list[Group]:
    names = dict(Position.choices)
    found: dict[str, list[queries.Present]] = {}
    for present in today.present:
        main = min(present.positions, key=ORDER.index, default="")
        found.setdefault(main, []).append(present)
    order = sorted(found, key=lambda position: ORDER.index(position) if position else len(ORDER))
    return [Group(str(names.get(position, gettext("Without a position"))), found[position]) for position in order]


def _tabs(person: Person, active: str) -> list[Tab]:
    """The pages of rosters that this person may open."""
    known = {
        "today": (gettext("Today"), "rosters.view_today"),
        "month": (gettext("Month"), "rosters.view_month"),
        "shifts": (gettext("Shifts"), "rosters.view_today"),
        "calendar": (gettext("Calendar"), "rosters.view_today"),
    }
    return [
        Tab(label, reverse(f"rosters:{name}"), active=name == active)
        for name, (label, permission) in known.items()
        if may(person, permission)
    ]


@view("rosters.view_today", methods=["GET"])
def today(request: Request) -> HttpResponse:
    """Who is on duty now, by position and state; who comes and goes next; where nobody is."""
    centre = request.user.centre
    found = queries.today(centre, request.at)
    at_work = sum(present.presence in WORKING for present in found.present)
    context = {
        "tabs": _tabs(request.user, "today"),
        "today": found,
        "groups": _groups(found),
        "changes": found.changes[:CHANGES_SHOWN],
        "at_work": at_work,
        "in_break": sum(present.presence == "break" for present in found.present),
        "absent": sum(present.presence == "absent" for present in found.present),
        "topics": f"roster:{centre.pk} presence:{centre.pk}",
        "at": request.at,
    }
    return draw(request, "rosters/today.html", context, fragment="rosters/_today.html")


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


def _heads(month: queries.Month, today: date) -> list[Head]:
    letters = _week()
    heads = []
    for day in month.days:
        special = month.special.get(day)
        off = special.kind in {DayKind.REST, DayKind.STATUTORY} if special else day.weekday() >= 5
        css = ("is-off " if off else "") + ("is-today" if day == today else "")
        title = f"{special.get_kind_display()} {special.name}".strip() if special else ""
        heads.append(Head(day, letters[day.weekday()], css.strip(), title))
    return heads


def _lines(month: queries.Month, heads: list[Head]) -> list[dict[str, object]]:
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
    form = forms.MonthFilter(request.GET or None, teams=queries.teams(person.centre_id))
    first = form.first_day(clock.local_day(request.at)) if form.is_bound else clock.local_day(request.at).replace(day=1)
    found = queries.month(person, first, form.chosen_team() if form.is_bound else None)
    heads = _heads(found, clock.local_day(request.at))
    context = {
        "tabs": _tabs(person, "month"),
        "form": form
        if form.is_bound
        else forms.MonthFilter(initial={"month": first}, teams=queries.teams(person.centre_id)),
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
    """One person's day in the grid, in a dialog: plan, change or take away a shift."""
    person = get_object_or_404(Person, pk=person_id, centre=request.user.centre_id, is_system=False)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    entry = RosterEntry.objects.filter(person=person, day=on).select_related("shift_type").first()
    in_force = queries.shift_types(person.centre, on)
    initial = {"shift_type": str(entry.shift_type_id)} if entry else {}
    form = forms.PlanForm(request.POST or None, shifts=in_force, is_change=entry is not None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _write_cell(request, form, person, on, entry)
        except Refused as error:
            put_on(form, error)
        else:
            return _back_to_grid()
    context = {"form": form, "person": person, "day": on, "entry": entry}
    return render(request, "rosters/_cell.html", context)


def _write_cell(request: Request, form: forms.PlanForm, person: Person, on: date, entry: RosterEntry | None) -> None:
    chosen, reason = form.shift, form.cleaned_data.get("reason", "")
    if entry is not None and chosen is None:
        entries.cancel(entry_id=entry.pk, reason=reason, by=request.user, at=request.at)
    elif entry is not None and chosen is not None:
        entries.replan(entry_id=entry.pk, shift_type=chosen, day=on, reason=reason, by=request.user, at=request.at)
    elif chosen is not None:
        entries.plan(person=person, shift_type=chosen, day=on, by=request.user, at=request.at)


def _back_to_grid() -> HttpResponse:
    """Close the dialog; the grid fetches itself again."""
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = '{"close-dialog": true, "roster-changed": true}'
    return response


@view("rosters.view_today")
def shift_types(request: Request) -> HttpResponse:
    """The shifts of the centre with their hours; those who may give one other hours from a day on."""
    centre, day = request.user.centre, clock.local_day(request.at)
    rows = [
        {"shift": row, "breaks": _break_times(row), "is_later": row.since > day, "days": _weekdays(row)}
        for row in ShiftType.objects.filter(centre=centre).order_by("starts", "code", "since")
    ]
    context = {
        "tabs": _tabs(request.user, "shifts"),
        "rows": rows,
        "can_set": may(request.user, "rosters.set_shifts", centre),
    }
    return render(request, "rosters/shifts.html", context)


def _week() -> list[str]:
    """The days of the week, Monday first, as short as a narrow column needs them."""
    return [
        pgettext("weekday", "Mo"),
        pgettext("weekday", "Tu"),
        pgettext("weekday", "We"),
        pgettext("weekday", "Th"),
        pgettext("weekday", "Fr"),
        pgettext("weekday", "Sa"),
        pgettext("weekday", "Su"),
    ]


def _weekdays(shift: ShiftType) -> str:
    return " ".join(_week()[weekday] for weekday in shift.weekdays)


def _break_times(shift: ShiftType) -> list[tuple[time, time]]:
    whole = logic.shift_span(shift.since, shift.starts, shift.ends)
    return [
        (clock.local(rest.start).time(), clock.local(rest.end).time())
        for rest in logic.break_spans(whole, shift.breaks)
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
                breaks=logic.minutes_after(data["starts"], data["breaks"]),
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The new hours are kept."))
            return redirect("rosters:shifts")
    return render(
        request, "rosters/edition.html", {"form": form, "shift": shift, "tabs": _tabs(request.user, "shifts")}
    )


@view("rosters.set_shifts", methods=["POST"])
def install(request: Request) -> HttpResponse:
    """Bring in the shifts of the handbook."""
    shifts.install_shift_types(centre=request.user.centre, by=request.user, at=request.at)
    messages.success(request, gettext("The shifts of the handbook are in force."))
    return redirect("rosters:shifts")


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
        "tabs": _tabs(request.user, "calendar"),
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
