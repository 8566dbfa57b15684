"""What waits for one's decision, with what the roster would look like; who is away in a month."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext, pgettext

from hotline.core.access import may
from hotline.core.pages import Request, draw, view, xlsx
from hotline.leave.forms import month_or
from hotline.leave.models import Leave
from hotline.leave.queries import facts, swaps
from hotline.leave.queries import requests as queries
from hotline.leave.queries.kinds import Kinds
from hotline.leave.views import shown
from hotline.people.models import Unit
from hotline.rosters.logic.hours import month_days
from hotline.rosters.models import CalendarDay, DayKind
from hotline.rosters.queries.duty import special_days, teams
from hotline.rulebook.leave import in_days

ONE_DAY = timedelta(days=1)
MOST_SHOWN = 40


@view("leave.view_deciding", methods=["GET"])
def deciding(request: Request) -> HttpResponse:
    """Requests and swaps whose turn is mine, the oldest first; each with its tightest day."""
    person = request.user
    rows = queries.deciding(person)
    impacts = queries.impacts([row for _step, row in rows[:MOST_SHOWN]])
    kinds = Kinds(person.centre_id)
    context = {
        "tabs": shown.tabs_of(person, "deciding"),
        "rows": [
            (step, shown.named(row), queries.papers_missing(row, kinds), _worst(impacts[row.pk]))
            for step, row in rows[:MOST_SHOWN]
        ],
        "more": max(0, len(rows) - MOST_SHOWN),
        "swaps": swaps.deciding(person)[:MOST_SHOWN],
        "owed": swaps.owed(person.centre_id) if may(person, "rosters.plan") else [],
        "today": shown.today(request),
        "topic": f"approvals:{person.centre_id}",
    }
    return draw(request, "leave/deciding.html", context, fragment="leave/_deciding.html")


def _worst(days: list[queries.Impact]) -> queries.Impact | None:
    return max(days, key=lambda one: (one.gap if one.gap is not None else -1000, one.others), default=None)


def _is_off(day: date, special: CalendarDay | None) -> bool:
    return day.weekday() >= 5 if special is None else special.kind in {DayKind.REST, DayKind.STATUTORY}


def _cells(row: queries.Row, days: Any, seen: Collection[int]) -> list[tuple[Any, str, str, str]]:
    """A mark for each day: of a restricted kind others see that somebody is away and not why."""
    found = []
    for day, leave in zip(days, row.days, strict=True):
        if leave is None:
            found.append((day, "", "", ""))
            continue
        kind = queries.kind_of(leave)
        hidden = kind.is_restricted and leave.pk not in seen
        word = gettext("Is away") if hidden else gettext(kind.name)
        letter = word[:1] if leave.status == "granted" else f"{word[:1]}?"
        found.append((day, letter, "neutral" if hidden else shown.TONES[leave.kind], word))
    return found


@view("leave.overview", methods=["GET"])
def overview(request: Request) -> HttpResponse:
    """Who is away in a month: people by days, and how many places of each day are taken (A7.16)."""
    person, today = request.user, shown.today(request)
    first = month_or(request.GET.get("month"), today)
    days = month_days(first)
    team = _team(request)
    special = special_days(days[0], days[-1])
    rows = queries.month(person, days, team)
    of_month = Leave.objects.visible_to(person).filter(last__gte=days[0], first__lte=days[-1])
    seen = set(of_month.values_list("pk", flat=True))
    taken = facts.away_by_day(person.centre_id, days)
    context = {
        "tabs": shown.tabs_of(person, "overview"),
        "first": first,
        "before": f"{first - ONE_DAY:%Y-%m}",
        "after": f"{days[-1] + ONE_DAY:%Y-%m}",
        "heads": [(day, _is_off(day, special.get(day)), day == today) for day in days],
        "lines": [(row, _cells(row, days, seen), in_days(row.half_days)) for row in rows],
        "taken": [(day, taken.get(day, 0)) for day in days],
        "most": facts.most_away(person.centre_id, first),
        "teams": teams(person.centre_id),
        "team": team,
        "topic": f"leave:{person.centre_id}",
    }
    return draw(request, "leave/overview.html", context, fragment="leave/_overview.html")


def _team(request: Request) -> Unit | None:
    chosen = request.GET.get("team", "")
    return teams(request.user.centre_id).filter(pk=int(chosen)).first() if chosen.isdigit() else None


@view("leave.overview", methods=["GET"])
def overview_xlsx(request: Request) -> HttpResponse:
    """The requests of a month that one may see, as a workbook."""
    first = month_or(request.GET.get("month"), shown.today(request))
    days = month_days(first)
    heads = [
        gettext("Staff number"),
        pgettext("person", "Name"),
        gettext("Kind of leave"),
        gettext("First day"),
        gettext("Last day"),
        pgettext("leave", "Days"),
        gettext("Shifts missed"),
        gettext("Spell"),
        gettext("Status"),
        gettext("Asked at"),
    ]
    found = Leave.objects.visible_to(request.user).filter(first__lte=days[-1], last__gte=first)
    rows = (
        (
            row.person.number, row.person.name, gettext(queries.kind_of(row).name), row.first, row.last,
            in_days(row.half_days), row.shifts, row.spell_id, row.get_status_display(), row.asked_at,
        )
        for row in found.select_related("person").order_by("first", "person__name_key", "pk")[:5000]
    )  # fmt: skip
    return xlsx(f"leave-{first:%Y-%m}", heads, rows)
