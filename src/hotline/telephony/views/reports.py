"""Reports of calls: figures by time, queue, person or team as table, drawing and workbook, and what is behind them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, cast

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from hotline.core.pages import Request, draw, page_of, view, xlsx
from hotline.core.templatetags.formats import duration, share
from hotline.telephony.forms import ReportFilter
from hotline.telephony.logic.reports import FIGURE_LABELS, FIGURE_TEXTS, By, Figure, Traffic, Work
from hotline.telephony.queries import board, calls, reports
from hotline.telephony.queries.reports import Asked, Report, Row
from hotline.telephony.views.board import tabs

WIDTH = 1000  # of the drawing
STEP_MOST, BAR_MOST = 90, 56
TOP = 200
Value = int | timedelta | Fraction | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, what it says, how its value is read, and the figure that opens onto calls."""

    head: str
    text: str
    value: Callable[[Any], Value]
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as it is shown, and where it leads."""

    head: str
    shown: str
    url: str = ""


def _counted(figure: Figure, value: Callable[[Any], Value]) -> Column:
    return Column(gettext(FIGURE_LABELS[figure]), gettext(FIGURE_TEXTS[figure]), value, figure)


def _traffic(on: date) -> list[Column]:
    def of(read: Callable[[Traffic], Value]) -> Callable[[Any], Value]:
        return read

    return [
        _counted(Figure.OFFERED, of(lambda row: row.tally.offered)),
        _counted(Figure.ANSWERED, of(lambda row: row.tally.answered)),
        _counted(Figure.ABANDONED, of(lambda row: row.tally.abandoned)),
        Column(gettext("Abandonment"), gettext("Abandoned over offered."), of(lambda row: row.abandonment)),
        *(
            Column(gettext(definition.label), gettext(definition.text), _level_of(definition.share))
            for definition in reports.definitions(on)
        ),
        Column(gettext("Average wait"), gettext("Of those answered."), of(lambda row: row.average_wait)),
        *_handling(),
        _counted(Figure.TRANSFERS, of(lambda row: row.transfers)),
        _counted(Figure.CALLBACKS, of(lambda row: row.callbacks)),
        _counted(Figure.CALLBACKS_KEPT, of(lambda row: row.callbacks_kept)),
        _counted(Figure.OTHERWISE, of(lambda row: row.tally.left_otherwise)),
    ]  # fmt: skip


def _handling() -> list[Column]:
    """What a talk takes, of queues and of people alike."""
    return [
        Column(gettext("Average talk"), gettext("Talk with holding, over talks."), lambda row: row.average_talk),
        Column(
            gettext("Average after-call work"), gettext("After-call work, over talks."),
            lambda row: row.average_wrap_up,
        ),
        Column(
            gettext("Handling time"), gettext("Talk, holding and after-call work, over talks; ringing is not counted."),
            lambda row: row.handling,
        ),
    ]  # fmt: skip


def _level_of(reckon: Callable[[Any], Fraction | None]) -> Callable[[Any], Value]:
    return lambda row: reckon(row.tally)


def _work(queue: int | None) -> list[Column]:
    def of(read: Callable[[Work], Value]) -> Callable[[Any], Value]:
        return read

    return [
        _counted(Figure.OFFERS, of(lambda row: row.offers)),
        _counted(Figure.TAKEN, of(lambda row: row.taken)),
        _counted(Figure.MISSED, of(lambda row: row.missed)),
        _counted(Figure.REFUSED, of(lambda row: row.refused)),
        Column(
            gettext("Answered within the rings"), gettext("Picked up, over picked up, missed and refused (A3.2)."),
            of(lambda row: row.within_rings),
        ),
        _counted(Figure.TALKS, of(lambda row: row.talks)),
        *_handling(),
        *(_times() if queue is None else ()),
        _counted(Figure.TRANSFERS, of(lambda row: row.transfers)),
        _counted(Figure.CALLBACKS_KEPT, of(lambda row: row.callbacks_kept)),
    ]  # fmt: skip


def _times() -> list[Column]:
    """Of a whole day's states, which belong to no single queue."""

    def of(read: Callable[[Work], Value]) -> Callable[[Any], Value]:
        return read

    return [
        Column(
            gettext("Occupancy"), gettext("Talk and after-call work, over these and ready."),
            of(lambda row: row.occupancy),
        ),
        Column(
            gettext("Utilisation"), gettext("Talk, after-call work, ready and ringing, over the time signed in."),
            of(lambda row: row.utilisation),
        ),
        Column(gettext("Time signed in"), gettext("All states but being away."), of(lambda row: row.signed_in)),
    ]  # fmt: skip


@view("telephony.view_reports", methods=["GET"])
def report(request: Request) -> HttpResponse:
    """The figures of a period; `?format=xlsx` gives the same rows as a workbook."""
    form, of = _asked(request)
    found = reports.report(request.user, of)
    columns = _work(of.queue) if found.of_people else _traffic(of.until)
    if request.GET.get("format") == "xlsx":
        return _workbook(found, columns)
    query = {name: str(value) for name, value in request.GET.items() if value and name != "format"}
    context = {
        "form": form,
        "report": found,
        "columns": columns,
        "lines": [(row, _cells(row, columns, query)) for row in found.rows],
        "whole": _cells(found.whole, columns, query),
        "bars": _bars(found),
        "first": BY_HEADS[of.by](),
        "export_url": f"?{urlencode({**query, 'format': 'xlsx'})}",
        "tabs": tabs(request, "reports"),
    }
    return draw(request, "telephony/reports.html", context, fragment="telephony/_reports.html")


