"""The whole centre on one page (A1.3, B1.1): each figure beside its target, its trend, and the records behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from hotline.appraisal.logic import rounded
from hotline.appraisal.queries import centre as queries
from hotline.appraisal.queries import indicators as measures
from hotline.appraisal.views.indicators import say, told
from hotline.attendance.queries.pages import month_end, month_of
from hotline.cases.logic import indicators as case_logic
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, view
from hotline.core.templatetags.pieces import Tab
from hotline.handbook.queries import decided as decided_by
from hotline.planning.logic import charts
from hotline.rulebook.assessment.lines import yuan
from hotline.rulebook.costs import unit_costs
from hotline.rulebook.indicators import BY_KEY, Key, Known, indicators
from hotline.rulebook.indicators import Unit as Kind
from hotline.rulebook.parameters.values import Values, in_force

SHOWN = (Key.ATTENDANCE, Key.ON_TIME, Key.CALLS, Key.UTILISATION, Key.HANDLING, Key.CRITICAL, Key.COMPLAINTS)
ACCURACY, CASE_COST, CALL_COST = "accuracy", "case_cost", "call_cost"
TRENDS: Mapping[str, str] = {
    ACCURACY: gettext_noop("Accuracy of approval"),
    CASE_COST: gettext_noop("Cost of a case in yuan"),
    CALL_COST: gettext_noop("Cost of a call in yuan"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure: what it is made of, its target, and where its records are."""

    label: str
    value: str
    numerator: int | None = None
    denominator: int | None = None
    goal: str = ""
    tone: str = "neutral"
    url: str = ""


@view("appraisal.view_centre", methods=["GET"])
def centre(request: Request) -> HttpResponse:
    """Quality of approval, service level, daily management and cost of a month, and one of them over the months."""
    reader = request.user
    known = measures.months(reader)
    month = asked_month(request, known)
    decided = decided_by(reader.centre_id)
    values = in_force(month, decided=decided)
    found = queries.month_of(reader, month, values, request.at)
    keys = [*TRENDS, *SHOWN]
    key = request.GET.get("key", "")
    key = key if key in keys else keys[0]
    trend = measures.trend(reader, known)
    cases = queries.case_counts(reader.centre_id, known)
    points = [_point(key, one, kept, in_force(one, decided=decided), cases) for one, kept in trend]
    context = {
        "groups": [
            (gettext("Quality of case approval"), _approval(found, values, month)),
            (gettext("Service level"), _service(found, month)),
            (gettext("Daily management"), _daily(found, values, month)),
            (gettext("Productivity and cost"), _costs(found, values, month)),
        ],
        "month": month,
        "people": found.people,
        "has_costs": found.costs is not None,
        "is_running": month == month_of(local_day(request.at)),
        "tabs": _tabs(known, month, key),
        "choices": [Tab(_name(one), f"?month={month}&key={one}", one == key) for one in keys],
        "trend": charts.draw(
            [f"{one:%y-%m}" for one, _kept in trend], bars=[charts.Bars("there", [number for number, _text in points])]
        ),
        "trend_rows": [(one, text) for (one, _kept), (_number, text) in zip(trend, points, strict=True)],
        "trend_title": _name(key),
    }
    return draw(request, "appraisal/centre.html", context)


def _tabs(known: list[date], month: date, key: str) -> list[Tab]:
    listed = known if month in known else sorted([month, *known], reverse=True)
    return [Tab(f"{one.year}-{one.month:02}", f"?month={one}&key={key}", one == month) for one in listed[:6]]


def _name(key: str) -> str:
    return gettext(TRENDS[key]) if key in TRENDS else say(BY_KEY[Key(key)].name)


def _point(key: str, month: date, known: Known, values: Values, cases: Mapping[date, int]) -> tuple[int | None, str]:
    """A figure of a month for the chart, and in full."""
    if key == ACCURACY:
        rate = Fraction(known.right, known.judged) if known.judged else None
        return (None if rate is None else rounded(rate * 100)), told(rate, Kind.PERCENT)
    if key in (CASE_COST, CALL_COST):
        calls = known.inbound + known.outbound
        costs = unit_costs.on(month)(known.paid_s, calls, cases.get(month, 0), values.reading())
        fen = None if costs is None else costs.case_fen if key == CASE_COST else costs.call_fen
        return (None, "—") if fen is None else (rounded(Fraction(fen, 100)), yuan(fen))
    one = BY_KEY[Key(key)]
    value = indicators(known, values)[one.key].value
    whole = None if value is None else rounded(value * (100 if one.unit is Kind.PERCENT else 1))
    return whole, told(value, one.unit)


