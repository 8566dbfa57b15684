"""How sign-in is wired to allauth, axes and Django's signals: the seat begins and ends with the session."""

import ipaddress
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people import queries
from hotline.people.models import Person, WorkLogKind
from hotline.people.services import seats

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class Adapter(DefaultAccountAdapter):
    """Accounts are made by the centre; nobody signs up. Failed passwords are counted by axes alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: axes counts per user and address, not per user everywhere."""

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say nothing about what the person sees anyway."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, message_context, extra_tags, message)


class MfaAdapter(DefaultMFAAdapter):
    """Two-factor secrets are kept encrypted with the key of the installation."""

    def encrypt(self, text: str) -> str:
        """For the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last device stays while the position demands one."""
        if not mfa_required(authenticator.user) or authenticator.type == Authenticator.Type.RECOVERY_CODES:
            return True
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def _box() -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(f"mfa:{settings.SECRET_KEY}".encode()).digest()))


def mfa_required(person: Person) -> bool:
    """Whether a position held today demands a second factor."""
    return bool(settings.HOTLINE_MFA == "required" and person.standing.is_any(*settings.HOTLINE_MFA_POSITIONS))


def has_mfa(person: Person) -> bool:
    """Whether the person has an authenticator app or a passkey."""
    devices = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=person.pk, type__in=devices).exists())


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """The answer while a user is locked at an address."""
    reason = gettext("The password was wrong five times: this user name cannot sign in from here for 15 minutes.")
    todo = gettext("Wait 15 minutes. If you have forgotten the password, ask for an invitation link.")
    return render(request, "429.html", {"reason": reason, "todo": todo}, status=429)


def axes_username(_request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whose tries are counted: names do not tell upper from lower case, so neither does the count."""
    return str((credentials or {}).get("username") or "").strip().lower()


def address_of(request: HttpRequest) -> str | None:
    """The address a request came from, or None behind a socket."""
    try:
        return str(ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def pace(seconds: int) -> timedelta:
    """Real seconds as they pass on the centre's clock."""
    return timedelta(seconds=seconds) * clock.speed().numerator / clock.speed().denominator


def moment(request: HttpRequest | None) -> datetime:
    """The moment of the request."""
    at: datetime | None = getattr(request, "at", None)
    return at or clock.now()


def session_lives(person: Person, key: str) -> bool:
    """Whether a page of this session may go on listening: it is the live one, not locked, not older than a shift."""
    session = queries.live_session(person)
    if session is None or session.session_hash != queries.session_hash(key) or session.locked_at is not None:
        return False
    return clock.now() - session.began_at < pace(settings.SESSION_COOKIE_AGE)


View = Callable[..., HttpResponse]


def recently_authenticated(function: View) -> View:
    """For sensitive acts, below `@view`: the person has proved himself in the last five minutes, or does so now."""

    @wraps(function)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if did_recently_reauthenticate(request):
            return function(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            response = HttpResponse(status=204)
            response.headers["HX-Redirect"] = reverse("account_reauthenticate")
            return response
        raise ReauthenticationRequired

    return checked


def _signed_in(*, request: HttpRequest, user: Person, **_more: Any) -> None:
    if request.session.session_key is None:
        request.session.save()
    seats.begin_session(
        person=user,
        session_key=str(request.session.session_key),
        address=address_of(request),
        device=request.META.get("HTTP_USER_AGENT", ""),
        by=user,
        at=moment(request),
    )


def _signed_out(*, request: HttpRequest, user: Person | None, **_more: Any) -> None:
    key = request.session.session_key
    if user is not None and key:
        seats.end_session(person=user, how=WorkLogKind.LOGOUT, session_key=key, by=user, at=moment(request))


def _refused(*, credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    name = axes_username(request or HttpRequest(), credentials)
    if name:
        seats.note_refusal(username=name, address=address_of(request) if request else None, at=moment(request))


def wire() -> None:
    """Connect the signals; called once, when the application is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="people.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="people.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="people.refused")
