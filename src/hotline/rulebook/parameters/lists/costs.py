"""What the work costs and what the incentive programme gives (A1.3, A7.11): nothing is printed, the centre sets it."""

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import Parameter, Unit, declare
from hotline.rulebook.parameters.kinds import number, whole

UNSET = Words("原文没有金额，由中心确定。", "No amount is printed: the centre sets it.")


def _grade(key: str, zh: str, en: str, most: int) -> tuple[Parameter, Parameter]:
    return (
        declare(
            f"incentive.{key}_yuan",
            f"月度激励{zh}奖金",
            f"Monthly incentive, {en}: amount",
            kind=number(0, 100_000, 2),
            unit=Unit.YUAN,
            clause="A7.11",
            value="0",
            must_decide=True,
            why=Words("原文没有金额：0 为表扬或实物。", "No amount is printed: 0 means praise, or something in kind."),
        ),
        declare(
            f"incentive.{key}_most",
            f"月度激励{zh}名额",
            f"Monthly incentive, {en}: people a month",
            kind=whole(0, 1000),
            unit=Unit.PEOPLE,
            clause="A7.11",
            value=most,
            must_decide=True,
            why=UNSET,
        ),
    )


PARAMETERS: tuple[Parameter, ...] = (
    declare(
        "cost.hour_yuan",
        "每有薪小时的人工成本",
        "Cost of a paid hour",
        kind=number(0, 100_000, 2),
        unit=Unit.YUAN,
        clause="A1.3",
        value="0",
        must_decide=True,
        why=Words(
            "含工资、保险和福利；未确定时不显示单位成本。",
            "With wage, insurance and benefits; until it is set no unit cost is shown.",
        ),
    ),
    declare(
        "cost.month_yuan",
        "每月固定成本",
        "Fixed cost of a month",
        kind=number(0, 100_000_000, 2),
        unit=Unit.YUAN,
        clause="A1.3",
        value="0",
        must_decide=True,
        why=Words("房租、线路、设备等。", "Rent, lines, equipment and the like."),
    ),
    *_grade("first", "一等", "first grade", 1),
    *_grade("second", "二等", "second grade", 2),
    *_grade("third", "三等", "third grade", 3),
)
