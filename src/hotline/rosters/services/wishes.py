"""What people wish of a month that is not published yet."""

from datetime import date, datetime

from django.db import transaction

from hotline.core import clock
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import MOST_STRONG_WISHES, STRONG, Status
from hotline.rosters.models import RosterPlan, ShiftType, Wish
from hotline.rosters.services import common


@transaction.atomic
def wish(
    *, person: Person, day: date, code: str, is_against: bool, weight: int, by: Person, at: datetime, note: str = ""
) -> Wish:
    """Wish for a shift by its code, or not for it, or (no code) for a free day; one wish a day, the last holds."""
    authorize(by, "rosters.wish", person)
    common.lock_people([person.pk])
    refuse_if(_refusals(person, day, code, weight, is_against=is_against, at=at))
    row, _ = Wish.objects.update_or_create(
        person=person,
        day=day,
        defaults={
            "code": code,
            "is_against": is_against,
            "weight": weight,
            "note": note.strip()[:200],
            "made_at": at,
        },
    )
    _tell(row)
    return row


def _tell(row: Wish) -> None:
    """His own page, and the draft of the month where there is one, fetch themselves again."""
    drafts = RosterPlan.objects.filter(centre=row.person.centre_id, first=row.day.replace(day=1))
    topics = [common.topic(plan) for plan in drafts]
    common.tell(row.person.centre_id, [row.person_id], *topics)


def _refusals(person: Person, day: date, code: str, weight: int, *, is_against: bool, at: datetime) -> list[Refusal]:
    month = hours.month_days(day)
    faults = []
    if day <= clock.local_day(at):
        faults.append(Refusal("B2.2", gettext_noop("Wish for a day to come."), {"field": "day"}))
    published = RosterPlan.objects.filter(centre=person.centre_id, first=month[0], status=Status.PUBLISHED)
    if published.exists():
        note = gettext_noop("This month is published already: ask for leave or for a swap.")
        faults.append(Refusal("A7.7", note, {"field": "day"}))
    if code and not ShiftType.objects.filter(centre=person.centre_id, code=code, since__lte=day).exists():
        faults.append(Refusal("D2.1", gettext_noop("There is no such shift on that day."), {"field": "shift"}))
    if is_against and not code:
        faults.append(
            Refusal("B2.2", gettext_noop("Choose the shift that you would rather not have."), {"field": "shift"})
        )
    strong = Wish.objects.filter(person=person, day__range=(month[0], month[-1]), weight=STRONG).exclude(day=day)
    if weight == STRONG and strong.count() >= MOST_STRONG_WISHES:
        note = gettext_noop("At most {most} wishes a month can be very important: make one of them weaker.")
        faults.append(Refusal("B2.2", note, {"most": MOST_STRONG_WISHES, "field": "weight"}))
    return faults


@transaction.atomic
def drop_wish(*, wish_id: int, by: Person, at: datetime) -> None:
    """Take a wish back."""
    row = Wish.objects.select_for_update(of=("self",)).select_related("person").get(pk=wish_id)
    authorize(by, "rosters.wish", row.person)
    row.delete()
    _tell(row)
