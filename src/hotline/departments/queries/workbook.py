"""A month's report as the lines of a workbook."""

from collections.abc import Sequence

from django.utils.translation import gettext

from hotline.core.templatetags.formats import duration, share
from hotline.departments.queries.reports import Line, View

Cells = Sequence[object]


def heads() -> list[str]:
    """The column titles."""
    return [
        gettext("Measure"),
        gettext("Numerator"),
        gettext("Denominator"),
        gettext("Rate"),
        gettext("Month before"),
        gettext("Target agreed"),
        gettext("Done in time"),
        gettext("Open, still in time"),
        gettext("Past the limit"),
        gettext("How it is counted"),
    ]


def lines(view: View) -> list[Cells]:
    """The figures, then the worst cases."""
    rows: list[Cells] = [
        (gettext("Received"), view.received, None, None, view.received_before, None, None, None, None, None)
    ]
    rows += [_line(one) for one in view.lines]
    rows.append(())
    rows.append((gettext("Latest cases"), gettext("What"), gettext("Place"), gettext("Due"), gettext("Late by")))
    rows += [
        (one.number, one.what, one.place, one.due_at, duration(one.late), gettext("exempted") if one.is_exempt else "")
        for one in view.worst
    ]
    return rows


def _line(one: Line) -> Cells:
    figure, measure = one.figure, one.figure.measure
    split = (figure.done, figure.open_in_time, figure.open_late) if measure.split else (None, None, None)
    return (
        gettext(measure.name),
        figure.numerator,
        figure.denominator,
        share(figure.numerator, figure.denominator),
        share(one.before.numerator, one.before.denominator),
        permille(one.target) if one.target is not None else "",
        *split,
        gettext(measure.formula),
    )


def permille(value: int) -> str:
    """Thousandths as a percentage with one decimal."""
    return f"{value // 10}.{value % 10}%"
