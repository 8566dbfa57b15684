"""A published month as it goes on paper and into a workbook: team by team, with heads a day and sums a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.people.models import Person, Post, Unit, UnitKind
from hotline.rosters.logic.plans import Status
from hotline.rosters.models import RosterEntry, RosterPlan, ShiftType
from hotline.rosters.queries import duty
from hotline.rulebook.shifts import Kind


@dataclass(frozen=True, slots=True)
class Heads:
    """How many of a team come to one kind of shift on each day."""

    shift: ShiftType  # one of its kind, for its letter and name
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One team's page; `unit` is None for people whose post belongs to no team of the month."""

    unit: Unit | None
    rows: tuple[duty.MonthRow, ...]
    heads: tuple[Heads, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """The whole of it, with who brought the month into force."""

    month: duty.Month
    sheets: tuple[Sheet, ...]
    plan: RosterPlan | None


def paper(person: Person, first: date, team: Unit | None = None) -> Paper:
    """The roster of a month as the person may see it, by team and name."""
    month = duty.month(person, first, team)
    # Whoever asks is on the month's grid without any shift of his own; a sheet of paper lists those who have some.
    rows = [row for row in month.rows if row.count or any(row.away)]
    units = _units({row.person.pk for row in rows}, month.days, team)
    by_unit: dict[int | None, list[duty.MonthRow]] = {}
    for row in sorted(rows, key=lambda one: (one.person.name_key, one.person.pk)):
        unit = units.get(row.person.pk)
        by_unit.setdefault(unit.pk if unit else None, []).append(row)
    named = {unit.pk: unit for unit in units.values()}
    order = sorted(by_unit, key=lambda key: (key is None, named[key].name if key is not None else "", key or 0))
    sheets = tuple(
        Sheet(named[key] if key is not None else None, tuple(by_unit[key]), _heads(by_unit[key])) for key in order
    )
    plan = RosterPlan.objects.filter(centre=person.centre_id, first=first, status=Status.PUBLISHED)
    return Paper(month, sheets, plan.select_related("published_by").first())


def _units(person_ids: Iterable[int], days: Sequence[date], team: Unit | None) -> Mapping[int, Unit]:
    """In which unit each is listed: the one asked for, else that of his first post there, a team before others."""
    held = Post.objects.filter(person__in=person_ids, days__overlap=DateRange(days[0], days[-1], "[]"))
    if team is not None:
        held = held.filter(unit=team)
    found: dict[int, Unit] = {}
    for post in held.select_related("unit").order_by("days", "pk"):
        known = found.get(post.person_id)
        if known is None or (known.kind != UnitKind.TEAM and post.unit.kind == UnitKind.TEAM):
            found[post.person_id] = post.unit
    return found


def _heads(rows: Sequence[duty.MonthRow]) -> tuple[Heads, ...]:
    """Who comes: shifts that are missed whole are not counted."""
    shifts: dict[str, ShiftType] = {}
    counts: dict[str, list[int]] = {}
    for row in rows:
        for number, entry in enumerate(row.cells):
            if entry is None or _is_missed(row, number, entry):
                continue
            kind = kind_of(entry.shift_type)
            shifts.setdefault(kind, entry.shift_type)
            counts.setdefault(kind, [0] * len(row.cells))[number] += 1
    order = sorted(shifts, key=lambda kind: (shifts[kind].starts, kind))
    return tuple(Heads(shifts[kind], tuple(counts[kind])) for kind in order)


def _is_missed(row: duty.MonthRow, number: int, entry: RosterEntry) -> bool:
    away = row.away[number]
    return away is not None and duty.is_missed(entry, away)


def kind_of(shift: ShiftType) -> str:
    """Early, mid or late, whoever's hours they are; its own code for a shift of another name."""
    return next((kind.value for kind in Kind if kind.value in shift.code), shift.code)


def worked(row: duty.MonthRow) -> int:
    """Shifts of a line to which the person comes, in whole or in part."""
    return sum(entry is not None and not _is_missed(row, number, entry) for number, entry in enumerate(row.cells))
