"""The one way a case changes: an event is appended, and columns, holding and stage follow in the same transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.cases.events import CaseEnded, CaseQueued
from hotline.cases.logic import projection
from hotline.cases.logic.flow import ACTION_LABELS, ENDED, FLOW, STAGE_OF, Action, Queue, Stage, Status
from hotline.cases.models import Case, CaseEvent, Holding, StageRun
from hotline.cases.queries import custody
from hotline.cases.queries.plain import held_plain, plain, ran_plain
from hotline.core import events, live, rows
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Unit
from hotline.rosters.queries import duty as rosters
from hotline.rulebook.case_custody import CustodyTerms, due_moment, stage_is_charged

Holder = Person | Unit | Queue
KEEP: Final = object()
LOOK_AHEAD = timedelta(hours=36)  # a countdown that does not end by then has no moment yet


def seen(case_id: int, version: int) -> Case:
    """Lock a case and make sure that it is still as the person saw it."""
    case = custody.locked(case_id)
    if case.version != version:
        last = CaseEvent.objects.select_related("actor").get(case=case, seq=case.version)
        raise Refused(
            Refusal(
                "cases.version",
                _("{who} acted on this case meanwhile: {what}. Look at it again before you go on."),
                {"who": last.actor.name, "what": ACTION_LABELS[Action(last.action)]},
            )
        )
    return case


def lock_together(*case_ids: int) -> dict[int, Case]:
    """Lock several cases at once, always in the order of their keys, so that no two people wait for each other."""
    return {key: custody.locked(key) for key in sorted(set(case_ids))}


def start(case_id: int, version: int, action: Action, permission: str, by: Person, *, reason: str = "") -> Case:
    """What every command begins with: lock, version, permission, flow, reason."""
    case = seen(case_id, version)
    authorize(by, permission, case)
    step = FLOW[action]
    if case.code not in step.before:
        raise Refused(
            Refusal(
                "cases.flow",
                _("“{what}” is not possible while the case is “{status}”."),
                {"what": ACTION_LABELS[action], "status": case.get_status_display()},
            )
        )
    if step.needs_reason and not reason.strip():
        raise Refused(Refusal("B2.6", _("Give a reason."), {"field": "reason"}))
    return case


def record(  # noqa: PLR0913 what an event may say
    case: Case,
    *,
    action: Action,
    by: Person,
    at: datetime,
    note: str = "",
    holder: Holder | object | None = KEEP,
    stage_due: datetime | None = None,
    sets: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
    back_to: Status | None = None,
    topics: Sequence[str] = (),
) -> CaseEvent:
    """Append the event of an action to a locked case and let everything follow from it.

    `holder` is who has the case from now on (nobody when the case ends); `sets` are columns to change; `back_to` is
    where an action leads that takes the case back to where it was; `topics` are pages to be woken besides the case's.
    """
    at = max(at, case.changed_at)  # a clock that stepped back never makes custody run backwards
    after = back_to or (FLOW[action].after if action in FLOW else None)
    extra = dict(data or {})
    terms = custody.Terms(case)
    columns = {name: plain(value) for name, value in (sets or {}).items()}
    if after is not None and after != case.code:
        before = STAGE_OF[case.code]
        if after not in case.MOVES[case.code]:
            raise Refused(
                Refusal("cases.flow", _("It cannot go from “{now}” to “{to}”."), {"now": case.code, "to": after})
            )
        begin(case, after, by=by, at=at, note=note)
        columns |= {"status": after.value, "status_at": plain(at), "status_by_id": by.pk, "status_note": note}
        if STAGE_OF[after] != before or action in _NEW_RUN:
            due = stage_due or due_by_table(case.centre_id, STAGE_OF[after], at, terms)
            extra |= stage_data(after, due, columns.get("department_id", case.department_id))
        if after in ENDED:
            holder = None
            columns["ended_at"] = plain(at)
    if stage_due is not None:
        extra["stage_due"] = plain(stage_due)
    if holder is KEEP and extra.get("stage"):
        holder = _held_anew(case, extra["stage"], at, terms)
    if holder is not KEEP:
        extra |= _holder_data(case, holder, extra.get("stage"), at, stage_due, terms)
    if columns:
        extra["set"] = columns
    return append(case, action=action, by=by, at=at, note=note, data=extra, topics=topics)


# Actions that begin a new pass although the stage keeps its name.
_NEW_RUN = frozenset({Action.REWORK})


def append(
    case: Case,
    *,
    action: Action,
    by: Person,
    at: datetime,
    note: str,
    data: dict[str, Any],
    topics: Sequence[str] = (),
) -> CaseEvent:
    """Write the event and what follows from it. The case is locked (or new), `at` is not before its last event."""
    left = ""
    if "holder" in data and case.version and case.holding:
        left = _topic(case.centre_id, held_plain(case.holding).holder)
    case.version += 1
    case.changed_at = at
    names = apply_columns(case, data.get("set", {}))
    writes = rows.Writes()
    if case.version == 1:
        writes.insert(case)
        writes.send()  # what follows needs its key
    else:
        writes.update(case, *names, "version", "changed_at")
    event = CaseEvent(case=case, seq=case.version, at=at, action=action, actor=by, note=note, data=data)
    writes.insert(event)
    _follow(case, event, writes)
    _tell(case, event, [*topics, left], writes)
    writes.send()
    return event


# Columns by the names under which events set them: keys of other rows end in _id.
COLUMNS: dict[str, Any] = {field.attname: field for field in Case._meta.concrete_fields}


def apply_columns(case: Case, columns: Mapping[str, Any]) -> list[str]:
    """Set plain values on the row; the names of the fields for `update_fields`."""
    names: list[str] = []
    for name, value in columns.items():
        field = COLUMNS[name]
        new = field.to_python(value)
        if not field.is_relation or getattr(case, name) != new:  # keeps a related row that is already loaded
            setattr(case, name, new)
        names.append(field.name)
    return names


def due_by_table(centre_id: int, stage: Stage | None, at: datetime, terms: custody.Terms) -> datetime | None:
    """When a stage that begins now is due by the centre's limits; None for one whose limit does not stand there."""
    limit = terms.stage_limit(centre_id, stage.value, local_day(at)) if stage else None
    return at + limit if limit is not None else None


