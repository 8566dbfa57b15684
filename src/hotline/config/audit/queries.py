"""What the trail says: history rows found within bounds, and what each of them changed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Value
from django.utils.translation import gettext, pgettext

from hotline.cases.models.case import WHOLE_CENTRE
from hotline.config.audit import shown
from hotline.config.audit.tables import Table, first_ids, of_centre, tables
from hotline.config.audit.words import ACTIONS
from hotline.core import clock
from hotline.people.models import Person

LAST_OF_EACH = 200  # rows of each table when all of them are asked together
NOTHING = (None, "")
NEWEST = 20_000  # rows of each table that are looked through when no days are given
# Moments of history rows are those at which their transactions began; numbers follow them at this distance at most.
LONGEST_TRANSACTION = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the trail is narrowed by."""

    table: str = ""
    key: str = ""
    by: tuple[int, ...] | None = None
    request: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One column of an entry."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail."""

    at: datetime
    day: date
    who: str
    action: str
    happened: str
    kind: str
    table: str
    label: str
    key: str
    row: str
    changes: tuple[Change, ...]
    reason: str
    request: str


def found(asked: Asked, reader: Person) -> "models.QuerySet[Any]":
    """Table, number and moment of the history rows asked for, newest first; of the reader's centre alone."""
    wanted = [tables()[asked.table]] if asked.table in tables() else list(tables().values())
    bounds = None if asked.key and asked.table else _bounds(wanted, asked)
    parts: list[models.QuerySet[Any]] = []
    for table in wanted:
        rows: models.QuerySet[Any] = table.rows.filter(of_centre(table, reader.centre_id) & _narrowed(table, asked))
        if bounds:
            first, end = bounds[table.label]
            rows = rows.filter(pgh_id__gte=first, pgh_id__lt=end)
        parts.append(
            rows.annotate(pgh_table=Value(table.label))
            .order_by("-pgh_id")
            .values("pgh_table", "pgh_id", "pgh_created_at")
        )
    if len(parts) == 1:
        return parts[0]
    last = [part[:LAST_OF_EACH] for part in parts]
    return last[0].union(*last[1:], all=True).order_by("-pgh_created_at", "pgh_table", "-pgh_id")


def _narrowed(table: Table, asked: Asked) -> Q:
    wish = Q()
    if asked.key and asked.table:
        try:
            wish &= Q(pgh_obj_id=table.model._meta.pk.to_python(asked.key))
        except ValidationError:
            wish &= Q(pk__in=[])
    if asked.by is not None:
        wish &= Q(pgh_context__by__in=asked.by)
    if asked.request:
        wish &= Q(pgh_context__request=asked.request)
    if asked.since:
        wish &= Q(pgh_created_at__gte=clock.wall(asked.since))
    if asked.until:
        wish &= Q(pgh_created_at__lt=clock.wall(asked.until + timedelta(days=1)))
    return wish


def _bounds(wanted: Sequence[Table], asked: Asked) -> dict[str, tuple[int, int]]:
    """Between which numbers each table is looked through: the days asked for, or its newest rows."""
    until = clock.wall(asked.until + timedelta(days=1)) + LONGEST_TRANSACTION if asked.until else None
    ends = first_ids(wanted, until)
    if asked.since is None:
        return {label: (max(0, end - NEWEST), end) for label, end in ends.items()}
    starts = first_ids(wanted, clock.wall(asked.since) - LONGEST_TRANSACTION)
    return {label: (starts[label], end) for label, end in ends.items()}


