"""Questions to the field: verify (核实) before filing, check (核查) before closing (B3.2, B3.4, B3.5)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from hotline.cases.logic.flow import Action, Queue, Stage
from hotline.cases.models import Case, Task, TaskKind, TaskStatus
from hotline.cases.queries import custody, places
from hotline.cases.services import act
from hotline.core import live, rows
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Position
from hotline.people.services import notices

QUESTIONS = {
    TaskKind.VERIFY: _("Please verify case {number} on the spot: {place}"),
    TaskKind.CHECK: _("Please check the result of case {number} on the spot: {place}"),
}


def ask(case: Case, *, kind: TaskKind, action: Action, question: str, by: Person, at: datetime) -> Task:
    """Ask whoever answers for the grid of the place; without one the task waits for the shift leader.

    Part of a command on a locked case that has been authorized.
    """
    task = new_task(case, kind=kind, question=question, by=by, at=at)
    act.record(
        case,
        action=action,
        by=by,
        at=at,
        note=question,
        holder=task.person or Queue.FIELD,
        stage_due=task.due_at,
        data={"task": task.pk},
        topics=topics_of(task),
    )
    tell_asked(task, case, by, at)
    return task


def new_task(case: Case, *, kind: TaskKind, question: str, by: Person, at: datetime) -> Task:
    """The task alone; who has the case from now on is the caller's event to say. Part of an authorized command."""
    stage = Stage.VERIFY if kind is TaskKind.VERIFY else Stage.CHECK
    limit = custody.Terms(case).stage_limit(case.centre_id, stage.value, local_day(at))
    assert limit is not None
    person = places.field_supervisor_of(case.grid_id, local_day(at))
    task = Task(
        case=case,
        kind=kind,
        person=person,
        grid_id=case.grid_id,
        question=question,
        asked_by=by,
        asked_at=at,
        due_at=at + limit,
    )
    begin(task, TaskStatus.ASKED, by=by, at=at)
    writes = rows.Writes()
    writes.insert(task)
    writes.send()
    return task


def topics_of(task: Task) -> list[str]:
    """The page of tasks of whoever has it."""
    return [f"tasks:{task.person_id}"] if task.person_id else []


def tell_asked(task: Task, case: Case, by: Person, at: datetime) -> None:
    """The notice alone; the page of tasks is woken by the event of the case."""
    if task.person is None:
        return
    notices.notify(
        to=task.person,
        text=QUESTIONS[TaskKind(task.kind)],
        params={"number": case.number, "place": case.place},
        link=f"/cases/tasks/{task.pk}",
        by=by,
        at=at,
    )


def _case_of(task_id: int) -> int:
    return Task.objects.values_list("case_id", flat=True).get(pk=task_id)


@transaction.atomic
def reply(
    *,
    task_id: int,
    confirmed: bool,
    text: str,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    by: Person,
    at: datetime,
) -> Task:
    """The field supervisor answers; the case goes back to the desk, to whoever asked if he is free."""
    case = custody.locked(_case_of(task_id))
    task = Task.objects.select_for_update(of=("self",)).get(pk=task_id)
    authorize(by, "cases.reply_task", task)
    if not text.strip() and not confirmed:
        raise Refused(Refusal("B3.5", _("Say what you found."), {"field": "text"}))
    task.is_confirmed, task.reply, task.latitude, task.longitude = confirmed, text.strip(), latitude, longitude
    move(task, TaskStatus.DONE, by=by, at=at, also=("is_confirmed", "reply", "latitude", "longitude"))
    verify = task.kind == TaskKind.VERIFY
    act.record(
        case,
        action=Action.VERIFIED if verify else Action.CHECKED,
        by=by,
        at=at,
        note=text.strip(),
        holder=Queue.INTAKE if verify else Queue.FEEDBACK,
        data={"task": task.pk, "confirmed": confirmed},
        topics=[f"tasks:{by.pk}"],
    )
    return task


@transaction.atomic
def hand_task(*, task_id: int, to: Person, reason: str, by: Person, at: datetime) -> Task:
    """Give an open task to another field supervisor, or one that nobody had to somebody."""
    case = custody.locked(_case_of(task_id))
    task = Task.objects.select_for_update(of=("self",)).select_related("person").get(pk=task_id)
    authorize(by, "cases.hand_task", task)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    if not to.standing.is_any(Position.FIELD_SUPERVISOR) or to.centre_id != case.centre_id:
        raise Refused(Refusal("B3.2", _("{name} is not a field supervisor."), {"name": to.name}))
    left = topics_of(task)
    task.person = to
    task.save(update_fields=["person"])
    act.record(
        case,
        action=Action.ASSIGN,
        by=by,
        at=at,
        note=reason,
        holder=to,
        stage_due=task.due_at,
        topics=[*left, *topics_of(task)],
    )
    tell_asked(task, case, by, at)
    return task


@transaction.atomic
def remind(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """Remind whoever has been asked, field supervisor or department (B3.4)."""
    case = act.start(case_id, version, Action.REMIND, "cases.remind", by)
    task = (
        Task.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(case=case, status=TaskStatus.ASKED)
        .first()
    )
    note = ""
    if task is not None:
        task.reminded, task.reminded_at = task.reminded + 1, at
        task.save(update_fields=["reminded", "reminded_at"])
        if task.person is not None:
            _remind_person(task.person, case, by, at)
            live.touch(f"tasks:{task.person_id}")
    elif case.department is not None:
        for clerk in (
            Person.objects.holding(Position.DEPARTMENT_CLERK, on=local_day(at))
            .filter(posts__unit=case.department)
            .distinct()
        ):
            _remind_person(clerk, case, by, at)
        live.touch(f"unit:{case.department_id}")
    act.record(case, action=Action.REMIND, by=by, at=at, note=note)
    return case


def _remind_person(person: Person, case: Case, by: Person, at: datetime) -> None:
    notices.notify(
        to=person,
        text=_("Reminder: case {number} waits for you: {place}"),
        params={"number": case.number, "place": case.place},
        link=f"/cases/{case.number}",
        by=by,
        at=at,
    )


def withdraw_open(case: Case, *, by: Person, at: datetime) -> None:
    """Withdraw what is still asked when the case goes another way. Part of an authorized command."""
    for task in Task.objects.select_for_update(of=("self",)).filter(case=case, status=TaskStatus.ASKED):
        move(task, TaskStatus.WITHDRAWN, by=by, at=at)
        if task.person_id:
            live.touch(f"tasks:{task.person_id}")
