"""The giver's page: everything in hand at the end of the shift, who comes next, signing off; the gate of the seats."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, view, words
from hotline.handover import forms, logic
from hotline.handover.logic import Kind
from hotline.handover.queries import duty, hand, owed, records
from hotline.handover.queries.hand import Hand
from hotline.handover.services import items, signing
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters.queries import duty as rosters

MOST_SELECTED = 300


def before_leaving(person: Person, reason: str, at: datetime) -> str:
    """At the gate of the seats: whoever ends his shift with something in hand goes past his hand-over first.

    With a reason he leaves all the same, and the shift leader learns it; the last shift of the day asks for more.
    """
    if not may(person, "handover.hand_over"):
        return ""
    found = hand.hand_of(person, at)
    if found is None or not found.left or found.is_signed:
        return ""
    span = rosters.span_of(found.entry.span)
    if not logic.gate_stands(span, at, strict=found.strict and not _at_rest(person, at)):
        return ""
    if reason:
        signing.leave_anyway(reason=reason, by=person, at=at)
        return ""
    return f"{reverse('handover:mine')}?leaving=1"


def _at_rest(person: Person, at: datetime) -> bool:
    """Whoever goes to his break comes back."""
    shift = rosters.shift_of(person, at)
    return shift is not None and shift.in_break


@view("handover.hand_over", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """What I have in hand, to whom it can go, and what keeps me from signing off."""
    return _draw(request)


def _draw(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    found = hand.hand_of(request.user, request.at)
    context: dict[str, Any] = {"hand": found, "topic": f"handover:person:{request.user.pk} desk:{request.user.pk}"}
    if found is not None:
        comers = duty.successors(found.entry, request.at)
        context |= {
            "comers": comers,
            "lacking": logic.lacking(found.left),
            "form": forms.HandOver(comers=_people(comers)),
            "note_form": forms.Note(auto_id="note_%s"),
            "sign_form": forms.SignOff(auto_id="sign_%s"),
            "leaving": "leaving" in request.GET,
            "gate": logic.gate_stands(rosters.span_of(found.entry.span), request.at, strict=found.strict),
            "may_leave": not (found.strict and logic.lacking(found.left)),
            "ends_at": found.entry.span.upper,
        }
    context |= more
    response = draw(request, "handover/mine.html", context, fragment="handover/_mine.html")
    response.status_code = status
    return response


def _people(comers: list[duty.Successor]) -> list[Person]:
    return [one.person for one in comers]


@view("handover.hand_over", methods=["POST"])
def act(request: Request) -> HttpResponse:
    """Hand over or keep what is ticked; each thing that cannot go says why, the others go."""
    found = hand.hand_of(request.user, request.at)
    if found is None:
        return redirect("handover:mine")
    form = forms.HandOver(request.POST, comers=_people(duty.successors(found.entry, request.at)))
    chosen = _chosen(request, found)
    if not form.is_valid() or not chosen:
        if not chosen:
            messages.error(request, gettext("Tick what you mean first."))
        return _draw(request, form=form, status=422)
    to, said = form.cleaned_data["to"], form.cleaned_data["words"]
    keeps = request.POST.get("act") == "keep"
    done = 0
    for kind, subject in chosen:
        if keeps and kind == Kind.NOTE:
            done += _try(request, items.keep_note, item_id=subject, reason=said)
        elif keeps:
            done += _try(request, items.keep, kind=kind, subject=subject, reason=said)
        elif kind != Kind.NOTE:
            done += _try(request, items.offer, kind=kind, subject=subject, todo=said, to=to)
    if done and keeps:
        text = ngettext("The reason stands beside {n} thing.", "The reason stands beside {n} things.", done)
        messages.success(request, text.format(n=done))
    elif done:
        text = ngettext("{n} thing is offered to {name}.", "{n} things are offered to {name}.", done)
        messages.success(request, text.format(n=done, name=to.name if to else gettext("the next shift")))
    return redirect("handover:mine")


def _try(request: Request, service: Callable[..., object], **values: Any) -> bool:
    """One command; a refusal is told on the next page."""
    try:
        service(**values, by=request.user, at=request.at)
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, f"{words(refusal)} ({refusal.clause})")
        return False
    return True


def _chosen(request: Request, found: Hand) -> list[tuple[str, int]]:
    """The ticked lines as kind and key; `all` stands for everything that nobody has decided about."""
    keys = request.POST.getlist("id")[:MOST_SELECTED]
    if not keys and request.POST.get("act") == "all":
        keys = [line.key for line in found.lines if not line.status]
    pairs = [key.partition(":") for key in keys]
    return [(kind, int(subject)) for kind, _colon, subject in pairs if kind in list(Kind) and subject.isdecimal()]


@view("handover.hand_over", methods=["POST"])
def note(request: Request) -> HttpResponse:
    """Something else that the next shift has to know."""
    form = forms.Note(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return _draw(request, note_form=form, status=422)
    if _try(request, items.add_note, text=form.cleaned_data["text"]):
        messages.success(request, gettext("The note goes to the next shift."))
    return redirect("handover:mine")


@view("handover.hand_over", methods=["POST"])
def sign_off(request: Request) -> HttpResponse:
    """Sign the shift off; what lacks a reason is named, and nothing typed is lost."""
    form = forms.SignOff(request.POST, auto_id="sign_%s")
    said = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        record = signing.sign_off_shift(note=said, by=request.user, at=request.at)
    except Refused as error:
        rows = [{"clause": refusal.clause, "note": words(refusal)} for refusal in error.refusals]
        return _draw(request, refusals=rows, sign_form=form, status=409)
    messages.success(request, gettext("The shift is signed off."))
    return redirect("handover:record", record.pk)


@view("handover.hand_over", methods=["GET"])
def idle(request: Request) -> HttpResponse:
    """At the idle desk: the shift ends soon, something waits to be taken over, a customer asked again."""
    return render(request, "handover/_idle.html", context) if (context := _idle(request)) else HttpResponse()


def _idle(request: Request) -> dict[str, Any]:
    found = hand.hand_of(request.user, request.at)
    ending = found is not None and logic.is_ending(rosters.span_of(found.entry.span), request.at)
    context: dict[str, Any] = {
        "waiting": records.count_waiting(request.user, request.at),
        "asked": len(owed.messages_for(request.user)),
        "left": len(found.lines) if found is not None and ending and not found.is_signed else 0,
        "ends_at": found.entry.span.upper if found is not None and ending else None,
    }
    return context if context["waiting"] or context["asked"] or context["left"] else {}
