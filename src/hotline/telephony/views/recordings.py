"""Pages of recordings: the list with what the last night found, and keeping one beyond its time."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from hotline.core.access import authorize, may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.telephony.forms import HoldForm, RecordingFilter
from hotline.telephony.queries import recordings as queries
from hotline.telephony.queries import upkeep
from hotline.telephony.services import recordings
from hotline.telephony.views.board import tabs


@view("telephony.view_recordings", methods=["GET"])
def recording_list(request: Request) -> HttpResponse:
    """Recordings one may see, newest first, and what the last night's comparison of rows and files found."""
    person = request.user
    form = RecordingFilter(request.GET)
    page = page_of(request, queries.rows(person, form.chosen).order_by("-began_at", "-pk"))
    context = {
        "form": form,
        "filtered": bool(form.chosen),
        "page": page,
        "lines": [queries.line(row, person) for row in page.rows],
        "night": upkeep.last_night(person.centre_id),
        "tabs": tabs(request, "recordings"),
    }
    return draw(request, "telephony/recordings.html", context, fragment="telephony/_recordings.html")


@view("telephony.view_recordings")
def hold(request: Request, key: UUID) -> HttpResponse:
    """Keep a recording beyond its time, with a reason; or release it."""
    row = get_object_or_404(queries.visible(request.user), pk=key)
    form = HoldForm(request.POST if request.POST.get("act") == "hold" else None)
    if request.method == "POST":
        authorize(request.user, "telephony.hold_recording", row)
        if request.POST.get("act") == "release":
            recordings.release(recording_id=row.pk, by=request.user, at=request.at)
            return redirect("telephony:call", row.call_id)
        if form.is_valid():
            try:
                recordings.hold(recording_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at)
            except Refused as error:
                put_on(form, error)
            else:
                return redirect("telephony:call", row.call_id)
    context = {
        "row": row,
        "line": queries.line(row, request.user),
        "form": form,
        "may_hold": may(request.user, "telephony.hold_recording", row),
        "history": queries.holds(row),
    }
    return draw(request, "telephony/hold.html", context)
