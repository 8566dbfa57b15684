"""Indicators (A6.1 to A6.9, A6.11): teams and people of a month, one person by both definitions, what stands behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language, gettext

from hotline.appraisal.logic import rounded
from hotline.appraisal.models import Measure
from hotline.appraisal.queries import behind as rows_behind
from hotline.appraisal.queries import indicators as queries
from hotline.appraisal.queries.known import read
from hotline.attendance.queries.pages import month_of
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, view
from hotline.core.templatetags.pieces import Tab
from hotline.handbook.queries import decided as decided_by
from hotline.handbook.queries import values_on
from hotline.kernel.words import Words
from hotline.planning.logic import charts
from hotline.rulebook import figures
from hotline.rulebook.indicators import (
    BY_KEY,
    INDICATORS,
    Indicator,
    Key,
    Known,
    indicators,
    performance,
    total,
)
from hotline.rulebook.indicators import Unit as Kind
from hotline.rulebook.parameters.values import Values, in_force

TARGETS = {"calls": Key.CALLS, "attendance": Key.ATTENDANCE, "on_time": Key.ON_TIME}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a row, with its column's name for screens too narrow for columns."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit or a person with every figure, and the target performance out of a hundred."""

    name: str
    url: str
    people: int
    cells: tuple[Cell, ...]
    score: str
    number: str = ""


def say(words: Words) -> str:
    """In the reader's language."""
    return words.told(get_language() or "")


def told(value: Fraction | None, kind: Kind) -> str:
    """A figure with one decimal, half rounded up; a dash where there is none."""
    if value is None:
        return "—"
    if kind is Kind.SECONDS:
        minutes, seconds = divmod(rounded(value), 60)
        return f"{minutes}:{seconds:02}"
    tenths = rounded(value * (1000 if kind is Kind.PERCENT else 10))
    text = f"{tenths // 10}.{tenths % 10}"
    return f"{text}%" if kind is Kind.PERCENT else text


def _whole(value: Fraction | None, kind: Kind) -> int | None:
    """For a chart: percent, seconds or a number, rounded."""
    return None if value is None else rounded(value * (100 if kind is Kind.PERCENT else 1))


def _chosen(request: Request) -> Indicator:
    try:
        return BY_KEY[Key(request.GET.get("key", ""))]
    except ValueError:
        return INDICATORS[0]


def _row(name: str, url: str, people: int, known: Known, values: Values, number: str = "") -> Row:
    found = indicators(known, values)
    score = performance(found, values).of_hundred
    cells = tuple(Cell(say(one.name), told(found[one.key].value, one.unit)) for one in INDICATORS)
    return Row(name, url, people, cells, told(score, Kind.NUMBER), number)


def _query(month: date, **more: object) -> str:
    said = "".join(f"&{key}={value}" for key, value in more.items() if value not in (None, ""))
    return f"?month={month}{said}"


# ---------------------------------------------------------------- a centre, a team


@view("appraisal.view_team", methods=["GET"])
def overview(request: Request) -> HttpResponse:
    """The centre's teams, or the people of one, with every figure of a month."""
    reader = request.user
    known = queries.months(reader)
    month = asked_month(request, known)
    values = values_on(reader.centre_id, month)
    teams = queries.teams(reader, month)
    unit = _unit(request, teams)
    one = _chosen(request)
    if unit is not None:
        people = queries.people(reader, month, unit.unit_id)
        rows = [
            _row(person.name, reverse("appraisal:indicators_of", args=[person.pk]) + _query(month), 1, known, values,
                 person.number)
            for person, known in people
        ]  # fmt: skip
        scope: dict[str, object] = {"unit": unit.unit_id}
    else:
        rows = [_row(team.name or gettext("Without a team"), _query(month, key=one.key, unit=team.unit_id or 0),
                     team.people, team.known, values) for team in teams]  # fmt: skip
        scope = {}
    whole = unit.known if unit else total(team.known for team in teams)
    count = unit.people if unit else sum(team.people for team in teams)
    context = {
        "rows": rows,
        "whole": _row("", "", count, whole, values) if count else None,
        "unit": unit,
        "one_team": len(teams) == 1,
        "month": month,
        "heads": [_head(item, month, one, unit.unit_id if unit else None) for item in INDICATORS],
        "chosen": _definition(one, whole, values) if count else None,
        "tabs": _month_tabs(known, month, key=one.key, unit=unit.unit_id if unit else None),
        "is_running": month == month_of(local_day(request.at)),
        "back": _query(month, key=one.key),
        **_chart(one, queries.trend(reader, known, **scope), reader.centre_id),
    }
    return draw(request, "appraisal/indicators.html", context)


def _unit(request: Request, teams: Sequence[queries.Team]) -> queries.Team | None:
    """The team that ?unit= asks for; a leader of a single one sees its people at once."""
    if len(teams) == 1:
        return teams[0]
    wish = request.GET.get("unit", "")
    return next((team for team in teams if str(team.unit_id or 0) == wish), None)


def _head(one: Indicator, month: date, chosen: Indicator, unit_id: int | None) -> dict[str, object]:
    return {
        "clause": one.clause, "name": say(one.name), "is_chosen": one is chosen,
        "url": _query(month, key=one.key, unit=unit_id),
    }  # fmt: skip


def _month_tabs(known: Sequence[date], month: date, **more: object) -> list[Tab]:
    listed = list(known) if month in known else sorted([month, *known], reverse=True)
    return [Tab(f"{one.year}-{one.month:02}", _query(one, **more), one == month) for one in listed[:6]]


