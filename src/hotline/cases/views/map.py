"""The map of open cases, and the shapes and points it fetches."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from hotline.cases.forms.map import Shown
from hotline.cases.models import Case
from hotline.cases.queries import map as queries
from hotline.core.pages import SIGNED_IN, Request, draw, view


def _rows(request: Request) -> tuple[forms.Form, QuerySet[Case]]:
    form = Shown(request.GET)
    found = form.cleaned_data if form.is_valid() else {}
    rows = queries.open_cases(
        request.user, found.get("stage", ""), found.get("kind", ""), request.at, late=found.get("late", False)
    )
    return form, rows


@view("cases.view_map", methods=["GET"])
def map_page(request: Request) -> HttpResponse:
    """Open cases on the districts."""
    form, rows = _rows(request)
    context = {"form": form, "counts": queries.counts(rows), "query": request.GET.urlencode()}
    return draw(request, "cases/map.html", context)


@view("cases.view_map", methods=["GET"])
def map_cases(request: Request) -> HttpResponse:
    """The cases as points."""
    _form, rows = _rows(request)
    return JsonResponse(queries.points(rows, request.at, lambda number: reverse("cases:case", args=[number])))


@view("cases.view_map", methods=["GET"])
def map_districts(request: Request) -> HttpResponse:
    """The districts with the number of cases in each."""
    _form, rows = _rows(request)
    return JsonResponse(queries.districts(request.user, rows))


@view(SIGNED_IN, methods=["GET"])
def districts(request: Request) -> HttpResponse:
    """The districts alone: the ground of every small map."""
    return JsonResponse(queries.outlines(request.user))
