"""The solver is started and stopped; a month is published."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from hotline.core.pages import Request, put_on, view
from hotline.kernel.rules import Refused
from hotline.rosters import forms
from hotline.rosters.queries import planning, plans
from hotline.rosters.services import publishing, solving
from hotline.rosters.views import shown
from hotline.rosters.views.plans import plan_of

SHOWN = 8


@view("rosters.plan", methods=["POST"])
def solve(request: Request, pk: int) -> HttpResponse:
    """Let the solver plan the month."""
    plan = plan_of(request, pk)
    form = forms.SolveForm(request.POST)
    seconds = int(form.cleaned_data["seconds"]) if form.is_valid() else forms.USUAL_SECONDS
    solving.ask_solve(plan_id=plan.pk, seconds=seconds, by=request.user, at=request.at)
    messages.success(request, gettext("The solver is at work; you may go on elsewhere meanwhile."))
    return redirect("rosters:plan", pk=plan.pk)


@view("rosters.plan", methods=["POST"])
def stop(request: Request, pk: int) -> HttpResponse:
    """Stop the solver and keep what it has found."""
    plan = plan_of(request, pk)
    solving.ask_stop(plan_id=plan.pk, by=request.user, at=request.at)
    messages.success(request, gettext("The solver stops; what it has found stays."))
    return redirect("rosters:plan", pk=plan.pk)


@view("rosters.plan")
def publish(request: Request, pk: int) -> HttpResponse:
    """Bring the month into force, after one more look at what is left."""
    plan = plan_of(request, pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            publishing.publish(plan_id=plan.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The month is published; everybody has been told."))
            response = HttpResponse(status=204)
            response.headers["HX-Refresh"] = "true"
            return response
    found = planning.facts(plan)
    hard = plans.hard_left(found)
    context = {
        "plan": plan,
        "form": form,
        "hard": shown.warnings(found, hard[:SHOWN]),
        "hard_count": len(hard),
        "people": len({key for (key, _), one in found.entries.items() if one.shift_type_id}),
        "shifts": sum(one.shift_type_id is not None for one in found.entries.values()),
    }
    return render(request, "rosters/_publish.html", context)