def _chart(one: Indicator, trend: Sequence[tuple[date, Known]], centre_id: int) -> dict[str, object]:
    """The chosen figure over the months, each under the values of its own month."""
    decided = decided_by(centre_id)
    found = [indicators(known, in_force(month, decided=decided))[one.key].value for month, known in trend]
    words = [f"{month:%y-%m}" for month, _known in trend]
    return {
        "trend": charts.draw(words, bars=[charts.Bars("there", [_whole(value, one.unit) for value in found])]),
        "trend_rows": [(month, told(value, one.unit)) for (month, _known), value in zip(trend, found, strict=True)],
        "trend_unit": "%" if one.unit is Kind.PERCENT else gettext("seconds") if one.unit is Kind.SECONDS else "",
    }


def _definition(one: Indicator, known: Known, values: Values) -> dict[str, Any]:
    """One figure by the definition in use, as printed, and as the field has it."""
    found = indicators(known, values)[one.key]
    return {
        "key": one.key, "clause": one.clause, "name": say(one.name), "value": told(found.value, one.unit),
        "ways": [
            _way(gettext("As printed"), one.printed, found.printed, found, one),
            _way(gettext("As the field defines it"), one.field, found.field, found, one),
        ],
    }  # fmt: skip


def _way(label: str, words: Words, figure: figures.Figure, found: figures.Defined, one: Indicator) -> dict[str, object]:
    counted = figure == found.counts
    return {
        "label": label, "words": say(words), "value": told(figure.value, one.unit), "counts": counted,
        "numerator": _plain(figure.numerator), "denominator": _plain(figure.denominator),
    }  # fmt: skip


def _plain(number: Fraction) -> str:
    tenths = rounded(number * 10)
    return f"{tenths // 10:,}" if tenths % 10 == 0 else f"{tenths // 10:,}.{tenths % 10}"


# ---------------------------------------------------------------- a person


@view("appraisal.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My own figures."""
    return _person(request, request.user.pk)


@view("appraisal.view_own", methods=["GET"])
def of_person(request: Request, pk: int) -> HttpResponse:
    """Somebody's figures."""
    if not Measure.objects.visible_to(request.user).filter(person=pk).exists():
        raise Http404
    return _person(request, pk)


def _person(request: Request, pk: int) -> HttpResponse:
    reader = request.user
    rows = list(queries.of_person(reader, pk)[: queries.MONTHS])
    known = [row.month for row in rows]
    month = asked_month(request, known)
    values = values_on(reader.centre_id, month)
    row = next((one for one in rows if one.month == month), None)
    one = _chosen(request)
    is_mine = pk == reader.pk
    address = reverse("appraisal:my_indicators") if is_mine else reverse("appraisal:indicators_of", args=[pk])
    numbers = read(row.numbers) if row else Known()
    context = {
        "row": row,
        "person": rows[0].person if rows else reader,
        "is_mine": is_mine,
        "month": month,
        "cards": [_card(item, numbers, values, month, pk, one) for item in INDICATORS] if row else [],
        "targets": _targets(numbers, values) if row else None,
        "chosen": say(one.name),
        "tabs": _month_tabs(known, month, key=one.key),
        "team_url": reverse("appraisal:indicators") + _query(month, unit=row.unit_id if row else None),
        "page_url": address,
        **_chart(one, [(item.month, read(item.numbers)) for item in reversed(rows)], reader.centre_id),
    }
    return draw(request, "appraisal/my_indicators.html", context)


def _card(
    one: Indicator, known: Known, values: Values, month: date, person_id: int, chosen: Indicator
) -> dict[str, Any]:
    return {
        **_definition(one, known, values),
        "is_chosen": one is chosen,
        "trend_url": _query(month, key=one.key),
        "behind_url": reverse("appraisal:behind", args=[person_id, one.key]) + _query(month),
    }


def _targets(known: Known, values: Values) -> dict[str, object]:
    """The table of A6.11 as it stands, and rescaled to a hundred."""
    found = performance(indicators(known, values), values)
    rows = []
    for scored in found.scored:
        one = BY_KEY[TARGETS[scored.target.name]]
        rows.append(
            {
                "name": say(one.name), "value": told(scored.value, Kind.NUMBER), "least": _plain(scored.target.least),
                "most": _plain(scored.target.most), "weight": _plain(scored.target.weight),
                "score": told(scored.score, Kind.NUMBER), "percent": "%" if one.unit is Kind.PERCENT else "",
                "share": rounded(100 * scored.score / scored.target.weight) if scored.score is not None else 0,
            }
        )  # fmt: skip
    return {
        "rows": rows, "score": told(found.score, Kind.NUMBER), "of": _plain(found.of),
        "of_hundred": told(found.of_hundred, Kind.NUMBER),
    }  # fmt: skip


@view("appraisal.view_own", methods=["GET"])
def behind(request: Request, pk: int, key: str) -> HttpResponse:
    """The rows that one figure of one person counts."""
    reader = request.user
    if key not in set(Key):
        raise Http404(key)
    known = queries.of_person(reader, pk)
    month = asked_month(request, list(known.values_list("month", flat=True)[:1]))
    row = get_object_or_404(known, month=month)
    one = BY_KEY[Key(key)]
    context = {
        "person": row.person,
        "month": month,
        "definition": _definition(one, read(row.numbers), values_on(reader.centre_id, month)),
        "rows": rows_behind.behind(reader, row.person, one.key, month, row.made_at),
        "most": rows_behind.MOST,
        "back": (
            reverse("appraisal:my_indicators") if pk == reader.pk else reverse("appraisal:indicators_of", args=[pk])
        )
        + _query(month, key=key),
    }
    return draw(request, "appraisal/behind.html", context)
