"""The JSON of `./run assess`: facts read strictly, the assessment written exactly. Other systems rely on it.

Money, points, rates and times are strings in decimal notation or integers; a binary float is refused everywhere.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from fractions import Fraction
from typing import TypeVar

from hotline.kernel.words import Words
from hotline.rulebook.assessment import facts as f
from hotline.rulebook.assessment.lines import Assessment, Line, Proposal, yuan
from hotline.rulebook.leave import Code
from hotline.rulebook.leave_effects import Year
from hotline.rulebook.parameters.book import PARAMETERS, near
from hotline.rulebook.parameters.declaring import FIRST_DAY
from hotline.rulebook.parameters.kinds import BadValue, exact
from hotline.rulebook.parameters.lists.pay import ROLES

T = TypeVar("T")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOST_TEXT, MOST_ROWS, MOST_COUNT = 500, 100_000, 10**12
LEAVE_KIND = re.compile(r"[a-z][a-z_]{0,39}", re.ASCII)
CLAUSES = ("D6.1", "D6.2")
COSTLY = (Code.SICK.value, Code.PERSONAL.value)


class NotReadable(ValueError):
    """Facts that cannot be read: where, and what is expected there."""

    def __init__(self, where: str, expected: str) -> None:
        super().__init__(f"{where or 'the whole'}: {expected}")


class Box:
    """A JSON object at a place: every field is asked for, and what nobody asked for is refused."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, Mapping):
            raise NotReadable(where, f"expected an object, not {named(raw)}")
        self.raw: Mapping[str, object] = raw
        self.where = where
        self.asked: set[str] = set()

    def at(self, key: str) -> str:
        """The place of a field."""
        return f"{self.where}.{key}" if self.where else key

    def has(self, key: str) -> bool:
        """Whether a field is given; null stands for absent."""
        self.asked.add(key)
        return self.raw.get(key) is not None

    def get(self, key: str) -> object:
        """A field that must be there."""
        self.asked.add(key)
        if key not in self.raw:
            raise NotReadable(self.at(key), "expected this field, and it is missing")
        return self.raw[key]

    def close(self) -> None:
        """Refuse fields that nobody asked for."""
        for key in self.raw:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                raise NotReadable(self.at(key), f"expected one of the fields {known}")

    # one reader a type

    def text(self, key: str) -> str:
        """Some words."""
        value = self.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > MOST_TEXT:
            raise NotReadable(self.at(key), f"expected a text of 1 to {MOST_TEXT} characters, not {named(value)}")
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            raise NotReadable(self.at(key), "expected whole characters, and a half of a pair stands alone in it")
        return value

    def one_of(self, key: str, options: Sequence[str]) -> str:
        """One of several words."""
        value = self.get(key)
        if not isinstance(value, str) or value not in options:
            raise NotReadable(self.at(key), f"expected one of {', '.join(options)}, not {named(value)}")
        return value

    def count(self, key: str, low: int = 0, high: int = MOST_COUNT) -> int:
        """A whole number, as an integer."""
        value = self.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise NotReadable(self.at(key), f"expected a whole number from {low} to {high}, not {named(value)}")
        return value

    def number(self, key: str, low: int, high: int, expected: str = "") -> Fraction:
        """An exact number, as an integer or a string in decimal notation."""
        value = self.get(key)
        found = exact(value)
        if found is None or not low <= found <= high:
            said = expected or f"a number from {low} to {high}"
            raise NotReadable(
                self.at(key), f'expected {said}, as an integer or a string such as "2.5", not {named(value)}'
            )
        return found

    def points(self, key: str, low: int, high: int) -> int:
        """Whole points, as an integer or a string."""
        found = self.number(key, low, high, f"whole points from {low} to {high}")
        if found.denominator != 1:
            raise NotReadable(self.at(key), f"expected whole points from {low} to {high}, not {named(self.raw[key])}")
        return int(found)

    def flag(self, key: str) -> bool:
        """True or false; absent is false."""
        if not self.has(key):
            return False
        value = self.raw[key]
        if not isinstance(value, bool):
            raise NotReadable(self.at(key), f"expected true or false, not {named(value)}")
        return value

    def rows(self, key: str, read: Callable[["Box"], T]) -> tuple[T, ...]:
        """A list of objects; absent is empty."""
        if not self.has(key):
            return ()
        value = self.raw[key]
        if not isinstance(value, list) or len(value) > MOST_ROWS:
            raise NotReadable(self.at(key), f"expected a list of at most {MOST_ROWS} objects, not {named(value)}")
        return tuple(_read(Box(row, f"{self.at(key)}[{number}]"), read) for number, row in enumerate(value))

    def box(self, key: str, read: Callable[["Box"], T]) -> T | None:
        """An object that may be absent."""
        return _read(Box(self.raw[key], self.at(key)), read) if self.has(key) else None


