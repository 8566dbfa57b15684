"""How many heads it needs: half hour by half hour with cost, under the goals in force or under others."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.planning import forms
from hotline.planning.logic import charts
from hotline.planning.logic.need import Terms
from hotline.planning.models import Series
from hotline.planning.queries import day as days
from hotline.planning.queries import forecasts, shrinkage
from hotline.planning.queries import staffing as queries
from hotline.planning.services import staffing as services
from hotline.planning.views import shown

DAY = timedelta(days=1)


@view("planning.view", methods=["GET"])
def staffing(request: Request) -> HttpResponse:
    """A day's need under the goals in force, beside a what-if."""
    return draw(request, "planning/staffing.html", _context(request))


def _context(request: Request, asked: Series | None = None, **more: Any) -> dict[str, Any]:
    listed, series = shown.listed_and_chosen(request)
    series = asked or series
    today = clock.local_day(request.at)
    day = forms.day_of(request.GET.get("day"), today + DAY)
    context: dict[str, Any] = {
        "tabs": shown.tabs_of("staffing"), "listed": listed, "series": series, "day": day,
        "day_form": forms.DayForm({"day": day}),
        "form": forms.SeriesForm({"series": series.pk}, series=listed) if series and len(listed) > 1 else None,
        "run": forecasts.newest(series) if series else None,
    }  # fmt: skip
    if series is None or context["run"] is None:
        return context
    usual = queries.plan(series, day, day)
    wanted, terms_form = _what_if(request, usual.terms)
    other = queries.plan(series, day, day, wanted) if wanted else None
    return {
        **context,
        "usual": _told(usual),
        "other": _told(other) if other else None,
        "is_dearer": other is not None and other.cost_fen > usual.cost_fen,
        "apart": shown.yuan(abs(other.cost_fen - usual.cost_fen)) if other else "",
        "lines": _lines(usual, other),
        "chart": _chart(usual, other),
        "terms_form": terms_form,
        "days_form": forms.DaysForm(initial={"first": _next_month(today), "last": _month_end(_next_month(today))}),
        "may_staff": may(request.user, "planning.staff", series),
        **more,
    }


def _next_month(day: date) -> date:
    return (day.replace(day=1) + 31 * DAY).replace(day=1)


def _month_end(first: date) -> date:
    return (first + 31 * DAY).replace(day=1) - DAY


def _what_if(request: Request, usual: Terms) -> tuple[Terms | None, forms.TermsForm]:
    if "share" not in request.GET:
        return None, forms.TermsForm(initial=forms.TermsForm.of(usual))
    form = forms.TermsForm(request.GET)
    return (form.terms() if form.is_valid() else None), form


def _told(plan: queries.Plan) -> dict[str, Any]:
    terms = plan.terms
    return {
        "most": plan.most,
        "hours": shown.heads(plan.hours),
        "cost": shown.yuan(plan.cost_fen),
        "level": shown.percent(plan.level),
        "amount": round(plan.amount),
        "goal": f"{shown.percent(terms.share, 0)} / {terms.within} s",
        "shrinkage": shown.percent(terms.shrinkage),
        "model": "Erlang A" if terms.patience else "Erlang C",
    }


def _parts(learned: shrinkage.Shrinkage) -> list[tuple[str, str]]:
    named = [
        (gettext("Breaks"), learned.breaks),
        (gettext("Leave known beforehand"), learned.planned_away),
        (gettext("Sudden absence"), learned.sudden_away),
        (gettext("Booked for meetings, coaching, training"), learned.booked),
        (gettext("Planned, and not at the seat"), learned.empty),
    ]
    return [(label, shown.percent(learned.share(part))) for label, part in named]


def _lines(usual: queries.Plan, other: queries.Plan | None) -> list[dict[str, Any]]:
    found = []
    for index, row in enumerate(usual.rows):
        need = row.need
        found.append(
            {
                "time": row.time,
                "amount": f"{row.cell.mean:.1f}",
                "handling": row.cell.handling_seconds,
                "agents": need.agents,
                "heads": need.heads,
                "level": shown.percent(need.level, 0),
                "wait": shown.seconds(need.wait),
                "occupancy": shown.percent(need.occupancy, 0),
                "lost": shown.percent(need.lost),
                "cost": shown.yuan(need.cost_fen),
                "other": other.rows[index].need.heads if other else None,
            }
        )
    return found


def _chart(usual: queries.Plan, other: queries.Plan | None) -> charts.Chart | None:
    if not usual.rows:
        return None
    lines = [charts.Line("planned", [float(row.need.heads) for row in other.rows])] if other else []
    return charts.draw(
        [row.time for row in usual.rows],
        bars=[charts.Bars("need", [float(row.need.heads) for row in usual.rows])],
        lines=lines,
    )


def _series(request: Request, pk: int) -> Series:
    return get_object_or_404(Series.objects.visible_to(request.user), pk=pk)


@view("planning.staff", methods=["POST"])
def hand(request: Request, pk: int) -> HttpResponse:
    """Write the heads into the roster's demand."""
    series = _series(request, pk)
    form = forms.DaysForm(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        try:
            written = services.hand_to_roster(
                series_id=series.pk, first=found["first"], last=found["last"], by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The roster has %(n)s half hours to be covered.") % {"n": written})
            return redirect(f"{reverse('planning:staffing')}?series={series.pk}&day={found['first']}")
    return render(request, "planning/staffing.html", _context(request, series, days_form=form), status=422)


@view("planning.view", methods=["GET"])
def learned(request: Request) -> HttpResponse:
    """Where planned time went in the last four weeks; fetched after the page, because it reads a month of records."""
    found = shrinkage.learned(request.user.centre_id, request.at)
    return render(request, "planning/_shrinkage.html", {"learned": found, "parts": _parts(found)})


@view("planning.view", methods=["GET"])
def simulated(request: Request, pk: int) -> HttpResponse:
    """The day lived through under the roster as it stands."""
    series = _series(request, pk)
    day = forms.day_of(request.GET.get("day"), clock.local_day(request.at) + DAY)
    crew = days.crew(request.user.centre, day, request.at)
    workers = queries.seated(series, day, crew.workers)
    found = queries.simulate(series, day, workers)
    context: dict[str, Any] = {"day": day, "series": series, "people": len(workers), "found": found}
    if found is not None:
        context |= {
            "level": f"{found.level.mean * 100:.1f}%",
            "level_off": f"{found.level.half_width * 100:.1f}",
            "wait": round(found.wait.mean),
            "wait_off": round(found.wait.half_width),
            "lost": f"{found.lost.mean * 100:.1f}%",
            "busy": f"{found.busy.mean * 100:.0f}%",
            "chart": charts.draw(
                [word for word, _level in found.levels],
                bars=[charts.Bars("there", [float(level) * 100 for _word, level in found.levels])],
            ),
            "levels": [(word, shown.percent(level, 0)) for word, level in found.levels],
        }
    return render(request, "planning/_simulated.html", context)
