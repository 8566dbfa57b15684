"""Questions that are asked at every step: the server parses and plans each of them once a connection.

Several go out in one round trip, which a server that plans anew each time pays for by more than the answers cost.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

_known: "WeakKeyDictionary[Any, set[str]]" = WeakKeyDictionary()  # what each line to the server has been told


class Questions:
    """Named statements with parameters $1, $2 … and their types, asked together in their order."""

    def __init__(self, name: str, statements: Mapping[str, tuple[Sequence[str], str]]) -> None:
        """`statements`: a name -> types of the parameters and the statement. `name` is the whole's, and unique."""
        self._makes = {
            f"{name}_{key}": f"PREPARE {name}_{key} ({', '.join(types)}) AS {sql}"
            for key, (types, sql) in statements.items()
        }
        self._asks = {
            key: f"EXECUTE {name}_{key} ({', '.join(f'%s::{one}' for one in types)})"
            for key, (types, _sql) in statements.items()
        }

    def ask(self, cursor: Any, words: Mapping[str, Sequence[object]]) -> None:
        """Ask the named ones with their parameters; the answers stand in the cursor, one after another."""
        connection.ensure_connection()
        known = _known.setdefault(connection.connection, set())
        if not known.issuperset(self._makes):
            cursor.execute(";".join(sql for name, sql in self._makes.items() if name not in known))
            known.update(self._makes)
        cursor.execute(
            ";".join(self._asks[key] for key in words), [value for values in words.values() for value in values]
        )
