"""A person at his campaigns: the next one, dialled, what came of it; by keys alone."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.core.templatetags import formats
from hotline.customers.logic import written
from hotline.kernel.rules import Refused
from hotline.outbound.forms.campaigns import ReasonForm
from hotline.outbound.forms.work import AfterForm, AnswerForm
from hotline.outbound.logic import scripts
from hotline.outbound.logic.words import Dialled, Outcome, Standing, Status
from hotline.outbound.models import Attempt, Campaign, Disposition, Record, Script
from hotline.outbound.queries import line, work
from hotline.outbound.services import dialling
from hotline.outbound.services import work as services
from hotline.outbound.views import shown
from hotline.outbound.views.looks import TONES


@view("outbound.open_work", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """The campaigns in which one works: progress, one's own goal, what one promised, and the next call by a key."""
    held = work.in_hand(request.user)
    last = request.GET.get("last", "")
    found = work.mine(request.user, request.at)
    running = [one for one in found if one.campaign.code is Status.RUNNING]
    first = next((one.campaign.pk for one in running if str(one.campaign.pk) == last), None)
    context = {
        "held": held,
        "lines": [(one, shown.closed_note(one.campaign, one.closed, request)) for one in found],
        "first": first or (running[0].campaign.pk if running else None),
        "appointments": work.appointments(request.user),
        "on_line": line.stint_of(request.user),
        "topics": f"campaign_calls:{request.user.pk} " + " ".join(f"campaign:{one.campaign.pk}" for one in found),
    }
    return draw(request, "outbound/mine.html", context, fragment="outbound/_mine.html")


