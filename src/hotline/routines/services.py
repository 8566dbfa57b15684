"""Passing instructions down, confirming them, reminding, telling the leaders, archiving (B1.2)."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from hotline.cases.logic import filetypes
from hotline.cases.logic.filetypes import BadFile
from hotline.cases.models import Case
from hotline.cases.queries.files import path_of
from hotline.core import events, live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.ids import uuid7
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Position, Unit
from hotline.people.queries import leaders_of
from hotline.people.services import notices
from hotline.routines import logic, queries
from hotline.routines.events import InstructionIssued
from hotline.routines.models import (
    Audience,
    Confirmation,
    Duty,
    Instruction,
    InstructionFile,
    InstructionStatus,
    Kind,
    Said,
)

CLAUSE = "B1.2"
S = InstructionStatus
MOST_FILES = 20
FIELDS = ("kind", "source", "reference", "title", "body", "is_urgent", "needs_report", "due_at")


def _link(instruction: Instruction) -> str:
    return f"/routines/{instruction.pk}"


@transaction.atomic
def issue(
    *,
    facts: Mapping[str, Any],
    for_all: bool = False,
    positions: Iterable[str] = (),
    units: Iterable[Unit] = (),
    persons: Iterable[Person] = (),
    case: Case | None = None,
    files: Iterable[tuple[str, bytes]] = (),
    by: Person,
    at: datetime,
) -> Instruction:
    """Pass an instruction down to everybody concerned; each owes his confirmation from now on."""
    authorize(by, "routines.issue")
    instruction = Instruction(
        centre_id=by.centre_id,
        case=case,
        for_all=for_all,
        issued_by=by,
        issued_at=at,
        **{name: facts[name] for name in FIELDS if name in facts},
    )
    _refuse_nonsense(instruction, case, by, at)
    begin(instruction, S.OPEN, by=by, at=at)
    instruction.save(force_insert=True)
    parts = [Audience(instruction=instruction, position=Position(one).value) for one in positions]
    parts += [Audience(instruction=instruction, unit=one) for one in units if one.centre_id == by.centre_id]
    parts += [Audience(instruction=instruction, person=one) for one in persons if one.centre_id == by.centre_id]
    Audience.objects.bulk_create(parts)
    for name, content in files:
        _keep_file(instruction, name, content, at)
    if not _enrol(instruction, at, since_start=True):
        raise Refused(Refusal(CLAUSE, _("Nobody is concerned: choose who is to confirm it."), {"field": "positions"}))
    events.emit(InstructionIssued(instruction.pk, instruction.centre_id), at=at)
    live.touch(f"instructions:{by.centre_id}")
    return instruction


def _refuse_nonsense(instruction: Instruction, case: Case | None, by: Person, at: datetime) -> None:
    for name in ("title", "body", "source"):
        if not getattr(instruction, name).strip():
            raise Refused(Refusal(CLAUSE, _("Say what is passed down, and from whom."), {"field": name}))
    if instruction.due_at <= at:
        raise Refused(Refusal(CLAUSE, _("The time to confirm lies in the past."), {"field": "due_at"}))
    if instruction.kind == Kind.CASE and case is None:
        raise Refused(Refusal(CLAUSE, _("Name the case that is passed down."), {"field": "case"}))
    if case is not None and case.centre_id != by.centre_id:
        raise Refused(Refusal(CLAUSE, _("Name the case that is passed down."), {"field": "case"}))


def _keep_file(instruction: Instruction, name: str, content: bytes, at: datetime) -> None:
    """Keep a file under the hash of its bytes, wholly or not at all."""
    try:
        found = filetypes.checked_type(name, content)
    except BadFile as bad:
        raise Refused(Refusal(CLAUSE, bad.note, {**bad.params, "field": "files"})) from bad
    sha256 = hashlib.sha256(content).hexdigest()
    rows = InstructionFile.objects.filter(instruction=instruction)
    if rows.filter(sha256=sha256).exists():
        return
    if rows.count() >= MOST_FILES:
        raise Refused(Refusal(CLAUSE, _("An instruction keeps at most {most} files."), {"most": MOST_FILES}))
    _write(path_of(sha256), content)
    InstructionFile.objects.create(
        id=uuid7(at), instruction=instruction, name=name, media_type=found.media_type, size=len(content),
        sha256=sha256, at=at,
    )  # fmt: skip


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(6).hex()}")
    try:
        with fresh.open("xb") as file:
            fresh.chmod(0o600)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _enrol(instruction: Instruction, at: datetime, *, since_start: bool) -> list[Duty]:
    """Let everybody who is concerned and does not owe it yet owe it."""
    terms = logic.TERMS.on(local_day(at))
    due = {True: instruction.due_at, False: logic.due_for(instruction.due_at, at, terms)}[since_start]
    rows = [
        Duty(instruction=instruction, person=person, since=at, due_at=due)
        for person in queries.joined(instruction, local_day(at))
    ]
    made = Duty.objects.bulk_create(rows)
    live.touch(f"instructions:{instruction.centre_id}", *(f"instruction_duties:{row.person_id}" for row in made))
    return made


def _locked(instruction_id: int) -> Instruction:
    return Instruction.objects.select_for_update(of=("self",)).select_related("issued_by").get(pk=instruction_id)


@transaction.atomic
def bring_up_to_date(*, instruction_id: int, by: Person, at: datetime) -> int:
    """Who has joined the audience of an open instruction owes it too; who has left owes nothing. How many joined."""
    instruction = _locked(instruction_id)
    authorize(by, "routines.watch", instruction.centre_id)
    if instruction.status != S.OPEN:
        return 0
    made = _enrol(instruction, at, since_start=False)
    for row in made:
        _tell(instruction, row.person, by, at)
    gone = Duty.objects.select_for_update(of=("self",)).owed().filter(instruction=instruction, person__is_active=False)
    for row in gone:
        row.released_at = at
        row.save(update_fields=["released_at"])
    return len(made)


@transaction.atomic
def tell_audience(*, instruction_id: int, by: Person, at: datetime) -> int:
    """Leave everybody who owes it a notice; how many. Called once an instruction."""
    instruction = Instruction.objects.get(pk=instruction_id)
    authorize(by, "routines.watch", instruction.centre_id)
    if not events.once(f"routines.tell:{instruction_id}", at=at):
        return 0
    rows = list(Duty.objects.owed().filter(instruction=instruction).select_related("person"))
    for row in rows:
        _tell(instruction, row.person, by, at)
    return len(rows)


def _tell(instruction: Instruction, person: Person, by: Person, at: datetime) -> None:
    notices.notify(
        to=person,
        text=_("{source}: “{title}” is to be confirmed."),
        params={"source": instruction.source, "title": instruction.title},
        link=_link(instruction),
        by=by,
        at=at,
    )


@transaction.atomic
def confirm(*, instruction_id: int, said: str, report: str = "", by: Person, at: datetime) -> Confirmation:
    """Confirm one's own reading, or report that it is carried out. Asked twice it is the same."""
    duty = (
        Duty.objects.select_for_update(of=("self",))
        .select_related("instruction")
        .get(instruction=instruction_id, person=by)
    )
    authorize(by, "routines.confirm", duty)
    instruction = duty.instruction
    known = {one.said: one for one in duty.confirmations.all()}
    if said in known:
        return known[said]
    if instruction.status != S.OPEN:
        raise Refused(Refusal(CLAUSE, _("This is archived; nothing is to be confirmed any more.")))
    if said == Said.DONE:
        if not instruction.needs_report or Said.READ not in known:
            raise Refused(Refusal(CLAUSE, _("Read it first; then report that it is carried out.")))
        if not report.strip():
            raise Refused(Refusal(CLAUSE, _("Say what was done."), {"field": "report"}))
    confirmation = Confirmation.objects.create(duty=duty, said=Said(said).value, report=report.strip(), by=by, at=at)
    if said == Said.DONE or not instruction.needs_report:
        duty.settled_at = at
        duty.save(update_fields=["settled_at"])
    live.touch(f"instructions:{instruction.centre_id}", f"instruction_duties:{by.pk}")
    return confirmation


