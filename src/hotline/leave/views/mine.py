"""One's own leave: the balance, asking with what counts shown at once, reporting sick, a notice of pregnancy."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from hotline.approvals import queries as approvals
from hotline.core.access import authorize
from hotline.core.pages import Request, draw, put_on, view, words
from hotline.kernel.rules import Refused
from hotline.leave.access import WRITES_DOWN
from hotline.leave.forms import AskForm, PregnancyForm, SickForm
from hotline.leave.models import PregnancyNotice
from hotline.leave.models.requests import SUBJECT
from hotline.leave.queries import balances, facts, requests, swaps
from hotline.leave.queries.kinds import Kinds
from hotline.leave.services import papers
from hotline.leave.services import requests as asking
from hotline.leave.views import shown
from hotline.people.models import Person
from hotline.rosters.queries.duty import next_shift, shift_of
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code, in_days


@view("leave.ask", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My balance, what I am on, what I asked for, what I owe; made for a phone first."""
    person, today = request.user, shown.today(request)
    balance = balances.balances([person], today.year)[0]
    rows, kinds = requests.mine(person), Kinds(person.centre_id)
    steps = approvals.history(SUBJECT, [row.pk for row in rows[:20]])
    context = {
        "tabs": shown.tabs_of(person, "mine"),
        "balance": balance,
        "left": in_days(balance.left),
        "granted": in_days(balance.granted + balance.changed),
        "taken": in_days(balance.taken),
        "promised": in_days(balance.promised),
        "year": today.year,
        "running": running(person, request),
        "rows": [
            (shown.named(row), requests.papers_missing(row, kinds), _waits(steps.get(row.pk, []))) for row in rows
        ],
        "owed": swaps.owed_by(person),
        "today": today,
        "topic": f"leaves:{person.pk}",
    }
    return draw(request, "leave/mine.html", context, fragment="leave/_mine.html")


def running(person: Person, request: Request) -> shown.Named | None:
    """The leave that somebody is on."""
    row = requests.running(person, shown.today(request))
    return shown.named(row) if row else None


def _waits(steps: list[Any]) -> str:
    return shown.step_names(step for step in steps if step.is_turn)


def _others(request: Request) -> Any:
    """Colleagues for whom this person may write a request down."""
    if not request.user.standing.is_any(*WRITES_DOWN):
        return None
    return Person.objects.visible_to(request.user).filter(is_active=True, is_system=False)


def _kinds(request: Request) -> list[rules.Kind]:
    return list(rules.kinds(shown.today(request)).values())


def _form(request: Request, css: type[AskForm] = AskForm) -> AskForm:
    today = shown.today(request)
    wanted = request.GET.get("kind", "")
    initial: dict[str, Any] = {"first": today, "last": today}
    if css is AskForm:
        kinds = rules.kinds(today)
        initial = {"kind": wanted if wanted in kinds else Code.PERSONAL.value}
    bound = request.POST if request.method == "POST" else None
    return css(bound, kinds=_kinds(request), others=_others(request), initial=initial)


@view("leave.ask")
def ask(request: Request) -> HttpResponse:
    """Ask for leave; what counts and who decides is shown while it is typed."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        done = _ask(request, form)
        if done is not None:
            return done
    return draw(request, "leave/ask.html", {"tabs": shown.tabs_of(request.user, "mine"), "form": form})


@view("leave.ask")
def sick(request: Request) -> HttpResponse:
    """Report sick: in the roster at once, decided when the certificate is there (D2.8, A7.12)."""
    form = _form(request, SickForm)
    if request.method == "POST" and form.is_valid():
        done = _ask(request, form)
        if done is not None:
            return done
    today = shown.today(request)
    shift = shift_of(request.user, request.at) or next_shift(request.user, request.at)
    starts = shift.span.lower if shift is not None and shift.day == today else None
    context = {
        "tabs": shown.tabs_of(request.user, "mine"),
        "form": form,
        "due": facts.report_due(request.user.centre_id, today, starts),
        "running": running(request.user, request),
    }
    return draw(request, "leave/sick.html", context)


def _ask(request: Request, form: AskForm) -> HttpResponse | None:
    person = form.cleaned_data.get("person") or request.user
    try:
        row = asking.ask_leave(person=person, wish=form.wish, by=request.user, at=request.at)
        for file in request.FILES.getlist("papers"):
            papers.hand_in(leave_id=row.pk, content=file.read(), by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return None
    messages.success(request, gettext("Asked for. You will be told what is decided."))
    return redirect("leave:leave", row.pk)


@view("leave.ask", methods=["POST"])
def preview(request: Request) -> HttpResponse:
    """What a request would count, who would decide and what stands against it; writes nothing."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "leave/_preview.html", {"reading": None})
    person = form.cleaned_data.get("person") or request.user
    authorize(request.user, "leave.ask", person)
    wish, today = form.wish, shown.today(request)
    reading = facts.read(person, rules.kinds(today)[wish.kind], wish.piece, wish.reason, request.at)
    asked = Kinds(person.centre_id).on(wish.piece.first)[wish.kind]
    used = sum(one.half_days for one in reading.counted)
    left = sorted(reading.left.items())
    context = {
        "reading": reading,
        "kind": reading.kind,
        "days": in_days(used),
        "shifts": reading.facts.shifts,
        "whole": in_days(reading.continuous) if reading.spell else "",
        "counted": [
            (one, in_days(one.half_days), one.day in reading.roster.presumed, one.day in reading.roster.holidays)
            for one in reading.counted
        ][:62],
        "presumed": bool(reading.roster.presumed.intersection(one.day for one in reading.counted)),
        "chain": shown.roles(reading.chain, today),
        "left": [(year, in_days(halves), in_days(halves - _of_year(reading, year))) for year, halves in left],
        "papers": rules.papers_due.on(today)(asked, used),
        "refusals": [(refusal.clause, words(refusal)) for refusal in reading.refusals],
    }
    return render(request, "leave/_preview.html", context)


def _of_year(reading: facts.Reading, year: int) -> int:
    return sum(one.half_days for one in reading.counted if one.day.year == year)


@view("leave.tell_pregnancy")
def pregnancy(request: Request) -> HttpResponse:
    """D4.1 as the law allows it: a free notice that few can read, or nothing; without any consequence (reading 75)."""
    form = PregnancyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and "withdraw" in request.POST:
        papers.take_pregnancy_back(by=request.user, at=request.at)
        messages.success(request, gettext("Taken back. Nothing of it is kept."))
        return redirect("leave:pregnancy")
    if request.method == "POST" and form.is_valid():
        try:
            papers.tell_pregnancy(**form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Thank you. The director and human resources can plan with it."))
            return redirect("leave:pregnancy")
    rows = PregnancyNotice.objects.visible_to(request.user).select_related("person")
    known = [(row, requests.pregnancy_of(row)) for row in rows]
    context = {
        "tabs": shown.tabs_of(request.user, "mine"),
        "form": form,
        "own": next((one for one in known if one[0].person_id == request.user.pk), None),
        "others": [one for one in known if one[0].person_id != request.user.pk],
    }
    return draw(request, "leave/pregnancy.html", context)


@view("leave.ask", methods=["GET"])
def beside(request: Request) -> HttpResponse:
    """Beside one's own shifts: the ways to leave and to a swap."""
    return render(request, "leave/_beside.html")
