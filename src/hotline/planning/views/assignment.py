"""Who gets which case, by what everybody has in hand and has closed (B1.3): proposals, carried out with a press."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, view, words
from hotline.planning.logic.assignment import MOST_MOVES
from hotline.planning.queries import assignment as queries
from hotline.planning.services import assignment as service
from hotline.planning.services.assignment import Chosen

HANDS_SHOWN = 30


def context(request: Request) -> dict[str, Any]:
    """What the card of the day shows."""
    centre = request.user.centre
    desk = queries.desk(centre, request.at)
    return {
        "desk": desk,
        "hands": desk.hands[:HANDS_SHOWN],
        "more_hands": max(len(desk.hands) - HANDS_SHOWN, 0),
        "queues": [queue for queue in desk.queues if queue.count],
        "may_assign": may(request.user, "planning.assign", centre),
        "desk_topics": f"board:{centre.pk} presence:{centre.pk}",
    }


@view("planning.view", methods=["GET"])
def assignment(request: Request) -> HttpResponse:
    """The card by itself, drawn anew whenever a case or a seat changes."""
    whole = {**context(request), "at": request.at}
    return draw(request, "planning/_assignment.html", whole, fragment="planning/_assignment.html")


@view("planning.assign", methods=["POST"])
def carry_out(request: Request) -> HttpResponse:
    """One move, or all that were shown."""
    moves = _chosen(request)
    done = service.assign(
        centre=request.user.centre, moves=moves, reason=gettext(service.REASON), by=request.user, at=request.at
    )
    if done.moved:
        text = ngettext("%(n)s case was assigned.", "%(n)s cases were assigned.", done.moved)
        messages.success(request, text % {"n": done.moved})
    for fault in done.refused:
        for refusal in fault.refusals:
            messages.error(request, f"{words(refusal)} ({refusal.clause})")
    if not moves:
        messages.error(request, gettext("Choose a case to assign."))
    return redirect("planning:day")


def _chosen(request: Request) -> list[Chosen]:
    """Moves as the page sent them: `case:version:person`."""
    found = {}
    for text in request.POST.getlist("move")[:MOST_MOVES]:
        parts = text.split(":")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 18 for part in parts):
            case, version, to = (int(part) for part in parts)
            found[case] = Chosen(case, version, to)
    return list(found.values())
