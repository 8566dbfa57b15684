"""Who sees sheets, who proposes and confirms, who decides appeals, who confirms and closes a month."""

from datetime import date

from hotline.appraisal.models import Appeal, Award, ExamResult, Incident, Line, Measure, Period, Sheet
from hotline.attendance.access import sees, sees_now
from hotline.attendance.models import DECIDES, LEADS
from hotline.attendance.queries.pages import month_end
from hotline.core.access import permission
from hotline.core.clock import local_day
from hotline.people.models import Person, Position


def _sees(person: Person, other: Person, month: date) -> bool:
    """The same scope as `visible_to` of the tables of months."""
    return sees(person, other, month, month_end(month))


@permission("appraisal.view_own")
def views_own(person: Person) -> bool:
    """Everybody who holds a position sees his own month."""
    return not person.is_system and bool(person.standing.positions)


@permission("appraisal.view_team")
def views_team(person: Person) -> bool:
    """Those who lead the centre or a team, and human resources."""
    return person.standing.is_any(*LEADS, Position.TEAM_LEADER)


@permission("appraisal.view_sheet")
def views_sheet(person: Person, sheet: Sheet) -> bool:
    """The same rows as Sheet.objects.visible_to."""
    return _sees(person, sheet.person, sheet.period.month)


@permission("appraisal.view_line")
def views_line(person: Person, line: Line) -> bool:
    """The same rows as Line.objects.visible_to."""
    return _sees(person, line.sheet.person, line.sheet.period.month)


@permission("appraisal.view_measure")
def views_measure(person: Person, measure: Measure) -> bool:
    """The same rows as Measure.objects.visible_to."""
    return _sees(person, measure.person, measure.month)


@permission("appraisal.view_appeal")
def views_appeal(person: Person, appeal: Appeal) -> bool:
    """The same rows as Appeal.objects.visible_to."""
    return _sees(person, appeal.person, appeal.line.sheet.period.month)


@permission("appraisal.view_incident")
def views_incident(person: Person, incident: Incident) -> bool:
    """The same rows as Incident.objects.visible_to."""
    return _sees(person, incident.person, incident.month)


@permission("appraisal.view_exam_result")
def views_exam(person: Person, result: ExamResult) -> bool:
    """The same rows as ExamResult.objects.visible_to."""
    trains = person.standing.is_any(Position.TRAINER) and result.person.centre_id == person.centre_id
    return trains or _sees(person, result.person, result.month)


@permission("appraisal.view_period")
def views_period(person: Person, period: Period) -> bool:
    """The same rows as Period.objects.visible_to."""
    return period.centre_id == person.centre_id and person.standing.is_any(*LEADS)


@permission("appraisal.record_exam")
def records_exam(person: Person, other: Person | None = None) -> bool:
    """The trainer, or the supervisor in his place; never one's own."""
    wanted = person.standing.is_any(Position.TRAINER, Position.CENTRE_SUPERVISOR)
    return wanted and (other is None or (other.centre_id == person.centre_id and other.pk != person.pk))


@permission("appraisal.propose")
def proposes(person: Person, other: Person | None = None) -> bool:
    """Whoever leads a team, a shift or the centre, for others of the centre."""
    wanted = person.standing.is_any(*DECIDES, Position.SHIFT_LEADER, Position.TEAM_LEADER)
    return wanted and (other is None or (sees_now(person, other) and other.pk != person.pk))


@permission("appraisal.state")
def states(person: Person, incident: Incident) -> bool:
    """The person concerned says for himself what he has to say."""
    return incident.person_id == person.pk


@permission("appraisal.confirm_incident")
def confirms_incident(person: Person, incident: Incident | None = None) -> bool:
    """The supervisor or those above, who is neither the one concerned nor the one who proposed it."""
    if not person.standing.is_any(*DECIDES):
        return False
    return incident is None or (
        incident.person.centre_id == person.centre_id and person.pk not in (incident.person_id, incident.proposed_by_id)
    )


@permission("appraisal.compute")
def computes(person: Person, centre_id: int | None = None) -> bool:
    """The centre's program, human resources, the supervisor."""
    wanted = (*DECIDES, Position.HR)
    return centre_id in {None, person.centre_id} and (person.is_system or person.standing.is_any(*wanted))


@permission("appraisal.appeal")
def appeals(person: Person, line: Line) -> bool:
    """Against lines of one's own sheet."""
    return line.sheet.person_id == person.pk


@permission("appraisal.decide_appeal")
def decides_appeal(person: Person, appeal: Appeal | None = None) -> bool:
    """The supervisor or those above, never about oneself."""
    if not person.standing.is_any(*DECIDES):
        return False
    return appeal is None or (appeal.person.centre_id == person.centre_id and appeal.person_id != person.pk)


@permission("appraisal.confirm")
def confirms(person: Person, period: Period | None = None) -> bool:
    """A named person answers for the month: the supervisor or those above (D3.2)."""
    return person.standing.is_any(*DECIDES) and (period is None or period.centre_id == person.centre_id)


@permission("appraisal.close")
def closes(person: Person, period: Period | None = None) -> bool:
    """Human resources or the director, and not whoever confirmed."""
    wanted = person.standing.is_any(Position.HR, Position.DIRECTOR)
    here = period is None or (period.centre_id == person.centre_id and period.confirmed_by_id != person.pk)
    return wanted and here


@permission("appraisal.view_award")
def views_award(person: Person, award: Award) -> bool:
    """The same rows as Award.objects.visible_to."""
    if award.person.centre_id != person.centre_id:
        return False
    return award.status == "confirmed" or (
        award.person_id != person.pk and sees(person, award.person, local_day(award.proposed_at))
    )


@permission("appraisal.decide_award")
def decides_award(person: Person, award: Award | None = None) -> bool:
    """The supervisor or those above, who neither proposed it nor gets it."""
    if not person.standing.is_any(*DECIDES):
        return False
    return award is None or (
        award.person.centre_id == person.centre_id and person.pk not in (award.person_id, award.proposed_by_id)
    )


@permission("appraisal.view_centre")
def views_centre(person: Person) -> bool:
    """The whole centre at a glance: those who answer for it."""
    return person.standing.is_any(*LEADS)
