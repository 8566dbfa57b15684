"""The history tables of all areas: which there are, how far a centre's rows reach, which ids a span of days has."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import sql
from django.db.models import Exists, OuterRef, Q

from hotline.config.audit.words import TABLES
from hotline.people.models import Centre


@dataclass(frozen=True, slots=True)
class Table:
    """An audited table and the one that keeps its history."""

    label: str
    model: type[models.Model]
    history: type[models.Model]

    @property
    def name(self) -> str:
        """What it is called; a table that has been given no words yet goes by the name of its model."""
        return str(TABLES.get(self.label, self.model._meta.verbose_name))

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """The history rows; their models are made by the triggers' library, so their columns have no types."""
        return self.history._default_manager.all()


@cache
def tables() -> dict[str, Table]:
    """Every audited table of ours by its label, `cases.Case`."""
    found = {}
    for history in apps.get_models():
        model: type[models.Model] | None = getattr(history, "pgh_tracked_model", None)
        if model is not None and model.__module__.startswith("hotline."):
            label = f"{model._meta.app_label}.{model.__name__}"
            found[label] = Table(label, model, history)
    return dict(sorted(found.items()))


def path_to_centre(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> str | None:
    """The shortest way over obligatory keys from a row to its centre, `person__centre`; None where there is none."""
    keys = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not field.null and field.related_model not in seen
    ]
    ways = []
    for field in keys:
        if field.related_model is Centre:
            return field.name
        further = path_to_centre(field.related_model, seen | {model})
        if further:
            ways.append(f"{field.name}__{further}")
    return min(ways, key=lambda way: way.count("__"), default=None)


def of_centre(table: Table, centre_id: int) -> Q:
    """The history rows of one centre. What belongs to no centre, as the calendar, is everybody's."""
    if table.model is Centre:
        return Q(id=centre_id)
    way = path_to_centre(table.model)
    if way is None:
        return Q()
    first, _, rest = way.partition("__")
    key = table.model._meta.get_field(first)
    above = next((other for other in tables().values() if other.model is key.related_model), None)
    if rest and above and isinstance(key, models.ForeignKey) and key.remote_field.on_delete is models.CASCADE:
        # The row above may have been deleted together with this one: its own history still knows the centre.
        told = above.rows.filter(**{"pgh_obj_id": OuterRef(f"{first}_id"), rest: centre_id})
        return Q(Exists(told))
    return Q(**{way: centre_id})


# History rows are numbered as they are written, so their numbers grow with their moments. The first number of a
# moment is found by halving, some thirty steps on the primary key: no further index burdens the writing.
FIRST_SINCE = sql.SQL("""
    (WITH RECURSIVE step (low, high) AS (
        SELECT 0::bigint, coalesce((SELECT max(pgh_id) FROM {table}), 0)::bigint + 1
        UNION ALL
        SELECT CASE WHEN is_late THEN low ELSE middle + 1 END, CASE WHEN is_late THEN middle ELSE high END
        FROM step
        CROSS JOIN LATERAL (SELECT (low + high) / 2 AS middle) AS half
        CROSS JOIN LATERAL (
            SELECT coalesce(
                (SELECT pgh_created_at >= {moment} FROM {table} WHERE pgh_id >= middle ORDER BY pgh_id LIMIT 1), true
            ) AS is_late
        ) AS looked
        WHERE low < high
    ) SELECT low FROM step WHERE low >= high)
""")
NEWEST = sql.SQL("(SELECT coalesce(max(pgh_id), 0)::bigint + 1 FROM {table})")


def first_ids(wanted: Iterable[Table], moment: datetime | None) -> dict[str, int]:
    """In one query: the number from which each table's rows of a moment count; without one, that of the next row."""
    parts = []
    for table in wanted:
        name = sql.Identifier(table.history._meta.db_table)
        found = FIRST_SINCE.format(table=name, moment=sql.Literal(moment)) if moment else NEWEST.format(table=name)
        parts.append(sql.SQL("SELECT {label}, {found}").format(label=sql.Literal(table.label), found=found))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return dict(cursor.fetchall())
