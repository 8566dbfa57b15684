"""Pages of approvals: what waits for one's decision, and who stands in for whom."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.approvals import queries, services
from hotline.approvals.forms import StandInForm
from hotline.approvals.models import Chain, Delegation
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused

ONE_DAY = timedelta(days=1)


def _tabs(active: str) -> list[Tab]:
    return [
        Tab(gettext("To decide"), reverse("approvals:waiting"), active=active == "waiting"),
        Tab(gettext("Stand-ins"), reverse("approvals:stand_ins"), active=active == "stand_ins"),
    ]


def _said(chain: Chain) -> str:
    return gettext(chain.text).format(**{key: gettext(str(value)) for key, value in chain.params.items()})


@view("approvals.view_waiting", methods=["GET"])
def waiting(request: Request) -> HttpResponse:
    """Everything that waits for this person's decision, the oldest first, and what he decided last."""
    person = request.user
    context = {
        "tabs": _tabs("waiting"),
        "rows": [(step, _said(step.chain)) for step in queries.waiting_for(person)],
        "decided": [(step, _said(step.chain)) for step in queries.decided_by(person, 20)],
        "topic": f"approvals:{person.centre_id}",
    }
    return draw(request, "approvals/waiting.html", context, fragment="approvals/_waiting.html")


@view("approvals.view_waiting")
def stand_ins(request: Request) -> HttpResponse:
    """Who stands in for whom; appoint somebody for oneself, or for an absent colleague where one may."""
    person = request.user
    today = clock.local_day(request.at)
    form = StandInForm(
        request.POST if request.method == "POST" else None,
        person=person,
        arranges=queries.arranges(person),
        initial={"first": today, "last": today},
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.appoint(**form.cleaned_data, by=person, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("{name} stands in.").format(name=row.to.name))
            return redirect("approvals:stand_ins")
    rows = [
        (row, row.days.upper - ONE_DAY, may(person, "approvals.appoint", row.giver))
        for row in queries.delegations(person, on=today)
    ]
    context = {"tabs": _tabs("stand_ins"), "form": form, "rows": rows, "today": today}
    return draw(request, "approvals/stand_ins.html", context)


@view("approvals.view_waiting", methods=["POST"])
def end(request: Request, pk: int) -> HttpResponse:
    """Nobody stands in any more."""
    row = get_object_or_404(Delegation.objects.visible_to(request.user), pk=pk)
    services.end_delegation(delegation_id=row.pk, by=request.user, at=request.at)
    messages.success(request, gettext("Ended."))
    return redirect("approvals:stand_ins")
