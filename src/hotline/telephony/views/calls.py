"""Pages of calls: the list, one call with its story, listening to what was said."""

import re
from pathlib import Path
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, ordered, page_of, put_on, view
from hotline.core.templatetags.pieces import TimelineItem
from hotline.kernel.rules import Refused
from hotline.telephony.forms import CallFilter, ListenForm
from hotline.telephony.logic.words import (
    LEFT_LABELS,
    OFFER_LABELS,
    THIRD_LABELS,
    WATCHING_LABELS,
    Fact,
    Left,
    OfferEnd,
    ThirdEnd,
    Watching,
)
from hotline.telephony.models import Call, CallEvent, Recording, RecordingFate
from hotline.telephony.models.calls import ENDS
from hotline.telephony.queries import calls, files
from hotline.telephony.services import recordings
from hotline.telephony.views import looks

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
HEIGHT = 50  # of half a drawn wave
MOST_BYTES = 1_000_000  # of one range: a browser asks for the next


@view("telephony.view_list", methods=["GET"])
def call_list(request: Request) -> HttpResponse:
    """One page of the calls one may see."""
    person = request.user
    form = CallFilter(request.GET, person=person)
    page = page_of(request, ordered(request, calls.rows(person, form.chosen, request.at), calls.COLUMNS, calls.NEWEST))
    context = {
        "form": form,
        "page": page,
        "lines": [calls.line(row, person) for row in page.rows],
        "filtered": bool(form.chosen),
        "topic": f"calls:{person.centre_id}",
    }
    return draw(request, "telephony/calls.html", context, fragment="telephony/_calls.html")


@view("telephony.view_list", methods=["GET"])
def call(request: Request, pk: int) -> HttpResponse:
    """One call: what happened, why it went to whom, its recordings."""
    person = request.user
    row = _one(request, pk)
    recorded = list(row.recordings.all())
    context = {
        "row": row,
        "line": calls.line(row, person),
        "items": [_item(event) for event in calls.events_of(row, person)],
        "explained": calls.explained(row, person),
        "recordings": [(one, _wave(one), may(person, "telephony.listen", one)) for one in recorded],
        "listenings": calls.listenings(recorded),
        "may_hold": may(person, "telephony.view_recordings"),
        "topic": f"calls:{row.centre_id}",
    }
    return draw(request, "telephony/call.html", context, fragment="telephony/_call.html")


def _one(request: Request, pk: int) -> Call:
    try:
        return calls.one(request.user, pk)
    except Call.DoesNotExist:
        raise Http404 from None


def _item(event: CallEvent) -> TimelineItem:
    title, icon, tone = looks.FACTS[event.fact]
    return TimelineItem(
        event.at, title, actor=event.person.name if event.person else "", text=_how(event), icon=icon, tone=tone
    )


def _how(event: CallEvent) -> str:
    """How it went, in words: each kind of fact has its own, though some share a name."""
    how = event.data.get("how", "")
    if event.fact == Fact.THIRD_ENDED:
        return gettext(THIRD_LABELS[ThirdEnd(how)]) if how in set(ThirdEnd) else ""
    if event.fact == Fact.WATCH_BEGAN:
        return gettext(WATCHING_LABELS[Watching(how)]) if how in set(Watching) else ""
    if event.fact == Fact.CALL_ENDED and how in dict(ENDS):
        return str(dict(ENDS)[how])
    if how in set(OfferEnd):
        return gettext(OFFER_LABELS[OfferEnd(how)])
    return gettext(LEFT_LABELS[Left(how)]) if how in set(Left) else ""


def _wave(recording: Recording) -> list[tuple[int, int, int, int]]:
    """The wave as bars: place, loudness of the caller upwards, of the person downwards, and where that one begins."""
    return [(x, left * HEIGHT // 100, HEIGHT, right * HEIGHT // 100) for x, (left, right) in enumerate(recording.wave)]


@view("telephony.view_list")
def listen(request: Request, key: UUID) -> HttpResponse:
    """Say why, then hear it: the dialog turns into the player."""
    row = get_object_or_404(Recording.objects.visible_to(request.user).select_related("call", "person"), pk=key)
    form = ListenForm(request.POST or None)
    context = {"form": form, "row": row, "url": request.path, "back": reverse("telephony:call", args=[row.call_id])}
    if request.method == "POST" and form.is_valid():
        try:
            recordings.listen(recording_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            request.session["hears"] = [*request.session.get("hears", []), str(row.pk)][-50:]
            sound = reverse("telephony:sound", args=[row.pk])
            context |= {"wave": _wave(row), "sound": sound, "seconds": row.length_ms // 1000}
            return draw(request, "telephony/heard.html", context, fragment="telephony/_player.html")
    elif not may(request.user, "telephony.listen", row):
        return redirect("telephony:call", row.call_id)
    return draw(request, "telephony/heard.html", context, fragment="telephony/_listen.html")


@view("telephony.view_list", methods=["GET"])  # type: ignore[arg-type]  # a stream is an answer too
def sound(request: Request, key: UUID) -> HttpResponseBase:
    """The bytes, in ranges, to whoever has just said why he listens; 404 to everybody else."""
    row = get_object_or_404(Recording.objects.visible_to(request.user), pk=key, fate=RecordingFate.KEPT)
    path = files.file_of(row)
    if str(row.pk) not in request.session.get("hears", []) or not may(request.user, "telephony.listen", row):
        raise Http404
    if not path.is_file():
        raise Http404
    response = _part(path, request.headers.get("Range", ""))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _part(path: Path, asked: str) -> HttpResponseBase:
    """The whole file as a stream, or the bytes that were asked for: never more of it in memory than is sent."""
    size, found = path.stat().st_size, RANGE.fullmatch(asked.strip())
    said = {"Accept-Ranges": "bytes"}
    if found is None or not any(found.groups()):
        return FileResponse(path.open("rb"), content_type="audio/wav", headers=said)
    first = int(found[1]) if found[1] else max(size - int(found[2]), 0)
    last = min(int(found[2]), size - 1) if found[1] and found[2] else size - 1
    if first > last:
        return HttpResponse(status=416, headers=said | {"Content-Range": f"bytes */{size}"})
    last = min(last, first + MOST_BYTES - 1)
    said["Content-Range"] = f"bytes {first}-{last}/{size}"
    with path.open("rb") as source:
        source.seek(first)
        return HttpResponse(source.read(last - first + 1), status=206, content_type="audio/wav", headers=said)
