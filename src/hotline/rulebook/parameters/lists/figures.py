"""Indicators, target performance, ranking, monitoring (A6, A7.8, A7.9, D3.15)."""

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import Parameter, Unit, declare
from hotline.rulebook.parameters.kinds import Choice, Weights, number, whole

PARAMETERS: tuple[Parameter, ...] = (
    declare(
        "attendance.base",
        "出勤率的应出勤天数",
        "Working days in the attendance rate",
        kind=Choice(
            {
                "rostered": Words("本人排班天数", "the person's own rostered shifts"),
                "calendar": Words("当月工作日", "the working days of the month"),
            }
        ),
        clause="A6.1",
        value="rostered",
        readings=(80, 81),
        must_decide=True,
        why=Words(
            "做二休二的人按月工作日最高只有 68%，因此按本人排班。",
            "Two on, two off reaches 68 % of the working days at best, so the own roster counts.",
        ),
    ),
    declare(
        "util.base",
        "座席利用率的分母",
        "What utilisation is divided by",
        kind=Choice(
            {
                "paid": Words("排班的有薪时间", "the paid minutes of the rostered shifts"),
                "printed": Words("每个工作日 8 小时（原文）", "8 h for each working day, as printed"),
            }
        ),
        clause="A6.3",
        value="paid",
        readings=(85, 86),
        why=Words("晚班 10.5 小时，按 8 小时会超过 100%。", "The late shift has 10.5 h: over 8 h it would pass 100 %."),
    ),
    declare(
        "aht.base",
        "平均处理时间的分母",
        "What handling time is divided by",
        kind=Choice(
            {
                "both": Words("呼入与呼出电话", "inbound and outbound calls"),
                "inbound": Words("只计呼入电话（原文）", "inbound calls only, as printed"),
            }
        ),
        clause="A6.4",
        value="both",
        readings=(87,),
        why=Words(
            "分子含呼出时长，分母也应含呼出次数，否则多回访的人吃亏。",
            "Like over like: outbound talk needs outbound calls below, or whoever calls back looks slow.",
        ),
    ),
    declare(
        "aht.waiting",
        "平均处理时间是否含等待",
        "Whether waiting is part of handling time",
        kind=Choice(
            {
                "hold": Words("只含保持时间（行业定义）", "only the customer on hold, as the field defines it"),
                "waiting": Words("含空闲等待（原文）", "idle waiting too, as printed"),
            }
        ),
        clause="A6.4",
        value="hold",
        readings=(86,),
    ),
    declare(
        "target.curve",
        "目标区间内",
        "Between the minimum and the maximum of a target",
        kind=Choice(
            {
                "linear": Words("从最低 0 分到最高满分，直线", "linear from 0 at the minimum to full at the maximum"),
                "all": Words("达到最低即满分", "full from the minimum on"),
            }
        ),
        clause="A6.11",
        value="linear",
        readings=(84,),
    ),
    declare(
        "target.calls_min",
        "日均电话量最低",
        "Calls a day: minimum",
        kind=number(0, 1000, 2),
        unit=Unit.CALLS,
        clause="A6.11",
        value="30",
    ),
    declare(
        "target.calls_max",
        "日均电话量最高",
        "Calls a day: maximum",
        kind=number(0, 1000, 2),
        unit=Unit.CALLS,
        clause="A6.11",
        value="50",
    ),
    declare(
        "target.min",
        "出勤率、准时率最低",
        "Attendance and on-time rate: minimum",
        kind=number(0, 100, 2),
        unit=Unit.PERCENT,
        clause="A6.11",
        value="60",
    ),
    declare(
        "target.max",
        "出勤率、准时率最高",
        "Attendance and on-time rate: maximum",
        kind=number(0, 100, 2),
        unit=Unit.PERCENT,
        clause="A6.11",
        value="85",
        readings=(82,),
        why=Words("原文重复为“85%85%”，按 85 理解。", "Printed twice, “85%85%”: read as 85."),
    ),
    declare(
        "target.weight_calls",
        "日均电话量权重",
        "Weight of calls a day",
        kind=number(0, 100, 2),
        unit=Unit.POINTS,
        clause="A6.11",
        value="15",
        readings=(83,),
    ),
    declare(
        "target.weight_attendance",
        "出勤率权重",
        "Weight of the attendance rate",
        kind=number(0, 100, 2),
        unit=Unit.POINTS,
        clause="A6.11",
        value="25",
        readings=(83,),
        why=Words(
            "原文为举例，权重合计 55：列出得分和折合百分制。",
            "The printed table is an example with weights of 55: shown as it is and rescaled to 100.",
        ),
    ),
    declare(
        "target.weight_on_time",
        "准时率权重",
        "Weight of the on-time rate",
        kind=number(0, 100, 2),
        unit=Unit.POINTS,
        clause="A6.11",
        value="15",
        readings=(83,),
    ),
    declare(
        "skill.weights",
        "业务技能考核权重",
        "Weights of the skills exam",
        kind=Weights({"written": Words("书面", "written"), "phone": Words("电话", "by telephone")}),
        clause="A6.10",
        value={"written": "40", "phone": "60"},
        readings=(36,),
        why=Words(
            "原文 40% 加 100% 为 140%，只有 40/60 合计 100%。",
            "Printed 40 % and 100 %, which make 140: only 40 and 60 make 100.",
        ),
    ),
    declare(
        "rank.by",
        "半年、全年排名按",
        "What half-year and year are ranked by",
        kind=Choice({"mean": Words("月平均分", "the mean of the months assessed"), "sum": Words("总分", "the sum")}),
        clause="D3.15",
        value="mean",
        readings=(93,),
        why=Words(
            "总分会使休产假等缺月的人吃亏；旁边列出总分，同分并列。",
            "A sum punishes months away for childbirth; it is shown beside, and ties share the place.",
        ),
    ),
    declare(
        "rank.min_months",
        "半年排名最少月数",
        "Months a half-year needs for a place",
        kind=whole(1, 6),
        unit=Unit.MONTHS,
        clause="D3.15",
        value=4,
        readings=(93,),
    ),
    declare(
        "monitor.weekly",
        "每周监听电话",
        "Calls listened to each week",
        kind=whole(0, 100),
        unit=Unit.CALLS,
        clause="A7.9",
        value=5,
        readings=(77,),
        why=Words("原文数字残缺，找不到原件。", "The printed digit is garbled and the original could not be found."),
    ),
    declare(
        "feedback_days",
        "月度面谈期限",
        "Working days of the next month for the review",
        kind=whole(1, 31),
        unit=Unit.DAYS,
        clause="A7.8",
        value=10,
        readings=(77,),
        why=Words(
            "原文数字残缺，按前 10 个工作日。", "The printed digit is garbled: read as the first 10 working days."
        ),
    ),
    declare(
        "review.months",
        "流程复审周期",
        "Time between two reviews of a procedure",
        kind=whole(1, 60),
        unit=Unit.MONTHS,
        clause="A7.17",
        value=6,
    ),
)
