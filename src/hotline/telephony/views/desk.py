"""The telephone in the browser: its own window, the bar above the work, and what a person asks of it (A3.2, C5)."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import trigger_client_event

from hotline.core.pages import Request, draw, view, whole
from hotline.telephony.models import WishKind
from hotline.telephony.queries import desk as queries
from hotline.telephony.queries import floor
from hotline.telephony.services import handing, phones, supervising

PHONE = "telephony.open_phone"
# What a page may ask; the rest is the system's own.
ASKED = frozenset(WishKind) - {WishKind.SETUP, WishKind.TAKE, WishKind.TRANSFER}


@view(PHONE, methods=["GET"])
def bar(request: Request) -> HttpResponse:
    """My telephone above my work: state and timer, who calls, what can be done; nothing for who serves no queue."""
    if not queries.serves(request.user):
        return HttpResponse()
    return _bar(request)


def _bar(request: Request) -> HttpResponse:
    return render(request, "telephony/_bar.html", {"desk": queries.desk(request.user, request.at)})


@view(PHONE, methods=["GET"])
def phone(request: Request) -> HttpResponse:
    """The window that holds the line: it stays open while one walks through the pages of one's work."""
    person = request.user
    context = {
        "desk": queries.desk(person, request.at),
        "serves": queries.serves(person),
        "topic": f"phone:{person.pk}",
    }
    return draw(request, "telephony/phone.html", context)


@view(PHONE, methods=["POST"])
def login(request: Request) -> HttpResponse:
    """A secret for the window that asks, once: the one before opens nothing any more."""
    made = phones.issue(person=request.user, by=request.user, at=request.at)
    said = {"account": made.account, "secret": made.secret, "realm": made.realm, "server": settings.PHONE_SERVER}
    return JsonResponse(said, headers={"Cache-Control": "no-store"})


@view(PHONE, methods=["POST"])
def ask(request: Request) -> HttpResponse:
    """Ask something of one's telephone; the answer is the bar as it is now, what follows shows by itself."""
    kind = request.POST.get("kind", "")
    # only where there is no line to pick up can the page do it
    takes = kind == WishKind.TAKE and floor.engine(request.user.centre_id, request.at).simulated
    if kind not in ASKED and not takes:
        return HttpResponseBadRequest()
    reason = request.POST.get("reason", "")[:20]
    phones.wish(person=request.user, kind=WishKind(kind), reason=reason, by=request.user, at=request.at)
    return _bar(request) if request.htmx else redirect("telephony:phone")


@view(PHONE, methods=["POST"])
def call_for_help(request: Request) -> HttpResponse:
    """A2.3: whoever leads me is told at once that I need help."""
    supervising.ask_for_help(by=request.user, at=request.at)
    return _bar(request) if request.htmx else redirect("telephony:phone")


@view(PHONE)
def hand_over(request: Request) -> HttpResponse:
    """To whom I may hand my caller over, and handing him over."""
    if request.method == "POST":
        queue, to = (whole(request.POST.get(name), 0, 10**12) for name in ("queue", "to"))
        handing.hand_over(queue_id=queue, to_id=to or None, by=request.user, at=request.at)
        if not request.htmx:
            return redirect("telephony:phone")
        response = HttpResponse(status=204)
        trigger_client_event(response, "close-dialog", {})
        trigger_client_event(response, "toast", {"value": gettext("Handed over"), "tone": "green"})
        return response
    context = {"targets": queries.targets(request.user), "url": reverse("telephony:hand_over")}
    return draw(request, "telephony/hand_over.html", context, fragment="telephony/_hand_over.html")
