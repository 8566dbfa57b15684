"""Pages of telephones: who has which, whether it is reached, and a new secret for one on the desk, shown once."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from hotline.core import clock
from hotline.core.access import authorize, may
from hotline.core.pages import Request, draw, page_of, view
from hotline.telephony.forms import ContactForm
from hotline.telephony.queries import phones as queries
from hotline.telephony.services import phones
from hotline.telephony.views.board import tabs


@view("telephony.view_phones", methods=["GET"])
def phone_list(request: Request) -> HttpResponse:
    """Everybody who may telephone with what he has for it, and whether the exchange reaches it; found by name."""
    text = request.GET.get("q", "").strip()[:60]
    page = page_of(request, queries.people(request.user, clock.local_day(request.at), text))
    context = {
        "page": page,
        "q": text,
        "desks": [queries.desk_of(person) for person in page.rows],
        "tabs": tabs(request, "phones"),
        "topic": f"phones:{request.user.centre_id}",
    }
    return draw(request, "telephony/phones.html", context, fragment="telephony/_phones.html")


@view("telephony.view_phones")
def desk_phone(request: Request, pk: int) -> HttpResponse:
    """One person's telephone; by POST a fixed address, or a new secret, which stands on this answer alone."""
    people = queries.people(request.user, clock.local_day(request.at))
    person = get_object_or_404(people, pk=pk)
    login, form = None, ContactForm(request.POST if request.POST.get("act") == "contact" else None)
    if request.method == "POST":
        authorize(request.user, "telephony.set_phone", person)
        if form.is_bound:
            if form.is_valid():
                phones.set_desk_phone(
                    person=person, contact=form.cleaned_data["contact"], by=request.user, at=request.at
                )
                return redirect("telephony:desk_phone", person.pk)
        else:
            login = phones.issue_desk(person=person, by=request.user, at=request.at)
            person = people.get(pk=pk)
    context = {
        "desk": queries.desk_of(person),
        "login": login,
        "form": form,
        "server": settings.PHONE_SIP,
        "may_set": may(request.user, "telephony.set_phone", person),
    }
    response = draw(request, "telephony/desk_phone.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
