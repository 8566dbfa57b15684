"""Strangers at the door: guesses, calls to dear numbers, nonsense. `HOTLINE_HOSTILE=10000` is the whole measure."""

import os
import threading

import pytest

from hotline.core import clock
from hotline.telephony.services import phones
from tests.telephony.floor import Floor, until
from tests.telephony.hostile import Outside, Stranger

pytestmark = pytest.mark.telephony
COUNT = int(os.environ.get("HOTLINE_HOSTILE", "400"))
REFUSED = {"401", "403", "404", "400", "416", "420", "481", "483", "488", "500", "503", "505", "", "?", "100"}


@pytest.fixture(name="strangers")
def _strangers(floor: Floor):
    net = floor.callers.rpartition(".")[0]
    target = (floor.instance.sip_host, floor.instance.sip_port)
    made = [Stranger(f"{net}.{last}", target, last) for last in (66, 67, 68)]
    outside = Outside(floor.callers, 5055)
    yield made, outside
    for one in (*made, outside):
        one.close()


def test_strangers_get_nowhere_and_are_locked_out_while_callers_are_served(floor: Floor, strangers):
    (guesser, dialler, babbler), outside = strangers
    alive = floor.exchange.process()
    people = [floor.house.first, floor.house.second]
    accounts = [phones.issue(person=one, is_browser=False, by=one, at=clock.now()).account for one in people]
    floor.queue(wrap_up=0)
    floor.telephones("takes")
    floor.person(floor.house.second, "takes")
    works = (
        lambda: guesser.guess(accounts, COUNT),
        lambda: dialler.call_dear_numbers(COUNT),
        lambda: babbler.talk_nonsense(COUNT),
    )
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    caller = floor.caller(stays=200_000)
    call = floor.answered(floor.calls()[0], 30)
    assert call.person == floor.house.second, "who calls meanwhile is served"
    for thread in threads:
        thread.join()
    assert floor.exchange.process() == alive, "the exchange lives"
    assert outside.heard() == [], "nothing was sent to the outside"
    assert set(guesser.heard) | set(dialler.heard) <= REFUSED
    until(lambda: _is_locked_out(guesser) and _is_locked_out(dialler), 10, floor.log)
    rule = (floor.exchange.home / "etc" / "acl.conf").read_text()
    assert floor.callers not in rule
    assert floor.phones_at not in rule
    floor.hangs_up(caller)
    assert floor.ended(call).ended_how == "talked"
    caller = floor.caller("13900005678", stays=60_000)
    assert floor.answered(floor.calls(2)[1]).answered_at is not None, "afterwards too"
    floor.hangs_up(caller)
    floor.ended(floor.calls(2)[1])


def _is_locked_out(stranger: Stranger) -> bool:
    stranger.heard.clear()
    stranger.ask(stranger.request("OPTIONS", "a", 1))
    return set(stranger.heard) <= {"403", ""}
