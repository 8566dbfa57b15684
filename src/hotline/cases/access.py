"""Who may do what to cases. A list (`visible_to`) and `cases.view_case` always agree."""

from hotline.cases.logic.flow import Action, Queue, actions_from
from hotline.cases.models import Case, Category, Holding, Incident, Task, TaskStatus, Waiver
from hotline.core.access import may, permission
from hotline.people.models import Person, Position

P = Position
DESK = (P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER)
LEADS = (P.SHIFT_LEADER, P.CENTRE_SUPERVISOR)
MANAGES = (P.DIRECTOR, P.MANAGER, *LEADS)
# Who takes cases out of which queue.
TAKERS: dict[str, tuple[Position, ...]] = {
    Queue.INTAKE: DESK,
    Queue.FEEDBACK: DESK,
    Queue.FILING_GATE: LEADS,
    Queue.CLOSING_GATE: LEADS,
    Queue.DISPATCH: (P.DISPATCHER, *LEADS),
    Queue.FIELD: LEADS,
    Queue.PARKED: (P.DISPATCHER, *LEADS),
}


def _here(person: Person, case: Case) -> bool:
    return person.centre_id == case.centre_id


def _holds(person: Person, case: Case) -> bool:
    """The case is in this person's hands, or in those of his department."""
    held = case.holding
    return held is not None and (held.person_id == person.pk or _at_unit(person, held))


def _at_unit(person: Person, held: Holding) -> bool:
    return held.unit_id is not None and person.standing.is_in(held.unit_id, P.DEPARTMENT_CLERK)


def _works(person: Person, case: Case, *positions: Position) -> bool:
    """The person has the case in hand at the desk, or leads the shift, or it waits in a queue he works."""
    if not _here(person, case) or not person.standing.is_any(*DESK, *LEADS, *positions):
        return False
    held = case.holding
    if held is None:
        return False
    if held.queue:
        return person.standing.is_any(*TAKERS[held.queue])
    return held.person_id == person.pk or person.standing.is_any(*LEADS)


@permission("cases.view_case")
def views_case(person: Person, case: Case) -> bool:
    """The same rows as `Case.objects.visible_to`."""
    return Case.objects.visible_to(person).filter(pk=case.pk).exists()


@permission("cases.open_desk")
def opens_desk(person: Person) -> bool:
    """Whoever takes calls and works cases."""
    return person.standing.is_any(*DESK)


@permission("cases.open_board")
def opens_board(person: Person) -> bool:
    """Whoever answers for the cases of the shift."""
    return person.standing.is_any(*MANAGES, P.TEAM_LEADER)


@permission("cases.view_list")
def views_list(person: Person) -> bool:
    """Everybody who sees any case."""
    return person.standing.is_any(
        *DESK, *MANAGES, P.DISPATCHER, P.QUALITY, P.TRAINER, P.FIELD_SUPERVISOR, P.DEPARTMENT_CLERK
    )


@permission("cases.export")
def exports(person: Person) -> bool:
    """Those who answer for figures; an export is logged."""
    return person.standing.is_any(*MANAGES, P.TEAM_LEADER, P.QUALITY)


@permission("cases.register")
def registers(person: Person) -> bool:
    """Operators, field supervisors with what they find, and the programs that take reports in (B3.1)."""
    return person.is_system or person.standing.is_any(*DESK, *LEADS, P.FIELD_SUPERVISOR)


@permission("cases.take")
def takes(person: Person, case: Case) -> bool:
    """From a queue, by those who work it."""
    held = case.holding
    return _here(person, case) and held is not None and bool(held.queue) and person.standing.is_any(*TAKERS[held.queue])


@permission("cases.take_next")
def takes_next(person: Person) -> bool:
    """The next waiting case, at the desk."""
    return person.standing.is_any(*DESK)


@permission("cases.give")
def gives(person: Person) -> bool:
    """The program that hands out waiting cases, and shift leaders."""
    return person.is_system or person.standing.is_any(*LEADS)


@permission("cases.release")
def releases(person: Person, case: Case) -> bool:
    """Whoever has it in hand at the desk, or leads the shift."""
    held = case.holding
    return held is not None and held.person_id is not None and _works(person, case, P.DISPATCHER)


