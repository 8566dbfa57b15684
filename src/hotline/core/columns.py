"""Many rows as columns of whole numbers: what a month is reckoned from comes without a Python object for each value."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

# Moments come as PostgreSQL keeps them: whole microseconds since this one.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
HEAD = 19  # bytes before the rows of a binary copy
WHOLE = {20, 1184}  # what PostgreSQL calls bigint and timestamptz
PARTS = 63  # so many messages carry all rows; one a row would take longer than finding the rows
Column = NDArray[np.int64]
VALUE = np.dtype([("size", ">i4"), ("value", ">i8")])


class NotWhole(ValueError):
    """A column that is neither bigint nor timestamptz, or that holds nothing in some row."""


def fetch(sql: str, params: Sequence[object], names: Sequence[str]) -> dict[str, Column]:
    """The rows of a query as a column a name. Every column is bigint or timestamptz and never NULL.

    They come by one binary COPY of arrays, eight bytes a value, in no order; NotWhole when a value is something else.
    """
    called = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f'array_agg("{name}")' for name in names)
    whole = f"SELECT {arrays} FROM ({sql}) AS rows ({called}) GROUP BY (random() * {PARTS})::int"  # noqa: S608 our own
    parts: list[list[Column]] = [[] for _name in names]
    with connection.cursor() as cursor:
        driver = cursor.cursor  # Django's own wrapper takes no parameters here while queries are being counted
        with driver.copy(f"COPY ({whole}) TO STDOUT (FORMAT binary)", params) as copy:
            buffer = b"".join(copy)
    place = HEAD
    while (fields := int.from_bytes(buffer[place : place + 2], "big", signed=True)) >= 0:  # -1 ends a copy
        place += 2
        for number in range(fields):
            size = int.from_bytes(buffer[place : place + 4], "big")
            place += 4
            parts[number].append(_array(memoryview(buffer)[place : place + size], names[number]))
            place += size
    return {
        name: np.concatenate(found) if found else np.empty(0, np.int64)
        for name, found in zip(names, parts, strict=True)
    }


def _array(sent: memoryview, name: str) -> Column:
    """One array as PostgreSQL sends it: five numbers about it, then each value with its size."""
    _dimensions, has_null, kind, length, _lowest = (int(x) for x in np.frombuffer(sent, ">i4", 5))
    if kind not in WHOLE or has_null:
        raise NotWhole(f"the column {name} is no whole number, or empty in some row")
    return np.frombuffer(sent, VALUE, length, 20)["value"].astype(np.int64)
