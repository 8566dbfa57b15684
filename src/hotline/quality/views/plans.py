"""Plans: drawing a sample, and what was drawn from what."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.quality import forms
from hotline.quality.logic import SizeBy
from hotline.quality.models import Plan, Review, ReviewStatus
from hotline.quality.queries import reviews
from hotline.quality.queries.decisions import month_of
from hotline.quality.services import sampling

USUAL = {"size_by": SizeBy.COUNT.value, "filed": 10, "rejected": 5, "dispatched": 5}


def _initial(request: Request) -> dict[str, Any]:
    """The days that are over and of which nothing was drawn: of last month, or else of this one."""
    yesterday = local_day(request.at) - timedelta(days=1)
    newest = Plan.objects.visible_to(request.user).order_by("-days").first()
    drawn_until = newest.days.upper if newest else None
    first = month_of(yesterday.replace(day=1) - timedelta(days=1))
    if drawn_until and first < drawn_until <= yesterday:
        first = drawn_until
    last = min(yesterday, (month_of(first) + timedelta(days=32)).replace(day=1) - timedelta(days=1))
    return {"first": first, "last": last, **USUAL}


@view("quality.view_findings")
def plans(request: Request) -> HttpResponse:
    """What was drawn, and the form that draws; an inspector sees what it would draw from before he does."""
    may_draw = may(request.user, "quality.draw")
    form = forms.DrawForm(request.POST or None, initial=_initial(request)) if may_draw else None
    if request.method == "POST" and form is not None and form.is_valid():
        data = form.cleaned_data
        try:
            plan = sampling.draw(
                first=data["first"],
                last=data["last"],
                size_by=SizeBy(data["size_by"]),
                sizes=form.sizes,
                note=data["note"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("{drawn} of {population} cases were drawn.").format(**_numbers(plan)))
            return redirect("quality:plan", plan.pk)
    rows = Plan.objects.visible_to(request.user).select_related("made_by").order_by("-days")
    context = {"form": form, "page": page_of(request, rows)}
    return draw(request, "quality/plans.html", context)


def _numbers(plan: Plan) -> dict[str, int]:
    return {"drawn": plan.drawn, "population": plan.population}


@view("quality.view_findings", methods=["GET"])
def plan(request: Request, pk: int) -> HttpResponse:
    """One plan: its strata, its seed, how far it is; `?again` draws it once more and compares."""
    row = get_object_or_404(Plan.objects.visible_to(request.user).select_related("made_by"), pk=pk)
    done = Review.objects.filter(plan=row).exclude(status=ReviewStatus.WAITING).count()
    context = {
        "plan": row,
        "strata": reviews.strata(row),
        "done": done,
        "as_drawn": reviews.is_as_drawn(row) if "again" in request.GET else None,
    }
    return draw(request, "quality/plan.html", context)
