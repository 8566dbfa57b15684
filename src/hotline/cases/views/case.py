"""The page of a case: its facts, what may be done with it, who held it how long, and all that happened."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django_htmx.http import HttpResponseClientRedirect

from hotline.cases.forms.case import Act, Facts, limit_text
from hotline.cases.logic.flow import ACTION_LABELS, ENDED, Action, actions_from
from hotline.cases.models import Attachment, Case, CaseEvent, Holding
from hotline.cases.queries import case as queries
from hotline.cases.queries import custody
from hotline.cases.queries.files import files_of, is_picture
from hotline.cases.services import desk as services
from hotline.cases.views import acts
from hotline.cases.views.looks import COMMANDS, EVENT_ICONS
from hotline.core.access import NotAllowed, may
from hotline.core.pages import SIGNED_IN, Request, draw, view
from hotline.core.templatetags.pieces import FileLink, Held, TimelineItem
from hotline.customers.queries import Card, card
from hotline.kernel.rules import Refused

SHOWN = (
    "category",
    "condition__department",
    "customer",
    "department",
    "district",
    "grid",
    "operator",
    "first_owner",
    "reporter",
    "centre",
)
CLAUSES: dict[str, str] = {
    Action.REGISTER: "B3.1",
    Action.ASK_VERIFY: "B3.2",
    Action.VERIFIED: "B3.2",
    Action.REJECT: "B3.3",
    Action.NOT_ACCEPT: "B3.3",
    Action.TO_FILING_GATE: "B2.4",
    Action.FILE: "B2.4",
    Action.GATE_RETURN: "B2.4",
    Action.ASK_CHECK: "B3.4",
    Action.CHECKED: "B3.4",
    Action.REWORK: "B3.5",
    Action.TO_CLOSING_GATE: "B2.4",
    Action.CLOSE: "B2.4",
}
# Facts and files have dialogs of their own.
OWN_DIALOGS = (Action.AMEND, Action.ATTACH)


def fetch(request: Request, number: str) -> Case:
    """The case, or 404 to whoever may not see it."""
    rows = Case.objects.visible_to(request.user).select_related(*SHOWN)
    return get_object_or_404(rows, number=number)


@view(SIGNED_IN, methods=["GET"])
def case(request: Request, number: str) -> HttpResponse:
    """The whole page, or its living part when the case moved."""
    return draw(request, "cases/case.html", _context(request, fetch(request, number)), fragment="cases/_case.html")


def _context(request: Request, row: Case) -> dict[str, Any]:
    holdings = custody.timeline(row)
    held = queries.custody_of(holdings, row, request.at)
    bars = [_bar(one) for one in held.rows]
    return {
        "case": row,
        "holding": next((one for one in holdings if one.span.upper is None), None),
        "ended": row.code in ENDED,
        "limit": limit_text(row.condition) if row.condition else "",
        "buttons": acts.buttons(request.user, row, "cases:act"),
        "own": _own_buttons(request, row),
        "custody": held,
        "bars": bars,
        "custody_rows": list(zip(bars, held.rows, strict=True)),
        "items": _items(request, row, holdings),
        "tasks": queries.tasks(row),
        "caller": _caller(request, row),
        "at_desk": may(request.user, "cases.open_desk")
        and row.holding is not None
        and row.holding.person_id == request.user.pk,
    }


def _caller(request: Request, row: Case) -> Card | None:
    """Who called, behind the mask, for those who serve customers; a case under secrecy names nobody."""
    if row.customer is None or row.is_secret or not may(request.user, "customers.view_customer", row.customer):
        return None
    return card(row.customer, request.user)


def _own_buttons(request: Request, row: Case) -> list[acts.Button]:
    return [
        acts.Button(action, COMMANDS[action], reverse("cases:act", args=[row.number, action.value]), is_plain=False)
        for action in OWN_DIALOGS
        if row.code not in ENDED and may(request.user, f"cases.{action.value}", row)
    ]


def _bar(one: custody.Charged) -> Held:
    row = one.holding
    tone = "red" if one.is_over else "blue" if row.person_id else "purple" if row.unit_id else "neutral"
    note = gettext("time waived") if one.is_waived else gettext("over the limit") if one.is_over else ""
    return Held(
        who=gettext(queries.holder_name(row)),
        stage=row.get_stage_display(),
        start=row.span.lower,
        end=row.span.upper,
        tone=tone,
        note=note,
    )


def _items(request: Request, row: Case, holdings: list[Holding]) -> list[TimelineItem]:
    """All that happened, the newest first, each with the time since what came before."""
    files = queries.files_by_event(list(files_of(row, request.user)))
    began = {holding.began_seq: holding for holding in holdings}
    items: list[TimelineItem] = []
    before: CaseEvent | None = None
    for event in queries.history(row):
        icon, tone = EVENT_ICONS[Action(event.action)]
        items.append(
            TimelineItem(
                at=event.at,
                title=gettext(ACTION_LABELS[Action(event.action)]),
                actor=event.actor.name,
                text=_said(event, began.get(event.seq)),
                icon=icon,
                tone=tone,
                clause=CLAUSES.get(event.action, ""),
                took=event.at - before.at if before else None,
                files=tuple(_link(file) for file in files.get(event.seq, ())),
            )
        )
        before = event
    return items[::-1]


def _said(event: CaseEvent, holding: Holding | None) -> str:
    """The words of an event: what was written, which facts changed, into whose hands the case went."""
    lines = [event.note] if event.note and event.action != Action.ATTACH else []
    labels = {name: str(field.label) for name, field in Facts.base_fields.items()}
    changed = [labels.get(name, name) for name in queries.amended(event)]
    if changed:
        lines.append(gettext("Changed: {fields}").format(fields=gettext(", ").join(changed)))
    if holding is not None and holding.person_id != event.actor_id:
        lines.append(gettext("Now with: {holder}").format(holder=gettext(queries.holder_name(holding))))
    return "\n".join(lines)


def _link(file: Attachment) -> FileLink:
    preview = reverse("cases:preview", args=[file.pk]) if is_picture(file) else ""
    return FileLink(f"{file.get_kind_display()} · {file.name}", reverse("cases:file", args=[file.pk]), preview)


@view(SIGNED_IN)
def act(request: Request, number: str, action: str) -> HttpResponse:
    """An action from the case page: its dialog, then one call of its service."""
    row = fetch(request, number)
    if action == Action.AMEND:
        return _amend(request, row)
    if action == Action.ATTACH:
        return _attach(request, row)
    wanted = acts.action_of(action)
    if request.method != "POST":
        _offered(request, row, wanted)
        return act_dialog(request, row, acts.ask(request, wanted, row, posted=False), wanted)
    form = acts.ask(request, wanted, row, posted=True)
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            acts.perform(wanted, form, case=row, version=version, by=request.user, at=request.at)
        except Refused as error:
            if not form.visible_fields():
                raise  # a plain button has no form to show it in
            acts.show_refusals(error, form)
        else:
            return _done(request, row, wanted)
    return act_dialog(request, row, form, wanted, status=422)


def _offered(request: Request, row: Case, action: Action) -> None:
    """A dialog opens for whoever may do what it asks; an action that is over is gone (404)."""
    buttons = [*acts.buttons(request.user, row, "cases:act"), *_own_buttons(request, row)]
    if action not in {button.action for button in buttons}:
        if row.code in ENDED or action not in actions_from(row.code):
            raise Http404(action)
        raise NotAllowed(f"cases.{action}")


def _done(request: Request, row: Case, action: Action) -> HttpResponse:
    """Back to the case, or to the list when it is no longer to be seen."""
    messages.success(request, f"{row.number}: {gettext(ACTION_LABELS[action])}")
    seen = Case.objects.visible_to(request.user).filter(pk=row.pk).exists()
    where = reverse("cases:case", args=[row.number]) if seen else reverse("home")
    return HttpResponseClientRedirect(where) if request.htmx else redirect(where)


def act_dialog(request: Request, row: Case, form: Act, action: Action, *, status: int = 200) -> HttpResponse:
    """The dialog of an action: what it asks, and the button."""
    at_desk = "desk" in request.GET or bool(request.POST.get("in_dialog"))
    route = "cases:desk_step" if at_desk else "cases:act"
    context = {
        "case": row,
        "form": form,
        "command": COMMANDS[action],
        "action": action,
        "url": reverse(route, args=[row.number, action.value]),
        "at_desk": at_desk,
    }
    return _dialog(request, "cases/_case_act.html", context, status)


def _dialog(request: Request, fragment: str, context: dict[str, Any], status: int) -> HttpResponse:
    if request.htmx:
        return render(request, fragment, context, status=status)
    return render(request, "cases/case_act.html", {**context, "fragment": fragment}, status=status)


def _amend(request: Request, row: Case) -> HttpResponse:
    """Change the facts; only what was changed is sent on."""
    whose: dict[str, Any] = {"person": request.user, "picker_url": reverse("cases:pick_category"), "auto_id": "act_%s"}
    form = Facts(request.POST if request.method == "POST" else None, case=row, **whose)
    if request.method != "POST":
        _offered(request, row, Action.AMEND)
    elif form.is_valid():
        try:
            version = acts.version_of(request)
            services.amend(case_id=row.pk, version=version, changes=form.changes, by=request.user, at=request.at)
        except Refused as error:
            acts.show_refusals(error, form)
        else:
            return _done(request, row, Action.AMEND)
    context = {"case": row, "form": form, "command": COMMANDS[Action.AMEND], "url": request.path}
    return _dialog(request, "cases/_case_amend.html", context, 422 if form.is_bound else 200)


def _attach(request: Request, row: Case) -> HttpResponse:
    """Add files; the same file twice is kept once."""
    if request.method != "POST":
        _offered(request, row, Action.ATTACH)
        context = {"case": row, "kinds": acts.FILE_KINDS, "command": COMMANDS[Action.ATTACH], "url": request.path}
        return _dialog(request, "cases/_case_attach.html", context, 200)
    with transaction.atomic():
        acts.keep_files(request, row)
    return _done(request, row, Action.ATTACH)
