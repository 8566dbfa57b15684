"""Swaps of shifts (D2.11): how many, how long ahead, and when a shift that a colleague took is paid back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hotline.kernel.rules import Dated, Refusal, rule
from hotline.kernel.words import gettext_noop
from hotline.rulebook.leave import months_after
from hotline.rulebook.roles import FIRST_DAY, Role

CLAUSE = "D2.11"


class SwapKind(StrEnum):
    """What is swapped."""

    SINGLE = "single"  # one shift, under the month's quota
    PAIR = "pair"  # two shifts in a row, under the year's quota
    PAY_BACK = "pay_back"  # a colleague's shift taken over for one that he took, under no quota


@dataclass(frozen=True, slots=True)
class SwapTerms:
    """The numbers of the clause."""

    per_month: int  # of whoever asks, in the month of the shift given away (reading 65)
    pairs_per_year: int  # in the calendar year of the first shift (reading 67)
    pair_notice_months: int
    pay_back_months: int  # after the shift that the colleague took over (reading 66)
    counts_partner: bool = False  # `swap.count_partner`: whether it takes of the colleague's month too (reading 65)
    cost_fen: int = 0  # an approved swap is written down and costs nothing (reading 68)
    chain: tuple[Role, ...] = (Role.SUPERVISOR,)


SWAPS = Dated({FIRST_DAY: SwapTerms(per_month=1, pairs_per_year=2, pair_notice_months=1, pay_back_months=1)})


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift as far as a swap must know."""

    day: date
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class SwapFacts:
    """What is known when somebody wants to give a shift away."""

    kind: SwapKind
    given: Sequence[Shift]
    taken: Sequence[Shift]  # of the colleague, at the same stroke; none: to be paid back
    asked_on: date
    at: datetime
    in_month: int  # other swaps of his in the month of the shift, asked for or made
    in_year: int  # other pairs of his in the year
    owed: int = 0  # shifts to be paid back
    partner: str = ""  # the colleague's name
    partner_in_month: int = 0  # as `in_month`, of the colleague
    are_consecutive: bool = True  # no other shift of the giver lies between the two, and of the colleague between his


@rule("D2.11", since=FIRST_DAY)
def swap_refusals(facts: SwapFacts, terms: SwapTerms) -> list[Refusal]:
    """D2.11: everything that keeps a swap from being asked for, each with what to do."""
    if facts.kind is SwapKind.PAY_BACK:
        return [*_begun(facts), *_paid_back(facts)]
    wanted = 2 if facts.kind is SwapKind.PAIR else 1
    if len(facts.given) != wanted or len(facts.taken) not in {0, wanted}:
        note = gettext_noop("Choose one shift, or two in a row, and as many of your colleague's.")
        return [Refusal(CLAUSE, note, {"field": "given"})]
    found = [*_begun(facts), *_in_time(facts, terms)]
    if facts.kind is SwapKind.SINGLE:
        found += _single(facts, terms)
    else:
        found += _pair(facts, terms)
    return found


def _paid_back(facts: SwapFacts) -> Iterable[Refusal]:
    if facts.given or len(facts.taken) != facts.owed:
        note = gettext_noop("Choose as many of your colleague's shifts as you owe: {owed}.")
        yield Refusal(CLAUSE, note, {"owed": facts.owed, "field": "taken"})


def _in_time(facts: SwapFacts, terms: SwapTerms) -> Iterable[Refusal]:
    due = pay_back_due.on(facts.asked_on)(max(shift.day for shift in facts.given), terms)
    if any(shift.day > due for shift in facts.taken):
        note = gettext_noop("The shift that you take in turn must lie within {months} month(s): until {day}.")
        yield Refusal(CLAUSE, note, {"months": terms.pay_back_months, "day": due.isoformat(), "field": "taken"})


def _begun(facts: SwapFacts) -> Iterable[Refusal]:
    if any(shift.start <= facts.at for shift in [*facts.given, *facts.taken]):
        yield Refusal("C3", gettext_noop("A shift that has begun is not swapped any more."), {"field": "given"})


def _single(facts: SwapFacts, terms: SwapTerms) -> Iterable[Refusal]:
    if facts.in_month >= terms.per_month:
        note = gettext_noop(
            "In {month} you have asked for {most} swap already, as many as a month allows: choose a shift of another "
            "month, or ask for leave."
        )
        params = {"month": f"{facts.given[0].day:%Y-%m}", "most": terms.per_month, "field": "given"}
        yield Refusal(CLAUSE, note, params)
    if terms.counts_partner and facts.partner_in_month >= terms.per_month:
        note = gettext_noop(
            "In {month} {partner} has taken part in {most} swap already, as many as a month allows: ask somebody else."
        )
        params = {"month": f"{facts.given[0].day:%Y-%m}", "partner": facts.partner, "most": terms.per_month}
        yield Refusal(CLAUSE, note, {**params, "field": "given"})


def _pair(facts: SwapFacts, terms: SwapTerms) -> Iterable[Refusal]:
    if not facts.are_consecutive:
        note = gettext_noop("The two shifts must follow one another: another shift lies between them.")
        yield Refusal(CLAUSE, note, {"field": "given"})
    first = min(shift.day for shift in [*facts.given, *facts.taken])
    earliest = months_after(facts.asked_on, terms.pair_notice_months)
    if first < earliest:
        note = gettext_noop("Two shifts in a row are asked for {months} month(s) ahead: from {day} on.")
        yield Refusal(CLAUSE, note, {"months": terms.pair_notice_months, "day": earliest.isoformat(), "field": "given"})
    if facts.in_year >= terms.pairs_per_year:
        note = gettext_noop("Two shifts in a row were swapped {most} times this year, as often as a year allows.")
        yield Refusal(CLAUSE, note, {"most": terms.pairs_per_year, "field": "given"})


@rule("D2.11", since=FIRST_DAY)
def pay_back_due(covered: date, terms: SwapTerms) -> date:
    """D2.11: until which day the shift is paid back: one calendar month after the covered one, that day included."""
    return months_after(covered, terms.pay_back_months)


@rule("D2.11", since=FIRST_DAY)
def short_rests(others: Sequence[Shift], new: Shift, rest: timedelta) -> list[tuple[Shift, timedelta]]:
    """D2.11: the shifts beside a new one between which less than the usual rest is left: for the eye of who decides."""
    found = []
    for other in others:
        gap = new.start - other.end if other.end <= new.start else other.start - new.end
        if timedelta(0) <= gap < rest:
            found.append((other, gap))
    return found
