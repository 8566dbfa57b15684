"""At the desk: taking cases, giving them back, handing them on, amending them, and handing out what waits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from hotline.cases.logic.flow import Action, Queue
from hotline.cases.models import Case
from hotline.cases.queries import custody, places
from hotline.cases.services import act
from hotline.cases.services.search import index_case
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person
from hotline.people.services import notices

AMENDABLE = frozenset(
    {"description", "place", "latitude", "longitude", "datum", "category", "is_urgent", "is_secret", "customer"}
)
TAKEN_FROM = [Queue.INTAKE.value, Queue.FEEDBACK.value]
_MATCHER = 4_021_960_002  # one matcher hands out the cases of a centre at a time


def _to_desk(case: Case, person: Person, by: Person, at: datetime, action: Action, note: str = "") -> None:
    """Put a locked case into a person's hands; the first at the desk is its first owner for ever (D2.6)."""
    sets: dict[str, Any] = {"operator_id": person.pk}
    if case.first_owner_id is None:
        sets["first_owner_id"] = person.pk
    held = case.holding
    if held is not None and held.queue in {Queue.FILING_GATE, Queue.CLOSING_GATE, Queue.DISPATCH, Queue.FIELD}:
        sets = {}  # the gate and the dispatcher do not become the case's operator
    act.record(case, action=action, by=by, at=at, note=note, holder=person, sets=sets)


@transaction.atomic
def take(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """Take a case from a queue into one's own hands."""
    case = act.start(case_id, version, Action.TAKE, "cases.take", by)
    _to_desk(case, by, by, at, Action.TAKE)
    return case


@transaction.atomic
def take_next(*, by: Person, at: datetime) -> Case | None:
    """Take the next waiting case: urgent first, then what waited longest, one's own before others'.

    Two people at once never get the same one: a row that somebody is taking is passed over.
    """
    authorize(by, "cases.take_next")
    waiting = (
        Case.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(
            centre=by.centre_id,
            holdings__span__upper_inf=True,
            holdings__queue__in=TAKEN_FROM,
        )
        .order_by("-is_urgent", "holdings__id")
    )
    case = waiting.filter(operator=by.pk).first() or waiting.first()
    if case is None:
        return None
    if case.holding is None or case.holding.queue not in TAKEN_FROM:
        return None  # somebody was quicker between looking and locking
    _to_desk(case, by, by, at, Action.TAKE)
    return case


@transaction.atomic
def release(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Put a case back into the queue it belongs to."""
    case = act.start(case_id, version, Action.RELEASE, "cases.release", by, reason=reason)
    act.record(case, action=Action.RELEASE, by=by, at=at, note=reason, holder=custody.queue_for(case))
    return case


@transaction.atomic
def assign(*, case_id: int, version: int, to: Person, reason: str, by: Person, at: datetime) -> Case:
    """Hand a case to another person at the desk; the first owner stays who he was."""
    case = act.start(case_id, version, Action.ASSIGN, "cases.assign", by, reason=reason)
    if to.centre_id != case.centre_id or not to.is_active or not custody.may_hold(to):
        raise Refused(Refusal("D2.5", _("{name} does not work cases at the desk."), {"name": to.name}))
    if case.holding is not None and case.holding.person_id == to.pk:
        raise Refused(Refusal("D2.5", _("{name} has it already."), {"name": to.name}))
    _to_desk(case, to, by, at, Action.ASSIGN, reason)
    notices.notify(
        to=to,
        text=_("Case {number} was assigned to you: {reason}"),
        params={"number": case.number, "reason": reason},
        link=f"/cases/{case.number}",
        by=by,
        at=at,
    )
    return case


@transaction.atomic
def amend(*, case_id: int, version: int, changes: Mapping[str, Any], by: Person, at: datetime) -> Case:
    """Change what is known of a case; a changed point finds its district and grid anew. Nothing changed: no event."""
    case = act.start(case_id, version, Action.AMEND, "cases.amend", by)
    unknown = changes.keys() - AMENDABLE
    if unknown:
        raise Refused(Refusal("B2.6", _("“{column}” cannot be amended."), {"column": ", ".join(sorted(unknown))}))
    sets = {}
    for name, value in changes.items():
        column = f"{name}_id" if name in {"category", "customer"} else name
        new = value.pk if hasattr(value, "pk") else value
        if getattr(case, column) != new:
            sets[column] = new
    if "description" in sets and not str(sets["description"]).strip():
        raise Refused(Refusal("B2.6", _("Say what was reported."), {"field": "description"}))
    if sets.keys() & {"latitude", "longitude", "datum"}:
        spot = places.resolve(
            case.centre,
            sets.get("latitude", case.latitude),
            sets.get("longitude", case.longitude),
            datum=sets.get("datum", case.datum),
        )
        sets["district_id"] = spot.district.pk if spot.district else None
        sets["grid_id"] = spot.grid.pk if spot.grid else None
    if sets:
        act.record(case, action=Action.AMEND, by=by, at=at, sets=sets)
        index_case(case=case)
    return case


@transaction.atomic
def add_note(*, case_id: int, version: int, text: str, by: Person, at: datetime) -> Case:
    """Write a note into the case's history; on a merged case also into that of the case in which it goes on."""
    into = Case.objects.values_list("merged_into_id", flat=True).get(pk=case_id)
    both = act.lock_together(case_id, into) if into else {}
    case = act.start(case_id, version, Action.NOTE, "cases.note", by)
    if not text.strip():
        raise Refused(Refusal("B2.6", _("A note needs words."), {"field": "text"}))
    act.record(case, action=Action.NOTE, by=by, at=at, note=text.strip())
    if case.merged_into_id in both:  # whoever works the matter reads it there, or nobody does
        act.record(
            both[case.merged_into_id],
            action=Action.NOTE,
            by=by,
            at=at,
            note=f"{case.number}: {text.strip()}",
            data={"from": case.pk},
        )
    return case


@transaction.atomic
def give_waiting(*, centre: Centre, by: Person, at: datetime) -> int:
    """Hand waiting cases to those on duty, ready and free, longest idle first; the number handed out.

    A case that was with somebody before goes to him when he is free.
    """
    authorize(by, "cases.give")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_MATCHER % 2**31, centre.pk])
    free = custody.free_at_desk(centre, at)
    if not free:
        return 0
    waiting = (
        Case.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(centre=centre, holdings__span__upper_inf=True, holdings__queue__in=TAKEN_FROM)
        .annotate(waits=F("holdings__id"))
        .order_by("-is_urgent", "waits")[: len(free)]
    )
    given = 0
    for case in waiting:
        if case.holding is None or case.holding.queue not in TAKEN_FROM:
            continue
        person = next((one for one in free if one.pk == case.operator_id), free[0])
        free.remove(person)
        _to_desk(case, person, by, at, Action.ASSIGN)
        given += 1
    return given
