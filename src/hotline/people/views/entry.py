"""At the door and at the seat: the invitation, lock and unlock, presence, language and colours."""

from allauth.account import views as account
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hotline.core import leaving, pages
from hotline.core.pages import PUBLIC, SIGNED_IN, Request, view
from hotline.kernel.rules import Refused
from hotline.people import forms, queries
from hotline.people.models import PresenceState
from hotline.people.services import accounts, seats
from hotline.people.services import presence as presences

THEMES = ("auto", "light", "dark")
A_YEAR = 365 * 24 * 3600


def back(request: Request, default: str = "home") -> HttpResponse:
    """Where the person came from, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(default)


@view(PUBLIC)
def invitation(request: Request, token: str) -> HttpResponse:
    """Set one's own password from the one-time link."""
    found = queries.open_invitation(token, at=request.at)
    if found is None:
        return render(request, "people/invitation_void.html", status=410)
    form = forms.PasswordForm(request.POST or None, person=found.person)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.accept_invitation(token=token, password=form.cleaned_data["password"], at=request.at)
        except Refused as error:
            pages.put_on(form, error)
        else:
            messages.success(request, _("Your password is set. Sign in with it."))
            return redirect(settings.LOGIN_URL)
    return render(request, "people/invitation.html", {"form": form, "person": found.person})


@view(PUBLIC)
def sign_out(request: Request) -> HttpResponse:
    """Sign out, once what areas above want done before is done. A locked seat is anybody's to clear."""
    if request.method == "POST" and request.user.is_authenticated:
        session = queries.live_session(request.user)
        if session is None or session.locked_at is None:
            stop = leaving.first_stop(request.user, request.POST.get("leave_reason", "").strip(), request.at)
            if stop:
                return redirect(stop)
    response: HttpResponse = account.logout(request)
    return response


@view(SIGNED_IN, methods=["POST"])
def lock(request: Request) -> HttpResponse:
    """Leave the seat: lock it."""
    seats.lock(person=request.user, by=request.user, at=request.at)
    return redirect("people:unlock")


@view(SIGNED_IN)
def unlock(request: Request) -> HttpResponse:
    """The only page of a locked seat."""
    session = queries.live_session(request.user)
    if session is None or session.locked_at is None:
        return back(request)
    form = forms.UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        known = authenticate(request, username=request.user.username, password=form.cleaned_data["password"])
        if known is not None and known.pk == request.user.pk:
            seats.unlock(person=request.user, by=request.user, at=request.at)
            reauthenticate_by_password(request)
            return back(request)
        form.add_error("password", _("That is not your password."))
    return render(
        request, "people/unlock.html", {"form": form, "session": session, "next": request.GET.get("next", "")}
    )


@view(SIGNED_IN)
def presence(request: Request) -> HttpResponse:
    """The switch in the top bar: ready, or not ready and why."""
    if request.method == "POST":
        form = forms.PresenceForm(request.POST)
        if form.is_valid():
            state = form.cleaned_data["state"]
            reason = form.cleaned_data["reason"] if state == PresenceState.BUSY else ""
            presences.set_presence(person=request.user, state=state, reason=reason, by=request.user, at=request.at)
        if not request.htmx:
            return back(request)
    now = queries.presence_of(request.user)
    context = {
        "state": now.state if now else "",
        "reason": _(now.reason) if now and now.reason else "",
        "since": now.span.lower if now else None,
        "reasons": [(value, label) for value, label in forms.REASONS if value],
    }
    return render(request, "people/_presence.html", context)


@view(PUBLIC, methods=["POST"])
def language(request: Request) -> HttpResponse:
    """Speak another language from now on."""
    wanted = request.POST.get("language", "")
    response = back(request)
    if wanted in dict(settings.LANGUAGES):
        translation.activate(wanted)
        if request.user.is_authenticated:
            accounts.set_preferences(person=request.user, language=wanted, by=request.user, at=request.at)
        keep(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


@view(PUBLIC, methods=["POST"])
def theme(request: Request) -> HttpResponse:
    """Light, dark, or as the machine likes it."""
    wanted = request.POST.get("theme", "")
    response = HttpResponse(status=204) if request.htmx else back(request)
    if wanted in THEMES:
        if request.user.is_authenticated:
            accounts.set_preferences(person=request.user, theme=wanted, by=request.user, at=request.at)
        keep(response, "theme", wanted)
    return response


def keep(response: HttpResponse, name: str, value: str) -> None:
    """A preference that this browser remembers for a year."""
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=settings.HTTPS)
