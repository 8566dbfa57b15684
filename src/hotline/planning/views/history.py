"""Series: where their history comes from, the numbers they are reckoned with, files taken in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.logic.tables import Bad, Fault
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.planning import forms
from hotline.planning.logic import history as reading
from hotline.planning.models import HistoryFile, Series, Source
from hotline.planning.queries import amounts, forecasts
from hotline.planning.services import history as services
from hotline.planning.services import series as settling
from hotline.planning.views import shown
from hotline.rulebook.staffing import Line

FAULTS_SHOWN = 50


@view("planning.view", methods=["GET"])
def series(request: Request) -> HttpResponse:
    """Every series with its numbers and its files."""
    return draw(request, "planning/series.html", _context(request))


def _context(request: Request, asked: Series | None = None, **more: Any) -> dict[str, Any]:
    person = request.user
    listed, chosen = shown.listed_and_chosen(request)
    chosen = asked or chosen
    context: dict[str, Any] = {
        "tabs": shown.tabs_of("series"),
        "listed": listed,
        "series": chosen,
        "may_settle": may(person, "planning.settle_series", person.centre),
        "new_form": forms.NewSeriesForm(),
        "faults": [],
        "more_faults": 0,
    }
    if chosen is not None:
        feed = amounts.FEEDS[chosen.source]
        context |= {
            "first": feed.first_day(chosen),
            "last": feed.last_day(chosen, request.at),
            "handling": forecasts.handling_of(forecasts.newest(chosen)),
            "files": HistoryFile.objects.filter(series=chosen).select_related("taken_by")[:20],
            "is_file": chosen.source == Source.FILE,
            "numbers_form": forms.NumbersForm(initial=forms.NumbersForm.of(chosen), centre=person.centre_id),
            "file_form": forms.FileForm(),
            "may_import": chosen.source == Source.FILE and may(person, "planning.import_history", chosen),
            "today": clock.local_day(request.at),
        }
    return {**context, **more}


def _series(request: Request, pk: int) -> Series:
    return get_object_or_404(Series.objects.visible_to(request.user), pk=pk)


def _there(row: Series) -> str:
    return f"{reverse('planning:series')}?series={row.pk}"


@view("planning.settle_series", methods=["POST"])
def new(request: Request) -> HttpResponse:
    """A series whose past comes from files."""
    form = forms.NewSeriesForm(request.POST)
    if form.is_valid():
        numbers = settling.Numbers(name=form.cleaned_data["name"], line=Line.OTHER)
        row = settling.open_series(
            centre=request.user.centre, code=form.cleaned_data["code"], numbers=numbers, source=Source.FILE,
            by=request.user, at=request.at,
        )  # fmt: skip
        return redirect(_there(row))
    return render(request, "planning/series.html", _context(request, new_form=form), status=422)


@view("planning.settle_series", methods=["POST"])
def numbers(request: Request, pk: int) -> HttpResponse:
    """Put the numbers of a series right."""
    row = _series(request, pk)
    form = forms.NumbersForm(request.POST, centre=request.user.centre_id)
    if form.is_valid():
        try:
            settling.settle_series(series_id=row.pk, numbers=form.numbers(), by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Settled."))
            return redirect(_there(row))
    return render(request, "planning/series.html", _context(request, row, numbers_form=form), status=422)


@view("planning.import_history", methods=["POST"])
def file(request: Request, pk: int) -> HttpResponse:
    """Take a file in; each row that cannot be read is shown, and then nothing is taken."""
    row = _series(request, pk)
    form = forms.FileForm(request.POST, request.FILES)
    faults: list[Fault] = []
    if form.is_valid():
        sent = form.cleaned_data["file"]
        content = sent.read()
        try:
            taken = services.import_history(
                series_id=row.pk, name=sent.name or "", content=content, by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
            faults = _faults(sent.name or "", content)
        else:
            messages.success(request, gettext("%(n)s rows were taken in.") % {"n": taken.rows})
            return redirect(_there(row))
    told = [
        {"line": fault.line, "column": fault.column, "reason": gettext(fault.reason).format(**fault.params)}
        for fault in faults[:FAULTS_SHOWN]
    ]
    more = _context(request, row, file_form=form, faults=told, more_faults=max(len(faults) - FAULTS_SHOWN, 0))
    return render(request, "planning/series.html", more, status=422)


def _faults(name: str, content: bytes) -> list[Fault]:
    try:
        return sorted(reading.read(name, content).faults, key=lambda fault: fault.line)
    except Bad:
        return []
