"""The demonstration's hand-overs: who goes home leaves nothing behind, and whoever looks finds something to do."""

import pytest

from hotline.cases.services import filing
from hotline.config.demo import handover
from hotline.handover.models import AskedAgain, CustomerTold, Handover, HandoverItem
from hotline.handover.queries import records
from hotline.handover.tests import builders as b

pytestmark = pytest.mark.django_db


def test_whoever_goes_home_hands_over_and_signs_off():
    of = b.house()
    case = b.case(of)
    handover.go_home(of.giver, b.at(12, 30), humans=())
    assert not Handover.objects.exists()  # for lunch nobody hands over
    handover.go_home(of.giver, b.END, humans=())
    assert b.fresh(case).holding.person == of.late
    assert Handover.objects.get().status == "signed"
    second = b.case(of, b.at(17, 20), by=of.town.second)
    handover.go_home(of.town.second, b.END, humans={of.late.pk})
    assert b.fresh(second).holding.person == of.town.second  # somebody at a real browser accepts himself
    assert [item.case for item in records.inbox(of.late, b.END)] == [second]


def test_whoever_looks_finds_something_to_take_over_and_customers_who_ask():
    of = b.house()
    ended = [b.case(of, by=of.late) for _ in range(3)]
    for one in ended:
        filing.not_accept(case_id=one.pk, version=one.version, reason="重复", by=of.late, at=b.NEAR)
    b.case(of, by=of.late)
    b.case(of)
    handover.fill(of.town.centre, b.NEAR)
    assert HandoverItem.objects.filter(to=of.late).count() == 2  # a case and a note
    assert AskedAgain.objects.get().to == of.late
    assert CustomerTold.objects.count() == 2
