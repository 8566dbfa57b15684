"""One place of a month's grid: set by hand, dragged, let go; who could take a shift. Told at once what a rule says."""

import json
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, ngettext

from hotline.core.pages import Request, refused, view
from hotline.kernel.rules import Refused
from hotline.rosters.logic import figures
from hotline.rosters.logic.candidates import Candidate
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.models import RosterPlan
from hotline.rosters.queries import planning, plans
from hotline.rosters.queries.plans import Change
from hotline.rosters.queries.prices import latest
from hotline.rosters.services import drafts
from hotline.rosters.views import shown
from hotline.rosters.views.marks import away_words, times_on
from hotline.rosters.views.plans import plan_of

MOST_CANDIDATES = 14


@view("rosters.plan", methods=["POST"])
def place(request: Request, pk: int) -> HttpResponse:
    """Give, move or take a shift. Nothing hard broken: it is done. Else the dialog says what, and asks for a reason."""
    plan = plan_of(request, pk)
    changes = _changes(request, plan)
    if not changes:
        return HttpResponse(status=204)
    reason = request.POST.get("reason", "")
    try:
        told = drafts.place(plan_id=plan.pk, changes=changes, reason=reason, by=request.user, at=request.at)
    except Refused as error:
        if plan.status not in {"draft", "proposed"}:
            return refused(request, error)
        return _ask_reason(request, plan, changes)
    return _done(told)


def _ask_reason(request: Request, plan: RosterPlan, changes: list[Change]) -> HttpResponse:
    found = planning.facts(plan)
    worse, better = found.of_change(plans.by_number(plan.first, changes))
    context = {
        "plan": plan,
        "hard": shown.warnings(found, figures.worse(worse, better)),
        "soft": [{"rule": RULES[one.rule], "cost": one.cost, "count": one.count} for one in plans.costs(worse)],
        "sent": {key: value for key, value in request.POST.items() if key not in {"reason", "csrfmiddlewaretoken"}},
        "asked": "reason" in request.POST,
    }
    return render(request, "rosters/_place.html", context)


def _done(told: drafts.Told) -> HttpResponse:
    """Close the dialog, draw the grid again, say what got worse and better."""
    cost = sum(one.cost for one in told.worse) - sum(one.cost for one in told.better)
    text = gettext("Changed.")
    if told.worse:
        text += " " + ngettext("%(n)s new warning.", "%(n)s new warnings.", len(told.worse)) % {"n": len(told.worse)}
    if told.better:
        text += " " + ngettext("%(n)s mended.", "%(n)s mended.", len(told.better)) % {"n": len(told.better)}
    if cost:
        text += " " + gettext("Cost %(cost)s.") % {"cost": f"{cost:+}"}
    response = HttpResponse(status=204)
    tone = "amber" if told.worse else "green"
    response.headers["HX-Trigger"] = json.dumps(
        {"close-dialog": True, "plan-changed": True, "toast": {"value": text, "tone": tone}}
    )
    return response


def _changes(request: Request, plan: RosterPlan) -> list[Change]:
    """What was asked for: from/to places of a drag, or a place with a kind of shift."""
    sent = request.POST
    target = place_of(sent.get("person"), sent.get("day"))
    found = planning.facts(plan)
    if target[0] not in found.staff.people or target[1] not in found.days:
        raise Http404
    if sent.get("from_person"):
        source = place_of(sent.get("from_person"), sent.get("from_day"))
        if source[0] not in found.staff.people or source[1] not in found.days:
            raise Http404
        return plans.moved(found, source, target)
    wanted = sent.get("shift", "")
    if not wanted:
        return [Change(*target, key=None)]
    offered = plans.choices(found, *target)
    for one in offered:
        if wanted in {one.key, one.kind}:
            return [Change(*target, key=one.key)]
    # A shift of another post or day: the checker says which rule it breaks.
    if wanted in found.kinds.types:
        return [Change(*target, key=wanted)]
    raise Http404


def place_of(person: str | None, day: str | None) -> tuple[int, date]:
    """A person and a day as they are sent, or 404."""
    try:
        return int(person or ""), date.fromisoformat(day or "")
    except ValueError as error:
        raise Http404 from error


@view("rosters.plan", methods=["POST"])
def release(request: Request, pk: int) -> HttpResponse:
    """Let the solver decide again about a place."""
    person_id, day = place_of(request.POST.get("person"), request.POST.get("day"))
    drafts.release(plan_id=plan_of(request, pk).pk, person_id=person_id, day=day, by=request.user, at=request.at)
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = json.dumps({"close-dialog": True, "plan-changed": True})
    return response


