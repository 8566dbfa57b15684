"""Delivery: what could not be handed over, trying again, telling by telephone, and that an inbox was opened."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.pages import Request, draw, view
from hotline.departments.forms import WhoForm
from hotline.departments.models import Delivery, Hop
from hotline.departments.queries import hops as queries
from hotline.departments.services import handover as services
from hotline.departments.views import telling


@view("departments.mend_delivery", methods=["GET"])
def deliveries(request: Request) -> HttpResponse:
    """What was given up and needs somebody; what is still on its way."""
    context = {
        "trouble": list(queries.trouble(request.user)[: queries.MOST]),
        "waiting": list(queries.waiting(request.user)[:100]),
        "may_mend": True,
        "topic": f"deliveries:{request.user.centre_id}",
        "page_url": reverse("departments:deliveries"),
    }
    return draw(request, "departments/deliveries.html", context, fragment="departments/_deliveries.html")


@view("departments.mend_delivery", methods=["POST"])
def mend(request: Request, pk: int, act: str) -> HttpResponse:
    """Try again, or write down who was told by telephone."""
    row = get_object_or_404(Delivery.objects.visible_to(request.user), pk=pk)
    if act == "again":
        said = gettext("It is tried again within a minute.")
        telling.attempt(request, said, services.try_again, delivery_id=row.pk)
    elif act == "phone":
        form = WhoForm(request.POST)
        if form.is_valid():
            values = {"delivery_id": row.pk, "who": form.cleaned_data["who"]}
            telling.attempt(request, gettext("Written down."), services.tell_by_phone, **values)
        else:
            telling.mistakes(request, form)
    else:
        raise Http404(act)
    return redirect("departments:deliveries")


@view("departments.view_own", methods=["POST"])
def opened(request: Request, pk: int) -> HttpResponse:
    """The clerk's page shows the case: the inbox has delivered it."""
    row = get_object_or_404(Hop.objects.visible_to(request.user), pk=pk)
    services.note_opened(hop_id=row.pk, by=request.user, at=request.at)
    return HttpResponse(status=204)
