"""Balances of annual leave as human resources keep them, and the kinds with what law and centre give."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, pgettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view, xlsx
from hotline.kernel.rules import Refused
from hotline.leave.forms import AllowanceForm, ChangeForm, HistoryForm
from hotline.leave.models import Allowance
from hotline.leave.queries import balances as queries
from hotline.leave.queries.kinds import Kinds
from hotline.leave.services import ledger
from hotline.leave.views import shown
from hotline.people.models import Person
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import in_days


def _year(request: Request) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else shown.today(request).year
    return min(max(year, 2020), 2100)


def _line(balance: queries.Balance) -> dict[str, object]:
    return {
        "balance": balance,
        "granted": in_days(balance.granted),
        "changed": in_days(balance.changed),
        "taken": in_days(balance.taken),
        "promised": in_days(balance.promised),
        "left": in_days(balance.left),
    }


@view("leave.keep_balances", methods=["GET"])
def balances(request: Request) -> HttpResponse:
    """Everybody's annual leave of a year; whose years of work are not known stands first."""
    year = _year(request)
    people = queries.staff(request.user, on=shown.today(request))
    text = request.GET.get("q", "").strip()
    if text:
        people = [one for one in people if text in one.name or text in one.number]
    found = sorted(queries.balances(people, year), key=lambda one: one.works_since is not None)
    context = {
        "tabs": shown.tabs_of(request.user, "balances"),
        "year": year,
        "lines": [_line(one) for one in found[:500]],
        "unknown": sum(one.works_since is None for one in found),
        "q": text,
        "topic": f"leave:{request.user.centre_id}",
    }
    return draw(request, "leave/balances.html", context, fragment="leave/_balances.html")


@view("leave.keep_balances", methods=["GET"])
def balances_xlsx(request: Request) -> HttpResponse:
    """The same as a workbook."""
    year = _year(request)
    heads = [
        gettext("Staff number"), pgettext("person", "Name"), gettext("Has worked since"), gettext("Entitled by law"),
        gettext("Carried over and corrected"), gettext("Taken"), gettext("Promised to requests"), gettext("Left"),
    ]  # fmt: skip
    found = queries.balances(queries.staff(request.user, on=shown.today(request)), year)
    rows = (
        (
            one.person.number, one.person.name, one.works_since, in_days(one.granted), in_days(one.changed),
            in_days(one.taken), in_days(one.promised), in_days(one.left),
        )
        for one in found
    )  # fmt: skip
    return xlsx(f"annual-leave-{year}", heads, rows)


@view("leave.ask")
def ledger_of(request: Request, pk: int) -> HttpResponse:
    """One person's ledger of a year; human resources set years of work and change the balance, nobody his own."""
    person = get_object_or_404(Person, pk=pk, centre=request.user.centre_id, is_system=False)
    keeps = may(request.user, "leave.keep_balances", person)
    if person.pk != request.user.pk and not keeps:
        raise Http404
    year = _year(request)
    since = queries.works_since(person)
    history = HistoryForm(initial={"works_since": since})
    change = ChangeForm()
    if request.method == "POST" and keeps:
        if "works_since" in request.POST:
            history = HistoryForm(request.POST)
            done = history.is_valid() and _set_history(request, person, history)
        else:
            change = ChangeForm(request.POST)
            done = change.is_valid() and _change(request, person, year, change)
        if done:
            return redirect(f"{request.path}?year={year}")
    rows = queries.entries(person, year)
    total = 0
    lines = []
    for row in rows:
        total += row.half_days
        lines.append((row, in_days(row.half_days), in_days(total)))
    context = {
        "tabs": shown.tabs_of(request.user, "balances" if keeps else "mine"),
        "person": person,
        "year": year,
        "since": since,
        "lines": lines,
        "line": _line(queries.balances([person], year)[0]),
        "keeps": keeps,
        "history": history,
        "change": change,
    }
    return draw(request, "leave/ledger.html", context)


def _set_history(request: Request, person: Person, form: HistoryForm) -> bool:
    try:
        ledger.set_work_history(person=person, **form.cleaned_data, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, gettext("Written down. The entitlement follows from it."))
    return True


def _change(request: Request, person: Person, year: int, form: ChangeForm) -> bool:
    data = form.cleaned_data
    try:
        ledger.change(
            person=person, year=year, half_days=data["days"], why=data["why"], note=data["note"], by=request.user,
            at=request.at,
        )  # fmt: skip
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, gettext("The balance is changed."))
    return True


@view("leave.ask")
def kinds(request: Request) -> HttpResponse:
    """The kinds of leave: what each needs, who decides, what the law gives at least and the centre gives."""
    today, person = shown.today(request), request.user
    known = Kinds(person.centre_id).on(today)
    rows = Allowance.objects.filter(centre=person.centre_id, since__lte=today)
    given: dict[str, Allowance] = {}
    for row in rows:
        given.setdefault(row.kind, row)
    fixed = [kind for kind in known.values() if not kind.has_balance and kind.is_statutory]
    keeps = may(person, "leave.keep_balances", person.centre)
    form = AllowanceForm(request.POST if request.method == "POST" else None, kinds=fixed, initial={"since": today})
    if request.method == "POST" and keeps and form.is_valid():
        data = form.cleaned_data
        try:
            ledger.set_allowance(
                centre=person.centre, kind=data["kind"], half_days=data["days"] * rules.DAY, since=data["since"],
                source=data["source"], by=person, at=request.at,
            )  # fmt: skip
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Set."))
            return redirect("leave:kinds")
    lines = [
        {
            "kind": kind,
            "tone": shown.TONES[kind.code.value],
            "papers_from": in_days(kind.papers_from) if kind.papers and kind.papers_from > rules.HALF else "",
            "floor": in_days(kind.floor) if kind.floor else "",
            "given": given.get(kind.code.value),
            "given_days": in_days(given[kind.code.value].half_days) if kind.code.value in given else "",
            "chains": [
                (in_days(limit) if limit else "", " → ".join(word for word, _held in shown.roles(chain, today)))
                for limit, chain in kind.chain
            ],
        }
        for kind in known.values()
    ]
    context = {"tabs": shown.tabs_of(person, "kinds"), "lines": lines, "form": form, "keeps": keeps}
    return draw(request, "leave/kinds.html", context)
