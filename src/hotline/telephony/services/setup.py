"""Queues and their rules, who serves them, which number leads where, reasons of not being ready."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Skill
from hotline.telephony.logic.words import Reason
from hotline.telephony.models import Line, Member, Queue, QueueSkill, RestReason
from hotline.telephony.models.setup import DIALLED
from hotline.telephony.queries import floor
from hotline.telephony.services.phones import tell_acd

CLAUSE = "A2.4"
RULES = (
    "name", "is_active", "priority", "opens", "closes", "rings", "answer_within", "short_abandon", "wrap_up",
    "wrap_more", "wrap_most", "size", "needs_staff", "overflow_after", "overflow_to", "longest", "owner_patience",
    "callback_after",
)  # fmt: skip


@transaction.atomic
def make_queue(*, centre: Centre, code: str, name: str, by: Person, at: datetime, **rules: Any) -> Queue:
    """A new queue, under a code of its own."""
    authorize(by, "telephony.set_queue", centre)
    _hold(centre)
    if Queue.objects.filter(centre=centre, code=code).exists():
        raise _refusal(gettext_noop("There is a queue of this code already: choose another one."), "code")
    queue = Queue(centre=centre, code=code, name=name.strip(), changed_at=at, **_rules(rules))
    queue.full_clean()
    queue.save(force_insert=True)
    tell_acd(centre, by, at)
    return queue


@transaction.atomic
def change_queue(*, queue_id: int, changes: Mapping[str, Any], by: Person, at: datetime) -> Queue:
    """Other rules from now on; calls that wait already are served by them too.

    Refused (A2.4) to put a queue out of use while somebody waits in it or for his call-back.
    """
    queue = Queue.objects.select_for_update(of=("self",)).select_related("centre").get(pk=queue_id)
    authorize(by, "telephony.set_queue", queue.centre)
    for field, value in _rules(changes).items():
        setattr(queue, field, value)
    if queue.overflow_to is not None and queue.overflow_to.centre_id != queue.centre_id:
        raise _refusal(gettext_noop("That queue is not this centre's."), "overflow_to")
    waiting = 0 if queue.is_active else floor.waiting_in(queue)
    if waiting:
        note = gettext_noop(
            "Callers wait in this queue ({count}): close it by its hours, and put it out of use afterwards."
        )
        raise Refused(Refusal(CLAUSE, note, {"count": waiting, "field": "is_active"}))
    queue.changed_at = at
    queue.full_clean()
    queue.save(update_fields=[*changes, "changed_at"])
    tell_acd(queue.centre, by, at)
    return queue


def _refusal(note: str, field: str) -> Refused:
    return Refused(Refusal(CLAUSE, note, {"field": field}))


def _hold(centre: Centre) -> None:
    """What is set for a centre is set by one at a time."""
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)


def _rules(values: Mapping[str, Any]) -> dict[str, Any]:
    wrong = set(values) - set(RULES)
    if wrong:
        raise ValueError(f"not a rule of a queue: {sorted(wrong)}")
    return dict(values)


@transaction.atomic
def set_members(*, queue_id: int, persons: Iterable[int], by: Person, at: datetime) -> None:
    """Exactly these people serve the queue from now on; a talk that is going on is not touched."""
    queue = Queue.objects.select_for_update(of=("self",)).select_related("centre").get(pk=queue_id)
    authorize(by, "telephony.set_queue", queue.centre)
    wanted = set(Person.objects.filter(pk__in=list(persons), centre=queue.centre_id).values_list("pk", flat=True))
    now = set(queue.members.values_list("person", flat=True))
    queue.members.filter(person__in=now - wanted).delete()
    for person in sorted(wanted - now):
        Member.objects.create(queue=queue, person_id=person, since=at)
    tell_acd(queue.centre, by, at)


@transaction.atomic
def set_skills(*, queue_id: int, skills: Sequence[tuple[int, int, int | None]], by: Person, at: datetime) -> None:
    """Exactly these skills are asked for: (skill, level, seconds after which it is not asked for any more)."""
    queue = Queue.objects.select_for_update(of=("self",)).select_related("centre").get(pk=queue_id)
    authorize(by, "telephony.set_queue", queue.centre)
    wanted = {skill: (level, until) for skill, level, until in skills}
    if Skill.objects.filter(pk__in=wanted, centre=queue.centre_id).count() != len(wanted):
        raise _refusal(gettext_noop("That skill is not this centre's."), "skills")
    queue.skills.exclude(skill__in=wanted).delete()
    now = {row.skill_id: row for row in queue.skills.all()}
    for skill, (level, until) in wanted.items():
        row = now.get(skill) or QueueSkill(queue=queue, skill_id=skill)
        if row.pk is not None and (row.level, row.until) == (level, until):
            continue
        row.level, row.until = level, until
        row.full_clean()
        row.save()
    tell_acd(queue.centre, by, at)


@transaction.atomic
def set_up_queue(
    *,
    queue_id: int,
    changes: Mapping[str, Any],
    persons: Iterable[int],
    skills: Sequence[tuple[int, int, int | None]],
    by: Person,
    at: datetime,
) -> Queue:
    """The rules of a queue, who serves it and what it asks for: all of it, or nothing."""
    queue = change_queue(queue_id=queue_id, changes=changes, by=by, at=at)
    set_members(queue_id=queue_id, persons=persons, by=by, at=at)
    set_skills(queue_id=queue_id, skills=skills, by=by, at=at)
    return queue


@transaction.atomic
def set_line(*, centre: Centre, dialled: str, queue: Queue, by: Person, at: datetime) -> Line:
    """A dialled number leads to a queue from now on, whether it was entered before or not."""
    authorize(by, "telephony.set_queue", centre)
    if not re.fullmatch(DIALLED, dialled):
        raise _refusal(gettext_noop("A dialled number has one to twenty digits, * and # among them."), "dialled")
    if queue.centre_id != centre.pk:
        raise _refusal(gettext_noop("That queue is not this centre's."), "queue")
    line, _ = Line.objects.update_or_create(centre=centre, dialled=dialled, defaults={"queue": queue})
    tell_acd(centre, by, at)
    return line


@transaction.atomic
def drop_line(*, centre: Centre, dialled: str, by: Person, at: datetime) -> None:
    """A number is the centre's no longer; who dials it still comes to the first queue by priority."""
    authorize(by, "telephony.set_queue", centre)
    Line.objects.filter(centre=centre, dialled=dialled).delete()
    tell_acd(centre, by, at)


