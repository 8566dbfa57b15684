"""A real caller presses keys in a menu, on a real Asterisk."""

import pytest

from hotline.telephony.logic.menus import prompt_of
from hotline.telephony.models import CallEvent
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony
TOP, SUB = "咨询请按一，投诉请按二。", "投诉环境请按一，返回请按九。"


def tree(floor: Floor) -> dict:
    """Two levels, one queue, one end."""
    queue = floor.house.queue.pk
    ways = {"wait": 1, "silent_repeats": 0, "wrong_repeats": 1}
    return {
        "start": "s1",
        "steps": {
            "s1": {"kind": "keys", "name": "总菜单", "text": TOP, "choices": {"1": "s2", "2": "s3"},
                   "silent_to": "s2", "wrong_to": "s4", **ways},
            "s2": {"kind": "queue", "name": "热线", "queue": queue},
            "s3": {"kind": "keys", "name": "投诉", "text": SUB, "choices": {"1": "s2", "9": "s1"},
                   "silent_to": "s4", "wrong_to": "s4", **ways},
            "s4": {"kind": "end", "name": "再见", "text": ""},
        },
    }  # fmt: skip


def steps(floor: Floor, call) -> list[str]:
    """The way that a call took."""
    rows = CallEvent.objects.filter(centre=floor.centre, call_ref=call.ref, fact="menu.step").order_by("id")
    return [f"{row.data['how']}{row.data['what']}:{row.data['step']}" for row in rows]


def test_keys_lead_through_two_levels_to_a_person(floor):
    floor.menu(tree(floor))
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    spoken = floor.exchange.home / "lib/sounds/zh/hotline"
    assert (spoken / f"{prompt_of(TOP)}.alaw").stat().st_size > 8000, "a second of speech at least"
    floor.presser((1500, "2"), (1200, "9"), (1200, "7"), (1200, "1"))
    [call] = floor.calls()
    call = floor.answered(call)
    assert call.person == first
    assert steps(floor, call) == ["start:s1", "key2:s3", "key9:s1", "key1:s2"]
    [menu] = call.segments.filter(kind="menu")
    [stay] = call.segments.filter(kind="queue")
    assert menu.ended_at == stay.began_at, "the wait begins where the menu ends"
    floor.exchange.command("channel request hangup all")
    floor.ended(call)


def test_silence_is_led_on_and_the_end_hangs_up(floor):
    made = tree(floor)
    made["steps"]["s1"]["silent_to"] = "s4"
    floor.menu(made)
    caller = floor.presser()
    [call] = floor.calls()
    call = floor.ended(call)
    assert call.ended_how == "menu"
    assert steps(floor, call) == ["start:s1", "silent:s4"]
    assert not call.segments.filter(kind="queue").exists()
    caller.wait(10)


def test_a_caller_in_the_menu_outlives_the_acd(floor):
    floor.menu(tree(floor))
    floor.presser((1500, "2"), (16_000, "1"))
    [call] = floor.calls()
    until(lambda: steps(floor, call)[-1:] == ["key2:s3"], 10, floor.log)
    floor.end_acd(9)
    floor.start_acd()
    until(lambda: "restart:s3" in steps(floor, call), 10, floor.log)
    floor.exchange.command("channel request hangup all")
    floor.ended(call)
