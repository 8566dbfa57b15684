"""Many rows as columns of whole numbers: what a month is reckoned from comes without a Python object for each value."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from django.db import connection
from numpy.typing import NDArray

# Moments come as PostgreSQL keeps them: whole microseconds since this one.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
HEAD, TAIL = 19, 2  # bytes around the rows of a binary copy
Column = NDArray[np.int64]


class NotWhole(ValueError):
    """A column that is neither bigint nor timestamptz, or that holds nothing in some row."""


def fetch(sql: str, params: Sequence[object], names: Sequence[str]) -> dict[str, Column]:
    """The rows of a query as a column a name. Every column is bigint or timestamptz and never NULL.

    They come by one binary COPY, eight bytes a value; NotWhole when a value has another size.
    """
    buffer = bytearray()
    with connection.cursor() as cursor:
        driver = cursor.cursor  # Django's own wrapper takes no parameters here while queries are being counted
        with driver.copy(f"COPY ({sql}) TO STDOUT (FORMAT binary)", params) as copy:
            for block in copy:
                buffer += block
    shape = [("fields", ">i2")]
    for name in names:
        shape += [(f"size {name}", ">i4"), (name, ">i8")]
    row = np.dtype(shape)
    rows, rest = divmod(len(buffer) - HEAD - TAIL, row.itemsize)
    if rest:
        raise NotWhole(f"rows of another size than {len(names)} whole numbers")
    found = np.frombuffer(buffer, dtype=row, count=rows, offset=HEAD)
    if any((found[f"size {name}"] != 8).any() for name in names):
        raise NotWhole(f"a column of {', '.join(names)} is no whole number")
    return {name: found[name].astype(np.int64) for name in names}