@transaction.atomic
def set_reason(
    *, centre: Centre, code: str, name: str, limit: int | None, is_active: bool = True, by: Person, at: datetime
) -> RestReason:
    """A reason of not being ready, with how long it may last in seconds (None: without a limit)."""
    authorize(by, "telephony.set_queue", centre)
    _hold(centre)
    if code in set(Reason):
        raise _refusal(gettext_noop("The system itself uses this code: choose another one."), "code")
    said = " ".join(name.split())
    others = RestReason.objects.filter(centre=centre, name=said, is_active=True).exclude(code=code)
    if is_active and others.exists():
        raise _refusal(gettext_noop("There is a reason of this name already."), "name")
    reason = RestReason.objects.filter(centre=centre, code=code).first() or RestReason(centre=centre, code=code)
    reason.name, reason.limit, reason.is_active = said, limit, is_active
    reason.full_clean()
    reason.save()
    tell_acd(centre, by, at)
    return reason


@transaction.atomic
def add_reason(*, centre: Centre, name: str, limit: int | None, by: Person, at: datetime) -> RestReason:
    """A new reason of not being ready, under the next free code."""
    authorize(by, "telephony.set_queue", centre)
    _hold(centre)
    taken = set(RestReason.objects.filter(centre=centre).values_list("code", flat=True))
    code = next(code for number in range(1, len(taken) + 2) if (code := f"r{number}") not in taken)
    return set_reason(centre=centre, code=code, name=name, limit=limit, by=by, at=at)
