"""What I owe, one promise, and what is done with it."""

from collections.abc import Callable
from typing import Any

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, view
from hotline.core.templatetags.pieces import Tab
from hotline.customers.models import Customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.promises import forms, logic
from hotline.promises.logic import Channel, Kind
from hotline.promises.models import Promise
from hotline.promises.queries import ledger as lists
from hotline.promises.queries import questions, superiors
from hotline.promises.services import calls, ledger
from hotline.promises.views import dialog
from hotline.promises.views.looks import PROMISE_COMMANDS, Command
from hotline.promises.views.shown import commands_for, items, line, question_of

MINE, TEAM, QUESTIONS, DONE = "mine", "team", "questions", "done"
COMMANDS = {one.name: one for one in PROMISE_COMMANDS}
NEW = Command("new", gettext_noop("Promise a reply"), "message-2", "n", "promises.open", "primary")


@view("promises.view_list", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """What I owe by due time, what waits in my team, my difficult issues, what I settled."""
    person = request.user
    asked = request.GET.get("show", MINE)
    show = asked if asked in {MINE, TEAM, QUESTIONS, DONE} else MINE
    owed = [line(row, person) for row in lists.owed_by(person)[: lists.MOST]]
    waiting = [line(row, person) for row in lists.waiting_in(person.standing.units)[: lists.MOST]]
    context = {
        "show": show,
        "tabs": [
            Tab(gettext("I owe"), "?show=mine", show == MINE, len(owed)),
            Tab(gettext("Waiting in my team"), "?show=team", show == TEAM, len(waiting)),
            Tab(gettext("My difficult issues"), "?show=questions", show == QUESTIONS),
            Tab(gettext("Settled"), "?show=done", show == DONE),
        ],
        "lines": owed if show == MINE else waiting,
        "questions": questions.asked_by(person) if show == QUESTIONS else [],
        "page": page_of(request, lists.settled_by(person)) if show == DONE else None,
        "may_ask": may(person, "promises.ask_superior"),
        "topics": " ".join([f"promises:{person.pk}", *(f"promises:unit:{pk}" for pk in sorted(person.standing.units))]),
        "page_url": f"{reverse('promises:mine')}?show={show}",
    }
    return draw(request, "promises/mine.html", context, fragment="promises/_mine.html")


def _promise(request: Request, pk: int) -> Promise:
    return get_object_or_404(lists.shown(Promise.objects.visible_to(request.user)), pk=pk)


@view("promises.view_fragments", methods=["GET"])
def promise(request: Request, pk: int) -> HttpResponse:
    """One promise: what, for whom, until when, its chain, its history."""
    row = _promise(request, pk)
    chain = lists.chain_of(row)
    context = {
        "line": line(row, request.user),
        "row": row,
        "chain": chain if len(chain) > 1 else [],
        "items": items(lists.steps_of(row)),
        "question": question_of(row),
        "topics": f"promises:{row.owner_id or 0} promises:unit:{row.unit_id} ledger:{row.centre_id}",
    }
    return draw(request, "promises/promise.html", context, fragment="promises/_promise.html")


@view("promises.view_list")
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """A command on a promise: its dialog, then one call of its service."""
    row = _promise(request, pk)
    command = COMMANDS.get(act)
    if command is None:
        raise Http404(act)
    if request.method != "POST" and command not in commands_for(request.user, row):
        raise Http404(act)
    form, run = ACTS[act](request, row)
    back = reverse("promises:promise", args=[row.pk])
    return dialog.run(request, form, command, row.what[:60], back, run, promise=row)


Made = tuple[Form, Callable[[], object]]


def _data(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def _common(request: Request, row: Promise) -> dict[str, Any]:
    return {"promise_id": row.pk, "by": request.user, "at": request.at}


def _take(request: Request, row: Promise) -> Made:
    form = forms.Empty(_data(request))
    return form, lambda: ledger.take(**_common(request, row))


def _keep(request: Request, row: Promise) -> Made:
    form = forms.Keep(_data(request), auto_id="act_%s")

    def run() -> object:
        said = form.cleaned_data
        return ledger.keep(via=Channel(said["via"]), words=said["words"], **_common(request, row))

    return form, run


def _move(request: Request, row: Promise) -> Made:
    form = forms.Move(_data(request), auto_id="act_%s", initial={"by_clock": "work_hour", "amount": 2})
    return form, lambda: ledger.move_promise(due=form.due, note=form.cleaned_data["note"], **_common(request, row))


def _pass(request: Request, row: Promise) -> Made:
    form = forms.PassOn(_data(request), auto_id="act_%s")

    def run() -> object:
        to = Person.objects.filter(centre=request.user.centre_id, is_active=True, pk=form.cleaned_data["to"]).first()
        if to is None or not may(request.user, "promises.pass_on", row, to):
            raise Refused(Refusal("A2.16", gettext_noop("Choose a colleague at a desk."), {"field": "to"}))
        return ledger.pass_on(to=to, note=form.cleaned_data["note"], **_common(request, row))

    return form, run


def _mine(request: Request, row: Promise) -> Made:
    form = forms.Reason(_data(request), auto_id="act_%s")
    return form, lambda: ledger.pass_on(to=request.user, note=form.cleaned_data["note"], **_common(request, row))


def _dial(request: Request, row: Promise) -> Made:
    form = forms.Empty(_data(request))
    return form, lambda: calls.dial(**_common(request, row))


def _release(request: Request, row: Promise) -> Made:
    form = forms.Reason(_data(request), auto_id="act_%s")
    return form, lambda: ledger.release(note=form.cleaned_data["note"], **_common(request, row))


def _withdraw(request: Request, row: Promise) -> Made:
    form = forms.Reason(_data(request), auto_id="act_%s")
    return form, lambda: ledger.withdraw(note=form.cleaned_data["note"], **_common(request, row))


ACTS: dict[str, Callable[[Request, Promise], Made]] = {
    "take": _take,
    "keep": _keep,
    "move": _move,
    "pass": _pass,
    "mine": _mine,
    "dial": _dial,
    "release": _release,
    "withdraw": _withdraw,
}


@view("promises.open")
def new(request: Request) -> HttpResponse:
    """Promise a customer something: beside a case, for a customer, or by itself."""
    case, customer = about(request)
    usual = logic.TERMS.on(clock.local_day(request.at)).usual[Kind.REPLY]
    initial = {"kind": "reply", "by_clock": usual.unit.value, "amount": usual.amount, "via": "phone"}
    form = forms.NewPromise(_data(request), auto_id="act_%s", initial=initial)

    def run() -> object:
        said = form.cleaned_data
        person = request.user
        return ledger.open_promise(
            kind=Kind(said["kind"]),
            what=said["what"],
            due=form.due,
            via=Channel(said["via"]),
            holder=superiors.unit_of(person, request.at) if said["for_team"] else person,
            case=case,
            customer=customer,
            by=person,
            at=request.at,
        )

    title = case.number if case else ""
    return dialog.run(request, form, NEW, title, reverse("promises:mine"), run)


def about(request: Request) -> tuple[Case | None, Customer | None]:
    """The case or the customer that the address names, as far as the person may see them."""
    case, customer = None, None
    if (key := request.GET.get("case", "")).isdecimal():
        case = get_object_or_404(Case.objects.visible_to(request.user).select_related("customer"), pk=int(key))
    if (key := request.GET.get("customer", "")).isdecimal():
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=int(key))
    return case, customer
