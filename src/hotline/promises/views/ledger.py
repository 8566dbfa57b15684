"""The ledger of those who answer for others: everything owed, filtered, exported; who kept how much in time."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, ordered, page_of, view, xlsx
from hotline.core.templatetags.formats import share
from hotline.core.templatetags.pieces import Tab
from hotline.promises.forms import LedgerFilter, Period
from hotline.promises.queries import figures
from hotline.promises.views.shown import line


def _tabs(show: str) -> list[Tab]:
    return [
        Tab(gettext("All promises"), reverse("promises:ledger"), show == "ledger"),
        Tab(gettext("Kept in time"), reverse("promises:figures"), show == "figures"),
    ]


@view("promises.view_ledger", methods=["GET"])
def ledger(request: Request) -> HttpResponse:
    """One page of what was promised, as the filters narrow it."""
    person = request.user
    form = LedgerFilter(request.GET, person=person, teams=figures.teams(person))
    rows = ordered(request, figures.rows(person, form.chosen, request.at), figures.COLUMNS, figures.SOONEST)
    page = page_of(request, rows)
    context = {
        "form": form,
        "page": page,
        "lines": [line(row, person) for row in page.rows],
        "filtered": bool(form.chosen),
        "tabs": _tabs("ledger"),
        "export_url": reverse("promises:export") if may(person, "promises.export") else "",
        "topic": f"ledger:{person.centre_id}",
    }
    return draw(request, "promises/ledger.html", context, fragment="promises/_ledger.html")


@view("promises.export", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The filtered ledger as a workbook; customers as the reader may know them."""
    person = request.user
    form = LedgerFilter(request.GET, person=person, teams=figures.teams(person))
    rows = ordered(request, figures.rows(person, form.chosen, request.at), figures.COLUMNS, figures.SOONEST)
    return xlsx(f"promises-{request.at:%Y%m%d-%H%M}", figures.heads(), figures.lines(rows, person))


@view("promises.view_ledger", methods=["GET"])
def figures_page(request: Request) -> HttpResponse:
    """How many promises of a period were kept in time, and by whom; each number opens its list."""
    period = Period(request.GET, at=request.at)
    whole = figures.whole(request.user, period.span, request.at)
    context = {
        "form": period,
        "whole": whole,
        "share": share(whole.share.numerator, whole.share.denominator),
        "by_person": figures.by_person(request.user, period.span, request.at),
        "query": f"since={period.first.isoformat()}&until={period.last.isoformat()}",
        "tabs": _tabs("figures"),
    }
    return draw(request, "promises/figures.html", context)
