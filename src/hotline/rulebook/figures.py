"""Indicators (A6.1 to A6.11): as printed and as the field defines them, exact, and which of the two a centre uses.

A figure without a denominator has no value, and nothing is held against anybody for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hotline.kernel.rules import rule
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.roles import FIRST_DAY

PRINTED_MINUTES = 8 * 60  # of a working day, as printed


@dataclass(frozen=True, slots=True)
class Figure:
    """A numerator over a denominator, both shown."""

    numerator: Fraction
    denominator: Fraction

    @property
    def value(self) -> Fraction | None:
        """The figure itself; None where there is nothing to divide by."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Defined:
    """One indicator by both definitions; `counts` is the one in use."""

    printed: Figure
    field: Figure
    counts: Figure

    @property
    def value(self) -> Fraction | None:
        """By the definition in use."""
        return self.counts.value


def _figure(numerator: Fraction | int, denominator: Fraction | int) -> Figure:
    return Figure(Fraction(numerator), Fraction(denominator))


def _same(numerator: Fraction | int, denominator: Fraction | int) -> Defined:
    one = _figure(numerator, denominator)
    return Defined(one, one, one)


@dataclass(frozen=True, slots=True)
class Days:
    """A person's month in shifts: rostered, attended, on time, and away on leave or training; days off are none."""

    working_days: int  # of the month, by the calendar
    rostered: int
    attended: int
    on_time: int
    away: int  # rostered shifts on leave or in training
    paid_minutes: Fraction  # of the rostered shifts, without breaks


@dataclass(frozen=True, slots=True)
class Talk:
    """A person's month at the telephone, in seconds and calls."""

    inbound: int  # answered
    outbound: int
    talk: Fraction  # inbound and outbound
    hold: Fraction  # the customer waits on the line
    after: Fraction  # 话后整理
    waiting: Fraction  # ready, and no call comes
    with_case: int = 0  # answered inbound calls from which at least one case came
    cases: int = 0


@rule("A6.1", since=FIRST_DAY)
def attendance_rate(days: Days, read: Reading) -> Defined:
    """A6.1: days attended over the own rostered shifts, or over the month's working days as printed (reading 80)."""
    printed, field = _figure(days.attended, days.working_days), _figure(days.attended, days.rostered)
    return Defined(printed, field, field if read.choice("attendance.base") == "rostered" else printed)


@rule("A6.2", since=FIRST_DAY)
def on_time_rate(days: Days, read: Reading) -> Defined:
    """A6.2: shifts begun in time over shifts, leave and training left out of both (reading 81)."""
    printed = _figure(days.on_time, max(0, days.working_days - days.away))
    field = _figure(days.on_time, days.rostered - days.away)
    return Defined(printed, field, field if read.choice("attendance.base") == "rostered" else printed)


@rule("A6.3", since=FIRST_DAY)
def utilisation(days: Days, talk: Talk, read: Reading) -> Defined:
    """A6.3: talk, hold, waiting and after-call work over paid time, or over 8 h a working day as printed (85, 86)."""
    busy = (talk.talk + talk.hold + talk.waiting + talk.after) / 60
    printed, field = _figure(busy, PRINTED_MINUTES * days.working_days), _figure(busy, days.paid_minutes)
    return Defined(printed, field, field if read.choice("util.base") == "paid" else printed)


@rule("A6.4", since=FIRST_DAY)
def handling_time(talk: Talk, read: Reading) -> Defined:
    """A6.4: seconds a call: like over like with the customer's hold, or waiting over inbound calls (86, 87)."""
    base = {"both": talk.inbound + talk.outbound, "inbound": talk.inbound}
    spent = {"hold": talk.talk + talk.hold + talk.after, "waiting": talk.talk + talk.hold + talk.waiting + talk.after}
    return Defined(
        printed=_figure(spent["waiting"], base["inbound"]),
        field=_figure(spent["hold"], base["both"]),
        counts=_figure(spent[read.choice("aht.waiting")], base[read.choice("aht.base")]),
    )


@rule("A6.5", since=FIRST_DAY)
def calls_per_day(days: Days, talk: Talk) -> Defined:
    """A6.5: answered calls over the days worked; the printed text may mean the month's working days (reading 88)."""
    field = _figure(talk.inbound, days.attended)
    return Defined(_figure(talk.inbound, days.working_days), field, field)


