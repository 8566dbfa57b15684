"""Database expressions that several areas need for spans that must not overlap."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import Deferrable, F, Func, Q


def one_at_a_time(
    *keys: str, span: str, name: str, condition: Q | None = None, by_statement: bool = False
) -> ExclusionConstraint:
    """No two rows with the same keys (whole-number columns) may have overlapping spans.

    A key stands as the range [key, key], because ranges have a GiST operator class of their own and the embedded
    PostgreSQL carries no btree_gist. With `by_statement` it is asked at the end of each statement instead of at each
    row, so that one statement can exchange rows.
    """
    expressions: list[tuple[Any, str]] = [
        (Func(F(key), F(key), template="int8range(%(expressions)s, '[]')"), RangeOperators.OVERLAPS) for key in keys
    ]
    expressions.append((span, RangeOperators.OVERLAPS))
    deferrable = Deferrable.IMMEDIATE if by_statement else None
    return ExclusionConstraint(name=name, expressions=expressions, condition=condition, deferrable=deferrable)
