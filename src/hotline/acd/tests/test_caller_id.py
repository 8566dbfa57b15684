"""What those see who are called: the centre's own number, or the one that the instance was given."""

import asyncio

import pytest

from hotline.acd.asterisk import Asterisk
from hotline.acd.engine import messages as m
from hotline.acd.exchange.instance import Instance, Trunk
from hotline.telephony.queries import for_acd
from hotline.telephony.services import setup
from hotline.telephony.tests.builders import NINE, house

ORDERS = (
    m.Ring("o-1", "c", 7, 15),
    m.RingOut("o-2", "c", "+8613900001111", 30),
    m.DialOut("c", "o-3", 7, "+8613900001111"),
)


class Ear:
    """An exchange that keeps what it is asked."""

    def __init__(self):
        self.asked = []

    async def ask(self, method, path, query=None):
        self.asked.append((method, path, query or {}))
        return {}

    async def attempt(self, *words, **more):
        await self.ask(*words, **more)
        return True


def shown(tmp_path, number, **more):
    """The number that goes out with a ring, a line to a third and a call out, after the telephones were told."""
    switch = Asterisk(Instance(trunks=(Trunk("city", "10.0.0.1", "10.0.0.1"),), **more), tmp_path, lambda: number)
    ear = Ear()
    switch._ari = switch._parties._ari = switch._directory._ari = ear
    switch._directory.accounts[7] = "p-7"

    async def all_of_them():
        await switch.know([])
        await switch._ring(ORDERS[0])
        await switch._ring_out(ORDERS[1])
        await switch._dial_out(ORDERS[2])

    asyncio.run(all_of_them())
    made = [query for method, path, query in ear.asked if (method, path) == ("POST", "channels")]
    assert len(made) == len(ORDERS)
    return {query.get("callerId") for query in made}


@pytest.mark.clause("A2.8")
def test_the_centres_own_number_is_shown(tmp_path):
    assert shown(tmp_path, "4001112345") == {"4001112345"}
    assert shown(tmp_path, "4001112345", caller_id="02412345") == {"02412345"}
    assert shown(tmp_path, "") == {None}, "without a number none is made up"


@pytest.mark.django_db
def test_it_is_the_first_that_was_entered_and_leads_to_a_queue_in_use():
    of = house()
    setup.set_line(centre=of.centre, dialled="10000", queue=of.queue, by=of.supervisor, at=NINE)
    assert for_acd.own_number(of.centre) == "12319"
    setup.drop_line(centre=of.centre, dialled="12319", by=of.supervisor, at=NINE)
    assert for_acd.own_number(of.centre) == "10000"
    setup.change_queue(queue_id=of.queue.pk, changes={"is_active": False}, by=of.supervisor, at=NINE)
    assert for_acd.own_number(of.centre) == ""
