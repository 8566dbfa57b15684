"""On the line of a campaign: the exchange dials for whoever is there, one after another, while this page is open."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.pages import Request, draw, view
from hotline.kernel.rules import Refused
from hotline.outbound.logic.pacing import ENDS_IT, HOLD_NOTES, Hold
from hotline.outbound.models import Stint
from hotline.outbound.queries import line as queries
from hotline.outbound.queries import work
from hotline.outbound.services import dialling
from hotline.outbound.views import shown

LEAST = timedelta(milliseconds=300)  # before the page asks by itself


@view("outbound.open_work", methods=["POST"])
def enter(request: Request, pk: int) -> HttpResponse:
    """Go on the line of a campaign."""
    row = shown.campaign_of(request, pk)
    try:
        dialling.enter(campaign_id=row.pk, by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
        return shown.back_to("mine")
    return shown.back_to("line")


@view("outbound.open_work", methods=["GET"])
def line(request: Request) -> HttpResponse:
    """What the exchange does for me now: the next call and when, or why it waits."""
    stint = queries.stint_of(request.user)
    if stint is None:
        return _go(request, reverse("outbound:mine"))
    place = queries.place(stint, request.at)
    if place.hold is Hold.IN_HAND:
        return _to_record(request)
    return draw(request, "outbound/line.html", _context(request, stint, place), fragment="outbound/_line.html")


@view("outbound.open_work", methods=["POST"])
def dial_next(request: Request) -> HttpResponse:
    """The next one, dialled; the page asks by itself when it is time."""
    try:
        turn = dialling.dial_next(by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
        return _go(request, reverse("outbound:mine"))
    if turn.record is not None:
        return _go(request, reverse("outbound:record", args=[turn.record.pk]))
    stint = queries.stint_of(request.user)
    if stint is None or turn.hold in ENDS_IT:
        messages.info(request, gettext(HOLD_NOTES[turn.hold or Hold.NOT_RUNNING]))
        return _go(request, reverse("outbound:mine"))
    if not request.htmx:
        return shown.back_to("line")
    least = queries.LEAST_WAIT if turn.hold is Hold.NOBODY else LEAST
    context = _context(request, stint, queries.place(stint, request.at), least)
    return render(request, "outbound/_line.html", context)


@view("outbound.open_work", methods=["POST"])
def leave(request: Request) -> HttpResponse:
    """Leave the line."""
    if dialling.leave(by=request.user, at=request.at) is not None:
        messages.success(request, gettext("You are not on the line any more; nobody new is called."))
    return shown.back_to("mine")


def _context(request: Request, stint: Stint, place: queries.Place, least: timedelta = LEAST) -> dict[str, Any]:
    wait = None if place.again is None else max(place.again, least)
    return {
        "stint": stint,
        "campaign": stint.campaign,
        "place": place,
        "note": gettext(HOLD_NOTES[place.hold]) if place.hold else "",
        "wait": wait // timedelta(milliseconds=1) if wait is not None else None,
        "topics": f"phone:{request.user.pk} campaign_calls:{request.user.pk}",
    }


def _to_record(request: Request) -> HttpResponse:
    held = work.in_hand(request.user)
    return _go(request, reverse("outbound:record", args=[held.pk]) if held else reverse("outbound:mine"))


def _go(request: Request, url: str) -> HttpResponse:
    """Go on at a page, whoever asked: a fragment too."""
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
