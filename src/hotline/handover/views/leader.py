"""The shift leader's page: who signed off and who did not, and what nobody has accepted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, view, words
from hotline.handover import forms
from hotline.handover.models import HandoverItem
from hotline.handover.queries import duty, records
from hotline.handover.services import accepting
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters.queries import duty as rosters

MOST_SELECTED = 200
TAKERS = (*duty.DESK, *duty.DISPATCH, *duty.FIELD)


@view("handover.oversee", methods=["GET"])
def today(request: Request) -> HttpResponse:
    """Today's hand-overs."""
    return _draw(request, None)


def _draw(request: Request, form: forms.Place | None, *, status: int = 200) -> HttpResponse:
    centre, at = request.user.centre_id, request.at
    may_place = request.user.standing.is_any(*duty.LEADS)
    context: dict[str, Any] = {
        "day": records.day_of(centre, local_day(at), at),
        "escalated": records.escalated(centre, at),
        "may_place": may_place,
        "form": form or (forms.Place(people=_takers(centre, request), auto_id="place_%s") if may_place else None),
        "topic": f"handover:{centre}",
        "at": at,
    }
    response = draw(request, "handover/today.html", context, fragment="handover/_today.html")
    response.status_code = status
    return response


def _takers(centre: int, request: Request) -> list[Person]:
    return [entry.person for entry in rosters.on_duty(centre, request.at, positions=TAKERS)]


@view("handover.oversee", methods=["POST"])
def place(request: Request) -> HttpResponse:
    """Give the ticked things to somebody who is on duty."""
    form = forms.Place(request.POST, people=_takers(request.user.centre_id, request), auto_id="place_%s")
    keys = [int(key) for key in request.POST.getlist("id")[:MOST_SELECTED] if key.isdecimal()]
    if not form.is_valid() or not keys:
        return _draw(request, form, status=422)
    done = 0
    for item in HandoverItem.objects.visible_to(request.user).filter(pk__in=keys):
        if not may(request.user, "handover.place_item", item):
            continue
        try:
            accepting.place(item_id=item.pk, **form.cleaned_data, by=request.user, at=request.at)
            done += 1
        except Refused as error:
            messages.error(request, "; ".join(f"{words(one)} ({one.clause})" for one in error.refusals))
    if done:
        text = ngettext("{n} thing goes to {name}.", "{n} things go to {name}.", done)
        messages.success(request, text.format(n=done, name=form.cleaned_data["to"].name))
    return redirect("handover:today")


@view("handover.oversee", methods=["GET"])
def of_board(request: Request) -> HttpResponse:
    """Above the board: how many things nobody has accepted; nothing when there is none."""
    waiting = records.escalated(request.user.centre_id, request.at)
    if not waiting:
        return HttpResponse()
    text = ngettext(
        "{n} thing of a shift that ends has nobody who takes it over.",
        "{n} things of shifts that end have nobody who takes them over.",
        len(waiting),
    )
    return render(
        request, "handover/_of_board.html", {"text": text.format(n=len(waiting)), "word": gettext("Go there")}
    )
