"""Bonus, score, fines and what a role gets (D3.3, D3.11, D3.14, D5, D6)."""

from hotline.kernel.words import Words
from hotline.rulebook.parameters.declaring import Parameter, Unit, declare
from hotline.rulebook.parameters.kinds import Choice, Choices, number, whole

ROLES = {
    "operator": Words("接线员", "operator"),
    "agent": Words("座席", "agent"),
    "dispatcher": Words("派遣员", "dispatcher"),
    "shift_leader": Words("值班长", "shift leader"),
    "team_leader": Words("组长", "team leader"),
    "supervisor": Words("主管", "supervisor"),
    "centre_supervisor": Words("中心主管", "centre supervisor"),
    "director": Words("主任", "director"),
    "manager": Words("经理", "manager"),
    "trainer": Words("培训员", "trainer"),
    "quality": Words("质检员", "quality inspector"),
    "hr": Words("人力资源", "human resources"),
    "sysadmin": Words("系统管理员", "system administrator"),
    "field_supervisor": Words("监督员", "field supervisor"),
    "department_clerk": Words("部门经办人", "department clerk"),
}

PARAMETERS: tuple[Parameter, ...] = (
    declare(
        "pay.roles",
        "有月度考核奖的岗位",
        "Roles with a monthly bonus",
        kind=Choices(ROLES),
        clause="D3.3",
        value=["operator"],
        readings=(52,),
        why=Words(
            "值班长和主管只计分，计入年度考核，没有月度奖金。",
            "Shift leaders and supervisors are scored for the year and have no monthly money.",
        ),
    ),
    declare(
        "pay.attendance_yuan",
        "考勤奖",
        "Attendance bonus",
        kind=number(0, 100_000, 2),
        unit=Unit.YUAN,
        clause="D3.3",
        value="200",
    ),
    declare(
        "pay.prorata",
        "当月入职、离职",
        "Joining or leaving within the month",
        kind=Choice(
            {
                "rostered": Words("按应出勤班次折算", "in proportion to the shifts rostered"),
                "full": Words("不折算", "as a full month"),
            }
        ),
        clause="D3.3",
        value="rostered",
        readings=(53,),
        why=Words(
            "考核以全月为期，入职和离职的人按排班比例计奖。",
            "The period is the whole month; joiners and leavers earn their share.",
        ),
    ),
    declare(
        "total.max",
        "月度总分上限",
        "Highest score of a month",
        kind=whole(0, 200),
        unit=Unit.POINTS,
        clause="D3.11",
        value=110,
        readings=(42,),
        why=Words(
            "100 分之外最多加 10 分，总分可到 110，不截断。", "100 and up to 10 more: a total of 110 stands as it is."
        ),
    ),
    declare(
        "bonus.points_max",
        "加分月上限",
        "Bonus points of a month, at most",
        kind=whole(0, 100),
        unit=Unit.POINTS,
        clause="D3.14",
        value=10,
        readings=(43,),
        why=Words("每项 1 至 5 分，每人每月合计最多 10 分。", "1 to 5 for each item, 10 for a person and month."),
    ),
    declare(
        "fine.minor_yuan",
        "轻微违规处罚",
        "Fine for a lesser breach",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D6.1",
        value="20",
        readings=(47,),
        why=Words("每次核实的违规计一次。", "For every confirmed occurrence."),
    ),
    declare(
        "fine.major_yuan",
        "严重违规处罚",
        "Fine for a grave breach",
        kind=number(0, 1000, 2),
        unit=Unit.YUAN,
        clause="D6.2",
        value="50",
        readings=(45, 47),
        why=Words(
            "旷工按缺勤的班次计，不再另扣事假 30 元。",
            "Absence counts for each shift missed, and not as personal leave on top.",
        ),
    ),
    declare(
        "fine_policy",
        "处罚如何执行",
        "What a fine is taken from",
        kind=Choice(
            {
                "bonus": Words(
                    "只从当月奖金中扣，不足部分不追收", "from that month's bonus only, the rest is not collected"
                ),
                "forbid": Words("不罚款，改为谈话", "no money at all: a talk instead"),
            }
        ),
        clause="D6.1",
        value="bonus",
        readings=(48,),
        must_decide=True,
        why=Words(
            "处罚只从当月奖金中扣除，扣不足的不追收也不结转，任何情况下不动工资。各地对罚款规定不同，上线前请律师确认。",
            "A fine is taken from that month's bonus only; what is missing is neither collected nor carried over, and "
            "nothing ever reaches wages. The law differs by province: a lawyer should look before going live.",
        ),
    ),
)