def _read(box: Box, read: Callable[[Box], T]) -> T:
    found = read(box)
    box.close()
    return found


def named(value: object) -> str:
    """A value as a message may show it, cut short."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, Float):
        return f"the binary float {value.text}"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    cut = text if len(text) <= 60 else f"{text[:60]}…"
    return f'"{cut}"' if isinstance(value, str) else cut


class Float:
    """A number with a point or an exponent in JSON: kept only to be refused by name."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


# ---------------------------------------------------------------- facts


def facts_of(raw: object, where: str = "") -> f.Facts:
    """The facts of one person and month; NotReadable with the place and what is expected there."""
    return _read(Box(raw, where), _facts)


def _facts(box: Box) -> f.Facts:
    return f.Facts(
        person=box.text("person"),
        role=box.one_of("role", tuple(ROLES)),
        month=_month(box),
        known_on=_known_on(box),
        overrides=_overrides(box),
        leave=box.rows("leave", _leave),
        attendance=box.rows("attendance", _attendance),
        holdings=box.box("holdings", _holdings),
        over_limit=box.rows("over_limit", _over_limit),
        accuracy=box.box("accuracy", _accuracy),
        exam=box.box("exam", _exam),
        conduct=box.rows("conduct", lambda row: _mark(row, 10)),
        rewards=box.rows("rewards", lambda row: _mark(row, 5)),
        breaches=box.rows("breaches", _breach),
        share=box.box("employed", _share) or Fraction(1),
        year=box.box("year", _year),
    )


def _month(box: Box) -> date:
    value = box.get("month")
    found = MONTH.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] == "0000":
        raise NotReadable(box.at("month"), f'expected a month such as "2026-10", not {named(value)}')
    month = date(int(found[1]), int(found[2]), 1)
    if month < FIRST_DAY:
        raise NotReadable(box.at("month"), f"expected a month from {FIRST_DAY:%Y-%m} on, not {named(value)}")
    return month


def _known_on(box: Box) -> date | None:
    if not box.has("known_on"):
        return None
    value = box.raw["known_on"]
    expected = f'expected a date such as "2026-12-31", from {FIRST_DAY} on, not {named(value)}'
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise NotReadable(box.at("known_on"), expected)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise NotReadable(box.at("known_on"), expected) from None
    if day < FIRST_DAY:
        raise NotReadable(box.at("known_on"), expected)
    return day


def _overrides(box: Box) -> dict[str, object]:
    if not box.has("parameters"):
        return {}
    found = Box(box.raw["parameters"], box.at("parameters"))
    for key, raw in found.raw.items():
        if key not in PARAMETERS:
            like = f", perhaps {' or '.join(near(key))}" if near(key) else ""
            raise NotReadable(found.at(key), f"expected a key of the rulebook{like}")
        try:
            PARAMETERS[key].parsed(raw)
        except BadValue as fault:
            raise NotReadable(found.at(key), f"expected {fault.expected.en}, not {named(raw)}") from None
    return dict(found.raw)


def _leave(box: Box) -> f.Leave:
    kind, days = _leave_kind(box), box.number("days", 0, 31)
    if (days * 2).denominator != 1:
        raise NotReadable(box.at("days"), f"expected days in halves, not {named(box.raw['days'])}")
    return f.Leave(kind, int(days * 2), box.text("spell"), box.flag("exempt"))


def _leave_kind(box: Box) -> str:
    """Any kind; but one that is nearly sick or personal would silently cost nothing, so it is taken for a slip."""
    kind = box.text("kind")
    like = [] if kind in COSTLY else get_close_matches(kind, COSTLY, n=1, cutoff=0.85)
    if like or not LEAVE_KIND.fullmatch(kind):
        raise NotReadable(box.at("kind"), f"expected sick, personal or another kind such as annual, not {named(kind)}")
    return kind


