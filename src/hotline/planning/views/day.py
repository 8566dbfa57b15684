"""The day as it goes: planned against actual, who keeps to the plan, the afternoon anew, who gets the next case."""

from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, view, xlsx
from hotline.planning.forms import DayForm, day_of
from hotline.planning.logic import charts
from hotline.planning.logic import day as logic
from hotline.planning.models import Remedy
from hotline.planning.queries import day as queries
from hotline.planning.services import replan
from hotline.planning.views import assignment, shown

PEOPLE_SHOWN = 60  # those who were missed most; a thousand lines are read by nobody
KEPT_GOAL = Fraction(9, 10)


@view("planning.view", methods=["GET"])
def day(request: Request) -> HttpResponse:
    """Today, or a day of the past: half hour by half hour."""
    today = clock.local_day(request.at)
    chosen = min(day_of(request.GET.get("day"), today), today)
    return draw(request, "planning/day.html", _context(request, chosen, today), fragment="planning/_day.html")


def _context(request: Request, chosen: date, today: date) -> dict[str, Any]:
    person = request.user
    found = queries.today(person.centre, chosen, request.at)
    is_today = chosen == today
    people = _people(found)
    return {
        "tabs": shown.tabs_of("day"),
        "day": chosen,
        "day_form": DayForm({"day": chosen}),
        "is_today": is_today,
        "today": found,
        "lines": [_line(row) for row in found.rows],
        "chart": _chart(found, request, chosen),
        "people": people[:PEOPLE_SHOWN],
        "more_people": max(len(people) - PEOPLE_SHOWN, 0),
        "kept": shown.percent(found.kept),
        "kept_tone": shown.tone(found.kept, KEPT_GOAL),
        "over": shown.yuan(found.over_fen),
        "under": shown.yuan(found.under_fen),
        "gaps": len(found.next_gaps),
        "said": round(found.said),
        "counts": queries.closings(person.centre, chosen),
        **(assignment.context(request) if is_today else {}),
        "proposals": [_proposal(row) for row in queries.proposals(person, chosen)],
        "may_replan": is_today and may(person, "planning.replan", person.centre),
        "topics": shown.topic(request),
        "at": request.at,
    }


def _line(row: queries.Row) -> dict[str, Any]:
    one = row.interval
    return {
        "time": row.time,
        "said": round(row.said) if row.said is not None else "—",
        "came": row.came if row.came is not None else "—",
        "expected": row.expected if row.expected is not None else "—",
        "need": one.need,
        "planned": shown.heads(one.planned),
        "there": shown.heads(one.there),
        "balance": shown.signed(one.balance),
        "tone": "red"
        if one.balance <= -1
        else "amber"
        if one.balance < 0
        else "neutral"
        if one.balance < 2
        else "blue",
        "cost": shown.yuan(one.over_fen or one.under_fen) if one.over_fen or one.under_fen else "",
        "is_over": one.there is not None,
    }


def _chart(found: queries.Today, request: Request, chosen: date) -> charts.Chart | None:
    if not found.rows:
        return None
    rows = found.rows
    now = (request.at - clock.wall(chosen)) / logic.HALF_HOUR
    first = rows[0].interval.slot
    return charts.draw(
        [row.time for row in rows],
        bars=[charts.Bars("there", [float(row.interval.heads) for row in rows])],
        lines=[
            charts.Line("planned", [float(row.interval.planned) for row in rows]),
            charts.Line("need", [float(row.interval.need) for row in rows]),
        ],
        now=now - first if first <= now <= rows[-1].interval.slot + 1 else None,
    )


def _people(found: queries.Today) -> list[dict[str, Any]]:
    lines = [
        {
            "person": found.crew.people[one.person],
            "planned": one.planned,
            "kept": one.kept,
            "missing": one.planned - one.kept,
            "beside": one.beside,
            "share": shown.percent(one.share, 0),
            "tone": shown.tone(one.share, KEPT_GOAL),
        }
        for one in found.adherence
        if one.planned or one.beside
    ]
    return sorted(lines, key=lambda line: (-line["missing"], line["person"].name_key))


def _proposal(row: Remedy) -> dict[str, Any]:
    span = row.span
    return {
        "row": row,
        "since": span.lower,
        "until": span.upper,
        "times": ", ".join(logic.clock_of(slot) for slot in row.slots),
        "gain": len(row.slots),
        "cost": shown.yuan(row.cost_fen) if row.cost_fen else "",
        "is_open": row.status == logic.Status.OPEN,
    }


@view("planning.replan", methods=["POST"])
def propose(request: Request) -> HttpResponse:
    """Look at the afternoon now."""
    made = replan.propose(centre=request.user.centre, by=request.user, at=request.at)
    if made:
        words = ngettext("%(n)s proposal was made.", "%(n)s proposals were made.", len(made)) % {"n": len(made)}
        messages.success(request, words)
    else:
        messages.success(request, gettext("Nothing would help, or nothing is lacking."))
    return redirect("planning:day")


def _open(request: Request, pk: int) -> Remedy:
    return get_object_or_404(Remedy.objects.visible_to(request.user), pk=pk)


@view("planning.replan", methods=["POST"])
def accept(request: Request, pk: int) -> HttpResponse:
    """Carry one out."""
    row = replan.accept(proposal_id=_open(request, pk).pk, by=request.user, at=request.at)
    messages.success(request, gettext("%(name)s was told, and the roster has changed.") % {"name": row.person.name})
    return redirect("planning:day")


@view("planning.replan", methods=["POST"])
def decline(request: Request, pk: int) -> HttpResponse:
    """Leave one."""
    replan.decline(
        proposal_id=_open(request, pk).pk, reason=request.POST.get("reason", ""), by=request.user, at=request.at
    )
    return redirect("planning:day")


@view("planning.view", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The half hours of a day as a workbook."""
    today = clock.local_day(request.at)
    chosen = min(day_of(request.GET.get("day"), today), today)
    found = queries.today(request.user.centre, chosen, request.at)
    heads = [
        gettext("Half hour"), gettext("Forecast"), gettext("Came"), gettext("Heads needed"), gettext("Heads planned"),
        gettext("Heads there"), gettext("Balance"), gettext("Cost of too many (fen)"), gettext("Cost of too few (fen)"),
    ]  # fmt: skip
    rows = (
        (
            row.time, round(row.said) if row.said is not None else None, row.came, row.interval.need,
            shown.heads(row.interval.planned), shown.heads(row.interval.there), shown.signed(row.interval.balance),
            row.interval.over_fen, row.interval.under_fen,
        )
        for row in found.rows
    )  # fmt: skip
    return xlsx(f"day-{chosen}", heads, rows)
