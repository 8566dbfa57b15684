"""Pytest plugin: which clauses of the handbook the tests of this run show, kept in var/clauses.json."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from hotline.config import env

LIST = Path(__file__).with_name("clauses.csv")
RESULT = "clauses.json"


def titles() -> dict[str, str]:
    """Every clause by its number."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["title"] for row in csv.DictReader(file)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test carry the clauses it shows; a number that does not exist stops the run."""
    known = titles()
    for item in items:
        for mark in item.iter_markers("clause"):
            for clause in mark.args:
                if clause not in known:
                    raise pytest.UsageError(f"{item.nodeid} names clause {clause!r}, which tests/clauses.csv lacks")
                item.user_properties.append(("clause", clause))


class Record:
    """Counts outcomes by clause, in the process that sees all reports."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A test fails when any phase fails, and passes by its call."""
        if report.when != "call" and report.outcome == "passed":
            return
        for name, clause in report.user_properties:
            if name == "clause":
                tests = self.outcomes.setdefault(str(clause), {})
                if tests.get(report.nodeid) != "failed":
                    tests[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Lay this run's outcomes over the earlier ones of other tests."""
        if not self.outcomes:
            return
        path = env.var() / RESULT
        kept: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
        for clause, tests in self.outcomes.items():
            kept.setdefault(clause, {}).update(tests)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(kept, indent=1, sort_keys=True))
        fresh.replace(path)


def pytest_configure(config: pytest.Config) -> None:
    """Only the process that gathers reports writes."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Record(), "clauses-record")


def counts() -> dict[str, Counter[str]]:
    """How many tests of each clause passed, failed or were skipped when they last ran."""
    path = env.var() / RESULT
    kept: dict[str, dict[str, str]] = json.loads(path.read_text()) if path.exists() else {}
    return {clause: Counter(tests.values()) for clause, tests in kept.items()}
