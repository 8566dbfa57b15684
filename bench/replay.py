"""Recording what one case writes, and replaying it for fresh keys by psycopg alone."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import psycopg
from django.db import connection
from psycopg.types.json import Json, Jsonb

from hotline.core import rows

WRITES = ("INSERT", "UPDATE", "DELETE")
COUNTER = "cases_casecounter"  # returns the case's number of the day
COMMIT = ("COMMIT", ())

Keys = defaultdict[str, list[Any]]
Template = Callable[[Keys], Any]


class Recording:
    """Notes every statement with its places and its values, and where transactions end."""

    def __init__(self) -> None:
        self.trips = 0
        self.said: list[tuple[str, tuple[Any, ...]]] = []
        self._together: list[tuple[str, tuple[Any, ...]]] = []  # what `rows.Writes` makes literal, before it does

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Note what is said meanwhile."""
        literal = rows.Statement.literal

        def noted(one: rows.Statement, mogrify: Any) -> str:
            self._together.append(_with_places(one))
            return literal(one, mogrify)

        with mock.patch.object(rows.Statement, "literal", noted), connection.execute_wrapper(self):
            yield

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Let it happen and note it; statements that travel together are noted one by one."""
        if self._together:
            self.said += self._together
            self._together, self.trips = [], self.trips + 1
            return execute(sql, params, many, context)
        left = list(params or ())
        for one in re.split(r";\s*\n", sql.strip()):
            needs = one.count("%s")
            self.said.append((one, tuple(left[:needs])))
            del left[:needs]
        self.trips += 1
        return execute(sql, params, many, context)

    def commit(self) -> None:
        """A transaction has ended."""
        self.said.append(COMMIT)

    def script(self, keys: Mapping[str, Sequence[int]], number: str) -> "Script":
        """The writes as a script, in which the keys of new rows and the number of the case are places to be filled."""
        places = {number: (COUNTER, 0)}
        for table, values in keys.items():
            places |= {str(value): (table, at) for at, value in enumerate(values)}
        return Script([_step(sql, params, places) for sql, params in self.said if _counts(sql)])


def _with_places(one: rows.Statement) -> tuple[str, tuple[Any, ...]]:
    values = tuple(value for row in one.params for value in row)
    if one.insert is None:
        return one.sql, values
    return f"{one.insert.into}{', '.join([one.insert.places] * len(one.params))}{one.insert.returning}", values


def _counts(sql: str) -> bool:
    return sql.split(None, 1)[0].upper() in {*WRITES, COMMIT[0]}


@dataclass(frozen=True, slots=True)
class Step:
    """One statement, what to fill it with, and whose new key it returns."""

    sql: str
    params: tuple[Template, ...]
    returns: str


class Script:
    """What one case writes, to be written again for another case."""

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps
        self.commits = sum(step.sql == COMMIT[0] for step in steps)
        self.statements = len(steps) - self.commits

    def play(self, peer: psycopg.Connection[Any]) -> Keys:
        """Write one case; the keys of its rows."""
        keys: Keys = defaultdict(list)
        with peer.cursor() as cursor:
            for step in self.steps:
                if step.sql == COMMIT[0]:
                    peer.commit()
                    continue
                cursor.execute(step.sql, [fill(keys) for fill in step.params])
                if step.returns:
                    keys[step.returns].extend(row[0] for row in cursor.fetchall())
                    if step.returns == COUNTER:
                        keys[COUNTER] = [f"20260309-{keys[COUNTER][0]:04d}"]
        return keys


Places = Mapping[str, tuple[str, int]]


def _step(sql: str, params: tuple[Any, ...], places: Places) -> Step:
    table = re.match(r'INSERT INTO "?(\w+)"?', sql.strip())
    returns = table.group(1) if table and "RETURNING" in sql else ""
    return Step(sql, tuple(_template(value, places) for value in params), returns)


def _template(value: Any, places: Places) -> Template:
    """A function that makes a parameter again for other keys."""
    if isinstance(value, Json | Jsonb):
        kind, inner = type(value), _text(json.dumps(value.obj), places)
        return lambda keys: kind(inner(keys), dumps=str)  # text already: the peer spends no time on it
    if isinstance(value, list | tuple):
        parts = [_template(one, places) for one in value]
        return lambda keys: [part(keys) for part in parts]
    if isinstance(value, str):
        return _text(str(value), places)
    if isinstance(value, int) and not isinstance(value, bool) and str(value) in places:
        table, at = places[str(value)]
        return lambda keys: keys[table][at]
    return lambda _keys: value


def _text(text: str, places: Places) -> Template:
    """A text in which numbers of rows and of the case stand."""
    wanted = "|".join(re.escape(one) for one in sorted(places, key=len, reverse=True))
    parts = re.split(rf"(?<![\d-])({wanted})(?![\d-])", text)
    if len(parts) == 1:
        return lambda _keys: text
    fills: list[Template] = [_part(part, places) for part in parts]
    return lambda keys: "".join([fill(keys) for fill in fills])


def _part(part: str, places: Places) -> Template:
    if part not in places:
        return lambda _keys: part
    table, at = places[part]
    return lambda keys: str(keys[table][at])
