"""Listening to calls week by week (A7.9)."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, part_of, view
from hotline.core.templatetags.pieces import Tab
from hotline.quality.queries import listening


def tabs(active: str) -> list[Tab]:
    """The pages of listening."""
    return [
        Tab(gettext("Listening by week"), reverse("quality:listening"), active=active == "listening"),
        Tab(gettext("Scored calls"), reverse("quality:calls"), active=active == "calls"),
    ]


@view("quality.score_call", methods=["GET"])
def weeks(request: Request) -> HttpResponse:
    """How many calls of each agent were listened to in a week, against the centre's number."""
    this = listening.monday(local_day(request.at))
    try:
        first = min(listening.monday(date.fromisoformat(request.GET.get("week", ""))), this)
    except (ValueError, OverflowError):
        first = this
    found = listening.week(request.user, first, request.at)
    context = {
        "tabs": tabs("listening"),
        "week": found,
        "last": first + listening.WEEK - timedelta(days=1),
        "page": part_of(request, found.lines),
        "before": first - listening.WEEK,
        "after": first + listening.WEEK if first < this else None,
    }
    return draw(request, "quality/listening.html", context)
