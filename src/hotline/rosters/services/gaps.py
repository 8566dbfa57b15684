"""A gap in the hours of service is told to those who can close it (A2.1)."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from hotline.core import clock
from hotline.core.access import authorize
from hotline.core.events import once
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Position
from hotline.people.services import notices
from hotline.rosters.queries import gaps

AHEAD = timedelta(days=7)
TOLD = gettext_noop("Nobody is planned on {day} from {since} to {until}, within the hours of service.")


@transaction.atomic
def tell_gaps(*, centre: Centre, by: Person, at: datetime) -> int:
    """Tell shift leaders and supervisors of the gaps of today and a week ahead, each gap once; how many are new."""
    authorize(by, "rosters.watch_cover", centre)
    today = clock.local_day(at)
    new = [gap for gap in gaps.nobody(centre, today, today + AHEAD) if gap.span.end > at and _is_new(centre, gap, at)]
    for gap in new:
        params = {"day": gap.day.isoformat(), "since": gap.times[:5], "until": gap.times[-5:]}
        link = f"{reverse('rosters:month')}?month={gap.day:%Y-%m}"
        for person in _leaders(centre, today):
            notices.notify(to=person, text=TOLD, params=params, link=link, by=by, at=at)
    return len(new)


def _is_new(centre: Centre, gap: gaps.Gap, at: datetime) -> bool:
    return once(f"rosters.gap:{centre.pk}:{gap.day}:{gap.times}", at=at)


def _leaders(centre: Centre, today: date) -> list[Person]:
    active = Person.objects.filter(centre=centre, is_active=True, is_system=False)
    leads = [active.holding(position, on=today) for position in (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)]
    return list({one.pk: one for rows in leads for one in rows}.values())