@permission("cases.assign")
def assigns(person: Person, case: Case) -> bool:
    """Shift leaders and those above; team leaders settle hard cases (A2.5)."""
    held = case.holding
    return (
        _here(person, case)
        and held is not None
        and held.unit_id is None
        and person.standing.is_any(*LEADS, P.TEAM_LEADER)
    )


@permission("cases.take_over")
def takes_over(person: Person, case: Case, to: Person) -> bool:
    """From a colleague at the end of his shift: for oneself, or the shift leader for somebody (D2.5)."""
    works = person.standing.is_any(*DESK, *LEADS, P.DISPATCHER, P.FIELD_SUPERVISOR)
    return _here(person, case) and works and (person.pk == to.pk or person.standing.is_any(*LEADS))


@permission("cases.amend")
def amends(person: Person, case: Case) -> bool:
    """Whoever works it."""
    return _works(person, case, P.DISPATCHER)


@permission("cases.note")
def notes(person: Person, case: Case) -> bool:
    """Whoever sees it."""
    return views_case(person, case)


@permission("cases.attach")
def attaches(person: Person, case: Case) -> bool:
    """Whoever works it, has or had it in hand (evidence for a waiver comes afterwards), or was asked to look at it."""
    return (
        _works(person, case)
        or _holds(person, case)
        or case.holdings.filter(person=person.pk).exists()
        or case.tasks.filter(person=person.pk).exists()
        or (case.reporter_id == person.pk and case.ended_at is None)
    )


@permission("cases.ask_verify")
def asks_verify(person: Person, case: Case) -> bool:
    """Whoever works it (B3.2)."""
    return _works(person, case)


@permission("cases.reply_task")
def replies(person: Person, task: Task) -> bool:
    """The field supervisor who was asked; nobody under another's number (C3)."""
    return task.status == TaskStatus.ASKED and task.person_id == person.pk


@permission("cases.hand_task")
def hands_task(person: Person, task: Task) -> bool:
    """Shift leaders give a task to another field supervisor."""
    return task.status == TaskStatus.ASKED and _here(person, task.case) and person.standing.is_any(*LEADS)


@permission("cases.remind")
def reminds(person: Person, case: Case) -> bool:
    """The desk, shift leaders, and the clock (B3.4)."""
    return person.is_system or (_here(person, case) and person.standing.is_any(*DESK, *LEADS, P.DISPATCHER))


@permission("cases.pre_file")
def pre_files(person: Person, case: Case) -> bool:
    """Whoever works it."""
    return _works(person, case)


@permission("cases.submit_filing")
def submits_filing(person: Person, case: Case) -> bool:
    """Whoever has it in hand."""
    return _works(person, case)


@permission("cases.file")
def files(person: Person, case: Case) -> bool:
    """Where the condition asks for the gate, the shift leader alone; else whoever works it (B2.4)."""
    if case.condition is not None and case.condition.needs_gate:
        return _here(person, case) and person.standing.is_any(*LEADS)
    return _works(person, case)


@permission("cases.reject")
def rejects(person: Person, case: Case) -> bool:
    """Whoever works it, with a reason; what was pre-filed is rejected by the shift leader (B2.4)."""
    if case.condition_id:
        return _here(person, case) and person.standing.is_any(*LEADS)
    return _works(person, case)


@permission("cases.not_accept")
def does_not_accept(person: Person, case: Case) -> bool:
    """Whoever works it (B3.3)."""
    return _works(person, case)


@permission("cases.gate_return")
def returns_from_gate(person: Person, case: Case) -> bool:
    """The shift leader at the gate."""
    held = case.holding
    at_gate = held is not None and (
        held.queue in {Queue.FILING_GATE, Queue.CLOSING_GATE} or held.person_id == person.pk
    )
    return _here(person, case) and at_gate and person.standing.is_any(*LEADS)


@permission("cases.dispatch")
def dispatches(person: Person, case: Case) -> bool:
    """Dispatchers, shift leaders, and the operator who has the filed case in hand."""
    return _works(person, case, P.DISPATCHER)


@permission("cases.accept")
def accepts(person: Person, case: Case) -> bool:
    """The department that has it."""
    return _holds(person, case) and person.standing.is_any(P.DEPARTMENT_CLERK)


@permission("cases.send_back")
def sends_back(person: Person, case: Case) -> bool:
    """The department that has it; a return needs a reason and keeps all data."""
    return accepts(person, case)


