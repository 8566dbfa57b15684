"""Working time, shifts, swaps, notice: terms of other chapters; some are shown only, each with the reason."""

from collections.abc import Iterable
from datetime import time, timedelta
from fractions import Fraction

from hotline.kernel.words import Words
from hotline.rulebook import roles, shifts, staffing, swaps
from hotline.rulebook.parameters.declaring import Parameter, Unit, mirror, of_term
from hotline.rulebook.parameters.kinds import Choice, Flag, number, plain, whole

Rows = list[list[object]]  # cells: English msgids, codes and times; a list of several is one cell

# What the text prints for whoever decides (reading 64).
TITLES: dict[roles.Role, str] = {
    roles.Role.TEAM_LEADER: "组长、班长",
    roles.Role.SHIFT_LEADER: "值班长",
    roles.Role.SUPERVISOR: "主管、部门主管、中心主管、呼叫中心主管",
    roles.Role.DIRECTOR: "主任、中心主任",
    roles.Role.MANAGER: "经理、运营经理",
}

IN_ROSTER = Words(
    "手册印的是此表；本中心各班次的时间和休息在“排班—班次”中从某日起更改，已排的班不变。",
    "This is the table as printed. A centre changes the hours and rests of its shifts from a day on under “Shifts” of "
    "the roster; shifts already planned keep theirs.",
)


def _hours(types: Iterable[shifts.ShiftType]) -> Rows:
    return [[one.name, _span(one.start, one.end)] for one in types]


def _breaks(types: Iterable[shifts.ShiftType]) -> Rows:
    return [[one.name, _span(since, until)] for one in types for since, until in one.breaks]


def _span(since: time, until: time) -> str:
    """Two times that no line break parts."""
    return f"{since:%H:%M}\u2060–\u2060{until:%H:%M}"


def _window(types: tuple[shifts.ShiftType, ...]) -> str:
    return f"{min(one.start for one in types):%H:%M}-{max(one.end for one in types):%H:%M}"


def _goal(line: staffing.Line, zh: str, en: str) -> tuple[Parameter, Parameter]:
    """How many of a line's calls are answered how soon."""
    share = of_term(
        f"service.{line}_percent",
        f"{zh}：按时接听的来电",
        f"Calls of {en} that are answered in time",
        kind=number(1, 99, 2),
        clause="A1.4",
        terms=staffing.GOALS,
        take=lambda goals: plain(goals[line].share * 100),
        unit=Unit.PERCENT,
    )
    within = of_term(
        f"service.{line}_s",
        f"{zh}：多少秒内接听",
        f"Within how long calls of {en} are answered",
        kind=whole(1, 600),
        clause="A1.4",
        terms=staffing.GOALS,
        take=lambda goals: goals[line].within // timedelta(seconds=1),
        unit=Unit.SECONDS,
    )
    return share, within


