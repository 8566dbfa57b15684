"""Campaigns on PostgreSQL: what one may be, when it starts, its ways calls end, exports, and who sees what."""

from datetime import date, time

import pytest

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.outbound.logic.words import Outcome, Status
from hotline.outbound.models import Campaign, Crew, Export, Record
from hotline.outbound.queries import work
from hotline.outbound.services import campaigns, exporting
from hotline.outbound.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
NINE = b.NINE


def test_what_a_campaign_may_not_be():
    of = b.house(1)
    for values in (
        {"opens": time(7)},
        {"closes": time(22)},
        {"last_day": date(2026, 3, 1)},
        {"cap": 31},
        {"most_tries": 11},
        {"name": " "},
    ):
        with pytest.raises(Refused):
            campaigns.change(campaign_id=of.campaign.pk, values=values, by=of.owner, at=NINE)
    with pytest.raises(Refused):
        campaigns.make(values=b.SETTINGS, by=of.owner, at=NINE)  # the name is given already
    stranger = people.person(of.centre, position=Position.SHIFT_LEADER)
    with pytest.raises(NotAllowed):
        campaigns.change(campaign_id=of.campaign.pk, values={"cap": 10}, by=stranger, at=NINE)
    with pytest.raises(NotAllowed):
        campaigns.make(values={**b.SETTINGS, "name": "别的"}, by=of.agent, at=NINE)


def test_a_campaign_starts_only_when_it_is_whole():
    of = b.house(0, start=False)
    Crew.objects.all().update(is_active=False)
    with pytest.raises(Refused) as error:
        campaigns.start(campaign_id=of.campaign.pk, by=of.owner, at=NINE)
    assert len(error.value.refusals) == 2
    with pytest.raises(Refused):
        campaigns.set_crew(campaign_id=of.campaign.pk, among=[], members={of.supervisor.pk: None}, by=of.owner, at=NINE)


def test_endings_keep_what_calls_have_ended_in():
    of = b.house(2)
    b.called(of, Outcome.REFUSED)
    rows = [
        campaigns.Ending(row.place, row.name, Outcome(row.outcome), row.retry_after, row.most, pk=row.pk)
        for row in work.dispositions(of.campaign)
    ]
    swapped = [rows[1], rows[0], *rows[2:]]
    moved = [
        campaigns.Ending(place, one.name, one.outcome, one.retry_after, one.most, pk=one.pk)
        for place, one in enumerate(swapped, start=1)
    ]
    found = campaigns.set_dispositions(campaign_id=of.campaign.pk, endings=moved, by=of.owner, at=NINE)
    assert [row.name for row in found[:2]] == ["拒绝", "完成"]
    changed = [campaigns.Ending(1, "拒绝", Outcome.DONE, pk=moved[0].pk), *moved[1:]]
    with pytest.raises(Refused):
        campaigns.set_dispositions(campaign_id=of.campaign.pk, endings=changed, by=of.owner, at=NINE)
    with pytest.raises(Refused):  # nobody could say that he is not to be called again
        campaigns.set_dispositions(campaign_id=of.campaign.pk, endings=moved[:3], by=of.owner, at=NINE)
    twice = [*moved, campaigns.Ending(1, "又一个", Outcome.RETRY)]
    with pytest.raises(Refused):
        campaigns.set_dispositions(campaign_id=of.campaign.pk, endings=twice, by=of.owner, at=NINE)


def test_an_export_is_written_down_and_whole_numbers_need_a_reason():
    of = b.house(2)
    with pytest.raises(Refused):
        exporting.note_export(campaign_id=of.campaign.pk, with_numbers=True, reason="", by=of.owner, at=NINE)
    with pytest.raises(NotAllowed):
        exporting.note_export(campaign_id=of.campaign.pk, with_numbers=False, reason="", by=of.agent, at=NINE)
    exporting.note_export(campaign_id=of.campaign.pk, with_numbers=True, reason="委托方核对", by=of.owner, at=NINE)
    assert (Export.objects.get().rows, Export.objects.get().by) == (2, of.owner)


def test_what_is_listed_is_what_may_be_seen():
    of = b.house(3)
    other = b.house(1)
    b.called(of, Outcome.REFUSED)
    draft = campaigns.make(values={**b.SETTINGS, "name": "草稿"}, by=of.owner, at=NINE)
    assert set(Campaign.objects.visible_to(of.agent)) == {of.campaign}
    assert set(Campaign.objects.visible_to(of.supervisor)) == {of.campaign, draft}
    assert Record.objects.visible_to(of.agent).count() == 1
    assert Record.objects.visible_to(of.second).count() == 0
    assert Record.objects.visible_to(of.owner).count() == 3
    assert not Record.objects.visible_to(other.owner).filter(campaign=of.campaign).exists()
    clerk = people.person(of.centre, position=Position.HR)
    assert not Campaign.objects.visible_to(clerk).exists()
    assert not Record.objects.visible_to(clerk).exists()
    assert Status(of.campaign.status) is Status.RUNNING