@view("outbound.open_work", methods=["POST"])
def take_next(request: Request, pk: int) -> HttpResponse:
    """The next person of a campaign, or whoever is in hand."""
    row = shown.campaign_of(request, pk)
    try:
        found = services.take_next(campaign_id=row.pk, by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
        return shown.back_to("mine")
    if found is not None:
        return shown.back_to("record", found.pk)
    messages.info(request, _nobody(row, request))
    return shown.back_to("mine")


def _nobody(row: Campaign, request: Request) -> str:
    due = work.next_due(row, request.user, request.at)
    if due is None:
        return gettext("Everybody on the lists of “%(name)s” has been called.") % {"name": row.name}
    when = formats.moment(due, request.at)
    return gettext("Nobody of “%(name)s” is to be called now; the next one is due %(when)s.") % {
        "name": row.name, "when": when,
    }  # fmt: skip


@view("outbound.view_progress", methods=["GET"])
def record(request: Request, pk: int) -> HttpResponse:
    """Somebody on a list: whoever has him in hand works here, everybody else looks."""
    row = _record(request, pk)
    return render(request, "outbound/record.html", _page(request, row))


def _record(request: Request, pk: int) -> Record:
    names = ("campaign", "taken_by", "promised_to", "last", "promise")
    return get_object_or_404(Record.objects.visible_to(request.user).select_related(*names), pk=pk)


def _page(request: Request, row: Record, data: QueryDict | None = None, **more: Any) -> dict[str, Any]:
    held = row.status == Standing.TAKEN and row.taken_by_id == request.user.pk
    attempt = work.open_attempt(row) if held else None
    context: dict[str, Any] = {
        "record": row,
        "campaign": row.campaign,
        "held": held,
        "attempt": attempt,
        "number": written(row.e164) if attempt is not None and attempt.how == Dialled.HAND else "",
        "facts": [(column, row.data.get(column, "")) for column in row.campaign.columns if row.data.get(column)],
        "attempts": work.attempts_of(row),
        "may_reveal": may(request.user, "outbound.reveal", row) and attempt is None,
        "topics": f"campaign_calls:{request.user.pk}",
        **more,
    }
    before = work.answered_before(row)
    if not held:
        return {**context, "answers": _answers(before.script, before.values) if before else [], "answered": before}
    script = _script(row, data)
    endings = work.dispositions(row.campaign)
    context |= {"script": script, "endings": [(one, _tone(one)) for one in endings]}
    if attempt is not None:
        context |= _call(attempt, endings, request)
    context.setdefault(
        "form", AnswerForm(None, fields=script.form if script else (), before=before.values if before else {})
    )
    context.setdefault("after", AfterForm(initial={"script": script.pk if script else None}))
    context["is_due"] = row.appointment_at is not None
    return context


def _call(attempt: Attempt, endings: list[Disposition], request: Request) -> dict[str, Any]:
    """How the exchange's call stands, and which ending it amounts to; of one by hand nothing is known."""
    end = line.line_of(attempt, request.at)
    return {"end": end, "proposed": line.proposed(end, endings) if end else None}


def _script(row: Record, data: QueryDict | None) -> Script | None:
    """The version that was on the page, or the newest."""
    asked = data.get("script", "") if data is not None else ""
    if asked and asked.isascii() and asked.isdigit():
        return Script.objects.filter(campaign=row.campaign_id, pk=int(asked)).first()
    return work.script_of(row.campaign)


def _tone(one: Disposition) -> str:
    return TONES.get(Outcome(one.outcome), "")


def _answers(script: Script, values: dict[str, Any]) -> list[tuple[str, str]]:
    found = []
    for one in script.form:
        if one.key in values:
            answer = values[one.key]
            text = scripts.shown(answer)
            found.append((one.label, gettext(text) if isinstance(answer, bool) else text))
    return found


@view("outbound.open_work", methods=["GET"])
def call(request: Request, pk: int) -> HttpResponse:
    """How the exchange's call to somebody in hand stands; the page fetches it while one talks."""
    row = _record(request, pk)
    attempt = work.open_attempt(row)
    if attempt is None or attempt.by_id != request.user.pk or not attempt.call_ref or not request.htmx:
        return shown.back_to("record", row.pk)
    context = {"record": row, **_call(attempt, work.dispositions(row.campaign), request)}
    return render(request, "outbound/_call.html", context)


@view("outbound.open_work", methods=["POST"])
def dial(request: Request, pk: int) -> HttpResponse:
    """Begin the call."""
    row = _record(request, pk)
    try:
        dialling.dial(record_id=row.pk, by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
    return shown.back_to("record", row.pk)


@view("outbound.open_work", methods=["POST"])
def give_back(request: Request, pk: int) -> HttpResponse:
    """Put somebody back without having called."""
    row = _record(request, pk)
    try:
        services.give_back(record_id=row.pk, by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
        return shown.back_to("record", row.pk)
    messages.success(request, gettext("Put back; nobody was called."))
    return shown.back_to("mine")


@view("outbound.open_work", methods=["POST"])
def settle(request: Request, pk: int) -> HttpResponse:
    """What came of the call; what was typed stays when something is missing."""
    row = _record(request, pk)
    script = _script(row, request.POST)
    form = AnswerForm(request.POST, fields=script.form if script else (), before={})
    after = AfterForm(request.POST)
    if form.is_valid() and after.is_valid():
        try:
            services.settle(record_id=row.pk, said=_said(request, after), by=request.user, at=request.at)
        except Refused as error:
            _put(form, after, error)
        else:
            if line.stint_of(request.user) is not None:
                messages.success(request, gettext("Kept."))
                return shown.back_to("line")
            messages.success(request, gettext("Kept. N takes the next one."))
            response = shown.back_to("mine")
            response.headers["Location"] += f"?last={row.campaign_id}"
            return response
    return render(request, "outbound/record.html", _page(request, row, request.POST, form=form, after=after))


def _said(request: Request, after: AfterForm) -> services.Said:
    said = after.cleaned_data
    return services.Said(
        disposition=said["disposition"] or 0,
        script=said["script"],
        typed={key: request.POST.getlist(key) for key in request.POST},
        note=said["note"],
        appointment=said["appointment"],
        is_own=not said["for_all"],
    )


def _put(form: AnswerForm, after: AfterForm, error: Refused) -> None:
    """Each refusal at its question, or below at the end of the call."""
    for refusal in error.refusals:
        put_on(form if str(refusal.params.get("field", "")) in form.fields else after, Refused(refusal))


@view("outbound.view_progress")
def reveal(request: Request, pk: int) -> HttpResponse:
    """The dialog that asks why, and then shows the number; each look is logged."""
    row = _record(request, pk)
    form = ReasonForm(request.POST or None)
    context: dict[str, Any] = {"record": row, "form": form, "value": None}
    if request.method == "POST" and form.is_valid():
        try:
            context["value"] = services.reveal(
                record_id=row.pk, reason=form.cleaned_data["reason"], by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
    return draw(request, "outbound/reveal.html", context, fragment="outbound/_reveal.html")
