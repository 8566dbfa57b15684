"""The table of indicators (A6.1 to A6.9, A6.11): what is known of somebody's month, and every figure that follows.

What is known of several people is the sum of what is known of each, so a team's figure is never a mean of means.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.words import Words
from hotline.rulebook import figures as f
from hotline.rulebook.parameters.values import Reading, Values


@dataclass(frozen=True, slots=True)
class Known:
    """Whole numbers of a month: shifts, seconds, calls, cases. What nobody recorded is 0 and gives no figure."""

    working_days: int = 0  # by the calendar, as far as the month is over
    rostered: int = 0  # own shifts that were judged; leave by law is in none of these
    attended: int = 0
    on_time: int = 0
    away: int = 0  # of the rostered ones: sick and personal leave, training
    paid_s: int = 0  # of the attended shifts, without breaks
    inbound: int = 0  # calls answered
    outbound: int = 0
    talk_s: int = 0
    hold_s: int = 0
    after_s: int = 0
    waiting_s: int = 0
    with_case: int = 0  # answered inbound calls from which at least one case came
    cases: int = 0  # written down from the telephone
    reports: int = 0  # taken in by whatever way
    judged: int = 0  # decisions looked at by somebody else, and how many were right
    right: int = 0
    monitored: int = 0  # calls listened to and scored
    zero: int = 0  # of them with 0 on business accuracy
    soft: int = 0  # sums of their scores, of 50 each
    technical: int = 0
    complaints: int = 0  # about how somebody was served
    upheld: int = 0

    def __add__(self, other: "Known") -> "Known":
        """Both together."""
        return Known(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Known)))

    @property
    def contacts(self) -> int:
        """What complaints stand against: calls, or the reports taken in where no exchange tells of calls (row 92)."""
        return self.inbound + self.outbound or self.reports


def total(people: Iterable[Known]) -> Known:
    """Everybody together."""
    return sum(people, Known())


class Key(StrEnum):
    """The figures, in the order of the handbook."""

    ATTENDANCE = "attendance"
    ON_TIME = "on_time"
    UTILISATION = "utilisation"
    HANDLING = "handling"
    CALLS = "calls"
    ENTRY = "entry"
    QUALITY = "quality"
    CRITICAL = "critical"
    COMPLAINTS = "complaints"


class Unit(StrEnum):
    """How a figure is told."""

    PERCENT = "percent"  # of a share
    SECONDS = "seconds"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure: its clause, its name, what stands above and below the line by both definitions, and its unit."""

    key: Key
    clause: str
    name: Words
    unit: Unit
    printed: Words
    field: Words
    more_is_better: bool = True


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        Key.ATTENDANCE,
        "A6.1",
        Words("出勤率", "Attendance rate"),
        Unit.PERCENT,
        Words("出勤天数 ÷ 当月工作日", "days attended / working days of the month"),
        Words("出勤班次 ÷ 本人排班", "shifts attended / own rostered shifts"),
    ),
    Indicator(
        Key.ON_TIME,
        "A6.2",
        Words("准时出勤率", "On-time rate"),
        Unit.PERCENT,
        Words("准时天数 ÷（工作日 − 请假培训）", "days on time / (working days − leave and training)"),
        Words("准时班次 ÷（排班 − 请假培训）", "shifts on time / (rostered shifts − leave and training)"),
    ),
    Indicator(
        Key.UTILISATION,
        "A6.3",
        Words("座席利用率", "Utilisation"),
        Unit.PERCENT,
        Words(
            "（通话＋等待＋话后整理）÷（8 小时 × 工作日）", "(talk + waiting + after-call work) / (8 h × working days)"
        ),
        Words(
            "（通话＋等待＋话后整理）÷ 出勤班次有薪时间", "(talk + waiting + after-call work) / paid time of the shifts"
        ),
    ),
    Indicator(
        Key.HANDLING,
        "A6.4",
        Words("平均处理时间", "Handling time"),
        Unit.SECONDS,
        Words("（通话＋等待＋话后整理）÷ 接听电话", "(talk + waiting + after-call work) / calls answered"),
        Words("（通话＋保持＋话后整理）÷ 呼入呼出电话", "(talk + hold + after-call work) / calls in and out"),
        more_is_better=False,
    ),
    Indicator(
        Key.CALLS,
        "A6.5",
        Words("每天处理电话数", "Calls a day"),
        Unit.NUMBER,
        Words("接听电话 ÷ 当月工作日", "calls answered / working days of the month"),
        Words("接听电话 ÷ 出勤班次", "calls answered / shifts attended"),
    ),
    Indicator(
        Key.ENTRY,
        "A6.6",
        Words("录入率", "Entry rate"),
        Unit.PERCENT,
        Words("录入案件 ÷ 电话", "cases entered / calls"),
        Words("有案件录入的接听电话 ÷ 接听电话", "answered calls with a case / answered calls"),
    ),
    Indicator(
        Key.QUALITY,
        "A6.7",
        Words("业务办理质量", "Quality"),
        Unit.NUMBER,
        Words(
            "准确率 × 专业得分（软技能＋技术能力）", "accuracy × professional score (soft skills + technical ability)"
        ),
        Words(
            "准确率（0 到 1）×（软技能 50 ＋技术能力 50）",
            "accuracy (0 to 1) × (soft skills of 50 + technical ability of 50)",
        ),
    ),
    Indicator(
        Key.CRITICAL,
        "A6.8",
        Words("重大错误率", "Critical errors"),
        Unit.PERCENT,
        Words("业务准确性 0 分的电话 ÷ 监听电话", "calls scored 0 on business accuracy / monitored calls"),
        Words("业务准确性 0 分的电话 ÷ 监听电话", "calls scored 0 on business accuracy / monitored calls"),
        more_is_better=False,
    ),
    Indicator(
        Key.COMPLAINTS,
        "A6.9",
        Words("客户投诉率", "Complaints"),
        Unit.PERCENT,
        Words("投诉 ÷ 处理的电话或诉求", "complaints / contacts handled"),
        Words("经核实的投诉 ÷ 处理的电话或诉求", "upheld complaints about the person / contacts handled"),
        more_is_better=False,
    ),
)
BY_KEY: Mapping[Key, Indicator] = {one.key: one for one in INDICATORS}


