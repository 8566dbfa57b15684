"""Queues and their rules, who serves them, which number leads where, reasons of not being ready."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.telephony.models import Line, Member, Queue, QueueSkill, RestReason
from hotline.telephony.queries import floor
from hotline.telephony.services.phones import tell_acd

RULES = (
    "name", "is_active", "priority", "opens", "closes", "rings", "answer_within", "short_abandon", "wrap_up",
    "wrap_more", "wrap_most", "size", "needs_staff", "overflow_after", "overflow_to", "longest", "owner_patience",
    "callback_after",
)  # fmt: skip


@transaction.atomic
def make_queue(*, centre: Centre, code: str, name: str, by: Person, at: datetime, **rules: Any) -> Queue:
    """A new queue."""
    authorize(by, "telephony.set_queue", centre)
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
        raise Refused(Refusal("A2.4", gettext_noop("That queue is not this centre's."), {"field": "overflow_to"}))
    waiting = 0 if queue.is_active else floor.waiting_in(queue)
    if waiting:
        note = gettext_noop(
            "Callers wait in this queue ({count}): close it by its hours, and put it out of use afterwards."
        )
        raise Refused(Refusal("A2.4", note, {"count": waiting, "field": "is_active"}))
    queue.changed_at = at
    queue.full_clean()
    queue.save(update_fields=[*changes, "changed_at"])
    tell_acd(queue.centre, by, at)
    return queue


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
    queue.skills.all().delete()
    for skill, level, until in skills:
        row = QueueSkill(queue=queue, skill_id=skill, level=level, until=until)
        row.full_clean()
        row.save(force_insert=True)
    tell_acd(queue.centre, by, at)


@transaction.atomic
def set_line(*, centre: Centre, dialled: str, queue: Queue, by: Person, at: datetime) -> Line:
    """A dialled number leads to a queue."""
    authorize(by, "telephony.set_queue", centre)
    line, _ = Line.objects.update_or_create(centre=centre, dialled=dialled, defaults={"queue": queue})
    tell_acd(centre, by, at)
    return line


@transaction.atomic
def set_reason(*, centre: Centre, code: str, name: str, limit: int | None, by: Person, at: datetime) -> RestReason:
    """A reason of not being ready, with how long it may last."""
    authorize(by, "telephony.set_queue", centre)
    reason, _ = RestReason.objects.update_or_create(
        centre=centre, code=code, defaults={"name": name, "limit": limit, "is_active": True}
    )
    tell_acd(centre, by, at)
    return reason
