"""A caller in a menu: keys, silence, wrong keys, time, and every end."""

from dataclasses import replace

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.engine.restoring import restore
from hotline.acd.engine.state import Walk
from hotline.acd.engine.terms import Edition
from hotline.acd.tests.floor import NINE, SECOND, Floor, orders, terms
from hotline.kernel.workclock import DayKind
from hotline.telephony.logic.menus import prompt_of, read
from hotline.telephony.logic.words import Fact, State

KEYS = {"silent_to": "hot", "wrong_to": "bye", "silent_repeats": 1, "wrong_repeats": 1, "wait": 5}
CHOICES = {"1": "hot", "2": "sub", "3": "call", "9": "top"}
TREE = read(
    {
        "start": "day",
        "steps": {
            "day": {"kind": "times", "windows": [{"days": "holiday", "to": "closed"}], "to": "top"},
            "top": {
                "kind": "keys",
                "text": "请按键",
                "choices": {"1": "hot", "2": "sub", "3": "call", "9": "top"},
                **KEYS,
            },
            "sub": {"kind": "say", "text": "下面转接", "to": "second"},
            "second": {"kind": "queue", "queue": 2},
            "hot": {"kind": "queue", "queue": 1},
            "call": {"kind": "callback", "queue": 2},
            "closed": {"kind": "end", "text": "节假日休息"},
            "bye": {"kind": "end"},
        },
    }
)
TOP = prompt_of("请按键")


def floor_of(*, days=None, since=NINE, **queue) -> Floor:
    """A floor whose number begins in the menu."""
    set_up = replace(terms(**queue), menus={7: (Edition(7, 70, since, TREE),)}, days=days or {})
    return Floor(set_up)


def calls_in(floor: Floor, **more) -> list[m.Command]:
    return floor.call("a", menu=7, **more)


def said(floor: Floor) -> None:
    """The exchange has said the words."""
    walk = floor.world.calls["a"].walk
    assert walk is not None
    floor.do(m.Said("a", walk.turn))


def test_a_caller_is_greeted_and_nobody_is_rung_before_he_has_chosen():
    floor = floor_of()
    floor.ready(1)
    [say] = orders(calls_in(floor), m.Say)
    assert (say.prompts, say.turn, say.then_end) == (("welcome", TOP), 1, False)
    assert floor.state(1)[0] is State.READY
    assert orders(floor.do(m.KeyPressed("a", "1")), m.Ring)[0].person == 1
    assert [note.data["queue"] for note in floor.facts(Fact.QUEUE_ENTERED)] == [1]
    assert [note.data["how"] for note in floor.facts(Fact.MENU_LEFT)] == ["queue"]


def test_the_place_in_the_line_is_the_end_of_the_menu():
    floor = floor_of()
    calls_in(floor)
    floor.at += 20 * SECOND
    floor.call("b")
    floor.do(m.KeyPressed("a", "1"))
    assert floor.world.calls["b"].came < floor.world.calls["a"].came or floor.world.calls["a"].came == floor.at


def test_an_announcement_leads_on_when_it_was_said():
    floor = floor_of()
    calls_in(floor)
    floor.do(m.KeyPressed("a", "2"))
    assert floor.world.calls["a"].walk.step == "sub"
    floor.do(m.Said("a", 1))
    assert floor.world.calls["a"].walk.step == "sub", "the words of the step before were meant"
    said(floor)
    assert floor.world.calls["a"].walk is None
    assert floor.world.calls["a"].queue == 2


def test_who_presses_nothing_hears_it_twice_and_is_led_on():
    floor = floor_of()
    calls_in(floor)
    said(floor)
    [again] = orders(floor.later(5), m.Say)
    assert again.prompts == (TOP,)
    said(floor)
    floor.later(5)
    assert floor.world.calls["a"].queue == 1
    assert [note.data["how"] for note in floor.facts(Fact.MENU_STEP)][-1] == "silent"


