"""The simulated exchange: the same engine, callers and telephones by chance; what it keeps survives a kill."""

import asyncio
import json
import random
from collections import Counter
from datetime import timedelta
from types import SimpleNamespace

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.simulated import switch as shell
from hotline.acd.simulated.exchange import Caller, Exchange
from hotline.acd.simulated.rehearsal import Rehearsal
from hotline.acd.simulated.switch import Simulated, keep
from hotline.acd.switch import Arrived
from hotline.acd.tests.floor import NINE, SECOND, terms
from hotline.telephony.logic.words import Fact, State

HOUR = timedelta(hours=1)


def caller(name, at=NINE, *, patience=120, talk=60):
    return Caller(name, at, "19900001234", "12319", patience * SECOND, talk * SECOND)


def hour(people=6, calls=120, seed="s"):
    """An hour with so many callers; the facts in their order, and the floor at its end."""
    notes = []
    told = Rehearsal(Exchange(seed), terms(people=people, wrap_up=15 * SECOND), {"12319": 1}, noted=notes.append)
    pick, numbers = random.Random(seed), iter(range(1, 10_000))  # noqa: S311
    for person in range(1, people + 1):
        for wish in (m.SignIn, m.GetReady):
            told.say(NINE, lambda person=person, wish=wish: wish(person, next(numbers)))

    def look_up(note):
        notes.append(note)
        if note.fact is Fact.AGENT_STATE and note.data["reason"] in {"no_answer", "refused"}:
            told.say(note.at + 30 * SECOND, lambda: m.GetReady(note.person, next(numbers)))

    told.noted = look_up
    for number in range(calls):
        told.call(caller(f"c{number}", NINE + pick.uniform(0, 3600) * SECOND, patience=pick.randint(10, 200)))
    told.advance(NINE + HOUR)
    return notes, told


def test_an_hour_holds_everything_that_a_floor_knows():
    notes, told = hour()
    ends = Counter(note.data["how"] for note in notes if note.fact is Fact.CALL_ENDED)
    offers = Counter(note.data["how"] for note in notes if note.fact is Fact.OFFER_ENDED)
    assert ends["talked"] > 60
    assert ends["abandoned"] > 0
    assert offers["no_answer"] > 0
    who = Counter(note.data["who"] for note in notes if note.fact is Fact.TALK_ENDED)
    assert who["caller"] > who["person"] > 0
    open_calls = {note.call for note in notes if note.call} - {n.call for n in notes if n.fact is Fact.CALL_ENDED}
    assert open_calls == set(told.world.calls)
    assert set(told.exchange.lines) == open_calls


def test_the_same_seed_tells_the_same_hour_and_another_another():
    assert hour()[0] == hour()[0]
    assert hour()[0] != hour(seed="t")[0]


def test_an_exchange_that_is_taken_up_again_goes_on_as_if_nothing_had_been():
    _, told = hour()
    again = Exchange("s")
    again.take_up(json.loads(json.dumps(told.exchange.kept())))
    assert again.kept() == told.exchange.kept()
    assert again.look() == told.exchange.look()
    while told.exchange.due() is not None:
        assert again.due() == told.exchange.due()
        assert again.step() == told.exchange.step()


def test_a_telephone_before_somebody_real_rings_until_he_picks_up():
    exchange = Exchange("s")
    exchange.call_in(caller("a"))
    exchange.do(m.Ring("a-1", "a", 7, 15), NINE, by_hand=True)
    assert exchange.step() == [m.OfferRings("a-1")]
    assert exchange.due() == NINE + 120 * SECOND, "nothing but the caller's patience is left"
    exchange.do(m.PickUp("a-1", 7), NINE + 3 * SECOND)
    assert exchange.step() == [m.OfferTaken("a-1")]
    exchange.do(m.Connect("a", "a-1", 7), NINE + 3 * SECOND)
    assert exchange.due() == NINE + 63 * SECOND
    assert exchange.step() == [m.CallerLeft("a")], "the caller hangs up, never the one who is real"
    assert exchange.do(m.EndLeg("a-1", 7), NINE + 64 * SECOND) == [m.OfferOver("a-1")]


