"""Whom an instruction concerns, what a person owes, who has not confirmed, the archive."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext

from hotline.people.models import Person, Post, Unit
from hotline.routines import logic
from hotline.routines.models import Confirmation, Duty, Instruction, InstructionStatus

MOST = 500
MOST_EXPORTED = 10_000


def below(unit_ids: set[int]) -> set[int]:
    """These units and every unit below them."""
    children: dict[int, list[int]] = {}
    for key, parent in Unit.objects.filter(parent__isnull=False).values_list("pk", "parent"):
        children.setdefault(parent or 0, []).append(key)
    found, left = set(), list(unit_ids)
    while left:
        key = left.pop()
        if key not in found:
            found.add(key)
            left += children.get(key, [])
    return found


def concerned(instruction: Instruction, on: date) -> QuerySet[Person]:
    """Everybody whom an instruction concerns on a day."""
    rows = Person.objects.filter(centre=instruction.centre_id, is_active=True, is_system=False)
    posts = Post.objects.on(on)
    if instruction.for_all:
        return rows.filter(pk__in=posts.values("person"))
    parts = list(instruction.audience.values_list("position", "unit", "person"))
    positions = [position for position, _unit, _person in parts if position]
    units = below({unit for _position, unit, _person in parts if unit})
    held = posts.filter(Q(position__in=positions) | Q(unit__in=units))
    return rows.filter(Q(pk__in=held.values("person")) | Q(pk__in=[person for *_parts, person in parts if person]))


def joined(instruction: Instruction, on: date) -> list[Person]:
    """Who is concerned and does not owe it yet."""
    return list(concerned(instruction, on).exclude(instruction_duties__instruction=instruction).order_by("pk"))


def open_instructions() -> list[Instruction]:
    """Every instruction that has still to be confirmed."""
    rows = Instruction.objects.filter(status=InstructionStatus.OPEN).select_related("centre", "issued_by")
    return list(rows.order_by("pk"))


def owed_by(person: Person) -> QuerySet[Duty]:
    """What a person has to confirm, the most urgent first."""
    rows = Duty.objects.owed().filter(person=person.pk).select_related("instruction__issued_by", "instruction__case")
    return rows.order_by("due_at", "pk")


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the desk says about instructions."""

    count: int
    late: int
    first: Duty | None


def waiting(person: Person, at: datetime) -> Waiting:
    """How many instructions a person owes, how many of them are late, and which one is first."""
    rows = list(owed_by(person)[:100])
    return Waiting(len(rows), sum(1 for row in rows if row.due_at < at), rows[0] if rows else None)


def settled_by(person: Person) -> QuerySet[Duty]:
    """What a person has confirmed, or need not any more, the newest first."""
    rows = Duty.objects.filter(person=person.pk).exclude(pk__in=owed_by(person).values("pk"))
    return rows.select_related("instruction").order_by(F("settled_at").desc(nulls_last=True), "-pk")


def instructions(person: Person, chosen: Mapping[str, Any]) -> QuerySet[Instruction]:
    """The archive and what is open, with how many have confirmed: filters by words, kind, state and time."""
    rows = Instruction.objects.visible_to(person).select_related("issued_by")
    text = str(chosen.get("q") or "").strip()
    for word in text.split():
        said = Q(title__icontains=word) | Q(body__icontains=word)
        rows = rows.filter(said | Q(source__icontains=word) | Q(reference__icontains=word))
    for name, field in (("kind", "kind"), ("status", "status"), ("since", "issued_at__date__gte")):
        if chosen.get(name):
            rows = rows.filter(**{field: chosen[name]})
    return rows.order_by("-issued_at", "-pk")


def counts(instruction_ids: list[int]) -> dict[int, tuple[int, int]]:
    """For each instruction: how many have confirmed, how many are concerned."""
    rows = Duty.objects.filter(instruction__in=instruction_ids, released_at__isnull=True)
    found = rows.values_list("instruction").annotate(done=Count("settled_at"), whole=Count("pk"))
    return {key: (done, whole) for key, done, whole in found}


def duties(instruction: Instruction) -> QuerySet[Duty]:
    """Everybody whom it concerns: who has not confirmed first, the latest first."""
    said = Prefetch("confirmations", Confirmation.objects.order_by("at"))
    rows = Duty.objects.filter(instruction=instruction).select_related("person").prefetch_related(said)
    return rows.order_by(F("settled_at").desc(nulls_first=True), "released_at", "due_at", "person__name_key", "pk")


def duty_of(instruction: Instruction, person: Person) -> Duty | None:
    """What this person owes this instruction."""
    return Duty.objects.filter(instruction=instruction, person=person.pk).prefetch_related("confirmations").first()


@dataclass(frozen=True, slots=True)
class Due:
    """What the clock has to do about one person."""

    duty_id: int
    instruction_id: int
    centre_id: int
    step: logic.Step


def due_steps(at: datetime, terms: logic.Terms) -> list[Due]:
    """Whom to remind and about whom to tell the leaders, the longest due first.

    Those of whom the leaders know and who were reminded as often as it is done are left out by the database: they stay
    owed for ever, and would fill the list.
    """
    to_escalate = Q(escalated_at__isnull=True, due_at__lt=at)
    rested = Q(reminded_at__isnull=True) | Q(reminded_at__lte=at - terms.repeat_every)
    to_remind = Q(reminded__lt=terms.most_reminders) & rested
    rows = Duty.objects.owed().filter(to_escalate | to_remind, due_at__lte=at + terms.remind_before)
    rows = rows.order_by("due_at", "pk")
    values = rows.values_list(
        "pk", "instruction", "instruction__centre", "due_at", "reminded", "reminded_at", "escalated_at"
    )
    found = []
    for key, instruction_id, centre_id, due_at, reminded, reminded_at, escalated_at in values[:MOST]:
        step = logic.next_step(
            due_at=due_at,
            reminded=reminded,
            reminded_at=reminded_at,
            is_escalated=escalated_at is not None,
            at=at,
            terms=terms,
        )
        if step is not logic.Step.WAIT:
            found.append(Due(key, instruction_id, centre_id, step))
    return found


def heads() -> list[str]:
    """The column titles of an export."""
    return [
        gettext("Staff number"),
        gettext("Full name"),
        gettext("Owes it since"),
        gettext("Due"),
        gettext("Read at"),
        gettext("Carried out at"),
        gettext("What was done"),
        gettext("Times reminded"),
    ]


def exported(instruction: Instruction) -> Iterator[tuple[object, ...]]:
    """A line a person."""
    for row in duties(instruction)[:MOST_EXPORTED]:
        said = {one.said: one for one in row.confirmations.all()}
        read, done = said.get("read"), said.get("done")
        yield (
            row.person.number,
            row.person.name,
            row.since,
            row.due_at,
            read.at if read else None,
            done.at if done else None,
            done.report if done else "",
            row.reminded,
        )
