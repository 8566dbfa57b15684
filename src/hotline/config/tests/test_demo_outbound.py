"""The demonstration's campaign is told through the services, up to the moment at which somebody looks."""

import pytest

from hotline.config.demo import outbound
from hotline.outbound.models import Attempt, Campaign, Record
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.tests import builders as b


@pytest.mark.django_db
def test_a_campaign_is_half_done_when_somebody_looks():
    of = b.house()
    people.person(position=Position.TEAM_LEADER, unit=of.team)
    now = b.wall(b.DAY, 15)
    outbound.fill(of.centre, now)
    campaign = Campaign.objects.get(centre=of.centre)
    assert campaign.status == "running"
    assert Attempt.objects.filter(campaign=campaign, is_done=True).exists()
    assert not Attempt.objects.filter(ended_at__gt=now).exists()
    assert not Record.objects.filter(status="taken").exists()
    before = Attempt.objects.count()
    outbound.fill(of.centre, now)
    assert Attempt.objects.count() == before