def entries(keys: Iterable[dict[str, Any]], reader: Person) -> list[Entry]:
    """The lines for these rows: two queries a table that occurs, and one a table that they refer to."""
    keys = list(keys)
    numbers: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        numbers[key["pgh_table"]].append(key["pgh_id"])
    rows: dict[tuple[str, int], Any] = {}
    before: dict[tuple[str, int], Any] = {}
    for label, ids in numbers.items():
        rows |= {(label, row.pgh_id): row for row in _with_number_before(tables()[label], ids)}
        earlier = [row.pgh_before for (of, _), row in rows.items() if of == label and row.pgh_before]
        before |= {(label, row.pgh_id): row for row in tables()[label].rows.filter(pk__in=earlier)}
    there = [(tables()[label], row, before.get((label, row.pgh_before))) for (label, _), row in rows.items()]
    names = _names(there)
    tells = reader.standing.is_any(*WHOLE_CENTRE)
    lines = {
        (table.label, row.pgh_id): _entry(table, row, earlier, names, tells=tells) for table, row, earlier in there
    }
    return [lines[key["pgh_table"], key["pgh_id"]] for key in keys if (key["pgh_table"], key["pgh_id"]) in lines]


def _with_number_before(table: Table, ids: Iterable[int]) -> "models.QuerySet[Any]":
    earlier = table.rows.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    before = Subquery(earlier.values("pgh_id")[:1])
    rows: models.QuerySet[Any] = table.rows.filter(pk__in=list(ids)).annotate(pgh_before=before)
    return rows


def _pairs(table: Table, row: Any, earlier: Any) -> list[tuple[shown.Column, Any, Any]]:
    """The columns that an entry tells of: those that differ, all of a new or a deleted row."""
    found = []
    for field in shown.columns(table.model):
        value = getattr(row, field.attname)
        if row.pgh_label == "insert":
            old, new = None, value
        elif row.pgh_label == "delete":
            old, new = value, None
        else:
            old, new = getattr(earlier, field.attname, None), value
        if old != new and not (old in NOTHING and new in NOTHING):
            found.append((field, old, new))
    return found


def _names(there: "list[tuple[Table, Any, Any]]") -> shown.Names:
    """Persons who acted and rows that columns refer to, in a few words; a query a table."""
    wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
    for table, row, earlier in there:
        by = (row.pgh_context or {}).get("by")
        wanted[Person].add(by)
        wanted[table.model].add(row.pgh_obj_id)
        for field, old, new in _pairs(table, row, earlier):
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model] |= {old, new}
    return {
        (model, key): shown.title(row)
        for model, keys in wanted.items()
        if model is Person or _says_more_than_its_key(model)
        for key, row in model._default_manager.in_bulk(keys - {None}).items()
    }


def _says_more_than_its_key(model: type[models.Model]) -> bool:
    return model.__str__ is not models.Model.__str__


def _entry(table: Table, row: Any, earlier: Any, names: shown.Names, *, tells: bool) -> Entry:
    signed = row.pgh_context or {}
    action, by = signed.get("action", ""), signed.get("by")
    key = str(row.pgh_obj_id)
    return Entry(
        at=row.pgh_created_at,
        day=clock.local(row.pgh_created_at).date(),
        who=names.get((Person, by), "") if by else "",
        action=str(ACTIONS.get(action, action)),
        happened=happened(row.pgh_label),
        kind=row.pgh_label,
        table=table.name,
        label=table.label,
        key=key,
        row=names.get((table.model, row.pgh_obj_id), f"#{key}"),
        changes=tuple(
            Change(
                shown.label(field),
                shown.shown(field, old, names, tells=tells),
                shown.shown(field, new, names, tells=tells),
            )
            for field, old, new in _pairs(table, row, earlier)
        ),
        reason=signed.get("reason", ""),
        request=signed.get("request", ""),
    )


def happened(label: str) -> str:
    """What became of the row."""
    words = {
        "insert": pgettext("row", "made"),
        "update": pgettext("row", "changed"),
        "delete": pgettext("row", "deleted"),
    }
    return words.get(label, gettext(label))


def persons(text: str, centre_id: int) -> tuple[int, ...]:
    """Whom a name, a staff number or a user name means, programs included."""
    same = Q(number__iexact=text) | Q(username__iexact=text) | Q(name=text)
    return tuple(Person.objects.filter(same, centre=centre_id).values_list("pk", flat=True)[:10])
