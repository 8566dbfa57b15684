"""A month comes into force: announced four weeks ahead or with a reason, told to all, confirmed by each (A7.7)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from hotline.core import audit, clock, states
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.rosters.logic.plans import Status
from hotline.rosters.models import PlanSeen, RosterBreak, RosterEntry, RosterPlan
from hotline.rosters.queries import planning, plans
from hotline.rosters.queries.notice import late_notice
from hotline.rosters.services import common, entries


@transaction.atomic
def publish(*, plan_id: int, reason: str, by: Person, at: datetime) -> RosterPlan:
    """Bring a month into force. Too late, or with hard rules broken, it needs a reason, which stays with it (A7.7)."""
    plan = common.locked_plan(plan_id)
    reason = reason.strip()
    with audit.because(reason):
        authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    found = planning.facts(plan)
    common.lock_people(found.staff.people)
    late, hard = late_notice(plan.centre_id, plan.first, clock.local_day(at)), plans.hard_left(found)
    refuse_if(_not_yet(found, late, len(hard), reason, clock.local_day(at)))
    planned = _bring_in(found)
    plan.published_at, plan.published_by, plan.days_late = at, by, late
    plan.publish_reason, plan.hard_left = reason[:200], len(hard)
    also = ("published_at", "published_by", "days_late", "publish_reason", "hard_left")
    states.move(plan, Status.PUBLISHED, by=by, at=at, also=also)
    _tell_everybody(plan, planned, by, at)
    common.tell(plan.centre_id, {entry.person_id for entry in planned}, common.topic(plan))
    return plan


def _not_yet(found: planning.MonthFacts, late: int, hard: int, reason: str, today: date) -> list[Refusal]:
    refusals = []
    if found.estimated:
        note = gettext_noop(
            "The holidays of this month are only estimated: set them by the official announcement first."
        )
        refusals.append(Refusal("D4.5", note))
    if not any(entry.shift_type_id for entry in found.entries.values()):
        refusals.append(Refusal("B2.2", gettext_noop("Nobody has a shift in this month yet.")))
    if late and not reason:
        note = gettext_noop("A roster is announced {notice} days ahead; this is {days} days late: say why.")
        # So many days too late, and so many to go: together what the centre has set.
        params = {"notice": late + (found.plan.first - today).days, "days": late, "field": "reason"}
        refusals.append(Refusal("A7.7", note, params))
    if hard and not reason:
        note = gettext_noop("{count} hard warnings are left: mend them, or say why it is published nevertheless.")
        refusals.append(Refusal("D2.1", note, {"count": hard, "field": "reason"}))
    return refusals


def _bring_in(found: planning.MonthFacts) -> list[RosterEntry]:
    """Make the roster's entries what the draft says; those that say it already stay. Every entry of the month."""
    stand = {
        (row.person_id, row.day): row
        for row in RosterEntry.objects.filter(
            person__in=list(found.staff.people), day__range=(found.days[0], found.days[-1])
        )
    }
    wanted = {
        (row.person_id, row.day): row
        for row in found.entries.values()
        if row.shift_type_id and row.person_id in found.staff.people
    }
    kept = [row for place, row in stand.items() if _says(wanted, place, row)]
    gone = [row.pk for place, row in stand.items() if not _says(wanted, place, row)]
    RosterEntry.objects.filter(pk__in=gone).delete()
    same = {(row.person_id, row.day) for row in kept}
    fresh = [
        RosterEntry(person_id=row.person_id, shift_type=row.shift_type, day=row.day, span=row.span)
        for place, row in sorted(wanted.items())
        if place not in same
    ]
    RosterEntry.objects.bulk_create(fresh, batch_size=1000)
    rests: Sequence[RosterBreak] = [rest for entry in fresh for rest in entries.breaks_of(entry)]
    RosterBreak.objects.bulk_create(rests, batch_size=1000)
    return [*kept, *fresh]


def _says(wanted: planning.Entries, place: planning.Key, row: RosterEntry) -> bool:
    return place in wanted and wanted[place].shift_type_id == row.shift_type_id


def _tell_everybody(plan: RosterPlan, planned: Sequence[RosterEntry], by: Person, at: datetime) -> None:
    text = gettext_noop("Your shifts of {month} are published: look at them and confirm that you know them.")
    people = Person.objects.filter(pk__in={entry.person_id for entry in planned}).select_related("centre")
    for person in people.order_by("pk"):
        notices.notify(
            to=person, text=text, params={"month": f"{plan.first:%Y-%m}"}, link=reverse("rosters:mine"), by=by, at=at
        )


@transaction.atomic
def confirm_month(*, plan_id: int, by: Person, at: datetime) -> PlanSeen:
    """Somebody says that he knows his shifts of a published month; the first time counts."""
    plan = RosterPlan.objects.get(pk=plan_id)
    authorize(by, "rosters.confirm_month", plan)
    seen, _ = PlanSeen.objects.get_or_create(plan=plan, person=by, defaults={"at": at})
    common.tell(plan.centre_id, [by.pk])
    return seen
