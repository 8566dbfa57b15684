"""Something real for every address of the appraisal."""

from decimal import Decimal

from hotline.appraisal.models import Sheet
from hotline.appraisal.services import assessing, awarding, measuring, objecting, recording
from hotline.attendance.services import deriving
from hotline.attendance.tests import builders as attendance
from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.people.models import Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people

APRIL = attendance.NEXT_MONTH


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """A month with a confirmed incident, a deduction and an objection to it."""
    program = system_person(town.centre)
    leader = people.person(town.centre, position=Position.SHIFT_LEADER)
    supervisor = people.person(town.centre, position=Position.CENTRE_SUPERVISOR)
    deriving.derive(centre=town.centre, first=attendance.DAY, last=attendance.DAY, by=program, at=attendance.EVENING)
    incident = recording.propose(
        person=town.operator, day=attendance.DAY, kind="minor", words="上班玩游戏", evidence=f"案件 {case.number}",
        by=leader, at=attendance.EVENING,
    )  # fmt: skip
    recording.hear(incident_id=incident.pk, statement="只是看了一眼", by=town.operator, at=attendance.EVENING)
    recording.decide_incident(incident_id=incident.pk, confirm=True, note="属实", by=supervisor, at=attendance.EVENING)
    recording.record_exam(
        person=town.operator, month=attendance.MONTH, score=Decimal(60), paper="3月业务考试", by=supervisor,
        at=attendance.EVENING,
    )  # fmt: skip
    period = assessing.compute(centre=town.centre, month=attendance.MONTH, by=program, at=APRIL)
    sheet = Sheet.objects.get(person=town.operator, period=period)
    line = sheet.lines.filter(sort="deduction").order_by("place")[0]
    exam = sheet.lines.get(part="exam", sort="deduction")
    appeal = objecting.appeal(line_id=line.pk, words="没有玩游戏", by=town.operator, at=APRIL)
    measuring.measure(centre=town.centre, month=attendance.MONTH, by=program, at=APRIL)
    award = awarding.propose_award(
        person=town.second, kind="suggestion", period="2026-03", words="合并重复来电", by=leader, at=APRIL
    )
    return {
        "appraisal:decide_award": {"pk": award.pk},
        "appraisal:indicators_of": {"pk": town.operator.pk},
        "appraisal:behind": {"pk": town.operator.pk, "key": "attendance"},
        "appraisal:line": {"pk": line.pk},
        "appraisal:line_behind": {"pk": exam.pk},
        "appraisal:sheet": {"pk": sheet.pk},
        "appraisal:say": {"pk": incident.pk},
        "appraisal:decide_incident": {"pk": incident.pk},
        "appraisal:show": {"pk": period.pk},
        "appraisal:confirm": {"pk": period.pk},
        "appraisal:close": {"pk": period.pk},
        "appraisal:export": {"pk": period.pk, "form": "csv"},
        "appraisal:decide_appeal": {"pk": appeal.pk},
    }
