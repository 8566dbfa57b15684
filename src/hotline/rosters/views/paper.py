"""The roster of a month on paper, team by team, and as a workbook."""

from collections import Counter
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, pgettext

from hotline.core import clock
from hotline.core.pages import Request, view, xlsx
from hotline.people.models import Unit
from hotline.rosters import forms
from hotline.rosters.models import CalendarDay, DayKind
from hotline.rosters.queries import duty
from hotline.rosters.queries import paper as queries
from hotline.rosters.views.marks import Head, Mark, MonthCells, away_words, day_heads, legend_of

SIZES = ("a4", "a3")
KINDS = ("early", "mid", "late")


def _asked(request: Request) -> tuple[date, Unit | None]:
    """Which month and whose, by the address."""
    form = forms.MonthFilter(request.GET, teams=duty.teams(request.user.centre_id))
    return form.first_day(clock.local_day(request.at)), form.chosen_team()


@view("rosters.view_month", methods=["GET"])
def paper(request: Request) -> HttpResponse:
    """A page of paper for each team: the month, heads a day, what the letters mean, and room for signatures."""
    first, team = _asked(request)
    found = queries.paper(request.user, first, team)
    heads = day_heads(found.month.days, found.month.special, clock.local_day(request.at))
    size = request.GET.get("paper", "")
    context = {
        "first": first,
        "team": team,
        "size": size if size in SIZES else SIZES[0],
        "sizes": SIZES,
        "plan": found.plan,
        "heads": [(head, _printed(found.month.special.get(head.day))) for head in heads],
        "sheets": [_sheet(sheet, heads) for sheet in found.sheets],
        "legend": legend_of(found.month),
        "named_days": [row for row in found.month.special.values() if row.name],
        "is_estimated": found.month.is_estimated,
        "at": request.at,
    }
    return render(request, "rosters/paper.html", context)


def _printed(special: CalendarDay | None) -> str:
    """What stands above a day on paper: a holiday, or a weekend day that is worked."""
    if special is None:
        return ""
    if special.kind == DayKind.MAKE_UP:
        return pgettext("calendar", "W")
    return pgettext("calendar", "H") if special.kind in {DayKind.REST, DayKind.STATUTORY} else ""


def _sheet(sheet: queries.Sheet, heads: list[Head]) -> dict[str, object]:
    cells = MonthCells()
    return {
        "name": sheet.unit.name if sheet.unit else gettext("Without a team"),
        "people": len(sheet.rows),
        "lines": [
            {
                "person": row.person,
                "cells": [cells.of(*day) for day in zip(heads, row.cells, row.away, strict=True)],
                "sums": _sums(row),
                "worked": queries.worked(row),
            }
            for row in sheet.rows
        ],
        "kinds": [(Mark.of(one.shift), list(zip(heads, one.counts, strict=True))) for one in sheet.heads],
    }


def _sums(row: duty.MonthRow) -> list[int]:
    """Early, mid and late shifts as planned."""
    counts = Counter(queries.kind_of(entry.shift_type) for entry in row.cells if entry is not None)
    return [counts[kind] for kind in KINDS]


@view("rosters.view_month", methods=["GET"])
def workbook(request: Request) -> HttpResponse:
    """The same as a workbook: a line a person, a column a day."""
    first, team = _asked(request)
    found = queries.paper(request.user, first, team)
    heads = [gettext("Team"), gettext("Staff number"), gettext("Name")]
    heads += [f"{day:%m-%d}" for day in found.month.days]
    heads += [gettext("Early shifts"), gettext("Mid shifts"), gettext("Late shifts"), gettext("Shifts worked")]
    rows = [
        [
            sheet.unit.name if sheet.unit else "",
            row.person.number,
            row.person.name,
            *_words(row, found.month.days),
            *_sums(row),
            queries.worked(row),
        ]
        for sheet in found.sheets
        for row in sheet.rows
    ]
    return xlsx(f"roster-{first:%Y-%m}", heads, rows)


def _words(row: duty.MonthRow, days: tuple[date, ...]) -> list[str]:
    words = []
    for day, entry, away in zip(days, row.cells, row.away, strict=True):
        parts = [gettext(entry.shift_type.name)] if entry is not None else []
        if away is not None:
            parts.append(away_words(away.kind, day))
        words.append(" · ".join(parts))
    return words
