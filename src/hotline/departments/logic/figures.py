"""What a department's month is measured by, as data: number and list come from the same condition. Pure.

Rows are the hand-outs to the department that began in the month, as they stand at the moment of asking. Lateness is
judged on the phase; a row that was exempted stays late in its list and is left out of the rate.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.cases.logic.indicators import Condition, Fact, Part, Timing, both, lets_in, one_of
from hotline.kernel.words import gettext_noop as _

FACTS = (
    "end",
    "phase",
    "own",
    "taken",
    "is_exempt",
    "is_postponed",
    "is_rework",
    "is_objected",
    "is_upheld",
)
LIGHT_FACTS = ("end", "phase", "is_exempt")
NONE = "none"  # nothing was agreed


class End(StrEnum):
    """How a hand-out ended."""

    DONE = "done"
    OPEN = "open"
    RETURNED = "returned"
    PARKED = "parked"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """One rate: its words, by which fact it is split three ways, and what is let in."""

    key: str
    name: str
    formula: str
    split: str  # the fact that says in time, open in time, late
    population: Condition
    denominator: Condition
    numerator: Condition
    target: str = ""  # the agreement's field
    good_is_high: bool = True

    def condition(self, part: Part) -> Condition:
        """The whole condition of a part, the population's included."""
        if part is Part.NUMERATOR:
            return both(self.population, both(self.denominator, self.numerator))
        if part is Part.DENOMINATOR:
            return both(self.population, self.denominator)
        return both(self.population, {self.split: SPLIT[part]} if self.split else {})


SPLIT: dict[Part, frozenset[Fact]] = {
    Part.DONE: one_of(Timing.IN_TIME),
    Part.OPEN_IN_TIME: one_of(Timing.OPEN_IN_TIME),
    Part.OPEN_LATE: one_of(Timing.LATE, Timing.OPEN_LATE),
}
# The three-way split in words: done in time, open in time, late.
SPLIT_LABELS: dict[Part, str] = {
    Part.DONE: _("Done in time"),
    Part.OPEN_IN_TIME: _("Open, still in time"),
    Part.OPEN_LATE: _("Past the limit"),
}

ALL: Condition = {}
HANDLED = {"end": one_of(End.DONE, End.OPEN)}
JUDGED = one_of(Timing.IN_TIME, Timing.LATE, Timing.OPEN_LATE)
LATE = one_of(Timing.LATE, Timing.OPEN_LATE)
AGREED = one_of(*Timing)
YES, NO = one_of(True), one_of(False)
BROUGHT = {"end": one_of(End.DONE, End.OPEN, End.RETURNED)}

# fmt: off
MEASURES: tuple[Measure, ...] = (
    Measure(
        "phase", _("Handled in time (whole phase)"), _("done in time / (done + open past the limit − exempted)"),
        "phase", HANDLED, {"phase": JUDGED, "is_exempt": NO}, {"phase": one_of(Timing.IN_TIME)}, "target_phase",
    ),
    Measure(
        "late", _("Late (whole phase)"), _("late, exempted ones left out / (done + open past the limit − exempted)"),
        "phase", HANDLED, {"phase": JUDGED, "is_exempt": NO}, {"phase": LATE}, good_is_high=False,
    ),
    Measure(
        "own", _("Own time kept"), _("left the department within its own time / left it, or past its own time"),
        "own", {**BROUGHT, "own": AGREED}, {"own": JUDGED, "is_exempt": NO}, {"own": one_of(Timing.IN_TIME)},
        "target_hop",
    ),
    Measure(
        "taken", _("Accepted in time"), _("accepted within the agreed time / accepted, or past the agreed time"),
        "taken", {"taken": AGREED}, {"taken": JUDGED}, {"taken": one_of(Timing.IN_TIME)}, "target_accept",
    ),
    Measure(
        "returned", _("Sent back"), _("sent back / received"),
        "", ALL, ALL, {"end": one_of(End.RETURNED)}, good_is_high=False,
    ),
    Measure(
        "rework", _("Rework rate"), _("given again to the same unit after a check / received"),
        "", ALL, ALL, {"is_rework": YES}, "target_rework", good_is_high=False,
    ),
    Measure(
        "postponed", _("Postponed"), _("postponed / received"),
        "", ALL, ALL, {"is_postponed": YES}, good_is_high=False,
    ),
    Measure(
        "parked", _("Parked"), _("parked / received"),
        "", ALL, ALL, {"end": one_of(End.PARKED)}, good_is_high=False,
    ),
    Measure(
        "objected", _("Objected to"), _("dispatches objected to / received"),
        "", ALL, ALL, {"is_objected": YES}, good_is_high=False,
    ),
    Measure(
        "upheld", _("Objections upheld"), _("objections upheld / dispatches objected to"),
        "", {"is_objected": YES}, ALL, {"is_upheld": YES},
    ),
)
# fmt: on
BY_KEY = {measure.key: measure for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a month: never a rate without what it is made of."""

    measure: Measure
    numerator: int
    denominator: int
    done: int
    open_in_time: int
    open_late: int

    def plain(self) -> dict[str, int]:
        """As it is stored in a report."""
        return {part.value: self.of(part) for part in Part}

    def of(self, part: Part) -> int:
        """The number of a part."""
        return int(getattr(self, part.value))


def figure(measure: Measure, counted: Iterable[tuple[Mapping[str, Fact], int]]) -> Figure:
    """Add up the rows that each part lets in."""
    totals = dict.fromkeys(Part, 0)
    conditions = {part: measure.condition(part) for part in Part}
    for facts, count in counted:
        for part, condition in conditions.items():
            if lets_in(condition, facts):
                totals[part] += count
    return Figure(measure, *(totals[part] for part in Part))


def from_plain(measure: Measure, stored: Mapping[str, int]) -> Figure:
    """A figure as a report kept it."""
    return Figure(measure, *(int(stored[part.value]) for part in Part))


class Light(StrEnum):
    """How a department stands: a word and an icon, never a colour alone."""

    GOOD = "good"
    NEAR = "near"
    BAD = "bad"
    QUIET = "quiet"


NEAR_BELOW = 20  # thousandths below the target that are still near it


def light(numerator: int, denominator: int, permille: int, overdue: int) -> Light:
    """The light of a department's month on the phase's clock."""
    if denominator == 0:
        return Light.BAD if overdue else Light.QUIET
    reached = numerator * 1000 // denominator
    if reached < permille - NEAR_BELOW:
        return Light.BAD
    return Light.NEAR if reached < permille or overdue else Light.GOOD
