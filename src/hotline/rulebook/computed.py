"""The clauses that the program computes itself: each is bound to a rule of the book, and each rule to its clause."""

import pkgutil
from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module

import hotline.rulebook
from hotline.kernel.rules import BOOK

COMPUTED: tuple[str, ...] = (
    *("D2.2", "D2.3", "D2.4"),
    *(f"D3.{number}" for number in (3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
    "D5",
    *("D6.1", "D6.2"),
    *(f"A6.{number}" for number in range(1, 12)),
    "A1.3",
    "A7.11",
    *("A7.12", "A7.13", "A7.14", "A7.15"),
)

# One rule may answer for further clauses, where they cannot be told apart: clause -> the rule's full name.
ALSO: dict[str, str] = {
    "D2.3": "hotline.rulebook.attendance.attendance",  # only accepted excuses are taken out
    "D2.4": "hotline.rulebook.attendance.attendance",  # early leave, judged with the arrival
}


@dataclass(frozen=True, slots=True)
class Report:
    """What does not fit together; empty when the handbook and the program agree."""

    without_rule: tuple[str, ...]  # computed clauses that no rule carries out
    without_clause: tuple[str, ...]  # rules that name a clause which the handbook does not have


def load() -> None:
    """Import every chapter, so that all its rules stand in the book."""
    for module in pkgutil.walk_packages(hotline.rulebook.__path__, "hotline.rulebook."):
        if ".tests" not in module.name:
            import_module(module.name)


def report(listed: Collection[str]) -> Report:
    """Computed clauses without a rule, and rules without a clause of this list."""
    load()
    rules = {name: entry.clause for name, entry in BOOK.items() if name.startswith("hotline.rulebook.")}
    bound = set(rules.values()) | {clause for clause, name in ALSO.items() if name in rules}
    unknown = (name for name, clause in rules.items() if clause not in listed)
    wanted = (clause for clause in COMPUTED if clause not in bound or clause not in listed)
    return Report(tuple(sorted(wanted)), tuple(sorted(unknown)))
