"""Accounts: who can sign in, from where, and what whoever keeps accounts can do about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from hotline.core import pages
from hotline.core.pages import Request, view
from hotline.people import queries
from hotline.people.models import Person, WorkLogKind
from hotline.people.services import accounts as services
from hotline.people.services import seats
from hotline.people.signin import recently_authenticated

COLUMNS = {"name": "name_key", "number": "number", "username": "username", "last": "last_login"}


@view("people.list_accounts", methods=["GET"])
def accounts(request: Request) -> HttpResponse:
    """Every account with its state."""
    text = request.GET.get("q", "").strip()[:60]
    rows = queries.accounts(request.user, text=text, state=request.GET.get("state", ""), at=request.at)
    page = pages.page_of(request, pages.ordered(request, rows, COLUMNS, "name"))
    return pages.draw(request, "people/accounts.html", {"page": page, "q": text, "state": request.GET.get("state", "")})


def kept(request: Request, pk: int) -> Person:
    """A person of the centre; the service asks whether one may."""
    return get_object_or_404(Person.objects.visible_to(request.user).filter(is_system=False), pk=pk)


@view("people.list_accounts", methods=["POST"])
@recently_authenticated
def invite(request: Request, pk: int) -> HttpResponse:
    """Make a one-time link; it is shown once, here."""
    person = kept(request, pk)
    token = services.invite(person=person, by=request.user, at=request.at)
    link = request.build_absolute_uri(reverse("people:invitation", args=[token]))
    return render(request, "people/invited.html", {"person": person, "link": link, "hours": services.LIFE})


@view("people.list_accounts", methods=["POST"])
def end_session(request: Request, pk: int) -> HttpResponse:
    """Sign a person out."""
    person = kept(request, pk)
    seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=request.user, at=request.at)
    messages.success(request, _("The session is ended."))
    return redirect("people:person", pk)


@view("people.list_accounts", methods=["POST"])
@recently_authenticated
def close(request: Request, pk: int) -> HttpResponse:
    """Close an account."""
    services.deactivate(person=kept(request, pk), by=request.user, at=request.at)
    messages.success(request, _("The account is closed."))
    return redirect("people:person", pk)


@view("people.list_accounts", methods=["POST"])
@recently_authenticated
def reopen(request: Request, pk: int) -> HttpResponse:
    """Open a closed account again."""
    services.reactivate(person=kept(request, pk), by=request.user, at=request.at)
    messages.success(request, _("The account is open again."))
    return redirect("people:person", pk)


@view("people.list_accounts", methods=["POST"])
@recently_authenticated
def drop_second_factor(request: Request, pk: int) -> HttpResponse:
    """Take back lost devices, so that new ones can be set up."""
    services.drop_second_factor(person=kept(request, pk), by=request.user, at=request.at)
    messages.success(request, _("The devices are taken back."))
    return redirect("people:person", pk)
