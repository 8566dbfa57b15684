"""Shifts and rosters for tests, made through the services."""

from datetime import date, datetime

from hotline.people.models import Centre, Person
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty
from hotline.rosters.services import entries, shifts

DAY = date(2026, 3, 9)  # a Monday


def shift_types(centre: Centre) -> duty.Choice:
    """The handbook's shifts in a centre."""
    shifts.install_shift_types(centre=centre, by=people.system(centre), at=people.AT)
    return duty.Choice(centre)


def on_shift(person: Person, day: date = DAY, code: str = "early", at: datetime = people.AT) -> RosterEntry:
    """A person on a shift of that day, planned by the centre's program."""
    shift = shift_types(person.centre).of(code, day)
    assert shift is not None, f"{code} is not worked on {day}"
    return entries.plan(person=person, shift_type=shift, day=day, by=people.system(person.centre), at=at)
