"""What leave costs in a month (D3.4, D3.5, D3.12), and when a long one is put before people (D3.4 to D3.6).

A machine dismisses nobody: what is found here opens a review by people and nothing else.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.kernel.rules import Dated, rule
from hotline.kernel.words import gettext_noop
from hotline.rulebook.leave import DAY, Code, anniversary, months_after
from hotline.rulebook.parameters.values import Reading, in_force
from hotline.rulebook.roles import FIRST_DAY


@dataclass(frozen=True, slots=True)
class Cost:
    """What half a day of a kind costs, and from how much on everything is lost."""

    clause: str
    half_day_fen: int
    all_from: int  # half days in a month


@dataclass(frozen=True, slots=True)
class EffectTerms:
    """The numbers of the clauses."""

    costs: Mapping[str, Cost]
    bonus_fen: int  # the attendance bonus: nothing beyond it is lost
    points_per_spell: int
    most_points: int
    review_from: int  # more half days than this in a calendar year open a review (reading 71)
    long_month: int  # a month with so many half days of sick leave is a long one (reading 72)


def effect_terms(read: Reading) -> EffectTerms:
    """The numbers of the clauses from the parameters in force; half a day costs half (reading 55)."""
    return EffectTerms(
        costs={
            Code.SICK.value: _cost("D3.4", read, "sick"),
            Code.PERSONAL.value: _cost("D3.5", read, "personal"),
        },
        bonus_fen=read.fen("pay.attendance_yuan"),
        points_per_spell=read.whole("leave.points"),
        most_points=read.whole("leave.points_max"),
        review_from=_half_days(read, "dismiss.leave_days"),
        long_month=_half_days(read, "dismiss.long_sick_days"),
    )


def _cost(clause: str, read: Reading, kind: str) -> Cost:
    return Cost(clause, read.fen(f"leave.{kind}_yuan") // DAY, _half_days(read, f"leave.{kind}_all_days"))


def _half_days(read: Reading, key: str) -> int:
    return math.ceil(read.number(key) * DAY)


EFFECTS: Dated[EffectTerms] = Dated({FIRST_DAY: effect_terms(in_force(FIRST_DAY).reading())})


@dataclass(frozen=True, slots=True)
class Taken:
    """Leave of one kind within a month, of one spell. A spell over the end of a month is a spell in both."""

    kind: str
    spell: str
    half_days: int
    is_exempt: bool = False  # serious illness or a special reason, by the director (reading 73)


@dataclass(frozen=True, slots=True)
class Effect:
    """A line: what of the month's bonus or points is not earned, and by which clause."""

    clause: str
    fen: int
    points: int
    note: str  # an English msgid
    half_days: int


@rule("D3.4", since=FIRST_DAY)
def leave_costs(month: Sequence[Taken], terms: EffectTerms) -> list[Effect]:
    """D3.4: 10 yuan a day of sick leave, 30 of personal leave; 7 days, or 5, take the whole bonus (readings 55, 57).

    The two counts are separate. Leave that the law gives costs nothing (reading 74), an exempted spell neither.
    """
    found: list[Effect] = []
    left = terms.bonus_fen
    for kind, cost in terms.costs.items():
        counted = sum(one.half_days for one in month if one.kind == kind and not one.is_exempt)
        if not counted:
            continue
        whole = counted >= cost.all_from
        fen = min(left, terms.bonus_fen if whole else counted * cost.half_day_fen)
        note = gettext_noop("The whole attendance bonus") if whole else gettext_noop("By the half day")
        found.append(Effect(cost.clause, -fen, 0, note, counted))
        left -= fen
    return found


@rule("D3.12", since=FIRST_DAY)
def leave_points(month: Sequence[Taken], terms: EffectTerms) -> list[Effect]:
    """D3.12: 4 points for every spell of sick or personal leave, however it was asked for, 20 at most (reading 58)."""
    spells = {one.spell: one for one in month if one.kind in terms.costs and not one.is_exempt and one.half_days}
    found, left = [], terms.most_points
    for one in spells.values():
        points = min(left, terms.points_per_spell)
        if points:
            found.append(Effect("D3.12", 0, -points, gettext_noop("A spell of leave"), one.half_days))
        left -= points
    return found


# ---------------------------------------------------------------- what only people decide


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months of somebody's attendance."""

    half_days: Mapping[str, int]  # counted in the calendar year, by kind, exempted spells left out
    sick_by_month: Sequence[int] = ()  # of the last twelve months, exempted spells left out
    absences: int = 0  # shifts missed without leave in the last twelve months
    latenesses: int = 0
    in_medical_period: bool = False  # the law forbids dismissal
    is_protected: bool = False  # pregnancy, maternity, nursing


@dataclass(frozen=True, slots=True)
class Review:
    """A matter that people have to look at; `stop` is what the law says against it."""

    clause: str
    note: str
    stop: str = ""


@rule("D3.6", since=FIRST_DAY)
def reviews(year: Year, terms: EffectTerms) -> list[Review]:
    """D3.6: what opens a review by people, and never more than that (readings 71, 72)."""
    return [*_over_a_month(year, terms), *_all_three(year, terms)]


def _over_a_month(year: Year, terms: EffectTerms) -> Iterable[Review]:
    for kind, cost in terms.costs.items():
        if year.half_days.get(kind, 0) > terms.review_from:
            note = gettext_noop("More than 30 counted days of this leave in the year")
            yield Review(cost.clause, note, _stop(year, sick=kind == Code.SICK))


def _all_three(year: Year, terms: EffectTerms) -> Iterable[Review]:
    long = any(half_days >= terms.long_month for half_days in year.sick_by_month)
    if year.absences and year.latenesses and long:
        note = gettext_noop("Absent without leave, late or leaving early, and long sick leave within twelve months")
        yield Review("D3.6", note, _stop(year, sick=True))


def _stop(year: Year, *, sick: bool) -> str:
    if year.is_protected:
        return gettext_noop("The law forbids dismissal during pregnancy, maternity and nursing.")
    if sick and year.in_medical_period:
        return gettext_noop("The law forbids dismissal within the medical period.")
    return ""


# The medical period in months: (years of work in all below ten, or more; years here less than; months).
MEDICAL: Dated[tuple[tuple[bool, int | None, int], ...]] = Dated(
    {
        FIRST_DAY: (
            (True, 5, 3),
            (True, None, 6),
            (False, 5, 6),
            (False, 10, 9),
            (False, 15, 12),
            (False, 20, 18),
            (False, None, 24),
        ),
    }
)


@rule("D3.4", since=FIRST_DAY)
def medical_period(
    works_since: date, joined_on: date, ill_since: date, table: Collection[tuple[bool, int | None, int]]
) -> date:
    """D3.4: until when the law protects whoever is ill from dismissal, by his years of work in all and here."""
    short = ill_since < anniversary(works_since, 10)
    months = next(
        months
        for is_short, limit, months in table
        if is_short == short and (limit is None or ill_since < anniversary(joined_on, limit))
    )
    return months_after(ill_since, months)
