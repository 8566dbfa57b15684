"""The system calls itself: the line check of the morning, and a walk through every branch of a menu."""

import pytest

from hotline.core import clock
from hotline.people.models import Notice
from hotline.people.queries import system_person
from hotline.telephony import jobs
from hotline.telephony.models import Check, CheckCause, CheckKind
from hotline.telephony.queries import files
from hotline.telephony.services import checks
from tests.telephony.floor import Floor, until
from tests.telephony.test_menus import tree

pytestmark = pytest.mark.telephony


def over(floor: Floor, check: Check, seconds: float = 60) -> Check:
    """Wait until a check is over."""
    until(lambda: Check.objects.get(pk=check.pk).status in {"passed", "failed"}, seconds, floor.log)
    return Check.objects.get(pk=check.pk)


@pytest.mark.clause("A7.1")
def test_the_line_is_called_every_morning_and_found_in_order(floor):
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    jobs._check(floor.centre, system_person(floor.centre), CheckKind.LINE, CheckCause.DAILY, "12319", clock.now())
    [check] = Check.objects.filter(centre=floor.centre)
    check = over(floor, check)
    [step] = check.steps.all()
    assert (check.status, step.faults) == ("passed", [])
    assert step.answered_ms < 10_000
    assert step.heard > 300, "the greeting and the music were heard"
    assert step.call.ended_how == "test"
    assert not step.call.offers.exists(), "nobody was rung"
    assert floor.state(first, "ready")
    assert step.recording.fate == "kept"
    assert files.file_of(step.recording).stat().st_size == step.recording.size
    left, right = (max(pair[side] for pair in step.recording.wave) for side in (0, 1))
    assert left > 10, "the caller's words were recorded"
    assert right > 10, "the house's were too"
    assert not Notice.objects.filter(recipient=floor.house.leader).exists()


@pytest.mark.clause("A7.2")
def test_every_branch_of_the_menu_is_walked(floor):
    made = tree(floor)
    made["steps"]["s1"]["choices"]["3"] = "s5"
    made["steps"]["s5"] = {
        "kind": "times", "name": "时段", "windows": [{"days": "holiday", "to": "s4"}], "to": "s2",
    }  # fmt: skip
    menu = floor.menu(made)
    asked = {"kind": CheckKind.MENU, "cause": CheckCause.ASKED, "dialled": "12319", "at": clock.now()}
    check = checks.ask(centre=floor.centre, by=floor.house.supervisor, **asked)
    check = over(floor, check, 240)
    steps = list(check.steps.all())
    assert [step.faults for step in steps] == [[]] * len(steps), [(step.moves, step.faults) for step in steps]
    assert check.version.menu == menu
    walked = {tuple(move) for step in steps for move in step.moves}
    assert {("s5", "time", "0"), ("s5", "time", "else"), ("s3", "key", "9"), ("s1", "wrong", "")} <= walked
    assert [step.expected for step in steps[:3]] == ["热线", "热线", "总菜单"]


@pytest.mark.clause("A7.1")
def test_a_line_that_leads_nowhere_is_a_fault_and_the_shift_leader_hears_of_it(floor):
    floor.exchange.command("dialplan remove extension _X.@from-trunk")
    try:
        asked = {"kind": CheckKind.LINE, "cause": CheckCause.ASKED, "dialled": "12319", "at": clock.now()}
        check = over(floor, checks.ask(centre=floor.centre, by=floor.house.leader, **asked))
    finally:
        floor.exchange.command("dialplan reload")
    assert check.status == "failed"
    assert check.steps.get().faults == ["not_answered"]
    assert Notice.objects.filter(recipient=floor.house.leader, link=f"/calls/checks/{check.pk}").exists()
    closed = checks.close_fault(check_id=check.pk, note="恢复拨号计划", by=floor.house.leader, at=clock.now())
    assert closed.closed_by == floor.house.leader
