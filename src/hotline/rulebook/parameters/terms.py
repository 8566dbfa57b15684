"""Terms of other chapters as a centre has set them: the term in force on a day, with the centre's own values put in."""

from dataclasses import replace
from datetime import date, timedelta

from hotline.rulebook.leave import DAY_TERMS, Code, DayTerms, Kind
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.shifts import NOTICE, NoticeTerms
from hotline.rulebook.staffing import OVERTIME, GoalTerms, Line, OvertimeTerms
from hotline.rulebook.swaps import SWAPS, SwapTerms

SECOND = timedelta(seconds=1)


def overtime_terms(day: date, read: Reading) -> OvertimeTerms:
    """What the law allows, with the centre's scheme of hours and its rest between shifts (A7.5)."""
    rest = int(read.number("rest.minimum") * 3600) * SECOND
    return replace(OVERTIME.on(day), is_averaged=read.choice("hours.scheme") == "averaged", rest=rest)


def goals(read: Reading) -> dict[Line, GoalTerms]:
    """How many calls are answered how soon, by the kind of line (A1.4)."""
    return {
        line: GoalTerms(read.number(f"service.{line}_percent") / 100, read.whole(f"service.{line}_s") * SECOND)
        for line in Line
    }


def notice_terms(day: date, read: Reading) -> NoticeTerms:
    """How long before its first day a roster is announced (A7.7)."""
    return replace(NOTICE.on(day), notice_days=read.whole("roster.notice_days"))


def day_terms(day: date, read: Reading) -> DayTerms:
    """How many may be away at a time (A7.16, D4.4)."""
    most, annual = read.whole("leave.day_max"), read.whole("leave.annual_max")
    return replace(DAY_TERMS.on(day), most_away=most, most_annual=annual)


def own_kind(kind: Kind, read: Reading) -> Kind:
    """A kind of leave with the centre's own notice of personal leave (D2.9)."""
    return replace(kind, notice_days=read.whole("notice_days")) if kind.code is Code.PERSONAL else kind


def swap_terms(day: date, read: Reading) -> SwapTerms:
    """How many swaps, how long ahead, and paid back until when (D2.11)."""
    return replace(
        SWAPS.on(day),
        per_month=read.whole("swap.month_max"),
        pairs_per_year=read.whole("swap.pairs_max"),
        pair_notice_months=read.whole("swap.pair_notice_months"),
        pay_back_months=read.whole("swap.pay_back_months"),
        counts_partner=read.flag("swap.count_partner"),
    )
