"""Rows of several tables in one round trip, for the few places that read or write many of them at every step.

The statements are those of a model's own `save`; they only travel together. Signals are not sent: nothing here listens
to them, and the audit is the database's.
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

ModelT = TypeVar("ModelT", bound=Model)
if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field


class Writes:
    """Statements that are collected, then sent together in the order in which they were added."""

    def __init__(self) -> None:
        self._statements: list[str] = []
        self._params: list[Any] = []
        self._rows: list[tuple[list[Model], bool]] = []  # the rows a statement writes, whether they are new
        self._open: object = None  # table and columns of the last statement, if it can take one row more

    def say(self, sql: str, *params: object) -> None:
        """Add a statement that returns nothing."""
        self._add(sql, params)

    def insert(self, row: Model) -> None:
        """Add a new row; its key, unless it has one, is known once it has been sent.

        New rows of one table that follow one another travel as one statement.
        """
        columns = _columns(type(row)) if row.pk is None else row._meta.concrete_fields
        fields = tuple(field for field in columns if not _is_left_to_database(field, row))
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
        into, places, returning = _insert(type(row), fields)
        if self._open == (type(row), fields):
            self._statements[-1] = f"{self._statements[-1].removesuffix(returning)}, {places}{returning}"
            self._params.extend(values)
            self._rows[-1][0].append(row)
        else:
            self._add(f"{into}{places}{returning}", values, row, new=True)
            self._open = (type(row), fields)

    def update(self, row: Model, *names: str) -> None:
        """Change these fields of a row, which must be there."""
        of = {field.name: field for field in row._meta.concrete_fields}
        fields = [of[name] for name in dict.fromkeys(names)]
        values = [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
        self._add(_update(type(row), tuple(fields)), [*values, row.pk], row)

    def delete(self, row: Model) -> None:
        """Take a row away, which must be there."""
        meta = row._meta
        self._add(f'DELETE FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s', [row.pk], row)  # noqa: S608

    def _add(self, sql: str, params: Any, row: Model | None = None, *, new: bool = False) -> None:
        self._statements.append(sql)
        self._params.extend(params)
        self._rows.append(([] if row is None else [row], new))
        self._open = None

    def send(self) -> None:
        """Let everything happen now."""
        if not self._statements:
            return
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(self._statements), self._params)
            for at, (written, new) in enumerate(self._rows):
                if at:
                    cursor.nextset()
                if new:
                    for row, (key,) in zip(written, cursor.fetchall(), strict=True):
                        row.pk = key
                        row._state.adding, row._state.db = False, connection.alias
                elif written and cursor.rowcount != 1:
                    raise ObjectDoesNotExist(f"{written[0]._meta.label} {written[0].pk} is not there any more")
        self.__init__()  # type: ignore[misc]


def _columns(model: type[Model]) -> list[AnyField]:
    return [field for field in model._meta.concrete_fields if field is not model._meta.auto_field]


def _is_left_to_database(field: AnyField, row: Model) -> bool:
    return isinstance(getattr(row, field.attname), DatabaseDefault)


def _place(field: AnyField) -> str:
    """A parameter with the type that the field demands (ranges do)."""
    place = getattr(field, "get_placeholder", None)
    return place(None, None, connection) if place else "%s"


@lru_cache(maxsize=256)
def _insert(model: type[Model], fields: tuple[AnyField, ...]) -> tuple[str, str, str]:
    """What stands before the rows, one row's places, and what stands behind them."""
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(_place(field) for field in fields)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ',  # noqa: S608 names of columns
        f"({places})",
        f' RETURNING "{model._meta.pk.column}"',
    )


@lru_cache(maxsize=256)
def _update(model: type[Model], fields: tuple[AnyField, ...]) -> str:
    columns = ", ".join(f'"{field.column}" = {_place(field)}' for field in fields)
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{model._meta.pk.column}" = %s'  # noqa: S608


@lru_cache(maxsize=64)
def columns(model: type[Model]) -> str:
    """All columns of a table, for a statement that `take` is to read."""
    return ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)


def take(cursor: Any, model: type[ModelT]) -> ModelT | None:
    """Make a row of the first line of what a statement found, if any, and go on to the next statement's."""
    found = cursor.fetchone()
    cursor.nextset()
    return None if found is None else _made(model, found)


def take_all(cursor: Any, model: type[ModelT]) -> list[ModelT]:
    """The same with every line."""
    found = [_made(model, line) for line in cursor.fetchall()]
    cursor.nextset()
    return found


def _made(model: type[ModelT], line: Any) -> ModelT:
    fields = model._meta.concrete_fields
    values = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, line, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], values)
