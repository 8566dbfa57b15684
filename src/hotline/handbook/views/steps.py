"""The steps of a version: consultation, opinions, office meeting, publication, acknowledgement, withdrawal."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext

from hotline.core.pages import Request, view
from hotline.handbook import forms
from hotline.handbook.models import Edition, Opinion
from hotline.handbook.services import editions as services


def _valid(form: Form, request: Request) -> bool:
    if form.is_valid():
        return True
    for faults in form.errors.values():
        messages.error(request, str(faults[0]))
    return False


def _consult(request: Request, pk: int) -> None:
    form = forms.UntilForm(request.POST)
    if _valid(form, request):
        services.consult(edition_id=pk, until=form.cleaned_data["until"], by=request.user, at=request.at)
        messages.success(request, gettext("The staff are asked."))


def _close(request: Request, pk: int) -> None:
    form = forms.RecordForm(request.POST)
    if _valid(form, request):
        services.close_consultation(edition_id=pk, **form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, gettext("The consultation is on record."))


def _meet(request: Request, pk: int) -> None:
    services.put_before_meeting(edition_id=pk, by=request.user, at=request.at)
    messages.success(request, gettext("It is before the office meeting."))


def _agree(request: Request, pk: int) -> None:
    services.decide(edition_id=pk, is_yes=True, note=request.POST.get("note", ""), by=request.user, at=request.at)
    messages.success(request, gettext("Agreed."))


def _refuse(request: Request, pk: int) -> None:
    services.decide(edition_id=pk, is_yes=False, note=request.POST.get("note", ""), by=request.user, at=request.at)
    messages.success(request, gettext("Not agreed: it is over."))


def _publish(request: Request, pk: int) -> None:
    services.publish(edition_id=pk, by=request.user, at=request.at)
    messages.success(request, gettext("Published: everybody bound by it is asked to acknowledge it."))


def _withdraw(request: Request, pk: int) -> None:
    services.withdraw(edition_id=pk, note=request.POST.get("note", ""), by=request.user, at=request.at)
    messages.success(request, gettext("Taken back."))


def _acknowledge(request: Request, pk: int) -> None:
    services.acknowledge(edition_id=pk, by=request.user, at=request.at)
    messages.success(request, gettext("Acknowledged."))


def _remind(request: Request, pk: int) -> None:
    told = services.remind(edition_id=pk, by=request.user, at=request.at)
    messages.success(request, ngettext("{n} colleague reminded.", "{n} colleagues reminded.", told).format(n=told))


ACTS: dict[str, Callable[[Request, int], None]] = {
    "consult": _consult,
    "close": _close,
    "meet": _meet,
    "agree": _agree,
    "refuse": _refuse,
    "publish": _publish,
    "withdraw": _withdraw,
    "acknowledge": _acknowledge,
    "remind": _remind,
}


@view("handbook.view_book", methods=["POST"])
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """One step of a version; who may take it its service asks."""
    if act not in ACTS:
        raise Http404
    row = get_object_or_404(Edition.objects.visible_to(request.user), pk=pk)
    ACTS[act](request, row.pk)
    if request.POST.get("next") == "mine":
        return redirect("handbook:mine")
    return redirect("handbook:edition", pk)


@view("handbook.view_book", methods=["POST"])
def opinion(request: Request, pk: int) -> HttpResponse:
    """Say what one thinks of a version."""
    row = get_object_or_404(Edition.objects.visible_to(request.user), pk=pk)
    form = forms.OpinionForm(request.POST)
    if _valid(form, request):
        services.give_opinion(edition_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, gettext("Your opinion is on record."))
    return redirect("handbook:edition", pk)


@view("handbook.draft", methods=["POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer an opinion."""
    row = get_object_or_404(Opinion.objects.visible_to(request.user), pk=pk)
    form = forms.AnswerForm(request.POST)
    if _valid(form, request):
        services.answer_opinion(opinion_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, gettext("Answered."))
    return redirect("handbook:edition", row.edition_id)
