"""The indicators of cases as data: what is counted, over what, in words and as conditions. Pure.

Every row that may count is described by a few facts (its stage, how it ended, whether in time, ...). A condition names
the values that are let in, fact by fact. The number and the list behind it are made from the same condition, so they
cannot disagree; rows are those that began in the period, as they stand at the moment of asking.

A merged report (并案) counts as a report of its own and not as a case of its own: it is in no number of filed cases,
and it is a valid report when the case in which it goes on was filed.

A row that is still open and in time is not yet due: it is shown, but it is in no denominator of what was due.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from hotline.cases.logic.flow import ENDED, Action, Stage, Status
from hotline.kernel.words import gettext_noop as _

Fact = str | bool
Facts = Mapping[str, Fact]
Condition = Mapping[str, frozenset[Fact]]

# How a case ended that has not ended: before filing, and after it.
OPEN = "open"
OPEN_FILED = "open_filed"


class Timing(StrEnum):
    """How a row stands to its deadline. Exactly at the deadline is in time; without one nothing is late."""

    IN_TIME = "in_time"
    LATE = "late"
    OPEN_IN_TIME = "open_in_time"
    OPEN_LATE = "open_late"


class Base(StrEnum):
    """What an indicator counts."""

    STAGE = "stage"  # passes through a stage that began in the period
    CASE = "case"  # cases that arrived in the period


class Part(StrEnum):
    """A list behind an indicator."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"
    DONE = "done"
    OPEN_IN_TIME = "open_in_time"
    OPEN_LATE = "open_late"


PART_LABELS: dict[Part, str] = {
    Part.NUMERATOR: _("Numerator"),
    Part.DENOMINATOR: _("Denominator"),
    Part.DONE: _("Done"),
    Part.OPEN_IN_TIME: _("Open, in time"),
    Part.OPEN_LATE: _("Open, late"),
}


class Group(StrEnum):
    """Under which heading an indicator is shown."""

    REPORTS = "reports"
    ACCEPTANCE = "acceptance"
    FIELD = "field"
    FILING = "filing"
    DISPATCH = "dispatch"
    HANDLING = "handling"
    CLOSING = "closing"


GROUP_LABELS: dict[Group, str] = {
    Group.REPORTS: _("Reports"),
    Group.ACCEPTANCE: _("Acceptance"),
    Group.FIELD: _("Verification and check on the spot"),
    Group.FILING: _("Filing"),
    Group.DISPATCH: _("Dispatch"),
    Group.HANDLING: _("Handling"),
    Group.CLOSING: _("Closing"),
}

