"""The seat behind every request: one live session, idle lock, a shift's length at most, second factor, language."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from hotline.people import queries, signin
from hotline.people.models import SeatSession, WorkLogKind
from hotline.people.services import seats

GetResponse = Callable[[HttpRequest], HttpResponse]
ALWAYS = {"account_logout", "set_language", "people:language", "people:theme", "core:healthz", "core:metrics"}
WHILE_LOCKED = ALWAYS | {"people:unlock"}
WITHOUT_SECOND_FACTOR = ALWAYS | {"people:lock", "people:unlock", "account_reauthenticate"}
SETTING_UP = "mfa_"
WHY = {
    WorkLogKind.TAKEN_OVER: gettext_noop("You signed in at another seat, so this one was signed out."),
    WorkLogKind.EXPIRED: gettext_noop("Your session has reached its longest time. Sign in again."),
    WorkLogKind.LOGOUT: gettext_noop("You have been signed out."),
}


def seat(get_response: GetResponse) -> GetResponse:
    """Let a signed-in request pass only from the person's one live, unlocked session."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            speak(request)
            stopped = check(request)
            if stopped is not None:
                return stopped
        return get_response(request)

    return middleware


def speak(request: HttpRequest) -> None:
    """Answer in the person's language."""
    language = str(request.user.language)  # type: ignore[union-attr]
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language() or language


def check(request: HttpRequest) -> HttpResponse | None:
    """An answer that stops the request, or None when it may go on."""
    person, at = request.user, signin.moment(request)
    assert not person.is_anonymous
    session = queries.session_by_key(person, str(request.session.session_key))
    if (
        session is not None
        and session.ended_at is None
        and at - session.began_at >= signin.pace(settings.SESSION_COOKIE_AGE)
    ):
        seats.end_session(person=person, how=WorkLogKind.EXPIRED, by=person, at=at)
        session.ended_at, session.ended_how = at, WorkLogKind.EXPIRED
    if session is None or session.ended_at is not None:
        return sign_out(request, session)
    name = name_of(request)
    if session.locked_at is None and idle(session, request):
        seats.lock(person=person, by=person, at=at)
        session.locked_at = at
    if session.locked_at is not None:
        return None if name in WHILE_LOCKED else go(request, reverse("people:unlock"), back=True)
    if at - session.last_seen_at >= signin.pace(60):
        seats.see(person=person, by=person, at=at)
    if name in WITHOUT_SECOND_FACTOR or name.startswith(SETTING_UP):
        return None
    if signin.mfa_required(person) and not signin.has_mfa(person):
        if request.headers.get("HX-Request") != "true":  # the parts of one page would say it once each
            messages.warning(request, gettext("Your position asks for a second factor. Set it up first."))
        return go(request, reverse("mfa_index"))
    return None


def idle(session: SeatSession, request: HttpRequest) -> bool:
    """Whether nothing was heard from the seat for longer than it may stay open."""
    limit = settings.IDLE_LOCK_SECONDS
    return bool(limit) and signin.moment(request) - session.last_seen_at >= signin.pace(limit)


def name_of(request: HttpRequest) -> str:
    """The name of the page asked for, or nothing."""
    try:
        return resolve(request.path_info).view_name or ""
    except Resolver404:
        return ""


def sign_out(request: HttpRequest, session: SeatSession | None) -> HttpResponse:
    """Forget the session here too, and say why."""
    language = translation.get_language()
    logout(request)
    if language:
        translation.activate(language)
    how = WorkLogKind(session.ended_how) if session and session.ended_how else WorkLogKind.LOGOUT
    messages.warning(request, gettext(WHY.get(how, WHY[WorkLogKind.LOGOUT])))
    return go(request, reverse(settings.LOGIN_URL), back=True)


def go(request: HttpRequest, url: str, *, back: bool = False) -> HttpResponse:
    """Send the whole page elsewhere, from a fragment's request too."""
    fragment = request.headers.get("HX-Request") == "true"
    if back and request.method == "GET" and not fragment and request.path != "/":
        url = f"{url}?{urlencode({'next': request.get_full_path()})}"
    if fragment:
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return HttpResponseRedirect(url)
