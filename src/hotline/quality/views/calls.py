"""Calls listened to and scored (A6.7, A6.8)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.core.access import authorize
from hotline.core.pages import Request, draw, page_of, put_on, view, whole
from hotline.kernel.rules import Refused
from hotline.quality import forms
from hotline.quality.queries import scored
from hotline.quality.services import scoring
from hotline.quality.views.listening import tabs
from hotline.telephony.models import Call


@view("quality.score_call", methods=["GET"])
def calls(request: Request) -> HttpResponse:
    """Which calls could be scored, and what was said of others."""
    context = {
        "tabs": tabs("calls"),
        "waiting": scored.to_score(request.user, request.at, whole(request.GET.get("person"), 0, 2**31)),
        "page": page_of(request, scored.scored(request.user)),
    }
    return draw(request, "quality/calls.html", context)


@view("quality.score_call", methods=["GET", "POST"])
def score(request: Request, pk: int) -> HttpResponse:
    """Score one."""
    rows = Call.objects.answered_under(request.user).select_related("person", "queue")
    call = get_object_or_404(rows.filter(answered_at__isnull=False), pk=pk)
    authorize(request.user, "quality.score_call", call)
    form = forms.ScoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            scoring.score_call(call_id=call.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The call is scored; the person reads what was heard."))
            return redirect("quality:calls")
    return draw(request, "quality/score.html", {"form": form, "call": call})