def _attendance(box: Box) -> f.Attendance:
    kind = f.Kind(box.one_of("kind", tuple(f.Kind)))
    if kind is f.Kind.ABSENT and not box.has("seconds"):
        return f.Attendance(kind, Fraction(0), box.text("evidence"))
    return f.Attendance(kind, box.number("seconds", 0, 172_800), box.text("evidence"))


def _holdings(box: Box) -> f.Holdings:
    count, seconds = box.count("count"), box.number("seconds", 0, MOST_COUNT)
    if seconds and not count:
        raise NotReadable(box.at("count"), "expected at least 1 where there are seconds")
    return f.Holdings(count, seconds)


def _over_limit(box: Box) -> f.OverLimit:
    raw = box.get("case")
    case = str(raw) if isinstance(raw, int) and not isinstance(raw, bool) else box.text("case")
    return f.OverLimit(case, box.number("seconds", 0, MOST_COUNT), box.flag("excused"))


def _accuracy(box: Box) -> f.Judged:
    total = box.count("total")
    return f.Judged(total, box.count("wrong", 0, total), box.flag("sample"))


def _exam(box: Box) -> f.Exam:
    if box.has("absent"):
        excused = box.one_of("absent", ("excused", "unexcused")) == "excused"
        if box.has("score"):
            raise NotReadable(box.where, "expected either a score or an absence, not both")
        return f.Exam(None, excused)
    if not box.has("score"):
        raise NotReadable(box.where, 'expected {"score": "79.9"}, {"absent": "excused"} or {"absent": "unexcused"}')
    return f.Exam(box.number("score", 0, 100))


def _mark(box: Box, most: int) -> f.Mark:
    return f.Mark(box.points("points", 1, most), box.text("evidence"))


def _breach(box: Box) -> f.Breach:
    return f.Breach(box.one_of("clause", CLAUSES), box.text("kind"), box.text("evidence"))


def _share(box: Box) -> Fraction:
    of = box.count("of", 1, 62)
    return Fraction(box.count("shifts", 1, of), of)


def _year(box: Box) -> Year:
    def half_days(key: str) -> int:
        days = box.number(key, 0, 366)
        if (days * 2).denominator != 1:
            raise NotReadable(box.at(key), "expected days in halves")
        return int(days * 2)

    return Year(
        half_days={"sick": half_days("sick_days"), "personal": half_days("personal_days")},
        sick_by_month=(half_days("longest_sick_month"),),
        absences=box.count("absences"),
        latenesses=box.count("latenesses"),
        in_medical_period=box.flag("medical_period"),
        is_protected=box.flag("protected"),
    )


# ---------------------------------------------------------------- the answer


def answer(facts: f.Facts, found: Assessment) -> dict[str, object]:
    """The assessment as JSON knows it: points and yuan as strings, exact."""
    return {
        "person": facts.person,
        "month": f"{facts.month:%Y-%m}",
        "points": str(found.points),
        "yuan": yuan(found.fen),
        "uncollected": yuan(found.uncollected_fen),
        "lines": [line_of(line) for line in found.lines],
        "proposals": [proposal_of(proposal) for proposal in found.proposals],
    }


def line_of(line: Line) -> dict[str, object]:
    """One line."""
    return {
        "part": line.part.value,
        "clause": line.clause,
        "points": str(line.points),
        "yuan": yuan(line.fen),
        "reason": words_of(line.reason),
        "evidence": list(line.evidence),
        "parameters": dict(line.parameters),
    }


def proposal_of(proposal: Proposal) -> dict[str, object]:
    """One matter for people, with what the law says against it where it does."""
    found: dict[str, object] = {
        "kind": proposal.matter.value,
        "clause": proposal.clause,
        "reason": words_of(proposal.reason),
        "evidence": list(proposal.evidence),
        "parameters": dict(proposal.parameters),
    }
    if proposal.stop is not None:
        found["stop"] = words_of(proposal.stop)
    return found


def words_of(words: Words) -> dict[str, str]:
    """A sentence in both languages."""
    return {"zh": words.zh, "en": words.en}
