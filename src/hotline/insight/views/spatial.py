"""The spatial view: open cases as clusters, heat by sub-class, a day replayed; and the shapes it fetches."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.pages import Request, draw, view, whole
from hotline.core.templatetags.pieces import Tab
from hotline.insight import forms
from hotline.insight.logic import cells
from hotline.insight.logic.months import month_of
from hotline.insight.queries import spatial, voice

OPEN, HEAT, DAY = "open", "heat", "day"
MOST_ZOOM = 18


def _case(number: str) -> str:
    return reverse("cases:case", args=[number])


def _show(request: Request) -> str:
    wish = request.GET.get("show", OPEN)
    return wish if wish in {OPEN, HEAT, DAY} else OPEN


def _day(text: str | None, default: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default


def _category(request: Request) -> int | None:
    wish = request.GET.get("category", "")
    return int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 19 else None


def _chosen(request: Request) -> dict[str, Any]:
    """What the page shows, with sensible beginnings: the newest month, yesterday."""
    today = clock.local_day(request.at)
    known = voice.months(request.user.centre_id)
    return {
        "known": known,
        "month": month_of(_day(request.GET.get("month"), known[0] if known else today)),
        "day": _day(request.GET.get("day"), today - timedelta(days=1)),
        "late": request.GET.get("late") == "on",
        "category": _category(request),
    }


@view("insight.view_map", methods=["GET"])
def page(request: Request) -> HttpResponse:
    """The map; the browser fetches what it shows."""
    show, chosen = _show(request), _chosen(request)
    values = {
        "category": str(chosen["category"] or ""),
        "late": chosen["late"],
        "month": chosen["month"].isoformat(),
        "day": chosen["day"].isoformat(),
    }
    categories = voice.categories(request.user.centre_id, chosen["month"])
    form = forms.MapForm(values, categories=categories, months=chosen["known"] or [chosen["month"]])
    context = {
        "show": show,
        "form": form,
        "month": chosen["month"],
        "day": chosen["day"],
        "tabs": [
            Tab(gettext("Open cases"), "?show=open", show == OPEN),
            Tab(gettext("Heat by sub-class"), "?show=heat", show == HEAT),
            Tab(gettext("A day replayed"), "?show=day", show == DAY),
        ],
        "data_url": f"{reverse(f'insight:map_{show}')}?{request.GET.urlencode()}",
        "tiles": settings.HOTLINE_TILES,
        "tiles_by": settings.HOTLINE_TILES_BY,
        "list_url": reverse("insight:behind"),
    }
    return draw(request, "insight/map.html", context)


@view("insight.view_map", methods=["GET"])
def map_open(request: Request) -> HttpResponse:
    """Open cases of what the map shows: few as points, many as clusters."""
    chosen = _chosen(request)
    rows = spatial.open_cases(request.user, chosen["category"], request.at, late=chosen["late"])
    zoom = whole(request.GET.get("zoom"), 11, MOST_ZOOM)
    box = cells.box_of(request.GET.get("box", ""))
    return JsonResponse(spatial.clusters(rows, box, zoom, request.at, _case))


@view("insight.view_map", methods=["GET"])
def map_heat(request: Request) -> HttpResponse:
    """The cells of a month."""
    chosen = _chosen(request)
    return JsonResponse(spatial.heat(request.user.centre_id, chosen["month"], chosen["category"]))


@view("insight.view_map", methods=["GET"])
def map_day(request: Request) -> HttpResponse:
    """The reports of a day, in their order."""
    return JsonResponse(spatial.replay(request.user, _chosen(request)["day"], _case))


@view("insight.view_map", methods=["GET"])
def map_ground(request: Request) -> HttpResponse:
    """The districts."""
    return JsonResponse(spatial.ground(request.user))