def _asked(request: Request) -> tuple[ReportFilter, Asked]:
    person = request.user
    form = ReportFilter(request.GET, queues=calls.queue_choices(person), teams=board.unit_choices(person, request.at))
    return form, reports.asked(form.chosen, request.at)


BY_HEADS: dict[By, Callable[[], str]] = {
    By.HALF_HOUR: lambda: gettext("Half-hour"),
    By.DAY: lambda: gettext("Day"),
    By.QUEUE: lambda: gettext("Queue"),
    By.PERSON: lambda: gettext("Person"),
    By.TEAM: lambda: gettext("Team"),
}


def _cells(row: Row, columns: list[Column], query: dict[str, str]) -> list[Cell]:
    cells = []
    for column in columns:
        value = column.value(row.figures)
        url = ""
        if column.figure is not None and value:
            said = {**query, "figure": column.figure.value, "key": row.key}
            url = f"{reverse('telephony:report_calls')}?{urlencode(said)}"
        cells.append(Cell(column.head, _shown(value), url))
    return cells


def _shown(value: Value) -> str:
    if value is None:
        return "—"
    if isinstance(value, Fraction):
        return share(value.numerator, value.denominator)
    return duration(value) if isinstance(value, timedelta) else str(value)


def _workbook(found: Report, columns: list[Column]) -> HttpResponse:
    """Times in whole seconds and shares in hundredths, so that they can be reckoned with."""
    heads = [BY_HEADS[found.asked.by](), *(column.head for column in columns)]
    rows: list[list[object]] = []
    for row in [*found.rows, found.whole]:
        first: object = row.at if row.at is not None else row.name
        rows.append([first, *(_plain(column.value(row.figures)) for column in columns)])
    return xlsx(f"calls-{found.asked.by.value}-{found.asked.since:%Y%m%d}-{found.asked.until:%Y%m%d}", heads, rows)


def _plain(value: Value) -> object:
    if isinstance(value, Fraction):
        return share(value.numerator, value.denominator)
    if isinstance(value, timedelta):
        return value // timedelta(seconds=1)
    return value


@dataclass(frozen=True, slots=True)
class Bar:
    """A stacked bar of the drawing: its place, and two pieces from the ground up."""

    x: int
    width: int
    low: int
    low_y: int
    high: int
    high_y: int
    name: str
    first: int
    second: int
    labelled: bool


def _bars(found: Report) -> list[Bar]:
    """Answered and abandoned, or picked up and missed, a bar a row; at most a hundred rows are drawn."""
    rows = found.rows[:100]
    pairs = [_pair(row) for row in rows]
    most = max((first + second for first, second in pairs), default=0)
    if not most:
        return []
    step = min(WIDTH // len(rows), STEP_MOST)  # two rows are no wall of colour
    every = max(1, len(rows) // 12)
    bars = []
    for n, (row, (first, second)) in enumerate(zip(rows, pairs, strict=True)):
        low, high = first * TOP // most, second * TOP // most
        bars.append(
            Bar(
                n * step, min(max(step - 2, 1), BAR_MOST), low, TOP - low, high, TOP - low - high,
                row.name, first, second, n % every == 0,
            )
        )  # fmt: skip
    return bars


def _pair(row: Row) -> tuple[int, int]:
    figures = row.figures
    if isinstance(figures, Work):
        return figures.taken, figures.missed + figures.refused
    return figures.tally.answered, figures.tally.abandoned


@view("telephony.view_reports", methods=["GET"])
def report_calls(request: Request) -> HttpResponse:
    """The calls behind a figure; of those that the reader may not see only the number is told."""
    form, of = _asked(request)
    named = request.GET.get("figure", "")
    if named not in set(Figure) or not reports.fits(of, Figure(named)):
        raise Http404
    figure, key = Figure(named), request.GET.get("key", "")
    try:
        rows, whole = reports.behind(request.user, of, figure, key)
    except ValueError:
        raise Http404 from None
    page = page_of(request, rows.order_by("made_at" if reports.is_of_offers(of, figure) else "began_at", "pk"))
    seen = rows.count()
    back = {name: str(value) for name, value in request.GET.items() if value and name not in {"figure", "key", "page"}}
    context = {
        "page": page,
        "lines": [(_moment(row), calls.line(row.call, request.user), row) for row in page.rows],
        "figure": gettext(FIGURE_LABELS[figure]),
        "text": gettext(FIGURE_TEXTS[figure]),
        "whole": whole,
        "hidden": whole - seen,
        "of": of,
        "back": f"{reverse('telephony:reports')}?{urlencode(back)}",
        "form": form,
    }
    return draw(request, "telephony/report_calls.html", context, fragment="telephony/_report_calls.html")


def _moment(row: Any) -> datetime:
    return cast("datetime", getattr(row, "began_at", None) or row.made_at)
