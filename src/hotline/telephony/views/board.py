"""The live board, the big screen, and what a superior does from there (A2.3, A2.4)."""

from functools import lru_cache
from typing import Any

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django_htmx.http import trigger_client_event

from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.telephony.forms import BoardFilter, ForceForm, MessageForm
from hotline.telephony.logic.words import State, Watching
from hotline.telephony.models import Call
from hotline.telephony.queries import board as queries
from hotline.telephony.queries import desk, floor, supervision
from hotline.telephony.queries.calls import masked, queue_choices, reason_name, reason_names
from hotline.telephony.services import joining, supervising

MESSAGE, FORCE = "message", "force"
LINES_KEPT = 4096  # about a kilobyte each
STOP, TAKE_OVER = "stop", "take_over"


def _topics(person: Person) -> str:
    return f"calls:{person.centre_id},phones:{person.centre_id}"


def tabs(request: Request, active: str) -> list[Tab]:
    """The views of the telephones' floor, as far as the reader may open them."""
    found = []
    for name, label, permission in (
        ("board", gettext("Live board"), "telephony.view_states"),
        ("queues", gettext("Queues"), "telephony.view_queues"),
        ("states", gettext("People"), "telephony.view_states"),
        ("reports", gettext("Call reports"), "telephony.view_reports"),
        ("phones", gettext("Telephones"), "telephony.view_phones"),
        ("recordings", gettext("Recordings"), "telephony.view_recordings"),
        ("numbers", gettext("Dialled numbers"), "telephony.set_queue"),
        ("reasons", gettext("Reasons of taking no calls"), "telephony.set_queue"),
        ("menus", gettext("Menus"), "telephony.view_queues"),
        ("checks", gettext("Line checks"), "telephony.view_queues"),
        ("watched", gettext("Supervision"), "telephony.view_list"),
    ):
        if may(request.user, permission):
            found.append(Tab(label, reverse(f"telephony:{name}"), active == name))
    return found


@view("telephony.view_states", methods=["GET"])
def board(request: Request) -> HttpResponse:
    """A2.4: who waits, how today goes, who does what, by queue and team; at most a second old."""
    person = request.user
    form = BoardFilter(request.GET, queues=queue_choices(person), teams=queries.unit_choices(person, request.at))
    shown = queries.board(person, request.at, **form.chosen)
    context = {
        "form": form,
        "board": shown,
        "lines": [_line(row, get_language() or "") for row in shown.rows],
        "tabs": tabs(request, "board"),
        "topic": _topics(person),
    }
    return draw(request, "telephony/board.html", context, fragment="telephony/_board.html")


@lru_cache(maxsize=LINES_KEPT)
def _line(row: queries.Row, language: str) -> SafeString:  # noqa: ARG001 what is kept is kept by language
    """One person's line as it is drawn: of two hundred a few change between two looks; the browser sets the timers."""
    return mark_safe(render_to_string("telephony/_board_row.html", {"row": row}))  # noqa: S308 our own template


@view("telephony.view_queues", methods=["GET"])
def wallboard(request: Request) -> HttpResponse:
    """A2.4: the big screen of the room: figures without names, readable from ten metres."""
    whole, queues, engine = queries.wall(request.user, request.at)
    context = {"whole": whole, "queues": queues, "engine": engine, "topic": _topics(request.user)}
    return draw(request, "telephony/wallboard.html", context, fragment="telephony/_wallboard.html")


@view("telephony.view_states")
def person(request: Request, pk: int) -> HttpResponse:
    """A2.3: one person at his telephone, now and today; a message, or another state."""
    other = get_object_or_404(Person.objects.visible_to(request.user).filter(is_system=False), pk=pk)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    message = MessageForm(request.POST if act == MESSAGE else None)
    force = ForceForm(request.POST if act == FORCE else None)
    status = 200
    if act:
        done = _done(request, other, act, message, force)
        if done is not None:
            return done
        status = 422
    context = _about(request, other) | {"message": message, "force": force}
    response = draw(request, "telephony/person.html", context, fragment="telephony/_person.html")
    response.status_code = status
    return response


@view("telephony.view_states", methods=["POST"])
def watch(request: Request, pk: int) -> HttpResponse:
    """A2.3: listen, whisper, join, take over, stop; the dialog shows what it is now."""
    other = get_object_or_404(Person.objects.visible_to(request.user).filter(is_system=False), pk=pk)
    how = request.POST.get("how", "")
    if how == STOP:
        joining.stop(by=request.user, at=request.at)
    elif how == TAKE_OVER:
        joining.take_over(person=other, by=request.user, at=request.at)
    elif how in set(Watching):
        joining.watch(person=other, how=Watching(how), by=request.user, at=request.at)
    else:
        return HttpResponseBadRequest()
    if not request.htmx:
        return redirect("telephony:person", other.pk)
    response = HttpResponse(status=204)
    trigger_client_event(response, "close-dialog", {})
    return response


def _done(request: Request, other: Person, act: str, message: MessageForm, force: ForceForm) -> HttpResponse | None:
    """The answer to what was asked, or None when something of it was refused."""
    form: MessageForm | ForceForm = message if act == MESSAGE else force
    if not form.is_valid():
        return None
    said = form.cleaned_data
    try:
        if act == MESSAGE:
            supervising.send_message(person=other, text=said["text"], by=request.user, at=request.at)
        else:
            to = State(said["to"])
            supervising.force_state(person=other, to=to, why=said["why"], by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return None
    if not request.htmx:
        return redirect("telephony:board")
    told = gettext("{name} was told").format(name=other.name)
    response = HttpResponse(status=204)
    trigger_client_event(response, "close-dialog", {})
    trigger_client_event(response, "toast", {"value": told, "tone": "green"})
    return response


def _about(request: Request, other: Person) -> dict[str, Any]:
    state = floor.state_of(other)
    call = Call.objects.filter(centre=other.centre_id, ref=state.call_ref).first() if state and state.call_ref else None
    seen = call is not None and may(request.user, "telephony.view_call", call)
    return {
        "other": other,
        "state": state,
        "since": state.span.lower if state else None,
        "reason": reason_name(state.reason, reason_names(other.centre_id)) if state and state.reason else "",
        "call": call if seen else None,
        "number": masked(call.number) if call else "",
        "figures": supervision.figures_of(other, request.at),
        "may_act": may(request.user, "telephony.supervise", other),
        "talks": state is not None and state.state == State.TALKING,
        "own": desk.desk(request.user, request.at),
        "acts": [
            supervision.said(row) for row in supervision.rows(request.user).filter(person=other).order_by("-pk")[:5]
        ],
        "url": request.path,
        "tabs": tabs(request, "board"),
    }


@view("telephony.view_list", methods=["GET"])
def watched(request: Request) -> HttpResponse:
    """What was done to people at telephones: one's own for everybody, a team's or the centre's for those who lead."""
    rows = supervision.rows(request.user).order_by("-at", "-pk")
    page = page_of(request, rows)
    context = {
        "page": page,
        "lines": [supervision.said(row) for row in page.rows],
        "tabs": tabs(request, "watched"),
        "topic": f"phones:{request.user.centre_id}",
    }
    return draw(request, "telephony/watched.html", context, fragment="telephony/_watched.html")
