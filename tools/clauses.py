"""Which clauses have passing tests: runs the tests that name a clause, or reads what their last run said."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests import clauses  # noqa: E402

from hotline.config import env  # noqa: E402
from hotline.rulebook.computed import report  # noqa: E402


def stale() -> bool:
    """Has the product changed since the tests ran?"""
    result = env.var() / clauses.RESULT
    if not result.exists():
        return True
    since = result.stat().st_mtime
    return any(path.stat().st_mtime > since for top in ("src", "tests") for path in (PROJECT / top).rglob("*.py"))


def print_report() -> bool:
    """Say which computed clauses have no rule and which rules no clause; whether there are none of either."""
    found = report(clauses.titles())
    print("\ncomputed clauses without a rule: " + (", ".join(found.without_rule) or "none"))
    print("rules without a clause: " + (", ".join(found.without_clause) or "none"))
    return not found.without_rule and not found.without_clause


def main() -> int:
    """Print every clause with the number of its tests that pass and that fail, and what has no rule or no clause.

    With --rules only the latter, which needs no test run.
    """
    if "--rules" in sys.argv[1:]:
        return 0 if print_report() else 1
    if "--run" in sys.argv[1:] or ("--read" not in sys.argv[1:] and stale()):
        (env.var() / clauses.RESULT).unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-m", "clause and not journey", "-n", "2"]
        subprocess.run(command, cwd=PROJECT, check=False)
    counted = clauses.counts()
    shown = failing = 0
    print(f"{'clause':<7} {'title':<42} {'pass':>5} {'fail':>5}")
    for clause, title in clauses.titles().items():
        count = counted.get(clause)
        if not count:
            print(f"{clause:<7} {title:<42}  none")
            continue
        shown += bool(count["passed"] and not count["failed"])
        failing += bool(count["failed"])
        print(f"{clause:<7} {title:<42} {count['passed']:>5} {count['failed']:>5}")
    agree = print_report()
    print(f"\n{shown} of {len(clauses.titles())} clauses have tests that all pass; {failing} have failing tests")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
