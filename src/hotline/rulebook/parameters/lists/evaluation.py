"""Timeliness, accuracy, exam and other work (D3.7 to D3.10, D3.13)."""

from datetime import date

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import Parameter, Shipped, Unit, declare
from hotline.rulebook.parameters.kinds import Choice, Choices, Flag, number, whole

# The stricter standards (reading 26): once, from 1 November of the adopting year.
STRICTER, STRICTER_DECIDED = date(2026, 11, 1), date(2026, 10, 20)

COMPLETED_OR_STARTED = {
    "completed": Words("只计满的", "completed steps only"),
    "started": Words("不满也计", "steps that have begun"),
}
STAGES = {
    "acceptance": Words("受理", "acceptance"),
    "verify": Words("核实", "verification"),
    "filing": Words("立案", "filing"),
    "dispatch": Words("派遣", "dispatch"),
    "handling": Words("处置", "handling"),
    "check": Words("核查", "check"),
    "closing": Words("结案", "closing"),
    "parked": Words("挂账", "parked"),
}
_SHARE = Words(
    "四个方面各 50 元、20 分，合计 200 元、80 分。", "Four parts of 50 yuan and 20 points each: 200 and 80 in all."
)


def _part(key: str, zh: str, en: str, clause: str) -> tuple[Parameter, Parameter]:
    return (
        declare(
            f"{key}.yuan",
            f"{zh}奖",
            f"{en}: money",
            kind=number(0, 100_000, 2),
            unit=Unit.YUAN,
            clause=clause,
            value="50",
            readings=(21,),
            why=_SHARE,
        ),
        declare(
            f"{key}.points",
            f"{zh}分",
            f"{en}: points",
            kind=whole(0, 100),
            unit=Unit.POINTS,
            clause="D3.13",
            value=20,
            readings=(21,),
            why=_SHARE,
        ),
    )


_GENERAL = (
    declare(
        "step.counts",
        "不满一级怎么算",
        "Which steps count",
        kind=Choice(COMPLETED_OR_STARTED),
        clause="D3.7",
        value="completed",
        readings=(20, 29, 33),
        why=Words(
            "按字面只计满的一分钟、一个百分点、五个百分点，对员工较宽。",
            "As written, only completed minutes, points and five points count: the milder reading.",
        ),
    ),
    declare(
        "na",
        "没有依据的方面",
        "A part for which there are no facts",
        kind=Choice(
            {
                "full": Words("按满分、全奖", "full points and money"),
                "none": Words("不计分、不计奖", "neither points nor money"),
            }
        ),
        clause="D3.8",
        value="full",
        readings=(30,),
        why=Words("没有案件就没有准确率，不扣。", "Without cases there is no rate, and nothing is deducted."),
    ),
)

_TIMELINESS = (
    *_part("timeliness", "及时性", "Timeliness", "D3.7"),
    declare(
        "timeliness.limit_s",
        "月平均在手时间标准",
        "The month's average time in hand, at most",
        kind=whole(0, 86_400),
        unit=Unit.SECONDS,
        clause="D3.7",
        value=300,
        readings=(24, 27),
        why=Words(
            "11 月后“酌情调整”没有数字，未经批准不变。",
            "The text announces a change after November without a number: nothing changes until one is approved.",
        ),
    ),
    declare(
        "timeliness.yuan_per_minute",
        "平均每超过一分钟扣款",
        "Each minute of the average above",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D3.7",
        value="10",
        readings=(20,),
    ),
    declare(
        "timeliness.points_per_minute",
        "平均每超过一分钟扣分",
        "Points for each minute of the average above",
        kind=whole(0, 20),
        unit=Unit.POINTS,
        clause="D3.13",
        value=2,
        readings=(20,),
    ),
    declare(
        "case.limit_s",
        "个案在手时限",
        "A single case in hand, at most",
        kind=whole(0, 86_400),
        unit=Unit.SECONDS,
        clause="D3.7",
        value=300,
        readings=(23, 96, 100),
        why=Words(
            "超过 300 秒才算，恰好 300 秒不算；从到手与上班时间中较晚者起。",
            "Only above 300 s; it runs from the later of the assignment and the start of the shift.",
        ),
    ),
    declare(
        "case.yuan",
        "每件超时扣款",
        "Each single case above",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D3.7",
        value="5",
        readings=(23,),
    ),
    declare(
        "case.points",
        "每件超时扣分",
        "Points for each single case above",
        kind=whole(0, 20),
        unit=Unit.POINTS,
        clause="D3.13",
        value=2,
        readings=(23,),
    ),
    declare(
        "timeliness.shared_cap",
        "平均与个案共用上限",
        "One cap for the average and the cases together",
        kind=Flag(),
        clause="D3.7",
        value=True,
        readings=(21,),
        why=Words(
            "只有共用 50 元上限，四个方面才合计 200 元。", "Only with one cap of 50 yuan do the four parts make 200."
        ),
    ),
    declare(
        "timeliness.combine",
        "平均与个案",
        "The average and the cases",
        kind=Choice({"sum": Words("相加", "are added"), "max": Words("取较大者", "only the larger counts")}),
        clause="D3.7",
        value="sum",
        readings=(22,),
        must_decide=True,
        why=Words(
            "两项都有规定，在共用上限内相加；扣分条文写“或”，可改为取较大者。",
            "Both are stated, so they add up under the cap; the points clause says “or”: the larger can be chosen.",
        ),
    ),
    declare(
        "timeliness.average_of",
        "平均数的分母",
        "What the average is taken over",
        kind=Choice({"holding": Words("每次经手", "holdings"), "case": Words("每件案件", "cases")}),
        clause="D3.7",
        value="holding",
        readings=(99, 101),
        why=Words("按经手次数平均，旁边列出按案件的平均。", "Over holdings; the average per case is shown beside it."),
    ),
    declare(
        "stage.charged",
        "计入在手时间的环节",
        "Stages whose time is charged to whoever holds the case",
        kind=Choices(STAGES),
        clause="D3.7",
        value=["acceptance", "filing", "dispatch", "closing"],
        readings=(97, 98),
        why=Words(
            "核实、核查、处置各有自己的时限，不算接线员的；无人经手的时间归中心。",
            "Verification, check and handling have clocks of their own; time in a queue is the centre's.",
        ),
    ),
)