# Facts of a row, by base. The queries annotate rows with exactly these.
STAGE_FACTS = ("stage", "outcome", "timing", "is_first", "was_sent_back", "end")
CASE_FACTS = (
    "source",
    "is_filed",
    "end",
    "timing",
    "is_handled",
    "is_reworked",
    "is_proven",
    "is_checked",
    "is_parked",
    "is_merged",
    "is_valid",
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One rate: its words, and what is let into population, denominator and numerator, each within the one before."""

    key: str
    group: Group
    base: Base
    name: str
    numerator_words: str
    denominator_words: str
    formula: str
    population: Condition
    denominator: Condition
    numerator: Condition
    good_is_high: bool = True

    def condition(self, part: Part) -> Condition:
        """The whole condition of a part, the population's included."""
        if part is Part.NUMERATOR:
            return both(self.population, both(self.denominator, self.numerator))
        if part is Part.DENOMINATOR:
            return both(self.population, self.denominator)
        return both(self.population, SPLIT[part])


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a period: never a rate without what it is made of."""

    indicator: Indicator
    numerator: int
    denominator: int
    done: int
    open_in_time: int
    open_late: int

    @property
    def value(self) -> Fraction | None:
        """The exact rate; None when there was nothing to divide by (not applicable, neither 0 nor 100 %)."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None

    def of(self, part: Part) -> int:
        """The number of a part."""
        return int(getattr(self, part.value))


def one_of(*values: Fact) -> frozenset[Fact]:
    """The values that are let in; words of the flow stand as plain text."""
    return frozenset(value if isinstance(value, bool) else str(value) for value in values)


def both(first: Condition, second: Condition) -> Condition:
    """What both conditions let in."""
    shared = {fact: first[fact] & second[fact] for fact in first.keys() & second.keys()}
    return {**first, **second, **shared}


def lets_in(condition: Condition, facts: Facts) -> bool:
    """Whether a row with these facts is counted."""
    return all(facts[fact] in values for fact, values in condition.items())


def timing_of(due: datetime | None, ended: datetime | None, at: datetime) -> Timing:
    """How a row stands to its deadline at a moment."""
    if ended is not None:
        return Timing.IN_TIME if due is None or ended <= due else Timing.LATE
    return Timing.OPEN_IN_TIME if due is None or at <= due else Timing.OPEN_LATE


def figure(indicator: Indicator, counted: Iterable[tuple[Facts, int]]) -> Figure:
    """Add up the rows that each part lets in."""
    totals = dict.fromkeys(Part, 0)
    conditions = {part: indicator.condition(part) for part in Part}
    for facts, count in counted:
        for part, condition in conditions.items():
            if lets_in(condition, facts):
                totals[part] += count
    return Figure(indicator, *(totals[part] for part in Part))


ENDED_IN_TIME = {"timing": one_of(Timing.IN_TIME)}
ENDED_LATE = {"timing": one_of(Timing.LATE)}
FINISHED = {"timing": one_of(Timing.IN_TIME, Timing.LATE)}
DUE = {"timing": one_of(Timing.IN_TIME, Timing.LATE, Timing.OPEN_LATE)}
ALL: Condition = {}
SPLIT: dict[Part, Condition] = {
    Part.DONE: FINISHED,
    Part.OPEN_IN_TIME: {"timing": one_of(Timing.OPEN_IN_TIME)},
    Part.OPEN_LATE: {"timing": one_of(Timing.OPEN_LATE)},
}


def passes(stage: Stage, *outcomes: Action, first: bool = False) -> Condition:
    """Passes through a stage that ended with one of these actions, or are still open."""
    found: dict[str, frozenset[Fact]] = {"stage": one_of(stage), "outcome": one_of("", *outcomes)}
    return found | {"is_first": one_of(True)} if first else found


def ended_with(*outcomes: Action) -> Condition:
    """Only passes that ended, with one of these actions."""
    return {"outcome": one_of(*outcomes)}


NOT_FAILED = one_of(OPEN, OPEN_FILED, Status.CLOSED, Status.MERGED)
DECIDED = one_of(OPEN_FILED, *(ENDED - {Status.MERGED}))
FILED = {"is_filed": one_of(True)}
IN_FORCE = {"is_filed": one_of(True), "end": NOT_FAILED, "is_parked": one_of(False)}
ACCEPTING = (Action.PRE_FILE, Action.ASK_VERIFY, Action.MERGE, Action.REJECT)
REVIEWED = (Action.CLOSE, Action.REWORK, Action.ASK_CHECK)
S, C = Base.STAGE, Base.CASE

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "valid_report", Group.REPORTS, C, _("Valid report rate"),
        _("of these, the reports that were filed, by themselves or in the case they were merged into"),
        _("reports of field supervisors that arrived in the period"),
        _("valid reports / reports"),
        {"source": one_of("field")}, ALL, {"is_valid": one_of(True)},
    ),
    Indicator(
        "merged", Group.REPORTS, C, _("Merged report rate"),
        _("of these, the reports that were merged into a case that was there already"),
        _("reports that arrived in the period: every report counts, also those that became one case"),
        _("merged reports / reports"),
        ALL, ALL, {"is_merged": one_of(True)},
    ),
    Indicator(
        "missed_report", Group.REPORTS, C, _("Missed report rate"),
        _("of these, what citizens reported and the field supervisor of the grid then verified as true"),
        _("cases that arrived in the period and were filed"),
        _("missed reports / cases filed"),
        FILED, ALL, {"is_proven": one_of(True)}, good_is_high=False,
    ),
    Indicator(
        "acceptance", Group.ACCEPTANCE, S, _("Acceptance rate"),
        _("of these, the reports that were accepted: verified, pre-filed, merged or rejected after a look"),
        _("reports of the period whose acceptance has ended or is overdue"),
        _("reports accepted / reports due for acceptance"),
        passes(Stage.ACCEPTANCE, *ACCEPTING, Action.NOT_ACCEPT, first=True), DUE, ended_with(*ACCEPTING),
    ),
    Indicator(
        "acceptance_in_time", Group.ACCEPTANCE, S, _("Acceptance in time"),
        _("of these, the reports accepted within the limit of the stage"),
        _("reports of the period that were accepted"),
        _("accepted in time / accepted"),
        passes(Stage.ACCEPTANCE, *ACCEPTING, first=True), FINISHED, ENDED_IN_TIME,
    ),
    Indicator(
        "acceptance_accurate", Group.ACCEPTANCE, S, _("Accurate acceptance"),
        _("of these, the reports that were neither rejected nor cancelled afterwards"),
        _("reports of the period that were accepted"),
        _("(accepted − rejected or cancelled afterwards) / accepted"),
        passes(Stage.ACCEPTANCE, *ACCEPTING, first=True), FINISHED, {"end": NOT_FAILED},
    ),
    Indicator(
        "verify_sent_in_time", Group.FIELD, S, _("Verification sent in time"),
        _("of these, the requests sent within the limit of acceptance"),
        _("requests for verification on the spot, by the acceptance that sent them"),
        _("verifications sent in time / verifications sent"),
        passes(Stage.ACCEPTANCE, Action.ASK_VERIFY), ended_with(Action.ASK_VERIFY), ENDED_IN_TIME,
    ),
    Indicator(
        "verify_in_time", Group.FIELD, S, _("Verification in time"),
        _("of these, the verifications replied to in time"),
        _("verifications asked for in the period that were replied to or are overdue"),
        _("verified in time / verifications due"),
        passes(Stage.VERIFY, Action.VERIFIED), DUE, ENDED_IN_TIME,
    ),
    Indicator(
        "check_sent_in_time", Group.FIELD, S, _("Check sent in time"),
        _("of these, the requests sent within the limit of the closing stage"),
        _("requests for a check on the spot, by the closing stage that sent them"),
        _("checks sent in time / checks sent"),
        passes(Stage.CLOSING, Action.ASK_CHECK), ended_with(Action.ASK_CHECK), ENDED_IN_TIME,
    ),
    Indicator(
        "check_in_time", Group.FIELD, S, _("Check in time"),
        _("of these, the checks replied to in time"),
        _("checks asked for in the period that were replied to or are overdue"),
        _("checked in time / checks due"),
        passes(Stage.CHECK, Action.CHECKED), DUE, ENDED_IN_TIME,
    ),
    Indicator(
        "filing", Group.FILING, C, _("Filing rate"),
        _("of these, the cases that were filed"),
        _("reports that arrived in the period and were decided on: filed, rejected, not accepted or cancelled"),
        _("cases filed / reports decided on"),
        {"is_merged": one_of(False)}, {"end": DECIDED}, FILED,
    ),
    Indicator(
        "filing_in_time", Group.FILING, S, _("Filing in time"),
        _("of these, the cases filed within the limit of the stage"),
        _("passes through filing that began in the period and ended with filing"),
        _("filed in time / filed"),
        passes(Stage.FILING, Action.FILE), FINISHED, ENDED_IN_TIME,
    ),
    Indicator(
        "filing_accurate", Group.FILING, C, _("Accurate filing"),
        _("of these, the cases that were not cancelled"),
        _("cases that arrived in the period and were filed"),
        _("(filed − cancelled) / filed"),
        FILED, ALL, {"end": NOT_FAILED},
    ),
    Indicator(
        "dispatch", Group.DISPATCH, S, _("Dispatch rate"),
        _("of these, the dispatches made"),
        _("dispatches of the period that were made or are overdue"),
        _("dispatches made / dispatches due"),
        passes(Stage.DISPATCH, Action.DISPATCH), DUE, FINISHED,
    ),
    Indicator(
        "dispatch_in_time", Group.DISPATCH, S, _("Dispatch in time"),
        _("of these, the dispatches made within the limit of the stage"),
        _("dispatches of the period that were made or are overdue"),
        _("dispatched in time / dispatches due"),
        passes(Stage.DISPATCH, Action.DISPATCH), DUE, ENDED_IN_TIME,
    ),
    Indicator(
        "dispatch_accurate", Group.DISPATCH, S, _("Accurate dispatch"),
        _("of these, the dispatches made that the department has not sent back"),
        _("dispatches of the period that were made or are overdue"),
        _("(dispatches made − sent back) / dispatches due"),
        passes(Stage.DISPATCH, Action.DISPATCH), DUE, both(FINISHED, {"was_sent_back": one_of(False)}),
    ),
    Indicator(
        "handling", Group.HANDLING, S, _("Handling rate"),
        _("of these, the handlings whose result was reported"),
        _("handlings begun in the period that were reported done or are overdue; sent back and parked ones left out"),
        _("handled / handlings due"),
        passes(Stage.HANDLING, Action.FEEDBACK), DUE, FINISHED,
    ),
    Indicator(
        "handling_in_time", Group.HANDLING, S, _("Handling in time"),
        _("of these, the handlings reported done by the deadline of the case"),
        _("handlings begun in the period that were reported done or are overdue; sent back and parked ones left out"),
        _("handled in time / handlings due"),
        passes(Stage.HANDLING, Action.FEEDBACK), DUE, ENDED_IN_TIME,
    ),
    Indicator(
        "handling_late", Group.HANDLING, S, _("Late handling"),
        _("of these, the handlings reported done after the deadline of the case"),
        _("handlings begun in the period that were reported done or are overdue; sent back and parked ones left out"),
        _("handled late / handlings due"),
        passes(Stage.HANDLING, Action.FEEDBACK), DUE, ENDED_LATE, good_is_high=False,
    ),
    Indicator(
        "rework", Group.HANDLING, C, _("Rework rate"),
        _("of these, the cases of which rework was demanded at least once"),
        _("filed cases that arrived in the period and whose result was reported at least once"),
        _("cases with rework / cases handled"),
        {**FILED, "is_handled": one_of(True)}, ALL, {"is_reworked": one_of(True)}, good_is_high=False,
    ),
    Indicator(
        "review_in_time", Group.CLOSING, S, _("Closing review in time"),
        _("of these, the reviews that ended in time: closed, sent to a check, or rework demanded"),
        _("closing reviews begun in the period that have ended or are overdue"),
        _("reviewed in time / reviews due"),
        passes(Stage.CLOSING, *REVIEWED), DUE, ENDED_IN_TIME,
    ),
    Indicator(
        "check", Group.CLOSING, C, _("Check rate"),
        _("of these, the cases that were checked on the spot"),
        _("cases that arrived in the period and are closed"),
        _("cases checked / cases closed"),
        {**FILED, "end": one_of(Status.CLOSED)}, ALL, {"is_checked": one_of(True)},
    ),
    Indicator(
        "closing", Group.CLOSING, C, _("Closing rate"),
        _("of these, the cases that are closed"),
        _("filed cases of the period that are closed or past their deadline; cancelled and parked ones left out"),
        _("cases closed / cases due for closing"),
        IN_FORCE, DUE, {"end": one_of(Status.CLOSED)},
    ),
    Indicator(
        "closing_in_time", Group.CLOSING, C, _("Closing in time"),
        _("of these, the closed cases whose result was reported by the deadline"),
        _("filed cases of the period that are closed or past their deadline; cancelled and parked ones left out"),
        _("closed in time / cases due for closing"),
        IN_FORCE, DUE, both(ENDED_IN_TIME, {"end": one_of(Status.CLOSED)}),
    ),
)  # fmt: skip
BY_KEY: dict[str, Indicator] = {indicator.key: indicator for indicator in INDICATORS}
