"""The taker's page: what waits to be accepted, what was taken over and has no result yet."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.core.pages import Request, draw, page_of, put_on, view, words
from hotline.core.templatetags.pieces import Tab
from hotline.handover import forms
from hotline.handover.models import HandoverItem
from hotline.handover.queries import records
from hotline.handover.services import accepting
from hotline.kernel.rules import Refused

WAITING, TAKEN = "waiting", "taken"


@view("handover.hand_over", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """What others hand over to me, and what I took over."""
    return _draw(request)


def _draw(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    show = TAKEN if request.GET.get("show") == TAKEN else WAITING
    waiting = records.inbox(request.user, request.at)
    taken = records.taken_over(request.user)
    context = {
        "show": show,
        "tabs": [
            Tab(gettext("Waits for me"), "?show=waiting", show == WAITING, len(waiting)),
            Tab(gettext("Taken over"), "?show=taken", show == TAKEN),
        ],
        "waiting": waiting,
        "page": page_of(request, taken) if show == TAKEN else None,
        "topic": f"handover:person:{request.user.pk} handover:{request.user.centre_id}",
        "page_url": f"?show={show}",
        **more,
    }
    response = draw(request, "handover/inbox.html", context, fragment="handover/_inbox.html")
    response.status_code = status
    return response


def _item(request: Request, pk: int) -> HandoverItem:
    return get_object_or_404(HandoverItem.objects.visible_to(request.user), pk=pk)


@view("handover.hand_over", methods=["POST"])
def accept(request: Request, pk: int) -> HttpResponse:
    """From this moment on it is mine."""
    item = _item(request, pk)
    try:
        accepting.accept(item_id=item.pk, by=request.user, at=request.at)
    except Refused as error:
        _say(request, error)
    else:
        messages.success(request, gettext("You have taken it over."))
    return redirect("handover:inbox")


@view("handover.hand_over", methods=["POST"])
def decline(request: Request, pk: int) -> HttpResponse:
    """No, with a reason."""
    item = _item(request, pk)
    form = forms.Reason(request.POST)
    if not form.is_valid():
        return _draw(request, failed=item.pk, reason_form=form, status=422)
    try:
        accepting.decline(item_id=item.pk, **form.cleaned_data, by=request.user, at=request.at)
    except Refused as error:
        _say(request, error)
    else:
        messages.success(request, gettext("The giver learns that you do not take it, and why."))
    return redirect("handover:inbox")


def _say(request: Request, error: Refused) -> None:
    for refusal in error.refusals:
        messages.error(request, f"{words(refusal)} ({refusal.clause})")


@view("handover.hand_over")
def result(request: Request, pk: int) -> HttpResponse:
    """How I handled what I took over; as a result it is told to whoever took the problem in."""
    item = get_object_or_404(
        HandoverItem.objects.visible_to(request.user).select_related("handover__person", "case", "promise", "to"), pk=pk
    )
    form = forms.Words(request.POST or None, initial={"text": item.handling})
    if request.method == "POST" and form.is_valid():
        is_result = request.POST.get("act") == "result"
        service = accepting.tell_result if is_result else accepting.record_handling
        try:
            service(item_id=item.pk, text=form.cleaned_data["text"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            done = gettext("The result is told.") if is_result else gettext("The handling is recorded.")
            messages.success(request, done)
            return redirect("handover:record", item.handover_id)
    response = draw(request, "handover/result.html", {"form": form, "item": item})
    response.status_code = 422 if form.is_bound else 200
    return response
