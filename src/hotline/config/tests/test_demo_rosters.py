"""The demonstration's months are made through the services: one in force, the next one begun."""

from datetime import date, timedelta

import pytest

from hotline.config.demo import centre, rosters
from hotline.core import clock
from hotline.people.models import Centre
from hotline.rosters.models import Booking, DraftEntry, PatternKeeper, PlanSeen, RosterEntry, RosterPlan, Wish
from hotline.rosters.queries import plans
from hotline.rosters.queries.planning import facts
from hotline.rosters.services import calendar

OPENED = date(2026, 3, 9)


@pytest.mark.django_db
def test_one_month_is_in_force_and_the_next_one_is_begun():
    for _step in centre.open_centre(at=clock.wall(OPENED, 7)):
        pass
    found = Centre.objects.get(code=centre.CODE)
    calendar.load_calendar(years=[2026], by=centre.head(found), at=clock.wall(OPENED, 7))
    now = clock.wall(OPENED + timedelta(days=14), 11)
    rosters.fill(found, now)
    published, draft = RosterPlan.objects.order_by("first")
    assert (published.first, published.status) == (date(2026, 4, 1), "published")
    assert published.publish_reason
    assert 0 < PlanSeen.objects.count() < RosterEntry.objects.values("person").distinct().count()
    assert (draft.first, draft.status) == (date(2026, 5, 1), "draft")
    assert DraftEntry.objects.filter(plan=draft).count() > 500
    assert Wish.objects.exists()
    assert Booking.objects.count() == len(rosters.TALKS)
    assert PatternKeeper.objects.exists()
    assert RosterEntry.objects.filter(day__gte=draft.first).count() == 0
    # the turns are in step with those of the shifts that were planned before
    assert not [one for one in plans.hard_left(facts(draft)) if one.rule == "rest.minimum" and one.days[0] < 1]
    rosters.fill(found, now)
    assert RosterPlan.objects.count() == 2
