"""Difficult issues: the form, the superior's inbox, one issue with what is said and done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.customers.models import Customer
from hotline.customers.queries import shown_name
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.promises import forms, logic
from hotline.promises.models import Question, QuestionStatus
from hotline.promises.queries import ledger as lists
from hotline.promises.queries import questions as queries
from hotline.promises.queries import superiors
from hotline.promises.services import questions
from hotline.promises.views import dialog
from hotline.promises.views.looks import QUESTION_COMMANDS, Command
from hotline.promises.views.promise import about
from hotline.promises.views.shown import question_items

MINE, OTHERS, ANSWERED = "mine", "others", "answered"
COMMANDS = {one.name: one for one in QUESTION_COMMANDS}


@view("promises.view_inbox", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """The escalation inbox (A2.5): what lies before me by due time, what lies before others, what was answered."""
    person = request.user
    asked = request.GET.get("show", MINE)
    show = asked if asked in {MINE, OTHERS, ANSWERED} else MINE
    own, others = queries.inbox(person), queries.others(person)
    page = page_of(request, queries.answered(person)) if show == ANSWERED else None
    context = {
        "show": show,
        "tabs": [
            Tab(gettext("Before me"), "?show=mine", show == MINE, len(own)),
            Tab(gettext("Before others"), "?show=others", show == OTHERS, len(others)),
            Tab(gettext("Answered"), "?show=answered", show == ANSWERED),
        ],
        "rows": page.rows if page else own if show == MINE else others,
        "page": page,
        "topics": f"inbox:{person.pk} ledger:{person.centre_id}",
        "page_url": f"{reverse('promises:inbox')}?show={show}",
    }
    return draw(request, "promises/inbox.html", context, fragment="promises/_inbox.html")


@view("promises.ask_superior")
def new(request: Request) -> HttpResponse:
    """The difficult-issue form (疑难反馈单): time of call, content, contact and promised time are all required."""
    case, customer = about(request)
    form = forms.AskSuperior(
        request.POST if request.method == "POST" else None, initial=_initial(request, case, customer)
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = questions.ask_superior(
                **form.cleaned_data, case=case, customer=customer, by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            text = gettext("{name} has it now. The customer's reply stands in your list.")
            messages.success(request, text.format(name=made.superior.name))
            return redirect("promises:question", made.pk)
    unit = superiors.unit_of(request.user, request.at)
    above = superiors.above(unit=unit, person=request.user, at=request.at)
    context = {"form": form, "case": case, "customer": customer, "goes_to": above[0].person if above else None}
    return draw(request, "promises/question_new.html", context)


def _initial(request: Request, case: Case | None, customer: Customer | None) -> dict[str, Any]:
    usual = logic.TERMS.on(clock.local_day(request.at)).usual[logic.Kind.REPLY]
    who = customer or (case.customer if case else None)
    secret = case is not None and case.is_secret
    return {
        "call_at": clock.local(case.arrived_at if case else request.at).replace(tzinfo=None),
        "promised_at": clock.local(lists.due_moment(usual, request.at)).replace(tzinfo=None),
        "contact": "" if who is None or secret else shown_name(who, request.user),
    }


def _question(request: Request, pk: int) -> Question:
    return get_object_or_404(queries.shown(Question.objects.visible_to(request.user)), pk=pk)


@view("promises.view_list", methods=["GET"])
def question(request: Request, pk: int) -> HttpResponse:
    """One difficult issue: the form, the answer, the promise to the customer, all that was said."""
    row = _question(request, pk)
    secret = row.case is not None and row.case.is_secret
    context = {
        "row": row,
        "who": gettext("Kept secret") if secret else shown_name(row.customer, request.user),
        "promise": queries.current_promise(row),
        "commands": _commands(request.user, row),
        "items": question_items(list(row.steps.select_related("by", "to").order_by("-pk"))),
        "general": queries.general(row),
        "topics": f"question:{row.pk} promises:{row.asked_by_id}",
    }
    return draw(request, "promises/question.html", context, fragment="promises/_question.html")


def _commands(person: Person, row: Question) -> tuple[Command, ...]:
    answered = row.status == QuestionStatus.ANSWERED
    found = []
    for command in QUESTION_COMMANDS:
        match command.name:
            case "generalise":
                fits = answered and queries.general(row) is None
            case "take_over":
                fits = row.status in {QuestionStatus.ASKED, QuestionStatus.ASKED_BACK}
            case "ask_back" | "pass_up":
                fits = row.status == QuestionStatus.ASKED
            case _:
                fits = not answered
        if fits and may(person, command.permission, row):
            found.append(command)
    return tuple(found)


Made = tuple[Form, Callable[[], object]]


@view("promises.view_list")
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """A command on a difficult issue: its dialog, then one call of its service."""
    row = _question(request, pk)
    command = COMMANDS.get(act)
    if command is None or (request.method != "POST" and command not in _commands(request.user, row)):
        raise Http404(act)
    form, run = _generalise(request, row) if act == "generalise" else _say(request, row, act)
    back = reverse("promises:question", args=[row.pk])
    return dialog.run(request, form, command, row.content[:60], back, run)


def _say(request: Request, row: Question, act: str) -> Made:
    labels = {
        "answer": gettext("The answer; it goes back to whoever asked"),
        "ask_back": gettext("What do you need to know?"),
        "pass_up": gettext("Why it must be decided above you"),
        "take_over": gettext("How you will settle it; you reply to the customer yourself"),
        "say_more": gettext("What is to be added"),
    }
    services: dict[str, Callable[..., object]] = {
        "answer": questions.answer,
        "ask_back": questions.ask_back,
        "pass_up": questions.pass_up,
        "take_over": questions.take_over,
        "say_more": questions.say_more,
    }
    form = forms.Say(request.POST if request.method == "POST" else None, label=labels[act], auto_id="act_%s")

    def run() -> object:
        return services[act](question_id=row.pk, text=form.cleaned_data["text"], by=request.user, at=request.at)

    return form, run


def _generalise(request: Request, row: Question) -> Made:
    initial = {"title": row.content[:120], "text": row.answer, "category": row.category_id}
    form = forms.Generalise(
        request.POST if request.method == "POST" else None,
        centre_id=row.centre_id,
        chosen=row.category,
        initial=initial,
        auto_id="act_%s",
    )

    def run() -> object:
        return questions.generalise(question_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)

    return form, run
