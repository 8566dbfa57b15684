"""Months for the tests of the assessment: a clean one, changed where a test says so."""

import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

from hotline.rulebook.assessment.contract import answer, facts_of
from hotline.rulebook.assessment.month import assess

CLEAN: dict[str, Any] = {
    "person": "p1",
    "role": "operator",
    "month": "2026-10",
    "known_on": "2026-12-31",
    "holdings": {"count": 100, "seconds": 27_000},
    "accuracy": {"total": 1000, "wrong": 0},
    "exam": {"score": "100"},
}


def month(**changed: Any) -> dict[str, Any]:
    """A clean month with these fields changed; None takes a field out."""
    return {key: value for key, value in (CLEAN | changed).items() if value is not None}


def judged(raw: dict[str, Any]) -> dict[str, Any]:
    """The answer of the contract, with its sums checked on the way."""
    facts = facts_of(raw)
    found: dict[str, Any] = answer(facts, assess(facts))
    for key in ("points", "yuan"):
        assert sum(Fraction(line[key]) for line in found["lines"]) == Fraction(found[key])
    return found


def result(**changed: Any) -> tuple[str, str, str]:
    """Points, yuan and what was not collected of a clean month with these changes."""
    found = judged(month(**changed))
    return found["points"], found["yuan"], found["uncollected"]


def late(times: int, seconds: int = 600, first: int = 1) -> list[dict[str, object]]:
    """So many latenesses on shifts of their own."""
    return [{"kind": "late", "seconds": seconds, "evidence": f"shift-{first + n}"} for n in range(times)]


def over(times: int, seconds: int = 301) -> list[dict[str, object]]:
    """So many cases over the limit."""
    return [{"case": f"C{n + 1}", "seconds": seconds} for n in range(times)]


def spell(kind: str, days: str, name: str = "") -> dict[str, object]:
    """One spell of leave."""
    return {"kind": kind, "days": days, "spell": name or f"{kind}-1"}


def breaches(times: int, clause: str = "D6.1") -> list[dict[str, object]]:
    """So many confirmed breaches."""
    return [{"clause": clause, "kind": "uniform", "evidence": f"breach-{n + 1}"} for n in range(times)]


def published() -> list[dict[str, Any]]:
    """The published examples beside the project, where there are any."""
    named = os.environ.get("HOTLINE_GOLDEN", "")
    here = Path(__file__).resolve()
    places = [Path(named)] if named else [up / "shared/mission/golden.json" for up in here.parents]
    for place in places:
        if place.is_file():
            return list(json.loads(place.read_text(encoding="utf-8")))
    return []
