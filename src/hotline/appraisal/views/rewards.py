"""Ranking of half-years and years (D3.15), and rewards: the wall everybody sees, proposals, decisions (A7.11, D5)."""

from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext

from hotline.appraisal.forms import AwardForm, DecideForm
from hotline.appraisal.logic import rounded
from hotline.appraisal.models import Award
from hotline.appraisal.queries import awards
from hotline.appraisal.services import awarding
from hotline.appraisal.views.leading import _others, _say
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.planning.logic import charts
from hotline.rulebook.assessment.lines import yuan
from hotline.rulebook.parameters.lists.pay import ROLES
from hotline.rulebook.ranking import Place

MOST_BARS = 20


@view("appraisal.view_own", methods=["GET"])
def ranking(request: Request) -> HttpResponse:
    """Who stands where in a half-year or year: places over the whole role, rows of those whom one may see."""
    reader = request.user
    known = awards.periods(reader.centre_id)
    wish = request.GET.get("period", "")
    period = wish if awards.months_of(wish) else (known[0] if known else awards.half_of(local_day(request.at)))
    found = awards.table(reader.centre_id, period)
    rows = Person.objects.visible_to(reader).filter(pk__in=found.keys.values())
    seen = {person.number: person for person in rows}
    firsts = awards.firsts(found)
    groups = [
        _group(role, [_row(place, seen[place.person], found) for place in places if place.person in seen])
        for role, places in found.roles
        if any(place.person in seen for place in places)
    ]
    context = {
        "period": period,
        "table": found,
        "groups": groups,
        "tabs": [Tab(one, f"?period={one}", one == period) for one in _listed(known, period)[:6]],
        "ranked": sum(place.place is not None for place in found.places),
        "firsts": [
            (group["name"], row["person"]) for group in groups for row in group["rows"] if row["person"].pk in firsts
        ],
        "may_propose": may(reader, "appraisal.propose"),
    }
    return draw(request, "appraisal/ranking.html", context)


def _group(role: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Those of one role, with a chart of the first of them where there is anybody to compare."""
    placed = [row for row in rows if row["place"]][:MOST_BARS]
    bars = [charts.Bars("there", [row["bar"] for row in placed])]
    return {
        "name": ROLES[role].told(get_language() or ""),
        "rows": rows,
        "chart": charts.draw([row["person"].name for row in placed], bars=bars) if len(placed) > 1 else None,
    }


def _listed(known: list[str], period: str) -> list[str]:
    return known if period in known else [period, *known]


def _row(place: Place, person: Person, found: awards.Table) -> dict[str, Any]:
    points, mean = found.points[place.person], place.mean or Fraction(0)
    tenths = rounded(mean * 10)
    return {
        "place": place.place, "person": person, "total": place.total, "months": place.months,
        "mean": f"{tenths // 10}.{tenths % 10}" if place.mean is not None else "—", "bar": rounded(mean),
        "points": [(month, points.get(month, "—")) for month in found.months],
    }  # fmt: skip


@view("appraisal.view_own", methods=["GET"])
def wall(request: Request) -> HttpResponse:
    """What people were rewarded for; and, for those who lead, what was proposed."""
    reader = request.user
    proposed = list(awards.listed(reader, "proposed")[: awards.MOST])
    context = {
        "proposed": [(row, _tell(row), may(reader, "appraisal.decide_award", row)) for row in proposed],
        "given": [(row, _tell(row)) for row in awards.listed(reader, "confirmed")[: awards.MOST]],
        "may_propose": may(reader, "appraisal.propose"),
        "topic": f"awards:{reader.centre_id}",
    }
    return draw(request, "appraisal/awards.html", context, fragment="appraisal/_awards.html")


def _tell(row: Award) -> dict[str, str]:
    grades = {1: gettext("First grade"), 2: gettext("Second grade"), 3: gettext("Third grade")}
    return {"grade": grades[row.grade] if row.grade else "", "yuan": yuan(row.fen) if row.fen else ""}


@view("appraisal.propose", methods=["GET", "POST"])
def propose(request: Request) -> HttpResponse:
    """Propose a reward."""
    today = local_day(request.at)
    asked = {key: request.GET[key] for key in ("person", "kind", "period") if key in request.GET}
    initial = {"period": f"{today:%Y-%m}", "kind": "monthly", **asked}
    form = AwardForm(request.POST or None, persons=_others(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            awarding.propose_award(**form.wish, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("It is proposed; a second person confirms it."))
            return redirect("appraisal:awards")
    return draw(request, "appraisal/award.html", {"form": form})


@view("appraisal.decide_award", methods=["POST"])
def decide(request: Request, pk: int) -> HttpResponse:
    """Confirm or drop."""
    row = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        confirm, note = form.cleaned_data["verdict"] == "yes", form.cleaned_data["note"]
        try:
            awarding.decide_award(award_id=row.pk, confirm=confirm, note=note, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    _say(request, form)
    return redirect(reverse("appraisal:awards"))