_ACCURACY = (
    *_part("accuracy", "准确率", "Accuracy", "D3.8"),
    declare(
        "accuracy.target",
        "准确率标准",
        "Accuracy, at least",
        kind=number(0, 100, 2),
        unit=Unit.PERCENT,
        clause="D3.8",
        value="97",
        later=(Shipped(STRICTER, STRICTER_DECIDED, "99", needs_act=True),),
        readings=(26,),
        must_decide=True,
        why=Words(
            "11 月 1 日起提高一次；没有经批准的决定，什么都不变。",
            "Raised once, from 1 November of the year of adoption; nothing changes without an approved act.",
        ),
    ),
    declare(
        "accuracy.yuan_per_point",
        "准确率每低一个百分点扣款",
        "Each percentage point of accuracy below",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D3.8",
        value="10",
        readings=(29,),
    ),
    declare(
        "accuracy.points_per_point",
        "准确率每低一个百分点扣分",
        "Points for each percentage point of accuracy below",
        kind=whole(0, 20),
        unit=Unit.POINTS,
        clause="D3.13",
        value=4,
        readings=(29,),
    ),
    declare(
        "accuracy.min_n",
        "抽查样本下限",
        "Smallest sample that counts for pay",
        kind=whole(1, 1000),
        unit=Unit.CASES,
        clause="D3.8",
        value=30,
        readings=(29,),
        why=Words(
            "按经办案件全数计算；抽查的注明样本数，不足 30 件不用于奖金。",
            "Of all cases handled; a sample is shown as one, and below 30 it is not used for pay.",
        ),
    ),
)

_EXAM = (
    *_part("exam", "业务考试", "Exam", "D3.9"),
    declare(
        "exam.target",
        "考试标准",
        "Exam, at least",
        kind=number(0, 100, 2),
        unit=Unit.PERCENT,
        clause="D3.9",
        value="80",
        later=(Shipped(STRICTER, STRICTER_DECIDED, "90", needs_act=True),),
        readings=(26, 32),
        must_decide=True,
        why=Words(
            "11 月 1 日起提高一次；没有经批准的决定，什么都不变。",
            "Raised once, from 1 November of the year of adoption; nothing changes without an approved act.",
        ),
    ),
    declare(
        "exam.step_percent",
        "考试每级",
        "Size of a step below the exam's standard",
        kind=number(1, 100, 2),
        unit=Unit.PERCENT,
        clause="D3.9",
        value="5",
        readings=(32, 34),
        why=Words("五个百分点为一级，扣完为止。", "Five percentage points; until nothing is left."),
    ),
    declare(
        "exam.yuan_per_step",
        "考试每低一级扣款",
        "Each step of the exam below",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D3.9",
        value="10",
        readings=(32,),
    ),
    declare(
        "exam.points_per_step",
        "考试每低一级扣分",
        "Points for each step of the exam below",
        kind=whole(0, 20),
        unit=Unit.POINTS,
        clause="D3.13",
        value=4,
        readings=(32, 34),
    ),
    declare(
        "exam.step",
        "考试不满一级怎么算",
        "Which steps of the exam count",
        kind=Choice({"same": Words("与其他方面一致", "as for the other parts"), **COMPLETED_OR_STARTED}),
        clause="D3.9",
        value="same",
        readings=(33,),
        must_decide=True,
        why=Words(
            "79.9 分低于标准但不满一级，默认不扣；如按“80% 以上核发全部”，应选“不满也计”（扣 10 元、4 分）。",
            "79.9 is no whole step below the standard: nothing is deducted. “started” gives 40 yuan and 96 points.",
        ),
    ),
    declare(
        "exam.absent",
        "无故缺考",
        "Absent from the exam without an excuse",
        kind=Choice(
            {
                "zero": Words("按 0 分", "counts as 0"),
                "not_applicable": Words("不计", "does not count"),
            }
        ),
        clause="D3.9",
        value="zero",
        readings=(35,),
        why=Words(
            "有正当理由的补考或不计，无故缺考按 0 分。", "Excused: a later exam or not applicable; unexcused: 0."
        ),
    ),
)

_OTHER = (
    *_part("other", "其他工作", "Other work", "D3.10"),
    declare(
        "other.yuan_per_point",
        "其他工作每扣一分折合",
        "Money for each point of other work",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D3.10",
        value="2.5",
        readings=(37, 38, 39),
        why=Words(
            "条文没有标度；准确率、考试和个案都是每分 2.5 元。",
            "The text has no scale; accuracy, exam and single cases all have 2.5 yuan to the point.",
        ),
    ),
)

PARAMETERS: tuple[Parameter, ...] = (*_GENERAL, *_TIMELINESS, *_ACCURACY, *_EXAM, *_OTHER)