@transaction.atomic
def remind(*, duty_id: int, by: Person, at: datetime) -> Duty:
    """Remind somebody who has not confirmed: by the clock, or by whoever follows it up."""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("instruction", "person").get(pk=duty_id)
    permission = "routines.watch" if by.is_system else "routines.follow"
    authorize(by, permission, duty.instruction.centre_id if by.is_system else duty.instruction)
    if duty.settled_at or duty.released_at or duty.instruction.status != S.OPEN:
        return duty
    duty.reminded, duty.reminded_at = duty.reminded + 1, at
    duty.save(update_fields=["reminded", "reminded_at"])
    notices.notify(
        to=duty.person,
        text=_("Reminder: “{title}” is not confirmed yet."),
        params={"title": duty.instruction.title},
        link=_link(duty.instruction),
        by=by,
        at=at,
    )
    live.touch(f"instruction_duties:{duty.person_id}", f"instructions:{duty.instruction.centre_id}")
    return duty


@transaction.atomic
def escalate(*, instruction_id: int, by: Person, at: datetime) -> int:
    """The time of some is over: whoever leads them, and who passed it down, hear of it, once. About how many."""
    instruction = _locked(instruction_id)
    authorize(by, "routines.watch", instruction.centre_id)
    late = Duty.objects.owed().filter(instruction=instruction, due_at__lt=at, escalated_at__isnull=True)
    rows = list(late.select_for_update(of=("self",)).select_related("person").order_by("pk"))
    told: dict[int, tuple[Person, list[str]]] = {}
    for row in rows:
        row.escalated_at = at
        row.save(update_fields=["escalated_at"])
        for leader in {*leaders_of(row.person, on=local_day(at)), instruction.issued_by}:
            told.setdefault(leader.pk, (leader, []))[1].append(row.person.name)
    for leader, names in told.values():
        if leader.is_active:
            notices.notify(
                to=leader,
                text=_("{count} have not confirmed “{title}” in time: {who} …"),
                params={"count": len(names), "title": instruction.title, "who": names[0]},
                link=_link(instruction),
                by=by,
                at=at,
            )
    live.touch(f"instructions:{instruction.centre_id}")
    return len(rows)


@transaction.atomic
def close(*, instruction_id: int, note: str = "", by: Person, at: datetime) -> Instruction:
    """Archive it: who has not confirmed by now stays written down as such."""
    instruction = _locked(instruction_id)
    authorize(by, "routines.issue", instruction)
    if not note.strip() and instruction.duties.owed().exists():
        raise Refused(
            Refusal(CLAUSE, _("Not everybody has confirmed: say why it is archived all the same."), {"field": "words"})
        )
    move(instruction, S.CLOSED, by=by, at=at, note=note.strip())
    live.touch(f"instructions:{instruction.centre_id}")
    return instruction


@transaction.atomic
def withdraw(*, instruction_id: int, note: str, by: Person, at: datetime) -> Instruction:
    """Take it back, with the reason; nobody owes it any more."""
    instruction = _locked(instruction_id)
    authorize(by, "routines.issue", instruction)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Give a reason."), {"field": "words"}))
    move(instruction, S.WITHDRAWN, by=by, at=at, note=note.strip())
    live.touch(f"instructions:{instruction.centre_id}")
    return instruction