@view("rosters.plan", methods=["GET"])
def cell(request: Request, pk: int, person_id: int, day: str) -> HttpResponse:
    """A place in a dialog: what each shift would mean there, what was wished, who else could take the shift."""
    found = planning.facts(plan_of(request, pk))
    person_id, on = place_of(str(person_id), day)
    if person_id not in found.staff.people or on not in found.days:
        raise Http404
    number = (on - found.plan.first).days
    entry, now = found.entries.get((person_id, on)), found.roster.get((person_id, number))
    context = {
        "plan": found.plan,
        "is_open": found.plan.status in {"draft", "proposed"},
        "person": found.staff.people[person_id],
        "day": on,
        "entry": entry,
        "now": now,
        "price": latest(found.plan).get((person_id, on)),
        "may_price": _may_price(found, person_id, on),
        "wish": shown.wish_words(found.wishes[person_id, on]) if (person_id, on) in found.wishes else "",
        "away": away_words(found.absences[person_id, on].kind, on) if (person_id, on) in found.absences else "",
        "partly": _partly(found, person_id, on),
        "asked": away_words(found.asked[person_id, on].kind, on) if (person_id, on) in found.asked else "",
        "options": [_option(found, person_id, number, one) for one in (*plans.choices(found, person_id, on), None)],
        "candidates": _candidates(found, on, now) if now and found.staff.is_desk(person_id) else [],
    }
    return render(request, "rosters/_plan_cell.html", context)


def _partly(found: planning.MonthFacts, person_id: int, on: date) -> str:
    """From when to when somebody is away of a day whose shift stays; nothing where he is there."""
    away = found.partly.get((person_id, on))
    return f"{away_words(away.kind, on)} {times_on(on, away)}" if away is not None else ""


def _may_price(found: planning.MonthFacts, person_id: int, on: date) -> bool:
    """Whether there is a wish of the desk that is not met, in a month that the solver could plan otherwise."""
    wish = found.wishes.get((person_id, on))
    is_open = found.plan.status in {"draft", "proposed"}
    return wish is not None and is_open and found.staff.is_desk(person_id) and not _is_met(found, person_id, on)


def _is_met(found: planning.MonthFacts, person_id: int, on: date) -> bool:
    number = (on - found.plan.first).days
    mine = (one for one in found.desk.wishes if (one.person, one.day) == (person_id, number))
    return all(one.is_met(found.roster.get((person_id, number))) for one in mine)


def _option(found: planning.MonthFacts, person_id: int, number: int, one: plans.Choice | None) -> dict[str, Any]:
    """A shift, or a free day, and what giving it would break or mend."""
    key = one.key if one else None
    worse, better = found.of_change({(person_id, number): key})
    return {
        "key": key or "",
        "name": gettext(one.name) if one else gettext("Free"),
        "hours": one.hours if one else "",
        "is_now": key == found.roster.get((person_id, number)),
        "hard": shown.warnings(found, figures.worse(worse, better)),
        "cost": sum(v.cost for v in worse) - sum(v.cost for v in better),
    }


def _candidates(found: planning.MonthFacts, day: date, key: str) -> list[dict[str, Any]]:
    ranked = plans.who_can(found, day, key)[:MOST_CANDIDATES]
    return [_candidate(found, one) for one in ranked]


def _candidate(found: planning.MonthFacts, one: Candidate) -> dict[str, Any]:
    person_id = int(one.person)
    measure = found.measures[person_id]
    return {
        "person": found.staff.people[person_id],
        "may": one.may,
        "cost": one.cost,
        "has_now": gettext(found.kinds.types[one.has_now].name) if one.has_now else gettext("free"),
        "why": shown.warnings(found, one.worse)[:3],
        "lates": measure.lates,
        "hours": shown.hours_of(measure.minutes),
    }


@view("rosters.plan", methods=["GET"])
def day(request: Request, pk: int, day: str) -> HttpResponse:
    """A day in a dialog: who could take one more early or late shift, ranked, with the reasons."""
    found = planning.facts(plan_of(request, pk))
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if on not in found.days:
        raise Http404
    number = (on - found.plan.first).days
    kinds = [
        key
        for key, row in found.kinds.types.items()
        if found.kinds.is_on(key, on) and on.weekday() in row.weekdays and "operator" in row.positions
    ]
    chosen = request.GET.get("shift", "")
    chosen = chosen if chosen in kinds else next(iter(kinds), "")
    context = {
        "plan": found.plan,
        "is_open": found.plan.status in {"draft", "proposed"},
        "day": on,
        "kinds": [(key, gettext(found.kinds.types[key].name), key == chosen) for key in kinds],
        "chosen": chosen,
        "strip": shown.strip(found.cover[number]),
        "strip_width": len(found.cover[number].heads) * shown.BAR,
        "candidates": _candidates(found, on, chosen) if chosen else [],
    }
    return render(request, "rosters/_plan_day.html", context)
