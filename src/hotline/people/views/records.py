"""The work log, confidentiality undertakings, and notices."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from hotline.core import access, pages
from hotline.core.pages import SIGNED_IN, Request, view
from hotline.kernel.rules import Refusal, Refused
from hotline.people import forms, queries
from hotline.people.models import Notice, WorkLog
from hotline.people.services import notices as notice_services
from hotline.people.services import undertakings as undertaking_services
from hotline.people.signin import address_of


@view(SIGNED_IN, methods=["GET"])
def worklog(request: Request) -> HttpResponse:
    """The work log the system writes itself (D2.15), of whom one may see."""
    form = forms.WorkLogFilter(request.GET or None)
    wanted: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.worklog(request.user, of=pages.whole(request.GET.get("person"), 0, 2**62), **wanted)
    rows = pages.ordered(request, rows, {"at": "at", "person": "person__name_key", "kind": "kind"}, "-at")
    if request.GET.get("export") == "xlsx":
        return export_worklog(rows)
    return pages.draw(request, "people/worklog.html", {"form": form, "page": pages.page_of(request, rows)})


def export_worklog(rows: "QuerySet[WorkLog]") -> HttpResponse:
    """The list as a workbook."""
    heads = [_("Time"), _("Staff number"), _("Full name"), _("Entry"), _("Seat"), _("Address"), _("Note")]
    lines = (
        [row.at, row.person.number, row.person.name, row.get_kind_display(), row.seat, row.address or "", row.note]
        for row in rows
    )
    return pages.xlsx("worklog", heads, lines)


@view(SIGNED_IN)
def undertakings(request: Request) -> HttpResponse:
    """The confidentiality undertaking: read it, sign it; whoever publishes it sees who has not (A2.14)."""
    person = request.user
    current = queries.current_undertaking(person.centre_id)
    form = forms.SignForm(request.POST or None, initial={"version": current.version if current else 0})
    if request.method == "POST" and form.is_valid():
        try:
            undertaking_services.sign_undertaking(
                **form.cleaned_data, address=address_of(request), by=person, at=request.at
            )
        except Refused as error:
            pages.put_on(form, error)
        else:
            messages.success(request, _("Signed. Thank you."))
            return redirect("people:undertakings")
    publishes = access.may(person, "people.publish_undertaking")
    context = {
        "current": current,
        "signature": queries.signature(person, current),
        "form": form,
        "publishes": publishes,
        "unsigned": queries.unsigned(current) if current and publishes else [],
        "versions": queries.undertaking_versions(person.centre_id) if publishes else [],
    }
    return render(request, "people/undertakings.html", context)


@view("people.publish_undertaking")
def publish(request: Request) -> HttpResponse:
    """Publish a new text."""
    current = queries.current_undertaking(request.user.centre_id)
    initial = {"title": current.title, "body": current.body} if current else {}
    form = forms.UndertakingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        undertaking_services.publish_undertaking(**form.cleaned_data, by=request.user, at=request.at)
        messages.success(request, _("Published. Everybody has to sign this version now."))
        return redirect("people:undertakings")
    context = {"form": form, "title": _("New version of the undertaking"), "verb": _("Publish")}
    return render(request, "people/form.html", context)


@view(SIGNED_IN, methods=["GET"])
def notices(request: Request) -> HttpResponse:
    """My notices, newest first."""
    page = pages.page_of(request, Notice.objects.visible_to(request.user).order_by("-at", "-pk"))
    rows = [(notice, sentence(notice)) for notice in page.rows]
    context = {"page": page, "rows": rows, "unread": queries.unread_notices(request.user)}
    return pages.draw(request, "people/notices.html", context, fragment="people/_notices.html")


def sentence(notice: Notice) -> str:
    """A notice in the reader's language."""
    return pages.words(Refusal("", notice.text, notice.params))


@view(SIGNED_IN, methods=["GET"])
def bell(request: Request) -> HttpResponse:
    """The count of unread notices, for the top bar."""
    return render(request, "people/_bell.html", {"unread": queries.unread_notices(request.user)})


@view(SIGNED_IN, methods=["POST"])
def open_notice(request: Request, pk: int) -> HttpResponse:
    """Mark a notice read and go where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    notice_services.mark_read(notice=notice, by=request.user, at=request.at)
    inside = url_has_allowed_host_and_scheme(notice.link, {request.get_host()}, require_https=request.is_secure())
    return redirect(notice.link if notice.link and inside else "people:notices")


@view(SIGNED_IN, methods=["POST"])
def read_all(request: Request) -> HttpResponse:
    """Mark everything read."""
    notice_services.mark_all_read(by=request.user, at=request.at)
    return redirect("people:notices")
