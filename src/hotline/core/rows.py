"""Rows of several tables in one round trip, for the few places that read or write many of them at every step.

The statements are those of a model's own `save`; they only travel together. Signals are not sent: nothing here listens
to them, and the audit is the database's.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, models
from django.db.models import Field, ForeignKey, Model
from django.db.models.expressions import DatabaseDefault

ModelT = TypeVar("ModelT", bound=Model)
if TYPE_CHECKING:
    AnyField = Field[Any, Any]
else:
    AnyField = Field

# What goes into a column of these very classes as it is; everything else is asked of the field.
AS_IS: dict[type, type] = {
    models.CharField: str, models.TextField: str, models.BooleanField: bool, models.DateField: date,
    models.DateTimeField: datetime, models.AutoField: int, models.BigAutoField: int, models.IntegerField: int,
    models.BigIntegerField: int, models.SmallIntegerField: int, models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int, models.PositiveBigIntegerField: int,
}  # fmt: skip


class Column(NamedTuple):
    """A field of a model, and the type of value that goes into its column as it is."""

    field: AnyField
    name: str
    kind: type | None

    def of(self, row: Model, *, add: bool) -> Any:
        """The value to be written."""
        value = getattr(row, self.name)
        if value is None or type(value) is self.kind:
            return value
        return self.field.get_db_prep_save(self.field.pre_save(row, add=add), connection)


class Insert(NamedTuple):
    """What stands before the rows, one row's places, and what stands behind them."""

    into: str
    places: str
    returning: str


@dataclass(slots=True)
class Statement:
    """One statement, its words complete or those of the rows that it inserts, and the rows that it writes."""

    sql: str
    params: list[list[Any]]  # by row of an insert, else of the whole
    insert: Insert | None = None
    rows: list[Model] = field(default_factory=list)

    def literal(self, mogrify: Any) -> str:
        """With its values. Each row is taken alone: the words of one are known to the driver, those of many are not."""
        if self.insert is None:
            return str(mogrify(self.sql, self.params[0]))
        into, places, returning = self.insert
        return f"{into}{', '.join(mogrify(places, values) for values in self.params)}{returning}"


class Writes:
    """Statements that are collected, then sent together in the order in which they were added."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []
        self._open: object = None  # table and columns of the last statement, if it can take one row more

    def say(self, sql: str, *params: object) -> None:
        """Add a statement that returns nothing."""
        self._add(Statement(sql, [list(params)]))

    def insert(self, row: Model) -> None:
        """Add a new row; its key, unless it has one, is known once it has been sent.

        New rows of one table that follow one another travel as one statement.
        """
        model, with_key = type(row), row.pk is not None
        values, left = [], 0  # which columns are left to the database, a bit for each
        for place, column in enumerate(_columns(model, with_key)):
            if isinstance(getattr(row, column.name), DatabaseDefault):
                left |= 1 << place
            else:
                values.append(column.of(row, add=True))
        shape = (model, with_key, left)
        if self._open == shape:
            self._statements[-1].params.append(values)
            self._statements[-1].rows.append(row)
        else:
            self._add(Statement("", [values], _insert(*shape), [row]))
            self._open = shape

    def update(self, row: Model, *names: str) -> None:
        """Change these fields of a row, which must be there."""
        model, names = type(row), tuple(dict.fromkeys(names))
        values = [column.of(row, add=False) for column in _named(model, names)]
        self._add(Statement(_update(model, names), [[*values, row.pk]], rows=[row]))

    def delete(self, row: Model) -> None:
        """Take a row away, which must be there."""
        meta = row._meta
        sql = f'DELETE FROM "{meta.db_table}" WHERE "{meta.pk.column}" = %s'  # noqa: S608 names of columns
        self._add(Statement(sql, [[row.pk]], rows=[row]))

    def _add(self, statement: Statement) -> None:
        self._statements.append(statement)
        self._open = None

    def send(self) -> None:
        """Let everything happen now."""
        if not self._statements:
            return
        with connection.cursor() as cursor:
            cursor.execute(";\n".join(one.literal(cursor.mogrify) for one in self._statements))
            for at, statement in enumerate(self._statements):
                if at:
                    cursor.nextset()
                if statement.insert is not None:
                    for row, (key,) in zip(statement.rows, cursor.fetchall(), strict=True):
                        row.pk = key
                        row._state.adding, row._state.db = False, connection.alias
                elif statement.rows and cursor.rowcount != 1:
                    lost = statement.rows[0]
                    raise ObjectDoesNotExist(f"{lost._meta.label} {lost.pk} is not there any more")
        self.__init__()  # type: ignore[misc]


@lru_cache(maxsize=256)
def _columns(model: type[Model], with_key: bool) -> tuple[Column, ...]:
    """The columns of a new row, without the key where the database gives it."""
    meta = model._meta
    return tuple(_column(one) for one in meta.concrete_fields if with_key or one is not meta.auto_field)


@lru_cache(maxsize=512)
def _named(model: type[Model], names: tuple[str, ...]) -> tuple[Column, ...]:
    of = {one.name: one for one in model._meta.concrete_fields}
    return tuple(_column(of[name]) for name in names)


def _column(one: AnyField) -> Column:
    holds = one
    while isinstance(holds, ForeignKey):
        holds = holds.target_field
    changes_itself = getattr(one, "auto_now", False) or getattr(one, "auto_now_add", False)
    return Column(one, one.attname, None if changes_itself else AS_IS.get(type(holds)))


def _place(field: AnyField) -> str:
    """A parameter with the type that the field demands (ranges do)."""
    place = getattr(field, "get_placeholder", None)
    return place(None, None, connection) if place else "%s"


@lru_cache(maxsize=256)
def _insert(model: type[Model], with_key: bool, left: int) -> Insert:
    fields = [one.field for place, one in enumerate(_columns(model, with_key)) if not left >> place & 1]
    columns = ", ".join(f'"{one.column}"' for one in fields)
    places = ", ".join(_place(one) for one in fields)
    return Insert(
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ',  # noqa: S608 names of columns
        f"({places})",
        f' RETURNING "{model._meta.pk.column}"',
    )


@lru_cache(maxsize=512)
def _update(model: type[Model], names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{one.field.column}" = {_place(one.field)}' for one in _named(model, names))
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
    names, converted = _read(model)
    values = list(line)
    for place, convert in converted:
        values[place] = convert(values[place], None, connection)
    return model.from_db(connection.alias, names, values)


@lru_cache(maxsize=64)
def _read(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """The names of all columns, and those whose field makes something of what the database tells."""
    fields = model._meta.concrete_fields
    converted = [(place, one.from_db_value) for place, one in enumerate(fields) if hasattr(one, "from_db_value")]
    return [one.attname for one in fields], converted
