"""Who must not be called: the list, one more, a whole list, lifted."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from hotline.cases.logic.tables import Bad
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.customers.logic import digits_of
from hotline.kernel.rules import Refused
from hotline.outbound.forms import campaigns as forms
from hotline.outbound.logic.words import Source
from hotline.outbound.models import DoNotCall
from hotline.outbound.services import barred as services
from hotline.outbound.services.lists import Faulty
from hotline.outbound.views import shown

FEWEST_DIGITS = 4


@view("outbound.view_barred", methods=["GET"])
def barred_list(request: Request) -> HttpResponse:
    """The numbers that no campaign calls, masked."""
    form = forms.BarredFilter(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = DoNotCall.objects.visible_to(request.user).select_related("by", "lifted_by")
    if not said.get("past"):
        rows = rows.in_force(clock.local_day(request.at))
    if said.get("source"):
        rows = rows.filter(source=said["source"])
    digits = digits_of(said.get("q") or "")
    if len(digits) >= FEWEST_DIGITS:
        rows = rows.filter(e164__endswith=digits.lstrip("0"))
    context = {
        "page": page_of(request, rows.order_by("-at", "-pk")),
        "form": form,
        "filtered": any(said.values()),
        "may_bar": may(request.user, "outbound.bar"),
        "may_lift": may(request.user, "outbound.lift"),
        "today": clock.local_day(request.at),
        "topics": f"barred:{request.user.centre_id}",
    }
    return draw(request, "outbound/barred.html", context, fragment="outbound/_barred.html")


@view("outbound.bar")
def new(request: Request) -> HttpResponse:
    """One number more."""
    form = forms.BarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {**form.cleaned_data, "source": Source(form.cleaned_data["source"])}
        try:
            services.bar(**said, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("No campaign calls this number any more."))
            return shown.back_to("barred")
    return render(request, "outbound/bar.html", {"form": form})


@view("outbound.bar")
def take_in(request: Request) -> HttpResponse:
    """A whole list of numbers; when rows make no sense nothing is taken in and each of them is named."""
    form = forms.BarListForm(request.POST or None, request.FILES or None)
    more: dict[str, Any] = {"faults": []}
    if request.method == "POST" and form.is_valid():
        file, source = form.cleaned_data["file"], Source(form.cleaned_data["source"])
        try:
            rows, changed = services.take_in(
                name=file.name or "", content=file.read(), source=source, by=request.user, at=request.at
            )
        except Bad as bad:
            form.add_error("file", shown.bad_words(bad))
        except Faulty as error:
            more = shown.faulty(error)
        else:
            said = gettext("%(rows)s numbers read, %(changed)s of them new or longer than before.")
            messages.success(request, said % {"rows": rows, "changed": changed})
            return shown.back_to("barred")
    return render(request, "outbound/bar_list.html", {"form": form, **more})


@view("outbound.lift")
def lift(request: Request, pk: int) -> HttpResponse:
    """The number may be called again, with the reason."""
    row = get_object_or_404(DoNotCall.objects.visible_to(request.user), pk=pk)
    form = forms.ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.lift(row_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The number may be called again."))
            return shown.back_to("barred")
    return render(request, "outbound/lift.html", {"form": form, "row": row})
