"""The indicators of a period with what each is made of, and the list behind every number."""

from django.http import Http404, HttpResponse
from django.utils.translation import gettext

from hotline.cases.forms.indicators import Period
from hotline.cases.logic.indicators import BY_KEY, GROUP_LABELS, PART_LABELS, Base, Group, Part
from hotline.cases.queries import indicators as queries
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, page_of, view
from hotline.core.templatetags.formats import share

HEADLINES = ("acceptance_in_time", "filing_in_time", "dispatch_in_time", "handling_in_time", "closing_in_time")


def _period(request: Request) -> Period:
    day = local_day(request.at)
    return Period(request.GET, choices=queries.choices(request.user, day), today=day)


@view("cases.view_indicators", methods=["GET"])
def indicators(request: Request) -> HttpResponse:
    """Every indicator: rate, numerator, denominator, definition, and what is still open."""
    period = _period(request)
    figures = queries.figures(request.user, period.wanted, request.at)
    by_key = {figure.indicator.key: figure for figure in figures}
    context = {
        "form": period,
        "wanted": period.wanted,
        "headlines": [by_key[key] for key in HEADLINES],
        "groups": [
            (GROUP_LABELS[group], [figure for figure in figures if figure.indicator.group is group]) for group in Group
        ],
        "query": request.GET.urlencode(),
    }
    return draw(request, "cases/indicators.html", context)


@view("cases.view_indicators", methods=["GET"])
def indicator_list(request: Request, key: str, part: str) -> HttpResponse:
    """The rows that a number counts, paged."""
    indicator = BY_KEY.get(key)
    if indicator is None or part not in list(Part):
        raise Http404(key)
    period, chosen = _period(request), Part(part)
    of_stages = indicator.base is Base.STAGE
    rows = queries.stage_rows if of_stages else queries.case_rows
    [figure] = queries.figures(request.user, period.wanted, request.at, [indicator])
    context = {
        "indicator": indicator,
        "figure": figure,
        "part": chosen,
        "parts": [(one.value, gettext(PART_LABELS[one]), figure.of(one)) for one in Part],
        "wanted": period.wanted,
        "share": share(figure.numerator, figure.denominator),
        "of_stages": of_stages,
        "page": page_of(request, rows(request.user, indicator, chosen, period.wanted, request.at)),
        "query": request.GET.urlencode(),
    }
    return draw(request, "cases/indicator_list.html", context)