def _tone(value: Fraction | None, target: Fraction | None, *, more_is_better: bool = True) -> str:
    if value is None or target is None:
        return "neutral"
    return "green" if (value >= target if more_is_better else value <= target) else "amber"


def _of_cases(found: tuple[case_logic.Figure, ...], month: date) -> list[Tile]:
    """Case indicators, each opening onto its list."""
    days = f"?first={month}&last={month_end(month)}"
    return [
        Tile(
            gettext(one.indicator.name), told(one.value, Kind.PERCENT), one.numerator, one.denominator,
            url=reverse("cases:indicator_list", args=[one.indicator.key, "denominator"]) + days,
        )
        for one in found
    ]  # fmt: skip


def _approval(found: queries.Centre, values: Values, month: date) -> list[Tile]:
    known = found.known
    rate = Fraction(known.right, known.judged) if known.judged else None
    target = values.reading().number("accuracy.target")
    first = Tile(
        gettext("Accuracy of approval"), told(rate, Kind.PERCENT), known.right, known.judged,
        goal=f"≥ {told(target / 100, Kind.PERCENT)}", tone=_tone(rate, target / 100),
        url=f"{reverse('quality:team')}?month={month}",
    )  # fmt: skip
    return [first, *_of_cases(found.approval, month)]


def _service(found: queries.Centre, month: date) -> list[Tile]:
    calls = found.telephone
    phone = Tile(
        gettext("Calls answered in time"), told(calls.level, Kind.PERCENT), calls.in_time, calls.offered,
        url=reverse("telephony:calls"),
    )  # fmt: skip
    return [*_of_cases(found.service, month), phone]


def _daily(found: queries.Centre, values: Values, month: date) -> list[Tile]:
    figures = indicators(found.known, values)
    target = values.reading().number("target.max") / 100
    tiles = []
    for key in (Key.ATTENDANCE, Key.ON_TIME):
        one, figure = BY_KEY[key], figures[key]
        tiles.append(
            Tile(
                say(one.name), told(figure.value, one.unit), int(figure.counts.numerator),
                int(figure.counts.denominator), goal=f"≥ {told(target, Kind.PERCENT)}",
                tone=_tone(figure.value, target), url=f"{reverse('appraisal:indicators')}?month={month}&key={key}",
            )
        )  # fmt: skip
    waiting = found.waiting
    return [
        *tiles,
        Tile(gettext("Shifts nobody knows about"), str(waiting.unknown),
             url=f"{reverse('attendance:team')}?month={month}", tone="amber" if waiting.unknown else "green"),
        Tile(gettext("Talks due"), str(waiting.talks), url=reverse("attendance:talks")),
        Tile(gettext("Objections to lines"), str(waiting.objections), url=reverse("appraisal:appeals")),
        Tile(gettext("Incidents to decide"), str(waiting.incidents),
             url=f"{reverse('appraisal:incidents')}?month={waiting.incidents_since or month}"),
    ]  # fmt: skip


def _costs(found: queries.Centre, values: Values, month: date) -> list[Tile]:
    figures, known = indicators(found.known, values), found.known
    link = f"{reverse('appraisal:indicators')}?month={month}&key="
    read = values.reading()
    least, most = read.number("target.calls_min"), read.number("target.calls_max")
    calls = figures[Key.CALLS]
    tiles = [
        Tile(say(BY_KEY[Key.CALLS].name), told(calls.value, Kind.NUMBER), known.inbound, known.attended,
             goal=f"{told(least, Kind.NUMBER)}–{told(most, Kind.NUMBER)}", tone=_tone(calls.value, least),
             url=link + Key.CALLS),
        Tile(say(BY_KEY[Key.UTILISATION].name), told(figures[Key.UTILISATION].value, Kind.PERCENT),
             url=link + Key.UTILISATION),
        Tile(gettext("Reports received"), f"{found.cases:,}", url=f"{reverse('insight:behind')}?month={month}"),
    ]  # fmt: skip
    if found.costs is None:
        return [
            *tiles,
            Tile(gettext("Cost of a case"), "—", url=reverse("handbook:parameter", args=["cost.hour_yuan"])),
        ]
    costs = found.costs
    parameter = reverse("handbook:parameter", args=["cost.hour_yuan"])
    return [
        *tiles,
        Tile(gettext("What the month cost"), yuan(costs.whole_fen), url=parameter),
        Tile(gettext("Cost of a call"), "—" if costs.call_fen is None else yuan(costs.call_fen), url=parameter),
        Tile(gettext("Cost of a case"), "—" if costs.case_fen is None else yuan(costs.case_fen), url=parameter),
    ]
