"""What a wish would cost: asked for from the grid, shown as the solver goes, explained when it is known."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from hotline.core.pages import Request, refused, view
from hotline.kernel.rules import Refused
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.models import WishPrice
from hotline.rosters.queries import planning, plans, prices
from hotline.rosters.queries.planning import MonthFacts
from hotline.rosters.services import pricing
from hotline.rosters.views import shown
from hotline.rosters.views.places import place_of
from hotline.rosters.views.plans import plan_of

MOST_CHANGES = 30


@view("rosters.plan", methods=["POST"])
def ask(request: Request, pk: int) -> HttpResponse:
    """Let the solver find out; the answer comes into the same place."""
    plan = plan_of(request, pk)
    person_id, day = place_of(request.POST.get("person"), request.POST.get("day"))
    try:
        row = pricing.ask_price(plan_id=plan.pk, person_id=person_id, day=day, by=request.user, at=request.at)
    except Refused as error:
        return refused(request, error)
    return _draw(request, row)


@view("rosters.plan", methods=["GET"])
def price(request: Request, pk: int) -> HttpResponse:
    """How far it is, or what came of it."""
    rows = WishPrice.objects.visible_to(request.user).select_related("plan__centre")
    return _draw(request, get_object_or_404(rows, pk=pk))


def _draw(request: Request, row: WishPrice) -> HttpResponse:
    found = planning.facts(row.plan)
    return render(request, "rosters/_price.html", context_of(found, row))


def context_of(found: MonthFacts, row: WishPrice) -> dict[str, Any]:
    """An answer in the reader's words."""
    wish = found.wishes.get((row.person_id, row.day))
    return {
        "price": row,
        "price_who": shown.names_of(found, [row.person_id]),
        "price_wish": shown.wish_words(wish) if wish else "",
        "price_topic": prices.topic(row),
        "price_rules": [{"rule": RULES[one["rule"]], "cost": one["cost"]} for one in row.rules],
        "price_changes": [_change(found, one) for one in row.changes[:MOST_CHANGES]],
        "price_more": max(0, len(row.changes) - MOST_CHANGES),
        "price_is_stale": bool(row.ended_at) and prices.is_stale(row, found.plan, plans.last_run(found.plan)),
    }


def _change(found: MonthFacts, one: dict[str, Any]) -> dict[str, Any]:
    def named(key: str) -> str:
        return gettext(found.kinds.types[key].name) if key in found.kinds.types else gettext("free")

    return {
        "who": shown.names_of(found, [one["person"]]),
        "day": date.fromisoformat(one["day"]),
        "before": named(one["before"]),
        "after": named(one["after"]),
    }
