"""Leave: who approves it, how days are counted, papers and notice, how many may be away (D2.8 to D2.10, D4, A7.16)."""

from collections.abc import Iterable
from fractions import Fraction

from hotline.kernel.words import Words
from hotline.rulebook import leave as rules
from hotline.rulebook.leave import Code, Count
from hotline.rulebook.parameters.declaring import Parameter, Unit, of_term
from hotline.rulebook.parameters.grids import Ladders, Only, Picks
from hotline.rulebook.parameters.kinds import Number, whole
from hotline.rulebook.roles import Role

KINDS: dict[str, Words] = {
    Code.SICK.value: Words("病假", "Sick leave"),
    Code.PERSONAL.value: Words("事假", "Personal leave"),
    Code.ANNUAL.value: Words("公休（年休假）", "Annual leave"),
    Code.MARRIAGE.value: Words("婚假", "Marriage leave"),
    Code.MATERNITY.value: Words("产假", "Maternity leave"),
    Code.PATERNITY.value: Words("陪产假", "Paternity leave"),
    Code.BEREAVEMENT.value: Words("丧假", "Bereavement leave"),
    Code.WORK_INJURY.value: Words("工伤假", "Work injury leave"),
}
ROLES: dict[str, Words] = {
    Role.TEAM_LEADER.value: Words("组长", "Team leader"),
    Role.SHIFT_LEADER.value: Words("值班长", "Shift leader"),
    Role.SUPERVISOR.value: Words("主管", "Supervisor"),
    Role.DIRECTOR.value: Words("主任", "Director"),
    Role.MANAGER.value: Words("经理", "Manager"),
}
COUNTS: dict[str, Words] = {
    Count.ROSTERED.value: Words("缺勤的排班", "Rostered shifts missed"),
    Count.WORKING.value: Words("缺勤的排班，法定节假日除外", "Rostered shifts missed, public holidays left out"),
    Count.CALENDAR.value: Words("自然日", "Calendar days"),
}
# What the law or a clause leaves open to be counted otherwise.
_ANNUAL = Words(
    "年休假不计法定节假日和休息日（《职工带薪年休假条例》第三条），只能按“缺勤的排班，法定节假日除外”",
    "public holidays and days of rest are no annual leave (Regulations on Paid Annual Leave, Art. 3): only “rostered "
    "shifts missed, public holidays left out”",
)
_BY_DAYS = Words(
    "法定产假不少于 98 个自然日（《女职工劳动保护特别规定》第七条），按自然日",
    "the law gives at least 98 calendar days (Special Rules on the Protection of Female Employees, Art. 7): only "
    "calendar days",
)
_INJURY = Words(
    "停工留薪期按自然日（《工伤保险条例》第三十三条）", "the law counts the time by the calendar: calendar days"
)
ONLY: dict[str, Only] = {
    Code.ANNUAL.value: Only((Count.WORKING.value,), _ANNUAL),
    Code.MATERNITY.value: Only((Count.CALENDAR.value,), _BY_DAYS),
    Code.WORK_INJURY.value: Only((Count.CALENDAR.value,), _INJURY),
}


def chains(kinds: Iterable[rules.Kind]) -> object:
    """Who decides, as JSON."""
    return {kind.code.value: [_step(*step) for step in kind.chain] for kind in kinds}


def _step(limit: int | None, names: Iterable[Role]) -> dict[str, object]:
    roles = [name.value for name in names]
    return {"roles": roles} if limit is None else {"below": rules.in_days(limit), "roles": roles}


def _kind(code: Code, kinds: Iterable[rules.Kind]) -> rules.Kind:
    return next(kind for kind in kinds if kind.code is code)


PARAMETERS: tuple[Parameter, ...] = (
    of_term(
        "leave.chain",
        "请假审批",
        "Who approves leave",
        kind=Ladders(KINDS, ROLES),
        clause="D2.8",
        terms=rules.KINDS,
        take=chains,
        readings=(60, 61, 63),
        why=Words(
            "半天以上不满两天由主管批，两天及以上加主任；续假按合计天数。申请人本人的岗位及以下由上一级批。",
            "Below two days the supervisor, from two days on the director too; an extension counts with its spell. A "
            "step of the asker's own rank goes to the next above.",
        ),
    ),
    of_term(
        "leave.count",
        "请假天数按",
        "What days of leave are counted by",
        kind=Picks(KINDS, COUNTS, ONLY),
        clause="D4.5",
        terms=rules.KINDS,
        take=lambda kinds: {kind.code.value: kind.count.value for kind in kinds},
        readings=(56, 74),
        why=Words(
            "按缺勤的排班计，休息日不算；法定假不扣款、不扣分、不进分母。",
            "Rostered shifts missed; days off are not counted; leave given by law costs nothing.",
        ),
    ),
    of_term(
        "leave.papers_from",
        "须交病假条",
        "Sick leave that needs a certificate, from",
        kind=Number(Fraction(1, 2), Fraction(31), 1, Fraction(1, 2)),
        clause="D2.8",
        terms=rules.KINDS,
        take=lambda kinds: rules.in_days(_kind(Code.SICK, kinds).papers_from),
        unit=Unit.DAYS,
        readings=(59,),
        why=Words("“半天以上”含半天。", "“From half a day on” includes half a day."),
    ),
    of_term(
        "notice_days",
        "事假提前申请",
        "Notice of personal leave",
        kind=whole(0, 30),
        clause="D2.9",
        terms=rules.KINDS,
        take=lambda kinds: _kind(Code.PERSONAL, kinds).notice_days,
        unit=Unit.DAYS,
        readings=(62,),
        why=Words(
            "两个完整的自然日；紧急的由批准人注明原因。", "Two full calendar days; when urgent, the approver notes why."
        ),
    ),
    of_term(
        "leave.day_max",
        "每天计划请假人数上限",
        "People on planned leave on a day, at most",
        kind=whole(1, 500),
        clause="A7.16",
        terms=rules.DAY_TERMS,
        take=lambda terms: terms.most_away,
        unit=Unit.PEOPLE,
        readings=(69,),
        must_decide=True,
        why=Words("计划请假最多 5 人，病假从不拦阻。", "Five for planned leave; sickness is never blocked."),
    ),
    of_term(
        "leave.annual_max",
        "同时公休人数",
        "People on annual leave at the same time",
        kind=whole(1, 500),
        clause="D4.4",
        terms=rules.DAY_TERMS,
        take=lambda terms: terms.most_annual,
        unit=Unit.PEOPLE,
        readings=(69,),
        must_decide=True,
        why=Words("一人，主任可说明原因放行。", "One; the director may allow another with a reason."),
    ),
)