def stage_data(status: Status, due: datetime | None, department: int | None) -> dict[str, Any]:
    stage = STAGE_OF[status]
    if stage is None:
        return {"stage": None}
    made: dict[str, Any] = {"stage": stage.value, "stage_due": plain(due)}
    if stage is Stage.HANDLING and department:
        made["department"] = department
    return made


def _holder_data(
    case: Case, holder: object, stage: str | None, at: datetime, stage_due: datetime | None, known: custody.Terms
) -> dict[str, Any]:
    """Who holds the case, and when his countdown runs out."""
    if holder is None:
        return {"holder": None}
    if isinstance(holder, Queue):
        return {"holder": {"queue": holder.value}, "holding_due": None}
    if isinstance(holder, Unit):
        return {"holder": {"unit": holder.pk}, "holding_due": plain(stage_due or case.due_at)}
    assert isinstance(holder, Person)
    now_in = stage or (STAGE_OF[case.code] or Stage.ACCEPTANCE).value
    held = case.holding
    terms = known.on(case.centre_id, local_day(at))
    made: dict[str, Any] = {"holder": {"person": holder.pk}}
    if held is not None and held.person_id == holder.pk:
        is_charged = stage_is_charged.on(local_day(at))
        alike = is_charged(held.stage, True, terms) == is_charged(now_in, True, terms)
        if alike != projection.charges_alike(held.stage, now_in):  # the centre charges otherwise than the text
            made["splits"] = not alike
        if alike:
            return made  # the countdown that runs goes on
    made["holding_due"] = plain(countdown(holder, now_in, at, stage_due, terms=terms))
    return made


def _held_anew(case: Case, stage: str, at: datetime, known: custody.Terms) -> Holder | object:
    """Who has the case keeps it; but where the centre charges the new stage otherwise, it is a holding of its own."""
    held = case.holding
    if held is None or held.person_id is None or not projection.charges_alike(held.stage, stage):
        return KEEP
    terms, is_charged = known.on(case.centre_id, local_day(at)), stage_is_charged.on(local_day(at))
    alike = is_charged(held.stage, True, terms) == is_charged(stage, True, terms)
    return KEEP if alike else held.person


Shifts = tuple[list[Span], list[Span]]  # shifts and the breaks within them


def countdown(
    person: Person,
    stage: str,
    at: datetime,
    stage_due: datetime | None,
    shifts: Shifts | None = None,
    terms: CustodyTerms | None = None,
) -> datetime | None:
    """The five minutes of D3.7 within the person's shifts; a stage that is not charged runs on its own clock."""
    day = local_day(at)
    terms = terms or custody.Terms().on(person.centre_id, day)
    if not stage_is_charged.on(day)(stage, True, terms):
        return stage_due
    duty, breaks = shifts or shifts_ahead(person, at)
    return due_moment.on(day)(at, duty, breaks, terms.limit)


