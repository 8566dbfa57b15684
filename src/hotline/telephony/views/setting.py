"""Pages of setting: a new queue, the numbers that lead to queues, the reasons of taking no calls."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.telephony.forms import LineForm, NewQueueForm, NewReasonForm, ReasonForm
from hotline.telephony.models import Queue, RestReason
from hotline.telephony.queries import setup as queries
from hotline.telephony.services import setup
from hotline.telephony.views.board import tabs

SETS = "telephony.set_queue"


@view(SETS)
def new_queue(request: Request) -> HttpResponse:
    """A new queue with its rules; who serves it and which skills it asks for stand on its page."""
    person = request.user
    form = NewQueueForm(request.POST or None, instance=Queue(centre=person.centre))
    if request.method == "POST" and form.is_valid():
        try:
            row = setup.make_queue(centre=person.centre, by=person, at=request.at, **form.cleaned_data)
        except Refused as error:
            put_on(form, error)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("telephony:queue", row.pk)
    return draw(request, "telephony/new_queue.html", {"form": form})


@view(SETS)
def number_list(request: Request) -> HttpResponse:
    """The centre's numbers and where they lead; entered, led elsewhere, taken out."""
    person = request.user
    if request.method == "POST" and request.POST.get("act") == "drop":
        setup.drop_line(centre=person.centre, dialled=request.POST.get("dialled", ""), by=person, at=request.at)
        return redirect("telephony:numbers")
    form = LineForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            setup.set_line(centre=person.centre, by=person, at=request.at, **form.cleaned_data)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("telephony:numbers")
    context = {
        "form": form,
        "lines": queries.lines(person),
        "has_queues": Queue.objects.visible_to(person).filter(is_active=True).exists(),
        "tabs": tabs(request, "numbers"),
    }
    return draw(request, "telephony/numbers.html", context)


@view(SETS)
def reason_list(request: Request) -> HttpResponse:
    """C5: why people may take no calls, and for how long."""
    person = request.user
    form = NewReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.values
        try:
            setup.add_reason(centre=person.centre, name=said["name"], limit=said["limit"], by=person, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("telephony:reasons")
    context = {"form": form, "reasons": queries.reasons(person), "tabs": tabs(request, "reasons")}
    return draw(request, "telephony/reasons.html", context)


@view(SETS)
def reason(request: Request, pk: int) -> HttpResponse:
    """One reason: its name, how long it may last, whether it is still offered."""
    row = get_object_or_404(RestReason.objects.filter(centre=request.user.centre_id), pk=pk)
    minutes = -(-row.limit // 60) if row.limit else None
    initial = {"name": row.name, "minutes": minutes, "is_active": row.is_active}
    form = ReasonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.values
        try:
            setup.set_reason(
                centre=request.user.centre, code=row.code, name=said["name"], limit=said["limit"],
                is_active=said["is_active"], by=request.user, at=request.at,
            )  # fmt: skip
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("telephony:reasons")
    return draw(request, "telephony/reason.html", {"form": form, "row": row})