@permission("cases.postpone")
def postpones(person: Person, case: Case) -> bool:
    """Dispatchers and shift leaders grant more time."""
    return _here(person, case) and person.standing.is_any(P.DISPATCHER, *LEADS)


@permission("cases.park")
def parks(person: Person, case: Case) -> bool:
    """Dispatchers and shift leaders, after a written explanation."""
    return postpones(person, case)


@permission("cases.resume")
def resumes(person: Person, case: Case) -> bool:
    """Whoever may park."""
    return postpones(person, case)


@permission("cases.feedback")
def feeds_back(person: Person, case: Case) -> bool:
    """The department that has it."""
    return accepts(person, case)


@permission("cases.ask_check")
def asks_check(person: Person, case: Case) -> bool:
    """Whoever works it (B3.4)."""
    return _works(person, case)


@permission("cases.submit_closing")
def submits_closing(person: Person, case: Case) -> bool:
    """Whoever works it, after the check agrees (B3.5)."""
    return _works(person, case)


@permission("cases.close")
def closes(person: Person, case: Case) -> bool:
    """The shift leader at the gate (B2.4)."""
    return _here(person, case) and person.standing.is_any(*LEADS)


@permission("cases.rework")
def demands_rework(person: Person, case: Case) -> bool:
    """Whoever works it, or the shift leader at the gate (B3.5)."""
    return _works(person, case)


@permission("cases.reopen")
def reopens(person: Person, case: Case) -> bool:
    """Desk and shift leaders: a citizen who is not content, a fault that came back."""
    return _here(person, case) and person.standing.is_any(*DESK, *LEADS)


@permission("cases.cancel")
def cancels(person: Person, case: Case) -> bool:
    """Shift leaders and those above."""
    return _here(person, case) and person.standing.is_any(*LEADS)


@permission("cases.merge")
def merges(person: Person, case: Case) -> bool:
    """Shift leaders any; at the desk what one has in hand or what waits at intake."""
    if not _here(person, case):
        return False
    if person.standing.is_any(*LEADS):
        return True
    held = case.holding
    mine = held is not None and (held.person_id == person.pk or held.queue == Queue.INTAKE)
    return mine and person.standing.is_any(*DESK)


@permission("cases.view_duplicates")
def views_duplicates(person: Person) -> bool:
    """Whoever may merge."""
    return person.standing.is_any(*DESK, *LEADS)


@permission("cases.part")
def parts(person: Person, case: Case) -> bool:
    """Whoever merged it, its first owner, and shift leaders."""
    if not _here(person, case):
        return False
    own = person.pk in {case.status_by_id, case.first_owner_id} and person.standing.is_any(*DESK)
    return own or person.standing.is_any(*LEADS)


@permission("cases.view_incidents")
def views_incidents(person: Person) -> bool:
    """Whoever sees the cases of the whole centre."""
    return views_map(person) or person.standing.is_any(P.TRAINER)


@permission("cases.view_incident")
def views_incident(person: Person, incident: Incident) -> bool:
    """The same rows as `Incident.objects.visible_to`."""
    return Incident.objects.visible_to(person).filter(pk=incident.pk).exists()


@permission("cases.lead_incidents")
def leads_incidents(person: Person) -> bool:
    """Shift leaders, team leaders and those above them say what all operators say."""
    return person.standing.is_any(*LEADS, P.TEAM_LEADER)


@permission("cases.lead_incident")
def leads_incident(person: Person, incident: Incident) -> bool:
    """Those of the centre."""
    return person.centre_id == incident.centre_id and leads_incidents(person)


@permission("cases.link_incident")
def links_incident(person: Person, incident: Incident) -> bool:
    """Everybody at the desk adds what belongs to it."""
    return person.centre_id == incident.centre_id and person.standing.is_any(*DESK, *LEADS)


@permission("cases.ask_waiver")
def asks_waiver(person: Person, holding: Holding) -> bool:
    """The person whose time it is; a shift leader for him."""
    return holding.person_id == person.pk or person.standing.is_any(*LEADS)


@permission("cases.decide_waiver")
def decides_waiver(person: Person, waiver: Waiver) -> bool:
    """Another person than the one who asked and the one whose time it is."""
    return person.standing.is_any(*LEADS, P.DIRECTOR) and person.pk not in {waiver.asked_by_id, waiver.person_id}


@permission("cases.view_waivers")
def views_waivers(person: Person) -> bool:
    """Whoever may ask or decide."""
    return person.standing.is_any(*DESK, *LEADS, P.DIRECTOR)


