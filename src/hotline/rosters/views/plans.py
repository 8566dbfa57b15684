"""A month before it is published: the list of months, the grid with what the rules say of it, paper and spreadsheet."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.pages import Request, draw, put_on, view, xlsx
from hotline.kernel.rules import Refused
from hotline.rosters import forms
from hotline.rosters.logic import figures, problem
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.models import RosterPlan, SolveRun
from hotline.rosters.queries import notice, planning, plans, prices
from hotline.rosters.services import drafts
from hotline.rosters.views import shown
from hotline.rosters.views.marks import day_heads
from hotline.rosters.views.tabs import tabs_of

MONTHS_SHOWN = 24
WARNINGS_SHOWN = 40
WISHES_SHOWN = 40


@view("rosters.plan")
def months(request: Request) -> HttpResponse:
    """The months of the centre and where they stand; a new one is opened here."""
    today = clock.local_day(request.at)
    form = forms.OpenForm(request.POST or None, initial={"month": _next_month(request, today)})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            plan = drafts.open_month(
                centre=request.user.centre, first=data["month"], origin=data["origin"], by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("rosters:plan", pk=plan.pk)
    rows = RosterPlan.objects.visible_to(request.user).select_related("published_by", "opened_by")[:MONTHS_SHOWN]
    context = {
        "tabs": tabs_of(request.user, "plans"),
        "form": form,
        "rows": plans.with_counts(rows),
        "today": today,
    }
    return render(request, "rosters/plans.html", context)


def _next_month(request: Request, today: date) -> date:
    """The first month to come that nobody has opened."""
    known = set(RosterPlan.objects.filter(centre=request.user.centre_id).values_list("first", flat=True))
    first = _after(today)
    while first in known:
        first = _after(first)
    return first


def _after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def plan_of(request: Request, pk: int) -> RosterPlan:
    """A month that this planner may see, or 404."""
    rows: RosterPlan = get_object_or_404(RosterPlan.objects.visible_to(request.user).select_related("centre"), pk=pk)
    return rows


@view("rosters.plan", methods=["GET"])
def plan(request: Request, pk: int) -> HttpResponse:
    """The grid of people and days, and beside it what is missing, unfair, unlawful and wished."""
    found = planning.facts(plan_of(request, pk))
    return draw(request, "rosters/plan.html", _context(request, found), fragment="rosters/_plan.html")


def _context(request: Request, found: planning.MonthFacts) -> dict[str, Any]:
    plan, today = found.plan, clock.local_day(request.at)
    hard = plans.hard_left(found)
    run = plans.last_run(plan)
    ahead = notice.terms_of(plan.centre_id, today).notice_days
    return {
        "tabs": tabs_of(request.user, "plans"),
        "plan": plan,
        "is_open": plan.status in {"draft", "proposed"},
        "is_solving": plan.status == "solving",
        "heads": (heads := day_heads(found.days, found.special, today)),
        "lines": _lines(request, found, {head.day: head.css for head in heads}),
        "cover": _cover(found),
        "strip": shown.strip(found.cover[_chosen(request, found)]),
        "strip_day": found.days[_chosen(request, found)],
        "strip_width": len(found.cover[_chosen(request, found)].heads) * shown.BAR,
        "lacking": sum(day.short > 0 for day in found.cover),
        "lacking_hours": sum((day.under for day in found.cover), start=0),
        "hard": shown.warnings(found, hard[:WARNINGS_SHOWN]),
        "hard_count": len(hard),
        "aside": sum(bool(entry.reason) for entry in found.entries.values()),
        "costs": [
            {"rule": RULES[one.rule], "cost": one.cost, "count": one.count} for one in plans.costs(found.violations)
        ],
        "cost": sum(one.cost for one in found.violations),
        "wishes": len(found.wishes),
        "wishes_met": sum(one.wishes_met for one in found.measures.values()),
        "run": run,
        "told": _told(found, run),
        "teams": planning.teams_of(found),
        "team": request.GET.get("team", ""),
        "late": notice.late_notice(plan.centre_id, plan.first, today),
        "notice": ahead,
        "announce_by": plan.first - timedelta(days=ahead),
        "solve_form": forms.SolveForm(),
        "publish_form": forms.ReasonForm(),
        "estimated": found.estimated,
        "confirmed": plan.seen.count() if plan.is_published else 0,
        "with_shifts": len({key for (key, _), one in found.entries.items() if one.shift_type_id}),
        "query": request.GET.urlencode(),
        **_unmet(found, run),
    }


def _unmet(found: planning.MonthFacts, run: SolveRun | None) -> dict[str, Any]:
    """The card of wishes that are not met, with what each would cost where somebody asked."""
    listed = prices.unmet(found, run)
    rows = [
        {
            "person": one.wish.person_id,
            "who": shown.names_of(found, [one.wish.person_id]),
            "day": one.wish.day,
            "wish": shown.wish_words(one.wish),
            "weight": one.wish.get_weight_display(),
            "price": one.price,
            "is_stale": one.price is not None and prices.is_stale(one.price, found.plan, run),
            "at_solving": one.at_solving,
        }
        for one in listed[:WISHES_SHOWN]
    ]
    return {"unmet": rows, "unmet_more": max(0, len(listed) - WISHES_SHOWN), "unmet_count": len(listed)}


def _chosen(request: Request, found: planning.MonthFacts) -> int:
    """The day whose half hours are shown: the one asked for, else the one that lacks most."""
    asked = request.GET.get("day", "")
    for number, day in enumerate(found.days):
        if day.isoformat() == asked:
            return number
    return max(range(len(found.days)), key=lambda number: (found.cover[number].under, -number))


def _lines(request: Request, found: planning.MonthFacts, css_of: dict[date, str]) -> list[dict[str, Any]]:
    team = request.GET.get("team", "")
    cells = shown.Cells(found, css_of)
    people = [
        one for one in found.staff.people.values() if not team.isdigit() or int(team) in found.staff.teams[one.pk]
    ]
    people.sort(key=lambda one: (not found.staff.is_desk(one.pk), one.name_key, one.pk))
    return [
        {
            "person": one,
            "is_desk": found.staff.is_desk(one.pk),
            "cells": [cells.of(one.pk, day) for day in found.days],
            **_totals(found, one.pk),
        }
        for one in people
    ]


def _totals(found: planning.MonthFacts, person_id: int) -> dict[str, Any]:
    measure: figures.Measure = found.measures[person_id]
    person: problem.Person = found.problem_of(person_id).person[person_id]
    return {
        "shifts": measure.shifts,
        "hours": shown.hours_of(measure.minutes),
        "lates": measure.lates,
        "fair_lates": person.fair_lates,
        "many_lates": person.fair_lates is not None and measure.lates > person.fair_lates,
        "lates_before": found.history.lates.get(person_id, 0),
        "weekends": measure.weekends,
        "fair_weekends": person.fair_weekends,
        "many_weekends": person.fair_weekends is not None and measure.weekends > person.fair_weekends,
        "weekends_before": found.history.weekends.get(person_id, 0),
        "wishes": measure.wishes,
        "wishes_met": measure.wishes_met,
    }


def _cover(found: planning.MonthFacts) -> list[dict[str, Any]]:
    """The foot of the grid: what each day lacks at its worst."""
    rows = []
    for day, cover in zip(found.days, found.cover, strict=True):
        nobody = any(one.need and not one.there for one in cover.heads)
        rows.append(
            {
                "day": day.isoformat(),
                "worst": cover.worst,
                "tone": "red" if nobody else "amber" if cover.worst else "green",
                "title": gettext("%(day)s: %(count)s half hours lack heads, %(worst)s at the worst")
                % {"day": f"{day:%m-%d}", "count": cover.short, "worst": cover.worst},
            }
        )
    return rows


def _told(found: planning.MonthFacts, run: SolveRun | None) -> list[dict[str, Any]]:
    """Why no roster keeps all hard rules, as the solver explained it."""
    return [
        {
            "clause": gettext(clash["clause"]),
            "name": gettext(clash["name"]),
            "who": shown.names_of(found, clash["people"]),
            "when": shown.days_named(date.fromisoformat(day) for day in clash["days"]),
        }
        for clash in (run.told if run else [])
    ]


@view("rosters.plan", methods=["GET"])
def export(request: Request, pk: int) -> HttpResponse:
    """The month as a spreadsheet: a line a person, a column a day, then the sums."""
    found = planning.facts(plan_of(request, pk))
    heads = [gettext("Staff number"), gettext("Name"), *(f"{day:%m-%d}" for day in found.days)]
    heads += [gettext("Shifts"), gettext("Hours worked"), gettext("Late shifts"), gettext("Weekends")]
    rows = []
    for one in found.staff.people.values():
        given = [found.entries.get((one.pk, day)) for day in found.days]
        sums = _totals(found, one.pk)
        cells = [gettext(entry.shift_type.name) if entry and entry.shift_type else "" for entry in given]
        rows.append([one.number, one.name, *cells, sums["shifts"], sums["hours"], sums["lates"], sums["weekends"]])
    return xlsx(f"roster-{found.plan.first:%Y-%m}", heads, rows)


@view("rosters.plan", methods=["POST"])
def discard(request: Request, pk: int) -> HttpResponse:
    """Put a draft away."""
    drafts.discard_month(plan_id=plan_of(request, pk).pk, by=request.user, at=request.at)
    messages.success(request, gettext("The draft is put away."))
    return redirect("rosters:plans")
