"""Which clauses have passing tests: runs the tests that name a clause, or reads what their last run said."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tests import clauses  # noqa: E402

from hotline.config import env  # noqa: E402


def stale() -> bool:
    """Has the product changed since the tests ran?"""
    result = env.var() / clauses.RESULT
    if not result.exists():
        return True
    since = result.stat().st_mtime
    return any(path.stat().st_mtime > since for top in ("src", "tests") for path in (PROJECT / top).rglob("*.py"))


def main() -> None:
    """Print every clause with the number of its tests that pass and that fail."""
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
    print(f"\n{shown} of {len(clauses.titles())} clauses have tests that all pass; {failing} have failing tests")


if __name__ == "__main__":
    main()