def shifts_ahead(person: Person, at: datetime) -> Shifts:
    """A person's shifts and breaks from a moment on, as far as a countdown looks."""
    return rosters.duty_spans(person.pk, at, at + LOOK_AHEAD)


def _follow(case: Case, event: CaseEvent, writes: rows.Writes) -> None:
    """Write holding and stage as the plan of the event says."""
    if not {"holder", "stage", "stage_due"} & event.data.keys():
        return
    holding = case.holding if event.seq > 1 else None
    stage = case.open_stage if event.seq > 1 else None
    made = projection.plan(
        held_plain(holding) if holding else None,
        ran_plain(stage) if stage else None,
        projection.Happened(event.seq, event.at, event.action, event.actor_id, event.data),
    )
    _write_holding(case, holding, made, writes)
    _write_stage(case, stage, made, writes)


def _write_holding(case: Case, holding: Holding | None, made: projection.Plan, writes: rows.Writes) -> None:
    if holding and made.holding_ended:
        if made.holding_dropped:
            writes.delete(holding)
        else:
            holding.span = DateTimeTZRange(holding.span.lower, made.holding_ended.ended_at)
            holding.ended_seq = made.holding_ended.ended_seq
            writes.update(holding, "span", "ended_seq")
        case.__dict__["holding"] = None
    if holding and made.holding_changed:
        holding.due_at = _moment(made.holding_changed.due_at)
        writes.update(holding, "due_at")
    if made.holding_begun:
        new = made.holding_begun
        begun = Holding(
            case=case,
            person_id=new.holder.get("person"),
            unit_id=new.holder.get("unit"),
            queue=new.holder.get("queue", ""),
            stage=new.stage,
            span=DateTimeTZRange(new.began_at, None),
            due_at=_moment(new.due_at),
            began_seq=new.began_seq,
        )
        writes.insert(begun)
        case.__dict__["holding"] = begun


def _write_stage(case: Case, stage: StageRun | None, made: projection.Plan, writes: rows.Writes) -> None:
    if stage and made.stage_ended:
        stage.ended_at, stage.ended_seq = made.stage_ended.ended_at, made.stage_ended.ended_seq
        stage.outcome, stage.person_id = made.stage_ended.outcome, made.stage_ended.person
        writes.update(stage, "ended_at", "ended_seq", "outcome", "person")
        case.__dict__["open_stage"] = None
    if stage and made.stage_changed:
        stage.due_at = _moment(made.stage_changed.due_at)
        writes.update(stage, "due_at")
    if made.stage_begun:
        new = made.stage_begun
        begun = StageRun(
            case=case,
            stage=new.stage,
            began_at=new.began_at,
            began_seq=new.began_seq,
            due_at=_moment(new.due_at),
            department_id=new.department,
        )
        writes.insert(begun)
        case.__dict__["open_stage"] = begun


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _topic(centre_id: int, holder: Mapping[str, Any]) -> str:
    """The live topic of the page on which a holder sees his cases."""
    if "person" in holder:
        return f"desk:{holder['person']}"
    if "unit" in holder:
        return f"unit:{holder['unit']}"
    return f"queue:{centre_id}:{holder['queue']}"


def _tell(case: Case, event: CaseEvent, also: Sequence[str], writes: rows.Writes) -> None:
    """Wake the pages that show the case, its old and its new holder; announce what others wait for."""
    topics = [f"case:{case.pk}", f"board:{case.centre_id}", *(topic for topic in also if topic)]
    holder = event.data.get("holder")
    if holder:
        topics.append(_topic(case.centre_id, holder))
    if holder and holder.get("queue") in HANDED_OUT:
        events.emit(CaseQueued(case.pk, case.centre_id, holder["queue"]), at=event.at, writes=writes)
    if event.data.get("set", {}).get("status") in ENDED - {Status.MERGED}:
        events.emit(CaseEnded(case.pk, case.status), at=event.at, writes=writes)
        for key in Case.objects.filter(merged_into=case.pk).values_list("pk", flat=True):
            events.emit(CaseEnded(key, case.status, into_id=case.pk), at=event.at, writes=writes)
    live.touch(*topics, writes=writes)


# Queues whose cases are handed to whoever is free.
HANDED_OUT = frozenset({Queue.INTAKE.value, Queue.FEEDBACK.value})
