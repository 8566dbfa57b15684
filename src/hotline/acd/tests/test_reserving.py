"""Whoever is rung is reserved; the log is written by a process beside, and by the ACD itself when that has died."""

import asyncio
import os
import signal
from datetime import timedelta

import pytest
from django.db import connection

from hotline.acd import scribe
from hotline.acd.reserving import Reservations
from hotline.acd.tests.floor import NINE
from hotline.acd.writing import Writer
from hotline.people.queries import system_person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact
from hotline.telephony.models import CallEvent, Reservation
from hotline.telephony.services import leading
from hotline.telephony.tests import builders

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NINE + timedelta(seconds=25)


@pytest.fixture
def house():
    return builders.house()


def lead(house) -> int:
    return leading.take_lead(centre=house.centre, switch="test", by=system_person(house.centre), at=NINE)


def reserve(*wanted) -> list[bool]:
    """Several ask, one after another: whose ACD, under which epoch, whom, for which offer."""

    async def story():
        found = []
        for centre, epoch, person, offer in wanted:
            line = Reservations(centre.pk, epoch)
            found.append(await line.make(person.pk, offer, LATER))
            await line.close()
        return found

    return asyncio.run(story())


def test_the_newest_acd_alone_reserves(house):
    first = lead(house)
    assert reserve((house.centre, first, house.first, "a-1")) == [True]
    second = lead(house)
    wanted = [(house.centre, first, house.first, "a-2"), (house.centre, second, house.first, "b-1")]
    assert reserve(*wanted, (house.centre, first, house.first, "a-3")) == [False, True, False]
    assert list(Reservation.objects.values_list("person", "offer", "epoch")) == [(house.first.pk, "b-1", second)]


def test_who_was_reserved_is_so_again_for_his_next_call(house):
    epoch = lead(house)
    assert reserve(*[(house.centre, epoch, house.first, f"a-{n}") for n in (1, 2)]) == [True, True]
    assert Reservation.objects.get().offer == "a-2"


def test_while_the_database_is_away_a_ring_does_not_wait(house, monkeypatch):
    epoch = lead(house)
    nobody = {"host": "127.0.0.1", "port": 1, "dbname": "none"}
    monkeypatch.setattr("hotline.core.asking.connection_parameters", lambda: nobody)
    assert reserve((house.centre, epoch, house.first, "a-1")) == [True]
    assert not Reservation.objects.exists()


def entry(number: int) -> Entry:
    return Entry(f"1:{number}", Fact.MENU_STEP, NINE, "nobody", None, {})


def test_the_log_is_written_by_the_process_beside_and_without_it_all_the_same(house, tmp_path):
    by, epoch = system_person(house.centre), lead(house)
    connection.close()
    beside = scribe.begin(house.centre, by)

    async def story():
        writer = Writer(
            house.centre, by, epoch, tmp_path / "acd.journal", asyncio.get_running_loop(), asyncio.Event(), beside
        )
        writer.start()
        await asyncio.wait_for(writer.put([entry(1)]), 30)
        assert writer.scribe is beside
        os.kill(beside.pid, signal.SIGKILL)
        os.waitpid(beside.pid, 0)
        await asyncio.wait_for(writer.put([entry(1), entry(2)]), 30)
        assert writer.scribe is None
        await asyncio.to_thread(writer.stop)

    asyncio.run(story())
    assert list(CallEvent.objects.order_by("id").values_list("key", flat=True)) == ["1:1", "1:2"]


def test_what_the_process_beside_cannot_do_is_told_as_if_done_here(house):
    by, epoch = system_person(house.centre), lead(house)
    connection.close()
    beside = scribe.begin(house.centre, by)
    with pytest.raises(scribe.NotWritten):
        beside.write(epoch=epoch, entries=[Entry("1:1", Fact.AGENT_STATE, NINE, "", None, {})], at=NINE)
    assert beside.write(epoch=epoch, entries=[entry(2)], at=NINE) == 1
    lead(house)
    with pytest.raises(leading.Deposed):
        beside.write(epoch=epoch, entries=[entry(3)], at=NINE)
    beside.line.close()
    with pytest.raises(scribe.Ended):
        beside.write(epoch=epoch, entries=[entry(4)], at=NINE)
    os.waitpid(beside.pid, 0)
