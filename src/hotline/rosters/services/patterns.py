"""Turns of shifts that come again and again, and who keeps which."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.rosters.models import Pattern, PatternKeeper, ShiftType
from hotline.rosters.services import common

LONGEST_TURN = 56
TWO_ON_TWO_OFF = ("early", "late", "", "")


@transaction.atomic
def make_pattern(*, centre: Centre, name: str, turn: Sequence[str], by: Person, at: datetime) -> Pattern:
    """A turn of shift codes, one a day; an empty code is a free day (two days on, two off)."""
    authorize(by, "rosters.plan", centre)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    name, codes = name.strip(), set(filter(None, turn))
    known = set(ShiftType.objects.filter(centre=centre, code__in=codes).values_list("code", flat=True))
    faults = []
    if not name:
        faults.append(Refusal("B2.2", gettext_noop("Give it a name."), {"field": "name"}))
    if Pattern.objects.filter(centre=centre, name=name).exists():
        faults.append(Refusal("B2.2", gettext_noop("There is a pattern of this name."), {"field": "name"}))
    if not codes or len(turn) > LONGEST_TURN:
        note = gettext_noop("A turn has at least one shift and at most {most} days.")
        faults.append(Refusal("B2.2", note, {"most": LONGEST_TURN, "field": "turn"}))
    faults += [
        Refusal("D2.1", gettext_noop("There is no shift “{code}”."), {"code": code, "field": "turn"})
        for code in sorted(codes - known)
    ]
    refuse_if(faults)
    return Pattern.objects.create(centre=centre, name=name, turn=list(turn))


@transaction.atomic
def keep_pattern(
    *,
    pattern_id: int,
    people: Collection[int],
    begins: date,
    by: Person,
    at: datetime,
    last: date | None = None,
    step: int = 0,
    further: int = 0,
) -> int:
    """Let people keep a turn from a day on, in place of what they kept; the number of people.

    On that day the first of them is `further` days into the turn, and each next one `step` days more, so that not
    all of them rest together.
    """
    pattern = Pattern.objects.select_related("centre").get(pk=pattern_id)
    authorize(by, "rosters.plan", pattern.centre)
    common.lock_people(people)
    rows = list(Person.objects.filter(pk__in=people, centre=pattern.centre, is_active=True).order_by("name_key", "pk"))
    if not rows or len(rows) != len(set(people)):
        note = gettext_noop("Choose people who work in this centre.")
        raise Refused(Refusal("D2.1", note, {"field": "people"}))
    if last is not None and last < begins:
        raise Refused(Refusal("B2.2", gettext_noop("It ends before it begins."), {"field": "last"}))
    days = DateRange(begins, last, "[]") if last else DateRange(begins, None)
    for person in rows:
        _end_before(person, begins)
    PatternKeeper.objects.filter(person__in=rows, days__overlap=days).delete()
    length = len(pattern.turn)
    PatternKeeper.objects.bulk_create(
        [
            PatternKeeper(
                pattern=pattern, person=person, begins=_begin(begins, (further + number * step) % length), days=days
            )
            for number, person in enumerate(rows)
        ]
    )
    return len(rows)


def _begin(begins: date, further: int) -> date:
    """The day on which the turn's first entry fell for somebody who is so many days further in it."""
    return date.fromordinal(begins.toordinal() - further)


def _end_before(person: Person, day: date) -> None:
    for row in PatternKeeper.objects.select_for_update().filter(person=person, days__contains=day):
        if row.days.lower is None or row.days.lower < day:
            row.days = DateRange(row.days.lower, day)
            row.save(update_fields=["days"])


@transaction.atomic
def end_keeping(*, keeper_id: int, day: date, by: Person, at: datetime) -> None:
    """Somebody keeps his turn until the day before this one."""
    row = PatternKeeper.objects.select_for_update(of=("self",)).select_related("pattern__centre").get(pk=keeper_id)
    authorize(by, "rosters.plan", row.pattern.centre)
    if row.days.lower is not None and row.days.lower >= day:
        row.delete()
        return
    row.days = DateRange(row.days.lower, day)
    row.save(update_fields=["days"])