def test_what_somebody_real_has_asked_for_picks_itself_up():
    exchange = Exchange("s")
    exchange.do(m.Ring("w-1", "a", 7, 15, wanted=True), NINE, by_hand=True)
    assert [exchange.step(), exchange.step()] == [[m.OfferRings("w-1")], [m.OfferTaken("w-1")]]


def test_who_is_called_back_is_reached_or_not():
    heard = Counter()
    for number in range(200):
        exchange = Exchange(f"s{number}")
        exchange.do(m.DialOut("a", "a-1", 7, "+8619900001234"), NINE)
        heard[type(exchange.step()[0])] += 1
    assert heard[m.CalledAnswered] > heard[m.CalledFailed] > 0


def test_a_hold_ends_by_the_person_or_by_the_caller_s_patience():
    exchange = Exchange("s")
    exchange.call_in(caller("a", patience=1000))
    exchange.do(m.Connect("a", "a-1", 7), NINE)
    exchange.do(m.PutOnHold("a", "a-1", on=True), NINE + 10 * SECOND)
    heard = [one for _ in range(2) for one in exchange.step()]
    assert heard == [m.CallerLeft("a")]


@pytest.mark.parametrize("how", ["killed", "closed"])
def test_callers_stay_on_the_line_when_the_process_ends(tmp_path, monkeypatch, how):
    now = [NINE]
    monkeypatch.setattr(shell, "clock", SimpleNamespace(now=lambda: now[0], speed=lambda: 1))
    rows = [caller("a", NINE + SECOND), caller("b", NINE + 40 * SECOND)]

    def comes(since, until):
        return [one for one in rows if since < one.at <= until]

    def made():
        return Simulated(tmp_path / "lines.json", "s", comes, lambda _person: False)

    async def heard(switch, count):
        found = []
        async for one in switch.heard():
            found.append(one.what)
            if len(found) == count:
                return found
        return found

    async def story():
        first = made()
        await first.open()
        await asyncio.sleep(0.1)
        now[0] = NINE + 2 * SECOND
        first._wake.set()
        [arrived] = await asyncio.wait_for(heard(first, 1), 5)
        assert arrived == Arrived("a", "19900001234", "12319", NINE + SECOND)
        if how == "closed":
            await first.close()
        else:
            first._pacing.cancel()
        now[0] = NINE + 60 * SECOND
        second = made()
        await second.open()
        assert set((await second.look()).callers) == {"a"}
        [late] = await asyncio.wait_for(heard(second, 1), 5)
        assert late.call == "b", "who called meanwhile is there too"
        await second.close()

    asyncio.run(story())


def test_who_has_run_out_of_patience_while_nothing_ran_has_not_called(tmp_path, monkeypatch):
    monkeypatch.setattr(shell, "clock", SimpleNamespace(now=lambda: NINE + 300 * SECOND, speed=lambda: 1))
    rows = [caller("gone", NINE + SECOND, patience=60), caller("waits", NINE + 290 * SECOND, patience=60)]
    keep(tmp_path / "lines.json", Exchange("s"), NINE)

    async def story():
        switch = Simulated(tmp_path / "lines.json", "s", lambda _since, _until: rows, lambda _person: False)
        await switch.open()
        first = await asyncio.wait_for(anext(switch.heard()), 5)
        await switch.close()
        return first.what.call

    assert asyncio.run(story()) == "waits"


def test_states_of_people_never_overlap_with_what_the_exchange_does():
    notes, told = hour(people=3, calls=200)
    talking = {}
    for note in notes:
        if note.fact is Fact.TALK_BEGAN:
            assert note.person not in talking
            talking[note.person] = note.call
        elif note.fact is Fact.TALK_ENDED:
            assert talking.pop(note.person) == note.call
    busy = {agent.id for agent in told.world.agents.values() if agent.state is State.TALKING}
    assert busy == set(talking)
