"""What an appeal asks for: the same facts without the fact that a line rests on (pure)."""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import StringIO

from hotline.kernel.money import portion
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.lines import Part

AVERAGE = "holdings"  # what a line about the month's average time in hand names
Parts = Mapping[str, tuple[int, int]]  # part of a month: points and fen
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Overturned:
    """A line that does not stand any more: its part and the keys of the facts behind it."""

    part: str
    evidence: tuple[str, ...]


def without(facts: Facts, overturned: Iterable[Overturned]) -> Facts:
    """The facts as they are when these lines are overturned. What is taken out can only be to the person's good.

    A line that names no single fact (an average, a rate, an exam) is overturned as a whole: that part is not known,
    and what is not known costs nothing (reading 30).
    """
    for one in overturned:
        facts = _without(facts, one.part, frozenset(one.evidence))
    return facts


def _without(facts: Facts, part: str, names: Collection[str]) -> Facts:
    if part == Part.TIMELINESS:
        if AVERAGE in names:
            return replace(facts, holdings=None)
        cases = {name.removeprefix("case ").removesuffix(": dwell") for name in names}
        return replace(facts, over_limit=tuple(one for one in facts.over_limit if one.case not in cases))
    if part == Part.ACCURACY:
        return replace(facts, accuracy=None)
    if part == Part.EXAM:
        return replace(facts, exam=None)
    return replace(
        facts,
        leave=tuple(replace(one, is_exempt=one.is_exempt or one.spell in names) for one in facts.leave),
        attendance=tuple(one for one in facts.attendance if one.evidence not in names),
        conduct=tuple(one for one in facts.conduct if one.evidence not in names),
        breaches=tuple(one for one in facts.breaches if one.evidence not in names),
    )


def is_worse(before: Parts, now: Parts) -> bool:
    """Whether any part of a month takes more, or gives less, than it did; what another gains makes up for nothing."""
    none = (0, 0)
    return any(
        now.get(part, none)[0] < before.get(part, none)[0] or now.get(part, none)[1] < before.get(part, none)[1]
        for part in {*before, *now}
    )


def plain_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """CSV in UTF-8 with its mark, for spreadsheets: text that a sheet would take for a formula gets an apostrophe."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_safe(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _safe(value: object) -> object:
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return value


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals, for a sheet: -2.50."""
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02}"


def rounded(value: Fraction) -> int:
    """A number for the eye, half rounded away from nothing; nothing is reckoned on with it."""
    return portion(1, value)
