"""Terms of other chapters as a centre has set them: the term in force on a day, with the centre's own values put in."""

from dataclasses import replace
from datetime import date, timedelta

from hotline.rulebook.case_stages import MINUTE, UNLIMITED_HERE
from hotline.rulebook.leave import DAY, DAY_TERMS, Code, Count, DayTerms, Kind, kinds
from hotline.rulebook.parameters.lists.stages import key_of
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.roles import Role
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
    """A kind of leave as a centre has it: who decides, how it is counted, from when on a certificate, what notice."""
    steps = read.ladders("leave.chain")[kind.code]
    chain = tuple((None if below is None else int(below * DAY), tuple(map(Role, names))) for below, names in steps)
    found = replace(kind, chain=chain, count=Count(read.picks("leave.count")[kind.code]))
    if kind.code is Code.PERSONAL:
        found = replace(found, notice_days=read.whole("notice_days"))
    if kind.code is Code.SICK:
        found = replace(found, papers_from=int(read.number("leave.papers_from") * DAY))
    return found


def own_kinds(day: date, read: Reading) -> dict[str, Kind]:
    """Every kind of leave in force on a day as a centre has it, by code (D2.8, D4.5)."""
    return {code: own_kind(kind, read) for code, kind in kinds(day).items()}


def stage_limit(stage: str, read: Reading) -> timedelta | None:
    """How long a stage of a case may take (B1.1, B2.4, B3); None for one whose limit comes from elsewhere or is none.

    The name of no stage is a KeyError.
    """
    return None if stage in UNLIMITED_HERE else read.whole(key_of(stage)) * MINUTE


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
