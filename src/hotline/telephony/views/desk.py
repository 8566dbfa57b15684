"""The telephone in the browser: its own window, the bar above the work, and what a person asks of it (A3.2, C5)."""

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import trigger_client_event

from hotline.core.pages import Request, draw, put_on, view, whole
from hotline.kernel.rules import Refused
from hotline.telephony.forms import NumberForm
from hotline.telephony.models import WishKind
from hotline.telephony.queries import desk as queries
from hotline.telephony.queries import floor
from hotline.telephony.services import calling, handing, phones, supervising

PHONE = "telephony.open_phone"
# What a page may ask; the rest is the system's own.
SAID_ELSEWHERE = {WishKind.TRANSFER, WishKind.CONSULT, WishKind.CALL_OUT, WishKind.WATCH, WishKind.TAKE_OVER}
ASKED = frozenset(WishKind) - {WishKind.SETUP, WishKind.TAKE} - SAID_ELSEWHERE


@view(PHONE, methods=["GET"])
def bar(request: Request) -> HttpResponse:
    """My telephone above my work: state and timer, who calls, what can be done; nothing for who has no use for one."""
    person = request.user
    if not (queries.is_at_phone(person) or queries.serves(person) or queries.has_desk_phone(person)):
        return HttpResponse()
    return _bar(request)


def _bar(request: Request) -> HttpResponse:
    return render(request, "telephony/_bar.html", {"desk": queries.desk(request.user, request.at)})


@view(PHONE, methods=["GET"])
def phone(request: Request) -> HttpResponse:
    """The window that holds the line: it stays open while one walks through the pages of one's work.

    Whoever has a telephone on the desk keeps it until he asks for the browser's.
    """
    person = request.user
    context = {
        "desk": queries.desk(person, request.at),
        "serves": queries.has_phone(person),
        "wants_browser": "browser" in request.GET,
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
    """To whom I may hand my caller over, at once or after asking there; and handing him over."""
    form = NumberForm(request.POST if "number" in request.POST else None)
    if request.method == "POST":
        done = _handed(request, form)
        if done is not None:
            return done
    person, text = request.user, _wanted(request)
    found, targets = queries.colleagues(person, text), queries.targets(person, text)
    context = {
        "targets": targets,
        "colleagues": found,
        "q": text,
        "has_more": found.more or any(one.people.more for one in targets),
        "form": form if queries.sends_outside(person) else None,
        "url": reverse("telephony:hand_over"),
    }
    response = draw(request, "telephony/hand_over.html", context, fragment="telephony/_hand_over.html")
    response.status_code = 422 if form.errors else 200
    return response


def _wanted(request: Request) -> str:
    """Whom the person looks for in a dialog."""
    return request.GET.get("q", "").strip()[:60]


def _handed(request: Request, form: NumberForm) -> HttpResponse | None:
    """The answer to what was asked, or None for a number that will not do."""
    queue, to = (whole(request.POST.get(name), 0, 10**12) for name in ("queue", "to"))
    by, at = request.user, request.at
    asks = request.POST.get("how") == "consult"
    if "number" in request.POST:
        if not form.is_valid():
            return None
        number = form.cleaned_data["number"]
        try:
            (handing.consult if asks else handing.hand_outside)(number=number, by=by, at=at)
        except Refused as error:
            put_on(form, error)
            return None
    elif asks:
        handing.consult(to_id=to or None, queue_id=queue or None, by=by, at=at)
    else:
        handing.hand_over(queue_id=queue, to_id=to or None, by=by, at=at)
    return _closed(request, gettext("Your call goes out") if asks else gettext("Handed over"))


def _closed(request: Request, told: str) -> HttpResponse:
    """The dialog is done with."""
    if not request.htmx:
        return redirect("telephony:phone")
    response = HttpResponse(status=204)
    trigger_client_event(response, "close-dialog", {})
    trigger_client_event(response, "toast", {"value": told, "tone": "green"})
    return response


@view(PHONE)
def dial(request: Request) -> HttpResponse:
    """Call a number that is typed, a caller again (`call`), a customer's number (`contact`), or a colleague (`to`)."""
    form = NumberForm(request.POST if "number" in request.POST else None)
    if request.method == "POST":
        done = _dialled(request, form)
        if done is not None:
            return done
    text = _wanted(request)
    found = queries.colleagues(request.user, text)
    context = {"colleagues": found, "q": text, "form": form, "url": reverse("telephony:dial")}
    response = draw(request, "telephony/dial.html", context, fragment="telephony/_dial.html")
    response.status_code = 422 if form.errors else 200
    return response


def _dialled(request: Request, form: NumberForm) -> HttpResponse | None:
    """The answer to what was asked, or None for a number that will not do."""
    by, at = request.user, request.at
    if to := whole(request.POST.get("to"), 0, 10**12):
        calling.call_colleague(to_id=to, by=by, at=at)
        return _closed(request, gettext("Your call goes out"))
    if "number" not in request.POST:
        number = queries.number_of(by, request.POST.get("call", ""), request.POST.get("contact", ""))
        if number is None:
            raise Http404
        calling.call_out(number=number, by=by, at=at)
        return _closed(request, gettext("Your call goes out"))
    if not form.is_valid():
        return None
    try:
        calling.call_out(number=form.cleaned_data["number"], by=by, at=at)
    except Refused as error:
        put_on(form, error)
        return None
    return _closed(request, gettext("Your call goes out"))
