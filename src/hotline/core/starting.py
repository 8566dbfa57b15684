"""A process starts in less than half the time: no look for garbage while all is still kept, and triggers known by name.

Every command, every worker and every ACD that takes over loads the whole program first. What is loaded stays, so to
look through it for garbage again and again finds nothing. And pgtrigger compares each trigger with the names of all
those before it, which it draws anew each time: with seven hundred triggers, half a million names.
"""

import gc
from typing import Any

from pgtrigger import registry

Entry = tuple[Any, Any]  # a model and one of its triggers


class Names(registry._Registry):
    """pgtrigger's register, which keeps the names of its triggers instead of drawing them anew for each."""

    def __init__(self, found: dict[str, Entry]) -> None:
        self.tables: dict[tuple[str, str], Any] = {}
        self.functions: dict[str, str] = {}
        super().__init__(found)

    @property
    def pg_function_names(self) -> Any:
        """The names of the triggers' functions."""
        return self.functions.keys()

    @property
    def by_db_table(self) -> dict[tuple[str, str], Any]:
        """The triggers by table and name."""
        return self.tables

    def __setitem__(self, key: str, value: Entry) -> None:
        super().__setitem__(key, value)  # type: ignore[no-untyped-call]  # the library has no types
        model, trigger = value
        self.tables[model._meta.db_table, trigger.name] = trigger
        self.functions[trigger.get_pgid(model)] = key

    def __delitem__(self, key: str) -> None:
        model, trigger = self[key]
        super().__delitem__(key)  # type: ignore[no-untyped-call]
        self.tables.pop((model._meta.db_table, trigger.name), None)
        self.functions.pop(trigger.get_pgid(model), None)


def begin() -> None:
    """What comes now stays: until `end` nobody looks for garbage."""
    gc.disable()
    if not isinstance(registry._registry, Names):
        registry._registry = Names(dict(registry._registry))


def end() -> None:
    """Everything is loaded, and stays."""
    gc.freeze()
    gc.enable()