@rule("A6.6", since=FIRST_DAY)
def entry_rate(talk: Talk) -> Defined:
    """A6.6: answered inbound calls with a case over answered inbound calls; printed: cases over calls (reading 89)."""
    field = _figure(talk.with_case, talk.inbound)
    return Defined(_figure(talk.cases, talk.inbound + talk.outbound), field, field)


@rule("A6.7", since=FIRST_DAY)
def transaction_quality(accuracy: Fraction | None, soft: Fraction, technical: Fraction) -> Fraction | None:
    """A6.7: accuracy from 0 to 1, times soft skills and technical ability of 50 each (reading 90)."""
    if not (0 <= soft <= 50 and 0 <= technical <= 50):
        raise ValueError(f"soft skills and technical ability are of 50 each: {soft}, {technical}")
    return None if accuracy is None else accuracy * (soft + technical)


@rule("A6.8", since=FIRST_DAY)
def critical_error_rate(zero: int, monitored: int) -> Defined:
    """A6.8: calls scored 0 on business accuracy over monitored calls; none monitored: not applicable (reading 91)."""
    return _same(zero, monitored)


@rule("A6.9", since=FIRST_DAY)
def complaint_rate(upheld: int, complaints: int, contacts: int) -> Defined:
    """A6.9: upheld complaints about the person over contacts handled; printed: any complaint (reading 92)."""
    field = _figure(upheld, contacts)
    return Defined(_figure(complaints, contacts), field, field)


@rule("A6.10", since=FIRST_DAY)
def skill_score(written: Fraction, phone: Fraction, read: Reading) -> Fraction:
    """A6.10: the written exam and the one by telephone by weights that add up to 100 (reading 36)."""
    weights = read.weights("skill.weights")
    return (written * weights["written"] + phone * weights["phone"]) / 100


# ---------------------------------------------------------------- target performance


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is held against: nothing below the minimum, the whole weight from the maximum on."""

    name: str
    least: Fraction
    most: Fraction
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Scored:
    """A figure's share of its weight; None where there is no figure, and its weight leaves the total."""

    target: Target
    value: Fraction | None
    score: Fraction | None


@dataclass(frozen=True, slots=True)
class Performance:
    """The table as it stands, and rescaled to 100 (reading 83)."""

    scored: tuple[Scored, ...]

    @property
    def score(self) -> Fraction:
        """The sum of what was reached."""
        return sum((one.score for one in self.scored if one.score is not None), Fraction(0))

    @property
    def of(self) -> Fraction:
        """The weights of what could be reached."""
        return sum((one.target.weight for one in self.scored if one.score is not None), Fraction(0))

    @property
    def of_hundred(self) -> Fraction | None:
        """Rescaled to 100; None where nothing is known."""
        return self.score * 100 / self.of if self.of else None


def targets(read: Reading) -> tuple[Target, ...]:
    """The table of the handbook: calls a day, attendance rate, on-time rate (rates in percent)."""
    least, most = read.number("target.min"), read.number("target.max")
    few, many = read.number("target.calls_min"), read.number("target.calls_max")
    return (
        Target("calls", few, many, read.number("target.weight_calls")),
        Target("attendance", least, most, read.number("target.weight_attendance")),
        Target("on_time", least, most, read.number("target.weight_on_time")),
    )


@rule("A6.11", since=FIRST_DAY)
def target_score(value: Fraction, target: Target, curve: str) -> Fraction:
    """A6.11: 0 below the minimum, full weight from the maximum on, linear between (readings 82, 84)."""
    if value < target.least:
        return Fraction(0)
    if value >= target.most or curve == "all":
        return target.weight
    return target.weight * (value - target.least) / (target.most - target.least)


@rule("A6.11", since=FIRST_DAY)
def target_performance(values: Sequence[tuple[Target, Fraction | None]], curve: str, on: date) -> Performance:
    """A6.11: every measure of the table with what it reached; without a figure it leaves the total (reading 83)."""
    return Performance(
        tuple(
            Scored(target, value, None if value is None else target_score.on(on)(value, target, curve))
            for target, value in values
        )
    )
