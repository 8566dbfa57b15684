"""Findings and figures: the list, one's own accuracy, the team's, and the inbox of appeals."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, page_of, put_on, view, xlsx
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.money import FEN_PER_YUAN
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.quality import forms
from hotline.quality.logic import CAUSE_LABELS
from hotline.quality.models import Appeal, Review
from hotline.quality.queries import figures, reviews, talks
from hotline.quality.queries.decisions import month_of
from hotline.quality.services import appeals
from hotline.quality.views import telling
from hotline.rulebook.accuracy import Cause


def _month(request: Request, known: list[date]) -> date:
    """The month that ?month= asks for, or the newest of which there is anything."""
    try:
        return month_of(date.fromisoformat(request.GET.get("month", "")))
    except ValueError:
        return known[0] if known else month_of(local_day(request.at))


def _months(known: list[date], chosen: date) -> list[Tab]:
    listed = known if chosen in known else [chosen, *known]
    return [Tab(f"{one.year}-{one.month:02}", f"?month={one}", one == chosen) for one in listed[:6]]


def _figure(facts: figures.Facts) -> dict[str, Any]:
    """What a page shows of a figure."""
    return {
        "facts": facts,
        "rate": telling.rate(facts),
        "sentence": telling.sentence(facts),
        "interval": telling.interval(facts),
        "caveats": telling.caveats(facts),
        "tone": telling.tone(facts),
        "target": telling.percent(facts.target),
        "yuan": facts.shortfall.deduct_fen // FEN_PER_YUAN,
    }


def _findings_form(request: Request) -> forms.FindingsForm:
    centre = request.user.centre_id
    persons = Person.objects.filter(pk__in=Review.objects.filter(centre=centre).values("handler")).order_by("name_key")
    return forms.FindingsForm(request.GET, months=figures.months(centre), persons=persons)


@view("quality.view_findings", methods=["GET"])
def findings(request: Request) -> HttpResponse:
    """Everything found, filtered."""
    form = _findings_form(request)
    query = request.GET.urlencode()
    context = {
        "form": form,
        "page": page_of(request, reviews.findings(request.user, **form.wishes)),
        "export_url": f"{reverse('quality:export')}?{query}",
    }
    return draw(request, "quality/findings.html", context)


@view("quality.export", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The findings of the list as a sheet."""
    rows = reviews.findings(request.user, **_findings_form(request).wishes)
    heads = (
        gettext("Case"), gettext("Handler"), gettext("Decision reviewed"), gettext("Decided at"), gettext("Way"),
        gettext("State"), gettext("Cause"), gettext("Finding in words"), gettext("Reviewer"), gettext("Found at"),
    )  # fmt: skip
    return xlsx("findings", heads, reviews.exported(rows))


@view("quality.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My accuracy: the month's figure with its sample, and every finding about me."""
    person = request.user
    known = figures.months(person.centre_id, person.pk)
    month = _month(request, known)
    rows = reviews.reviews(person).filter(handler=person.pk, month=month).order_by("-found_at", "-pk")
    context = {
        **_figure(figures.accuracy_of(person, month)),
        "tabs": _months(known, month),
        "month": month,
        "talk": talks.of_person(person, month),
        "page": page_of(request, rows),
        "topic": f"accuracy:{person.pk}",
        "page_url": f"{reverse('quality:mine')}?month={month}",
    }
    return draw(request, "quality/mine.html", context, fragment="quality/_mine.html")


@view("quality.view_findings", methods=["GET"])
def team(request: Request) -> HttpResponse:
    """Everybody's figure of a month, with its sample; each opens onto the list behind it."""
    centre = request.user.centre_id
    known = figures.months(centre)
    month = _month(request, known)
    lines = figures.team(centre, month)
    context = {
        **_figure(figures.whole(lines, month, centre)),
        "tabs": _months(known, month),
        "month": month,
        "lines": [{"person": line.person, **_figure(line.facts)} for line in lines],
        "causes": [(key, gettext(CAUSE_LABELS[Cause(key)]), count) for key, count in figures.causes(centre, month)],
    }
    return draw(request, "quality/team.html", context)


@view("quality.export", methods=["GET"])
def team_export(request: Request) -> HttpResponse:
    """The figures of a month as a sheet."""
    centre = request.user.centre_id
    month = _month(request, figures.months(centre))
    rows = (
        (
            line.person.name, line.person.number, telling.rate(line.facts), line.facts.numerator,
            line.facts.denominator, line.facts.population, telling.interval(line.facts), line.facts.waiting,
            line.facts.appealed, line.facts.targeted, line.facts.targeted_wrong,
        )
        for line in figures.team(centre, month)
    )  # fmt: skip
    heads = (
        gettext("Full name"), gettext("Staff number"), gettext("Accuracy"), gettext("Right"), gettext("Checked"),
        gettext("Decided cases"), gettext("Interval"), gettext("To review"), gettext("Appeals open"),
        gettext("Targeted"), gettext("Targeted and wrong"),
    )  # fmt: skip
    return xlsx(f"accuracy-{month:%Y-%m}", heads, rows)


@view("quality.view_findings", methods=["GET"])
def appeal_list(request: Request) -> HttpResponse:
    """Appeals to be decided, and decided ones."""
    person = request.user
    waiting = reviews.open_appeals(person)
    decided = request.GET.get("show") == "decided"
    rows = reviews.appeals(person).exclude(status="asked").order_by("-status_at", "-pk")
    context = {
        "tabs": [
            Tab(gettext("To be decided"), "?show=asked", not decided, len(waiting)),
            Tab(gettext("Decided"), "?show=decided", decided),
        ],
        "decided": decided,
        "waiting": [(row, may(person, "quality.decide_appeal", row)) for row in waiting],
        "page": page_of(request, rows) if decided else None,
        "topic": f"appeals:{person.centre_id}",
        "page_url": f"{reverse('quality:appeals')}?show={'decided' if decided else 'asked'}",
    }
    return draw(request, "quality/appeals.html", context, fragment="quality/_appeals.html")


@view("quality.view_findings", methods=["POST"])
def appeal_decide(request: Request, pk: int) -> HttpResponse:
    """Grant or decline, with the reason."""
    row = get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)
    form = forms.DecideForm(request.POST)
    if form.is_valid():
        try:
            appeals.decide(appeal_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The decision is recorded."))
            return redirect("quality:appeals")
    for problems in form.errors.values():
        messages.error(request, "; ".join(str(problem) for problem in problems))
    return redirect("quality:appeals")
