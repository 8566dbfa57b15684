"""The demonstration's leave, balances and swaps come through the services, each at another step."""

import pytest

from hotline.config.demo import leave
from hotline.core import clock
from hotline.leave.models import Leave, Swap, WorkHistory
from hotline.leave.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.services import entries
from hotline.rosters.tests import builders as rosters

pytestmark = pytest.mark.django_db


def test_a_centre_is_filled_once_and_believably(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)
    centre = people.centre()
    staff = people.everybody(centre)
    crew = [people.person(centre) for _ in range(13)]
    rosters.shift_types(centre)
    turns = (["early", "late", "", ""], ["", "", "early", "late"])
    office = [staff[Position.TRAINER], staff[Position.QUALITY]]
    pattern = {person.pk: turns[number % 2] for number, person in enumerate(crew)}
    entries.plan_month(
        centre=centre, first_day=b.day(-7), last_day=b.day(56),
        pattern=pattern | {person.pk: ["early"] for person in office}, by=people.system(centre), at=people.AT,
    )  # fmt: skip
    leave.fill(centre, b.AT)
    found = sorted(Leave.objects.values_list("kind", "status"))
    assert found == [
        ("annual", "asked"), ("annual", "granted"), ("personal", "asked"), ("personal", "asked"),
        ("personal", "asked"), ("sick", "asked"), ("sick", "granted"),
    ]  # fmt: skip
    assert sorted(Swap.objects.values_list("status", flat=True)) == ["agreed", "made", "wished"]
    assert Leave.objects.filter(is_late=True).exists()
    assert not Leave.objects.filter(asked_at__gt=b.AT).exists()
    known = WorkHistory.objects.count()
    leave.fill(centre, b.AT)
    assert (Leave.objects.count(), Swap.objects.count(), WorkHistory.objects.count()) == (7, 3, known)