def test_words_of_which_nothing_is_heard_count_as_said_after_a_while():
    floor = floor_of()
    calls_in(floor)
    floor.later(60)
    assert floor.world.calls["a"].walk is None


def test_wrong_keys_are_told_so_and_then_it_ends():
    floor = floor_of()
    calls_in(floor)
    [told] = orders(floor.do(m.KeyPressed("a", "7")), m.Say)
    assert told.prompts == ("menu-wrong", TOP)
    [end] = orders(floor.do(m.KeyPressed("a", "7")), m.Say)
    assert (end.prompts, end.then_end) == (("goodbye",), True)
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["menu"]
    assert "a" not in floor.world.calls


def test_a_key_may_lead_back_to_the_beginning():
    floor = floor_of()
    calls_in(floor)
    floor.do(m.KeyPressed("a", "7"))
    floor.do(m.KeyPressed("a", "9"))
    walk = floor.world.calls["a"].walk
    assert (walk.step, walk.wrong, walk.turn) == ("top", 0, 3)


def test_a_call_back_keeps_the_place_and_rings_in_its_turn():
    floor = floor_of()
    calls_in(floor)
    [say] = orders(floor.do(m.KeyPressed("a", "3")), m.Say)
    assert (say.prompts, say.then_end) == (("callback-kept",), True)
    floor.do(m.CallerLeft("a"))
    assert floor.world.calls["a"].callback
    floor.ready(1)
    assert floor.offer_of("a")


def test_without_a_number_a_call_back_is_a_queue():
    floor = floor_of()
    calls_in(floor, number="")
    floor.do(m.KeyPressed("a", "3"))
    assert not floor.world.calls["a"].callback
    assert floor.world.calls["a"].queue == 2


@pytest.mark.parametrize(("kind", "ends"), [(DayKind.HOLIDAY, True), (DayKind.WORKING, False)])
def test_the_calendar_decides(kind, ends):
    floor = floor_of(days={NINE.date(): kind})
    calls_in(floor)
    assert ("a" not in floor.world.calls) is ends


def test_a_version_counts_from_its_moment_on():
    floor = floor_of(since=NINE + 60 * SECOND)
    calls_in(floor)
    assert floor.world.calls["a"].walk is None
    floor.at += 60 * SECOND
    floor.call("b", menu=7)
    assert floor.world.calls["b"].walk.version == 70


def test_who_hangs_up_in_the_menu_never_waited():
    floor = floor_of()
    calls_in(floor)
    floor.do(m.CallerLeft("a"))
    assert floor.facts(Fact.QUEUE_ENTERED) == []
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["menu"]


def test_a_closed_queue_behind_the_menu_says_so():
    floor = floor_of(needs_staff=True)
    calls_in(floor)
    [say] = orders(floor.do(m.KeyPressed("a", "1")), m.Say)
    assert say.prompts == ("closed", "goodbye")


def test_a_test_call_rings_nobody_and_leaves_no_mark_on_the_service_level():
    floor = floor_of(days={NINE.date(): DayKind.HOLIDAY})
    floor.ready(1, 2)
    calls_in(floor, test=True, forced=(("day", "else"),))
    assert orders(floor.do(m.KeyPressed("a", "1")), m.Ring) == []
    floor.call("b")
    assert floor.offer_of("b"), "whoever comes behind a test call is served"
    floor.do(m.CallerLeft("a"))
    assert [note.data["how"] for note in floor.facts(Fact.QUEUE_LEFT)] == ["test"]


def test_after_a_restart_the_step_begins_anew():
    floor = floor_of()
    calls_in(floor)
    floor.do(m.KeyPressed("a", "2"))
    call = floor.world.calls["a"]
    written = replace(call, walk=Walk(7, 70, TREE, step="sub"))
    world = replace(floor.world, calls={"a": written})
    world, commands = restore(world, callers=["a"], legs={}, called=[], at=floor.at)
    [say] = orders(commands, m.Say)
    assert say.prompts == (prompt_of("下面转接"),)
    assert world.calls["a"].walk.turn == 1
