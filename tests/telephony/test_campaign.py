"""A campaign's calls through the exchange: dialled one after another, and what the line says of each comes back."""

from typing import Any

import pytest

from hotline.core import clock
from hotline.outbound.logic.line import Line
from hotline.outbound.logic.pacing import Hold
from hotline.outbound.logic.words import Mode, Standing
from hotline.outbound.models import Attempt, Campaign, Disposition, Record
from hotline.outbound.queries import line
from hotline.outbound.queries import work as queries
from hotline.outbound.services import campaigns, dialling, lists, work
from hotline.outbound.tests import builders
from hotline.telephony.models import Call, WishKind
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony


@pytest.fixture
def campaign(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A progressive campaign in which the first operator works; it calls at any hour, as these tests run at any."""
    monkeypatch.setattr(queries, "closed", lambda _campaign, _at: None)
    by, at = floor.house.head, clock.now()
    settings: dict[str, Any] = {
        **builders.SETTINGS, "mode": Mode.PROGRESSIVE, "first_day": clock.local_day(at), "last_day": None,
        "on_rest_days": True, "pause_seconds": 0,
    }  # fmt: skip
    made = campaigns.make(values=settings, by=by, at=at)
    campaigns.write_script(campaign_id=made.pk, text="您好", fields=builders.FIELDS, by=by, at=at)
    lists.take_in(campaign_id=made.pk, name="名单.csv", content=builders.numbers(3), by=by, at=at)
    first = floor.house.first
    campaigns.set_crew(campaign_id=made.pk, among=[first.pk], members={first.pk: None}, by=by, at=at)
    return campaigns.start(campaign_id=made.pk, by=by, at=at)


def dialled(floor: Floor) -> Attempt:
    """The next one for the first operator, as his page asks for it until he is free."""
    first = floor.house.first
    until(lambda: dialling.dial_next(by=first, at=clock.now()).record is not None, 10, floor.log)
    return Attempt.objects.get(by=first, ended_at__isnull=True)


def stands(attempt: Attempt) -> Line | None:
    """How its call stands now."""
    return line.line_of(attempt, clock.now())


def until_stands(floor: Floor, attempt: Attempt, wanted: Line, seconds: float) -> None:
    """Wait until its call stands so."""

    def why() -> str:
        calls = Call.objects.filter(centre=floor.centre, ref=attempt.call_ref)
        offers = [list(call.offers.values("person_id", "how", "made_at", "ended_at")) for call in calls]
        return f"{stands(attempt)}\n{list(calls.values())}\n{offers}\n{floor.log()}"

    until(lambda: stands(attempt) is wanted, seconds, why)


@pytest.mark.clause("A3.14")
def test_one_after_another_is_dialled_and_each_end_comes_back(floor: Floor, campaign: Campaign) -> None:
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    floor.outside("takes")
    dialling.enter(campaign_id=campaign.pk, by=first, at=clock.now())
    for turn in (1, 2):
        attempt = dialled(floor)
        until_stands(floor, attempt, Line.TALKING, 15)
        assert dialling.dial_next(by=first, at=clock.now()).hold is Hold.IN_HAND
        call = Call.objects.get(centre=floor.centre, ref=attempt.call_ref)
        assert (call.kind, call.number) == ("out", attempt.e164)
        floor.until_hears(floor.leg(call, first), {"outside"})
        floor.wish(first, WishKind.HANG_UP)
        floor.ended(call)
        assert stands(attempt) is Line.TALKED
        ending = Disposition.objects.get(campaign=campaign, name="拒绝")
        work.settle(record_id=attempt.record_id, said=work.Said(ending.pk), by=first, at=clock.now())
        assert Call.objects.filter(centre=floor.centre).count() == turn, "one line for one free person"
    dialling.leave(by=first, at=clock.now())
    assert Record.objects.filter(campaign=campaign, status=Standing.WAITING).count() == 1


@pytest.mark.clause("A3.14")
def test_who_declines_is_proposed_as_busy_and_his_own_silent_telephone_is_no_try(
    floor: Floor, campaign: Campaign
) -> None:
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    floor.outside("refuses")
    dialling.enter(campaign_id=campaign.pk, by=first, at=clock.now())
    attempt = dialled(floor)
    until_stands(floor, attempt, Line.BUSY, 15)
    ending = line.proposed(Line.BUSY, list(campaign.dispositions.all()))
    assert ending is not None
    assert ending.name == "占线"
    work.settle(record_id=attempt.record_id, said=work.Said(ending.pk), by=first, at=clock.now())
    floor.wish(first, WishKind.SIGN_OUT)
    floor.telephones("silent")
    floor.person(first, "silent")
    attempt = dialled(floor)
    until_stands(floor, attempt, Line.NOT_CALLED, 40)
    held = work.give_back(record_id=attempt.record_id, by=first, at=clock.now())
    assert (held.tries, held.status) == (0, Standing.WAITING)
    dialling.leave(by=first, at=clock.now())
