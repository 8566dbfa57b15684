"""Pages of menus: the list, one menu as a tree that is worked on and published, one step."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext

from hotline.core.access import authorize, may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.telephony.forms import MenuForm, MenuUseForm, NewStepForm, PublishForm, StepForm
from hotline.telephony.logic import menus as logic
from hotline.telephony.logic.menus import STEP_LABELS, StepKind
from hotline.telephony.models import Menu
from hotline.telephony.queries import menus as queries
from hotline.telephony.queries.calls import queue_choices
from hotline.telephony.services import menus
from hotline.telephony.views.board import tabs

SETS = "telephony.set_queue"


@view("telephony.view_queues")
def menu_list(request: Request) -> HttpResponse:
    """Every menu, whether callers hear it; a new one."""
    form = MenuForm(request.POST or None)
    if request.method == "POST":
        authorize(request.user, SETS, request.user.centre)
        if form.is_valid():
            try:
                name = form.cleaned_data["name"]
                menu = menus.make_menu(centre=request.user.centre, name=name, by=request.user, at=request.at)
            except Refused as error:
                put_on(form, error)
            else:
                return redirect("telephony:menu", menu.pk)
    context = {
        "menus": queries.menus(request.user, request.at),
        "form": form,
        "may_set": may(request.user, SETS),
        "tabs": tabs(request, "menus"),
    }
    return draw(request, "telephony/menus.html", context)


@view("telephony.view_queues")
def menu(request: Request, pk: int) -> HttpResponse:
    """One menu: its tree with what is wrong in it, its versions, its use."""
    row = _whole(request, pk)
    posted = request.POST if request.method == "POST" else None
    act = posted.get("act", "") if posted is not None else ""
    use = MenuUseForm(
        posted if act == "use" else None,
        lines=[(number, _line(number, other)) for number, other in row.lines],
        initial={
            "is_on": row.row.is_on,
            "lines": list(row.row.lines.values_list("dialled", flat=True)),
        },
    )
    step = NewStepForm(posted if act == "add" else None)
    publish = PublishForm(posted if act == "publish" else None)
    if posted is not None:
        authorize(request.user, SETS, request.user.centre)
        done = _done(request, row, act, use, step, publish)
        if done is not None:
            return done
    context = {
        "whole": row,
        "use": use,
        "step_form": step,
        "publish": publish,
        "may_set": may(request.user, SETS),
        "labels": {kind.value: gettext(STEP_LABELS[kind]) for kind in StepKind},
    }
    return draw(request, "telephony/menu.html", context)


def _line(number: str, other: str) -> str:
    return gettext("{number} (now in “{menu}”)").format(number=number, menu=other) if other else number


def _whole(request: Request, pk: int) -> queries.Whole:
    try:
        return queries.whole(request.user, pk, request.at)
    except Menu.DoesNotExist:
        raise Http404 from None


def _done(
    request: Request, row: queries.Whole, act: str, use: MenuUseForm, step: NewStepForm, publish: PublishForm
) -> HttpResponse | None:
    """The answer to what was asked, or None when something of it was refused and the page says so."""
    asked: dict[str, Any] = {"menu_id": row.row.pk, "by": request.user, "at": request.at}
    form: MenuUseForm | NewStepForm | PublishForm | None = {"use": use, "add": step, "publish": publish}.get(act)  # type: ignore[assignment]
    if form is not None and not form.is_valid():
        return None
    try:
        match act:
            case "use":
                menus.switch(on=use.cleaned_data["is_on"], lines=use.cleaned_data["lines"], **asked)
            case "add":
                kind = StepKind(step.cleaned_data["kind"])
                key = menus.add_step(kind=kind, name=step.cleaned_data["name"], **asked)
                return redirect("telephony:menu_step", row.row.pk, key)
            case "publish":
                menus.publish(effective_from=publish.cleaned_data["effective_from"], **asked)
            case "start":
                menus.set_start(key=request.POST.get("key", ""), **asked)
            case "draft":
                menus.open_draft(**asked)
            case "withdraw":
                _withdraw(request, row)
            case _:
                return HttpResponseBadRequest()
    except Refused as error:
        if form is None:
            raise
        put_on(form, error)
        return None
    return redirect("telephony:menu", row.row.pk)


def _withdraw(request: Request, row: queries.Whole) -> None:
    version = next((one for one in row.versions if str(one.pk) == request.POST.get("version")), None)
    if version is None:
        raise Http404
    menus.withdraw(version_id=version.pk, by=request.user, at=request.at)


@view(SETS)
def menu_step(request: Request, pk: int, key: str) -> HttpResponse:
    """One step of the draft: what it says, where each key leads."""
    row = _whole(request, pk)
    tree = logic.read(row.version.tree)
    step = tree.steps.get(key)
    if step is None or not row.has_draft:
        raise Http404
    asked: dict[str, Any] = {"menu_id": row.row.pk, "key": key, "by": request.user, "at": request.at}
    if request.method == "POST" and request.POST.get("act") == "drop":
        menus.drop_step(**asked)
        return redirect("telephony:menu", row.row.pk)
    form = StepForm(request.POST or None, step=step, tree=tree, queues=queue_choices(request.user))
    if request.method == "POST" and form.is_valid():
        menus.change_step(values=form.values, **asked)
        return redirect("telephony:menu", row.row.pk)
    wrong = logic.problems(tree, queries.active_queues(row.row.centre_id))
    context = {
        "whole": row,
        "step": step,
        "label": gettext(STEP_LABELS[step.kind]),
        "form": form,
        "problems": [queries.said(one) for one in wrong if one.step == key],
        "is_start": tree.start == key,
    }
    return draw(request, "telephony/menu_step.html", context)