PARAMETERS: tuple[Parameter, ...] = (
    mirror(
        "shift.types",
        "班次",
        "Shift types",
        clause="D2.1",
        terms=shifts.SHIFTS,
        take=_hours,
        why_not=IN_ROSTER,
        readings=(1, 4),
        must_decide=True,
        why=Words(
            "原表中班与早班时间相同，照录并提示；夜间值班没有时间，不排班。",
            "The mid shift is printed with the early shift's hours; night duty has none and is not rostered.",
        ),
    ),
    mirror(
        "shift.break",
        "班内休息",
        "Rest within a shift",
        clause="D2.1",
        terms=shifts.SHIFTS,
        take=_breaks,
        why_not=IN_ROSTER,
        readings=(2,),
        why=Words(
            "早班没有写午休，按 60 分钟不计薪休息，净 8 小时；晚班 10.5 小时。",
            "No lunch is printed for the early shift: 60 unpaid minutes leave 8 h; the late shift has 10.5 h.",
        ),
    ),
    mirror(
        "service.window",
        "服务时间",
        "Service window",
        clause="A2.1",
        terms=shifts.SHIFTS,
        take=_window,
        why_not=Words(
            "服务时间由班次表的最早上班和最晚下班得出，不单独设定：改班次时间即可。",
            "The window follows from the first start and the last end of the shifts: change the hours of a shift.",
        ),
        readings=(3,),
        why=Words(
            "以班次表 8:30-22:00 为准，“12 小时”作为文字保留。",
            "8:30-22:00 by the shift table; “12 hours” stays as text.",
        ),
    ),
    of_term(
        "hours.scheme",
        "工时制度",
        "How working time is limited",
        kind=Choice(
            {
                "standard": Words("标准工时", "by day and week"),
                "averaged": Words("综合计算工时（须经批准）", "averaged, by an approval that the centre holds"),
            }
        ),
        clause="A7.5",
        terms=staffing.OVERTIME,
        take=lambda terms: "averaged" if terms.is_averaged else "standard",
        must_decide=True,
        why=Words(
            "没有综合计算工时批准，晚班每天多出的时间是加班。",
            "Without that approval the late shift's extra time is overtime every day.",
        ),
    ),
    of_term(
        "rest.minimum",
        "两班之间最短休息",
        "Least rest between two shifts",
        kind=number(0, 24, 2),
        clause="A7.5",
        terms=staffing.OVERTIME,
        take=lambda terms: plain(Fraction(terms.rest // timedelta(minutes=1), 60)),
        unit=Unit.HOURS,
        why=Words(
            "手册没有写；默认 11 小时，排班不安排更短的，调班时提示审批人。",
            "The handbook does not say; 11 hours: the roster gives no less, and whoever decides a swap is told.",
        ),
    ),
    of_term(
        "roster.notice_days",
        "排班提前公布",
        "Notice of the roster",
        kind=whole(0, 90),
        clause="A7.7",
        terms=shifts.NOTICE,
        take=lambda terms: terms.notice_days,
        unit=Unit.DAYS,
        readings=(70,),
        why=Words(
            "至少提前 28 天公布，之后变动须本人同意或说明原因。",
            "Published at least 28 days before; a later change needs consent or a reason.",
        ),
    ),
    mirror(
        "role.map",
        "称谓对应岗位",
        "Who is meant by a title",
        clause="D2.8",
        terms=roles.HOLDERS,
        take=lambda holders: [[TITLES[role], roles.ROLE_NAMES[role], list(names)] for role, names in holders.items()],
        why_not=Words(
            "随软件版本变更：审批、发布手册等权限都按岗位给出，此表若指向无人担任的岗位，就再没有人能批准下一次修改。"
            "谁担任哪个岗位，在“人员”中随时可改；谁批哪种假，在“请假审批”中设定。",
            "It changes with a release: every permission to decide and to publish is given by these positions, and a "
            "wrong line could leave nobody who may approve the next change. Who holds a position is set under people "
            "at any time; who approves which leave is set by the value “Who approves leave”.",
        ),
        readings=(64,),
        why=Words(
            "组长即班长；部门主管、中心主管、呼叫中心主管是同一人；主任即中心主任。",
            "The text has more titles than people: each is one of five roles.",
        ),
    ),
    of_term(
        "swap.month_max",
        "每月调班次数",
        "Swaps in a month",
        kind=whole(0, 31),
        clause="D2.11",
        terms=swaps.SWAPS,
        take=lambda terms: terms.per_month,
        unit=Unit.TIMES,
        readings=(65, 68),
        why=Words(
            "按提出人、让出班次所在月计；批准的调班只登记，不扣。",
            "Of whoever asks, in the month of the shift given away; an approved swap costs nothing.",
        ),
    ),
    of_term(
        "swap.count_partner",
        "调班是否计入对方次数",
        "Whether a swap counts for the partner too",
        kind=Flag(),
        clause="D2.11",
        terms=swaps.SWAPS,
        take=lambda terms: terms.counts_partner,
        readings=(65,),
    ),
    of_term(
        "swap.pay_back_months",
        "还班期限",
        "Time to pay a shift back",
        kind=whole(1, 12),
        clause="D2.11",
        terms=swaps.SWAPS,
        take=lambda terms: terms.pay_back_months,
        unit=Unit.MONTHS,
        readings=(66,),
    ),
    of_term(
        "swap.pair_notice_months",
        "连班同调提前申请",
        "Notice of a swap of two shifts in a row",
        kind=whole(0, 12),
        clause="D2.11",
        terms=swaps.SWAPS,
        take=lambda terms: terms.pair_notice_months,
        unit=Unit.MONTHS,
        readings=(67,),
    ),
    of_term(
        "swap.pairs_max",
        "每年连班同调次数",
        "Swaps of two shifts in a row in a year",
        kind=whole(0, 50),
        clause="D2.11",
        terms=swaps.SWAPS,
        take=lambda terms: terms.pairs_per_year,
        unit=Unit.TIMES,
        readings=(67,),
    ),
    *_goal(staffing.Line.GOVERNMENT, "政务热线", "a government hotline"),
    *_goal(staffing.Line.OTHER, "其他热线", "another hotline"),
)