def _days(known: Known) -> f.Days:
    paid = Fraction(known.paid_s, 60)
    return f.Days(known.working_days, known.rostered, known.attended, known.on_time, known.away, paid)


def _talk(known: Known) -> f.Talk:
    return f.Talk(
        inbound=known.inbound,
        outbound=known.outbound,
        talk=Fraction(known.talk_s),
        hold=Fraction(known.hold_s),
        after=Fraction(known.after_s),
        waiting=Fraction(known.waiting_s),
        with_case=known.with_case,
        cases=known.cases,
    )


def _quality(known: Known, _read: Reading, on: date) -> f.Defined:
    """Accuracy as it stands above the line; the professional score is a mean, so both are shown multiplied out."""
    if not known.monitored or not known.judged:
        none = f.Figure(Fraction(0), Fraction(0))
        return f.Defined(none, none, none)
    soft, technical = (Fraction(score, known.monitored) for score in (known.soft, known.technical))
    value = f.transaction_quality.on(on)(Fraction(known.right, known.judged), soft, technical)
    assert value is not None
    one = f.Figure(value, Fraction(1))
    return f.Defined(one, one, one)


_RULES: Mapping[Key, Callable[[Known, Reading, date], f.Defined]] = {
    Key.ATTENDANCE: lambda known, read, on: f.attendance_rate.on(on)(_days(known), read),
    Key.ON_TIME: lambda known, read, on: f.on_time_rate.on(on)(_days(known), read),
    Key.UTILISATION: lambda known, read, on: f.utilisation.on(on)(_days(known), _talk(known), read),
    Key.HANDLING: lambda known, read, on: f.handling_time.on(on)(_talk(known), read),
    Key.CALLS: lambda known, _read, on: f.calls_per_day.on(on)(_days(known), _talk(known)),
    Key.ENTRY: lambda known, _read, on: f.entry_rate.on(on)(_talk(known)),
    Key.QUALITY: _quality,
    Key.CRITICAL: lambda known, _read, on: f.critical_error_rate.on(on)(known.zero, known.monitored),
    Key.COMPLAINTS: lambda known, _read, on: f.complaint_rate.on(on)(known.upheld, known.complaints, known.contacts),
}


def indicator(key: Key, known: Known, values: Values) -> f.Defined:
    """One figure by both definitions, and by the one in use, under these values."""
    found = _RULES[key](known, values.reading(), values.day)
    if key in (Key.UTILISATION, Key.HANDLING, Key.CALLS, Key.ENTRY) and not (known.inbound or known.outbound):
        none = f.Figure(Fraction(0), Fraction(0))  # nobody told of any call: no figure, not a bad one
        return f.Defined(none, none, none)
    return found


def indicators(known: Known, values: Values) -> dict[Key, f.Defined]:
    """All of them."""
    return {one.key: indicator(one.key, known, values) for one in INDICATORS}


def performance(found: Mapping[Key, f.Defined], values: Values) -> f.Performance:
    """A6.11: the table of targets against these figures; rates in percent."""
    read = values.reading()
    measured = {"calls": Key.CALLS, "attendance": Key.ATTENDANCE, "on_time": Key.ON_TIME}
    rows = []
    for target in f.targets(read):
        key = measured[target.name]
        value = found[key].value
        rows.append((target, value * 100 if value is not None and BY_KEY[key].unit is Unit.PERCENT else value))
    return f.target_performance.on(values.day)(rows, read.choice("target.curve"), values.day)