@permission("cases.work_gate")
def works_gate(person: Person) -> bool:
    """Shift leaders."""
    return person.standing.is_any(*LEADS)


@permission("cases.work_dispatch")
def works_dispatch(person: Person) -> bool:
    """Dispatchers and shift leaders."""
    return person.standing.is_any(P.DISPATCHER, *LEADS)


@permission("cases.view_tasks")
def views_tasks(person: Person) -> bool:
    """Field supervisors."""
    return person.standing.is_any(P.FIELD_SUPERVISOR)


@permission("cases.view_inbox")
def views_inbox(person: Person) -> bool:
    """Departments."""
    return person.standing.is_any(P.DEPARTMENT_CLERK)


@permission("cases.view_standard")
def views_standard(person: Person) -> bool:
    """The standard is there for everybody who is bound by it (B3.7)."""
    return bool(person.standing.positions)


@permission("cases.view_map")
def views_map(person: Person) -> bool:
    """Whoever sees the cases of the whole centre."""
    return person.standing.is_any(*DESK, *MANAGES, P.DISPATCHER, P.QUALITY)


@permission("cases.view_indicators")
def views_indicators(person: Person) -> bool:
    """Whoever sees the cases of the whole centre."""
    return views_map(person)


@permission("cases.view_imports")
def views_imports(person: Person) -> bool:
    """Those who lead the centre or look after the system."""
    return person.standing.is_any(*MANAGES, P.SYSADMIN)


@permission("cases.import")
def imports(person: Person) -> bool:
    """Supervisors and the system administrator; programs on their behalf."""
    return person.is_system or person.standing.is_any(P.CENTRE_SUPERVISOR, P.SYSADMIN, P.SHIFT_LEADER)


@permission("cases.set_radius")
def sets_radius(person: Person, category: Category) -> bool:
    """Those who take the standard in."""
    return person.centre_id == category.centre_id and imports(person)


@permission("cases.set_grid_duty")
def sets_grid_duty(person: Person) -> bool:
    """Who answers for which grid is settled by those who lead the shifts (B3.2)."""
    return person.standing.is_any(*MANAGES, P.SYSADMIN)


@permission("cases.keep_draft")
def keeps_draft(person: Person) -> bool:
    """Everybody who types at a seat keeps drafts of his own, and nobody else's."""
    return not person.is_system


@permission("cases.rebuild")
def rebuilds(person: Person) -> bool:
    """The nightly program, and the system administrator."""
    return person.is_system or person.standing.is_any(P.SYSADMIN)


# The permission that each action of a case asks for.
PERMISSION: dict[Action, str] = {
    Action.TAKE: "cases.take",
    Action.RELEASE: "cases.release",
    Action.ASSIGN: "cases.assign",
    Action.AMEND: "cases.amend",
    Action.NOTE: "cases.note",
    Action.ATTACH: "cases.attach",
    Action.REMIND: "cases.remind",
    Action.ASK_VERIFY: "cases.ask_verify",
    Action.PRE_FILE: "cases.pre_file",
    Action.TO_FILING_GATE: "cases.submit_filing",
    Action.FILE: "cases.file",
    Action.REJECT: "cases.reject",
    Action.NOT_ACCEPT: "cases.not_accept",
    Action.GATE_RETURN: "cases.gate_return",
    Action.DISPATCH: "cases.dispatch",
    Action.ACCEPT: "cases.accept",
    Action.SEND_BACK: "cases.send_back",
    Action.POSTPONE: "cases.postpone",
    Action.PARK: "cases.park",
    Action.RESUME: "cases.resume",
    Action.FEEDBACK: "cases.feedback",
    Action.ASK_CHECK: "cases.ask_check",
    Action.TO_CLOSING_GATE: "cases.submit_closing",
    Action.CLOSE: "cases.close",
    Action.REWORK: "cases.rework",
    Action.REOPEN: "cases.reopen",
    Action.CANCEL: "cases.cancel",
    Action.MERGE: "cases.merge",
    Action.PART: "cases.part",
}


def allowed_actions(person: Person, case: Case) -> list[Action]:
    """What this person may do to this case now, in the order of the flow: for buttons."""
    possible = actions_from(case.code)
    return [action for action, name in PERMISSION.items() if action in possible and may(person, name, case)]
